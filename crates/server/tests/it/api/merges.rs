//! Identifiers that are one person: what is asked is answered as if the events had come under one of them, until
//! that is undone.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::{assert_same, refusal::assert_refused},
    support::{Home, KEY, Service, json as read},
};

const MERGE: &str = "/api/analytics/people/merge";
const MERGES: &str = "/api/analytics/people/merges";
const AS_OF: &str = "asOf=2025-03-30T20:00:00Z";

/// A visitor asks and writes for some days; from 24 March on the same person has an account.
const VISITOR: &str = "guest-17";
const ACCOUNT: &str = "u-ada";

/// Events by instant, who, kind, and where.
const HISTORY: [(&str, &str, &str, &str); 16] = [
    ("2025-02-20T09:00:00Z", VISITOR, "message_sent", "c-gen"),
    ("2025-03-10T09:00:00Z", VISITOR, "channel_joined", "c-gen"),
    ("2025-03-17T09:00:00Z", VISITOR, "message_sent", "c-gen"),
    ("2025-03-17T09:10:00Z", "u-bob", "message_sent", "c-gen"),
    ("2025-03-18T09:00:00Z", VISITOR, "message_sent", "c-ran"),
    // Its own words under the other identifier are no answer.
    ("2025-03-24T09:00:00Z", VISITOR, "message_sent", "c-gen"),
    ("2025-03-24T09:05:00Z", ACCOUNT, "message_sent", "c-gen"),
    ("2025-03-24T09:30:00Z", "u-bob", "message_sent", "c-gen"),
    ("2025-03-24T10:00:00Z", ACCOUNT, "channel_joined", "c-gen"),
    ("2025-03-25T09:00:00Z", ACCOUNT, "user_signed_up", "c-gen"),
    ("2025-03-25T09:01:00Z", ACCOUNT, "feature_used", "c-gen"),
    ("2025-03-26T09:00:00Z", "u-bob", "message_sent", "c-ran"),
    ("2025-03-26T09:20:00Z", ACCOUNT, "message_sent", "c-ran"),
    ("2025-03-26T09:21:00Z", VISITOR, "reaction_added", "c-ran"),
    ("2025-03-27T09:00:00Z", "u-cyd", "message_sent", "c-ran"),
    ("2025-03-28T09:00:00Z", VISITOR, "message_sent", "c-ran"),
];
/// What comes while both are one.
const MEANWHILE: [(&str, &str, &str, &str); 2] = [
    ("2025-03-29T09:00:00Z", VISITOR, "message_sent", "c-gen"),
    ("2025-03-29T09:10:00Z", ACCOUNT, "message_sent", "c-gen"),
];

/// What is asked; a person is named by the identifier that counts.
const QUESTIONS: [&str; 27] = [
    "dashboard?period=30d",
    "users?period=30d",
    "users?period=30d&metric=activity&sort=userId&active=false",
    "users?period=30d&search=ada",
    "users?period=90d&metric=retention",
    "users?period=30d&include=series&groupBy=week",
    "users?period=30d&userId=u-ada",
    "users?period=30d&filter=not%20user%20is%20u-ada",
    "users/u-ada?period=30d",
    "users/matrix?period=30d",
    "lifecycle?period=30d&list=new",
    "lifecycle?period=7d&list=kept",
    "stickiness?period=30d",
    "adoption?period=30d",
    "newcomers?period=90d",
    "retention?period=90d&groupBy=week",
    "logins?period=30d",
    "journeys?period=30d",
    "funnels/newcomers/run?period=90d",
    "changes?period=7d",
    "response-times?period=30d",
    "unanswered?period=30d",
    "channels?period=30d",
    "channels/c-gen?period=30d",
    "participation?period=30d",
    "messages?period=30d&userId=u-ada",
    "export?metrics=messages,posters&period=30d&format=json",
];

fn events(history: &[(&str, &str, &str, &str)], named: impl Fn(&str) -> String) -> Value {
    let event = |(at, who, kind, channel): &(&str, &str, &str, &str)| {
        json!({"id": format!("{at} {kind}"), "event": kind, "timestamp": at, "userId": named(who),
            "channelId": channel, "properties": {"text": "does this work?", "feature": "search"}})
    };
    history.iter().map(event).collect()
}

/// Answers without the time at which they were made, and whether they were remembered.
async fn answers(service: &Service) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    for question in QUESTIONS {
        let mut answer = service
            .json(&format!("/api/analytics/{question}&{AS_OF}"))
            .await;
        if let Some(answer) = answer.as_object_mut() {
            answer.remove("meta");
        }
        answers.push((question.to_owned(), answer));
    }
    let listed = service
        .json("/api/analytics/events?limit=100&from=2025-01-01&to=2025-04-01")
        .await;
    let shown = |event: &Value| {
        json!([
            event["timestamp"],
            event["userId"],
            event["userName"],
            event["eventType"]
        ])
    };
    let rows = listed["events"].as_array().unwrap();
    answers.push(("events".to_owned(), rows.iter().map(shown).collect()));
    answers
}

fn assert_equal(found: &[(String, Value)], expected: &[(String, Value)]) {
    for ((_, found), (_, expected)) in found.iter().zip(expected) {
        assert_same(found, expected);
    }
}

async fn merge(service: &Service, from: &str, into: &str) -> Response {
    let body = json!({"from": from, "into": into});
    service.post(MERGE).json(&body).send().await.unwrap()
}

async fn undo(service: &Service, from: &str) -> Response {
    let request = service.request(Method::DELETE, &format!("{MERGE}/{from}"));
    request.header("X-API-Key", KEY).send().await.unwrap()
}

async fn put(service: &Service, people: &Value) {
    let request = service.post("/api/analytics/records");
    let response = request.json(&json!({"people": people})).send().await;
    read(response.unwrap(), StatusCode::OK).await;
}

async fn fill(service: &Service) {
    let body = json!({"from": "2025-02-01", "to": "2025-04-01"});
    let response = service
        .post("/api/analytics/ledger/refill")
        .json(&body)
        .send();
    read(response.await.unwrap(), StatusCode::OK).await;
}

/// A service that was told everything under one identifier, and one that learns only later that both are one.
#[tokio::test]
async fn history_is_that_of_one_person_until_it_is_undone() {
    let one = |who: &str| if who == VISITOR { ACCOUNT } else { who }.to_owned();
    let record = json!([{"id": ACCOUNT, "name": "Ada", "role": "member"}]);
    let rewritten = Home::new();
    let rewritten = rewritten.start(&[]);
    put(&rewritten, &record).await;
    rewritten.track(&events(&HISTORY, one)).await;
    let expected = answers(&rewritten).await;

    let home = Home::new();
    let service = home.start(&[]);
    put(&service, &record).await;
    put(
        &service,
        &json!([{"id": VISITOR, "name": "Visitor", "role": "guest"}]),
    )
    .await;
    service.track(&events(&HISTORY, str::to_owned)).await;
    fill(&service).await;
    let before = answers(&service).await;
    assert_ne!(before, expected);

    let made = read(merge(&service, VISITOR, ACCOUNT).await, StatusCode::OK).await;
    assert_eq!(
        made,
        json!({"from": VISITOR, "into": ACCOUNT, "countsAs": ACCOUNT, "mergedAt": made["mergedAt"]})
    );
    assert_equal(&answers(&service).await, &expected);
    // The same again is the same.
    let again = read(merge(&service, VISITOR, ACCOUNT).await, StatusCode::OK).await;
    assert_eq!(again, made);
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    assert_eq!(service.json(MERGES).await, json!({"merges": [made]}));
    assert_equal(&answers(&service).await, &expected);
    fill(&service).await;
    assert_equal(&answers(&service).await, &expected);

    rewritten.track(&events(&MEANWHILE, one)).await;
    service.track(&events(&MEANWHILE, str::to_owned)).await;
    assert_equal(&answers(&service).await, &answers(&rewritten).await);
    service.kill();
    let service = home.start(&[]);
    assert_equal(&answers(&service).await, &answers(&rewritten).await);

    let undone = read(undo(&service, VISITOR).await, StatusCode::OK).await;
    assert_eq!(undone, json!({"success": true}));
    // As if there had never been a merge.
    let apart = Home::new();
    let apart = apart.start(&[]);
    put(
        &apart,
        &json!([{"id": ACCOUNT, "name": "Ada", "role": "member"},
        {"id": VISITOR, "name": "Visitor", "role": "guest"}]),
    )
    .await;
    apart.track(&events(&HISTORY, str::to_owned)).await;
    assert_equal(&before, &answers(&apart).await);
    apart.track(&events(&MEANWHILE, str::to_owned)).await;
    let expected = answers(&apart).await;
    assert_equal(&answers(&service).await, &expected);
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    assert_equal(&answers(&service).await, &expected);
    assert_eq!(service.json(MERGES).await, json!({"merges": []}));
}

/// The visitor wrote on 17, 18, 24 and 28 March, the account on 24 and 26 March: six messages of one person.
#[tokio::test]
async fn whoever_asks_for_the_identifier_that_was_merged_means_the_person_that_counts() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_SQL", "true")]);
    service.track(&events(&HISTORY, str::to_owned)).await;
    read(merge(&service, VISITOR, ACCOUNT).await, StatusCode::OK).await;
    let span = format!("from=2025-03-01&{AS_OF}");
    let asked = json!([{"value": VISITOR, "countsAs": ACCOUNT}]);
    for question in [
        format!("messages?userId={VISITOR}"),
        format!("messages?filter=user%20is%20{VISITOR}"),
        format!("messages?filter=user%20is%20{VISITOR},{ACCOUNT}"),
        format!("messages?filter=not%20(user%20is%20u-bob,u-cyd)%20and%20user%20is%20{VISITOR}"),
    ] {
        let answer = service
            .json(&format!("/api/analytics/{question}&{span}"))
            .await;
        assert_eq!(answer["messages"]["current"], 6, "{question}: {answer}");
        assert_eq!(answer["meta"]["merged"], asked, "{question}");
        assert_eq!(answer["meta"]["unknown"], Value::Null, "{question}");
    }
    let person = format!("/api/analytics/users/{VISITOR}?{span}");
    let person = service.json(&person).await;
    assert_eq!(person["user"]["userId"], ACCOUNT, "{person}");
    let users = service.json(&format!("/api/analytics/users?{span}")).await;
    assert_eq!(users["total"], 3);
    assert_eq!(users["meta"]["merged"], Value::Null);
    for text in [VISITOR, ACCOUNT] {
        let found = service
            .json(&format!("/api/analytics/search?q={text}"))
            .await;
        let found = found["results"].as_array().unwrap().clone();
        assert_eq!(
            (found.len(), &found[0]["id"]),
            (1, &json!(ACCOUNT)),
            "{text}"
        );
        let users = format!("/api/analytics/users?search={text}&{span}");
        assert_eq!(service.json(&users).await["total"], 1, "{text}");
    }
    let body = json!({"name": "the visitor", "rule": format!("user is {VISITOR}")});
    let request = service.post("/api/analytics/segments").json(&body);
    let segment = read(request.send().await.unwrap(), StatusCode::CREATED).await;
    let id = segment["id"].as_str().unwrap();
    let members = format!("/api/analytics/segments/{id}/members?{AS_OF}");
    assert_eq!(service.json(&members).await["members"][0]["id"], ACCOUNT);
    let narrowed = format!("/api/analytics/messages?segment={id}&{span}");
    assert_eq!(service.json(&narrowed).await["messages"]["current"], 6);
    let sql = "SELECT user_id, count(*) FROM analytics_events WHERE user_id IN \
               (SELECT user_id FROM analytics_people) GROUP BY 1 ORDER BY 1";
    let request = service
        .post("/api/analytics/sql")
        .json(&json!({"sql": sql}));
    let rows = read(request.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(
        rows["rows"],
        json!([["u-ada", 12], ["u-bob", 3], ["u-cyd", 1]])
    );
}

#[tokio::test]
async fn what_cannot_be_merged_is_refused_with_a_sentence() {
    let home = Home::new();
    let service = home.start(&[]);
    put(&service, &json!([{"id": "a"}, {"id": "b"}, {"id": "c"}])).await;
    read(merge(&service, "a", "b").await, StatusCode::OK).await;
    for (from, into, status, code) in [
        ("b", "b", 400, "bad_merge"),
        ("", "b", 400, "bad_merge"),
        ("b", "", 400, "bad_merge"),
        ("nobody", "b", 404, "user_not_found"),
        ("c", "nobody", 404, "user_not_found"),
        ("b", "a", 409, "merge_cycle"),
        ("a", "c", 409, "merged_elsewhere"),
    ] {
        let error = assert_refused(merge(&service, from, into).await, status, code).await;
        assert!(error["message"].as_str().unwrap().len() > 10, "{error}");
    }
    for body in [
        json!({"from": "b"}),
        json!({"from": "b", "into": 1}),
        json!([]),
    ] {
        let response = service.post(MERGE).json(&body).send().await.unwrap();
        assert_refused(response, 400, "bad_shape").await;
    }
    let body = json!({"from": "c", "into": "b", "at": 1});
    let response = service.post(MERGE).json(&body).send().await.unwrap();
    assert_refused(response, 400, "unknown_field").await;
    for id in ["b", "nobody", "%00"] {
        assert_refused(undo(&service, id).await, 404, "not_found").await;
    }
    let merges = service.json(MERGES).await;
    assert_eq!(merges["merges"].as_array().unwrap().len(), 1);
    service.logged("people.merged").await;
}

/// Of two people one is kept by a rate of a half and the other is not: as one they are kept like the one that counts.
#[tokio::test]
async fn one_person_is_sampled_as_the_one_that_counts() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_SAMPLE", "page_view:0.5")]);
    let stored = || async {
        service.json("/api/analytics/status").await["events"]
            .as_u64()
            .unwrap()
    };
    let sees = async |who: String| {
        service
            .track(&json!({"event": "page_view", "userId": who}))
            .await;
    };
    let (mut kept, mut left_out) = (None, None);
    for number in 0..64 {
        let who = format!("person-{number}");
        let before = stored().await;
        sees(who.clone()).await;
        if stored().await > before {
            kept = kept.or(Some(who));
        } else {
            left_out = left_out.or(Some(who));
        }
    }
    let (kept, left_out) = (kept.unwrap(), left_out.unwrap());
    put(&service, &json!([{"id": left_out}])).await;
    let before = stored().await;
    read(merge(&service, &left_out, &kept).await, StatusCode::OK).await;
    sees(left_out.clone()).await;
    assert_eq!(stored().await, before + 1);
    read(undo(&service, &left_out).await, StatusCode::OK).await;
    sees(left_out).await;
    assert_eq!(stored().await, before + 1);
}
