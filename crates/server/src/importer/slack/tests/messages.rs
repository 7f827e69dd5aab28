use domain::event::RawEvent;
use serde_json::{Map, Value, json};

use super::{day, told};
use crate::importer::{SkipReason, key::about};

fn properties(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

/// Fails unless these are the events, by name, person and key, and each of them holds in its key
/// the message that it is about.
fn assert_events(events: &[RawEvent], expected: &[(&str, Option<&str>, &str)]) {
    let found: Vec<_> = events
        .iter()
        .map(|event| {
            let key = event.key.as_deref().unwrap();
            (event.name.as_str(), event.user.as_deref(), key)
        })
        .collect();
    let keys: Vec<String> = events
        .iter()
        .zip(expected)
        .map(|(event, (.., key))| about(event.message.as_deref().unwrap(), key))
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .zip(&keys)
        .map(|((name, user, _), key)| (*name, *user, key.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_message_its_thread_edit_reactions_and_files() {
    let events = told(&json!([{
        "type": "message", "user": "U1", "ts": "1433562832.000005",
        "thread_ts": "1433562800.000001",
        "text": "<@U2> see &lt;b&gt; <https://example.org|there>",
        "edited": {"user": "U1", "ts": "1433562900.000000"},
        "files": [
            {"id": "F1", "name": "Fritz.jpg", "mimetype": "image/jpeg", "size": 427_504},
            {"id": "F2", "mode": "tombstone"},
        ],
        "reactions": [{"name": "thumbsup::skin-tone-2", "users": ["U2", "U3"], "count": 2}],
    }]));
    let base = "slack:C1:1433562832.000005";
    assert_events(
        &events,
        &[
            ("thread_reply", Some("U1"), base),
            (
                "message_edited",
                Some("U1"),
                &format!("{base}:edit:1433562900.000000"),
            ),
            ("file_shared", Some("U1"), &format!("{base}:file:F1")),
            ("file_shared", Some("U1"), &format!("{base}:file:F2")),
            (
                "reaction_added",
                Some("U2"),
                &format!("{base}:reaction:U2:thumbsup%3A%3Askin-tone-2"),
            ),
            (
                "reaction_added",
                Some("U3"),
                &format!("{base}:reaction:U3:thumbsup%3A%3Askin-tone-2"),
            ),
        ],
    );
    let reply = RawEvent {
        key: Some(about(base, base)),
        name: "thread_reply".to_owned(),
        timestamp: Some(json!("2015-06-06T03:53:52Z")),
        user: Some("U1".to_owned()),
        channel: Some("C1".to_owned()),
        message: Some(base.to_owned()),
        thread: Some("slack:C1:1433562800.000001".to_owned()),
        message_type: Some("image".to_owned()),
        text: Some("<@U2> see <b> <https://example.org|there>".to_owned()),
        ..RawEvent::default()
    };
    assert_eq!(events[0], reply);
    assert_eq!(events[1].timestamp, Some(json!("2015-06-06T03:55:00Z")));
    assert_eq!(events[1].message.as_deref(), Some(base));
    assert_eq!(
        events[2].properties,
        properties(
            json!({"fileName": "Fritz.jpg", "fileExt": "jpg", "fileKind": "image",
            "fileSize": 427_504})
        )
    );
    assert_eq!(
        events[4].properties,
        properties(
            json!({"emoji": "thumbsup::skin-tone-2", "targetUserId": "U1",
            "timestampIsMessageTime": true})
        )
    );
    assert_eq!(events[4].timestamp, events[0].timestamp);
    assert_eq!(events[4].message.as_deref(), Some(base));
}

#[test]
fn a_thread_begins_with_a_message_and_a_broadcast_reply_counts_once() {
    let events = told(&json!([
        {"user": "U1", "text": "a", "ts": "1.000001", "thread_ts": "1.000001", "reply_count": 2},
        {"user": "U2", "text": "b", "ts": "2.000001", "thread_ts": "1.000001",
            "subtype": "thread_broadcast"},
    ]));
    assert_events(
        &events,
        &[
            ("message_sent", Some("U1"), "slack:C1:1.000001"),
            ("thread_reply", Some("U2"), "slack:C1:2.000001"),
        ],
    );
    assert!(
        events
            .iter()
            .all(|event| event.thread.as_deref() == Some("slack:C1:1.000001"))
    );
    assert_eq!(
        events[1].properties,
        properties(json!({"isBroadcast": true}))
    );
    let (events, skipped) =
        day(&json!([{"user": "U2", "text": "b", "ts": "3.0", "subtype": "reply_broadcast"}]));
    assert_eq!(events, []);
    assert_eq!(
        skipped,
        [(
            "general/2015-06-05.json message 1".to_owned(),
            SkipReason::Copy
        )]
    );
}

#[test]
fn what_happens_to_channels() {
    let events = told(&json!([
        {"subtype": "channel_join", "user": "U1", "inviter": "U2", "text": "<@U1> has joined",
            "ts": "1.0"},
        {"subtype": "group_join", "user": "U1", "ts": "2.0"},
        {"subtype": "channel_leave", "user": "U1", "ts": "3.0"},
        {"subtype": "channel_archive", "user": "U1", "ts": "4.0"},
        {"subtype": "channel_unarchive", "user": "U1", "ts": "5.0"},
        {"subtype": "channel_topic", "user": "U1", "topic": "x", "ts": "6.0"},
        {"subtype": "channel_name", "user": "U1", "old_name": "a", "name": "b", "ts": "7.0"},
        {"subtype": "pinned_item", "user": "U1", "ts": "8.0"},
        {"subtype": "bot_add", "user": "U1", "bot_id": "B1", "ts": "9.0"},
        {"subtype": "channel_canvas_updated", "user": "U1", "ts": "10.0"},
    ]));
    let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "channel_joined",
            "channel_joined",
            "channel_left",
            "channel_archived",
            "channel_unarchived",
            "channel_updated",
            "channel_updated",
            "message_pinned",
            "system",
            "slack_channel_canvas_updated",
        ]
    );
    assert_eq!(events[0].properties, properties(json!({"invitedBy": "U2"})));
    assert_eq!(events[0].text, None);
    assert_eq!(events[5].properties, properties(json!({"change": "topic"})));
    assert_eq!(
        events[8].properties,
        properties(json!({"subtype": "bot_add"}))
    );
    assert!(
        events
            .iter()
            .all(|event| event.user.as_deref() == Some("U1"))
    );
}

#[test]
fn who_is_a_bot() {
    let events = told(&json!([
        {"subtype": "bot_message", "bot_id": "B1", "username": "ci", "text": "built", "ts": "1.0"},
        {"bot_id": "B2", "text": "hello", "ts": "2.0"},
        {"user": "U1", "bot_id": "B3", "text": "through an app", "ts": "3.0"},
        {"user": "USLACKBOT", "text": "reminder", "ts": "4.0"},
        {"subtype": "bot_message", "text": "old webhook", "ts": "5.0"},
        {"subtype": "file_comment", "bot_id": "B4", "text": "<@U2> commented on a file",
            "ts": "6.0", "files": [{"id": "F1"}]},
        {"subtype": "file_comment", "comment": {"user": "U3", "comment": "nice"}, "ts": "7.0",
            "file": {"id": "F1"}},
    ]));
    let authors: Vec<_> = events
        .iter()
        .map(|event| (event.user.as_deref(), event.is_bot))
        .collect();
    assert_eq!(
        authors,
        [
            (Some("B1"), Some(true)),
            (Some("B2"), Some(true)),
            (Some("U1"), None),
            (Some("USLACKBOT"), Some(true)),
            (None, Some(true)),
            (Some("U2"), None),
            (Some("U3"), None),
        ]
    );
    // Talking about a file is a message, and shares nothing.
    assert!(events.iter().all(|event| event.name == "message_sent"));
    assert!(
        events
            .iter()
            .all(|event| event.message_type.as_deref() == Some("text"))
    );
}

#[test]
fn files_of_old_exports() {
    let events = told(&json!([
        {"subtype": "file_share", "upload": true, "user": "U1", "text": "uploaded", "ts": "1.0",
            "file": {"id": "F1", "name": "a.mp4", "mimetype": "video/mp4"}},
        {"user": "U1", "text": "", "ts": "2.0", "files": [{"name": "a"}, {"name": "a"}]},
        {"user": "U1", "text": "x", "ts": "3.0", "files": [{"id": "F9", "mode": "hidden_by_limit"}]},
    ]));
    assert_events(
        &events,
        &[
            ("message_sent", Some("U1"), "slack:C1:1.0"),
            ("file_shared", Some("U1"), "slack:C1:1.0:file:F1"),
            ("message_sent", Some("U1"), "slack:C1:2.0"),
            ("file_shared", Some("U1"), "slack:C1:2.0:file::0"),
            ("file_shared", Some("U1"), "slack:C1:2.0:file::1"),
            ("message_sent", Some("U1"), "slack:C1:3.0"),
            ("file_shared", Some("U1"), "slack:C1:3.0:file:F9"),
        ],
    );
    assert_eq!(events[0].message_type.as_deref(), Some("video"));
    assert_eq!(
        events[6].properties,
        properties(json!({"fileKind": "file", "fileState": "hidden_by_limit"}))
    );
}

#[test]
fn edits_and_deletions_kept_as_objects_of_their_own() {
    let (events, skipped) = day(&json!([
        {"user": "U1", "text": "b", "ts": "1.0", "edited": {"user": "U1", "ts": "5.0"}},
        {"subtype": "message_changed", "ts": "5.1",
            "message": {"user": "U1", "ts": "1.0", "edited": {"user": "U1", "ts": "5.0"}}},
        {"subtype": "message_changed", "ts": "6.0", "message": {"user": "U1", "ts": "1.0"}},
        {"subtype": "message_deleted", "ts": "7.0", "deleted_ts": "2.0"},
        {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.",
            "ts": "3.0", "thread_ts": "3.0"},
    ]));
    assert_events(
        &events,
        &[
            ("message_sent", Some("U1"), "slack:C1:1.0"),
            ("message_edited", Some("U1"), "slack:C1:1.0:edit:5.0"),
            // The same edit again: its key says so.
            ("message_edited", Some("U1"), "slack:C1:1.0:edit:5.0"),
            ("message_deleted", None, "slack:C1:2.0:deleted"),
            ("message_deleted", None, "slack:C1:3.0:deleted"),
        ],
    );
    assert_eq!(events[3].message.as_deref(), Some("slack:C1:2.0"));
    assert_eq!(events[3].timestamp, Some(json!("1970-01-01T00:00:07Z")));
    assert_eq!(events[4].is_bot, None);
    let what = "general/2015-06-05.json message 3".to_owned();
    assert_eq!(skipped, [(what, SkipReason::Copy)]);
}

#[test]
fn what_cannot_be_read_is_skipped_and_costs_nothing_else() {
    let (events, skipped) = day(&json!([
        7,
        {"type": "message", "user": "U1", "text": "no time"},
        {"user": "U1", "text": "x", "ts": "yesterday"},
        {"type": "reminder", "ts": "1.0"},
        {"user": {"id": "U1"}, "ts": "2.0"},
        {"user": "U1", "subtype": "no name!", "ts": "3.0"},
        {"user": "U1", "text": "x", "ts": "4.0", "reactions": "none", "files": 1,
            "edited": {"user": "U1"}},
        {"user": "U1", "text": "x", "ts": "5.0",
            "reactions": [{"name": "tada", "users": ["U2"], "count": 4}]},
    ]));
    let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["message_sent", "message_sent", "reaction_added"]);
    let skipped: Vec<_> = skipped
        .iter()
        .map(|(what, reason)| {
            let place = what
                .strip_prefix("general/2015-06-05.json message ")
                .unwrap();
            format!("{place} {}", reason.code())
        })
        .collect();
    assert_eq!(
        skipped,
        [
            "1 not_an_object",
            "2 missing_field",
            "3 invalid_time",
            "4 unknown_kind",
            "5 wrong_type",
            "6 unknown_kind",
            "7 files wrong_type",
            "7 edited wrong_type",
            "7 reactions wrong_type",
            "8 reactions unnamed_reactions",
        ]
    );
}
