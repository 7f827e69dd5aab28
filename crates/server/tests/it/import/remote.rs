//! Through the running service: what is on the way there, and what it finds too large.

use serde_json::json;

use super::{file, import, lines};
use crate::support::Home;

/// Nobody answers there.
const PROXIES: [(&str, &str); 4] = [
    ("http_proxy", "http://127.0.0.1:1"),
    ("https_proxy", "http://127.0.0.1:1"),
    ("ALL_PROXY", "http://127.0.0.1:1"),
    ("no_proxy", ""),
];

#[test]
fn no_proxy_stands_before_a_service_of_this_machine() {
    let home = Home::new();
    let service = home.start(&[]);
    let line = json!({"type": "message_sent", "ts": 1_704_186_000, "user_id": "u1",
        "message_id": "m1"});
    file(&home, "one.ndjson", line.to_string());
    let port = service.base.rsplit_once(':').unwrap().1.to_owned();
    for (server, told) in [
        (format!("http://127.0.0.1:{port}"), "new events 1"),
        (format!("http://localhost:{port}"), "new events 0"),
    ] {
        let (done, text) = import(&home, &["one.ndjson", "--server", &server], &PROXIES);
        assert!(done.status.success(), "{text}");
        assert_eq!(lines(&text)[0], told);
    }
    let mut environment = PROXIES.to_vec();
    environment.push(("ANALYTICS_PORT", &port));
    let done = home.run(&["status", "--json"], &environment);
    let status: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(status["service"]["status"], "healthy", "{status}");
    // Elsewhere it is asked.
    let (done, text) = import(
        &home,
        &["one.ndjson", "--server", "http://analytics.invalid"],
        &PROXIES,
    );
    assert!(!done.status.success());
    assert!(text.contains("no service answers"), "{text}");
    let (done, text) = import(&home, &["one.ndjson", "--server", "nowhere"], &[]);
    assert!(!done.status.success());
    assert!(
        text.contains("`nowhere` is no address of a service"),
        "{text}"
    );
}

#[tokio::test]
async fn records_that_are_too_many_for_a_request_go_in_several() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MAX_BODY", "65536")]);
    let name = "n".repeat(900);
    let table = |letter: char, rows: u32| {
        let rows = (0..rows).map(|n| format!("{letter}{n},{name}"));
        let lines: Vec<_> = std::iter::once("id,name".to_owned()).chain(rows).collect();
        lines.join("\n")
    };
    file(&home, "people.csv", table('u', 500));
    file(&home, "channels.csv", table('c', 301));
    let line = json!({"type": "message_sent", "ts": 1_704_186_000, "user_id": "u1",
        "channel_id": "c1", "message_id": "m1"});
    file(&home, "one.ndjson", line.to_string());
    let arguments = [
        "one.ndjson",
        "--users",
        "people.csv",
        "--channels",
        "channels.csv",
        "--server",
        &service.base,
    ];
    let (done, text) = import(&home, &arguments, &[]);
    assert!(done.status.success(), "{text}");
    let told = lines(&text);
    assert_eq!(told[0], "new events 1");
    assert_eq!(told[2], "records changed 801");
    let status = service.json("/api/analytics/status").await;
    assert_eq!(
        (&status["people"], &status["channels"]),
        (&json!(500), &json!(301))
    );
}
