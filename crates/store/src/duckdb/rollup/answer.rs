//! From a question to its rows, by rollups.

use std::{
    collections::HashMap,
    sync::{Arc, RwLockReadGuard},
};

use ::duckdb::Connection;
use domain::{
    dimension::Dimension,
    event::{EventType, MessageType},
    filter::Field,
    metric::Metric,
    plan::{Plan, Source},
    query::{Order, OrderBy, Query},
    rollup::{
        Constraint, GroupKey, Groups, MOST_DIMENSIONS, NONE, Rollup, conditions, evaluate, route,
    },
};

use super::{
    Rollups,
    pieces::{Found, Search, search},
};
use crate::{
    Cell, Origin, StoreError, Table, TableRow,
    duckdb::names::{Inner, Names, Table as NameTable},
};

/// How often blocks are looked for while days are being filled, before the events are asked.
const MOST_SEARCHES: u32 = 8;
/// Rows that are named at a time to be put in order, where names are not in memory.
const NAMED_AT_ONCE: usize = 4_096;
/// Rows of a page for which sets of who was where are worth a second look.
const MOST_LATE_ROWS: u32 = 1_000;

/// What came of a question.
pub(in crate::duckdb) enum Answered {
    /// Its rows, and the first metric of all of them where that is asked for.
    Table(Table, Vec<Option<f64>>),
    /// It is to be asked of the events.
    Raw,
}

/// Answers a plan by rollups where they can.
pub(in crate::duckdb) fn answer(
    connection: &Connection,
    rollups: &Rollups,
    names: &Names,
    workspace: u16,
    plan: &Plan,
    with_values: bool,
) -> Result<Answered, StoreError> {
    let query = &plan.query;
    if !rollups.answer_in(&query.zone) {
        return Ok(Answered::Raw);
    }
    let (Some(routed), Some(constraint)) = (route(query), constrain(query, names, workspace)?)
    else {
        return Ok(Answered::Raw);
    };
    let asked = Asked {
        connection,
        rollups,
        workspace,
    };
    let late = late_metrics(plan, &routed, with_values);
    let Some((groups, mut origin)) = asked.groups(plan, &constraint, &routed, &late)? else {
        return Ok(Answered::Raw);
    };
    let all = if with_values {
        first_values(&groups, query)
    } else {
        Vec::new()
    };
    let (rows, total) = page(plan, &groups, names, workspace)?;
    let mut values: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| groups.values.iter().map(|values| values[*row]).collect())
        .collect();
    if !late.is_empty() && !rows.is_empty() {
        let page: Vec<Subject<'_>> = rows
            .iter()
            .map(|row| Subject::of(plan, &groups, *row))
            .collect();
        let also = asked.add_late(plan, constraint, &routed, &late, &page, &mut values)?;
        let Some(also) = also else {
            return Ok(Answered::Raw);
        };
        origin.events_read += also;
    }
    let mut cells = Cells::new(query, &groups.terms, names, workspace);
    cells.name(rows.iter().map(|row| &groups.keys[*row]))?;
    let rows = rows.iter().zip(values).map(|(row, values)| TableRow {
        keys: cells.of(&groups.keys[*row]),
        values: values
            .into_iter()
            .map(|value| (!value.is_nan()).then_some(value))
            .collect(),
    });
    let table = Table {
        rows: rows.collect(),
        total,
        origin,
    };
    Ok(Answered::Table(table, all))
}

/// Returns the first metric of every row.
fn first_values(groups: &Groups, query: &Query) -> Vec<Option<f64>> {
    let rows = (0..groups.keys.len()).filter(|row| is_row(groups, *row, query));
    let value = |row: usize| Some(groups.values[0][row]).filter(|value| !value.is_nan());
    rows.map(value).collect()
}

struct Asked<'a> {
    connection: &'a Connection,
    rollups: &'a Rollups,
    workspace: u16,
}

impl Asked<'_> {
    /// Evaluates all metrics but the late ones; `None` when the events have to be asked.
    fn groups(
        &self,
        plan: &Plan,
        constraint: &Constraint,
        routed: &[Rollup],
        late: &[usize],
    ) -> Result<Option<(Groups, Origin)>, StoreError> {
        let early: Vec<Rollup> = (0..routed.len())
            .filter(|metric| !late.contains(metric))
            .map(|metric| routed[metric])
            .collect();
        for _ in 0..MOST_SEARCHES {
            match search(self.connection, self.rollups, self.workspace, plan, &early)? {
                Search::Raw => return Ok(None),
                Search::Again => {}
                Search::Found(found) => {
                    let groups = evaluate(&plan.query, constraint, routed, late, &found.pieces);
                    return Ok(Some((groups, origin(&found))));
                }
            }
        }
        Ok(None)
    }

    /// Evaluates the late metrics for the rows of a page; returns how many events were read, or
    /// `None` when they have to be asked.
    fn add_late(
        &self,
        plan: &Plan,
        mut constraint: Constraint,
        routed: &[Rollup],
        late: &[usize],
        page: &[Subject<'_>],
        values: &mut [Vec<f64>],
    ) -> Result<Option<u64>, StoreError> {
        let mut numbers: Vec<u32> = page.iter().filter_map(Subject::number).collect();
        numbers.sort_unstable();
        match plan.query.dimensions.first() {
            Some(Dimension::User) => constraint.people = Some(numbers),
            Some(Dimension::Channel) => constraint.channels = Some(numbers),
            _ => constraint.terms = Some(page.iter().filter_map(Subject::term).collect()),
        }
        let mut narrowed = plan.clone();
        narrowed.query.metrics = late
            .iter()
            .map(|metric| plan.query.metrics[*metric])
            .collect();
        let routed: Vec<Rollup> = late.iter().map(|metric| routed[*metric]).collect();
        let Some((groups, origin)) = self.groups(&narrowed, &constraint, &routed, &[])? else {
            return Ok(None);
        };
        let place: HashMap<Subject<'_>, usize> = (0..groups.keys.len())
            .map(|row| (Subject::of(plan, &groups, row), row))
            .collect();
        for (subject, values) in page.iter().zip(values) {
            for (index, metric) in late.iter().enumerate() {
                let row = place.get(subject);
                values[*metric] = row.map_or(0.0, |row| groups.values[index][*row]);
            }
        }
        Ok(Some(origin.events_read))
    }
}

/// What the row of a page is about, whatever it is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject<'a> {
    Number(i64),
    Term(&'a str),
}

impl<'a> Subject<'a> {
    fn of(plan: &Plan, groups: &'a Groups, row: usize) -> Self {
        let number = groups.keys[row][0];
        let is_term = plan
            .query
            .dimensions
            .first()
            .is_some_and(|dimension| dimension.is_multi_valued());
        let term = usize::try_from(number)
            .ok()
            .and_then(|number| groups.terms.get(number));
        match term {
            Some(term) if is_term => Self::Term(term),
            _ => Self::Number(number),
        }
    }

    fn number(&self) -> Option<u32> {
        match self {
            Self::Number(number) => u32::try_from(*number).ok(),
            Self::Term(_) => None,
        }
    }

    fn term(&self) -> Option<Box<str>> {
        match self {
            Self::Number(_) => None,
            Self::Term(term) => Some(Box::from(*term)),
        }
    }
}

pub(super) fn origin(found: &Found) -> Origin {
    let source = match (found.days + found.months, found.events_read) {
        (_, 0) => Source::Rollup,
        (0, _) => Source::Raw,
        _ => Source::Mixed,
    };
    Origin {
        source,
        days: found.days,
        months: found.months,
        events_read: found.events_read,
    }
}

/// Returns the metrics that are sets of who was where, when a page is small and they decide neither
/// which rows there are nor which are on it.
fn late_metrics(plan: &Plan, routed: &[Rollup], with_values: bool) -> Vec<usize> {
    let query = &plan.query;
    let is_page = plan.limit <= MOST_LATE_ROWS
        && matches!(
            query.dimensions.as_slice(),
            [Dimension::User | Dimension::Channel]
        );
    let decides = |metric: usize| {
        query.order.by == OrderBy::Metric(metric)
            || query.having.is_some_and(|having| having.metric == metric)
            || with_values && metric == 0
    };
    let is_early = |metric: usize| routed[metric] != Rollup::Pairs || decides(metric);
    let early: Vec<Metric> = (0..routed.len())
        .filter(|metric| is_early(*metric))
        .map(|metric| query.metrics[metric])
        .collect();
    let is_late = |metric: &usize| !is_early(*metric) && is_told_by(query.metrics[*metric], &early);
    if is_page {
        (0..routed.len()).filter(is_late).collect()
    } else {
        Vec::new()
    }
}

/// Returns whether a person or channel for which the metric is not zero has a row because of others.
fn is_told_by(metric: Metric, others: &[Metric]) -> bool {
    let asks = |other: Metric| others.contains(&other);
    let messages = asks(Metric::Messages);
    asks(Metric::Events)
        || match metric {
            Metric::Posters | Metric::ActiveChannels => messages,
            Metric::EngagedPeople => messages && asks(Metric::Reactions),
            _ => false,
        }
}

/// Returns the numbers that a filter narrows a question to; `None` when it is more than that.
fn constrain(
    query: &Query,
    names: &Names,
    workspace: u16,
) -> Result<Option<Constraint>, StoreError> {
    let Some(conditions) = conditions(&query.filter) else {
        return Ok(None);
    };
    let mut constraint = Constraint::default();
    for (field, values) in conditions {
        match field {
            Field::Channel => {
                let numbers = names.numbers(NameTable::Channel, workspace, values)?;
                narrow(&mut constraint.channels, numbers.into_iter());
            }
            Field::User => {
                let numbers = names.numbers(NameTable::Person, workspace, values)?;
                narrow(&mut constraint.people, numbers.into_iter());
            }
            Field::EventType => {
                let names = names.read();
                let code = |name: &String| {
                    let parsed = EventType::parse(name);
                    names.kind_code(parsed.as_ref().map_or(name.as_str(), EventType::name))
                };
                narrow(&mut constraint.kinds, values.iter().filter_map(code));
            }
            Field::MessageType => {
                let known = MessageType::ALL.into_iter();
                let wanted = known.filter(|kind| values.iter().any(|value| value == kind.name()));
                narrow(&mut constraint.message_types, wanted.map(MessageType::code));
            }
            Field::Property(_) => return Ok(None),
        }
    }
    Ok(Some(constraint))
}

/// Keeps what both allow, ascending.
fn narrow<T: Ord>(list: &mut Option<Vec<T>>, numbers: impl Iterator<Item = T>) {
    let mut numbers: Vec<T> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    if let Some(before) = list {
        numbers.retain(|number| before.contains(number));
    }
    *list = Some(numbers);
}

/// Returns whether a row is more than gaps and zeros; totals always are a row.
fn is_row(groups: &Groups, row: usize, query: &Query) -> bool {
    let mut values = groups.values.iter().zip(&query.metrics);
    query.dimensions.is_empty()
        || values.any(|(values, metric)| {
            let value = values[row];
            !value.is_nan() && (value != 0.0 || !metric.is_zero_when_absent())
        })
}

/// Returns the rows of the page in their order, and how many rows there are in all.
fn page(
    plan: &Plan,
    groups: &Groups,
    names: &Names,
    workspace: u16,
) -> Result<(Vec<usize>, u64), StoreError> {
    let query = &plan.query;
    let mut rows: Vec<usize> = (0..groups.keys.len())
        .filter(|row| is_row(groups, *row, query))
        .filter(|row| {
            query.having.is_none_or(|having| {
                let value = groups.values[having.metric][*row];
                having.at_least.is_none_or(|least| value >= least)
                    && having.below.is_none_or(|most| value < most)
            })
        })
        .collect();
    let total = rows.len() as u64;
    let Order { by, descending } = query.order;
    let by_metric = |left: &usize, right: &usize| match by {
        OrderBy::Keys | OrderBy::Nothing => std::cmp::Ordering::Equal,
        OrderBy::Metric(metric) => {
            let (left, right) = (groups.values[metric][*left], groups.values[metric][*right]);
            match (left.is_nan(), right.is_nan()) {
                (false, false) if descending => right.total_cmp(&left),
                (false, false) => left.total_cmp(&right),
                (left, right) => left.cmp(&right),
            }
        }
    };
    let (offset, limit) = (query.offset as usize, plan.limit as usize);
    let wanted = offset.saturating_add(limit);
    // Only the page needs to be in order, and names are looked at where numbers tie.
    let is_part = wanted > 0 && wanted < rows.len();
    if is_part {
        rows.select_nth_unstable_by(wanted - 1, by_metric);
        let last = rows[wanted - 1];
        rows.retain(|row| by_metric(row, &last).is_le());
    }
    let mut cells = Cells::new(query, &groups.terms, names, workspace);
    let compare = |cells: &Cells<'_>, left: &usize, right: &usize| {
        let keys = &groups.keys;
        by_metric(left, right).then_with(|| cells.compare(&keys[*left], &keys[*right]))
    };
    if is_part && rows.len() > wanted {
        let mut first: Vec<usize> = Vec::new();
        for part in rows.chunks(cells.named_at_once().max(wanted)) {
            first.extend_from_slice(part);
            cells.name(first.iter().map(|row| &groups.keys[*row]))?;
            if first.len() > wanted {
                first
                    .select_nth_unstable_by(wanted - 1, |left, right| compare(&cells, left, right));
                first.truncate(wanted);
            }
        }
        rows = first;
    }
    if by != OrderBy::Nothing {
        cells.name(rows.iter().map(|row| &groups.keys[*row]))?;
        rows.sort_unstable_by(|left, right| compare(&cells, left, right));
    }
    let page = rows.into_iter().skip(offset).take(limit).collect();
    Ok((page, total))
}

/// Names the numbers of keys.
struct Cells<'a> {
    query: &'a Query,
    terms: &'a [Box<str>],
    names: &'a Names,
    workspace: u16,
    ids: Ids<'a>,
}

/// Where identifiers are taken from.
enum Ids<'a> {
    /// All of them are in memory.
    Memory(RwLockReadGuard<'a, Inner>),
    /// Those that are needed were looked for.
    Found(
        HashMap<(NameTable, u32), Arc<str>>,
        Arc<HashMap<u16, Arc<str>>>,
    ),
}

/// A key as it is sorted and shown.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Named<'a> {
    Number(i64),
    Text(&'a str),
    // What is absent stands last.
    Absent,
}

const fn table_of(dimension: Dimension) -> Option<NameTable> {
    match dimension {
        Dimension::User => Some(NameTable::Person),
        Dimension::Channel => Some(NameTable::Channel),
        _ => None,
    }
}

impl<'a> Cells<'a> {
    fn new(query: &'a Query, terms: &'a [Box<str>], names: &'a Names, workspace: u16) -> Self {
        let inner = names.read();
        let mut tables = query.dimensions.iter().copied().filter_map(table_of);
        let ids = if tables.all(|table| inner.beyond(table, workspace).is_empty()) {
            Ids::Memory(inner)
        } else {
            Ids::Found(HashMap::new(), Arc::clone(inner.kinds()))
        };
        Self {
            query,
            terms,
            names,
            workspace,
            ids,
        }
    }

    /// Returns how many rows are named at a time.
    fn named_at_once(&self) -> usize {
        match self.ids {
            Ids::Memory(_) => usize::MAX,
            Ids::Found(..) => NAMED_AT_ONCE,
        }
    }

    /// Looks for the identifiers of these keys, and forgets those of all others.
    fn name<'k>(&mut self, keys: impl Iterator<Item = &'k GroupKey>) -> Result<(), StoreError> {
        let Ids::Found(found, _) = &mut self.ids else {
            return Ok(());
        };
        let mut before = std::mem::take(found);
        for key in keys {
            for (dimension, number) in self.query.dimensions.iter().zip(key) {
                let (Some(table), Ok(number)) = (table_of(*dimension), u32::try_from(*number))
                else {
                    continue;
                };
                if found.contains_key(&(table, number)) {
                    continue;
                }
                let id = match before.remove(&(table, number)) {
                    None => self.names.id(table, self.workspace, number)?,
                    known => known,
                };
                found.extend(id.map(|id| ((table, number), id)));
            }
        }
        Ok(())
    }

    fn id(&self, table: NameTable, number: u32) -> Option<&str> {
        let id = match &self.ids {
            Ids::Memory(inner) => {
                let of = inner.of(self.workspace)?;
                match table {
                    NameTable::Person => of.people.id(number),
                    NameTable::Channel => of.channels.id(number),
                }
            }
            Ids::Found(found, _) => found.get(&(table, number)),
        };
        id.map(AsRef::as_ref)
    }

    fn kind(&self, code: u16) -> Option<&str> {
        let kinds = match &self.ids {
            Ids::Memory(inner) => inner.kinds(),
            Ids::Found(_, kinds) => kinds,
        };
        kinds.get(&code).map(AsRef::as_ref)
    }

    fn named(&self, dimension: Dimension, number: i64) -> Named<'_> {
        if number == NONE {
            return Named::Absent;
        }
        let index = u32::try_from(number).unwrap_or(u32::MAX);
        let text = match dimension {
            Dimension::User => self.id(NameTable::Person, index),
            Dimension::Channel => self.id(NameTable::Channel, index),
            Dimension::EventType => self.kind(u16::try_from(number).unwrap_or(u16::MAX)),
            Dimension::Emoji | Dimension::Link | Dimension::Hashtag => {
                self.terms.get(index as usize).map(AsRef::as_ref)
            }
            Dimension::MessageType
            | Dimension::Time(_)
            | Dimension::HourOfDay
            | Dimension::Weekday
            | Dimension::IsBot => return Named::Number(number),
        };
        text.map_or(Named::Absent, Named::Text)
    }

    fn compare(&self, left: &GroupKey, right: &GroupKey) -> std::cmp::Ordering {
        let dimensions = self.query.dimensions.iter().take(MOST_DIMENSIONS);
        let each = dimensions.zip(left.iter().zip(right));
        each.map(|(dimension, (left, right))| {
            self.named(*dimension, *left)
                .cmp(&self.named(*dimension, *right))
        })
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
    }

    fn of(&self, key: &GroupKey) -> Vec<Cell> {
        let cell = |(dimension, number): (&Dimension, &i64)| {
            if *dimension == Dimension::MessageType {
                let known = MessageType::ALL
                    .into_iter()
                    .find(|kind| i64::from(kind.code()) == *number);
                return known.map_or(Cell::None, |kind| Cell::Text(kind.name().to_owned()));
            }
            match self.named(*dimension, *number) {
                Named::Number(number) => Cell::Int(number),
                Named::Text(text) => Cell::Text(text.to_owned()),
                Named::Absent => Cell::None,
            }
        };
        self.query.dimensions.iter().zip(key).map(cell).collect()
    }
}
