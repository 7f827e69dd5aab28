//! What rows are grouped by, as SQL.

use std::fmt::Write as _;

use domain::{
    dimension::Dimension,
    time::{Grain, LocalClock},
};

use super::{Dialect, Sql};

const MILLIS_OF_HOUR: i64 = 3_600_000;
const MILLIS_OF_DAY: i64 = 86_400_000;

/// Returns the local clock reading of an instant, in milliseconds since 1970-01-01T00:00 local.
pub(super) fn local_millis(instant: &str, clock: &LocalClock) -> Sql {
    if clock.steps.is_empty() {
        return Sql::raw(format!("({instant} + {})", clock.first_offset));
    }
    Sql::raw(format!("({instant} + CASE"))
        .with(steps(instant, clock, |index| {
            index.map_or(clock.first_offset, |index| clock.steps[index].1)
        }))
        .then(" END)")
}

/// Returns the local day of an instant, counted from 1970-01-01.
pub(super) fn local_day(instant: &str, clock: &LocalClock, dialect: &dyn Dialect) -> Sql {
    dialect.divide(local_millis(instant, &clock.days()), MILLIS_OF_DAY)
}

/// Returns the branches of a CASE that picks a number by the step of the clock that holds.
fn steps(instant: &str, clock: &LocalClock, value: impl Fn(Option<usize>) -> i64) -> Sql {
    let mut branches = String::new();
    for (index, (at, _)) in clock.steps.iter().enumerate() {
        let before = value(index.checked_sub(1));
        let _infallible = write!(
            branches,
            " WHEN {instant} < {} THEN {before}",
            at.as_millis()
        );
    }
    let _infallible = write!(
        branches,
        " ELSE {}",
        value(clock.steps.len().checked_sub(1))
    );
    Sql::raw(branches)
}

/// Returns the expression that rows are grouped by.
///
/// Buckets of days, weeks and months are numbered from 1970 (months and weeks by their own count);
/// who reads the rows turns the number back into a day.
pub(super) fn group_key(dimension: Dimension, clock: &LocalClock, dialect: &dyn Dialect) -> Sql {
    const AT: &str = "timestamp_ms";
    let day = || local_day(AT, clock, dialect);
    match dimension {
        Dimension::Time(Grain::Hour) => {
            let into_hour = dialect.remainder(local_millis(AT, clock), MILLIS_OF_HOUR);
            let start = Sql::raw(format!("{AT} - ")).with(into_hour);
            if clock.steps.is_empty() {
                return start;
            }
            // An hour that a clock change cuts begins at the change.
            let change = Sql::raw("CASE")
                .with(steps(AT, clock, |index| {
                    index.map_or(0, |index| clock.steps[index].0.as_millis())
                }))
                .then(" END");
            dialect.greatest(start, change)
        }
        Dimension::Time(Grain::Day) => day(),
        // 1970-01-01 was a Thursday: three days later weeks begin on Monday.
        Dimension::Time(Grain::Week) => dialect.divide(Sql::raw("(").with(day()).then(" + 3)"), 7),
        Dimension::Time(Grain::Month) => dialect.month_of_day(day()),
        Dimension::HourOfDay => dialect.divide(
            dialect
                .remainder(local_millis(AT, clock), MILLIS_OF_DAY)
                .grouped(),
            MILLIS_OF_HOUR,
        ),
        Dimension::Weekday => dialect.remainder(Sql::raw("(").with(day()).then(" + 3)"), 7),
        Dimension::Channel => Sql::raw("channel_ref"),
        Dimension::User => Sql::raw("person_ref"),
        Dimension::MessageType => Sql::raw("message_type"),
        Dimension::EventType => Sql::raw("type_code"),
        Dimension::IsBot => Sql::raw("CASE WHEN is_bot THEN 1 ELSE 0 END"),
        Dimension::Emoji | Dimension::Link | Dimension::Hashtag => Sql::raw("term"),
    }
}

/// Returns the list column of a multi-valued dimension.
pub(super) const fn list_column(dimension: Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::Emoji => Some("emoji"),
        Dimension::Link => Some("links"),
        Dimension::Hashtag => Some("hashtags"),
        Dimension::Time(_)
        | Dimension::HourOfDay
        | Dimension::Weekday
        | Dimension::Channel
        | Dimension::User
        | Dimension::MessageType
        | Dimension::EventType
        | Dimension::IsBot => None,
    }
}
