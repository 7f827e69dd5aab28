//! Clients that post numbered events, and remember what they were answered.

use std::{collections::VecDeque, ops::Range};

use futures::future::join_all;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::Service;

/// The kinds that are posted, in turn.
const KINDS: [&str; 5] = [
    "message_sent",
    "reaction_added",
    "thread_reply",
    "file_shared",
    "button_click",
];
/// 2023-11-14, so that none is in the future.
const BEGIN: u64 = 1_700_000_000_000;

/// Returns the kind of the event of this number.
pub(super) fn kind(number: u64) -> &'static str {
    KINDS[usize::try_from(number).unwrap() % KINDS.len()]
}

/// Returns the event of this number.
pub(super) fn event(number: u64) -> Value {
    // Spread over a year, in no order.
    let minute = number.wrapping_mul(7_919) % 500_000;
    json!({
        "event": kind(number),
        "id": format!("key-{number}"),
        "timestamp": BEGIN + minute * 60_000,
        "userId": format!("user-{}", number % 97),
        "channelId": format!("channel-{}", number % 11),
        "messageId": format!("message-{}", number / 5),
        "properties": {"number": number},
    })
}

/// What became of what was posted.
#[derive(Debug, Default)]
pub(super) struct Posted {
    /// Numbers that were answered 2xx.
    pub(super) answered: Vec<u64>,
    /// Batches that were answered otherwise, or not at all.
    pub(super) unanswered: Vec<Range<u64>>,
    /// Answers other than 2xx.
    pub(super) refusals: Vec<(StatusCode, Value)>,
}

/// Batches to be posted: first those of before, then new ones of many sizes.
pub(super) struct Supply {
    rng: ChaCha8Rng,
    again: VecDeque<Range<u64>>,
    next: u64,
}

impl Supply {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            again: VecDeque::new(),
            next: 0,
        }
    }

    /// Returns a number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.rng.random_range(0..end)
    }

    /// Returns how many numbers were handed out.
    pub(super) fn handed_out(&self) -> u64 {
        self.next
    }

    /// Takes back what was not answered.
    pub(super) fn take_back(&mut self, batches: impl IntoIterator<Item = Range<u64>>) {
        self.again.extend(batches);
    }

    /// Returns a batch that has to be posted again.
    pub(super) fn next_again(&mut self) -> Option<Range<u64>> {
        self.again.pop_front()
    }

    fn next_batch(&mut self) -> Range<u64> {
        if let Some(batch) = self.next_again() {
            return batch;
        }
        let sizes = [1, 1, 1, 3, 20, 120];
        let size = sizes[self.rng.random_range(0..sizes.len())];
        self.next += size;
        self.next - size..self.next
    }
}

/// Posts one batch, single events as such; adds to `posted`, and returns whether anybody answered.
pub(super) async fn post(service: &Service, batch: Range<u64>, posted: &mut Posted) -> bool {
    let mut events: Vec<Value> = batch.clone().map(event).collect();
    let body = if events.len() == 1 {
        events.remove(0)
    } else {
        json!({ "events": events })
    };
    let sent = service
        .post("/api/analytics/track")
        .json(&body)
        .send()
        .await;
    let Ok(response) = sent else {
        posted.unanswered.push(batch);
        return false;
    };
    let status = response.status();
    let answer = response.json::<Value>().await.unwrap_or_default();
    if status.is_success() {
        // The end of the answer may be lost; its beginning is a promise all the same.
        if let Some(tracked) = answer["tracked"].as_u64() {
            assert_eq!(tracked, batch.end - batch.start, "{answer}");
        }
        posted.answered.extend(batch);
    } else {
        posted.unanswered.push(batch);
        posted.refusals.push((status, answer));
    }
    true
}

/// Posts over several connections at once until nobody answers.
pub(super) async fn post_until_gone(
    service: &Service,
    connections: usize,
    supply: &mut Supply,
) -> Posted {
    let supply = std::sync::Mutex::new(supply);
    let clients = (0..connections).map(async |_| {
        let mut posted = Posted::default();
        loop {
            let batch = supply.lock().unwrap().next_batch();
            if !post(service, batch, &mut posted).await {
                return posted;
            }
        }
    });
    let mut all = Posted::default();
    for posted in join_all(clients).await {
        all.answered.extend(posted.answered);
        all.unanswered.extend(posted.unanswered);
        all.refusals.extend(posted.refusals);
    }
    all
}
