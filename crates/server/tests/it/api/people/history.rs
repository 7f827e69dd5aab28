//! Small random histories with a plain reading of them: loops over the events, one person after the
//! other. In the reporting zone answers come from rollups, in another of the same offset from events.

use std::collections::BTreeSet;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Service, json as read};

/// The present of every answer: 60 days of events end here.
pub(super) const AS_OF: i64 = 1_743_364_800_000;
pub(super) const SEEDS: [u64; 3] = [3, 5, 8];
const DAY: i64 = 86_400_000;
const PEOPLE: [&str; 9] = ["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "robo"];
const CHANNELS: [&str; 3] = ["c0", "c1", "c2"];
const KINDS: [&str; 10] = [
    "message_sent",
    "message_sent",
    "thread_reply",
    "reaction_added",
    "file_shared",
    "page_view",
    "search_performed",
    "call_joined",
    "feature_used",
    "system",
];

/// A span, half-open, in milliseconds.
pub(super) type Span = (i64, i64);

/// Returns an instant as parameters have it.
pub(super) fn text(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).unwrap().to_string()
}

/// An event as the plain reading has it.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) at: i64,
    pub(super) who: &'static str,
    pub(super) kind: &'static str,
    pub(super) channel: &'static str,
    pub(super) feature: &'static str,
}

impl Act {
    pub(super) fn is_activity(&self) -> bool {
        self.kind != "system"
    }

    /// All replies are in one thread.
    pub(super) fn is_in_thread(&self) -> bool {
        self.kind == "thread_reply"
    }

    pub(super) fn is_message(&self) -> bool {
        ["message_sent", "thread_reply"].contains(&self.kind)
    }
}

/// A workspace of its own with a history made from a seed. `u7` has an account and does nothing; `u6`
/// signs up by an event.
pub(super) struct History<'a> {
    service: &'a Service,
    workspace: String,
    pub(super) acts: Vec<Act>,
}

impl<'a> History<'a> {
    pub(super) async fn make(service: &'a Service, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut acts: Vec<Act> = Vec::new();
        for (place, who) in PEOPLE.into_iter().enumerate() {
            // Each is there for some weeks, and some are seldom.
            let begins = rng.random_range(0..60);
            let count = [0, 60, 25, 12, 6, 4, 3, 0, 9][(place + 1) % 9];
            if who == "u7" {
                continue;
            }
            for _ in 0..count.max(2) {
                let ago = rng.random_range(0..=begins) * DAY + rng.random_range(0..DAY);
                let mut pick = |among: &[&'static str]| among[rng.random_range(0..among.len())];
                acts.push(Act {
                    at: AS_OF - 1 - ago,
                    who,
                    kind: pick(&KINDS),
                    channel: pick(&CHANNELS),
                    feature: pick(&["dark_mode", "polls"]),
                });
            }
        }
        let signed_up = acts.iter().find(|act| act.who == "u6").unwrap().at;
        acts.push(Act {
            at: signed_up,
            who: "u6",
            kind: "user_signed_up",
            channel: "c0",
            feature: "",
        });
        acts.sort_by_key(|act| act.at);
        let history = Self {
            service,
            workspace: format!("people{seed}"),
            acts,
        };
        history.tell().await;
        history
    }

    async fn tell(&self) {
        let account = |id: &str| {
            let mut record = json!({"id": id, "name": id.to_uppercase(), "isBot": id == "robo"});
            if id == "u7" {
                record["createdMs"] = json!(AS_OF - 3 * DAY);
            }
            record
        };
        let records = json!({
            "people": PEOPLE.map(account),
            "channels": CHANNELS.map(|id| json!({"id": id, "name": format!("#{id}")})),
        });
        self.post("records", &records).await;
        let event = |(number, act): (usize, &Act)| {
            let mut event = json!({
                "id": format!("e{number}"), "event": act.kind, "userId": act.who,
                "timestamp": act.at, "channelId": act.channel,
                "messageId": format!("m{number}"), "isBot": act.who == "robo",
                "properties": {"feature": act.feature},
            });
            if act.is_in_thread() {
                event["threadId"] = json!("t");
            }
            event
        };
        let events: Value = self.acts.iter().enumerate().map(event).collect();
        self.post("track", &events).await;
    }

    async fn post(&self, path: &str, body: &Value) {
        let request = self
            .service
            .post(&format!("/api/analytics/{path}"))
            .header("X-Source-Account-ID", &self.workspace);
        read(request.json(body).send().await.unwrap(), StatusCode::OK).await;
    }

    /// Asks by rollups and by the events, which must give the same; returns it without what it is about.
    pub(super) async fn ask(&self, what: &str) -> Value {
        let separator = if what.contains('?') { '&' } else { '?' };
        let mut answers = Vec::new();
        for zone in ["UTC", "Africa/Abidjan"] {
            let path = format!(
                "/api/analytics/{what}{separator}asOf={}&tz={zone}",
                text(AS_OF)
            );
            let request = self
                .service
                .get(&path)
                .header("X-Source-Account-ID", &self.workspace);
            let mut answer = read(request.send().await.unwrap(), StatusCode::OK).await;
            answer.as_object_mut().unwrap().remove("meta");
            answers.push(answer);
        }
        let by_events = answers.pop().unwrap();
        let by_rollups = answers.pop().unwrap();
        assert_eq!(by_rollups, by_events, "{} {what}", self.workspace);
        by_rollups
    }

    /// Returns spans: as parameters, from when to when each is, and the one directly before.
    pub(super) fn spans() -> [(String, Span, Span); 3] {
        // The present is 20:00 on the last day.
        let midnight = AS_OF - 20 * 3_600_000;
        let days = |count: i64| {
            let from = midnight - (count - 1) * DAY;
            let before = (from - count * DAY, AS_OF - count * DAY);
            (format!("period={count}d"), (from, AS_OF), before)
        };
        let (from, to) = (AS_OF - 20 * DAY, AS_OF - 9 * DAY - 5_000_000);
        // Eleven days and less than a day: twelve back.
        let before = (from - 11 * DAY, to - 11 * DAY);
        [
            days(7),
            days(14),
            (
                format!("from={}&to={}", text(from), text(to)),
                (from, to),
                before,
            ),
        ]
    }

    pub(super) fn people() -> impl Iterator<Item = &'static str> {
        PEOPLE.into_iter().filter(|id| *id != "robo")
    }

    pub(super) fn ids(answer: &Value) -> Vec<&str> {
        let rows = answer["users"].as_array().unwrap().iter();
        rows.map(|row| row["userId"].as_str().unwrap()).collect()
    }

    pub(super) fn of(&self, who: &str, (from, to): Span) -> impl Iterator<Item = &Act> {
        let acts = self.acts.iter();
        acts.filter(move |act| act.who == who && from <= act.at && act.at < to)
    }

    pub(super) fn messages(&self, who: &str, span: Span) -> usize {
        self.of(who, span).filter(|act| act.is_message()).count()
    }

    /// Returns the days on which somebody was active.
    pub(super) fn days(&self, who: &str, span: Span) -> BTreeSet<i64> {
        let acts = self.of(who, span).filter(|act| act.is_activity());
        acts.map(|act| act.at.div_euclid(DAY)).collect()
    }

    /// Returns who stands there, by identifier.
    pub(super) fn standing(&self, standing: &str, now: Span, before: Span) -> Vec<&'static str> {
        let was = |who: &str, span: Span| !self.days(who, span).is_empty();
        let stands = |who: &&str| match standing {
            "new" => was(who, now) && !was(who, (i64::MIN, now.0)),
            "kept" => was(who, now) && was(who, before),
            "returning" => was(who, now) && !was(who, before) && was(who, (i64::MIN, now.0)),
            _ => !was(who, now) && was(who, before),
        };
        Self::people().filter(stands).collect()
    }

    /// Returns who was active on a day, within a span.
    pub(super) fn active_on(&self, day: i64, (from, to): Span) -> BTreeSet<&'static str> {
        let span = (from.max(day * DAY), to.min((day + 1) * DAY));
        Self::people()
            .filter(|who| !self.days(who, span).is_empty())
            .collect()
    }

    pub(super) fn never_posted(&self, end: i64) -> Vec<&'static str> {
        let silent = |who: &&str| self.messages(who, (i64::MIN, end)) == 0;
        Self::people().filter(silent).collect()
    }

    /// Returns when somebody signed up.
    pub(super) fn joined(&self, who: &str) -> Option<i64> {
        if who == "u7" {
            return Some(AS_OF - 3 * DAY);
        }
        let ever = || self.of(who, (i64::MIN, AS_OF));
        let signed_up = ever().find(|act| act.kind == "user_signed_up");
        signed_up.or_else(|| ever().next()).map(|act| act.at)
    }

    pub(super) fn signed_up(&self, (from, to): Span) -> Vec<&'static str> {
        let joined = |who: &&str| self.joined(who).is_some_and(|at| from <= at && at < to);
        Self::people().filter(joined).collect()
    }
}
