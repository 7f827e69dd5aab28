//! Events past their retention are removed when the service starts, and said how many.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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

async fn wait_for_log(service: &Service, message: &str) -> Value {
    let begun = Instant::now();
    loop {
        let log = service.log();
        let lines = log
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok());
        if let Some(entry) = lines
            .into_iter()
            .find(|line: &Value| line["message"] == message)
        {
            return entry;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "no {message}: {log:#?}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_is_too_old_is_removed_at_the_start() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_RETENTION_DAYS", "0")]);
    let ages = [900, 400, 366, 364, 200, 1, 0];
    let events: Vec<Value> = ages
        .iter()
        .zip(0..)
        .map(|(days, number)| event(number, *days))
        .collect();
    assert_eq!(service.track(&json!(events)).await["tracked"], ages.len());
    assert_eq!(service.stop(), Some(0));

    let keep_a_year = [("ANALYTICS_RETENTION_DAYS", "365")];
    let service = home.start(&keep_a_year);
    let entry = wait_for_log(&service, "retention.removed").await;
    assert_eq!(entry["events"], 3, "{entry}");
    assert!(entry["before"].as_str().unwrap().ends_with('Z'), "{entry}");
    let kept: Vec<u64> = Stored::of(&service).await.0.into_keys().collect();
    assert_eq!(kept, [3, 4, 5, 6]);
    let status = service.json("/api/analytics/status").await;
    assert_eq!(
        (&status["events"], &status["eventTypes"]["message_sent"]),
        (&json!(4), &json!(4))
    );

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
    let done = home.run(
        &["import", "--skip-old", file.to_str().unwrap()],
        &keep_a_year,
    );
    let out = String::from_utf8_lossy(&done.stdout);
    assert_eq!(summary(&out, "new events"), 0);
    assert!(
        out.contains("past_retention") && out.contains("ANALYTICS_RETENTION_DAYS"),
        "{out}"
    );

    // Nothing is removed twice, and nothing is missed.
    let service = home.start(&keep_a_year);
    let kept: Vec<u64> = Stored::of(&service).await.0.into_keys().collect();
    assert_eq!(kept, [3, 4, 5, 6, 8]);
    let log = service.log().join("\n");
    assert!(
        !log.contains("retention.removed") && !log.contains("events_missing"),
        "{log}"
    );
}
