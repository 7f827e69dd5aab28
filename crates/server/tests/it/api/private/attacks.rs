//! Getting at one person in the mode `aggregate`: by filters, segments, statements, exports and days.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Chat, HERS, QUERY};
use crate::{
    api::refusal::assert_refused,
    support::{Home, Service, json as read},
};

/// Returns the keys of the rows with the value of the first metric.
fn rows(answer: &Value) -> Vec<String> {
    let metric = &answer["columns"]["metrics"][0]["name"];
    let rows = answer["rows"].as_array().unwrap().iter();
    let rows = rows.map(|row| {
        let keys = row["keys"].as_object().unwrap().values();
        let keys: Vec<String> = keys.map(|key| key.to_string().replace('"', "")).collect();
        let value = &row["values"][metric.as_str().unwrap()];
        format!("{} {value}", keys.join("/"))
    });
    rows.collect()
}

#[tokio::test]
async fn groups_are_shown_and_what_is_of_one_person_is_withheld() {
    let chat = Chat::open("aggregate").await;
    let by = |dimension: &str| json!({"metrics": ["messages"], "dimensions": [dimension]});
    let channels = chat.ask(by("channel")).await;
    // c-lone and c-direct are hers alone; c-two, of six, would tell by the total what she wrote.
    assert_eq!(rows(&channels), ["c-main 80"]);
    assert_eq!(channels["total"], 1);
    let privacy = &channels["meta"]["privacy"];
    assert_eq!(privacy["mode"], "aggregate");
    assert_eq!(privacy["minGroup"], 5);
    assert_eq!(privacy["withheld"], 3);
    // 80 + 18 + 1103 + 2.
    assert_eq!(channels["totals"]["values"]["messages"], 1203);
    // The reactions are all hers, and so is the tenth of March.
    let total = chat
        .ask(json!({"metrics": ["reactions", "reactors", "lastMessage"]}))
        .await;
    for metric in ["reactions", "reactors", "lastMessage"] {
        assert_eq!(total["totals"]["values"][metric], Value::Null, "{metric}");
    }
    let days = chat.ask(json!({"metrics": ["messages"], "groupBy": "day", "from": "2025-03-08", "to": "2025-03-11"})).await;
    // Eight and eight people, and one; of the first two the earlier one goes with it.
    assert_eq!(
        rows(&days),
        ["2025-03-08 null", "2025-03-09 8", "2025-03-10 null"]
    );
    for dimension in ["hashtag", "emoji", "topic"] {
        let terms = chat.ask(by(dimension)).await;
        let text = terms["rows"].to_string();
        assert!(
            !text.contains("quartz") && !text.contains("zebra"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn no_filter_narrows_to_one_person_or_to_all_but_one() {
    let chat = Chat::open("aggregate").await;
    for (filter, messages) in [
        ("channel is c-main", json!(80)),
        ("channel is c-lone", Value::Null),
        ("not channel is c-lone", Value::Null),
        ("channel is c-main,c-two,c-direct", Value::Null),
        ("channel is c-main,c-lone", Value::Null),
        ("channel is c-main or channel is c-lone", Value::Null),
    ] {
        let asked = json!({"metrics": ["messages"], "filter": filter});
        let found = chat.ask(asked).await;
        assert_eq!(found["totals"]["values"]["messages"], messages, "{filter}");
        assert!(
            HERS.iter().all(|hers| !found.to_string().contains(hers)),
            "{found}"
        );
    }
    for refused in [
        json!({"filter": "user is u1"}),
        json!({"filter": "not user is zz-lone-7f3a"}),
        json!({"filter": "channel is c-main and message is text"}),
        json!({"filter": "property.platform is web"}),
        json!({"filter": "hashtag is quartzonly"}),
        json!({"userId": "u1"}),
        json!({"dimensions": ["user"]}),
        json!({"groupBy": "hour"}),
        json!({"tz": "Europe/Berlin"}),
        json!({"explain": true}),
        // All of today.
        json!({"from": "2025-03-11", "to": "2025-03-12"}),
    ] {
        let mut asked = json!({"metrics": ["messages"]});
        let fields = refused.as_object().unwrap().clone();
        asked.as_object_mut().unwrap().extend(fields);
        let answer = chat.post(asked).await;
        assert_refused(answer, 403, "privacy_aggregate").await;
    }
}

#[tokio::test]
async fn order_page_and_time_isolate_nobody() {
    let chat = Chat::open("aggregate").await;
    let first = chat
        .ask(json!({"metrics": ["messages"], "dimensions": ["channel"], "limit": 1, "orderBy": "-messages"}))
        .await;
    assert_eq!(rows(&first), ["c-main 80"]);
    let second = chat
        .ask(json!({"metrics": ["messages"], "dimensions": ["channel"], "limit": 1, "offset": 1}))
        .await;
    assert_eq!(rows(&second), [""; 0]);
    // The present is rounded down to the day, and so are ends within it.
    let early = json!({"metrics": ["messages"], "asOf": "2025-03-11T00:00:01Z"});
    let (early, late) = (
        chat.ask(early).await,
        chat.ask(json!({"metrics": ["messages"]})).await,
    );
    for field in ["asOf", "from", "to"] {
        assert_eq!(early["meta"][field], late["meta"][field], "{field}");
    }
    assert_eq!(late["meta"]["asOf"], "2025-03-11T00:00:00Z");
    let spans = ["2025-03-04T09:00:00Z", "2025-03-04T23:59:00Z"]
        .map(|to| json!({"metrics": ["messages"], "from": "2025-03-03", "to": to}));
    for span in spans {
        let found = chat.ask(span).await;
        assert_eq!(found["meta"]["to"], "2025-03-04T00:00:00Z");
    }
}

#[tokio::test]
async fn segments_statements_exports_and_lists_are_refused() {
    let chat = Chat::open("aggregate").await;
    for path in [
        "users",
        "users/u1",
        "users/matrix",
        "export?metrics=users",
        "export?metrics=events",
        "events",
        "realtime",
        "search?q=zebedee",
        "segments",
        "dead-letters",
        "lifecycle?list=new",
        "newcomers",
        "unanswered",
        "channels/care",
        "channels",
        "changes",
        "journeys",
        "ledger",
        "dashboard",
    ] {
        let path = format!("/api/analytics/{path}");
        let answer = chat.service.get(&path).send().await.unwrap();
        assert_refused(answer, 403, "privacy_aggregate").await;
    }
    for (path, body) in [
        ("segments/preview", json!({"rule": "user is u1"})),
        ("sql", json!({"sql": "SELECT count(*) FROM events"})),
    ] {
        let path = format!("/api/analytics/{path}");
        let answer = chat.service.post(&path).json(&body).send().await.unwrap();
        assert_refused(answer, 403, "privacy_aggregate").await;
    }
}

#[tokio::test]
async fn one_person_who_stands_for_ten_is_one_person() {
    let home = Home::new();
    let sampled = ("ANALYTICS_SAMPLE", "page_view:0.1");
    let full = home.start(&[sampled]);
    let question =
        json!({"metrics": ["activeUsers", "events"], "from": "2025-03-03", "to": "2025-03-04"});
    let ask = async |service: &Service| {
        let answer = service.post(QUERY).json(&question).send().await.unwrap();
        read(answer, StatusCode::OK).await["totals"]["values"].take()
    };
    // People come until the first of them is kept.
    for person in 0..1_000 {
        let view = json!({"event": "page_view", "timestamp": "2025-03-03T12:00:00Z", "userId": format!("u{person}")});
        full.track(&view).await;
        if ask(&full).await["activeUsers"] != 0 {
            break;
        }
    }
    assert_eq!(ask(&full).await, json!({"activeUsers": 10, "events": 10}));
    assert_eq!(full.stop(), Some(0));
    let groups = home.start(&[sampled, ("ANALYTICS_PRIVACY_MODE", "aggregate")]);
    assert_eq!(
        ask(&groups).await,
        json!({"activeUsers": null, "events": null})
    );
}

#[tokio::test]
async fn a_segment_that_was_kept_in_full_narrows_to_nobody() {
    let chat = Chat::open("full").await;
    let mut kept = Vec::new();
    for rule in ["user is zz-lone-7f3a", "did messages 1000"] {
        let body = json!({"name": rule, "rule": rule});
        let path = "/api/analytics/segments";
        let answer = chat.service.post(path).json(&body).send().await.unwrap();
        if answer.status() == StatusCode::CREATED {
            let segment = read(answer, StatusCode::CREATED).await;
            kept.push(segment["id"].as_str().unwrap().to_owned());
        }
    }
    assert!(!kept.is_empty());
    let chat = chat.again("aggregate");
    for id in kept {
        let answer = chat
            .post(json!({"metrics": ["messages"], "segment": id}))
            .await;
        assert_refused(answer, 403, "privacy_aggregate").await;
    }
    // The status says how much there is, and nothing of when somebody was there.
    let status = chat.service.json("/api/analytics/status").await;
    assert_eq!(status["lastEvent"], Value::Null);
    assert_eq!(status["eventTypes"].get("reaction_added"), None, "{status}");
}
