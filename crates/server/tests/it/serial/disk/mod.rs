//! Large events, and a disk that may have no room for them.

mod full;
mod slow_reader;

use std::fmt::Write as _;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{
    stored::{Stored, counted},
    tracking::kind,
};
use crate::support::{Home, Service};

/// Characters of each event that no compression takes away.
const PADDING: usize = 2_000;
/// Events of a batch.
const BATCH: u64 = 250;

fn batch(first: u64) -> Value {
    let event = |number: u64| {
        let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut pad = String::with_capacity(PADDING);
        while pad.len() < PADDING {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let _infallible = write!(pad, "{state:016x}");
        }
        json!({
            "event": kind(number),
            "id": format!("key-{number}"),
            "timestamp": 1_700_000_000_000 + number * 1_000,
            "userId": format!("user-{}", number % 50),
            "channelId": "channel",
            "properties": {"number": number, "pad": pad},
        })
    };
    (first..first + BATCH).map(event).collect()
}

/// Posts a batch; returns the status, and the code of an error.
async fn post(service: &Service, first: u64) -> (StatusCode, String) {
    let request = service.post("/api/analytics/track").json(&batch(first));
    let response = request.send().await.unwrap();
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    if status.is_success() {
        assert_eq!(answer["tracked"], BATCH);
    }
    (
        status,
        answer["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    )
}

async fn holds(service: &Service, events: u64) {
    let stored = Stored::of(service).await;
    let found = stored.0.len();
    assert!(
        stored.0.keys().copied().eq(0..events),
        "{found} of {events} events"
    );
    assert!(stored.0.values().all(|kinds| kinds.len() == 1));
    assert_eq!(counted(service).await, stored.kinds());
}

/// How long the engine's log is.
fn log_bytes(home: &Home) -> u64 {
    let log = home.data().join("events.duckdb.wal");
    std::fs::metadata(log).map_or(0, |found| found.len())
}
