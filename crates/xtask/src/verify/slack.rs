//! Histories of Slack: how many of what is in them was counted from the files themselves.

use serde_json::Value;

use super::group::Group;

/// What a history holds.
#[derive(Debug)]
pub(super) struct History {
    /// Its name in the output.
    pub(super) heading: &'static str,
    /// Arguments of the import; paths are below the data folder.
    pub(super) arguments: &'static [Argument],
    /// Events by kind.
    pub(super) kinds: &'static [(&'static str, u64)],
    /// People, with events or without.
    pub(super) people: u64,
    /// Bots.
    pub(super) bots: u64,
    /// Channels.
    pub(super) channels: u64,
    /// Days of the first and the last event.
    pub(super) days: (&'static str, &'static str),
}

/// An argument of the import.
#[derive(Debug)]
pub(super) enum Argument {
    /// A file of the data folder.
    File(&'static str),
    /// Anything else.
    Plain(&'static str),
}

/// The histories, with the figures of the data folder's own description.
pub(super) const HISTORIES: [History; 2] = [
    History {
        heading: "rcontrib-slack: a workspace as NDJSON with tables",
        arguments: &[
            Argument::File("rcontrib-slack/events.ndjson.zst"),
            Argument::Plain("--users"),
            Argument::File("rcontrib-slack/users.csv"),
            Argument::Plain("--channels"),
            Argument::File("rcontrib-slack/channels.csv"),
        ],
        kinds: &[
            ("channel_archived", 5),
            ("channel_joined", 1_487),
            ("file_shared", 195),
            // Not lines of their own: as many messages say when they were edited.
            ("message_edited", 614),
            ("message_sent", 7_625),
            ("reaction_added", 4_856),
            ("thread_reply", 3_447),
        ],
        // The table marks 15 ids of people's kind as bots, beside the 5 of bots' kind.
        people: 1_151 - 15,
        bots: 5 + 15,
        channels: 33,
        days: ("2020-11-05", "2026-06-29"),
    },
    History {
        heading: "slack-export-fixture.zip: an export as Slack writes it",
        arguments: &[Argument::File("slack-export-fixture.zip")],
        // Of the 1,382 objects in the day files: all but the reactions, files and edits below,
        // which belong to one of them.
        kinds: &[
            ("channel_archived", 9),
            ("channel_joined", 320),
            ("channel_left", 3),
            ("channel_updated", 17),
            ("file_shared", 61),
            ("message_edited", 37),
            ("message_pinned", 1),
            ("message_sent", 1_031),
            ("reaction_added", 199),
            ("system", 1),
        ],
        people: 71,
        bots: 0,
        channels: 16,
        days: ("2015-06", "2016-07"),
    },
];

/// Compares what the store holds with what the history holds.
pub(super) fn compare(history: &History, status: &Value) -> Vec<Group> {
    let events: u64 = history.kinds.iter().map(|(_, count)| count).sum();
    let mut all = Group::new("events");
    all.same("status.events", events, status.get("events"));

    let kinds: serde_json::Map<String, Value> = history
        .kinds
        .iter()
        .map(|(name, count)| ((*name).to_owned(), (*count).into()))
        .collect();
    let mut by_kind = Group::new("events by kind");
    by_kind.same("status.eventTypes", kinds, status.get("eventTypes"));

    let mut people = Group::new("people, bots and channels");
    people
        .same("status.people", history.people, status.get("people"))
        .same("status.bots", history.bots, status.get("bots"))
        .same("status.channels", history.channels, status.get("channels"));

    let mut bounds = Group::new("first and last event");
    let (first, last) = history.days;
    for (name, day) in [("firstEvent", first), ("lastEvent", last)] {
        let found = status[name]
            .as_str()
            .and_then(|text| text.get(..day.len()))
            .map(Value::from);
        bounds.same(&format!("status.{name}"), day, found.as_ref());
    }

    let mut refused = Group::new("refused events");
    refused.same("status.deadLetters", 0, status.get("deadLetters"));
    vec![all, by_kind, people, bounds, refused]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_figures_add_up_as_the_description_says() {
        let total = |history: &History| history.kinds.iter().map(|(_, count)| count).sum::<u64>();
        assert_eq!(total(&HISTORIES[0]) - 614, 17_615);
        assert_eq!(total(&HISTORIES[1]) - 199 - 61 - 37, 1_382);
    }

    #[test]
    fn one_event_more_or_less_differs() {
        let history = &HISTORIES[0];
        let mut status = json!({
            "events": 18_229,
            "eventTypes": {
                "channel_archived": 5, "channel_joined": 1_487, "file_shared": 195,
                "message_edited": 614, "message_sent": 7_625, "reaction_added": 4_856, "thread_reply": 3_447,
            },
            "people": 1_136, "bots": 20, "channels": 33, "deadLetters": 0,
            "firstEvent": "2020-11-05T10:53:28.000Z", "lastEvent": "2026-06-29T01:02:03.000Z",
        });
        let is_ok = |status: &Value| compare(history, status).iter().all(Group::is_ok);
        assert!(is_ok(&status));
        status["eventTypes"]["file_shared"] = json!(194);
        assert!(!is_ok(&status));
    }
}
