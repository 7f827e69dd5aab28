//! What is asked so that a question about groups can be answered.

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    privacy::PrivacyError,
    query::{Order, Population, Query},
    time::{Grain, Range},
};

use super::Behind;

/// A question about groups, and those that say how large the groups are.
#[derive(Debug, Clone)]
pub struct Guarded {
    /// The question as it was asked.
    pub asked: Query,
    /// All of its rows, without page and conditions.
    pub whole: Query,
    /// The people behind each of its numbers.
    pub groups: Query,
    /// The people behind the rest of the whole, where it is narrowed.
    pub rest: Option<Query>,
    /// The people behind each value that it is narrowed to, where the rows do not tell these apart.
    pub values: Option<Query>,
    /// Which of the rows are asked for: conditions on what they are split by.
    pub(super) rows: Filter,
    /// The place among the dimensions of what it is narrowed by.
    pub(super) narrowed: Option<usize>,
    pub(super) behind: Behind,
}

/// The answers that say how large groups are.
#[derive(Debug, Default)]
pub struct Sizes {
    /// Of [`Guarded::groups`].
    pub groups: crate::Table,
    /// Of [`Guarded::rest`].
    pub rest: Option<crate::Table>,
    /// Of [`Guarded::values`].
    pub values: Option<crate::Table>,
}

/// Returns what is asked for a question about groups, or why it may not be asked.
///
/// The span of the question must consist of whole days that are over; `days` returns what of a span
/// does.
pub fn guard(mut query: Query, days: impl Fn(Range) -> Range) -> Result<Guarded, PrivacyError> {
    let fields = query.filter.fields();
    if query.dimensions.contains(&Dimension::User) || fields.contains(&&Field::User) {
        return Err(PrivacyError::SinglePersons);
    }
    if query.dimensions.contains(&Dimension::Time(Grain::Hour)) {
        return Err(PrivacyError::Time("groupBy"));
    }
    if !query.filter.segments().is_empty() {
        return Err(PrivacyError::Filter);
    }
    query.range = days(query.range);
    let (rows, filter) = split(&query);
    let by = narrowed_by(&filter)?;
    let mut whole = query.clone();
    whole.filter = filter;
    whole.having = None;
    whole.order = Order::Keys;
    (whole.limit, whole.offset) = (None, 0);
    let behind = Behind::of(&query.metrics);
    let mut groups = whole.clone();
    groups.metrics.clone_from(&behind.counted);
    groups.population = Population::People;
    groups.as_stored = true;
    groups.order = Order::Any;
    let narrowed = by.and_then(|by| query.dimensions.iter().position(|one| *one == by));
    let rest = by.map(|_| {
        let mut rest = groups.clone();
        rest.filter = Filter::Not(Box::new(whole.filter.clone()));
        if let Some(place) = narrowed {
            rest.dimensions.remove(place);
        }
        rest
    });
    let values = by.filter(|_| narrowed.is_none()).map(|by| {
        let mut values = groups.clone();
        values.dimensions.push(by);
        values
    });
    Ok(Guarded {
        asked: query,
        whole,
        groups,
        rest,
        values,
        rows,
        narrowed,
        behind,
    })
}

/// Returns the conditions on channels that rows by channel are asked by, and all others: the former
/// choose among rows and need not narrow the question.
fn split(query: &Query) -> (Filter, Filter) {
    let (mut rows, mut others) = (Filter::default(), Filter::default());
    if !query.dimensions.contains(&Dimension::Channel) {
        return (rows, query.filter.clone());
    }
    let parts = match &query.filter {
        Filter::All(parts) => parts.clone(),
        one => vec![one.clone()],
    };
    for part in parts {
        if part.fields() == [&Field::Channel] {
            rows = rows.and(part);
        } else {
            others = others.and(part);
        }
    }
    (rows, others)
}

/// Returns the dimension of the one field that a filter looks at; `None` where everything counts.
fn narrowed_by(filter: &Filter) -> Result<Option<Dimension>, PrivacyError> {
    match filter.fields().as_slice() {
        [] if filter.is_everything() => Ok(None),
        [Field::Channel] => Ok(Some(Dimension::Channel)),
        [Field::EventType] => Ok(Some(Dimension::EventType)),
        [Field::MessageType] => Ok(Some(Dimension::MessageType)),
        _ => Err(PrivacyError::Filter),
    }
}
