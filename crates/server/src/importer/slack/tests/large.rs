//! A day is read a message at a time.

use std::{
    io::{BufReader, Read},
    ops::ControlFlow,
};

use domain::{event::RawEvent, id::MAX_ID_LENGTH};

use super::super::{event::Place, people::People, reader};
use crate::importer::Item;

/// A list of messages that is made while it is read.
struct Messages {
    left: u64,
    rest: Vec<u8>,
    read: u64,
}

impl Read for Messages {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() && self.left > 0 {
            self.left -= 1;
            let end = if self.left == 0 { "]" } else { "," };
            let text = "x".repeat(2000);
            let ts = 1_704_186_000 + self.left;
            self.rest =
                format!(r#"{{"user":"U1","text":"{text}","ts":"{ts}.000100"}}{end}"#).into();
        }
        let count = self.rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        self.read += count as u64;
        Ok(count)
    }
}

#[test]
fn the_first_message_is_there_before_the_last_was_read() {
    let day = Messages {
        left: 5_000,
        rest: b"[".to_vec(),
        read: 0,
    };
    let mut reader = BufReader::new(day);
    let mut people = People::default();
    let mut count = 0;
    let mut take = |item: Item| {
        assert!(matches!(item, Item::Event(_)), "{item:?}");
        count += 1;
        if count < 3 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let place = Place {
        channel: "C1",
        is_kind_known: true,
    };
    let flow = reader::read_day(&mut reader, place, &mut people, "day", &mut take);
    assert!(flow.unwrap().is_break());
    assert!(reader.get_ref().read < 100_000, "{}", reader.get_ref().read);
}

/// Returns the events of a message that stands nowhere, and the codes of what was noted or skipped.
fn told(message: &str) -> (Vec<RawEvent>, Vec<&'static str>) {
    let (mut events, mut remarks) = (Vec::new(), Vec::new());
    let mut take = |item: Item| {
        match item {
            Item::Event(event) => events.push(event),
            Item::Noted { note, .. } => remarks.push(note.code()),
            Item::Skipped { reason, .. } => remarks.push(reason.code()),
            other => panic!("{other:?}"),
        }
        ControlFlow::Continue(())
    };
    let mut people = People::default();
    let (json, place) = (message.as_bytes(), Place::default());
    let flow = reader::read_message(json, place, &mut people, "", &mut take);
    assert!(flow.is_continue());
    (events, remarks)
}

#[test]
fn what_the_events_of_a_message_have_in_common_is_bounded() {
    let long = "x".repeat(100_000);
    let files = format!("[{}{{}}]", "{},".repeat(999));
    let users: Vec<_> = (0..1_000).map(|n| format!("\"U{n}\"")).collect();
    let users = users.join(",");
    let reactions = format!(r#"[{{"name":"tada","users":[{users}]}}]"#);
    for (message, noted) in [
        (
            format!(r#"{{"user":"{long}","ts":"1.000100","files":{files}}}"#),
            "string_too_long",
        ),
        (
            format!(r#"{{"bot_id":"{long}","ts":"1.000100","files":{files}}}"#),
            "string_too_long",
        ),
        (
            format!(r#"{{"user":"U1","channel":"{long}","ts":"1.000100","files":{files}}}"#),
            "string_too_long",
        ),
        (
            format!(
                r#"{{"user":"U1","channel":{{"id":"{long}"}},"ts":"1.000100","files":{files}}}"#
            ),
            "string_too_long",
        ),
        (
            format!(r#"{{"user":"{long}","ts":"1.000100","reactions":{reactions}}}"#),
            "string_too_long",
        ),
        (
            format!(
                r#"{{"user":"U1","ts":"1.000100","reactions":[{{"name":"{long}","users":[{users}]}}]}}"#
            ),
            "string_too_long",
        ),
        (
            format!(
                r#"{{"subtype":"huddle_thread","ts":"1.000100","room":{{"created_by":"{long}"}},"reactions":{reactions}}}"#
            ),
            "string_too_long",
        ),
        (
            format!(
                r#"{{"user":"U1","ts":"1.0001{}","files":{files}}}"#,
                "0".repeat(100_000)
            ),
            "invalid_time",
        ),
    ] {
        let (events, remarks) = told(&message);
        assert_eq!(remarks, [noted]);
        let bytes: usize = events.iter().map(RawEvent::memory_bytes).sum();
        assert!(bytes < 4 << 20, "{bytes} bytes: {}", &message[..40]);
        assert!(noted == "invalid_time" || events.len() >= 1_000);
        for event in events {
            let texts = [event.user, event.channel, event.message, event.key];
            let longest = texts.into_iter().flatten().map(|text| text.len()).max();
            assert!(longest.is_some_and(|longest| longest <= MAX_ID_LENGTH));
        }
    }
}

#[test]
fn reactions_whose_long_names_differ_at_the_end_are_two() {
    let long = "x".repeat(5_000);
    let message = format!(
        r#"{{"user":"U1","ts":"1.000100","reactions":[{{"name":"{long}a","users":["U1"]}},{{"name":"{long}b","users":["U1"]}}]}}"#
    );
    let (events, remarks) = told(&message);
    assert_eq!(remarks, ["string_too_long"]);
    assert_ne!(events[1].key, events[2].key);
    let emoji = events[1].properties["emoji"].as_str();
    assert_eq!(emoji.map(str::len), Some(1_024));
}
