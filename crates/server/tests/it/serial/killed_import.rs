//! An import that is killed on its way.

use std::time::{Duration, Instant};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::{
    history::{History, import},
    stored::{Stored, counted, rows},
};
use crate::support::{Home, Service};

const ROUNDS: u32 = 20;
/// Looked at between the rounds.
const ROUNDS_BETWEEN: u32 = 5;
const EVENTS: u64 = 40_000;
const SEED: u64 = 0x696d_706f;

/// Answers that must not depend on the order in which events came.
const QUESTIONS: [&str; 4] = ["dashboard", "users", "channels", "messages"];

#[tokio::test]
async fn an_import_that_was_killed_is_ended_by_the_next_one() {
    let history = History::new(SEED, EVENTS);
    let other = Home::new();
    let shuffled = history.shuffled(SEED + 1).write(&other, "shuffled.ndjson");
    let begun = Instant::now();
    assert_eq!(import(&other, &shuffled), (EVENTS, 0));
    let whole = begun.elapsed();

    let home = Home::new();
    let file = history.write(&home, "history.ndjson");
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let (mut killed, mut before) = (0, 0);
    for round in 1..=ROUNDS {
        // Later and later, so that opening, the first writes and the last ones are all broken off.
        let latest = f64::from(round) / f64::from(ROUNDS);
        let moment = whole.mul_f64(rng.random_range(0.0..latest));
        killed += u32::from(import_for(&home, &file, moment));
        if round % ROUNDS_BETWEEN == 0 {
            let found = rows(&home);
            assert!((before..=EVENTS).contains(&found), "{before}, then {found}");
            before = found;
        }
    }
    assert!(killed >= ROUNDS / 4, "only {killed} imports were killed");
    let (new, known) = import(&home, &file);
    assert_eq!(new + known, EVENTS);
    assert_eq!(import(&home, &file), (0, EVENTS));

    let (service, other) = (home.start(&[]), other.start(&[]));
    let stored = Stored::of(&service).await;
    assert_eq!(stored.0.len() as u64, EVENTS);
    assert!(stored.0.values().all(|kinds| kinds.len() == 1));
    assert_eq!(counted(&service).await, stored.kinds());
    assert_eq!(Stored::of(&other).await, stored);
    for question in QUESTIONS {
        let answer = answer(&service, question).await;
        assert_eq!(answer, self::answer(&other, question).await, "{question}");
    }
}

/// Imports until the moment comes; returns whether the import was killed.
fn import_for(home: &Home, file: &std::path::Path, moment: Duration) -> bool {
    let mut import = home.command(&[]);
    let mut import = import
        .args(["import", file.to_str().unwrap()])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(moment);
    import.kill().unwrap();
    let status = import.wait().unwrap();
    assert!(status.success() || status.code().is_none(), "{status}");
    !status.success()
}

/// Returns an answer without what says when and how it came about.
async fn answer(service: &Service, question: &str) -> Value {
    let limit = match question {
        "users" | "channels" | "content" => "&limit=500",
        _ => "",
    };
    let path = format!("/api/analytics/{question}?period=90d&asOf=2025-10-01{limit}");
    let mut answer = service.json(&path).await;
    let meta = answer["meta"].as_object_mut().unwrap();
    meta.retain(|name, _| name != "asOf" && name != "computedAt" && name != "ledger");
    answer
}
