//! Imports that are broken off on their way, and done again.

use serde_json::Value;

use super::{IMPORTS, begin, cancel, files, import, until, until_no_file, upload};
use crate::{
    serial::history::History,
    support::{Home, Service},
};

const EVENTS: u64 = 40_000;
const SEED: u64 = 0x7570_6c6f;

fn history(home: &Home) -> Vec<u8> {
    let path = History::new(SEED, EVENTS).write(home, "history.ndjson");
    std::fs::read(path).unwrap()
}

/// Imports until a part is stored; returns the identity of the import.
async fn import_a_part(service: &Service, file: Vec<u8>) -> String {
    let id = begin(service, "history.ndjson", file, "&start=true").await;
    let has_some = |import: &Value| import["result"]["stored"].as_u64().unwrap_or(0) > 0;
    until(service, &id, has_some).await;
    id
}

#[tokio::test]
async fn what_was_stored_before_an_import_was_cancelled_counts_once_with_the_next_one() {
    let home = Home::new();
    let service = home.start(&[]);
    let file = history(&home);
    let id = import_a_part(&service, file.clone()).await;
    let cancelled = cancel(&service, &id).await;
    assert_eq!(cancelled["state"], "cancelled", "{cancelled}");
    until_no_file(&home).await;
    let (stored, known) = import(&service, "history.ndjson", file.clone()).await;
    assert_eq!(stored + known, EVENTS);
    assert!((1..EVENTS).contains(&known), "{known}");
    assert_eq!(
        service.json("/api/analytics/status").await["events"],
        EVENTS
    );
    assert_eq!(import(&service, "history.ndjson", file).await, (0, EVENTS));
}

#[tokio::test]
async fn an_import_that_was_killed_leaves_no_file_and_is_ended_by_the_next_one() {
    let home = Home::new();
    let service = home.start(&[]);
    let file = history(&home);
    import_a_part(&service, file.clone()).await;
    assert_eq!(files(&home), 1);
    service.kill();
    assert_eq!(files(&home), 1, "nobody could delete it");

    let service = home.start(&[]);
    assert_eq!(files(&home), 0);
    assert_eq!(
        service.json(IMPORTS).await["imports"],
        serde_json::json!([])
    );
    let (stored, known) = import(&service, "history.ndjson", file).await;
    assert_eq!(stored + known, EVENTS);
    assert!((1..EVENTS).contains(&known), "{known}");
    assert_eq!(
        service.json("/api/analytics/status").await["events"],
        EVENTS
    );
    until_no_file(&home).await;
}

#[tokio::test]
async fn an_import_ends_with_the_service() {
    let home = Home::new();
    let service = home.start(&[]);
    let file = history(&home);
    import_a_part(&service, file.clone()).await;
    assert_eq!(service.stop(), Some(0));
    assert_eq!(files(&home), 0);
    let service = home.start(&[]);
    let (status, answer) = upload(&service, "history.ndjson", file, "").await;
    assert!(status.is_success(), "{answer}");
}
