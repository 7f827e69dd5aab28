//! `GET /api/analytics/platform-health`.

mod loops;

use domain::clock::{Clock as _, SystemClock};
use jiff::{SignedDuration, Timestamp};
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
