//! The same, counted in straight loops over the events.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ask, before, now};
use crate::{
    api::assert_same,
    support::{Home, json as read},
};

/// Returns the number at the nearest rank of the 95th percentile.
fn p95(mut numbers: Vec<i64>) -> Option<f64> {
    numbers.sort_unstable();
    let rank = (numbers.len() * 95).div_ceil(100);
    Some(numbers[rank.checked_sub(1)?] as f64)
}

const KINDS: [&str; 7] = [
    "message_sent",
    "error_occurred",
    "api_error",
    "performance_mark",
    "search",
    "websocket_error",
    "page_view",
];
const ERRORS: [&str; 3] = ["error_occurred", "api_error", "websocket_error"];
const TIMED: [&str; 3] = ["performance_mark", "api_error", "search_performed"];
const LATENCIES: [&str; 3] = ["api_latency_ms", "requestDuration", "duration"];

/// Returns events of the three days before, made at random.
fn history(rng: &mut ChaCha8Rng, now: Timestamp) -> Vec<Value> {
    let mut event = |number: usize| {
        let ago = SignedDuration::from_millis(rng.random_range(0..3 * 86_400_000));
        let user = ["ann", "ben", "cem", "robo"][rng.random_range(0..4)];
        let channel = ["c1", "c2"][rng.random_range(0..2)];
        let names = ["api_latency_ms", "requestDuration", "duration", "other"];
        let name = names[rng.random_range(0..names.len())];
        let took = f64::from(rng.random_range(0..30_000)) / 10.0;
        json!({
            "id": format!("e{number}"), "event": KINDS[rng.random_range(0..KINDS.len())],
            "userId": user, "isBot": user == "robo", "channelId": channel,
            "timestamp": (now - ago).to_string(), "properties": {name: took},
        })
    };
    (0..400).map(&mut event).collect()
}

fn at(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// What is found in a span in straight loops.
#[derive(Default)]
struct Found {
    lags: Vec<i64>,
    historical: usize,
    took: Vec<i64>,
    errors: f64,
    people: BTreeSet<String>,
}

impl Found {
    fn add(&mut self, event: &Value) {
        let lag = at(&event["receivedAt"]).as_second() - at(&event["timestamp"]).as_second();
        if lag <= 86_400 {
            self.lags.push(lag.max(0));
        } else {
            self.historical += 1;
        }
        self.people
            .insert(event["userId"].as_str().unwrap().to_owned());
        let kind = event["eventType"].as_str().unwrap();
        self.errors += f64::from(u8::from(ERRORS.contains(&kind)));
        if TIMED.contains(&kind) {
            let properties = event["properties"].as_object().unwrap();
            let mut named = LATENCIES.iter();
            let took = named.find_map(|name| properties.get(*name)?.as_f64());
            #[expect(clippy::cast_possible_truncation, reason = "some thousands")]
            self.took.extend(took.map(|took| took.round() as i64));
        }
    }

    /// Returns the share of what was refused, as it is given, and the other parts.
    fn values(self, share: Option<f64>) -> Value {
        let count = self.people.len() as f64;
        let each = (count > 0.0).then(|| (self.errors / count * 1_000.0).round() / 1_000.0);
        json!([share, p95(self.lags), each, p95(self.took)])
    }
}

/// Returns which share of what arrived within a span was refused, in percent.
fn refused(accepted: &Value, letters: &Value, within: impl Fn(Timestamp) -> bool) -> Option<f64> {
    let arrived = |list: &Value| {
        let list = list.as_array().unwrap().iter();
        list.filter(|one| within(at(&one["receivedAt"]))).count() as f64
    };
    let (accepted, refused) = (arrived(accepted), arrived(letters));
    let all = accepted + refused;
    (all > 0.0).then(|| (refused / all * 10_000.0).round() / 100.0)
}

/// How the history is asked about: narrowed by what, in which zone, by which buckets.
const CASES: [(&str, &str, &str); 8] = [
    ("includeBots=false", "UTC", "hour"),
    ("includeBots=false", "Asia/Kathmandu", "hour"),
    ("includeBots=false", "America/Santiago", "day"),
    ("includeBots=false", "UTC", "week"),
    (
        "includeBots=false&channelId=c1",
        "Australia/Lord_Howe",
        "day",
    ),
    ("includeBots=false&userId=ann", "Asia/Tokyo", "month"),
    ("includeBots=true", "UTC", "day"),
    (
        "includeBots=false&filter=type%20is%20api_error,search",
        "UTC",
        "day",
    ),
];

/// Everything once more from the list of events, in straight loops: over a random history of three days, by
/// several zones, widths and filters.
#[tokio::test]
async fn every_bucket_is_what_straight_loops_over_the_events_find() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    service.track(&json!(history(&mut rng, now()))).await;
    let bad = json!([{"bad": 1}, {"bad": 2}, {"bad": 3}]);
    let sent = service.post("/api/analytics/track").json(&bad);
    read(sent.send().await.unwrap(), StatusCode::BAD_REQUEST).await;
    let as_of = now() + SignedDuration::from_secs(2);
    let listed = async |what: &str| {
        let path = format!("/api/analytics/{what}&limit=1000");
        service.json(&path).await
    };
    let letters = listed("dead-letters?").await;
    let everything = listed(&format!("events?asOf={as_of}&period=all")).await;
    let span = format!("from={}&asOf={as_of}", before(as_of, 60));
    for (narrowed, tz, grain) in CASES {
        let events = listed(&format!("events?{span}&{narrowed}")).await;
        let asked = format!("{span}&{narrowed}&tz={tz}&groupBy={grain}&compare=none");
        let answer = ask(&service, &asked).await;
        let first = at(&answer["meta"]["from"]);
        let (mut begin, mut counts) = (first, [0, 0]);
        for bucket in answer["series"].as_array().unwrap() {
            let end = at(&bucket["end"]);
            let within = |when: Timestamp| begin <= when && when < end.min(as_of);
            let mut found = Found::default();
            let events = events["events"].as_array().unwrap().iter();
            events
                .filter(|event| within(at(&event["timestamp"])))
                .for_each(|event| found.add(event));
            counts[0] += found.lags.len();
            counts[1] += found.historical;
            let share = refused(&everything["events"], &letters["deadLetters"], within);
            let expected = found.values(share.filter(|_| !narrowed.contains('&')));
            let parts = ["failedEvents", "ingestLag", "errors", "latency"];
            assert_same(
                &json!(parts.map(|name| bucket[name]["value"].clone())),
                &expected,
            );
            begin = end;
        }
        // The 60 hours hold both.
        assert!(
            counts.iter().all(|count| *count > 10),
            "{narrowed} {counts:?}"
        );
        let told = ["timely", "historical"].map(|name| answer["counts"][name]["current"].clone());
        assert_eq!(
            told,
            counts.map(|count| json!(count)),
            "{narrowed} {tz} {grain}"
        );
    }
}
