//! Spans of time.

use std::time::Duration;

use jiff::SpanRelativeTo;

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
        let own = Duration::from_millis(self.unit.millis());
        let span = match text.parse::<u32>() {
            Ok(number) => Some(own * number),
            Err(_) => with_unit(text),
        };
        let span = span.ok_or_else(Refusal::default)?;
        let count = span.as_nanos() / own.as_nanos();
        // A part of the unit would be lost on the way back to a bare number.
        let is_whole = span.as_nanos() % own.as_nanos() == 0;
        if is_whole && (self.min.into()..=self.max.into()).contains(&count) {
            Ok(span)
        } else {
            Err(Refusal::default())
        }
    }

    fn show(&self, value: &Duration) -> String {
        (value.as_millis() / u128::from(self.unit.millis())).to_string()
    }
}

/// Returns the time that a text like `90s`, `5 min` or `1h 30m` stands for.
fn with_unit(text: &str) -> Option<Duration> {
    let span: jiff::Span = text.to_ascii_lowercase().parse().ok()?;
    let days = SpanRelativeTo::days_are_24_hours();
    Duration::try_from(span.to_duration(days).ok()?).ok()
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
    fn units_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("90s", 90),
            ("90 S", 90),
            ("5min", 300),
            ("5M", 300),
            ("2h", 7_200),
            ("1h 30m", 5_400),
            ("10 minutes", 600),
            ("1d", 86_400),
            ("3000ms", 3),
        ] {
            assert_eq!(
                SECONDS.parse(text),
                Ok(Duration::from_secs(seconds)),
                "{text}"
            );
        }
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
            "-5m",
            "5m ago",
            "1mo",
            "1.5",
            "1.5s",
            "99999999999999999999d",
        ] {
            assert_eq!(SECONDS.parse(bad), Err(Refusal::default()), "{bad}");
        }
    }
}
