//! What an entry says: an event or a dead letter of our own, or an event of a producer.
//!
//! A producer adds either a field `event` that holds the JSON of one event, in any shape that `/track` takes, or the
//! names of such an event as fields of their own:
//!
//! ```text
//! XADD analytics:events * event '{"event":"message_sent","userId":"u1","channelId":"c1"}'
//! XADD analytics:events * event message_sent userId u1 channelId c1 timestamp 1790000000000
//! ```
//!
//! A field `workspace` beside them says whose chat it is.

use domain::{
    event::{Event, RawEvent, Reason},
    id::{WorkspaceId, is_no_value},
    time::Instant,
};
use serde_json::{Map, Value};
use store::DeadLetter;

use super::{
    reply::{EntryId, RawEntry},
    sealed::{self, ACCEPTED, LARGEST, REFUSED},
};
use crate::ingest::{Bounds, decode};

/// Fields of a producer that say whose chat an event is of.
const WORKSPACE: [&str; 3] = ["workspace", "source_account_id", "sourceAccountId"];
/// Fields whose values are texts, whatever they look like; of all others, what is JSON is read as that.
const TEXTS: [&str; 32] = [
    "event",
    "eventType",
    "event_type",
    "eventName",
    "event_name",
    "name",
    "type",
    "id",
    "eventId",
    "event_id",
    "userId",
    "user_id",
    "channelId",
    "channel_id",
    "sessionId",
    "session_id",
    "messageId",
    "message_id",
    "threadId",
    "thread_id",
    "messageType",
    "message_type",
    "text",
    "timestamp",
    "ts",
    "time",
    "occurredAt",
    "occurred_at",
    "category",
    "event_category",
    "eventCategory",
    "channelType",
];
/// Entries before this instant (2000-01-01) have identifiers that producers chose, and that say nothing of when.
const EARLIEST: Instant = Instant::from_millis(946_684_800_000);
/// How far the clock of the server may be ahead of ours.
const AHEAD_MILLIS: i64 = 10 * 60 * 1_000;

/// What an entry says.
#[derive(Debug)]
pub(super) enum Said {
    /// An event that was accepted before it was added.
    Event(Box<Event>),
    /// What was refused before.
    Letter(DeadLetter),
    /// An event of a producer, still to be validated, or why there is none, and what that is remembered by.
    Sent {
        workspace: WorkspaceId,
        event: Box<Result<RawEvent, (Reason, String)>>,
    },
}

/// Reads an entry of the stream of this key.
pub(super) fn read(entry: &RawEntry, stream: &str) -> Said {
    let field = |wanted: &str| {
        let found = entry
            .fields
            .iter()
            .find(|(name, _)| name == wanted.as_bytes());
        found.map(|(_, value)| value.as_slice())
    };
    let workspace = WORKSPACE.iter().find_map(|name| field(name));
    let workspace = workspace.map(|name| WorkspaceId::new(String::from_utf8_lossy(name)));
    let bad = |workspace: Option<WorkspaceId>, reason: &dyn ToString| Said::Sent {
        workspace: workspace.unwrap_or_default(),
        event: Box::new(Err((
            Reason::BadEntry(reason.to_string().into()),
            outline(entry),
        ))),
    };
    if entry.bytes() > LARGEST {
        let reason = format!("it is larger than {LARGEST} bytes");
        return bad(workspace.and_then(Result::ok), &reason);
    }
    if let Some(text) = field(ACCEPTED) {
        return match sealed::open(&String::from_utf8_lossy(text)) {
            Ok(event) => Said::Event(Box::new(event)),
            Err(error) => bad(None, &error),
        };
    }
    if let Some(text) = field(REFUSED) {
        return match sealed::open_letter(&String::from_utf8_lossy(text)) {
            Ok(letter) => Said::Letter(letter),
            Err(error) => bad(None, &error),
        };
    }
    let workspace = match workspace.transpose() {
        Ok(workspace) => workspace.unwrap_or_default(),
        Err(error) => return bad(None, &format!("`workspace`: {error}")),
    };
    let text = match field("event") {
        Some(text) if text.trim_ascii_start().starts_with(b"{") => {
            String::from_utf8_lossy(text).into_owned()
        }
        _ => flat(entry),
    };
    let bounds = Bounds {
        events: 1,
        bytes: 4 * LARGEST,
    };
    let event = match decode(text.as_bytes(), bounds) {
        Ok((events, _)) => events.into_iter().next(),
        Err(error) => return bad(Some(workspace), &error),
    };
    let Some(mut event) = event else {
        return bad(Some(workspace), &"there is no event in it");
    };
    if let Ok(event) = &mut event
        && event.key.as_deref().is_none_or(is_no_value)
    {
        event.key = Some(key(stream, entry.id));
    }
    Said::Sent {
        workspace,
        event: Box::new(event),
    }
}

/// Returns what makes an event without a key of its own count once.
fn key(stream: &str, id: EntryId) -> String {
    format!("redis:{stream}:{id}")
}

/// Returns when an entry arrived: when it was added, where its identifier says so.
pub(super) fn arrived(id: EntryId, now: Instant) -> Instant {
    let added = i64::try_from(id.millis).map(Instant::from_millis);
    let is_sound = |at: &Instant| *at >= EARLIEST && *at <= now.plus_millis(AHEAD_MILLIS);
    added.ok().filter(is_sound).unwrap_or(now)
}

/// Returns the fields of an entry as the JSON of an event.
fn flat(entry: &RawEntry) -> String {
    let mut object = Map::new();
    for (name, value) in &entry.fields {
        let name = String::from_utf8_lossy(name).into_owned();
        if WORKSPACE.contains(&name.as_str()) {
            continue;
        }
        let text = String::from_utf8_lossy(value);
        let parsed = if TEXTS.contains(&name.as_str()) {
            None
        } else {
            serde_json::from_str::<Value>(&text).ok()
        };
        let value = parsed.filter(|value| !value.is_string());
        object.insert(
            name,
            value.unwrap_or_else(|| Value::String(text.into_owned())),
        );
    }
    Value::Object(object).to_string()
}

/// Returns what an entry is remembered by: the names of its fields, and never their values.
pub(super) fn outline(entry: &RawEntry) -> String {
    let names = entry.fields.iter().take(64).map(|(name, _)| {
        let name = String::from_utf8_lossy(name);
        name.chars().take(160).collect::<String>()
    });
    serde_json::json!({
        "entry": entry.id.to_string(),
        "fields": names.collect::<Vec<_>>(),
    })
    .to_string()
}
