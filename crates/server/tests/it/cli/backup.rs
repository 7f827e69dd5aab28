//! `backup` and `restore`: while the service runs and while it does not.

use std::fs;

use serde_json::json;

use super::said;
use crate::support::{Home, Service};

async fn events(service: &Service) -> u64 {
    let status = service.json("/api/analytics/status").await;
    status["events"].as_u64().unwrap()
}

async fn track(service: &Service, count: usize) {
    let events: Vec<_> = (0..count)
        .map(|number| {
            json!({
                "event": "message_sent", "userId": format!("u{number}"), "channelId": "c1",
                "properties": {"text": "hi"},
            })
        })
        .collect();
    let answer = service.track(&json!({"events": events})).await;
    assert_eq!(answer["tracked"], count, "{answer}");
}

#[tokio::test]
async fn a_backup_is_made_beside_the_running_service_and_restored() {
    let home = Home::new();
    let service = home.start(&[]);
    track(&service, 40).await;
    let made = home.run(
        &["key", "create", "--name", "kept", "--access", "read"],
        &[],
    );
    assert!(made.status.success());
    let folder = home.path("copy");
    let to = folder.to_str().unwrap();
    let output = home.run(&["backup", to], &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("40 events of 1 workspace"),
        "{}",
        said(&output)
    );
    // The service goes on, and what comes later is not in it.
    track(&service, 5).await;
    assert_eq!(events(&service).await, 45);
    let again = home.run(&["backup", to], &[]);
    assert!(said(&again).contains("exists already"), "{}", said(&again));

    let refused = home.run(&["restore", to], &[]);
    assert!(
        said(&refused).contains("holds a store already"),
        "{}",
        said(&refused)
    );
    drop(service);
    let other = Home::new();
    let output = other.run(&["restore", to], &[]);
    assert!(output.status.success(), "{}", said(&output));
    let keys = other.run(&["key", "list"], &[]);
    assert!(said(&keys).contains("kept"), "{}", said(&keys));
    let restored = other.start(&[]);
    assert_eq!(events(&restored).await, 40);
    let dashboard = restored.json("/api/analytics/dashboard?period=7d").await;
    assert_eq!(dashboard["totalMessages"], 40, "{dashboard}");
}

#[tokio::test]
async fn a_backup_of_a_stopped_service_that_was_changed_is_refused() {
    let home = Home::new();
    let service = home.start(&[]);
    track(&service, 3).await;
    assert_eq!(service.stop(), Some(0));
    let output = home.run(&["backup"], &[]);
    assert!(output.status.success(), "{}", said(&output));
    let made = fs::read_dir(home.data().join("backups")).unwrap();
    let folder = made.map(|entry| entry.unwrap().path()).next().unwrap();

    let events = folder.join("events.duckdb");
    let mut bytes = fs::read(&events).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&events, &bytes).unwrap();
    let other = Home::new();
    let from = folder.to_str().unwrap();
    let refused = other.run(&["restore", from], &[]);
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("events.duckdb was changed"),
        "{}",
        said(&refused)
    );
    assert!(!other.data().join("events.duckdb").exists());

    bytes[middle] ^= 1;
    fs::write(&events, &bytes).unwrap();
    let restored = other.run(&["restore", from], &[]);
    assert!(restored.status.success(), "{}", said(&restored));
    // A folder that breaks off before its manifest is no backup.
    fs::remove_file(folder.join("manifest.json")).unwrap();
    let refused = Home::new().run(&["restore", from], &[]);
    assert!(
        said(&refused).contains("no whole backup"),
        "{}",
        said(&refused)
    );
}
