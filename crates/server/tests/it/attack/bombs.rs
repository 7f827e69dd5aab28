//! A few kilobytes that unpack to millions of values, for every place that reads a body.

use std::io::Write as _;

use reqwest::{Method, StatusCode};

use super::victim::Victim;
use crate::support::KEY;

/// Bytes of a body once it is unpacked.
const UNPACKED: usize = 10 * 1_000_000;
/// How many are sent at once.
const AT_ONCE: usize = 4;
/// How often.
const ROUNDS: usize = 3;

const TRACK: &str = "/api/analytics/track";

/// Returns a body of that size: what repeats stands between a beginning and an end.
fn repeated(begin: &str, unit: &str, end: &str) -> Vec<u8> {
    let times = (UNPACKED - begin.len() - end.len()) / unit.len();
    let mut body = begin.to_owned() + &unit.repeat(times);
    // What separates the units follows the last one, too.
    if body.ends_with(',') {
        body.pop();
    }
    (body + end).into_bytes()
}

/// Returns a body whose units are numbered, as the names of an object have to be.
fn numbered(begin: &str, unit: impl Fn(usize) -> String, end: &str) -> Vec<u8> {
    let mut body = begin.to_owned();
    let mut number = 0;
    while body.len() < UNPACKED - 1_000 {
        body += &unit(number);
        number += 1;
    }
    body.pop();
    (body + end).into_bytes()
}

fn bombs() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let event_of_objects = format!(
        "{{\"event\":\"x\",\"properties\":{{\"a\":[{}0]}}}},",
        "{\"a\":0},".repeat(120)
    );
    let event_of_lists = format!(
        "{{\"event\":\"x\",\"properties\":{{\"a\":[{}0]}}}},",
        "[[0]],".repeat(100)
    );
    vec![
        ("numbers", TRACK, repeated("[", "0,", "]")),
        ("events", TRACK, repeated("{\"events\":[", "0,", "]}")),
        ("texts", TRACK, repeated("[", "\"\",", "]")),
        ("objects", TRACK, repeated("[", "{},", "]")),
        (
            "small events",
            TRACK,
            repeated("[", "{\"event\":\"x\"},", "]"),
        ),
        (
            "events of objects",
            TRACK,
            repeated("[", &event_of_objects, "]"),
        ),
        (
            "events of lists",
            TRACK,
            repeated("[", &event_of_lists, "]"),
        ),
        (
            "mentions",
            TRACK,
            repeated("{\"event\":\"message_sent\",\"mentions\":[", "\"a\",", "]}"),
        ),
        (
            "links",
            TRACK,
            repeated("[{\"event\":\"message_sent\",\"links\":[", "\"a\",", "]}]"),
        ),
        (
            "a list as a property",
            TRACK,
            repeated("{\"event\":\"x\",\"properties\":{\"a\":[", "0,", "]}}"),
        ),
        (
            "names of properties",
            TRACK,
            numbered(
                "{\"event\":\"x\",\"properties\":{",
                |number| format!("\"{number}\":0,"),
                "}}",
            ),
        ),
        (
            "names of fields",
            TRACK,
            numbered(
                "[{\"event\":\"x\",",
                |number| format!("\"{number}\":0,"),
                "}]",
            ),
        ),
        (
            "one name",
            TRACK,
            repeated("{\"event\":\"x\",\"", "a", "\":0}"),
        ),
        ("deep lists", TRACK, repeated("", "[", "")),
        ("deep objects", TRACK, repeated("[", "{\"a\":", "")),
        (
            "people",
            "/api/analytics/records",
            numbered(
                "{\"people\":[",
                |number| format!("{{\"id\":\"{number}\"}},"),
                "]}",
            ),
        ),
        (
            "channels",
            "/api/analytics/records",
            repeated("{\"channels\":[", "{},", "]}"),
        ),
        (
            "a row",
            "/api/analytics/ingest/hasura",
            numbered(
                "{\"table\":{\"schema\":\"public\",\"name\":\"nchat_messages\"},\"event\":{\"op\":\"INSERT\",\"data\":{\"new\":{",
                |number| format!("\"{number}\":0,"),
                "}}}}",
            ),
        ),
        (
            "a question",
            "/api/analytics/query",
            repeated("{\"metrics\":[", "\"\",", "]}"),
        ),
        (
            "a report",
            "/api/analytics/reports",
            repeated(
                "{\"name\":\"x\",\"period\":\"7d\",\"metrics\":[",
                "\"\",",
                "]}",
            ),
        ),
    ]
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_few_kilobytes_that_unpack_to_millions_of_values_cost_little() {
    let victim = Victim::start(&[]).await;
    let low = victim.key("write", &[]);
    let bombs: Vec<_> = bombs()
        .into_iter()
        .enumerate()
        .map(|(number, (name, path, body))| {
            assert!(body.len() <= UNPACKED, "{name}: {}", body.len());
            let (encoding, packed) = if number % 2 == 0 {
                ("gzip", gzip(&body))
            } else {
                ("zstd", zstd::encode_all(&body[..], 1).unwrap())
            };
            (name, path, encoding, packed)
        })
        .collect();
    let watch = victim.watch();
    let all = bombs.len().div_ceil(AT_ONCE) * ROUNDS;
    for some in bombs.chunks(AT_ONCE).cycle().take(all) {
        let requests = some.iter().map(|(_, path, encoding, packed)| {
            // Whoever may only send events reaches nothing else.
            let key = if *path == TRACK { &low } else { KEY };
            victim
                .service
                .request(Method::POST, path)
                .header("X-API-Key", key)
                .header("Content-Encoding", *encoding)
                .body(packed.clone())
                .send()
        });
        let (answers, ()) = tokio::join!(futures::future::join_all(requests), victim.track(3));
        for (answer, (name, ..)) in answers.into_iter().zip(some) {
            let answer = answer.unwrap();
            let status = answer.status();
            let text = answer.text().await.unwrap();
            let is_refused = status.is_client_error()
                || status == StatusCode::SERVICE_UNAVAILABLE && text.contains("\"busy\"");
            // A name that is too long costs the name, and not the event.
            let is_shortened = *name == "one name" && text.contains("\"warned\":1");
            assert!(is_refused || is_shortened, "{name}: {status}: {text}");
        }
    }
    victim.unharmed(watch).await;
}
