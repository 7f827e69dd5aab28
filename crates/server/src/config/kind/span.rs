//! Spans of time.

use std::time::Duration;

use super::{Describe, Kind, Refusal};

/// What a number without a unit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
        }
    }

    const fn examples(self) -> &'static str {
        match self {
            Self::Milliseconds => "`500ms`, `30s`, `5m`",
            Self::Seconds => "`30s`, `5m`, `1h`",
        }
    }

    const fn millis(self) -> u64 {
        match self {
            Self::Milliseconds => 1,
            Self::Seconds => 1_000,
        }
    }
}

/// A span of time within bounds, given as a number of `unit` or with a unit of its own.
pub struct Span {
    /// What a bare number counts.
    pub unit: Unit,
    /// The shortest span in that unit, included.
    pub min: u64,
    /// The longest span in that unit, included.
    pub max: u64,
}

impl Describe for Span {
    fn accepts(&self) -> String {
        format!(
            "a number of {} from {} to {}, or a time with its unit like {}",
            self.unit.name(),
            self.min,
            self.max,
            self.unit.examples()
        )
    }
}

impl Kind for Span {
    type Value = Duration;

    fn parse(&self, text: &str) -> Result<Duration, Refusal> {
        let digits = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let millis = match unit.trim().to_ascii_lowercase().as_str() {
            "" => self.unit.millis(),
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(Refusal::default()),
        };
        let number: u64 = number.parse().map_err(|_| Refusal::default())?;
        let millis = number.checked_mul(millis).ok_or_else(Refusal::default)?;
        let own = self.unit.millis();
        // A part of the unit would be lost on the way back to a bare number.
        if millis % own != 0 || !(self.min * own..=self.max * own).contains(&millis) {
            return Err(Refusal::default());
        }
        Ok(Duration::from_millis(millis))
    }

    fn show(&self, value: &Duration) -> String {
        (value.as_millis() / u128::from(self.unit.millis())).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECONDS: Span = Span {
        unit: Unit::Seconds,
        min: 1,
        max: 86_400,
    };
    const MILLISECONDS: Span = Span {
        unit: Unit::Milliseconds,
        min: 1,
        max: 600_000,
    };

    #[test]
    fn a_bare_number_counts_the_units_of_the_setting() {
        assert_eq!(SECONDS.parse("300"), Ok(Duration::from_mins(5)));
        assert_eq!(MILLISECONDS.parse("30000"), Ok(Duration::from_secs(30)));
        assert_eq!(SECONDS.parse("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(MILLISECONDS.parse("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(SECONDS.show(&Duration::from_mins(5)), "300");
        assert_eq!(MILLISECONDS.show(&Duration::from_secs(30)), "30000");
    }

    #[test]
    fn what_is_out_of_bounds_or_no_time_is_refused() {
        for bad in [
            "0",
            "86401",
            "2d",
            "1500ms",
            "5x",
            "",
            "-1",
            "1.5",
            "99999999999999999999d",
        ] {
            assert_eq!(SECONDS.parse(bad), Err(Refusal::default()), "{bad}");
        }
    }
}
