//! The first minute: a fresh service takes an event and counts it.

use serde_json::json;

use crate::support::{Home, fixture};

#[tokio::test]
async fn an_event_is_counted_at_once_and_after_a_restart() {
    let home = Home::new();
    let service = home.start(&[]);
    let answer = service
        .track(&json!({"event": "message_sent", "userId": "u1", "channelId": "c1", "properties": {"text": "hi"}}))
        .await;
    assert_eq!(
        (&answer["success"], &answer["tracked"]),
        (&json!(true), &json!(1))
    );
    let dashboard = service.json("/api/analytics/dashboard?period=1d").await;
    assert_eq!(
        (&dashboard["totalMessages"], &dashboard["activeUsers"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    let dashboard = service.json("/api/analytics/dashboard?period=1d").await;
    assert_eq!(dashboard["totalMessages"], 1);
}

#[tokio::test]
async fn a_slack_export_is_imported_with_and_without_the_service() {
    let home = Home::new();
    let export = fixture("slack-export.zip");
    let export = export.to_str().unwrap();
    let first = home.run(&["import", export], &[]);
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let service = home.start(&[]);
    let facts = service.json("/api/analytics/status").await;
    let second = home.run(&["import", export, "--server", &service.base], &[]);
    assert!(
        second.status.success(),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );
    assert!(String::from_utf8_lossy(&second.stdout).contains("new events       0\n"));
    assert_eq!(
        service.json("/api/analytics/status").await["eventTypes"],
        facts["eventTypes"]
    );
    assert_eq!(facts["eventTypes"]["file_shared"], 61);
    assert_eq!(facts["eventTypes"]["reaction_added"], 199);
}
