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
