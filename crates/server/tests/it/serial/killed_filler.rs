//! A service that is killed while it fills days and clients post: after every start the ledger tells
//! the truth, and every answer is what the events say.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::tracking::{Supply, post_until_gone};
use crate::support::{Home, Service};

const ROUNDS: u64 = 50;
const CONNECTIONS: usize = 2;
const SEED: u64 = 0x66_69_6c_6c;
/// When all events are over.
const AS_OF: &str = "2024-11-01T00:00:00Z";
/// Longest time that filling what is left takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is asked after every start.
const QUESTIONS: [&str; 5] = [
    "dashboard?period=365d",
    "users?period=365d&limit=200",
    "channels?period=90d",
    "messages?period=365d&groupBy=month",
    "retention?period=365d&groupBy=month",
];

/// Asks once by rollups, and once in a zone of another name, in which only the events are asked.
async fn check(service: &Service, round: u64) {
    for question in QUESTIONS {
        let ask = async |zone: &str| {
            let path = format!("/api/analytics/{question}&asOf={AS_OF}&tz={zone}");
            let mut answer = service.json(&path).await;
            let meta = answer.as_object_mut().unwrap().remove("meta").unwrap();
            (answer, meta["source"].clone())
        };
        let (by_rollups, of_events) = (ask("UTC").await, ask("Etc/UTC").await);
        assert_eq!(of_events.1, "raw", "{question}");
        assert_eq!(by_rollups.0, of_events.0, "{question} in round {round}");
    }
}

/// Returns the ledger, which must add up.
async fn ledger(service: &Service) -> Value {
    let ledger = service.json("/api/analytics/ledger").await;
    let count = |name: &str| ledger[name].as_u64().unwrap();
    let list = ledger["list"].as_array().unwrap();
    assert_eq!(count("days"), list.len() as u64);
    assert_eq!(
        count("days"),
        count("clean") + count("dirty") + count("started")
    );
    for day in list {
        let is_clean = day["state"] == "clean";
        assert!(!is_clean || day["lateEvents"] == 0, "{day}");
        assert!(!is_clean || day["dirtySince"].is_null(), "{day}");
    }
    ledger
}

#[tokio::test]
async fn answers_hold_whenever_filling_is_broken_off() {
    let home = Home::new();
    let mut supply = Supply::new(SEED);
    let environment = [("ANALYTICS_AGGREGATION_INTERVAL", "1")];
    let mut filled = 0;
    for round in 0..ROUNDS {
        let service = home.start(&environment);
        check(&service, round).await;
        filled = filled.max(ledger(&service).await["clean"].as_u64().unwrap());
        let moment = Duration::from_millis(supply.below(400));
        let pid = service.pid();
        let kill = async {
            tokio::time::sleep(moment).await;
            super::signal(pid, "KILL");
        };
        let (posted, ()) = tokio::join!(post_until_gone(&service, CONNECTIONS, &mut supply), kill);
        assert_eq!(posted.refusals, [], "round {round}");
        supply.take_back(posted.unanswered);
    }
    assert!(filled > 0, "no day was ever filled before the kill");

    let service = home.start(&environment);
    let begun = Instant::now();
    let ledger = loop {
        let ledger = ledger(&service).await;
        if ledger["clean"] == ledger["days"] {
            break ledger;
        }
        assert!(begun.elapsed() < PATIENCE, "{ledger}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    check(&service, ROUNDS).await;
    let status = service.json("/api/analytics/status").await;
    assert_eq!(ledger["events"], status["events"]);
    assert_eq!(service.stop(), Some(0));

    let verified = home.run(&["refill", "--verify"], &[]);
    let said = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success(), "{said}");
    let days = ledger["days"].as_u64().unwrap();
    assert_eq!(
        said,
        format!("equal to the events, row by row: {days} days\n")
    );
}
