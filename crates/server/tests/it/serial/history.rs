//! A generated chat history as lines of NDJSON.

use std::path::{Path, PathBuf};

use rand::{RngExt as _, SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::support::Home;

/// 2025-01-01.
const BEGIN: u64 = 1_735_689_600_000;
/// Ten months.
const SPAN_MINUTES: u64 = 300 * 24 * 60;

/// Lines that tell of different events, each of them once.
pub(crate) struct History(Vec<String>);

impl History {
    /// Returns `events` lines.
    pub(crate) fn new(seed: u64, events: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let lines = (0..events).map(|number| line(number, &mut rng).to_string());
        Self(lines.collect())
    }

    /// Returns the same lines in another order.
    pub(super) fn shuffled(&self, seed: u64) -> Self {
        let mut lines = self.0.clone();
        lines.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        Self(lines)
    }

    /// Writes the lines into a file of a home.
    pub(crate) fn write(&self, home: &Home, name: &str) -> PathBuf {
        let path = home.path(name);
        std::fs::write(&path, self.0.join("\n")).unwrap();
        path
    }
}

/// Imports a file to its end; returns how many events were new and how many known.
pub(super) fn import(home: &Home, file: &Path) -> (u64, u64) {
    let done = home.run(&["import", file.to_str().unwrap()], &[]);
    let (out, err) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(done.status.success(), "{out}{err}");
    (summary(&out, "new events"), summary(&out, "known already"))
}

/// Returns a number of an import's summary.
pub(super) fn summary(out: &str, name: &str) -> u64 {
    let line = out.lines().find_map(|line| line.trim().strip_prefix(name));
    let number = line.unwrap_or_else(|| panic!("no {name}: {out}"));
    number.trim().replace(',', "").parse().unwrap()
}

fn line(number: u64, rng: &mut ChaCha8Rng) -> Value {
    let mut line = json!({
        "ts": BEGIN + rng.random_range(0..SPAN_MINUTES) * 60_000,
        "user_id": format!("user-{}", rng.random_range(0..120)),
        "channel_id": format!("channel-{}", rng.random_range(0..15)),
        "message_id": format!("message-{number}"),
        "properties": {"number": number},
    });
    let (kind, more) = match number % 10 {
        0 => ("reaction_added", json!({"emoji": "tada"})),
        1 => (
            "thread_reply",
            json!({"thread_id": format!("message-{}", number / 20)}),
        ),
        2 => (
            "file_shared",
            json!({"file_name": "plan.pdf", "file_size": number}),
        ),
        3 => (
            "search_performed",
            json!({"event_id": format!("given-{number}")}),
        ),
        4 => ("message_sent", json!({"user_id": "b_1"})),
        _ => (
            "message_sent",
            json!({"text": format!("see #topic{} at https://example.org", number % 9)}),
        ),
    };
    line["type"] = json!(kind);
    for (name, value) in more.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}
