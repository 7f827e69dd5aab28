use std::{collections::BTreeSet, io::Write};

use domain::id::{EventId, Key64, WorkspaceId};
use serde_json::json;

use super::*;
use crate::importer::{self, key::about};

/// Returns what a file of that content yields.
fn read(content: &[u8]) -> Vec<Item> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.ndjson");
    std::fs::write(&path, content).unwrap();
    let mut items = Vec::new();
    let mut source = importer::open(&path, None).unwrap();
    source
        .read(&mut |item, _| {
            items.push(item);
            ControlFlow::Continue(())
        })
        .unwrap();
    items
}

fn events(content: &str) -> Vec<domain::event::RawEvent> {
    read(content.as_bytes())
        .into_iter()
        .map(|item| match item {
            Item::Event(event) => event,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn keys(content: &str) -> Vec<String> {
    events(content)
        .into_iter()
        .map(|event| event.key.unwrap())
        .collect()
}

/// Returns the code of each line that was skipped, behind its number.
fn skipped(content: &[u8]) -> Vec<String> {
    read(content)
        .into_iter()
        .filter_map(|item| match item {
            Item::Event(_) | Item::Noted { .. } | Item::More { .. } | Item::Records(_) => None,
            Item::Skipped { what, reason } => {
                let (_, number) = what.rsplit_once(':').unwrap();
                Some(format!("{number} {}", reason.code()))
            }
        })
        .collect()
}

#[test]
fn a_message_with_everything() {
    let [message, edit] = &events(
        r#"{"ts":"2020-11-14T23:04:38.014Z","type":"thread_reply","user_id":"U1","channel_id":"C1",
        "message_id":"m1","thread_id":"t1","is_reply":true,"message_type":"text","text":"hi \"you\"",
        "link_domains":["example.org"],"mentions":["U2"],"emoji_in_text":[":tada:"],
        "edited_at":"2020-11-14T23:05:00Z"}"#
            .replace('\n', "")
            .as_str(),
    )[..] else {
        panic!("a message and its edit");
    };
    assert_eq!(message.key, Some(about("m1", "import:thread_reply:C1:m1")));
    assert_eq!(message.name, "thread_reply");
    assert_eq!(message.timestamp, Some(json!("2020-11-14T23:04:38.014Z")));
    assert_eq!(message.thread.as_deref(), Some("t1"));
    assert_eq!(message.text.as_deref(), Some("hi \"you\""));
    assert_eq!(message.is_bot, None);
    let given = message.given.as_ref().unwrap();
    assert_eq!(given.links, Some(vec!["example.org".to_owned()]));
    assert_eq!(given.mentions, Some(vec!["U2".to_owned()]));
    assert_eq!(given.emoji, Some(vec![":tada:".to_owned()]));
    assert_eq!(
        serde_json::Value::Object(message.properties.clone()),
        json!({"isReply": true, "editedAt": "2020-11-14T23:05:00Z"})
    );
    // 2020-11-14T23:05:00Z is 1605395100 s.
    let edit_key = about("m1", "import:message_edited:C1:m1:1605395100000");
    assert_eq!(edit.key, Some(edit_key));
    assert_eq!(edit.name, "message_edited");
    assert_eq!(edit.timestamp, Some(json!("2020-11-14T23:05:00Z")));
    assert_eq!(
        (edit.text.as_ref(), edit.message_type.as_ref()),
        (None, None)
    );
}

#[test]
fn bots_where_the_line_says_so() {
    let bots: Vec<_> = events(
        "{\"type\":\"message_sent\",\"ts\":1,\"user_id\":\"b_1\",\"message_type\":\"system\"}
         {\"type\":\"message_sent\",\"ts\":1,\"user_id\":\"B1\",\"message_type\":\"bot\"}
         {\"type\":\"message_sent\",\"ts\":1,\"user_id\":\"B1\",\"message_type\":\"text\"}
         {\"type\":\"message_sent\",\"ts\":1,\"user_id\":\"b_1\",\"is_bot\":false}",
    )
    .into_iter()
    .map(|event| event.is_bot)
    .collect();
    assert_eq!(bots, [Some(true), Some(true), None, Some(false)]);
}

#[test]
fn a_given_identity_is_kept() {
    let uuid = "0191d5a0-0000-7000-8000-000000000001";
    let content = format!(r#"{{"event_id":"{uuid}","event_type":"login","timestamp":5}}"#);
    assert_eq!(keys(&content), [uuid]);
    let long = "x".repeat(200);
    let content = format!(r#"{{"id":"{long}","event_type":"login","timestamp":5}}"#);
    assert!(keys(&content)[0].starts_with("import:event:#"));
}

#[test]
fn reactions_are_told_apart_by_time_only_where_the_time_is_theirs() {
    let line = |ts: &str, rest: &str| {
        format!(
            r#"{{"type":"reaction_added","ts":"{ts}","channel_id":"C1","message_id":"m1","user_id":"U1","emoji":"tada"{rest}}}"#
        )
    };
    assert_eq!(
        keys(&line("2020-11-05T11:18:45Z", r#","ts_is_message_ts":true"#)),
        [about("m1", "import:reaction_added:C1:m1:U1:tada")]
    );
    let again = [
        line("2020-11-05T11:18:45Z", ""),
        line("2020-11-05T11:18:45.000+00:00", ""),
        line("2020-11-05T11:18:46Z", ""),
    ];
    let keys = keys(&again.join("\n"));
    let key = "import:reaction_added:C1:m1:U1:tada:1604575125000";
    assert_eq!(keys[0], about("m1", key));
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
}

#[test]
fn whatever_is_about_a_message_holds_its_key() {
    let kinds = [
        r#""message_sent""#,
        r#""thread_reply","edited_at":"2020-01-10T17:09:00Z""#,
        r#""message_edited""#,
        r#""message_deleted""#,
        r#""reaction_added","emoji":"tada""#,
        r#""file_shared","file_name":"a.pdf""#,
        r#""message_pinned""#,
    ];
    let lines = kinds.map(|kind| {
        format!(r#"{{"type":{kind},"ts":"2020-01-10T17:08:10Z","user_id":"u","channel_id":"c","message_id":"m1"}}"#)
    });
    let ids: BTreeSet<EventId> = keys(&lines.join("\n"))
        .iter()
        .map(|key| EventId::from_key(&WorkspaceId::default(), key).unwrap())
        .collect();
    assert_eq!(ids.len(), kinds.len() + 1);
    assert!(ids.iter().all(|id| id.message() == Some(Key64::of("m1"))));
    let given = r#"{"id":"e1","type":"message_sent","ts":1,"message_id":"m1"}"#;
    assert_eq!(keys(given), ["e1"]);
}

#[test]
fn equal_files_all_count_in_any_order_and_however_often_they_are_read() {
    let file = |message: &str, name: &str| {
        format!(
            r#"{{"type":"file_shared","ts":"2020-01-10T17:08:10Z","user_id":"u","channel_id":"c","message_id":"{message}","file_name":"{name}"}}"#
        )
    };
    let lines = [
        file("m1", "a.pdf"),
        file("m1", "a.pdf"),
        file("m2", "a.pdf"),
        file("m1", "a.pdf"),
        file("m1", "b.pdf"),
    ];
    let set = |lines: &[String]| keys(&lines.join("\n")).into_iter().collect::<BTreeSet<_>>();
    let once = set(&lines);
    assert_eq!(once.len(), 5);
    let mut shuffled = lines.clone();
    shuffled.reverse();
    assert_eq!(set(&shuffled), once);
}

#[test]
fn other_events_are_all_of_their_fields() {
    let distinct = keys(
        r#"{"type":"button_click","ts":1,"user_id":"u","properties":{"a":1,"b":{"c":2,"d":[3]}}}
           {"type":"button_click","ts":1,"user_id":"u","properties":{"a":1,"b":{"c":2,"d":[4]}}}
           {"type":"button_click","ts":1,"user_id":"u"}
           {"type":"button_click","ts":1,"user_id":"u"}
           {"type":"button_clic","ts":1,"user_id":"ku"}
           {"type":"message_sent","ts":1,"user_id":"u","text":"no message identifier"}"#,
    );
    assert_eq!(distinct.iter().collect::<BTreeSet<_>>().len(), 6);
    let [one, same] = &keys(
        r#"{"type":"button_click","ts":1,"properties":{"a":1,"b":{"c":2,"d":[3]}}}
           {"properties":{"b":{"d":[3],"c":2},"a":1},"timestamp":1,"event":"button_click"}"#,
    )[..] else {
        panic!("two lines");
    };
    assert_eq!(one.strip_suffix(":1"), same.strip_suffix(":2"));
}

#[test]
fn joining_is_channel_person_and_time() {
    let content = r#"{"ts":"2020-11-05T10:53:28.000Z","type":"channel_joined","user_id":"U1","channel_id":"C1","message_id":"x","invited_by":"U2"}"#;
    let [join] = &events(content)[..] else {
        panic!("one event")
    };
    let key = about("x", "import:channel_joined:C1:U1:1604573608000");
    assert_eq!(join.key, Some(key));
    assert_eq!(join.properties["invitedBy"], "U2");
}

#[test]
fn what_is_no_event_is_skipped_with_its_line_and_reason() {
    let mut content = b"\xef\xbb\xbf{\"type\":\"login\",\"ts\":1}\r\n\r\n   \n".to_vec();
    for line in [
        &b"{\"type\":\"login\""[..],
        b"[1]",
        b"nonsense",
        b"{\"ts\":1}",
        b"{\"type\":\"login\",\"ts\":null}",
        b"{\"type\":\"login\",\"ts\":1,\"user_id\":{\"id\":1}}",
        b"caf\xe9",
        "[".repeat(2000).as_bytes(),
        format!("{{\"type\":\"login\",\"ts\":1,\"x\":{}}}", "[".repeat(2000)).as_bytes(),
        "x".repeat(MAX_LINE_BYTES + 1).as_bytes(),
        b"{\"type\":\"login\",\"ts\":2}",
    ] {
        content.extend_from_slice(line);
        content.push(b'\n');
    }
    let expected = [
        "4 not_json",
        "5 not_an_object",
        "6 not_json",
        "7 missing_field",
        "8 missing_field",
        "9 wrong_type",
        "10 invalid_utf8",
        "11 not_json",
        "12 not_json",
        "13 too_long_line",
    ];
    assert_eq!(skipped(&content), expected);
    assert_eq!(read(&content).len(), expected.len() + 2);
}

#[test]
fn deep_unknown_fields_are_read_past() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let content = format!("{{\"type\":\"login\",\"ts\":1,\"x\":{deep}}}");
    assert_eq!(events(&content).len(), 1);
}

#[test]
fn packed_files_are_told_by_their_content_and_damaged_ones_say_so() {
    let plain = b"{\"type\":\"login\",\"ts\":1}\n{\"type\":\"login\",\"ts\":2}\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(plain).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(&plain[..], 3).unwrap();
    for packed in [&gzip, &zstd] {
        assert_eq!(read(packed).len(), 2);
        // Several packed pieces one behind the other are one file.
        assert_eq!(read(&[packed.as_slice(), packed].concat()).len(), 4);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cut");
        std::fs::write(&path, &packed[..packed.len() - 9]).unwrap();
        let error = importer::open(&path, Some(Format::Ndjson))
            .and_then(|mut source| source.read(&mut |_, _| ControlFlow::Continue(())))
            .unwrap_err();
        assert!(matches!(error, ImportError::Damaged { .. }), "{error:?}");
    }
}

#[test]
fn the_sink_may_stop_and_sees_how_far_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    let line = "{\"type\":\"login\",\"ts\":1}\n";
    std::fs::write(&path, line.repeat(3)).unwrap();
    let mut source = importer::open(&path, None).unwrap();
    assert_eq!(source.total_bytes(), 3 * line.len() as u64);
    let mut seen = Vec::new();
    source
        .read(&mut |_, consumed| {
            seen.push(consumed);
            if seen.len() == 2 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
    assert_eq!(seen, [3 * line.len() as u64; 2]);
}
