//! What rows are grouped by, as SQL.

use std::fmt::Write as _;

use domain::{
    dimension::{CycleUnit, Dimension, KeyKind, NamedProperty, Subject, TermList},
    time::{Grain, LocalClock},
};

use super::{Dialect, Sql, metric};

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
    match dimension.keys() {
        KeyKind::Bucket(Grain::Hour) => {
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
        KeyKind::Bucket(Grain::Day) => day(),
        KeyKind::Bucket(Grain::Week(start)) => {
            let shifted = day().then(format!(" + {}", start.shift())).grouped();
            dialect.divide(shifted, 7)
        }
        KeyKind::Bucket(Grain::Month) => dialect.month_of_day(day()),
        KeyKind::Cycle(cycle) => {
            let units = match cycle.unit {
                CycleUnit::Hour => dialect.divide(local_millis(AT, clock), MILLIS_OF_HOUR),
                CycleUnit::Day => day(),
            };
            let shifted = units.then(format!(" + {}", cycle.shift)).grouped();
            dialect.remainder(shifted, cycle.length)
        }
        KeyKind::Identifier(Subject::Channel) => Sql::raw("channel_ref"),
        KeyKind::Identifier(Subject::Person) => Sql::raw("person_ref"),
        KeyKind::MessageType => Sql::raw("message_type"),
        KeyKind::EventType => Sql::raw("type_code"),
        KeyKind::Bot => flag(Some(Sql::raw("is_bot"))),
        KeyKind::Whether(predicate) => flag(metric::condition(predicate)),
        KeyKind::Property(property) => named_property(property, dialect),
        KeyKind::Term(_) => Sql::raw("term"),
    }
}

/// Returns the value of a property, for events of its kind.
pub(crate) fn named_property(property: NamedProperty, dialect: &dyn Dialect) -> Sql {
    Sql::raw(format!(
        "CASE WHEN type_code = {} THEN ",
        property.kind.code()
    ))
    .with(dialect.property(Sql::raw("properties"), property.name))
    .then(" END")
}

/// Returns 1 where a condition holds, and 0 where it does not or is unknown.
fn flag(condition: Option<Sql>) -> Sql {
    condition.map_or_else(
        || Sql::raw("1"),
        |condition| {
            let when = Sql::raw("CASE WHEN ").with(condition);
            when.then(" THEN 1 ELSE 0 END")
        },
    )
}

/// Returns the list of a multi-valued dimension.
pub(super) const fn terms_of(dimension: Dimension) -> Option<TermList> {
    match dimension.keys() {
        KeyKind::Term(list) => Some(list),
        _ => None,
    }
}

/// Returns the column of a list.
pub(crate) const fn list_column(list: TermList) -> &'static str {
    match list {
        TermList::Emoji => "emoji",
        TermList::Links => "links",
        TermList::Hashtags => "hashtags",
        TermList::Domains => "domains",
        TermList::Urls => "urls",
        TermList::Topics => "topics",
        TermList::FileNames => "file_names",
        TermList::FileExtensions => "file_extensions",
        TermList::FileKinds => "file_kinds",
        TermList::FileHashes => "file_hashes",
    }
}
