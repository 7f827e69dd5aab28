//! Questions about metrics, as parts of a report.

use domain::{dimension::Dimension, metric::Metric};

use crate::{
    query::{
        Ask, ByName, Key, OrderKey, QueryError, QueryService, SemanticAnswer, SemanticOrder,
        SemanticRequest, SemanticRow, Shown, TIME,
    },
    report::content::{Cell, Chart, Column, Figure, Point, Table},
};

/// Most points of a chart.
const MOST_POINTS: u32 = 5_000;

/// Returns the metrics over the whole span.
pub(super) async fn figures(
    query: &QueryService,
    ask: &Ask,
    metrics: &[Metric],
) -> Result<Vec<Figure>, QueryError> {
    let request = SemanticRequest {
        metrics: metrics.to_vec(),
        dimensions: Vec::new(),
        by_time: false,
        order: SemanticOrder {
            by: OrderKey::Time,
            descending: false,
        },
        limit: 1,
        offset: 0,
    };
    let totals = query.semantic(ask, &request).await?.totals;
    let figure = |(place, metric): (usize, &Metric)| {
        let definition = metric.definition();
        Figure {
            name: definition.name,
            title: definition.title,
            unit: definition.unit,
            value: value(&totals.values, place),
            previous: totals.previous.as_ref().and_then(|all| value(all, place)),
            change: totals
                .change
                .as_ref()
                .and_then(|all| all.0[place].1.clone()),
            change_percent: totals
                .change_percent
                .as_ref()
                .and_then(|all| all.0[place].1),
            better: definition.better.name(),
        }
    };
    Ok(metrics.iter().enumerate().map(figure).collect())
}

/// Returns a metric over time.
pub(super) async fn chart(
    query: &QueryService,
    ask: &Ask,
    metric: Metric,
) -> Result<Chart, QueryError> {
    let request = SemanticRequest {
        metrics: vec![metric],
        dimensions: Vec::new(),
        by_time: true,
        order: SemanticOrder {
            by: OrderKey::Time,
            descending: false,
        },
        limit: MOST_POINTS,
        offset: 0,
    };
    let answer = query.semantic(ask, &request).await?;
    let definition = metric.definition();
    let point = |row: &SemanticRow| Point {
        date: key(row, TIME),
        value: value(&row.compared.values, 0),
        previous: row.compared.previous.as_ref().and_then(|all| value(all, 0)),
    };
    Ok(Chart {
        name: definition.name,
        title: definition.title,
        unit: definition.unit,
        group_by: ask.grain.name(),
        points: answer.rows.iter().map(point).collect(),
    })
}

/// What a table shows: its name and title, by what its rows are, and what that is called.
pub(super) struct Split {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) dimension: Dimension,
    pub(super) head: &'static str,
    pub(super) limit: u32,
}

/// Returns metrics by a dimension, those with the most of the first metric first.
pub(super) async fn table(
    query: &QueryService,
    ask: &Ask,
    split: &Split,
    metrics: &[Metric],
) -> Result<Table, QueryError> {
    let request = SemanticRequest {
        metrics: metrics.to_vec(),
        dimensions: vec![split.dimension],
        by_time: false,
        order: SemanticOrder {
            by: OrderKey::Metric(0),
            descending: true,
        },
        limit: split.limit,
        offset: 0,
    };
    let answer: SemanticAnswer = query.semantic(ask, &request).await?;
    let name = crate::query::dimension_name(split.dimension);
    let is_compared = ask.window.previous.is_some();
    let mut columns = vec![Column {
        name,
        title: split.head,
        unit: "text",
    }];
    for (place, metric) in metrics.iter().enumerate() {
        let definition = metric.definition();
        columns.push(Column {
            name: definition.name,
            title: definition.title,
            unit: definition.unit,
        });
        if place == 0 && is_compared {
            columns.push(Column {
                name: "previous",
                title: "Before",
                unit: definition.unit,
            });
            columns.push(Column {
                name: "change",
                title: "Change",
                unit: "text",
            });
        }
    }
    let row = |row: &SemanticRow| {
        let named = row.names.as_ref().and_then(|names| {
            let name = names.0.iter().find(|(of, _)| *of == name);
            name.map(|(_, name)| name.clone())
        });
        let mut cells = vec![Cell::Text(named.unwrap_or_else(|| key(row, name)))];
        for place in 0..metrics.len() {
            cells.push(value(&row.compared.values, place).into());
            if place == 0 && is_compared {
                let previous = row.compared.previous.as_ref();
                cells.push(previous.and_then(|all| value(all, 0)).into());
                let change = row.compared.change.as_ref();
                let change = change.and_then(|all| all.0[0].1.clone());
                cells.push(change.map_or(Cell::None, Cell::Text));
            }
        }
        cells
    };
    Ok(Table {
        name: split.name,
        title: split.title,
        columns,
        rows: answer.rows.iter().map(row).collect(),
        rest: answer.total.saturating_sub(answer.rows.len() as u64),
    })
}

fn value(values: &ByName<Option<Shown>>, place: usize) -> Option<Shown> {
    values.0.get(place).and_then(|(_, value)| *value)
}

/// Returns what a row is about as a text; events without a value are `other`.
fn key(row: &SemanticRow, name: &str) -> String {
    let key = row.keys.0.iter().find(|(of, _)| *of == name);
    match key.map(|(_, key)| key) {
        Some(Key::Text(text)) => text.clone(),
        Some(Key::Number(number)) => number.to_string(),
        Some(Key::Flag(flag)) => flag.to_string(),
        Some(Key::None) | None => "other".to_owned(),
    }
}
