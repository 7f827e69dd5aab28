//! Cases worked out by hand: what is stored, what is asked, and the rows of the answer.
//!
//! Every question is asked at several stages of filling rollups, where a store has them.

use domain::{
    dimension::Dimension,
    event::Event,
    id::{UserId, WorkspaceId},
    metric::Metric,
    query::{Order, Query},
    time::{Grain, Instant},
};
use engine::plan::plan;
use serde::Deserialize;
use serde_json::Value;
use store::{Cell, EventStore, Table};

use super::place::Place;
use crate::{
    law::{EventLine, MergeLine, Question, RecordLine, zone},
    support::{at, batch, files, read},
};

/// A file of cases over the same events.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    /// The reporting zone.
    zone: String,
    #[serde(default)]
    records: Vec<RecordLine>,
    /// Identifiers that are one person; merged once everything else is stored and filled.
    #[serde(default)]
    merges: Vec<MergeLine>,
    events: Vec<EventLine>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    ask: Question,
    rows: Vec<Vec<Value>>,
    /// How many rows there are without limit and offset, where that is more.
    total: Option<u64>,
}

/// Returns a row as it is written down: days, weeks and months by their first day, instants as such.
fn written(table: &Table, query: &Query) -> Vec<Vec<Value>> {
    let instant = |millis: i64| Value::from(Instant::from_millis(millis).to_string());
    let key = |(cell, dimension): (&Cell, &Dimension)| match (cell, dimension) {
        (Cell::None, _) => Value::Null,
        (Cell::Text(text), _) => Value::from(text.as_str()),
        (Cell::Int(start), Dimension::Time(Grain::Hour)) => instant(*start),
        (Cell::Int(start), Dimension::Time(_)) => {
            Value::from(Instant::from_millis(*start).day(&query.zone).to_string())
        }
        (Cell::Int(number), _) => Value::from(*number),
    };
    #[expect(clippy::cast_possible_truncation, reason = "values of cases are small")]
    let value = |(value, metric): (&Option<f64>, &Metric)| match value {
        None => Value::Null,
        Some(value) if metric.definition().unit == "instant" => instant(*value as i64),
        Some(value) if value.fract() == 0.0 => Value::from(*value as i64),
        Some(value) => Value::from(*value),
    };
    let rows = table.rows.iter().map(|row| {
        let keys = row.keys.iter().zip(&query.dimensions).map(key);
        keys.chain(row.values.iter().zip(&query.metrics).map(value))
            .collect()
    });
    rows.collect()
}

/// Asks every case of a file.
async fn ask_all(name: &str, golden: &Golden, store: &dyn EventStore) {
    let zone = zone(&golden.zone);
    for case in &golden.cases {
        let named = format!("{name}: {}", case.name);
        let query = Query {
            workspace: workspace(case.ask.workspace.as_deref()),
            ..case.ask.query(&zone)
        };
        let plan = plan(query).unwrap();
        let (mut table, values) = store.query_with_distribution(&plan).await.unwrap();
        // Where an answer comes from may change: what was folded for it is held.
        let again = store.query(&plan).await.unwrap();
        assert_eq!(
            (&again.rows, again.total),
            (&table.rows, table.total),
            "{named}"
        );
        if plan.query.order == Order::Any {
            table.rows.sort_by(|left, right| left.keys.cmp(&right.keys));
        }
        assert_eq!(written(&table, &plan.query), case.rows, "{named}");
        let total = case.total.unwrap_or(case.rows.len() as u64);
        assert_eq!(table.total, total, "{named}");
        // Of all rows, whatever rows are kept.
        let is_page = plan.query.having.is_some() || case.total.is_some();
        assert!(is_page || values.len() as u64 == total, "{named}");
    }
}

fn workspace(name: Option<&str>) -> WorkspaceId {
    name.map_or_else(WorkspaceId::default, |name| WorkspaceId::new(name).unwrap())
}

async fn fill(store: &dyn EventStore, every: usize) {
    let now = at("2028-01-01");
    for dirty in store.dirty_days().iter().step_by(every) {
        let filled = store.fill(&dirty.workspace, dirty.day, now).await;
        assert!(filled.unwrap().is_some());
    }
}

/// Stores what a file says and asks its cases: as it arrived, with half of the rollups, with all of them,
/// and opened again.
async fn check<P: Place>(name: &str, golden: &Golden) {
    let zone = zone(&golden.zone);
    let mut place = P::open(&zone).await;
    let numbered = golden.events.iter().zip(1..);
    let events = numbered.map(|(line, number)| Event {
        workspace: workspace(line.workspace.as_deref()),
        ..line.event(number, &zone)
    });
    let events = events.collect();
    place.store().append(batch(events)).await.unwrap();
    for line in &golden.records {
        let (of, people) = (workspace(line.workspace.as_deref()), vec![line.record()]);
        let put = place
            .store()
            .put_records(of, people, Vec::new(), at("2028-01-01"));
        put.await.unwrap();
    }
    for line in &golden.merges {
        fill(place.store(), 1).await;
        let of = workspace(line.workspace.as_deref());
        let [from, into] = [&line.from, &line.into].map(|id| UserId::new(id).unwrap());
        let merged = place.store().merge(&of, &from, &into, at("2028-01-01"));
        merged.await.unwrap();
    }
    ask_all(name, golden, place.store()).await;
    fill(place.store(), 2).await;
    ask_all(name, golden, place.store()).await;
    fill(place.store(), 1).await;
    place.store().fill_months(at("2028-01-01")).await.unwrap();
    ask_all(name, golden, place.store()).await;
    place.reopen().await;
    ask_all(name, golden, place.store()).await;
}

pub(super) async fn cases_worked_out_by_hand<P: Place>(_: &mut P) {
    let files = files("golden");
    assert!(!files.is_empty());
    for (name, text) in files {
        let golden: Golden = read(&name, &text);
        check::<P>(&name, &golden).await;
    }
}
