//! Which rollup answers which metric exactly.
//!
//! 1. The filter must be a conjunction of plain conditions, none of them on a property or a term.
//! 2. Split by a term or a property, and at most by days besides: the terms of messages, of reactions or shared
//!    files where only these are asked for, or of messages and reactions where they are counted together.
//!    Topics are asked of the events: most topics of a day are those of one person, and would fill the
//!    rollup several times over (ADR 0021).
//! 3. Else a rollup answers a metric when
//!    - its rows are told apart by all that the question splits by or is narrowed to,
//!    - it holds all events that the metric counts, and
//!    - it keeps what the metric takes, of just these events, or of more where rows of other kinds can
//!      be left out.
//! 4. Of several the first one in the order of [`Rollup::ALL`] is taken.
//! 5. Days active are counted of one person at a time, or not at all.
//! 6. Rows of persons, in channels or not, hold amounts that are not weighted, and all others weighted ones: which of them a
//!    question asks for, it says itself ([`Query::is_weighted`]).
//! 7. Whatever no rollup answers is asked of the events.

use domain::{
    dimension::{Cycle, CycleUnit, Dimension, KeyKind, Subject, TermList},
    event::{EventType, Kind},
    filter::{Field, Filter},
    metric::{Aggregate, Condition, Key, Metric, Part},
    query::{Population, Query},
    time::Grain,
};

use super::{
    block::{Measure, Rollup, RowPart},
    terms::TermKind,
};
use crate::{evaluate::MOST_DIMENSIONS, plan::base_metrics};

/// How a metric is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// By which rollup.
    pub rollup: Rollup,
    /// From which of its measures, by place.
    pub measure: usize,
    /// What rows must meet besides, by their kind.
    pub rest: Vec<Condition>,
}

/// What a question is split by and narrowed to.
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

    /// Returns what rows have to be told apart by.
    fn needs(&self) -> Vec<RowPart> {
        let split = self.query.dimensions.iter().filter_map(|dimension| {
            Some(match dimension.keys() {
                KeyKind::Bucket(Grain::Hour) => RowPart::Hour,
                KeyKind::Cycle(Cycle {
                    unit: CycleUnit::Hour,
                    ..
                }) => RowPart::HourOfDay,
                KeyKind::Identifier(Subject::Channel) => RowPart::Channel,
                KeyKind::Identifier(Subject::Person) => RowPart::Person,
                KeyKind::MessageType | KeyKind::EventType => RowPart::Kind,
                KeyKind::Term(_) | KeyKind::Property(_) => RowPart::Term,
                KeyKind::Whether(_) => RowPart::Event,
                KeyKind::Bucket(_) | KeyKind::Cycle(_) | KeyKind::Bot => return None,
            })
        });
        let narrowed = self.conditions.iter().filter_map(|(field, _)| {
            Some(match field {
                Field::Channel => RowPart::Channel,
                Field::User => RowPart::Person,
                Field::EventType | Field::MessageType => RowPart::Kind,
                Field::Property(_) | Field::Term(_) => return None,
            })
        });
        split.chain(narrowed).collect()
    }

    /// Returns what holds of every event that a metric counts.
    fn known(&self, metric: Metric) -> Vec<Condition> {
        let definition = metric.definition();
        let mut known = definition.predicate.conditions().to_vec();
        let counts = |key: Key| definition.aggregate == Aggregate::Distinct(key);
        let is_of = |dimension: Dimension, field: &Field| {
            self.split_by(|split| *split == dimension) || self.narrowed_to(field)
        };
        if counts(Key::Person) || is_of(Dimension::User, &Field::User) {
            known.push(Condition::Has(Part::Person));
        }
        if counts(Key::Channel) || is_of(Dimension::Channel, &Field::Channel) {
            known.push(Condition::Has(Part::Channel));
        }
        known
    }

    /// Returns whether the question is about one person at a time.
    fn is_of_single_people(&self) -> bool {
        let one =
            |(field, values): &(&Field, &[String])| **field == Field::User && values.len() == 1;
        self.split_by(|dimension| *dimension == Dimension::User) || self.conditions.iter().any(one)
    }

    /// Returns whether only events of a kind are asked for, and nothing else is said.
    fn is_only(&self, kind: Kind) -> bool {
        let is_of_kind = |value: &String| {
            EventType::parse(value).is_some_and(|known| known.name() == kind.name())
        };
        matches!(self.conditions.as_slice(), [(Field::EventType, values)] if values.iter().all(is_of_kind))
    }
}

/// Returns how each of the [`base_metrics`] of a question is answered, or `None` when it has to be
/// asked of the events.
pub fn route(query: &Query) -> Option<Vec<Route>> {
    let shape = Shape {
        query,
        conditions: conditions(&query.filter)?,
    };
    let is_of_more =
        |(field, _): &(&Field, &[String])| matches!(field, Field::Property(_) | Field::Term(_));
    if query.dimensions.len() > MOST_DIMENSIONS || shape.conditions.iter().any(is_of_more) {
        return None;
    }
    let needs = shape.needs();
    let metrics = base_metrics(&query.metrics);
    if needs.contains(&RowPart::Term) {
        let route = Route {
            rollup: term_kinds(query)?.first()?.rollup(),
            measure: 0,
            rest: Vec::new(),
        };
        return Some(vec![route; metrics.len()]);
    }
    metrics
        .into_iter()
        .map(|metric| {
            let mut rollups = Rollup::ALL.iter();
            rollups.find_map(|rollup| serve(*rollup, metric, &shape, &needs))
        })
        .collect()
}

/// Returns how a rollup answers a metric, if it does.
fn serve(rollup: Rollup, metric: Metric, shape: &Shape<'_>, needs: &[RowPart]) -> Option<Route> {
    let definition = metric.definition();
    if !needs.iter().all(|part| rollup.parts().contains(part)) {
        return None;
    }
    if definition.aggregate == Aggregate::Distinct(Key::LocalDay) && !shape.is_of_single_people() {
        return None;
    }
    let is_amount = matches!(definition.aggregate, Aggregate::Count | Aggregate::Sum(_));
    if is_amount && shape.query.is_weighted() == rollup.is_unweighted() {
        return None;
    }
    let known = shape.known(metric);
    let follows = |condition: &Condition, from: &[Condition]| {
        from.iter().any(|known| condition.follows_from(*known))
    };
    if !rollup.base().iter().all(|held| follows(held, &known)) {
        return None;
    }
    let by_kind = rollup.parts().contains(&RowPart::Kind);
    let mut measures = rollup.measures().iter().enumerate();
    measures.find_map(|(place, measure)| {
        let kept = measure.predicate.conditions();
        if !takes(rollup, measure, definition.aggregate)
            || !kept.iter().all(|kept| follows(kept, &known))
        {
            return None;
        }
        let held = [kept, rollup.base()].concat();
        let rest: Vec<Condition> = known
            .iter()
            .copied()
            .filter(|condition| !follows(condition, &held))
            .collect();
        let decides = |condition: &Condition| by_kind && condition.is_by_kind();
        rest.iter().all(decides).then_some(Route {
            rollup,
            measure: place,
            rest,
        })
    })
}

/// Returns whether a measure holds what a metric takes: the same, or rows of channels where these are
/// counted.
fn takes(rollup: Rollup, measure: &Measure, aggregate: Aggregate) -> bool {
    let counts_channels = aggregate == Aggregate::Distinct(Key::Channel)
        && measure.aggregate == Aggregate::Count
        && matches!(rollup, Rollup::ChannelMessages | Rollup::ChannelHours);
    measure.aggregate == aggregate || counts_channels
}

/// Returns which terms of a day tell how often, and by whom, the terms that a question is split by were used;
/// `None` where the events are asked. All its metrics are about the same events.
pub(crate) fn term_kinds(query: &Query) -> Option<&'static [TermKind]> {
    let mut split = None;
    for dimension in &query.dimensions {
        match dimension.keys() {
            KeyKind::Term(_) | KeyKind::Property(_) if split.is_none() => split = Some(*dimension),
            KeyKind::Bucket(grain) if grain != Grain::Hour => {}
            _ => return None,
        }
    }
    let split = split?;
    let shape = Shape {
        query,
        conditions: conditions(&query.filter)?,
    };
    let metrics = base_metrics(&query.metrics);
    let only = |counted: &[Metric]| metrics.iter().all(|metric| counted.contains(metric));
    let is_everything = shape.conditions.is_empty();
    let list = match split.keys() {
        KeyKind::Term(list) => list,
        KeyKind::Property(property) => {
            let is_of_kind = is_everything || shape.is_only(property.kind);
            let kinds: &[TermKind] = match TermKind::of_property(split)? {
                TermKind::Platform => &[TermKind::Platform],
                _ => &[TermKind::Feature],
            };
            let counts = is_of_kind && only(&[Metric::Events, Metric::ActivePeople]);
            let counts_sign_ins = split == Dimension::Platform && only(&[Metric::SignIns]);
            return (counts || (is_of_kind && counts_sign_ins)).then_some(kinds);
        }
        _ => return None,
    };
    if list == TermList::Emoji {
        if shape.is_only(Kind::ReactionAdded) {
            return only(&[Metric::Reactions, Metric::ActivePeople])
                .then_some(&[TermKind::Reaction]);
        }
        if is_everything && only(&[Metric::Interactions, Metric::EngagedPeople]) {
            return Some(&[TermKind::Emoji, TermKind::Reaction]);
        }
    }
    let of_messages = is_everything && only(&[Metric::Messages, Metric::Posters]);
    let of_files = (is_everything && only(&[Metric::Files, Metric::FileBytes]))
        || (shape.is_only(Kind::FileShared)
            && only(&[Metric::Files, Metric::FileBytes, Metric::ActivePeople]));
    let (counts, kinds): (bool, &[TermKind]) = match list {
        TermList::Emoji => (of_messages, &[TermKind::Emoji]),
        TermList::Links => (of_messages, &[TermKind::Link]),
        TermList::Hashtags => (of_messages, &[TermKind::Hashtag]),
        TermList::Domains => (of_messages, &[TermKind::Domain]),
        TermList::Urls => (of_messages, &[TermKind::Url]),
        TermList::FileNames => (of_files, &[TermKind::FileName]),
        TermList::FileExtensions => (of_files, &[TermKind::FileExtension]),
        TermList::FileKinds => (of_files, &[TermKind::FileKind]),
        TermList::FileHashes => (of_files, &[TermKind::FileHash]),
        TermList::Topics => return None,
    };
    counts.then_some(kinds)
}

/// Returns whether blocks of whole months may answer the question.
pub fn may_use_months(query: &Query) -> bool {
    let needs_days = query
        .dimensions
        .iter()
        .any(|dimension| match dimension.keys() {
            KeyKind::Bucket(grain) => grain != Grain::Month,
            KeyKind::Cycle(cycle) => !cycle.is_within_day(),
            _ => false,
        });
    // Who acts both as a bot and not has days of both kinds, of which a month keeps only numbers.
    let counts_days_of_both = query.population == Population::Everyone
        && query
            .metrics
            .iter()
            .any(|metric| metric.definition().aggregate.is_local());
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
        Filter::Among(field, values) => Some(vec![(field, values)]),
        Filter::Any(_) | Filter::Not(_) | Filter::Segment(_) => None,
    }
}
