//! A plan as one statement.
//!
//! The inner statement groups events by numbers; the outer one puts the names in place of the
//! numbers, counts the rows and cuts them, so that ties are sorted by identifier.

use std::fmt::Write as _;

use domain::{
    dimension::{Dimension, KeyKind, Subject},
    metric::{Aggregate, Metric},
    query::{Having, Order, Population},
    time::Range,
};

use engine::plan::{Plan, base_metrics};

use super::{
    Dialect, Sql, all,
    dimension::{group_key, list_column, terms_of},
    filter, metric,
};

/// Which rows of the shared tables a statement may see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// The workspace's number.
    pub(crate) workspace_ref: u16,
}

impl Scope {
    /// Returns the condition on events within `range`.
    pub(crate) fn events_in(self, range: Range) -> Sql {
        all([
            Sql::raw(format!("workspace_ref = {}", self.workspace_ref)),
            Sql::raw("timestamp_ms >= ").with(Sql::int(range.from().as_millis())),
            Sql::raw("timestamp_ms < ").with(Sql::int(range.to().as_millis())),
        ])
    }
}

/// Returns the statement that answers a plan: a column for each dimension, one for each metric,
/// and last the number of rows without limit and offset.
///
/// `weights` are all weights of the events in its span, ascending; none where they are not known to be
/// others than 1, or make no difference to it.
pub(crate) fn select(plan: &Plan, scope: Scope, weights: &[f64], dialect: &dyn Dialect) -> Sql {
    let query = &plan.query;
    let keys = query.dimensions.len();
    let grouped = group(plan, scope, weights, dialect);
    let mut outer = String::from("--sql\nSELECT ");
    let mut joins = String::new();
    for (index, dimension) in query.dimensions.iter().enumerate() {
        let name = name_of(*dimension, index, scope, &mut joins);
        let _ = write!(outer, "{name} AS k{index}, ");
    }
    for index in 0..query.metrics.len() {
        let _ = write!(outer, "q.m{index}, ");
    }
    let mut statement = Sql::raw(outer)
        .then("count(*) OVER () AS total\nFROM (\n")
        .with(grouped);
    statement = statement.then("\n) q").then(joins);
    let mut kept: Vec<String> = query.having.map(having_text).into_iter().collect();
    if keys > 0 {
        kept.push(is_nonempty(&query.metrics));
    }
    if !kept.is_empty() {
        statement = statement.then("\nWHERE ").then(kept.join(" AND "));
    }
    statement = statement.then("\nORDER BY ");
    if let Order::Metric { index, descending } = query.order {
        let direction = if descending { "DESC" } else { "ASC" };
        statement = statement.then(format!("q.m{index} {direction} NULLS LAST"));
        statement = statement.then(if keys > 0 { ", " } else { "" });
    } else if keys == 0 {
        statement = statement.then("1");
    }
    let by_keys = (1..=keys).map(|position| Sql::raw(format!("{position} NULLS LAST")));
    statement
        .with(Sql::join(by_keys, ", "))
        .then(format!("\nLIMIT {} OFFSET {}", plan.limit, query.offset))
}

fn group(plan: &Plan, scope: Scope, weights: &[f64], dialect: &dyn Dialect) -> Sql {
    let query = &plan.query;
    let mut columns = Vec::new();
    for (index, dimension) in query.dimensions.iter().enumerate() {
        columns.push(group_key(*dimension, &plan.clock, dialect).then(format!(" AS g{index}")));
    }
    for (index, metric) in query.metrics.iter().enumerate() {
        let value = metric::aggregate(*metric, plan, weights, dialect);
        columns.push(value.then(format!(" AS m{index}")));
    }
    let mut conditions = vec![scope.events_in(query.range)];
    conditions.extend(metric::condition(plan.predicate));
    if query.population == Population::People {
        conditions.push(Sql::raw("NOT is_bot"));
    }
    for dimension in &query.dimensions {
        if let KeyKind::Identifier(_) | KeyKind::Property(_) = dimension.keys() {
            let key = group_key(*dimension, &plan.clock, dialect);
            conditions.push(key.then(" IS NOT NULL"));
        }
    }
    if !query.filter.is_everything() {
        conditions.push(filter::condition(&query.filter, scope, dialect));
    }
    let term = query
        .dimensions
        .iter()
        .find_map(|dimension| terms_of(*dimension));
    let mut inner = Sql::raw("  SELECT ").with(Sql::join(columns, ", "));
    inner = match term {
        None => inner.then("\n  FROM event\n  WHERE ").with(all(conditions)),
        Some(list) => inner
            .then("\n  FROM (SELECT *, ")
            .with(dialect.unnest(Sql::raw(list_column(list))))
            .then(" AS term FROM event WHERE ")
            .with(all(conditions))
            .then(")"),
    };
    if query.dimensions.is_empty() {
        return inner;
    }
    let positions = (0..query.dimensions.len()).map(|index| Sql::raw(format!("g{index}")));
    inner.then("\n  GROUP BY ").with(Sql::join(positions, ", "))
}

/// Returns whether the weights of sampled events make a difference to a plan: it counts people.
pub(crate) fn needs_weights(plan: &Plan) -> bool {
    let weighs = |metric: &Metric| match metric.definition().aggregate {
        Aggregate::Distinct(key) => key.is_weighted(),
        _ => false,
    };
    let query = &plan.query;
    query.is_weighted() && base_metrics(&query.metrics).iter().any(weighs)
}

/// Returns the statement that finds the weights of the events in the span of a plan, ascending.
pub(crate) fn weights(plan: &Plan, scope: Scope) -> Sql {
    Sql::raw("--sql\nSELECT DISTINCT weight FROM event WHERE ")
        .with(scope.events_in(plan.query.range))
        .then(" ORDER BY weight")
}

/// Returns the expression that names a group, joining what it takes.
fn name_of(dimension: Dimension, index: usize, scope: Scope, joins: &mut String) -> String {
    let table = match dimension.keys() {
        KeyKind::Identifier(Subject::Channel) => "channel",
        KeyKind::Identifier(Subject::Person) => "person",
        KeyKind::EventType => {
            let _ = write!(
                joins,
                "\nJOIN event_type n{index} ON n{index}.code = q.g{index}"
            );
            return format!("n{index}.name");
        }
        KeyKind::Bucket(_)
        | KeyKind::Cycle(_)
        | KeyKind::MessageType
        | KeyKind::Bot
        | KeyKind::Whether(_)
        | KeyKind::Property(_)
        | KeyKind::Term(_) => return format!("q.g{index}"),
    };
    let workspace = scope.workspace_ref;
    let _ = write!(
        joins,
        "\nJOIN {table} n{index} ON n{index}.workspace_ref = {workspace} AND n{index}.ref = q.g{index}"
    );
    format!("n{index}.id")
}

/// Rows of nothing but gaps and zeros are no rows: rollups have none of them either.
fn is_nonempty(metrics: &[Metric]) -> String {
    let says = |(index, metric): (usize, &Metric)| {
        if metric.is_zero_when_absent() {
            format!("q.m{index} <> 0")
        } else {
            format!("q.m{index} IS NOT NULL")
        }
    };
    let each: Vec<String> = metrics.iter().enumerate().map(says).collect();
    format!("({})", each.join(" OR "))
}

/// The bounds are our own numbers, never text of a request.
fn having_text(having: Having) -> String {
    let metric = format!("q.m{}", having.metric);
    let mut parts = Vec::new();
    if let Some(at_least) = having.at_least {
        parts.push(format!("{metric} >= {at_least:?}"));
    }
    if let Some(below) = having.below {
        parts.push(format!("{metric} < {below:?}"));
    }
    if parts.is_empty() {
        "TRUE".to_owned()
    } else {
        parts.join(" AND ")
    }
}
