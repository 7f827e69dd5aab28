//! Texts that would do harm if any of them ever became SQL.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::declared::{Operation, questions};
use crate::{
    api::{
        assert_same,
        chat::{AS_OF, Chat, path},
        refusal::assert_refused,
    },
    support::json as read,
};

const HARM: &[&str] = &[
    "'; DROP TABLE event; --",
    "' OR '1'='1",
    "\"; DELETE FROM event WHERE \"\"=\"",
    "') UNION ALL VALUES (1,2,3) --",
    "1; ATTACH 'x' AS y; --",
    "%' OR 1=1 /*",
    "\\'; COPY event TO 'x'; --",
    "${jndi:ldap://x}",
    "$1",
    "?",
];

/// Parameters that hold a text of the caller's own: nothing is refused, and nothing is found.
const TEXTS: &[&str] = &[
    "channelId",
    "userId",
    "search",
    "role",
    "eventType",
    "q",
    "start",
    "end",
];
/// A text that some lists hold against what their terms look like, and others do not.
const TERM: &str = "term";

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What a question's answer is, without the times at which it was asked.
async fn answer(chat: &Chat, path: &str) -> Value {
    let mut answer = read(chat.service.get(path).send().await.unwrap(), StatusCode::OK).await;
    // Days are filled meanwhile.
    if let Some(meta) = answer.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("ledger");
    }
    answer
}

/// Everything that could be changed.
async fn state(chat: &Chat) -> Value {
    let mut status = chat.service.json("/api/analytics/status").await;
    status.as_object_mut().unwrap().remove("bytes");
    json!([
        status,
        chat.numbers("dashboard?period=7d").await,
        chat.numbers("channels?period=90d").await
    ])
}

fn asked(operation: &Operation, name: &str, value: &str) -> String {
    let value = escaped(value);
    let is_reproducible = operation.parameters.iter().any(|one| one == "asOf");
    let present = if is_reproducible && name != "asOf" {
        format!("&asOf={AS_OF}")
    } else {
        String::new()
    };
    let events = if operation.path.ends_with("/export") && name == "eventType" {
        "&metrics=events"
    } else if operation.path.ends_with("/channels") && name == "groupBy" {
        "&include=series"
    } else {
        ""
    };
    operation.asked(&format!("{name}={value}{present}{events}"))
}

#[tokio::test]
async fn in_parameters_of_their_own_kind_they_are_refused() {
    let chat = Chat::open().await;
    let before = state(&chat).await;
    for operation in questions() {
        let names = operation.parameters.iter().map(String::as_str);
        for name in names.filter(|name| !TEXTS.contains(name) && *name != TERM) {
            let code = match name {
                "period" if operation.path.ends_with("/insights") => "bad_parameter",
                "period" => "bad_period",
                "from" | "to" | "asOf" => "bad_time",
                "compare" => "bad_compare",
                "tz" => "bad_zone",
                "groupBy" => "bad_grain",
                "filter" => "bad_filter",
                "segment" => "unknown_segment",
                _ => "bad_parameter",
            };
            for harm in HARM {
                let request = chat.service.get(&asked(&operation, name, harm));
                // Several texts, and no channel has one of them for an identifier.
                let several = name == "ids" && harm.contains(',');
                let (status, code) = if several {
                    (404, "not_found")
                } else {
                    (400, code)
                };
                assert_refused(request.send().await.unwrap(), status, code).await;
            }
        }
    }
    assert_same(&state(&chat).await, &before);
}

#[tokio::test]
async fn in_parameters_that_hold_texts_they_find_nothing() {
    let chat = Chat::open().await;
    let before = state(&chat).await;
    for operation in questions() {
        let names = operation.parameters.iter().map(String::as_str);
        for name in names.filter(|name| TEXTS.contains(name)) {
            let found = async |value: &str| {
                let mut found = answer(&chat, &asked(&operation, name, value)).await;
                // Which is the one thing that names it.
                if let Some(unknown) = found["meta"]["unknown"].take().as_array() {
                    assert_eq!(unknown[0]["value"], value);
                }
                found
            };
            let nothing = found("nobody-and-nothing").await;
            // Where one answer takes many questions, two texts have to do.
            let many = !["/users", "/events"]
                .iter()
                .any(|end| operation.path.ends_with(end));
            for harm in HARM.iter().take(if many { 2 } else { HARM.len() }) {
                assert_same(&found(harm).await, &nothing);
            }
        }
    }
    assert_same(&state(&chat).await, &before);
}

#[tokio::test]
async fn in_filters_headers_and_paths_they_find_nothing() {
    let chat = Chat::open().await;
    let before = state(&chat).await;
    let question = |filter: &str| {
        let filter = escaped(filter);
        path(&format!("messages?period=7d&filter={filter}"))
    };
    for harm in HARM {
        let quoted = format!("\"{}\"", harm.replace('\\', "\\\\").replace('"', "\\\""));
        let fields = ["channel", "user", "type", "message", "property.emoji"];
        let any = fields
            .map(|field| format!("{field} is {quoted}"))
            .join(" or ");
        let found = answer(&chat, &question(&any)).await;
        assert_eq!(
            (&found["total"], &found["allMessages"]),
            (&json!(0), &json!(0)),
            "{any}"
        );
        let others = answer(&chat, &question(&format!("not ({any})"))).await;
        assert_eq!(
            (&others["total"], &others["allMessages"]),
            (&json!(9), &json!(11))
        );
        let found = answer(&chat, &question(&format!("property.{quoted} is x"))).await;
        assert_eq!(found["total"], 0);
        let request = chat
            .service
            .get("/api/analytics/status")
            .header("X-Source-Account-ID", *harm);
        let status = read(request.send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(
            (&status["events"], &status["workspaceId"]),
            (&json!(0), &json!(harm))
        );
        let path = format!("/api/analytics/{}", escaped(harm).replace('+', "%20"));
        assert_refused(
            chat.service.get(&path).send().await.unwrap(),
            404,
            "not_found",
        )
        .await;
    }
    assert_same(&state(&chat).await, &before);
}

#[tokio::test]
async fn in_events_and_records_they_are_texts_like_others() {
    let chat = Chat::open().await;
    let before = state(&chat).await;
    let workspace = "x'; DROP TABLE workspace; --";
    let mut people = Vec::new();
    for harm in HARM {
        let event = json!({
            "event": harm, "userId": harm, "channelId": harm, "id": harm, "sessionId": harm,
            "messageId": harm, "threadId": harm, "messageType": harm, "text": harm,
            "properties": {*harm: harm},
        });
        let request = chat
            .service
            .post("/api/analytics/track")
            .header("X-Source-Account-ID", workspace);
        read(request.json(&event).send().await.unwrap(), StatusCode::OK).await;
        people.push(json!({"id": harm, "name": harm, "email": harm, "role": harm}));
    }
    let records =
        json!({"people": people, "channels": [{"id": HARM[0], "name": HARM[0], "owner": HARM[0]}]});
    let request = chat
        .service
        .post("/api/analytics/records")
        .header("X-Source-Account-ID", workspace);
    read(request.json(&records).send().await.unwrap(), StatusCode::OK).await;
    let ask = async |path: &str| {
        let request = chat
            .service
            .get(path)
            .header("X-Source-Account-ID", workspace);
        read(request.send().await.unwrap(), StatusCode::OK).await
    };
    let events = ask("/api/analytics/events?period=7d").await;
    let mut found: Vec<&str> = Vec::new();
    for event in events["events"].as_array().unwrap() {
        let harm = event["eventType"].as_str().unwrap();
        let same = ["userId", "userName", "channelId"];
        assert!(same.iter().all(|name| event[*name] == harm), "{event}");
        assert_eq!(event["properties"], json!({harm: harm}));
        found.push(harm);
    }
    found.sort_unstable();
    let mut expected = HARM.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
    for harm in HARM {
        let found = ask(&format!(
            "/api/analytics/users?period=7d&userId={}",
            escaped(harm)
        ))
        .await;
        assert_eq!(
            (&found["total"], &found["users"][0]["name"]),
            (&json!(1), &json!(harm))
        );
    }
    assert_same(&state(&chat).await, &before);
}
