//! Events past their retention are removed when the service starts, and said how many.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{history::summary, stored::Stored};
use crate::support::{Home, Service};

const DAY: u64 = 24 * 3_600 * 1_000;

/// Milliseconds since 1970; retention is about how long ago something was.
#[expect(
    clippy::disallowed_methods,
    reason = "the service under test has the system's clock"
)]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

fn event(number: u64, days_ago: u64) -> Value {
    json!({
        "event": "message_sent",
        "id": format!("key-{number}"),
        "userId": "u",
        "timestamp": now() - days_ago * DAY,
        "properties": {"number": number},
    })
}

/// Stores events of these ages in days, as a service does that keeps them for ever.
async fn store(home: &Home, ages: &[u64]) {
    let service = home.start(&[]);
    let events: Vec<Value> = ages
        .iter()
        .zip(0..)
        .map(|(days, number)| event(number, *days))
        .collect();
    assert_eq!(service.track(&json!(events)).await["tracked"], ages.len());
    assert_eq!(service.stop(), Some(0));
}

async fn kept(service: &Service) -> Vec<u64> {
    Stored::of(service).await.0.into_keys().collect()
}

fn said(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let done = home.run(arguments, environment);
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success() || arguments[0] == "doctor",
        "{arguments:?}: {out}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    out
}

const AGES: [u64; 7] = [900, 400, 366, 364, 200, 1, 0];
const A_YEAR: (&str, &str) = ("ANALYTICS_RETENTION_DAYS", "365");

#[tokio::test]
async fn a_start_that_would_remove_history_waits_for_consent_and_serves_meanwhile() {
    let home = Home::new();
    store(&home, &AGES).await;
    // Before the start: every way of looking tells how much and from when to when.
    let first = "3 events from ";
    for arguments in [
        &["config", "check"][..],
        &["doctor"],
        &["status"],
        &["retention", "show"],
    ] {
        let out = said(&home, arguments, &[A_YEAR]);
        let tells = out.contains(first) && out.contains("ANALYTICS_RETENTION_CONFIRM=365");
        assert!(tells, "{arguments:?}: {out}");
    }
    assert!(!said(&home, &["config", "check"], &[]).contains(first));

    let service = home.start(&[A_YEAR]);
    let waits = service.logged("retention.waits").await;
    assert_eq!(waits["events"], 3);
    let health = service.json("/health").await;
    assert_eq!(
        (&health["status"], &health["checks"]["retention"]),
        (&json!("healthy"), &json!("waiting"))
    );
    let retention = service.json("/api/analytics/status").await["retention"].take();
    assert_eq!(
        (&retention["days"], &retention["waiting"]["days"]),
        (&json!(0), &json!(365))
    );
    assert_eq!(retention["waiting"]["events"], 3);
    assert!(retention["waiting"]["firstEvent"].is_string());
    assert_eq!(kept(&service).await, [0, 1, 2, 3, 4, 5, 6]);
    let out = said(&home, &["retention", "show"], &[A_YEAR]);
    assert!(out.contains(first), "{out}");

    // Consent beside the running service, by a shell that has other settings.
    let out = said(&home, &["retention", "apply"], &[]);
    assert!(
        out.contains("365 days") && out.contains("running service"),
        "{out}"
    );
    let entry = service.logged("retention.removed").await;
    assert_eq!(entry["events"], 3, "{entry}");
    assert!(entry["before"].as_str().unwrap().ends_with('Z'), "{entry}");
    assert_eq!(kept(&service).await, [3, 4, 5, 6]);
    let health = service.json("/health").await;
    assert_eq!(health["checks"]["retention"], Value::Null);
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["retention"], json!({"days": 365, "waiting": null}));
    assert_eq!(
        (&status["events"], &status["eventTypes"]["message_sent"]),
        (&json!(4), &json!(4))
    );
    let out = said(&home, &["retention", "apply"], &[A_YEAR]);
    assert!(out.contains("nothing"), "{out}");
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test]
async fn consent_may_come_before_the_start_and_is_for_a_number_of_days() {
    for (name, consent) in [("a setting", true), ("a command", false)] {
        let home = Home::new();
        store(&home, &AGES).await;
        let mut settings = vec![A_YEAR];
        // Consent to another number is none.
        let service = home.start(&[A_YEAR, ("ANALYTICS_RETENTION_CONFIRM", "300")]);
        assert_eq!(kept(&service).await.len(), AGES.len(), "{name}");
        assert_eq!(service.stop(), Some(0));
        if consent {
            settings.push(("ANALYTICS_RETENTION_CONFIRM", "365"));
        } else {
            let out = said(&home, &["retention", "apply"], &[A_YEAR]);
            assert!(out.contains("when it starts"), "{out}");
        }
        let service = home.start(&settings);
        let entry = service.logged("retention.removed").await;
        assert_eq!(entry["events"], 3, "{name}: {entry}");
        assert_eq!(service.stop(), Some(0));
        // It was for 365 days, and not for less.
        let service = home.start(&[("ANALYTICS_RETENTION_DAYS", "100")]);
        assert_eq!(kept(&service).await, [3, 4, 5, 6], "{name}");
        let health = service.json("/health").await;
        assert_eq!(health["checks"]["retention"], "waiting", "{name}");
        assert_eq!(service.stop(), Some(0));
        // More needs no consent, and as much as before goes on as before.
        for days in ["400", "0"] {
            let service = home.start(&[("ANALYTICS_RETENTION_DAYS", days)]);
            let health = service.json("/health").await;
            assert_eq!(health["checks"]["retention"], Value::Null, "{name}: {days}");
            assert_eq!(service.stop(), Some(0));
        }
    }
}

#[tokio::test]
async fn a_history_that_was_imported_for_ever_outlives_a_plain_serve() {
    let home = Home::new();
    let lines: Vec<String> = [(0, 1_500), (1, 800), (2, 3)]
        .map(|(number, age)| {
            json!({"type": "message_sent", "ts": now() - age * DAY, "user_id": "u",
                   "event_id": format!("old-{number}"), "number": number})
            .to_string()
        })
        .to_vec();
    let file = home.path("old.ndjson");
    std::fs::write(&file, lines.join("\n")).unwrap();
    let out = said(&home, &["import", file.to_str().unwrap()], &[]);
    assert_eq!(summary(&out, "new events"), 3);
    for _ in 0..2 {
        let service = home.start(&[A_YEAR]);
        let status = service.json("/api/analytics/status").await;
        assert_eq!(status["events"], 3);
        assert_eq!(status["retention"]["waiting"]["events"], 2);
        assert_eq!(service.stop(), Some(0));
    }
    // An import that widens the retention is remembered as well.
    let said_so = said(&home, &["retention", "apply"], &[A_YEAR]);
    assert!(said_so.contains("2 are older"), "{said_so}");
    let service = home.start(&[A_YEAR]);
    service.logged("retention.removed").await;
    assert_eq!(service.stop(), Some(0));
    let out = said(&home, &["import", file.to_str().unwrap()], &[]);
    assert_eq!(summary(&out, "new events"), 2);
    let service = home.start(&[A_YEAR]);
    assert_eq!(service.json("/api/analytics/status").await["events"], 3);
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test]
async fn what_is_too_old_is_removed_every_day_under_the_retention_of_before() {
    let home = Home::new();
    let service = home.start(&[A_YEAR]);
    assert_eq!(service.track(&event(0, 364)).await["tracked"], 1);
    // What would be removed at once is not taken in the first place.
    let answer = service.track(&json!([event(7, 370), event(8, 2)])).await;
    assert_eq!(
        (&answer["tracked"], &answer["failed"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(answer["errors"][0]["code"], "past_retention");
    assert_eq!(service.stop(), Some(0));
    let line =
        json!({"type": "message_sent", "ts": now() - 370 * DAY, "user_id": "u", "event_id": "old"});
    let file = home.path("old.ndjson");
    std::fs::write(&file, line.to_string()).unwrap();
    let done = home.run(&["import", "--skip-old", file.to_str().unwrap()], &[A_YEAR]);
    let out = String::from_utf8_lossy(&done.stdout);
    assert_eq!(summary(&out, "new events"), 0);
    assert!(
        out.contains("past_retention") && out.contains("ANALYTICS_RETENTION_DAYS"),
        "{out}"
    );
    // Nothing is removed, and nothing is missed.
    let service = home.start(&[A_YEAR]);
    assert_eq!(kept(&service).await, [0, 8]);
    let log = service.log().join("\n");
    assert!(
        !log.contains("retention.removed") && !log.contains("events_missing"),
        "{log}"
    );
    assert_eq!(service.stop(), Some(0));
}
