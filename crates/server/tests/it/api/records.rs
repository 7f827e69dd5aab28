//! `POST /api/analytics/records`.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::{assert_same, refusal::assert_refused},
    support::{Home, Service, json as read},
};

const RECORDS: &str = "/api/analytics/records";

async fn put(service: &Service, records: &Value) -> Value {
    let response = service.post(RECORDS).json(records).send().await.unwrap();
    read(response, StatusCode::OK).await
}

#[tokio::test]
async fn what_a_record_does_not_say_stays_as_it_was() {
    let home = Home::new();
    let service = home.start(&[]);
    service
        .track(&json!({"event": "message_sent", "userId": "u1", "channelId": "c1"}))
        .await;
    let changed = |changed: u64| json!({"success": true, "changed": changed});
    let person = |more: Value| json!({"people": [more]});
    let first = json!({"people": [{"id": "u1", "name": "Ada", "email": "a@example.com", "role": "owner"}],
                       "channels": [{"id": "c1", "name": "general", "kind": "public", "memberCount": 3}]});
    assert_eq!(put(&service, &first).await, changed(2));
    assert_eq!(put(&service, &first).await, changed(0));
    assert_eq!(
        put(&service, &person(json!({"id": "u1"}))).await,
        changed(0)
    );
    assert_eq!(
        put(&service, &person(json!({"id": " u1 ", "name": "Ada L."}))).await,
        changed(1)
    );
    let channel = json!({"channels": [{"id": "c1", "isArchived": true}]});
    assert_eq!(put(&service, &channel).await, changed(1));
    assert_eq!(put(&service, &json!({})).await, changed(0));
    let check = async |service: &Service| {
        let users = service.json("/api/analytics/users?period=7d").await;
        let shown = ["name", "email", "role"].map(|name| users["users"][0][name].clone());
        assert_eq!(
            shown,
            [json!("Ada L."), json!("a@example.com"), json!("owner")]
        );
        let channels = service.json("/api/analytics/channels?period=7d").await;
        let shown = ["name", "kind", "memberCount", "isArchived"];
        let shown = shown.map(|name| channels["channels"][0][name].clone());
        assert_eq!(
            shown,
            [json!("general"), json!("public"), json!(3), json!(true)]
        );
    };
    check(&service).await;
    assert_eq!(service.stop(), Some(0));
    check(&home.start(&[])).await;
}

#[tokio::test]
async fn what_a_bot_did_was_never_a_persons_doing() {
    let home = Home::new();
    let service = home.start(&[]);
    let messages: Value = ["ann", "robo", "robo"]
        .iter()
        .map(|user| json!({"event": "message_sent", "userId": user, "channelId": "c1", "text": "#tag"}))
        .collect();
    service.track(&messages).await;
    let numbers = async || {
        let dashboard = service.json("/api/analytics/dashboard?period=7d").await;
        let status = service.json("/api/analytics/status").await;
        let shown = ["activeUsers", "totalMessages", "totalUsers", "totalEvents"]
            .map(|name| dashboard[name].clone());
        (
            shown,
            status["people"].clone(),
            status["bots"].clone(),
            status["botEvents"].clone(),
        )
    };
    assert_eq!(
        numbers().await,
        (
            [json!(2), json!(3), json!(2), json!(3)],
            json!(2),
            json!(0),
            json!(0)
        )
    );
    put(
        &service,
        &json!({"people": [{"id": "robo", "isBot": true}]}),
    )
    .await;
    assert_eq!(
        numbers().await,
        (
            [json!(1), json!(1), json!(1), json!(3)],
            json!(1),
            json!(1),
            json!(2)
        )
    );
    // And nothing it does from now on, whatever the event says.
    service
        .track(&json!({"event": "message_sent", "userId": "robo", "isBot": false}))
        .await;
    assert_eq!(
        numbers().await,
        (
            [json!(1), json!(1), json!(1), json!(4)],
            json!(1),
            json!(1),
            json!(3)
        )
    );
    // An event may say so itself where no record does.
    service
        .track(&json!({"event": "message_sent", "userId": "script", "isBot": true}))
        .await;
    let messages = service.json("/api/analytics/messages?period=7d").await;
    let shown = ["total", "botMessages", "allMessages"].map(|name| messages[name].clone());
    assert_eq!(shown, [json!(1), json!(4), json!(5)]);
}

#[tokio::test]
async fn what_is_no_record_is_refused_as_a_whole() {
    let home = Home::new();
    let service = home.start(&[]);
    let good = json!({"id": "good", "name": "Good"});
    let person = |more: Value| json!({"people": [good, more]});
    let channel = |more: Value| json!({"people": [good], "channels": [more]});
    let long = "x".repeat(1 << 20);
    let bodies = [
        json!([]),
        json!(null),
        json!("people"),
        json!({"people": {}}),
        json!({"people": [5]}),
        person(json!({})),
        person(json!({"name": "no id"})),
        person(json!({"id": 5})),
        person(json!({"id": "x", "isBot": "yes"})),
        person(json!({"id": "x", "createdMs": 1.5})),
        person(json!({"id": "x", "createdMs": 1e300})),
        channel(json!({"id": "c", "memberCount": -1})),
        channel(json!({"id": "c", "memberCount": 4_294_967_296_u64})),
        channel(json!({"id": "c", "kind": "castle"})),
        channel(json!({"id": "c", "isArchived": 1})),
        // A refusal does not send back what it was sent.
        person(json!({"id": "x", "isBot": long})),
        channel(json!({"id": "c", "kind": long})),
    ];
    for body in bodies {
        let response = service.post(RECORDS).json(&body).send().await.unwrap();
        assert_refused(response, 400, "bad_shape").await;
    }
    for body in ["", "{", "{\"people\": [}", "\u{0}"] {
        let response = service.post(RECORDS).body(body).send().await.unwrap();
        assert_refused(response, 400, "bad_shape").await;
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(
        (&status["people"], &status["channels"]),
        (&json!(0), &json!(0))
    );
}

#[tokio::test]
async fn an_odd_record_costs_itself_or_less() {
    let home = Home::new();
    let service = home.start(&[]);
    let long = "x".repeat(5_000);
    let body = json!({
        "people": [
            {"id": "undefined", "name": "Nobody"}, {"id": ""}, {"id": "u1", "name": "A\u{0}"},
            {"id": "x".repeat(200)}, {"id": "u2", "name": long},
        ],
        "channels": [{"id": "0"}, {"id": "c1", "owner": "null", "name": "general"}],
    });
    let body = body.to_string().replace("general", "gen\\ud83d");
    let response = service.post(RECORDS).body(body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["changed"], 4, "{answer}");
    let warnings: Vec<_> = answer["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| {
            let text = |name: &str| warning[name].as_str().unwrap();
            format!("{} {} {}", warning["index"], text("field"), text("code"))
        })
        .collect();
    assert_eq!(
        warnings,
        [
            "0 people.id placeholder_identifier",
            "1 people.id placeholder_identifier",
            "2 people.name bad_characters",
            "3 people.id string_too_long",
            "4 people.name string_too_long",
            "0 channels.id placeholder_identifier",
            "1 channels.owner placeholder_identifier",
            "1 channels.name bad_characters",
        ]
    );
    let status = service.json("/api/analytics/status").await;
    assert_eq!(
        (&status["people"], &status["channels"]),
        (&json!(3), &json!(1))
    );
}

#[tokio::test]
async fn times_beyond_all_calendars_spoil_no_answer() {
    let home = Home::new();
    let service = home.start(&[]);
    service
        .track(
            &json!({"event": "message_sent", "userId": "u0", "timestamp": "2026-02-03T10:00:00Z"}),
        )
        .await;
    let ends = [i64::MAX, i64::MIN, i64::MAX / 2, -1, 0];
    let people: Value = ends
        .iter()
        .enumerate()
        .map(|(number, end)| json!({"id": format!("u{number}"), "createdMs": end, "firstSeenMs": end}))
        .collect();
    let channels =
        json!([{"id": "c1", "createdMs": i64::MAX}, {"id": "c2", "createdMs": i64::MIN}]);
    put(&service, &json!({"people": people, "channels": channels})).await;
    for resource in [
        "dashboard",
        "users",
        "channels",
        "messages",
        "content",
        "retention",
        "response-times",
        "platform-health",
        "unanswered",
        "status",
        "export",
        "events",
    ] {
        let takes = |asked: &&str| resource != "status" || asked.is_empty();
        let takes_grain = |asked: &&str| {
            !asked.contains("groupBy")
                || !["channels", "content", "unanswered", "events"].contains(&resource)
        };
        for asked in [
            "",
            "?period=30d",
            "?period=all",
            "?from=1970-01-01&to=2027-01-01&groupBy=month&tz=Europe/Berlin",
            "?from=1970-01-01&to=2027-01-01&tz=Europe/Berlin",
        ]
        .into_iter()
        .filter(|asked| resource != "retention" || !asked.ends_with("01&tz=Europe/Berlin"))
        .filter(takes)
        .filter(takes_grain)
        {
            let path = format!("/api/analytics/{resource}{asked}");
            let response = service.get(&path).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
        }
    }
    let users = service
        .json("/api/analytics/users?from=2026-01-01&to=2027-01-01")
        .await;
    assert_same(&users["total"], &json!(1));
}
