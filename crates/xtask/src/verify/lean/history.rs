//! Figures of the whole history.

use serde_json::json;

use super::{Answers, Golden, Group, instant};

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

/// Tables of people name more than the history does, so those with events are counted, whatever
/// their events are; people who did something are all of the people among them.
pub(super) fn people(golden: &Golden, answers: &Answers) -> Group {
    let status = |name: &str| answers.status.get(name);
    let bots = golden.distinct_user_ids - golden.distinct_human_ids;
    let active = answers.people_ever.get("total");
    let mut group = Group::new("people and bots with events");
    group
        .same(
            "status.authors",
            golden.distinct_user_ids,
            status("authors"),
        )
        .same("status.botAuthors", bots, status("botAuthors"))
        .same("users ever, total", golden.distinct_human_ids, active);
    group
}

/// Channels and threads with events of any kind, those that only the chat itself wrote in included.
pub(super) fn channels_and_threads(golden: &Golden, answers: &Answers) -> Group {
    let status = |name: &str| answers.status.get(name);
    let mut group = Group::new("channels and threads with events");
    group
        .same(
            "status.channelsWithEvents",
            golden.channels,
            status("channelsWithEvents"),
        )
        .same("status.threads", golden.threads, status("threads"));
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
