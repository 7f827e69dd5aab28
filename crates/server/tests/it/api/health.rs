//! Health, version, status and Prometheus.

use std::io::{Read as _, Write as _};

use reqwest::Method;
use serde_json::json;

use crate::{
    api::{assert_same, chat::Chat},
    support::{Home, KEY},
};

#[tokio::test]
async fn health_is_what_nself_and_nchat_look_for() {
    let home = Home::new();
    let service = home.start(&[]);
    let healthy = json!({"status": "healthy", "version": "1.0.0", "service": "analytics", "checks": {"store": "ok"}});
    for path in ["/health", "/api/analytics/health", "/ready", "/readyz"] {
        assert_same(&service.json(path).await, &healthy);
    }
    for path in ["/live", "/healthz"] {
        assert_same(&service.json(path).await, &json!({"status": "alive"}));
    }
    assert_same(
        &service.json("/version").await,
        &json!({"version": "1.0.0", "service": "analytics"}),
    );
}

#[tokio::test]
async fn status_says_what_the_store_holds() {
    let chat = Chat::open().await;
    let mut status = chat.service.json("/api/analytics/status").await;
    let bytes = status.as_object_mut().unwrap().remove("bytes").unwrap();
    let since = status["leader"].as_object_mut().unwrap().remove("since");
    assert!(since.unwrap().is_string());
    assert!(bytes.as_u64().unwrap() > 0);
    let expected = json!({
        "version": "1.0.0", "workspaceId": "primary", "timezone": "UTC",
        // Every line of the chat.
        "events": 38, "botEvents": 1,
        // ada, bob, cyd, dan, eve, fay and gus.
        "people": 7, "bots": 1, "authors": 8, "botAuthors": 1,
        "channels": 5, "channelsWithEvents": 5,
        // All of it is long ago.
        "activeChannels": 0, "threads": 1,
        "firstEvent": "2024-03-27T10:00:00Z", "lastEvent": "2025-03-30T21:00:00Z",
        "eventTypes": {
            "message_sent": 23, "thread_reply": 1, "reaction_added": 3, "reaction_removed": 1, "file_shared": 2,
            "message_edited": 1, "message_deleted": 1, "user_signed_up": 1, "channel_joined": 2,
            "channel_left": 1, "presence": 1, "system": 1,
        },
        "deadLetters": 0,
        // No database of a chat is set.
        "source": {"stage": "off", "missing": [], "feeds": []},
        "import": null,
        // And no Redis.
        "stream": {"stage": "off", "length": 0, "lag": null, "pending": 0, "oldestSeconds": 0.0},
        // Nor a settings database.
        "leader": {"stage": "alone", "leader": null, "problem": null},
        "roles": ["api", "collector", "worker"],
        "retention": {"days": 0, "waiting": null},
    });
    assert_same(&status, &expected);
    assert_same(
        &chat.service.json("/v1/status").await["eventTypes"],
        &expected["eventTypes"],
    );
}

#[tokio::test]
async fn the_catalogue_defines_every_metric_once() {
    let home = Home::new();
    let service = home.start(&[]);
    let catalogue = service.json("/api/analytics/metrics").await;
    let metrics = catalogue["metrics"].as_array().unwrap();
    let mut names: Vec<&str> = metrics
        .iter()
        .map(|metric| metric["name"].as_str().unwrap())
        .collect();
    let known: Vec<&str> = domain::metric::Metric::ALL
        .iter()
        .map(|metric| metric.name())
        .collect();
    assert_eq!(names, known);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), metrics.len());
    for metric in metrics {
        let mut fields: Vec<&String> = metric.as_object().unwrap().keys().collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                "additivity",
                "betterWhen",
                "definition",
                "dimensions",
                "example",
                "formula",
                "name",
                "sources",
                "title",
                "unit",
                "zeroWhenAbsent"
            ]
        );
        // What is asked in the example was answered.
        let example = &metric["example"];
        let asked = &example["request"]["metrics"];
        assert_eq!(asked, &json!([metric["name"]]), "{metric}");
        assert!(
            example["answer"]["values"].is_object() || example["answer"][0].is_object(),
            "{metric}"
        );
        assert!(
            metric["definition"].as_str().unwrap().ends_with('.'),
            "{metric}"
        );
    }
}

#[tokio::test]
async fn prometheus_counts_requests_errors_and_events() {
    let home = Home::new();
    let service = home.start(&[]);
    service
        .track(&json!([{"event": "x", "id": "1"}, {"event": "x", "id": "1"}, 5]))
        .await;
    for path in ["/api/analytics/users?limit=0", "/nowhere/u1", "/nowhere/u2"] {
        service.get(path).send().await.unwrap();
    }
    // Methods that nobody has make no counters of their own.
    for number in 0..20 {
        let method = Method::from_bytes(format!("X{number}").as_bytes()).unwrap();
        service.request(method, "/nowhere").send().await.unwrap();
    }
    // Somebody goes while we wait for the rest.
    let address = service.base.trim_start_matches("http://").to_owned();
    let head = format!(
        "POST /api/analytics/track HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: 99\r\n\r\n{{"
    );
    for _ in 0..3 {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Both).unwrap();
        let _gone = stream.read(&mut [0; 16]).is_ok();
    }
    let text = async || {
        service
            .get("/metrics")
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(3);
    let in_flight = "nself_plugin_in_flight_requests{plugin=\"analytics\"} 1\n";
    while !text().await.contains(in_flight) {
        assert!(tokio::time::Instant::now() < deadline, "{}", text().await);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let text = text().await;
    for line in [
        "nself_plugin_build_info{plugin=\"analytics\",version=\"1.0.0\"} 1",
        "analytics_events_total{plugin=\"analytics\",outcome=\"stored\"} 1",
        "analytics_events_total{plugin=\"analytics\",outcome=\"duplicate\"} 1",
        "analytics_events_total{plugin=\"analytics\",outcome=\"refused\"} 1",
        "nself_plugin_errors_total{plugin=\"analytics\",kind=\"bad_parameter\"} 1",
        "nself_plugin_errors_total{plugin=\"analytics\",kind=\"not_found\"} 22",
        "nself_plugin_requests_total{plugin=\"analytics\",route=\"/api/analytics/users\",method=\"GET\",status=\"400\"} 1",
        "nself_plugin_requests_total{plugin=\"analytics\",route=\"unmatched\",method=\"GET\",status=\"404\"} 2",
        "nself_plugin_requests_total{plugin=\"analytics\",route=\"unmatched\",method=\"other\",status=\"404\"} 20",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line}\nin\n{text}"
        );
    }
    assert!(!text.contains("\"X1"), "{text}");
    // Each family says what it means.
    let mut families = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = line.split(' ').next().unwrap();
        let help = format!("# HELP {name} ");
        assert!(text.contains(&help), "{name} has no HELP");
        families += 1;
    }
    assert!(families > 5, "{text}");
}
