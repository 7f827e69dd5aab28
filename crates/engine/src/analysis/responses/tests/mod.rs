mod golden;
mod law;

use domain::{
    event::Kind,
    filter::Filter,
    id::{Key64, WorkspaceId},
    time::{Instant, Range},
};

use super::{About, Conversations, Message, Said};
use crate::analysis::{Act, Ordered};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60;

fn minute(minute: i64) -> Instant {
    Instant::from_millis(minute * MINUTE)
}

fn minutes(from: i64, to: i64) -> Range {
    Range::new(minute(from), minute(to))
}

/// Returns what a person wrote in channel 1.
fn wrote(at: i64, person: u32) -> Act {
    Act {
        timestamp: minute(at),
        kind: Kind::MessageSent.code(),
        message_type: None,
        is_reply: false,
        is_question: None,
        person: Some(person),
        channel: Some(1),
        thread: None,
        session: None,
        message: None,
        is_bot: false,
        weight: 1.0,
        property: None,
        marks: 1,
    }
}

/// Returns the same with the key of the message.
fn named(at: i64, person: u32, key: &str) -> Act {
    Act {
        message: Some(Key64::of(key)),
        ..wrote(at, person)
    }
}

/// Returns a message in a thread that is not marked as a reply.
fn threaded(at: i64, person: u32, thread: &str) -> Act {
    Act {
        thread: Some(Key64::of(thread)),
        ..wrote(at, person)
    }
}

/// Returns a reply in a thread.
fn reply(at: i64, person: u32, thread: &str) -> Act {
    Act {
        kind: Kind::ThreadReply.code(),
        is_reply: true,
        ..threaded(at, person, thread)
    }
}

/// Returns all that is said of some events.
fn said(acts: &[Act]) -> Vec<Said> {
    let mut all = Vec::new();
    let mut conversations = Conversations::default();
    let say = &mut |said| all.push(said);
    for message in acts.iter().filter_map(Message::of) {
        conversations.take(&message, say);
    }
    conversations.finish(say);
    all
}

fn about(range: Range, end: i64) -> About {
    About {
        workspace: WorkspaceId::default(),
        range,
        end: minute(end),
        counted: Filter::default(),
    }
}

/// Runs an analysis through those of some events that it looks at, some at a time.
fn run<A: Ordered>(mut analysis: A, acts: &[Act], at_once: usize) -> A::Outcome {
    let scan = analysis.scan();
    let seen: Vec<Act> = acts
        .iter()
        .filter(|act| scan.range.contains(act.timestamp))
        .cloned()
        .collect();
    for acts in seen.chunks(at_once) {
        analysis.take(acts);
    }
    analysis.finish()
}
