//! Whether a retention holds at once or waits for consent.

use std::fmt;

use domain::time::Instant;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::Aged;

use super::Kept;

/// What may be removed without consent, by the time of its events.
const A_DAY_MILLIS: i64 = 24 * 3_600_000;

/// A retention that waits for consent, because of what it would remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How long events would be kept.
    pub kept: Kept,
    /// What would be removed.
    pub aged: Aged,
}

/// Returns what waits for consent; `None` when the wanted retention holds at once.
///
/// 1. What keeps as much as before, or more, removes nothing that was to stay.
/// 2. Consent to just this number of days is consent.
/// 3. What has aged by no more than a day would have gone with the next daily removal anyway.
pub(super) fn verdict(
    wanted: Kept,
    remembered: Option<Kept>,
    confirmed: Option<Kept>,
    aged: Option<Aged>,
    now: Instant,
) -> Option<Waiting> {
    let aged = aged?;
    let keeps_as_much = remembered.is_some_and(|remembered| wanted >= remembered);
    let oldest = wanted.oldest(now)?;
    if keeps_as_much || confirmed == Some(wanted) || aged.first >= oldest.plus_millis(-A_DAY_MILLIS)
    {
        return None;
    }
    Some(Waiting { kept: wanted, aged })
}

impl Waiting {
    /// Returns the text that the settings keep.
    pub(super) fn written(&self) -> String {
        json!({
            "days": self.kept.days(),
            "events": self.aged.events,
            "firstMillis": self.aged.first.as_millis(),
            "lastMillis": self.aged.last.as_millis(),
        })
        .to_string()
    }

    /// Reads the text that the settings keep; `None` for any other.
    pub(super) fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let at = |name: &str| value[name].as_i64().map(Instant::from_millis);
        Some(Self {
            kept: Kept::of(value["days"].as_u64()?.try_into().ok()?),
            aged: Aged {
                events: value["events"].as_u64()?,
                first: at("firstMillis")?,
                last: at("lastMillis")?,
            },
        })
    }

    /// Returns what to do about it.
    pub fn next_step(&self) -> String {
        format!(
            "To remove them, run `nchat-analytics retention apply` or start with \
             ANALYTICS_RETENTION_CONFIRM={days}; to keep them, raise ANALYTICS_RETENTION_DAYS \
             (0 keeps events for ever).",
            days = self.kept.days(),
        )
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |at: Instant| at.day(&TimeZone::UTC);
        let Aged {
            events,
            first,
            last,
        } = self.aged;
        let (events, verb) = match events {
            1 => ("1 event".to_owned(), "is"),
            events => (format!("{events} events"), "are"),
        };
        write!(
            f,
            "ANALYTICS_RETENTION_DAYS is {}, and {events} from {} to {} {verb} older; the store was \
             not kept so before, so nothing of it is removed without consent.",
            self.kept.days(),
            day(first),
            day(last),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(1_790_000_000_000);

    fn aged(days: i64) -> Aged {
        let first = NOW.plus_millis(-days * A_DAY_MILLIS);
        Aged {
            events: 7,
            first,
            last: first.plus_millis(1),
        }
    }

    #[test]
    fn less_than_before_waits_where_more_than_a_day_would_go() {
        let days = Kept::Days;
        for (wanted, remembered, confirmed, oldest_event, waits) in [
            // Fresh, or as before, or more.
            (days(365), None, None, None, false),
            (days(365), Some(days(365)), None, Some(800), false),
            (days(365), Some(days(30)), None, Some(800), false),
            (Kept::ForEver, Some(days(30)), None, Some(800), false),
            (Kept::ForEver, None, None, Some(800), false),
            // Less, or nobody knows.
            (days(365), Some(Kept::ForEver), None, Some(800), true),
            (days(365), Some(days(366)), None, Some(800), true),
            (days(365), None, None, Some(800), true),
            (days(365), None, None, Some(367), true),
            // No more than a day of it would go.
            (days(365), None, None, Some(366), false),
            (days(365), Some(Kept::ForEver), None, Some(366), false),
            // Consent is for a number of days.
            (days(365), None, Some(days(365)), Some(800), false),
            (days(365), None, Some(days(30)), Some(800), true),
            (days(30), Some(days(365)), Some(days(365)), Some(800), true),
        ] {
            let found = verdict(wanted, remembered, confirmed, oldest_event.map(aged), NOW);
            let case = (wanted, remembered, confirmed, oldest_event);
            assert_eq!(found.is_some(), waits, "{case:?}");
        }
    }

    #[test]
    fn what_waits_is_read_as_it_was_written() {
        let waiting = Waiting {
            kept: Kept::Days(90),
            aged: aged(800),
        };
        assert_eq!(Waiting::read(&waiting.written()), Some(waiting));
        for text in ["", "{}", "null", r#"{"days":-1,"events":1}"#] {
            assert_eq!(Waiting::read(text), None, "{text}");
        }
    }
}
