//! `GET /api/analytics/content/…`: lists of terms.

use serde_json::{Value, json};

use crate::support::{Home, Service, json as read};

/// The present of every answer.
const AS_OF: &str = "2025-06-30T12:00:00Z";

async fn put(service: &Service, events: &Value) {
    let answer = service.track(events).await;
    assert_eq!(answer["tracked"], events.as_array().unwrap().len());
}

async fn channels(service: &Service) {
    let records = json!({"channels": [
        {"id": "general", "name": "General", "kind": "public"},
        {"id": "dev", "name": "Dev", "kind": "public"},
        {"id": "secret", "name": "Secret", "kind": "private"},
    ]});
    let response = service.post("/api/analytics/records").json(&records);
    read(response.send().await.unwrap(), reqwest::StatusCode::OK).await;
}

fn said(day: &str, user: &str, channel: &str, text: &str) -> Value {
    let at = format!("2025-06-{day}T10:00:00Z");
    json!({"event": "message_sent", "timestamp": at, "userId": user, "channelId": channel, "text": text})
}

fn reacted(day: &str, user: &str, emoji: &str) -> Value {
    let at = format!("2025-06-{day}T11:00:00Z");
    json!({"event": "reaction_added", "timestamp": at, "userId": user, "channelId": "general",
           "properties": {"emoji": emoji}})
}

fn shared(day: &str, user: &str, channel: &str, file: &Value) -> Value {
    let at = format!("2025-06-{day}T10:30:00Z");
    json!({"event": "file_shared", "timestamp": at, "userId": user, "channelId": channel, "properties": file})
}

async fn ask(service: &Service, what: &str) -> Value {
    let separator = if what.contains('?') { '&' } else { '?' };
    let path = format!("/api/analytics/content/{what}{separator}period=7d&asOf={AS_OF}");
    service.json(&path).await
}

/// Returns name, count and people of each row.
fn rows(answer: &Value) -> Vec<String> {
    let rows = answer["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        format!(
            "{} {} {}",
            row["name"].as_str().unwrap(),
            row["count"],
            row["users"]
        )
    })
    .collect()
}

#[tokio::test]
async fn emoji_have_one_name_in_messages_and_reactions() {
    let home = Home::new();
    let service = home.start(&[]);
    channels(&service).await;
    let events = json!([
        said("25", "ann", "general", "hm :thinking_face: 🤔"),
        said("26", "ben", "dev", ":thinking: :party_parrot:"),
        reacted("26", "ann", ":thinking_face::skin-tone-2:"),
        reacted("26", "cem", "blob_dance"),
        reacted("27", "ann", "party_parrot"),
        said("27", "cem", "secret", "🤔 🎉"),
        // The week before.
        said("18", "ann", "general", "🤔"),
    ]);
    put(&service, &events).await;
    // An emoji counts once in a message; ann wrote it and reacted with it.
    let all = ask(&service, "emoji").await;
    assert_eq!(
        rows(&all),
        ["thinking 3 2", "party_parrot 2 2", "blob_dance 1 1"]
    );
    assert_eq!(all["total"], 3);
    assert_eq!(all["rows"][0]["symbol"], "🤔");
    assert_eq!(all["rows"][0]["trends"]["count"]["previous"], 1);
    assert_eq!(all["rows"][1]["trends"]["users"]["previous"], 0);
    for (asked, expected) in [
        ("where=messages", vec!["thinking 2 2", "party_parrot 1 1"]),
        (
            "where=reactions",
            vec!["blob_dance 1 1", "party_parrot 1 1", "thinking 1 1"],
        ),
        ("sort=leastUsed", vec!["blob_dance 1 1", "party_parrot 2 2"]),
        ("limit=1&offset=1", vec!["party_parrot 2 2"]),
        ("search=PARTY", vec!["party_parrot 2 2"]),
        ("channelId=dev", vec!["party_parrot 1 1", "thinking 1 1"]),
        ("channelId=secret", vec![]),
    ] {
        assert_eq!(
            rows(&ask(&service, &format!("emoji?{asked}")).await),
            expected,
            "{asked}"
        );
    }
    let one = ask(&service, "emoji?term=%F0%9F%A4%94").await;
    assert_eq!(rows(&one), ["thinking 3 2"]);
    let usage = json!({
        "name": "thinking",
        "channels": [
            {"channelId": "general", "channelName": "General", "count": 2, "users": 1},
            {"channelId": "dev", "channelName": "Dev", "count": 1, "users": 1},
        ],
        "days": [
            {"date": "2025-06-25", "count": 1, "users": 1},
            {"date": "2025-06-26", "count": 2, "users": 2},
        ],
    });
    assert_eq!(one["usage"], usage);
}

#[tokio::test]
async fn links_and_files_are_listed_by_what_they_share() {
    let home = Home::new();
    let service = home.start(&[]);
    channels(&service).await;
    let picture = json!({"fileName": "Plan.PNG", "fileSize": 1000, "fileHash": "AB12cd34"});
    let copy = json!({"file_name": "copy.png", "file_size": "500", "file_hash": "ab12cd34"});
    let events = json!([
        said(
            "25",
            "ann",
            "general",
            "https://docs.example.co.uk/a?x=1 https://www.example.co.uk/a#b"
        ),
        said("26", "ben", "dev", "https://docs.example.co.uk/a"),
        said("26", "ben", "secret", "https://hidden.example.org"),
        shared("25", "ann", "general", &picture),
        shared("26", "ann", "dev", &copy),
        shared("26", "ben", "dev", &json!({"fileName": "notes.pdf"})),
        shared(
            "27",
            "cem",
            "secret",
            &json!({"fileName": "salaries.pdf", "fileSize": 7})
        ),
    ]);
    put(&service, &events).await;
    for (asked, expected) in [
        ("links", vec!["example.co.uk 2 2"]),
        (
            "links?by=host",
            vec!["docs.example.co.uk 2 2", "www.example.co.uk 1 1"],
        ),
        (
            "links?by=url",
            vec![
                "https://docs.example.co.uk/a 2 2",
                "https://www.example.co.uk/a 1 1",
            ],
        ),
        (
            "files",
            vec!["Plan.PNG 1 1", "copy.png 1 1", "notes.pdf 1 1"],
        ),
        ("files?by=extension", vec!["png 2 1", "pdf 1 1"]),
        ("files?by=kind", vec!["image 2 1", "file 1 1"]),
        ("files?by=hash", vec!["ab12cd34 2 1"]),
        ("files?term=Plan.PNG", vec!["Plan.PNG 1 1"]),
        ("hashtags", vec![]),
    ] {
        assert_eq!(rows(&ask(&service, asked).await), expected, "{asked}");
    }
    let kinds = ask(&service, "files?by=kind").await;
    assert_eq!(
        (&kinds["rows"][0]["bytes"], &kinds["rows"][1]["bytes"]),
        (&json!(1500), &json!(0))
    );
}

#[tokio::test]
async fn topics_are_ranked_by_people_and_come_from_open_channels_only() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_BANNED_TERMS", "layoffs, acquisitions")]);
    channels(&service).await;
    let events = json!([
        said("25", "ann", "general", "The deploy pipelines are broken?"),
        said(
            "26",
            "ben",
            "dev",
            "Deploy pipeline! `secret_code` https://example.com/x @cem 🎉"
        ),
        said("26", "cem", "dev", "Layoffs! Acquisition, layoff."),
        said("27", "cem", "secret", "acquisition rumours"),
    ]);
    put(&service, &events).await;
    let top = ask(&service, "topics").await;
    // Three people wrote: 2 × ln(1 + 3 / 2) = 1.83 of the pair, and 0.6 of it of its words.
    assert_eq!(
        rows(&top),
        [
            "deploy pipeline 2 2",
            "deploy 2 2",
            "pipeline 2 2",
            "broken 1 1"
        ]
    );
    let scores: Vec<f64> = top["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["score"].as_f64().unwrap())
        .collect();
    assert_eq!(scores, [1.83, 1.1, 1.1, 0.83]);
    let one = ask(&service, "topics?term=Deploy%20Pipeline").await;
    assert_eq!(one["usage"]["channels"].as_array().unwrap().len(), 2);
    for asked in [
        "topics?search=layoff",
        "topics?search=acquisition",
        "topics?channelId=secret",
    ] {
        assert_eq!(ask(&service, asked).await["total"], 0, "{asked}");
    }
    let messages = service
        .json(&format!("/api/analytics/messages?period=7d&asOf={AS_OF}"))
        .await;
    assert_eq!(
        (&messages["questions"], &messages["mentions"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn what_is_banned_later_is_not_shown() {
    let home = Home::new();
    let service = home.start(&[]);
    put(
        &service,
        &json!([said(
            "25",
            "ann",
            "general",
            "layoffs #layoffs budget #plan"
        )]),
    )
    .await;
    assert_eq!(
        rows(&ask(&service, "hashtags").await),
        ["layoffs 1 1", "plan 1 1"]
    );
    service.stop();
    let service = home.start(&[("ANALYTICS_BANNED_TERMS", "layoff")]);
    for (asked, expected) in [
        ("hashtags", vec!["plan 1 1"]),
        ("hashtags?term=layoffs", vec![]),
        ("topics", vec!["budget 1 1"]),
    ] {
        let answer = ask(&service, asked).await;
        assert_eq!(rows(&answer), expected, "{asked}");
        assert_eq!(answer["total"], expected.len(), "{asked}");
        assert!(answer.get("usage").is_none(), "{asked}");
    }
}

#[tokio::test]
async fn a_topic_trends_when_many_more_people_write_of_it_than_before() {
    let home = Home::new();
    let service = home.start(&[]);
    let at = |week: i64, user: i64| {
        let end: jiff::Timestamp = AS_OF.parse().unwrap();
        (end - jiff::SignedDuration::from_hours(week * 168 + 24 + user)).to_string()
    };
    let message = |week: i64, user: i64, text: &str| {
        json!({"event": "message_sent", "timestamp": at(week, user), "userId": format!("u{user}"),
               "channelId": "general", "text": text})
    };
    let mut events = Vec::new();
    for week in 0..9 {
        for user in 0..10 {
            events.push(message(week, user, "weekly standup"));
        }
    }
    for user in 0..6 {
        events.push(message(0, user, "The orchid migration"));
    }
    put(&service, &Value::Array(events)).await;
    let trending = ask(&service, "topics?view=trending").await;
    // 6 of 10 now, none of 80 before: 12 ln 9 = 26.37. Its words are said by the same people, and
    // the standup is as every week.
    assert_eq!(rows(&trending), ["orchid migration 6 6"]);
    let row = &trending["rows"][0];
    assert_eq!(
        row["burst"],
        json!({"g2": 26.37, "before": 0, "first": true})
    );
    assert_eq!(row["score"], 158.2);
    // Three phrases of the standup, and three of the migration.
    let expected = json!({"tested": 6, "threshold": 19.5, "leastPeople": 3, "spans": 8});
    assert_eq!(trending["trending"], expected);
}
