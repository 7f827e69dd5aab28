//! Messages of Slack as lines of JSON.

use super::{events, found, remarks};
use crate::importer::{self, Format, ImportError, Source};

fn open_as(
    name: &str,
    content: &[u8],
    format: Option<Format>,
) -> Result<Box<dyn Source>, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    importer::open(&path, format)
}

const LINES: &str = r#"{"type": "message", "user": "U1", "text": "hello", "ts": "1704186000.000100", "channel_id": "C1"}
{"type": "message", "user": "U2", "text": "<@U2> has joined", "ts": "1704186001.000100", "channel": "C1", "subtype": "channel_join"}

{"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "ci", "text": "ping \ud83d", "ts": "1704186002.000100", "channel": {"id": "C1", "name": "general"}}
{"type": "message", "subtype": "message_deleted", "ts": "1704186003.000100", "deleted_ts": "1704186000.000100", "channel": "C1"}
{"type": "message", "user": "U1", "text": "where?", "ts": "1704186004.000100"}
nonsense
7
"#;

#[test]
fn they_mean_what_they_mean_in_an_export() {
    let packed = zstd::encode_all(LINES.as_bytes(), 1).unwrap();
    let marked = format!("\u{feff}{}", LINES.replace('\n', "\r\n"));
    for (name, content, format) in [
        ("marked.jsonl", marked.as_bytes(), None),
        ("slack.jsonl", LINES.as_bytes(), None),
        ("slack.txt", LINES.as_bytes(), None),
        ("slack.jsonl.zst", &packed, None),
        ("slack.jsonl", LINES.as_bytes(), Some(Format::Slack)),
    ] {
        let open = || open_as(name, content, format).unwrap();
        let mut source = open();
        assert_eq!(source.format(), Format::Slack, "{name}");
        let events = events(source.as_mut());
        let told: Vec<_> = events
            .iter()
            .map(|event| {
                let channel = event.channel.as_deref();
                (
                    event.name.as_str(),
                    event.user.as_deref(),
                    event.is_bot,
                    channel,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("message_sent", Some("U1"), None, Some("C1")),
                ("channel_joined", Some("U2"), None, Some("C1")),
                ("message_sent", Some("B1"), Some(true), Some("C1")),
                ("message_deleted", None, None, Some("C1")),
                ("message_sent", Some("U1"), None, None),
            ]
        );
        assert_eq!(events[0].key.as_deref().map(str::len), Some(36));
        // Nothing says who may read the channel.
        assert_eq!(events[0].properties["channelType"], "unknown");
        assert_eq!(found(open().as_mut())[0].name.as_deref(), Some("ci"));
        let remarks = remarks(open().as_mut());
        let codes: Vec<_> = remarks
            .iter()
            .map(|remark| remark.rsplit_once(':').unwrap().1)
            .collect();
        assert_eq!(codes, ["4 bad_characters", "7 not_json", "8 not_an_object"]);
    }
}

#[test]
fn what_is_ndjson_stays_ndjson() {
    let ours = r#"{"type":"message","ts":"2024-01-02T09:00:00Z","user_id":"u1","channel_id":"c1","message_id":"m1"}"#;
    let seconds = r#"{"type":"message","ts":1704186000.5,"user_id":"u1","channel_id":"c1","message_id":"m1"}"#;
    for content in [ours, seconds] {
        let source = open_as("a.ndjson", content.as_bytes(), None).unwrap();
        assert_eq!(source.format(), Format::Ndjson);
    }
    let source = open_as("a.ndjson", LINES.as_bytes(), Some(Format::Ndjson)).unwrap();
    assert_eq!(source.format(), Format::Ndjson);
}

fn people_of(lines: &[&str]) -> Vec<(String, Option<bool>)> {
    let lines = lines.join("\n");
    let mut source = open_as("slack.jsonl", lines.as_bytes(), None).unwrap();
    let people = found(source.as_mut()).into_iter();
    people
        .map(|person| (person.id.into(), person.is_bot))
        .collect()
}

#[test]
fn a_bot_is_one_without_any_list_and_a_person_with_an_app_is_none() {
    let bot = r#"{"type":"message","user":"UBOT","bot_id":"B1","app_id":"A1","text":"built","ts":"1704186000.000100","bot_profile":{"id":"B1","name":"ci"},"channel":"C1"}"#;
    let joined = r#"{"type":"message","subtype":"channel_join","user":"UBOT","text":"joined","ts":"1704186001.000100","channel":"C1"}"#;
    let file = r#"{"type":"message","user":"UBOT","text":"","files":[{"id":"F1"}],"ts":"1704186002.000100","channel":"C1"}"#;
    let plain = r#"{"type":"message","user":"UBOT","text":"hello","ts":"1704186003.000100","channel":"C1"}"#;
    let slackbot = r#"{"type":"message","user":"USLACKBOT","text":"hello","ts":"1704186004.000100","channel":"C1"}"#;
    let named = |id: &str, is_bot| vec![(id.to_owned(), Some(is_bot))];
    for (lines, expected) in [
        (&[bot][..], named("UBOT", true)),
        (&[joined, bot, file], named("UBOT", true)),
        (&[bot, plain], named("UBOT", false)),
        (&[plain, bot], named("UBOT", false)),
        (&[slackbot, slackbot], named("USLACKBOT", true)),
        (&[plain], Vec::new()),
    ] {
        assert_eq!(people_of(lines), expected, "{lines:?}");
    }
    let mut source = open_as("slack.jsonl", bot.as_bytes(), None).unwrap();
    assert_eq!(events(source.as_mut())[0].is_bot, Some(true));
    // The same in an export without a list of people.
    let mut export = super::open(&[
        ("channels.json", r#"[{"id":"C1","name":"general"}]"#),
        ("general/2024-01-02.json", &format!("[{bot}]")),
    ]);
    assert_eq!(events(&mut export)[0].is_bot, Some(true));
}

#[test]
fn they_are_told_whatever_stands_first_and_however_long_it_is() {
    let long = "x".repeat(30_000);
    let message = format!(
        r#"{{"blocks":"{long}","type":"message","user":"U1","text":"hi","ts":"1704186000.000100","channel":"C1"}}"#
    );
    let short =
        r#"{"type":"message","user":"U1","text":"hi","ts":"1704186001.000100","channel":"C1"}"#;
    let other = format!(r#"{{"ok":"{long}"}}"#);
    let ndjson = format!(
        r#"{{"type":"message_sent","ts":1704186000,"user_id":"u1","message_id":"m1","text":"{long}"}}"#
    );
    for (lines, format) in [
        (vec![message.as_str()], Format::Slack),
        (vec![&message, short], Format::Slack),
        (vec!["", r#"{"ok":true}"#, &message], Format::Slack),
        (vec![&other, &other, short], Format::Slack),
        (vec![&ndjson, &ndjson], Format::Ndjson),
        (vec![&other; 50], Format::Ndjson),
    ] {
        let content = lines.join("\n");
        let packed = zstd::encode_all(content.as_bytes(), 1).unwrap();
        for (name, content) in [("a.jsonl", content.as_bytes()), ("a.jsonl.zst", &packed)] {
            let mut source = open_as(name, content, None).unwrap();
            assert_eq!(source.format(), format);
            // Nothing of what was looked at is lost.
            let items = super::items(source.as_mut());
            let items = items
                .iter()
                .filter(|item| !matches!(item, importer::Item::Records(_)));
            let filled = lines.iter().filter(|line| !line.is_empty());
            assert_eq!(items.count(), filled.count());
        }
    }
}

#[test]
fn a_damaged_beginning_is_an_error_of_the_reading() {
    let line = format!(
        r#"{{"type":"message_sent","ts":1,"text":"{}"}}"#,
        "ab".repeat(200_000)
    );
    let mut packed = zstd::encode_all(format!("{line}\n{line}\n").as_bytes(), 1).unwrap();
    packed.truncate(packed.len() - 10);
    let mut source = open_as("a.ndjson.zst", &packed, None).unwrap();
    let read = source.read(&mut |_, _| std::ops::ControlFlow::Continue(()));
    assert!(matches!(read, Err(ImportError::Damaged { .. })), "{read:?}");
}
