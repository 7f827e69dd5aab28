//! Floods of identifiers, kinds, workspaces and dead letters, and a full disk.

use std::time::Duration;

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{accepted, key, people, post};
use crate::{
    attack::victim::Victim,
    support::{Home, KEY, Service, json as read},
};

const NO_QUOTAS: [(&str, &str); 2] = [
    ("ANALYTICS_MAX_NEW_IDS_PER_HOUR", "0"),
    ("ANALYTICS_MAX_NEW_IDS_PER_DAY", "0"),
];
/// Requests of a flood, and events of each: every one names a person and a channel of its own.
const REQUESTS: u64 = 40;
const EVENTS: u64 = 5_000;

/// Posts what must be refused with a stable code and a sentence that names the setting.
async fn refused(
    service: &Service,
    key: &str,
    workspace: &str,
    body: &Value,
    (status, code, setting): (StatusCode, &str, &str),
) {
    let response = post(service, key, workspace, body).await;
    let wait = response.headers().get("retry-after").cloned();
    let answer = read(response, status).await;
    assert_eq!(answer["error"]["code"], code, "{answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains(setting), "{message}");
    if status == StatusCode::TOO_MANY_REQUESTS {
        let seconds: u64 = wait.unwrap().to_str().unwrap().parse().unwrap();
        assert!((1..=24 * 3_600 + 1).contains(&seconds), "{seconds}");
    }
}

fn kinds(numbers: std::ops::Range<u32>) -> Value {
    let event = |number: u32| json!({"event": format!("kind_{number}"), "userId": "u"});
    numbers.map(event).collect()
}

#[tokio::test]
async fn a_flood_of_identifiers_fills_no_memory() {
    let victim = Victim::start(&NO_QUOTAS).await;
    let key = victim.key("write", &[]);
    let watch = victim.watch();
    let long = "x".repeat(80);
    for request in 0..REQUESTS {
        let event = |number: u64| {
            let number = request * EVENTS + number;
            json!({"event": "message_sent", "userId": format!("{number}-{long}"),
                   "channelId": format!("{long}-{number}")})
        };
        let body: Value = (0..EVENTS).map(event).collect();
        accepted(&victim.service, &key, "primary", &body).await;
        victim.acknowledge(EVENTS);
    }
    // Whoever is known by then is found by number and by name.
    let found = victim
        .service
        .json("/api/analytics/users?period=1d&search=199999-xxxx&limit=5")
        .await;
    assert_eq!(found["total"], 1, "{found}");
    let page = victim
        .service
        .json("/api/analytics/users?period=1d&limit=50&offset=1000")
        .await;
    assert_eq!(page["users"].as_array().unwrap().len(), 50);
    let silent = victim
        .service
        .json("/api/analytics/users?period=1d&active=false&limit=5")
        .await;
    // However many were active, they are not among those who were not.
    let number = |answer: &Value, place: &str| answer.pointer(place).unwrap().as_u64().unwrap();
    let active = number(&silent, "/summary/activeUsers");
    assert!(active >= REQUESTS * EVENTS, "{active}");
    let total = number(&silent, "/total");
    assert!(total > 0);
    assert_eq!(total + active, number(&silent, "/summary/totalUsers"));
    victim.unharmed(watch).await;
}

#[tokio::test]
async fn new_identifiers_have_quotas_by_key_and_by_workspace() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MAX_NEW_IDS_PER_HOUR", "1000")]);
    let (one, other) = (key(&home), key(&home));
    let too_many = (
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_new_ids",
        "ANALYTICS_MAX_NEW_IDS_PER_HOUR",
    );
    let never = (
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_many_new_ids_at_once",
        "send fewer at a time",
    );
    refused(&service, &one, "primary", &people(0..1_001), never).await;
    accepted(&service, &one, "primary", &people(0..900)).await;
    refused(&service, &one, "primary", &people(800..1_100), too_many).await;
    refused(&service, &one, "second", &people(0..300), too_many).await;
    refused(&service, &other, "primary", &people(2_000..2_200), too_many).await;
    // Who is known already may be named, and nothing of what was refused is there.
    accepted(&service, &one, "primary", &people(0..900)).await;
    accepted(&service, &other, "third", &people(0..900)).await;
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["events"], 1_800);
    // Administrators have no quotas.
    service.track(&people(5_000..7_000)).await;
    let known = service.json("/api/analytics/users?period=1d&limit=1").await;
    assert_eq!(known["summary"]["totalUsers"], 2_900);
}

#[tokio::test]
async fn custom_kinds_have_a_quota_in_each_workspace() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MAX_KINDS", "20")]);
    let key = key(&home);
    let too_many = (
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_many_kinds",
        "ANALYTICS_MAX_KINDS",
    );
    accepted(&service, &key, "primary", &kinds(0..15)).await;
    refused(&service, &key, "primary", &kinds(10..40), too_many).await;
    accepted(&service, &key, "primary", &kinds(10..20)).await;
    refused(&service, &key, "primary", &kinds(20..21), too_many).await;
    accepted(&service, &key, "primary", &people(0..5)).await;
    // Others are not affected, and the same kinds are theirs too.
    accepted(&service, &key, "other", &kinds(20..40)).await;
    refused(&service, &key, "other", &kinds(0..1), too_many).await;
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[("ANALYTICS_MAX_KINDS", "20")]);
    refused(&service, &key, "primary", &kinds(20..21), too_many).await;
    accepted(&service, &key, "primary", &kinds(0..20)).await;
}

#[tokio::test]
async fn a_key_begins_only_so_many_workspaces() {
    let home = Home::new();
    let settings = [("ANALYTICS_MAX_WORKSPACES", "4")];
    let service = home.start(&settings);
    let (one, other) = (key(&home), key(&home));
    let too_many = (
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_many_workspaces",
        "ANALYTICS_MAX_WORKSPACES",
    );
    service.track(&people(0..1)).await;
    accepted(&service, &one, "primary", &people(0..1)).await;
    for number in 0..4 {
        accepted(&service, &one, &format!("w{number}"), &people(0..1)).await;
    }
    refused(&service, &one, "w4", &people(0..1), too_many).await;
    accepted(&service, &other, "w4", &people(0..1)).await;
    service.kill();
    let service = home.start(&settings);
    refused(&service, &one, "w5", &people(0..1), too_many).await;
    accepted(&service, &one, "w4", &people(0..1)).await;
    accepted(&service, KEY, "w5", &people(0..1)).await;
}

#[tokio::test]
async fn a_bad_batch_fails_alone() {
    let home = Home::new();
    let service = home.start(&[
        ("ANALYTICS_MAX_KINDS", "5"),
        ("ANALYTICS_MAX_WORKSPACES", "1"),
        ("ANALYTICS_MAX_NEW_IDS_PER_HOUR", "2000"),
    ]);
    let (bad, good) = (key(&home), key(&home));
    accepted(&service, &good, "primary", &people(0..1)).await;
    accepted(&service, &bad, "w0", &people(0..1)).await;
    let (kinds, ids) = (kinds(0..6), people(3_000..5_500));
    let few = people(0..1);
    let bad_ones = (0..30).map(|number| match number % 3 {
        0 => post(&service, &bad, "primary", &kinds),
        1 => post(&service, &bad, "primary", &ids),
        _ => post(&service, &bad, "w1", &few),
    });
    let bodies: Vec<Value> = (0..60).map(|number| people(number..number + 20)).collect();
    let good_ones = bodies
        .iter()
        .map(|body| post(&service, &good, "primary", body));
    let (bad_ones, good_ones) = tokio::join!(join_all(bad_ones), join_all(good_ones));
    assert!(
        bad_ones
            .iter()
            .all(|answer| answer.status().is_client_error())
    );
    for answer in good_ones {
        assert_eq!(read(answer, StatusCode::OK).await["tracked"], 20);
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["events"], 1 + 60 * 20);
    assert_eq!(status["eventTypes"], json!({"message_sent": 1 + 60 * 20}));
}

#[tokio::test]
async fn dead_letters_are_kept_up_to_a_number() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MAX_DEAD_LETTERS", "50")]);
    let key = key(&home);
    for round in 0..3 {
        let event = |number: u32| json!({"event": "", "id": format!("{round}-{number}")});
        let body: Value = (0..1_000).map(event).collect();
        let answer = post(&service, &key, "primary", &body).await;
        read(answer, StatusCode::BAD_REQUEST).await;
    }
    // They are counted now and then, and the newest stay.
    let mut letters = Value::Null;
    for _ in 0..50 {
        letters = service.json("/api/analytics/dead-letters?limit=50").await;
        if letters["total"] == 50 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(letters["total"], 50, "{letters}");
    assert!(letters.to_string().contains("2-"), "{letters}");
}

#[tokio::test]
async fn events_are_refused_while_the_disk_is_nearly_full_and_questions_answered() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MIN_FREE_DISK", "16T")]);
    let low = (
        StatusCode::SERVICE_UNAVAILABLE,
        "disk_low",
        "ANALYTICS_MIN_FREE_DISK",
    );
    refused(&service, KEY, "primary", &people(0..1), low).await;
    service.json("/api/analytics/dashboard?period=7d").await;
    assert_eq!(service.json("/api/analytics/status").await["events"], 0);
}
