//! What statements answer, as the contract names it.

use domain::{
    dimension::{Dimension, KeyKind},
    event::MessageType,
    time::{Grain, Instant},
};
use engine::{Cell, plan::Plan};
use jiff::{ToSpan, civil, tz::TimeZone};

/// Returns what a message carries, by the number that is stored of it.
pub(crate) fn message_type(number: impl Into<i64>) -> Option<MessageType> {
    let number = number.into();
    let mut all = MessageType::ALL.into_iter();
    all.find(|kind| i64::from(kind.code()) == number)
}

/// Returns a key as the contract names it: buckets by their first instant, types by their name.
pub(crate) fn named(cell: Cell, dimension: Dimension, plan: &Plan) -> Cell {
    let Cell::Int(number) = cell else { return cell };
    match dimension.keys() {
        KeyKind::Bucket(grain) => {
            Cell::Int(bucket_start(number, grain, &plan.query.zone).as_millis())
        }
        KeyKind::MessageType => {
            message_type(number).map_or(Cell::None, |kind| Cell::Text(kind.name().to_owned()))
        }
        _ => Cell::Int(number),
    }
}

/// Returns the first instant of the bucket that a statement numbers so.
pub(crate) fn bucket_start(number: i64, grain: Grain, zone: &TimeZone) -> Instant {
    let first = civil::date(1970, 1, 1);
    let day = match grain {
        Grain::Hour => return Instant::from_millis(number),
        Grain::Day => first.saturating_add(number.days()),
        Grain::Week(start) => first.saturating_add((number * 7 - i64::from(start.shift())).days()),
        Grain::Month => first.saturating_add(number.months()),
    };
    Instant::start_of(day, zone)
}
