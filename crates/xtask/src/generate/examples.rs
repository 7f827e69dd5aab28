//! A question about each metric, and what is answered of a small demo history.
//!
//! The history is made from a seed and ends at a fixed instant, so that the examples are the same on every
//! machine. The service reads them from the file that is written here.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use anyhow::{Context, Result};
use demo::{Demo, Knobs};
use domain::{
    clock::{Clock, ManualClock},
    health::HealthWeights,
    id::WorkspaceId,
    metric::{Aggregate, Metric},
    privacy::Privacy,
    time::{Instant, WeekStart},
};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};
use server::query::{Ask, Guard, OrderKey, QueryService, Request, SemanticOrder, SemanticRequest};
use store::{
    Batch, EventLog as _,
    duckdb::{DuckDbStore, OpenOptions},
    meta::SqliteMeta,
};

/// The present of every example.
const AS_OF: &str = "2026-03-01T12:00:00Z";
/// Most rows of an example.
const ROWS: u32 = 3;

/// A question, and the numbers of its answer.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Example {
    /// The body of `POST /api/analytics/query`.
    pub(super) request: Value,
    /// The `totals` or the `rows` of the answer.
    pub(super) answer: Value,
}

/// The examples by the name of their metric.
pub(super) type Examples = BTreeMap<&'static str, Example>;

/// Returns the text of the file that the service reads.
pub(super) fn file() -> Result<String> {
    let mut text = serde_json::to_string_pretty(examples()?)?;
    text.push('\n');
    Ok(text)
}

/// Returns an example of each metric. They are asked once.
pub(super) fn examples() -> Result<&'static Examples> {
    static EXAMPLES: OnceLock<Examples> = OnceLock::new();
    if let Some(examples) = EXAMPLES.get() {
        return Ok(examples);
    }
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let made = runtime.enable_all().build()?.block_on(make())?;
    Ok(EXAMPLES.get_or_init(|| made))
}

async fn make() -> Result<Examples> {
    let folder = tempfile::tempdir()?;
    let end = Instant::parse(AS_OF, &TimeZone::UTC)?;
    let store = filled(folder.path(), end).await?;
    let meta = Arc::new(SqliteMeta::open(folder.path()).await?);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(end));
    let guard = Guard {
        privacy: Privacy::default(),
        zone: TimeZone::UTC,
        clock: Arc::clone(&clock),
        pseudonyms: Arc::default(),
    };
    let service = QueryService {
        store: Arc::new(store),
        annotations: Arc::clone(&meta) as _,
        segments: meta,
        clock,
        zone: TimeZone::UTC,
        banned: Arc::default(),
        from_events: false,
        shared: None,
        week_start: WeekStart::default(),
        health_weights: HealthWeights::default(),
        guard: Arc::new(guard),
    };
    let mut examples = Examples::new();
    for metric in Metric::ALL {
        let made = example(&service, *metric, end).await;
        examples.insert(metric.name(), made.context(metric.name())?);
    }
    Ok(examples)
}

/// Returns a store of six weeks of a company of twenty.
async fn filled(folder: &std::path::Path, end: Instant) -> Result<DuckDbStore> {
    let store = DuckDbStore::open(&OpenOptions::new(folder))?;
    let demo = Demo::new(Knobs {
        people: 20,
        bots: 2,
        channels: 8,
        days: 42,
        events: 6_000,
        ..Knobs::demo(end)
    });
    let (people, channels) = (demo.people(), demo.channels());
    let workspace = WorkspaceId::default();
    store.put_records(workspace, people, channels, end).await?;
    let batch = Batch {
        events: demo.days().flatten().collect(),
        ..Batch::default()
    };
    store.append(batch).await?;
    Ok(store)
}

async fn example(service: &QueryService, metric: Metric, end: Instant) -> Result<Example> {
    let split = match metric.definition().aggregate {
        Aggregate::Ratio(ratio) => ratio.only_by,
        _ => None,
    };
    let request = Request {
        period: Some("7d".to_owned()),
        as_of: Some(AS_OF.to_owned()),
        compare: Some("previous".to_owned()),
        ..Request::default()
    };
    let mut asked = json!({
        "metrics": [metric.name()], "period": "7d", "compare": "previous", "asOf": AS_OF,
    });
    if let Some(dimension) = split {
        asked["dimensions"] = json!([dimension.name()]);
        asked["limit"] = ROWS.into();
    }
    let defaults = (&service.zone, service.week_start);
    let workspace = WorkspaceId::default();
    let ask = Ask::resolve(&request, workspace, "30d", defaults, end, None)?;
    let semantic = SemanticRequest {
        metrics: vec![metric],
        dimensions: split.into_iter().collect(),
        by_time: false,
        order: SemanticOrder {
            by: OrderKey::Metric(0),
            descending: true,
        },
        limit: ROWS,
        offset: 0,
    };
    let mut answer = serde_json::to_value(service.semantic(&ask, &semantic).await?)?;
    let part = if split.is_some() { "rows" } else { "totals" };
    Ok(Example {
        request: asked,
        answer: answer[part].take(),
    })
}
