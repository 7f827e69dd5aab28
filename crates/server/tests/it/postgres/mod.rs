//! nChat's own database as the source: a real Postgres, nChat's tables, the real binary.

mod connections;
mod history;
mod indexes;
mod live;
mod schemas;
pub(crate) mod server;
mod triggers;

use std::time::Duration;

use serde_json::Value;

use crate::support::Service;

/// Waits until `done` is true of the status; says what the status was otherwise.
async fn wait_for(service: &Service, what: &str, done: impl Fn(&Value) -> bool) -> Value {
    let mut status = Value::Null;
    for _try in 0..400 {
        status = service.json("/api/analytics/status").await;
        if done(&status) {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!(
        "{what} did not come about: {status:#}\n{:#?}",
        service.log()
    );
}

/// Waits for so many events of a kind.
async fn wait_for_events(service: &Service, kind: &str, count: u64) -> Value {
    let is_there = |status: &Value| status["eventTypes"][kind].as_u64().unwrap_or(0) >= count;
    let status = wait_for(service, &format!("{count} {kind}"), is_there).await;
    assert_eq!(
        status["eventTypes"][kind].as_u64().unwrap_or(0),
        count,
        "{kind}"
    );
    status
}
