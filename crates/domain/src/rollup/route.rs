//! Which rollup answers which metric exactly, by these rules, in this order:
//!
//! 1. The filter must be a conjunction of plain conditions, none of them on a property.
//! 2. Split by a term: the terms of messages, or of reactions where only reactions are asked for.
//! 3. Split by person, or only of some: what is kept of each person; not by hour, channel or kind.
//!    Days only where a row is about one person.
//! 4. Split by channel, or only of some: messages by hour where nothing else is asked, else counts
//!    by kind; people from who was where. Not by hours of elapsed time.
//! 5. All else of the workspace: counts from the days, or their hours where hours are asked for,
//!    people from the sets of the days, channels from the messages of each.
//! 6. Whatever is not named here is asked of the events.

use super::block::Rollup;
use crate::{
    dimension::Dimension,
    event::{EventType, Kind},
    filter::{Field, Filter},
    metric::{Measure, Metric, Selection},
    query::{Population, Query},
    time::Grain,
};

/// What a question is split by and narrowed to, in the terms of the rules.
struct Shape<'a> {
    query: &'a Query,
    conditions: Vec<(&'a Field, &'a [String])>,
}

impl Shape<'_> {
    fn split_by(&self, wanted: impl Fn(&Dimension) -> bool) -> bool {
        self.query.dimensions.iter().any(wanted)
    }

    fn narrowed_to(&self, field: &Field) -> bool {
        self.conditions.iter().any(|(found, _)| *found == field)
    }

    fn is_by_kind(&self) -> bool {
        self.split_by(|dimension| {
            matches!(dimension, Dimension::EventType | Dimension::MessageType)
        }) || self.narrowed_to(&Field::EventType)
            || self.narrowed_to(&Field::MessageType)
    }

    fn is_by_elapsed_hour(&self) -> bool {
        self.split_by(|dimension| *dimension == Dimension::Time(Grain::Hour))
    }

    fn is_by_hour_of_day(&self) -> bool {
        self.split_by(|dimension| *dimension == Dimension::HourOfDay)
    }

    fn is_by_person(&self) -> bool {
        self.split_by(|dimension| *dimension == Dimension::User) || self.narrowed_to(&Field::User)
    }

    /// Returns whether each row is about one person.
    fn is_of_one_person(&self) -> bool {
        let is_one =
            |(field, values): &(&Field, &[String])| **field == Field::User && values.len() == 1;
        self.split_by(|dimension| *dimension == Dimension::User)
            || self.conditions.iter().any(is_one)
    }

    fn is_by_channel(&self) -> bool {
        self.split_by(|dimension| *dimension == Dimension::Channel)
            || self.narrowed_to(&Field::Channel)
    }

    /// Returns whether only reactions are asked for, and nothing else is said.
    fn is_of_reactions(&self) -> bool {
        let reaction = Kind::ReactionAdded.name();
        let is_reaction =
            |value: &String| EventType::parse(value).is_some_and(|kind| kind.name() == reaction);
        matches!(self.conditions.as_slice(), [(Field::EventType, values)] if values.iter().all(is_reaction))
    }
}

/// Returns the rollup that answers each metric of a question, or `None` when it has to be asked of
/// the events.
pub fn route(query: &Query) -> Option<Vec<Rollup>> {
    let shape = Shape {
        query,
        conditions: conditions(&query.filter)?,
    };
    if query.dimensions.len() > super::evaluate::MOST_DIMENSIONS {
        return None;
    }
    let narrowed_by_property = shape
        .conditions
        .iter()
        .any(|(field, _)| matches!(field, Field::Property(_)));
    if narrowed_by_property {
        return None;
    }
    query
        .metrics
        .iter()
        .map(|metric| rollup_of(*metric, &shape))
        .collect()
}

/// Returns whether blocks of whole months may answer the question.
pub fn may_use_months(query: &Query) -> bool {
    let needs_days = query.dimensions.iter().any(|dimension| match dimension {
        Dimension::Time(grain) => *grain != Grain::Month,
        Dimension::Weekday => true,
        Dimension::HourOfDay
        | Dimension::Channel
        | Dimension::User
        | Dimension::MessageType
        | Dimension::EventType
        | Dimension::IsBot
        | Dimension::Emoji
        | Dimension::Link
        | Dimension::Hashtag => false,
    });
    // Who acts both as a bot and not has days of both kinds, of which a month keeps only numbers.
    let counts_days_of_both = query.population == Population::Everyone
        && query.metrics.iter().any(|metric| {
            matches!(
                metric.definition().measure,
                Measure::LocalDays | Measure::Engagement
            )
        });
    !needs_days && !counts_days_of_both
}

/// Returns whether days and months may be joined before the question is answered: it does not tell
/// them apart.
pub fn may_join(query: &Query) -> bool {
    let is_of_time = |dimension: &Dimension| matches!(dimension, Dimension::Time(_));
    may_use_months(query) && !query.dimensions.iter().any(is_of_time)
}

/// Returns the conditions that must all hold; `None` when the filter is more than that.
pub fn conditions(filter: &Filter) -> Option<Vec<(&Field, &[String])>> {
    match filter {
        Filter::Is(field, values) => Some(vec![(field, values.as_slice())]),
        Filter::All(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(conditions(part)?);
            }
            Some(all)
        }
        Filter::Any(_) | Filter::Not(_) => None,
    }
}

fn rollup_of(metric: Metric, shape: &Shape<'_>) -> Option<Rollup> {
    if shape.split_by(|dimension| dimension.is_multi_valued()) {
        return of_terms(metric, shape);
    }
    if shape.is_by_person() {
        return of_persons(metric, shape);
    }
    if shape.is_by_channel() {
        return of_channels(metric, shape);
    }
    of_workspace(metric, shape)
}

fn of_terms(metric: Metric, shape: &Shape<'_>) -> Option<Rollup> {
    if shape.query.dimensions.len() != 1 {
        return None;
    }
    let fits = if shape.is_of_reactions() {
        shape.query.dimensions[0] == Dimension::Emoji
            && matches!(metric, Metric::Reactions | Metric::ActivePeople)
    } else {
        shape.conditions.is_empty() && matches!(metric, Metric::Messages | Metric::Posters)
    };
    fits.then_some(Rollup::Terms)
}

fn of_persons(metric: Metric, shape: &Shape<'_>) -> Option<Rollup> {
    if shape.is_by_channel()
        || shape.is_by_kind()
        || shape.is_by_elapsed_hour()
        || shape.is_by_hour_of_day()
    {
        return None;
    }
    match metric {
        // Two people may have been active on the same day, and of months only numbers are kept.
        Metric::DaysActive | Metric::Engagement if !shape.is_of_one_person() => None,
        Metric::Messages
        | Metric::Replies
        | Metric::Reactions
        | Metric::Files
        | Metric::Events
        | Metric::DaysActive
        | Metric::FirstActivity
        | Metric::LastActivity
        | Metric::Engagement => Some(Rollup::Persons),
        Metric::ActiveChannels => Some(Rollup::Pairs),
        _ => None,
    }
}

fn of_channels(metric: Metric, shape: &Shape<'_>) -> Option<Rollup> {
    if shape.is_by_elapsed_hour() {
        return None;
    }
    let by_hour = shape.is_by_hour_of_day();
    match metric {
        Metric::Messages | Metric::ActiveChannels if !shape.is_by_kind() => {
            Some(messages_of_channels(by_hour))
        }
        Metric::Posters | Metric::EngagedPeople if !shape.is_by_kind() && !by_hour => {
            Some(Rollup::Pairs)
        }
        Metric::LastMessage if !by_hour && !shape.is_by_kind() => Some(Rollup::ChannelLast),
        _ if is_counted_by_kind(metric) && !by_hour => Some(Rollup::Channels),
        _ => None,
    }
}

fn of_workspace(metric: Metric, shape: &Shape<'_>) -> Option<Rollup> {
    if is_counted_by_kind(metric) {
        let by_hour = shape.is_by_elapsed_hour() || shape.is_by_hour_of_day();
        return Some(if by_hour {
            Rollup::Hours
        } else {
            Rollup::Kinds
        });
    }
    if shape.is_by_kind() || shape.is_by_elapsed_hour() {
        return None;
    }
    match metric {
        Metric::ActivePeople | Metric::Posters | Metric::EngagedPeople
            if !shape.is_by_hour_of_day() =>
        {
            Some(Rollup::People)
        }
        Metric::ActiveChannels => Some(messages_of_channels(shape.is_by_hour_of_day())),
        _ => None,
    }
}

const fn messages_of_channels(by_hour: bool) -> Rollup {
    if by_hour {
        Rollup::ChannelHours
    } else {
        Rollup::ChannelMessages
    }
}

/// Returns whether the metric is a sum over events that their kind and message type select.
fn is_counted_by_kind(metric: Metric) -> bool {
    let definition = metric.definition();
    let by_kind = match definition.selection {
        Selection::All
        | Selection::Messages
        | Selection::Replies
        | Selection::Engagement
        | Selection::Kinds(_) => true,
        Selection::Activity | Selection::ThreadedMessages => false,
    };
    by_kind && matches!(definition.measure, Measure::Count | Measure::Words)
}
