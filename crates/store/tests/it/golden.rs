//! Cases worked out by hand: what is stored, what is asked, and the rows of the answer.
//!
//! Every question is asked of events, of rollups at several stages of filling, and of the
//! implementation in memory.

use std::{fs, path::Path};

use domain::{
    dimension::Dimension,
    metric::Metric,
    query::Query,
    time::{Grain, Instant},
};
use serde::Deserialize;
use serde_json::Value;
use store::{Cell, Table};

use crate::{
    law::{Chat, EventLine, Question, RecordLine, Step, Stores, zone},
    support::runtime,
};

/// A file of cases over the same events.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    /// The reporting zone.
    zone: String,
    #[serde(default)]
    records: Vec<RecordLine>,
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

async fn check(name: &str, golden: Golden) {
    let zone = zone(&golden.zone);
    let mut stores = Stores::new(&golden.zone);
    let mut chat = Chat::new(&mut stores);
    let mut stages = vec![("as it arrived", vec![Step::Arrive(golden.events)])];
    stages[0]
        .1
        .extend(golden.records.into_iter().map(Step::Record));
    stages.extend([
        ("half filled", vec![Step::Fill(2)]),
        ("filled", vec![Step::Fill(1), Step::Months]),
        ("opened again", vec![Step::Reopen]),
    ]);
    for (stage, steps) in &stages {
        for step in steps {
            chat.take(step).await.unwrap();
        }
        for case in &golden.cases {
            let named = format!("{name}: {}, {stage}", case.name);
            let answer = chat.ask(&case.ask).await;
            let (table, _) = answer.unwrap_or_else(|difference| panic!("{named}: {difference}"));
            let rows = written(&table, &case.ask.query(&zone));
            assert_eq!(rows, case.rows, "{named}");
            let total = case.total.unwrap_or(case.rows.len() as u64);
            assert_eq!(table.total, total, "{named}");
        }
    }
}

/// Returns the files of a folder beside the tests, with their names.
pub(crate) fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn cases_worked_out_by_hand_are_answered_the_same_everywhere() {
    let files = files("golden");
    assert!(!files.is_empty());
    for (name, text) in files {
        let golden = serde_saphyr::from_str(&text);
        let golden = golden.unwrap_or_else(|error| panic!("{name}: {error}"));
        runtime().block_on(check(&name, golden));
    }
}
