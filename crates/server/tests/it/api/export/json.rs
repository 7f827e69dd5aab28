//! Objects and lines, whole however many there are.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::export;
use crate::{
    api::{
        assert_same,
        chat::{AS_OF, Chat, path},
        refusal::assert_refused,
    },
    support::{Home, json as read},
};

#[tokio::test]
async fn json_holds_what_the_answers_hold() {
    let chat = Chat::open().await;
    let (headers, text) = export(&chat.service, &path("export?format=json&period=7d")).await;
    assert_eq!(headers["content-type"], "application/json");
    let object: Value = serde_json::from_str(&text).unwrap();
    let users = chat.ask("users?period=7d").await;
    let channels = chat.ask("channels?period=7d").await;
    let messages = chat.ask("messages?period=7d").await;
    assert_same(&object["users"], &users["users"]);
    assert_same(&object["channels"], &channels["channels"]);
    let timeline = messages["timeline"].as_array().unwrap().iter();
    let timeline: Vec<Value> = timeline
        .map(|day| json!({"date": day["date"], "count": day["count"]}))
        .collect();
    assert_same(&object["messages"], &json!(timeline));
    assert_eq!(
        (&object["period"], &object["meta"]["asOf"]),
        (&json!("7d"), &json!(AS_OF))
    );
    assert_eq!(object.as_object().unwrap().len(), 5);
    assert_eq!(object["meta"]["source"], "raw");
    let (headers, text) = export(
        &chat.service,
        &path("export?format=ndjson&period=7d&metrics=messages,users"),
    )
    .await;
    assert_eq!(headers["content-type"], "application/x-ndjson");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let with = |metric: &str, row: &Value| {
        let mut row = row.clone();
        row["metric"] = metric.into();
        row
    };
    let days = timeline.iter().map(|row| with("messages", row));
    let people = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| with("users", row));
    assert_same(&json!(lines), &days.chain(people).collect());
    // What narrows an answer narrows its export.
    let narrowed = "period=7d&filter=user is bob&includeBots=true";
    let (_, text) = export(
        &chat.service,
        &path(&format!("export?metrics=users,events&{narrowed}")),
    )
    .await;
    let object: Value = serde_json::from_str(&text).unwrap();
    let kinds: Vec<&Value> = object["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["eventType"])
        .collect();
    assert_eq!(
        kinds,
        ["thread_reply", "message_sent", "file_shared", "presence"]
    );
    assert_eq!(object["users"].as_array().unwrap().len(), 1);
    // Nothing is an empty list, and a table of its header.
    let (_, text) = export(
        &chat.service,
        &path("export?metrics=users,events&userId=nobody"),
    )
    .await;
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&object["users"], &object["events"]),
        (&json!([]), &json!([]))
    );
    let (_, text) = export(
        &chat.service,
        &path("export?format=csv&metrics=events&userId=nobody"),
    )
    .await;
    assert_eq!(text.lines().count(), 1);
}

#[tokio::test]
async fn more_events_than_fit_a_page_are_streamed_whole() {
    const EVENTS: usize = 50_001;
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MAX_BATCH", "60000")]);
    let event = |number: usize| {
        let user = number % 100;
        format!(
            r#"{{"event":"e","id":"{number}","userId":"u{user}","properties":{{"n":{number}}}}}"#
        )
    };
    let body = format!("[{}]", (0..EVENTS).map(event).collect::<Vec<_>>().join(","));
    let answer = service.post("/api/analytics/track").body(body).send();
    let answer = read(answer.await.unwrap(), StatusCode::OK).await;
    assert_eq!(answer["tracked"], EVENTS);
    let path = "/api/analytics/export?format=ndjson&metrics=events&period=7d";
    let (_, text) = export(&service, path).await;
    let mut seen = vec![false; EVENTS];
    for line in text.lines() {
        assert!(line.starts_with('{') && line.ends_with('}'));
        let (_, number) = line.split_once("{\"n\":").unwrap();
        let number: usize = number[..number.find('}').unwrap()].parse().unwrap();
        assert!(
            !std::mem::replace(&mut seen[number], true),
            "{number} came twice"
        );
    }
    assert!(seen.iter().all(|seen| *seen));
    let dashboard = service.json("/api/analytics/dashboard?period=7d").await;
    assert_eq!(dashboard["totalEvents"], EVENTS);
    // Whoever leaves in the middle disturbs nobody.
    for _ in 0..2 {
        let response = service
            .get("/api/analytics/export?metrics=events&period=7d")
            .send()
            .await
            .unwrap();
        drop(response);
    }
    assert_eq!(service.json("/health").await["status"], "healthy");
}

#[tokio::test]
async fn a_format_of_a_later_release_is_refused_as_such() {
    let home = Home::new();
    let service = home.start(&[]);
    let path = "/api/analytics/export?format=pdf&metrics=users";
    let response = service.get(path).send().await.unwrap();
    let error = assert_refused(response, 501, "not_implemented").await;
    assert_eq!(error["message"], "export as PDF comes with a later release");
}

/// An export says where its numbers come from, as the answers do that it is made of.
#[tokio::test]
async fn the_source_is_that_of_the_answers() {
    let chat = Chat::open_in("Europe/Berlin").await;
    for (metrics, span) in [
        ("users", "7d"),
        ("messages", "7d"),
        ("channels", "7d"),
        ("channels", "90d"),
    ] {
        let source = async |path: String| chat.ask(&path).await["meta"]["source"].clone();
        let exported = source(format!("export?period={span}&metrics={metrics}")).await;
        let list = source(format!("{metrics}?period={span}")).await;
        assert_eq!(exported, list, "{metrics}");
        assert_ne!(exported, "raw", "{metrics}");
        let mixed = source(format!("export?period={span}&metrics={metrics},events")).await;
        assert_eq!(mixed, "mixed", "{metrics}");
    }
}
