//! Requests with bodies: what is posted, made wrong in one place or several.

use std::io::Write as _;

use domain::{dimension::Dimension, metric::Metric};
use rand::{Rng, RngExt as _};
use serde_json::{Map, Value, json};

use super::{
    Made, Target,
    pick::{chance, hostile, near, one_of, time},
    sender::credential,
};

const PLACES: &[&str] = &[
    "/api/analytics/track",
    "/api/analytics/track",
    "/api/analytics/track",
    "/v1/events",
    "/v1/events/batch",
    "/api/analytics/records",
    "/api/analytics/reports",
    "/api/analytics/ledger/refill",
    "/api/analytics/ingest/hasura",
    "/api/analytics/query",
    "/api/analytics/query",
    "/api/analytics/query",
    "/api/analytics/sql",
];

const TABLES: &[&str] = &[
    "nchat_messages",
    "nchat_users",
    "nchat_channels",
    "nchat_reactions",
    "nchat_channel_members",
    "nchat_threads",
    "nchat_attachments",
    "another",
];

/// Returns a request with a body.
pub(super) fn make(target: &Target, rng: &mut impl Rng) -> Made {
    let place = one_of(rng, PLACES);
    let mut value = template(place, rng);
    for _ in 0..rng.random_range(0..4) {
        mutate(&mut value, rng, 0);
    }
    let mut bytes = written(&value, rng);
    break_text(&mut bytes, rng);
    let (mut headers, prefix) = credential(target, rng);
    let kind = if chance(rng, 80) {
        "application/json".to_owned()
    } else {
        one_of(
            rng,
            &[
                "text/plain;charset=UTF-8",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=utf-16",
                "x",
                "image/png",
            ],
        )
        .to_owned()
    };
    headers.push(("Content-Type", kind));
    if chance(rng, 15) {
        let (encoding, packed) = packed(&bytes, rng);
        headers.push(("Content-Encoding", encoding));
        bytes = packed;
    }
    if chance(rng, 10) {
        headers.push((
            "X-Source-Account-ID",
            format!("w{}", rng.random_range(0..3)),
        ));
    }
    Made {
        method: reqwest::Method::POST,
        path: format!("{prefix}{place}"),
        headers,
        body: Some(bytes),
    }
}

/// Returns a body as it should be.
fn template(place: &str, rng: &mut impl Rng) -> Value {
    match place.rsplit('/').next() {
        Some("records") => {
            let person = json!({"id": "u1", "name": "Ada", "email": "ada@example.com", "role": "admin",
                "isBot": false, "isDeactivated": false, "createdMs": 1_700_000_000_000_i64, "firstSeenMs": 1});
            let channel = json!({"id": "c1", "name": "general", "kind": "public", "isArchived": false,
                "memberCount": 4, "owner": "u1", "createdMs": 1_700_000_000_000_i64});
            json!({"people": [person], "channels": [channel]})
        }
        Some("reports") => {
            json!({"name": "Weekly", "period": "7d", "metrics": ["engagement", "retention"],
            "format": "pdf", "schedule": "0 9 * * 1", "recipients": ["a@example.com"]})
        }
        Some("refill") => json!({"from": time(rng), "to": time(rng)}),
        Some("hasura") => hasura(rng),
        Some("query") => question(rng),
        Some("sql") => statement(rng),
        _ => track(rng),
    }
}

/// Returns a statement: right ones, ones that reach for more, and hostile ones.
fn statement(rng: &mut impl Rng) -> Value {
    let texts = [
        "SELECT event_type, count(*) FROM analytics_events GROUP BY ALL",
        "SELECT user_id FROM analytics_people WHERE name = ?",
        "WITH a AS (FROM analytics_channels) SELECT * FROM a LIMIT 3",
        "SELECT [1, 2], {'a': NULL}, TIMESTAMP '2026-01-01'",
        "FROM events.main.event",
        "FROM read_text('/etc/passwd')",
        "SELECT 1; SELECT 2",
        "SELECT (((((((((1)))))))))",
        "SELECT sum(x) OVER () FROM range(1000000) t(x)",
        "PRAGMA database_list",
        "SET memory_limit = '1TB'",
    ];
    let text = if chance(rng, 15) {
        hostile(rng)
    } else {
        one_of(rng, &texts).to_owned()
    };
    json!({"sql": text, "params": if chance(rng, 50) { json!([]) } else { json!(["x"]) },
        "limit": rng.random_range(1..200), "format": one_of(rng, &["json", "csv", "ndjson", "excel"])})
}

/// Returns a question, most of which make sense.
fn question(rng: &mut impl Rng) -> Value {
    let metrics: Vec<&str> = (0..rng.random_range(1..4))
        .map(|_| Metric::ALL[rng.random_range(0..Metric::ALL.len())].name())
        .collect();
    // The first are buckets of time, which are asked for by `groupBy`.
    let dimensions: Vec<&str> = (0..rng.random_range(0..3))
        .map(|_| Dimension::ALL[rng.random_range(1..Dimension::ALL.len())].name())
        .collect();
    let mut question = json!({"metrics": metrics, "dimensions": dimensions, "limit": rng.random_range(1..200),
        "offset": rng.random_range(0..5), "includeBots": chance(rng, 30), "explain": chance(rng, 10)});
    let order = one_of(rng, &[metrics.as_slice(), dimensions.as_slice()].concat());
    let sign = if chance(rng, 50) { "-" } else { "" };
    let texts = [
        ("orderBy", format!("{sign}{order}")),
        (
            "groupBy",
            one_of(rng, &["hour", "day", "week", "month"]).to_owned(),
        ),
        (
            "compare",
            one_of(rng, &["previous", "weekday", "year", "none"]).to_owned(),
        ),
        (
            "filter",
            one_of(
                rng,
                &["channel is c1", "not user is u1 and type is message_sent"],
            )
            .to_owned(),
        ),
        (
            "tz",
            one_of(rng, &["UTC", "Europe/Berlin", "Australia/Lord_Howe"]).to_owned(),
        ),
        ("asOf", time(rng)),
        ("from", time(rng)),
        ("to", time(rng)),
        ("channelId", "c1".to_owned()),
        ("source", one_of(rng, &["auto", "raw"]).to_owned()),
        (
            "format",
            one_of(rng, &["json", "csv", "ndjson", "excel"]).to_owned(),
        ),
        ("table", one_of(rng, &["rows", "totals"]).to_owned()),
    ];
    for (name, text) in texts {
        if chance(rng, 30) {
            question[name] = text.into();
        }
    }
    question
}

fn hasura(rng: &mut impl Rng) -> Value {
    let row = json!({
        "id": "7b0c9f0e-6d1e-4d8e-9c0c-3d7a3c1f2a10", "source_account_id": "primary",
        "user_id": "11111111-1111-4111-8111-111111111111", "channel_id": "22222222-2222-4222-8222-222222222222",
        "content": "hello @ada #tag", "type": "text", "created_at": time(rng), "updated_at": time(rng),
        "deleted_at": null, "is_deleted": false, "emoji": ":tada:", "message_id": "7b0c9f0e-6d1e-4d8e-9c0c-3d7a3c1f2a10",
        "username": "ada", "display_name": "Ada", "name": "general", "role": "member",
    });
    let operation = one_of(rng, &["INSERT", "UPDATE", "DELETE", "MANUAL", "TRUNCATE"]);
    let old = if chance(rng, 50) {
        row.clone()
    } else {
        Value::Null
    };
    json!({"id": "1", "created_at": time(rng), "trigger": {"name": "analytics"},
        "table": {"schema": "public", "name": one_of(rng, TABLES)},
        "event": {"op": operation, "session_variables": null, "data": {"old": old, "new": row}}})
}

/// Returns an event or several in one of the shapes that are in use.
fn track(rng: &mut impl Rng) -> Value {
    let id = rng.random_range(0..10_000);
    let event = match rng.random_range(0..5) {
        0 => {
            json!({"event": "message_sent", "userId": "u1", "properties": {"channelId": "c1", "length": 4}})
        }
        1 => {
            json!({"eventType": "message_sent", "userId": "u2", "channelId": "c1", "metadata": {"text": "a :tada: https://x.org #b"}, "timestamp": time(rng)})
        }
        2 => {
            json!({"id": format!("evt_{id}"), "name": "page_view", "category": "navigation", "properties": {"path": "/"},
            "base": {"timestamp": 1_760_000_000_000_i64, "sessionId": "s1", "userId": "u1", "platform": "web", "appVersion": "1"}})
        }
        3 => {
            json!({"event_type": "reaction_added", "event_data": {"emoji": "👍🏽", "messageId": "m1"}, "session_id": "s"})
        }
        _ => {
            json!({"event_name": "thread_replied", "user_id": "u3", "messageId": "m2", "threadId": "m1", "text": "on it",
            "messageType": "image", "isBot": false, "mentions": ["u1"], "links": ["https://x.org/a?b#c"], "emojiInText": ["tada"],
            "context": {"a": 1}, "source_plugin": "x", "timestamp": 1_760_000_000})
        }
    };
    match rng.random_range(0..3) {
        0 => event,
        1 => json!([event, {"event": "sign_in", "userId": "u1"}]),
        _ => json!({"events": [event, {"event": "custom thing", "userId": 7}]}),
    }
}

/// Returns a value that is not expected.
fn odd(rng: &mut impl Rng) -> Value {
    match rng.random_range(0..14) {
        0 => Value::Null,
        1 => json!(chance(rng, 50)),
        2 => json!(i64::MIN),
        3 => json!(u64::MAX),
        4 => json!(1.0e308),
        5 => json!(-0.0),
        6 => json!(time(rng)),
        7 => json!([]),
        8 => json!({}),
        9 => (0..200).fold(json!(1), |inner, _| {
            if inner.is_array() {
                json!({"a": inner})
            } else {
                json!([inner])
            }
        }),
        10 => json!((0..rng.random_range(1..2_000)).collect::<Vec<u32>>()),
        11 => json!(rng.random_range(-9_000_000_000_000_000..9_000_000_000_000_000_i64)),
        _ => json!(hostile(rng)),
    }
}

/// Changes a value in one place.
fn mutate(value: &mut Value, rng: &mut impl Rng, depth: u32) {
    let deeper = depth < 6 && chance(rng, 75);
    match value {
        Value::Object(object) if !object.is_empty() => {
            let names: Vec<String> = object.keys().cloned().collect();
            let names: Vec<&String> = names.iter().collect();
            let name = one_of(rng, &names).clone();
            if deeper {
                if let Some(inner) = object.get_mut(&name) {
                    mutate(inner, rng, depth + 1);
                }
                return;
            }
            change_object(object, &name, rng);
        }
        Value::Array(items) if !items.is_empty() => {
            let place = rng.random_range(0..items.len());
            if deeper {
                mutate(&mut items[place], rng, depth + 1);
                return;
            }
            match rng.random_range(0..3) {
                0 => drop(items.remove(place)),
                1 => items.push(odd(rng)),
                _ => items.push(items[place].clone()),
            }
        }
        Value::String(text) if chance(rng, 40) => *text = near(rng, text),
        other => *other = odd(rng),
    }
}

fn change_object(object: &mut Map<String, Value>, name: &str, rng: &mut impl Rng) {
    match rng.random_range(0..5) {
        0 => drop(object.remove(name)),
        1 => {
            if let Some(value) = object.remove(name) {
                object.insert(near(rng, name), value);
            }
        }
        2 => drop(object.insert(hostile(rng), odd(rng))),
        _ => drop(object.insert(name.to_owned(), odd(rng))),
    }
}

/// Returns the text of a value, with what no value holds: escapes of halves of characters, numbers
/// beyond all bounds.
fn written(value: &Value, rng: &mut impl Rng) -> Vec<u8> {
    let text = value.to_string();
    let text = match rng.random_range(0..20) {
        0 => text.replacen('1', "1e999", 1),
        1 => text.replacen("u1", "\\ud800", 1),
        2 => text.replacen("u1", "u\\u0000", 1),
        3 => text.replacen(':', ": \n\t ", 3),
        4 => text.replacen("null", "NaN", 1),
        5 => format!("\u{feff}{text}"),
        6 => text.replacen("\"name\"", "\"name\":\"twice\",\"name\"", 1),
        7 => text.replacen("\"userId\"", "\"userId\":\"twice\",\"user_id\"", 1),
        8 => format!("{text}{text}"),
        9 => format!("{}{text}{}", "[".repeat(150), "]".repeat(150)),
        _ => text,
    };
    text.into_bytes()
}

/// Breaks a text off, or a byte of it.
fn break_text(bytes: &mut Vec<u8>, rng: &mut impl Rng) {
    if bytes.is_empty() {
        return;
    }
    let place = rng.random_range(0..bytes.len());
    match rng.random_range(0..30) {
        0 => bytes.truncate(place),
        1 => bytes[place] = rng.random_range(0..=255),
        2 => bytes.insert(place, 0xff),
        3 => bytes.clear(),
        _ => {}
    }
}

/// Returns the name of an encoding and a body that is packed so, or says so and is not.
fn packed(bytes: &[u8], rng: &mut impl Rng) -> (String, Vec<u8>) {
    let name = one_of(
        rng,
        &["gzip", "zstd", "identity", "br", "gzip, gzip", "GZIP", ""],
    );
    if chance(rng, 25) {
        return (name.to_owned(), bytes.to_vec());
    }
    let packed = if name.eq_ignore_ascii_case("gzip") {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish())
    } else if name == "zstd" {
        zstd::encode_all(bytes, 1)
    } else {
        Ok(bytes.to_vec())
    };
    let mut packed = packed.unwrap_or_default();
    if chance(rng, 10) {
        packed.truncate(packed.len() / 2);
    }
    (name.to_owned(), packed)
}
