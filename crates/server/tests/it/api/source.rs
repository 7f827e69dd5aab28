//! `source=raw`: the events give the same answers as rollups, and both times are told.

use serde_json::{Value, json};

use crate::{
    api::chat::{AS_OF, Chat},
    support::json as read,
};

/// Returns an answer without what tells where it came from, and what it says of that.
fn parted(mut answer: Value) -> (Value, Value) {
    let meta = answer["meta"].take();
    (answer, meta)
}

fn assert_proven(plain: Value, raw: Value, what: &str) {
    let (plain, usual) = parted(plain);
    let (raw, meta) = parted(raw);
    assert_eq!(plain, raw, "{what}");
    assert_eq!(usual.get("timing"), None, "{what}");
    assert_eq!(meta["source"], "raw", "{what}");
    let timing = &meta["timing"];
    assert_eq!(timing["equal"], true, "{what}");
    let both = [&timing["rollupMs"], &timing["rawMs"]].map(|time| time.as_f64().unwrap());
    assert!(both.iter().all(|time| *time > 0.0), "{what}: {timing}");
}

#[tokio::test]
async fn the_events_give_the_answers_of_rollups() {
    // Rollups are cut in UTC, in which the questions are asked.
    let chat = Chat::open().await;
    let mut by_rollup = 0;
    for question in [
        "dashboard?period=30d",
        "users?period=30d",
        "channels?period=30d&compare=previous",
        "messages?period=30d&groupBy=week",
        "content?period=30d",
        "retention?period=90d",
        "lifecycle?period=90d&groupBy=day",
    ] {
        let path = format!("/api/analytics/{question}&asOf={AS_OF}");
        let plain = chat.service.json(&path).await;
        by_rollup += usize::from(plain["meta"]["source"] != "raw");
        let raw = chat.service.json(&format!("{path}&source=raw")).await;
        assert_proven(plain, raw, question);
        let auto = chat.service.json(&format!("{path}&source=auto")).await;
        assert_eq!(auto["meta"].get("timing"), None);
    }
    assert!(
        by_rollup > 3,
        "{by_rollup} questions were answered by rollups"
    );
    let mut body =
        json!({"metrics": ["messages", "posters"], "dimensions": ["channel"], "asOf": AS_OF});
    let ask = async |body: &Value| {
        let asked = chat.service.post("/api/analytics/query").json(body);
        read(asked.send().await.unwrap(), reqwest::StatusCode::OK).await
    };
    let plain = ask(&body).await;
    body["source"] = json!("raw");
    assert_proven(plain, ask(&body).await, "query");
}
