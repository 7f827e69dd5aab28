//! A day is read a message at a time.

use std::{
    io::{BufReader, Read},
    ops::ControlFlow,
};

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
