//! From a question to its rows, by rollups.

mod constrain;
mod label;
mod page;

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    event::Kind,
    metric::{Aggregate, Condition, Metric},
    query::{Order, Query},
};

use self::{
    constrain::constrain,
    label::Cells,
    page::{is_row, page},
};
use crate::{
    Engine, Origin, StoreError, Table, TableRow,
    evaluate::{Constraint, Groups, evaluate},
    pieces::{Found, MOST_SEARCHES, Search, search},
    plan::{Plan, Source, base_metrics},
    rollup::{Rollup, Route, route},
    storage::{FactSource, Identities},
};

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
    if plan.from_events || !engine.answers_in(&query.zone) {
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
    let mut base = plan.clone();
    base.query.metrics = base_metrics(&query.metrics);
    let late = late_metrics(plan, &base.query.metrics, &routed, with_distribution);
    let Some((groups, mut origin)) = question.groups(&base, &constraint, &routed, &late)? else {
        return Ok(Answered::Raw);
    };
    let groups = with_ratios(groups, &query.metrics, &base.query.metrics);
    let all = if with_distribution {
        first_values(&groups, query)
    } else {
        Vec::new()
    };
    let (rows, total) = page(plan, &groups, identities, workspace)?;
    let mut values: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| groups.values.iter().map(|values| values[*row]).collect())
        .collect();
    if !late.is_empty() && !rows.is_empty() {
        let page: Vec<i64> = rows.iter().map(|row| groups.keys[*row][0]).collect();
        let Some((found, events)) = question.late(&base, constraint, &routed, &late, &page)? else {
            return Ok(Answered::Raw);
        };
        for (place, metric) in query.metrics.iter().enumerate() {
            let is_late = |late: &&usize| base.query.metrics[**late] == *metric;
            if let Some(column) = late.iter().find(is_late).and_then(|late| found.get(late)) {
                for (values, value) in values.iter_mut().zip(column) {
                    values[place] = *value;
                }
            }
        }
        origin.events_read += events;
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

/// Returns the values of the metrics that were asked for, given those of the base metrics.
fn with_ratios(groups: Groups, metrics: &[Metric], base: &[Metric]) -> Groups {
    if metrics == base {
        return groups;
    }
    let rows = groups.keys.len();
    let column = |metric: Metric| base.iter().position(|base| *base == metric);
    let values = metrics.iter().map(|metric| {
        let value = |metric: Metric, row: usize| {
            column(metric).map_or(f64::NAN, |column| groups.values[column][row])
        };
        match metric.definition().aggregate {
            Aggregate::Ratio(ratio) => (0..rows)
                .map(|row| ratio.value(|part| value(part, row)))
                .collect(),
            _ => (0..rows).map(|row| value(*metric, row)).collect(),
        }
    });
    Groups {
        values: values.collect(),
        keys: groups.keys,
        terms: groups.terms,
    }
}

/// Returns the first metric of every row.
fn first_values(groups: &Groups, query: &Query) -> Vec<Option<f64>> {
    let rows = (0..groups.keys.len()).filter(|row| is_row(groups, *row, query));
    let value = |row: usize| Some(groups.values[0][row]).filter(|value| !value.is_nan());
    rows.map(value).collect()
}

/// Values of late metrics, by their place, in the order of a page.
type LateValues = HashMap<usize, Vec<f64>>;

struct Question<'a> {
    engine: &'a Engine,
    facts: &'a dyn FactSource,
    workspace: u16,
}

impl Question<'_> {
    /// Evaluates all metrics of a base plan but the late ones; `None` when the events have to be asked.
    fn groups(
        &self,
        plan: &Plan,
        constraint: &Constraint,
        routed: &[Route],
        late: &[usize],
    ) -> Result<Option<(Groups, Origin)>, StoreError> {
        let early: Vec<Rollup> = routed
            .iter()
            .enumerate()
            .filter(|(metric, _)| !late.contains(metric))
            .map(|(_, route)| route.rollup)
            .collect();
        for _ in 0..MOST_SEARCHES {
            match search(self.facts, self.engine, self.workspace, plan, &early)? {
                Search::Raw => return Ok(None),
                Search::Again => {}
                Search::Found(found) => {
                    let groups = evaluate(&plan.query, constraint, routed, &found.pieces);
                    return Ok(Some((groups, origin(&found))));
                }
            }
        }
        Ok(None)
    }

    /// Evaluates the late metrics for the people or channels of a page: returns the values of each, in
    /// the order of the page, and how many events were read; `None` when the events have to be asked.
    fn late(
        &self,
        plan: &Plan,
        mut constraint: Constraint,
        routed: &[Route],
        late: &[usize],
        page: &[i64],
    ) -> Result<Option<(LateValues, u64)>, StoreError> {
        let mut numbers: Vec<u32> = page
            .iter()
            .filter_map(|number| u32::try_from(*number).ok())
            .collect();
        numbers.sort_unstable();
        match plan.query.dimensions.first() {
            Some(Dimension::User) => constraint.people = Some(numbers),
            _ => constraint.channels = Some(numbers),
        }
        let mut narrowed = plan.clone();
        narrowed.query.metrics = late
            .iter()
            .map(|metric| plan.query.metrics[*metric])
            .collect();
        let routed: Vec<Route> = late.iter().map(|metric| routed[*metric].clone()).collect();
        let Some((groups, origin)) = self.groups(&narrowed, &constraint, &routed, &[])? else {
            return Ok(None);
        };
        let rows: HashMap<i64, usize> = (0..groups.keys.len())
            .map(|row| (groups.keys[row][0], row))
            .collect();
        let column = |values: &Vec<f64>| {
            let value = |number: &i64| rows.get(number).map_or(0.0, |row| values[*row]);
            page.iter().map(value).collect()
        };
        let columns = late.iter().copied().zip(groups.values.iter().map(column));
        Ok(Some((columns.collect(), origin.events_read)))
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
        withheld: 0,
    }
}

/// Returns the places of base metrics that are sets of who was where, when a page is small and they do
/// not decide which rows are on it: these are evaluated for its rows only.
fn late_metrics(
    plan: &Plan,
    base: &[Metric],
    routed: &[Route],
    with_distribution: bool,
) -> Vec<usize> {
    let query = &plan.query;
    let is_page = plan.limit <= MOST_LATE_ROWS
        && matches!(
            query.dimensions.as_slice(),
            [Dimension::User | Dimension::Channel]
        );
    let decides = |metric: Metric| {
        let is = |place: usize| query.metrics[place] == metric;
        matches!(query.order, Order::Metric { index, .. } if is(index))
            || query.having.is_some_and(|having| is(having.metric))
            || (with_distribution && is(0))
    };
    // Parts of ratios are needed before rows are put in order.
    let is_asked = |metric: &Metric| query.metrics.contains(metric);
    let is_early = |place: usize| {
        let metric = base[place];
        routed[place].rollup != Rollup::Pairs || !is_asked(&metric) || decides(metric)
    };
    let early: Vec<Metric> = (0..routed.len())
        .filter(|place| is_early(*place))
        .map(|place| base[place])
        .filter(is_asked)
        .collect();
    let is_late = |place: &usize| !is_early(*place) && is_told_by(base[*place], &early);
    if is_page {
        (0..routed.len()).filter(is_late).collect()
    } else {
        Vec::new()
    }
}

/// Returns whether whoever has a value of a metric that is not zero has a row because of others: every
/// event that it counts is counted by one of them.
fn is_told_by(metric: Metric, others: &[Metric]) -> bool {
    let conditions = metric.definition().predicate.conditions();
    let kinds = conditions.iter().find_map(|condition| match condition {
        Condition::Kind(kinds) => Some(*kinds),
        _ => None,
    });
    let counts = |other: &Metric, kind: Kind| {
        let other = other.definition();
        let mut asked = other.predicate.conditions().iter();
        other.aggregate == Aggregate::Count
            && asked.all(|condition| match condition {
                Condition::Kind(kinds) => kinds.contains(&kind),
                Condition::NotKind(not) => *not != kind,
                other => conditions.contains(other),
            })
    };
    kinds.is_some_and(|kinds| {
        let mut kinds = kinds.iter();
        kinds.all(|kind| others.iter().any(|other| counts(other, *kind)))
    })
}
