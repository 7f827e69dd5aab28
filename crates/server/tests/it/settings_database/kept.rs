//! What is kept there, and what becomes of the service without it.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{PASSWORD, Shared};
use crate::{
    postgres::server::{number, run},
    support::{Home, json as answer},
};

#[tokio::test]
async fn keys_of_the_command_line_hold_and_what_the_file_had_is_taken_over() {
    let shared = Shared::start().await;
    let home = Home::new();
    // A key of the time before.
    let made = home.run(&["key", "create", "--name", "old", "--access", "read"], &[]);
    assert!(made.status.success());
    let key = |output: &std::process::Output| {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let mut words = text.split_whitespace();
        let key = words.find(|word| word.starts_with("nca_"));
        key.unwrap().to_owned()
    };
    let old = key(&made);
    let service = home.start(&shared.environment(&[("LOG_LEVEL", "trace")]));
    let environment = shared.environment(&[("LOG_LEVEL", "trace")]);
    let made = home.run(
        &["key", "create", "--name", "new", "--access", "read"],
        &environment,
    );
    assert!(made.status.success(), "{made:?}");
    for key in [old, key(&made)] {
        let request = service.request(Method::GET, "/api/analytics/dashboard");
        let request = request.header("X-API-Key", &key);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{key}");
    }
    let mut connection = shared.server.connect().await;
    let keys = "SELECT COUNT(*) FROM nchat_analytics.api_key";
    assert_eq!(number(&mut connection, keys).await, 2);

    let posted = service.post("/api/analytics/annotations").json(&json!({
        "title": "moved", "at": "2026-03-01T10:00:00Z", "kind": "release"
    }));
    let posted = answer(posted.send().await.unwrap(), StatusCode::CREATED).await;
    let id = posted["id"].as_str().unwrap();
    let kept = format!("SELECT COUNT(*) FROM nchat_analytics.annotation WHERE id = '{id}'");
    assert_eq!(number(&mut connection, &kept).await, 1);

    for (arguments, text) in [
        (&["status"][..], "schema nchat_analytics"),
        (
            &["doctor"],
            "has keys and settings, in the schema nchat_analytics",
        ),
        (&["config", "check"], ""),
        (&["config", "print"], "ANALYTICS_METADATA=postgres"),
        (&["retention", "show"], "waiting"),
    ] {
        let output = home.run(arguments, &environment);
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(said.contains(text), "{arguments:?}: {said}");
        assert!(!said.contains(PASSWORD), "{arguments:?}: {said}");
        assert!(!said.contains("without effect"), "{arguments:?}: {said}");
    }
    let log = service.log().join("\n");
    assert!(!log.contains(PASSWORD), "{log}");
    assert!(log.contains("settings.taken_over"), "{log}");
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test]
async fn a_database_that_is_not_reached_ends_the_start_with_what_to_do() {
    let mut shared = Shared::start().await;
    shared.server.stop();
    let home = Home::new();
    let environment = shared.environment(&[]);
    for command in ["serve", "init"] {
        let output = home.run(&[command], &environment);
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr);
        for text in ["refused", "set ANALYTICS_DATABASE_URL to", "doctor"] {
            assert!(said.contains(text), "{text}: {said}");
        }
        assert!(!said.contains(PASSWORD), "{said}");
    }
}

#[tokio::test]
async fn the_chats_database_alone_is_only_read() {
    let shared = Shared::start().await;
    let mut connection = shared.server.make_chat("public").await;
    let home = Home::new();
    let service = home.start(&[("DATABASE_URL", &shared.url)]);
    assert!(home.data().join("settings.sqlite").exists());
    let ours = "SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'nchat_analytics'";
    assert_eq!(number(&mut connection, ours).await, 0);
    drop(service);
    let asked = [
        ("DATABASE_URL", shared.url.as_str()),
        ("ANALYTICS_METADATA", "postgres"),
    ];
    let service = home.start(&asked);
    assert_eq!(number(&mut connection, ours).await, 1);
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test]
async fn readiness_names_the_settings_while_they_are_away_and_recovers() {
    let mut shared = Shared::start().await;
    let home = Home::new();
    let service = shared.service(&home);
    let ready = async || {
        let response = service.get("/ready").send().await.unwrap();
        let status = response.status();
        (status, response.json::<Value>().await.unwrap())
    };
    let (status, body) = ready().await;
    assert_eq!(
        (status, &body["status"]),
        (StatusCode::OK, &json!("healthy")),
        "{body}"
    );
    shared.server.stop();
    let (status, body) = ready().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert_eq!(body["checks"]["settings"], "failed", "{body}");
    assert_eq!(body["checks"]["store"], "ok", "{body}");
    let components = body["degraded"].as_array().unwrap();
    assert!(
        components
            .iter()
            .any(|part| part["component"] == "settings"),
        "{body}"
    );
    // Nothing that a new start would mend.
    let health = service.get("/health").send().await.unwrap();
    assert_eq!(health.status(), StatusCode::OK);
    // The key of the configuration needs no database; annotations stand beside the numbers.
    let response = service
        .get("/api/analytics/dashboard")
        .send()
        .await
        .unwrap();
    let refused = answer(response, StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(refused["error"]["code"], "settings_unavailable");
    // What happens meanwhile is taken in.
    let event = json!({"event": "message_sent", "userId": "u1", "channelId": "c1", "properties": {"text": "hi"}});
    assert_eq!(service.track(&event).await["tracked"], 1);

    shared.server.go_on().await;
    for attempt in 0.. {
        let (status, body) = ready().await;
        if status == StatusCode::OK {
            break;
        }
        assert!(attempt < 40, "{body}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert!(!service.log().join("\n").contains(PASSWORD));
    let mut connection = shared.server.connect().await;
    run(&mut connection, "SELECT 1 FROM nchat_analytics.setting").await;
}
