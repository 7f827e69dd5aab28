//! What an event is counted under.

use domain::{dimension::Dimension, query::Query};
use store::Cell;

use super::Fact;

/// Returns the keys of every row that an event counts in: none where it has no value for one of the
/// dimensions, several where it has several.
pub(super) fn keys(fact: Fact<'_>, query: &Query) -> Vec<Vec<Cell>> {
    let mut all = vec![Vec::new()];
    for dimension in &query.dimensions {
        let cells = cells(fact, *dimension, query);
        let longer = |keys: &Vec<Cell>| -> Vec<Vec<Cell>> {
            let each = cells.iter();
            each.map(|cell| [keys.as_slice(), std::slice::from_ref(cell)].concat())
                .collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

fn cells(fact: Fact<'_>, dimension: Dimension, query: &Query) -> Vec<Cell> {
    let (event, zone) = (fact.event, &query.zone);
    let text = |text: &str| Cell::Text(text.to_owned());
    let texts = |all: &[Box<str>]| all.iter().map(|one| text(one)).collect();
    match dimension {
        Dimension::Time(grain) => {
            let start = grain.floor(event.timestamp, zone);
            vec![Cell::Int(start.as_millis())]
        }
        Dimension::HourOfDay => vec![Cell::Int(event.timestamp.reading(zone).hour().into())],
        Dimension::Weekday => {
            let weekday = event.timestamp.day(zone).weekday();
            vec![Cell::Int(weekday.to_monday_zero_offset().into())]
        }
        Dimension::Channel => event.channel.iter().map(|id| text(id.as_str())).collect(),
        Dimension::User => event.user.iter().map(|id| text(id.as_str())).collect(),
        // Events that are no messages stand together.
        Dimension::MessageType => {
            let kind = event.message_type;
            vec![kind.map_or(Cell::None, |kind| text(kind.name()))]
        }
        Dimension::EventType => vec![text(event.event_type.name())],
        Dimension::IsBot => vec![Cell::Int(fact.is_bot.into())],
        Dimension::Emoji => texts(&event.content.emoji),
        Dimension::Link => texts(&event.content.links),
        Dimension::Hashtag => texts(&event.content.hashtags),
    }
}
