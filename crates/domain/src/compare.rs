//! How two values of one metric compare.

use serde::Serialize;

use crate::ratio::{Amount, Ratio};

/// Direction of a change, with a dead band of one percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trend {
    /// More than one percent up, or from nothing to something.
    Up,
    /// More than one percent down.
    Down,
    /// Within one percent.
    Stable,
}

impl Trend {
    /// Returns the direction of the change from one amount to another.
    pub fn of(current: Amount, previous: Amount) -> Self {
        Self::of_parts(current.units(), previous.units())
    }

    /// Returns the direction of the change from one ratio to another.
    pub fn of_ratios(current: Ratio, previous: Ratio) -> Self {
        let [current, previous] = current.beside(previous);
        Self::of_parts(current, previous)
    }

    fn of_parts(current: i128, previous: i128) -> Self {
        let hundredfold = (current - previous).saturating_mul(100);
        let band = previous;
        if hundredfold > band {
            Self::Up
        } else if hundredfold < -band {
            Self::Down
        } else {
            Self::Stable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_within_one_percent_is_none() {
        for (current, previous, trend) in [
            (1_234, 1_100, Trend::Up),
            (101, 100, Trend::Stable),
            (10_101, 10_000, Trend::Up),
            (99, 100, Trend::Stable),
            (9_899, 10_000, Trend::Down),
            (0, 100, Trend::Down),
            (1, 0, Trend::Up),
            (0, 0, Trend::Stable),
        ] {
            let found = Trend::of(Amount::whole(current), Amount::whole(previous));
            assert_eq!(found, trend, "{current} after {previous}");
            // So are thirds of both.
            let third = |part: u64| Ratio::new(part.into(), 3).unwrap();
            assert_eq!(Trend::of_ratios(third(current), third(previous)), trend);
        }
    }
}
