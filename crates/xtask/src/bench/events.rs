//! Events to post: those of a busy chat, each different, the same in every run.

use std::{fmt::Write as _, io::Write as _, time::Duration};

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use hyper::body::Bytes;
use jiff::Timestamp;

/// Words that messages are made of.
const WORDS: [&str; 16] = [
    "the",
    "build",
    "is",
    "green",
    "again",
    "after",
    "we",
    "moved",
    "cache",
    "see",
    "https://example.org/notes",
    "for",
    "details",
    ":tada:",
    "#release",
    "thanks",
];

/// Events of a time, in the order of their numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Events {
    /// Whose events these are: two of different names never make the same event.
    pub(super) name: &'static str,
    /// When the first happens.
    pub(super) from: Timestamp,
    /// How much later each next one happens.
    pub(super) apart: Duration,
}

impl Events {
    /// Writes the event of a number: mostly messages, some reactions and files.
    fn write(&self, out: &mut String, number: u64) {
        let Self { name, from, apart } = self;
        let after = apart.saturating_mul(u32::try_from(number).unwrap_or(0));
        let at = from.checked_add(after).unwrap_or(*from);
        let kind = match number % 20 {
            0..14 => "message_sent",
            14..16 => "thread_reply",
            16..19 => "reaction_added",
            _ => "file_shared",
        };
        // Primes, so that people and channels mix; a few of each do much more than the others.
        let user = (number * 7_919 % 2_003) * (number * 31 % 11) / 11;
        let channel = (number * 104_729 % 211) * (number * 17 % 5) / 5;
        // Writing to a `String` cannot fail.
        let _ = write!(
            out,
            r#"{{"id":"{name}-{number}","event":"{kind}","userId":"u_{user}","channelId":"c_{channel}","timestamp":"{at}","properties":{{"messageId":"m_{name}_{number}""#
        );
        match kind {
            "reaction_added" => out.push_str(r#","emoji":"thumbsup""#),
            "file_shared" => out.push_str(r#","fileName":"report.pdf","fileSize":123456"#),
            _ => {
                out.push_str(r#","text":""#);
                for place in 0..=number % 24 {
                    let word = (number * 13 + place * place * 7) % WORDS.len() as u64;
                    out.push_str(WORDS[usize::try_from(word).unwrap_or(0)]);
                    out.push(' ');
                }
                out.push('"');
            }
        }
        if kind == "thread_reply" {
            let _ = write!(out, r#","threadId":"t_{}""#, number / 200);
        }
        out.push_str("}}");
    }

    /// Returns the body with one event.
    pub(super) fn one(&self, number: u64) -> Bytes {
        let mut body = String::with_capacity(400);
        self.write(&mut body, number);
        Bytes::from(body)
    }

    /// Returns the body with `count` events from a number on.
    pub(super) fn batch(&self, from: u64, count: u64) -> Bytes {
        let mut body = String::from(r#"{"events":["#);
        for number in from..from + count {
            if number > from {
                body.push(',');
            }
            self.write(&mut body, number);
        }
        body.push_str("]}");
        Bytes::from(body)
    }
}

/// Returns a body compressed as clients do it.
pub(super) fn gzip(body: &Bytes) -> Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    Ok(Bytes::from(encoder.finish()?))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn a_batch_holds_different_events_in_the_documented_shape() {
        let events = Events {
            name: "test",
            from: "2023-01-01T00:00:00Z".parse().unwrap(),
            apart: Duration::from_millis(20),
        };
        let body: Value = serde_json::from_slice(&events.batch(1_000, 100)).unwrap();
        let rows = body["events"].as_array().unwrap();
        let ids: HashSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 100);
        let kinds: HashSet<_> = rows.iter().map(|row| row["event"].as_str()).collect();
        assert_eq!(kinds.len(), 4);
        assert_eq!(rows[0]["timestamp"], "2023-01-01T00:00:20Z");
        assert_eq!(
            serde_json::from_slice::<Value>(&events.one(1_000)).unwrap(),
            rows[0]
        );
        let bounds = server::ingest::Bounds {
            events: 1_000,
            bytes: usize::MAX,
        };
        let (decoded, _) = server::ingest::decode(&events.batch(1_000, 100), bounds).unwrap();
        assert!(decoded.iter().all(Result::is_ok));
    }
}
