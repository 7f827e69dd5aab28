//! Whole numbers within bounds.

use std::{fmt::Display, marker::PhantomData};

use super::{Describe, Kind, Refusal};

/// A whole number.
pub struct Whole<T> {
    min: u64,
    max: u64,
    number: PhantomData<fn() -> T>,
}

/// Returns the kind of whole numbers from `min` to `max`, both included.
pub const fn whole<T>(min: u64, max: u64) -> Whole<T> {
    Whole {
        min,
        max,
        number: PhantomData,
    }
}

impl<T> Describe for Whole<T> {
    fn accepts(&self) -> String {
        format!("a whole number from {} to {}", self.min, self.max)
    }
}

impl<T: TryFrom<u64> + Display> Kind for Whole<T> {
    type Value = T;

    fn parse(&self, text: &str) -> Result<T, Refusal> {
        if text.contains("://") {
            return Err(Refusal::hint(
                "Docker links and Kubernetes set such addresses for a service of that name: switch \
                 them off (`enableServiceLinks: false`) or rename the service.",
            ));
        }
        let number: u64 = text
            .replace('_', "")
            .parse()
            .map_err(|_| Refusal::default())?;
        if !(self.min..=self.max).contains(&number) {
            return Err(Refusal::default());
        }
        T::try_from(number).map_err(|_| Refusal::default())
    }

    fn show(&self, value: &T) -> String {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_bounded() {
        let kind = whole::<u16>(1, 65_535);
        assert_eq!(kind.parse("3106"), Ok(3106));
        assert_eq!(kind.parse("10_000"), Ok(10_000));
        for bad in ["0", "65536", "-1", "3.5", "x", "99999999999999999999"] {
            assert_eq!(kind.parse(bad), Err(Refusal::default()), "{bad}");
        }
        assert_eq!(kind.accepts(), "a whole number from 1 to 65535");
    }

    #[test]
    fn a_service_link_is_explained() {
        let refusal = whole::<u16>(1, 65_535)
            .parse("tcp://10.0.0.7:3106")
            .unwrap_err();
        assert!(refusal.hint.unwrap().contains("enableServiceLinks"));
    }
}
