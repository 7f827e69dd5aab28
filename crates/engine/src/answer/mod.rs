//! From a question to its rows, by rollups.

mod constrain;
mod label;
mod page;

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    metric::{Measure, Metric},
    query::OrderBy,
};

use self::{
    constrain::constrain,
    label::Cells,
    page::{is_row, page},
};
use crate::{
    Engine, Origin, StoreError, Table, TableRow,
    evaluate::{Constraint, Groups, evaluate},
    pieces::{Found, Search, search},
    plan::{Plan, Source},
    rollup::{Rollup, route},
    storage::{FactSource, Identities},
};

/// How often blocks are looked for while days are being filled, before the events are asked.
pub(crate) const MOST_SEARCHES: u32 = 8;
/// Rows of a page for which sets of who was where are worth a second look.
const MOST_LATE_ROWS: u32 = 1_000;

/// What came of a question.
pub enum Answered {
    /// Its rows, and the first metric of all of them where that is asked for.
    Table(Table, Vec<Option<f64>>),
    /// It is to be asked of the events.
    Raw,
}

/// Answers a plan by rollups where they can; see [`Engine::answer`].
pub(crate) fn answer(
    engine: &Engine,
    facts: &dyn FactSource,
    identities: &dyn Identities,
    workspace: u16,
    plan: &Plan,
    with_distribution: bool,
) -> Result<Answered, StoreError> {
    let query = &plan.query;
    if !engine.answers_in(&query.zone) {
        return Ok(Answered::Raw);
    }
    let (Some(routed), Some(constraint)) = (route(query), constrain(query, identities, workspace)?)
    else {
        return Ok(Answered::Raw);
    };
    let question = Question {
        engine,
        facts,
        workspace,
    };
    let late = late_metrics(plan, &routed);
    let Some((groups, mut origin)) = question.groups(plan, &constraint, &routed, &late)? else {
        return Ok(Answered::Raw);
    };
    let all = if with_distribution {
        first_values(&groups, &query.metrics)
    } else {
        Vec::new()
    };
    let (rows, total) = page(plan, &groups, identities, workspace)?;
    let mut values: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| groups.values.iter().map(|values| values[*row]).collect())
        .collect();
    if !late.is_empty() && !rows.is_empty() {
        let page: Vec<Subject<'_>> = rows
            .iter()
            .map(|row| Subject::of(plan, &groups, *row))
            .collect();
        let also = question.add_late(plan, constraint, &routed, &late, &page, &mut values)?;
        let Some(also) = also else {
            return Ok(Answered::Raw);
        };
        origin.events_read += also;
    }
    let mut cells = Cells::new(query, &groups.terms, identities, workspace);
    cells.look_up(rows.iter().map(|row| &groups.keys[*row]))?;
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
fn first_values(groups: &Groups, metrics: &[Metric]) -> Vec<Option<f64>> {
    let rows = (0..groups.keys.len()).filter(|row| is_row(groups, *row, metrics));
    let value = |row: usize| Some(groups.values[0][row]).filter(|value| !value.is_nan());
    rows.map(value).collect()
}

struct Question<'a> {
    engine: &'a Engine,
    facts: &'a dyn FactSource,
    workspace: u16,
}

impl Question<'_> {
    /// Evaluates all metrics but the late ones; `None` when the events have to be asked.
    fn groups(
        &self,
        plan: &Plan,
        constraint: &Constraint,
        routed: &[Rollup],
        late: &[usize],
    ) -> Result<Option<(Groups, Origin)>, StoreError> {
        let early: Vec<Rollup> = (0..routed.len())
            .filter(|metric| !late.contains(metric) || routed[*metric] == Rollup::Terms)
            .map(|metric| routed[metric])
            .collect();
        for _ in 0..MOST_SEARCHES {
            match search(self.facts, self.engine, self.workspace, plan, &early)? {
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

pub(crate) fn origin(found: &Found) -> Origin {
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

/// Returns the metrics that are sets of who was where or used what, when a page is small and they do not decide
/// which rows are on it.
fn late_metrics(plan: &Plan, routed: &[Rollup]) -> Vec<usize> {
    let query = &plan.query;
    let is_page = plan.limit <= MOST_LATE_ROWS
        && matches!(
            query.dimensions.as_slice(),
            [Dimension::User | Dimension::Channel]
        );
    let decides = |metric: usize| {
        query.order.by == OrderBy::Metric(metric)
            || query.having.is_some_and(|having| having.metric == metric)
    };
    let is_set = |metric: usize| match routed[metric] {
        Rollup::Pairs => true,
        Rollup::Terms => query.metrics[metric].definition().measure == Measure::People,
        _ => false,
    };
    let late: Vec<usize> = (0..routed.len())
        .filter(|metric| is_set(*metric) && !decides(*metric))
        .collect();
    if is_page && late.len() < routed.len() {
        late
    } else {
        Vec::new()
    }
}
