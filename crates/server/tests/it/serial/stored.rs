//! What a service or a folder holds, told by each event's own number.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{Home, Service};

/// How often each number is stored, and of which kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stored(pub(super) BTreeMap<u64, Vec<String>>);

impl Stored {
    /// Asks a service for every event there is.
    pub(super) async fn of(service: &Service) -> Self {
        let answer = service
            .get("/api/analytics/export?period=all&metrics=events&format=ndjson&includeBots=true")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let mut stored = Self::default();
        for line in answer.text().await.unwrap().lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            let number = event["properties"]["number"].as_u64().unwrap();
            let kind = event["eventType"].as_str().unwrap().to_owned();
            stored.0.entry(number).or_default().push(kind);
        }
        stored
    }

    /// How many events there are of each kind.
    pub(super) fn kinds(&self) -> BTreeMap<String, u64> {
        let mut kinds = BTreeMap::new();
        for kind in self.0.values().flatten() {
            *kinds.entry(kind.clone()).or_default() += 1;
        }
        kinds
    }
}

/// How many events of each kind a service counts.
pub(super) async fn counted(service: &Service) -> BTreeMap<String, u64> {
    let mut status = service.json("/api/analytics/status").await;
    serde_json::from_value(status["eventTypes"].take()).unwrap()
}

/// How many events a folder holds that no service has open.
pub(super) fn rows(home: &Home) -> u64 {
    let answer = home.run(&["sql", "SELECT count(*) AS n FROM analytics_events"], &[]);
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let number = text.lines().nth(1).and_then(|line| line.parse().ok());
    number.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&answer.stderr)))
}
