//! Identifiers that nobody knows, and those that are somebody else's.

use std::time::Duration;

use domain::id::{EventId, Key64, WorkspaceId};
use futures::future::join_all;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::victim::Victim;
use crate::support::{Home, KEY, Service, json as read};

const TRACK: &str = "/api/analytics/track";
const NO_QUOTAS: [(&str, &str); 2] = [
    ("ANALYTICS_MAX_NEW_IDS_PER_HOUR", "0"),
    ("ANALYTICS_MAX_NEW_IDS_PER_DAY", "0"),
];
/// Requests of a flood, and events of each: every one names a person and a channel of its own.
const REQUESTS: u64 = 40;
const EVENTS: u64 = 5_000;

/// Makes a write key that is for every workspace.
fn key(home: &Home) -> String {
    key_with(home, &["--access", "write", "--any-workspace"])
}

fn key_with(home: &Home, more: &[&str]) -> String {
    let arguments = ["key", "create", "--json", "--name", "x"];
    let out = home.run(&[&arguments[..], more].concat(), &[]);
    let made: Value = serde_json::from_slice(&out.stdout).unwrap();
    made["secret"].as_str().unwrap().to_owned()
}

async fn post(service: &Service, key: &str, workspace: &str, body: &Value) -> Response {
    let request = service
        .request(Method::POST, TRACK)
        .header("X-API-Key", key)
        .header("X-Source-Account-ID", workspace)
        .json(body);
    request.send().await.unwrap()
}

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

async fn accepted(service: &Service, key: &str, workspace: &str, body: &Value) {
    let answer = read(post(service, key, workspace, body).await, StatusCode::OK).await;
    assert_eq!(
        answer["tracked"],
        body.as_array().unwrap().len(),
        "{answer}"
    );
}

/// Events of people and channels of a range of numbers.
fn people(numbers: std::ops::Range<u64>) -> Value {
    let event = |number: u64| json!({"event": "message_sent", "userId": format!("person-{number}"), "channelId": "c"});
    numbers.map(event).collect()
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

const MESSAGE: &str = "0191d5a0-1111-4000-8000-000000000001";

/// A message as an event trigger of Hasura tells of it.
fn told() -> Value {
    json!({
        "table": {"schema": "public", "name": "nchat_messages"},
        "created_at": "2026-02-01T10:00:00Z",
        "event": {"op": "INSERT", "data": {"old": null, "new": {
            "id": MESSAGE, "channel_id": "0191d5a0-2222-4000-8000-000000000001",
            "user_id": "0191d5a0-3333-4000-8000-000000000001", "content": "hello",
            "created_at": "2026-02-01T10:00:00Z",
        }}},
    })
}

#[tokio::test]
async fn nobody_takes_the_identity_of_what_the_chat_is_going_to_tell() {
    let home = Home::new();
    let service = home.start(&[]);
    let key = key(&home);
    let workspace = WorkspaceId::default();
    let row = format!("pg:nchat_messages:{MESSAGE}");
    let row_id = EventId::from_key(&workspace, &row).unwrap().to_string();
    let about =
        |message: &str, what: &str| EventId::about(Key64::of(message), Key64::of(what)).to_string();
    // What an import of the lines below makes of them, and what it makes of a line with an identity.
    let line_id = about("m1", "import:message_sent:c1:m1");
    let given_id = EventId::from_key(&workspace, "evt_1").unwrap().to_string();
    let forged: Vec<String> = [row, row_id, line_id, given_id]
        .into_iter()
        .flat_map(|key| {
            [
                key.to_uppercase(),
                format!(" {key} "),
                key.replace('-', ""),
                key,
            ]
        })
        .chain(["evt_1".to_owned(), "import:message_sent:c1:m1".to_owned()])
        .collect();
    let events: Value = forged
        .iter()
        .map(|key| json!({"event": "page_view", "id": key, "timestamp": "2026-02-01T10:00:00Z"}))
        .collect();
    accepted(&service, &key, "primary", &events).await;
    let before = service.json("/api/analytics/status").await["events"]
        .as_u64()
        .unwrap();

    let hasura = || service.post("/api/analytics/ingest/hasura").json(&told());
    for duplicates in [0, 1] {
        let answer = read(hasura().send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(
            (&answer["tracked"], &answer["duplicates"]),
            (&json!(1), &json!(duplicates))
        );
    }
    let lines = home.path("lines.ndjson");
    let line = |more: &str| {
        format!(
            "{{\"type\":\"message_sent\",\"ts\":\"2026-02-01T10:00:00Z\",\"user_id\":\"u1\",\"channel_id\":\"c1\",{more}}}\n"
        )
    };
    let text = line("\"message_id\":\"m1\"") + &line("\"event_id\":\"evt_1\"");
    std::fs::write(&lines, text).unwrap();
    let lines = lines.to_str().unwrap();
    for new in ["new events       2", "new events       0"] {
        let out = home.run(
            &["import", lines, "--server", &service.base, "--key", KEY],
            &[],
        );
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(
            said.contains(new),
            "{said}{}",
            String::from_utf8_lossy(&out.stderr)
        );
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["events"], before + 3);
    // An import into the store itself has the same keys.
    assert_eq!(service.stop(), Some(0));
    let out = home.run(&["import", lines], &[]);
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(said.contains("new events       0"), "{said}");
}

#[tokio::test]
async fn what_imports_may_do_takes_an_administrator_and_no_key_in_the_path() {
    let home = Home::new();
    let service = home.start(&[]);
    let key = key(&home);
    let import = "/api/analytics/import";
    for (path, key) in [
        (import.to_owned(), key.as_str()),
        (format!("/k/{key}{import}"), ""),
        (format!("/k/{KEY}{import}"), ""),
    ] {
        let request = service.request(Method::POST, &path).json(&people(0..1));
        let request = if key.is_empty() {
            request
        } else {
            request.header("X-API-Key", key)
        };
        let answer = read(request.send().await.unwrap(), StatusCode::FORBIDDEN).await;
        assert_eq!(answer["error"]["code"], "access_forbidden", "{path}");
    }
}

/// What the chat itself and imports say takes a credential of somebody's own: for each way and each way
/// to show who one is, whether it is let in.
#[tokio::test]
async fn whoever_may_be_anybody_says_nothing_for_the_chat() {
    let home = Home::new();
    let admin = key_with(&home, &["--access", "admin", "--any-workspace"]);
    let service = home.start(&[
        ("ANALYTICS_AUTH_MODE", "trusted-network"),
        (
            "PLUGIN_INTERNAL_SECRET",
            "a-secret-of-the-plugins-that-is-long",
        ),
    ]);
    let (import, hasura, records) = (
        "/api/analytics/import",
        "/api/analytics/ingest/hasura",
        "/api/analytics/records",
    );
    let record = json!({"people": [{"id": "u1", "name": "Ada"}]});
    let bodies = [(import, people(0..1)), (hasura, told()), (records, record)];
    for (shown, allowed) in [
        ("nothing", [false, false, true]),
        ("key in the path", [false, false, false]),
        ("made key in the path", [false, false, false]),
        ("key", [true, true, true]),
        ("made key", [true, true, true]),
        ("secret", [true, true, true]),
    ] {
        for ((path, body), allowed) in bodies.iter().zip(allowed) {
            let ask = |path: &str| service.request(Method::POST, path).json(body);
            let request = match shown {
                "nothing" => ask(path),
                "key in the path" => ask(&format!("/k/{KEY}{path}")),
                "made key in the path" => ask(&format!("/k/{admin}{path}")),
                "key" => ask(path).header("X-API-Key", KEY),
                "made key" => ask(path).header("X-API-Key", &admin),
                _ => ask(path).header("X-Plugin-Secret", "a-secret-of-the-plugins-that-is-long"),
            };
            let answer = request.send().await.unwrap();
            let (status, answer): (_, Value) = (answer.status(), answer.json().await.unwrap());
            if allowed {
                assert_eq!(status, StatusCode::OK, "{shown}: {path}: {answer}");
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{shown}: {path}: {answer}");
                assert_eq!(answer["error"]["code"], "access_forbidden", "{answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_of_one_workspace_tells_of_rows_of_that_one_only() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut row = told();
    row["event"]["data"]["new"]["source_account_id"] = json!("north");
    for (more, status) in [
        (&["--any-workspace"][..], StatusCode::OK),
        (&["--workspace", "north"][..], StatusCode::OK),
        (&["--workspace", "south"][..], StatusCode::FORBIDDEN),
    ] {
        let key = key_with(&home, &[&["--access", "admin"][..], more].concat());
        let request = service.request(Method::POST, "/api/analytics/ingest/hasura");
        let answer = request.header("X-API-Key", key).json(&row).send().await;
        read(answer.unwrap(), status).await;
    }
}

/// One event that says bot makes a bot of a person of whom no record says anything, with all of their
/// history: so that is for sources and administrators to say.
#[tokio::test]
async fn nobody_is_made_a_bot_by_those_who_may_only_send_events() {
    let home = Home::new();
    let service = home.start(&[]);
    let write = key(&home);
    let say = |person: &str, more: Value| {
        let mut event = json!({"event": "message_sent", "userId": person, "channelId": "c1"});
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        event
    };
    service
        .track(&json!([
            say("ada", json!({})),
            say("robo", json!({"isBot": true}))
        ]))
        .await;
    let forged = json!([
        say("ada", json!({"isBot": true})),
        say("ada", json!({"messageType": "bot"})),
        say("ada", json!({"properties": {"isBot": true}})),
        {"event": "message_sent", "properties": {"user_id": "ada", "is_bot": true}},
        say("robo", json!({"isBot": false})),
        // Nobody's, as a webhook sends it.
        {"event": "message_sent", "channelId": "c1", "isBot": true},
    ]);
    accepted(&service, &write, "primary", &forged).await;
    let in_path = service.request(Method::POST, &format!("/k/{KEY}{TRACK}"));
    let answer = in_path
        .json(&json!([say("ada", json!({"isBot": true}))]))
        .send()
        .await;
    read(answer.unwrap(), StatusCode::OK).await;
    let messages = async |asked: &str| {
        let path = format!("/api/analytics/messages?period=1d{asked}");
        service.json(&path).await["total"].clone()
    };
    assert_eq!(messages("").await, 6);
    assert_eq!(messages("&userId=robo").await, 0);
    assert_eq!(messages("&includeBots=true").await, 9);
    let users = service.json("/api/analytics/users?period=1d").await;
    assert_eq!(users["summary"]["totalUsers"], 1, "{users}");
}
