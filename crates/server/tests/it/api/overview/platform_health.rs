//! `GET /api/analytics/platform-health`.

use std::collections::BTreeSet;

use domain::clock::{Clock as _, SystemClock};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::assert_same,
    support::{Home, Service, json as read},
};

/// Returns a part of an answer.
fn part<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let mut parts = answer["parts"].as_array().unwrap().iter();
    parts.find(|part| part["part"] == name).unwrap()
}

fn now() -> Timestamp {
    let now = SystemClock.now().as_millis();
    Timestamp::from_millisecond(now).unwrap()
}

/// Returns an instant so long before another one, as requests have it.
fn before(at: Timestamp, hours: i64) -> String {
    (at - SignedDuration::from_hours(hours)).to_string()
}

fn event(name: &str, user: &str, at: &str, properties: &Value) -> Value {
    json!({"event": name, "userId": user, "timestamp": at, "properties": properties})
}

async fn ask(service: &Service, more: &str) -> Value {
    let path = format!("/api/analytics/platform-health?{more}");
    service.json(&path).await
}

/// Fifty things arrive now, of which one is refused. Ann meets an error and a call of 900 ms that fails;
/// Ben's app takes 20 times, 19 of 100 ms and one of 2 s; Cem and Dan write. Of the 21 times the 20th is 900 ms.
/// Thirty hours ago Ann met an error, of which we learn only now.
async fn fill(service: &Service) -> Timestamp {
    let now = now();
    let at = &now.to_string();
    let mut events = vec![
        event("error_occurred", "ann", at, &json!({"errorType": "x"})),
        event("api_error", "ann", at, &json!({"requestDuration": 900})),
        event(
            "performance_mark",
            "ben",
            at,
            &json!({"api_latency_ms": 2_000}),
        ),
        event("error_occurred", "ann", &before(now, 30), &json!({})),
        json!({"nothing": 1}),
    ];
    events.extend((0..19).map(|_| {
        event(
            "performance_mark",
            "ben",
            at,
            &json!({"api_latency_ms": 100.4}),
        )
    }));
    events.extend((0..25).map(|_| event("message_sent", "cem", at, &json!({}))));
    events.push(event("message_sent", "dan", at, &json!({})));
    assert_eq!(events.len(), 50);
    let sent = service.post("/api/analytics/track").json(&events);
    let answer = read(sent.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(
        (&answer["tracked"], &answer["failed"]),
        (&json!(49), &json!(1))
    );
    now
}

/// What the parts are counted from, and the buckets.
fn assert_counted(answer: &Value) {
    let counts = |answer: &Value| {
        [
            "accepted",
            "failed",
            "timely",
            "historical",
            "errors",
            "activeUsers",
            "measured",
        ]
        .map(|name| {
            [
                answer["counts"][name]["current"].clone(),
                answer["counts"][name]["previous"].clone(),
            ]
        })
    };
    let expected = [[49, 0], [1, 0], [48, 0], [0, 1], [2, 1], [4, 1], [21, 0]];
    assert_eq!(
        counts(answer),
        expected.map(|pair| pair.map(|count| json!(count)))
    );

    // All of it lies in one hour, or in two where one has just begun; no other hour knows anything.
    let series = answer["series"].as_array().unwrap();
    let empty = json!({"value": null, "score": null});
    let silent = series.iter().filter(|bucket| bucket["score"].is_null());
    let silent: Vec<&Value> = silent.collect();
    assert!((22..=24).contains(&silent.len()), "{}", silent.len());
    for name in [
        "failedEvents",
        "ingestLag",
        "errors",
        "latency",
        "deliveries",
    ] {
        assert!(silent.iter().all(|bucket| bucket[name] == empty), "{name}");
    }
    let last = series
        .iter()
        .rfind(|bucket| !bucket["errors"]["value"].is_null())
        .unwrap();
    assert_eq!(last["errors"], json!({"value": 0.5, "score": 50.0}));
}

#[tokio::test]
async fn a_day_is_as_worked_by_hand() {
    let home = Home::new();
    let service = home.start(&[]);
    fill(&service).await;
    let answer = ask(&service, "period=24h").await;
    let found = |name: &str| {
        let part = part(&answer, name);
        json!([
            part["value"]["current"],
            part["value"]["previous"],
            part["score"]["current"],
            part["score"]["previous"],
            part["weightPercent"],
            part["reason"],
        ])
    };
    let lag = part(&answer, "ingestLag")["value"]["current"].clone();
    assert!(lag.as_f64().unwrap() < 60.0, "{lag}");
    for (name, expected) in [
        // 1 of 50 is 2 %; of 5 % on the way to 0 that leaves 60.
        ("failedEvents", json!([2.0, null, 60.0, null, 25.0, null])),
        ("ingestLag", json!([lag, null, 100.0, null, 25.0, null])),
        // Two errors for four people; one for one the day before.
        ("errors", json!([0.5, 1.0, 50.0, 0.0, 25.0, null])),
        // (2000 − 900) / 1800.
        ("latency", json!([900.0, null, 61.1, null, 25.0, null])),
        (
            "deliveries",
            json!([
                null,
                null,
                null,
                null,
                0.0,
                "nothing is sent yet: reports are kept, and not delivered"
            ]),
        ),
    ] {
        assert_same(&found(name), &expected);
    }
    // (60 + 100 + 50 + 61.1) / 4; of the day before only errors are known.
    let score = json!({"current": 67.8, "previous": 0.0, "change": null, "changePercent": null, "trend": "up"});
    assert_same(&answer["score"], &score);
    let errors = &part(&answer, "errors")["value"];
    assert_eq!(
        (&errors["change"], &errors["trend"]),
        (&json!("-50%"), &json!("down"))
    );
    let formula = "100 × (2000 − value) / (2000 − 200), clamped to 0–100, rounded to one decimal";
    assert_eq!(part(&answer, "latency")["formula"], formula);
    assert_counted(&answer);
}

#[tokio::test]
async fn weights_are_those_of_the_setting_and_narrowed_questions_tell_what_they_can() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_HEALTH_WEIGHTS", "ingestLag:0,failedEvents:2")]);
    fill(&service).await;
    let answer = ask(&service, "period=24h").await;
    // (2 × 60 + 50 + 61.1) / 4.
    assert_eq!(answer["score"]["current"], 57.8);
    let weights = [
        "failedEvents",
        "ingestLag",
        "errors",
        "latency",
        "deliveries",
    ]
    .map(|name| {
        let part = part(&answer, name);
        json!([part["weight"], part["weightPercent"]])
    });
    let expected = [
        json!([2, 50.0]),
        json!([0, 0.0]),
        json!([1, 25.0]),
        json!([1, 25.0]),
        json!([1, 0.0]),
    ];
    assert_eq!(weights, expected);

    let ann = ask(&service, "period=24h&userId=ann").await;
    let failed = part(&ann, "failedEvents");
    assert_eq!(failed["value"]["current"], Value::Null);
    assert!(
        failed["reason"]
            .as_str()
            .unwrap()
            .starts_with("what is refused belongs to no channel")
    );
    assert_eq!(
        (&ann["counts"]["accepted"], &ann["counts"]["failed"]),
        (&Value::Null, &Value::Null)
    );
    // Two errors of one person are worth nothing, and her only time is 900 ms: (0 + 61.1) / 2.
    assert_eq!(part(&ann, "errors")["value"]["current"], 2.0);
    assert_eq!(ann["score"]["current"], 30.6);

    // Before anybody came nothing is known, and nothing is zero.
    let none = ask(&service, "from=2020-01-01&to=2020-01-03&compare=none").await;
    assert_eq!(none["score"]["current"], Value::Null);
    for part in none["parts"].as_array().unwrap() {
        assert_eq!(
            (&part["value"]["current"], &part["score"]["current"]),
            (&Value::Null, &Value::Null)
        );
        assert!(part["reason"].is_string(), "{part}");
    }
    assert!(
        none["series"]
            .as_array()
            .unwrap()
            .iter()
            .all(|bucket| bucket["score"].is_null())
    );

    // A week has seven times the errors of a day to give: (7 − 0.75) / 7 of 3 errors for 4 people.
    let week = ask(&service, "period=7d").await;
    let errors = part(&week, "errors");
    assert_eq!(
        (&errors["value"]["current"], &errors["score"]["current"]),
        (&json!(0.75), &json!(89.3))
    );
}

/// What was refused since is in the next answer, also of a present that lasts.
#[tokio::test]
async fn what_is_refused_is_in_the_next_answer() {
    let home = Home::new();
    let service = home.start(&[]);
    let now = fill(&service).await;
    let later = now + SignedDuration::from_hours(1);
    let remembered = format!("period=24h&asOf={later}");
    let failed = async || ask(&service, &remembered).await["counts"]["failed"]["current"].clone();
    assert_eq!([failed().await, failed().await], [1, 1]);
    let sent = service
        .post("/api/analytics/track")
        .json(&json!([{"nothing": 2}]));
    read(sent.send().await.unwrap(), StatusCode::BAD_REQUEST).await;
    assert_eq!(failed().await, 2);
}

#[tokio::test]
async fn what_no_source_tells_of_is_not_known() {
    let home = Home::new();
    let service = home.start(&[]);
    let nothing = ask(&service, "").await;
    assert_eq!(nothing["score"]["current"], Value::Null);
    service
        .track(&json!([{"event": "message_sent", "userId": "ann"}]))
        .await;
    let answer = ask(&service, "period=24h").await;
    let errors = part(&answer, "errors");
    assert_eq!(errors["value"]["current"], Value::Null);
    assert_eq!(
        errors["reason"],
        "no source has ever told of errors or timings"
    );
    assert_eq!(answer["counts"]["errors"], Value::Null);
    // Nothing was refused, and nothing was late.
    assert_eq!(answer["score"]["current"], 100.0);
    // A timing shows that errors would be told of.
    service
        .track(&json!([{"event": "performance_mark", "userId": "ann"}]))
        .await;
    let answer = ask(&service, "period=24h").await;
    assert_eq!(part(&answer, "errors")["value"]["current"], 0.0);
}

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
