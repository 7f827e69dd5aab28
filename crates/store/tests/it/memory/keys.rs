//! What an event is counted under.

use domain::{
    dimension::{CycleUnit, Dimension, KeyKind, Subject},
    query::Query,
    time::day_number,
};
use jiff::tz::TimeZone;
use serde_json::Value;
use store::Cell;

use super::{Fact, definition::meets};

/// Returns the keys of every row that an event counts in: none where it has no value for one of the
/// dimensions, several where it has several.
pub(super) fn keys(fact: Fact<'_>, query: &Query) -> Vec<Vec<Cell>> {
    let mut all = vec![Vec::new()];
    for dimension in &query.dimensions {
        let cells = cells(fact, *dimension, &query.zone);
        let longer = |keys: &Vec<Cell>| -> Vec<Vec<Cell>> {
            let each = cells.iter();
            each.map(|cell| [keys.as_slice(), std::slice::from_ref(cell)].concat())
                .collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

pub(super) fn cells(fact: Fact<'_>, dimension: Dimension, zone: &TimeZone) -> Vec<Cell> {
    let event = fact.event;
    let text = |text: &str| Cell::Text(text.to_owned());
    let texts = |all: &[Box<str>]| all.iter().map(|one| text(one)).collect();
    match dimension.keys() {
        KeyKind::Bucket(grain) => {
            let start = grain.floor(event.timestamp, zone);
            vec![Cell::Int(start.as_millis())]
        }
        KeyKind::Cycle(cycle) => {
            let reading = event.timestamp.reading(zone);
            let days = i64::from(day_number(reading.date()));
            let units = match cycle.unit {
                CycleUnit::Hour => days * 24 + i64::from(reading.hour()),
                CycleUnit::Day => days,
            };
            vec![Cell::Int((units + cycle.shift) % cycle.length)]
        }
        KeyKind::Identifier(Subject::Channel) => {
            event.channel.iter().map(|id| text(id.as_str())).collect()
        }
        KeyKind::Identifier(Subject::Person) => {
            event.user.iter().map(|id| text(id.as_str())).collect()
        }
        // Events that are no messages stand together.
        KeyKind::MessageType => {
            let kind = event.message_type;
            vec![kind.map_or(Cell::None, |kind| text(kind.name()))]
        }
        KeyKind::EventType => vec![text(event.event_type.name())],
        KeyKind::Bot => vec![Cell::Int(fact.is_bot.into())],
        KeyKind::Whether(predicate) => vec![Cell::Int(meets(predicate, event).into())],
        KeyKind::Property(property) => {
            let is_of_kind = event.event_type.is(property.kind);
            let value = event.properties.get(property.name);
            match value.filter(|_| is_of_kind) {
                None | Some(Value::Null) => Vec::new(),
                Some(Value::String(name)) => vec![text(name)],
                Some(other) => vec![text(&other.to_string())],
            }
        }
        KeyKind::Term(list) => texts(event.content.terms(list)),
    }
}
