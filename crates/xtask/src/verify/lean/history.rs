//! Figures of the whole history.

use serde_json::json;

use super::{Answers, Golden, Group, instant, rows};

pub(super) fn events(golden: &Golden, answers: &Answers) -> Group {
    let mut group = Group::new("events");
    group.same("status.events", golden.lines, answers.status.get("events"));
    group
}

pub(super) fn kinds(golden: &Golden, answers: &Answers) -> Group {
    let found = answers.status.get("eventTypes");
    let mut group = Group::new("events by kind");
    group.same("status.eventTypes", &golden.types, found);
    group
}

/// Tables of people name more than the history does, so people are counted by what they did.
pub(super) fn people(golden: &Golden, answers: &Answers) -> Group {
    let everybody = golden.distinct_user_ids;
    let people = golden.distinct_human_ids;
    let mut group = Group::new("people and bots with events");
    group
        .same(
            "status.activeUsers",
            everybody,
            answers.status.get("activeUsers"),
        )
        .same(
            "users ever with bots, total",
            everybody,
            answers.people_and_bots_ever.get("total"),
        )
        .same(
            "users ever, total",
            people,
            answers.people_ever.get("total"),
        );
    group
}

pub(super) fn channels_and_threads(golden: &Golden, answers: &Answers) -> Group {
    let Golden {
        channels, threads, ..
    } = golden;
    let with_messages = rows(&answers.channels_ever["channels"])
        .iter()
        .filter(|row| row["messageCount"].as_u64() > Some(0))
        .count();
    let with_messages = json!(with_messages);
    let status = |name: &str| answers.status.get(name);
    let ever = answers.messages_ever.get("threads");
    let mut group = Group::new("channels and threads with events");
    group
        .same("status.activeChannels", channels, status("activeChannels"))
        .same(
            "channels ever with messages",
            channels,
            Some(&with_messages),
        )
        .same("status.threads", threads, status("threads"))
        .same("messages ever with bots, threads", threads, ever);
    group
}

pub(super) fn bounds(golden: &Golden, answers: &Answers) -> Group {
    let mut group = Group::new("first and last event");
    for (name, expected) in [
        ("firstEvent", &golden.first_ts),
        ("lastEvent", &golden.last_ts),
    ] {
        let found = answers.status.get(name).map(instant);
        let expected = instant(&json!(expected));
        group.same(&format!("status.{name}"), expected, found.as_ref());
    }
    group
}
