mod golden;
mod law;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    event::Kind,
    id::{Key64, WorkspaceId},
    time::{Instant, Range},
};

use super::{Answered, Conversations, Message, Replies, RepliesByDay, Responses, Said};
use crate::analysis::{About, Act, Counted, Digest, InContext, Ordered, Times};

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
        end: minute(end),
        ..About::whole(Digest::Replies, WorkspaceId::default(), range)
    }
}

/// Returns the days (of 24 hours) on which there are events, as far as they lie in a range.
fn days(acts: &[Act], range: Range) -> Vec<Range> {
    let day = |act: &Act| act.timestamp.as_millis().div_euclid(DAY * MINUTE);
    let all: BTreeSet<i64> = acts.iter().map(day).collect();
    let cut = |day: i64| {
        let whole = minutes(day * DAY, (day + 1) * DAY);
        let (from, to) = (whole.from().max(range.from()), whole.to().min(range.to()));
        Range::new(from, to.max(from)).non_empty()
    };
    all.into_iter().filter_map(cut).collect()
}

/// Hands what is said of days to an analysis, some events at a time.
fn run_over<A: InContext<Kept = Replies>>(
    analysis: &mut A,
    about: About,
    days: Vec<Range>,
    acts: &[Act],
    at_once: usize,
) {
    let take = |_, replies: Replies| {
        let packed = postcard::to_stdvec(&replies).unwrap();
        let unpacked: Replies = postcard::from_bytes(&packed).unwrap();
        assert_eq!(unpacked, replies);
        analysis.take(&replies, &Counted::default());
    };
    let mut by_day = RepliesByDay::new(about, days, take);
    let scan = by_day.scan();
    let seen = acts.iter().filter(|act| scan.range.contains(act.timestamp));
    let seen: Vec<Act> = seen.cloned().collect();
    for acts in seen.chunks(at_once) {
        by_day.take(acts);
    }
    by_day.finish();
}

/// Returns how long the responses of each group took, and how soon its starters were answered.
fn by_group(found: &Responses) -> BTreeMap<Option<u32>, (Option<Times>, Answered)> {
    let groups = found.groups().map(|(group, ..)| group);
    let of = |group| {
        let (times, answered) = found.group(group).unwrap();
        (group, (times, answered.clone()))
    };
    groups.map(of).collect()
}

/// Runs an analysis through those of some events that it looks at, some at a time.
fn run<A: InContext<Kept = Replies>>(mut analysis: A, acts: &[Act], at_once: usize) -> A::Outcome {
    let about = analysis.about().clone();
    let days = days(acts, about.range);
    run_over(&mut analysis, about, days, acts, at_once);
    analysis.finish()
}

/// Runs an analysis over whole days, of which all is known that came later.
fn run_kept<A: InContext<Kept = Replies>>(
    mut analysis: A,
    acts: &[Act],
    at_once: usize,
) -> A::Outcome {
    let about = analysis.about().clone();
    let mut whole = days(acts, Range::ALL);
    whole.retain(|day| day.from() < about.range.to() && about.range.from() < day.to());
    if let (Some(first), Some(last)) = (whole.first(), whole.last()) {
        let about = About {
            range: Range::new(first.from(), last.to()),
            end: Instant::MAX,
            ..about
        };
        run_over(&mut analysis, about, whole, acts, at_once);
    }
    analysis.finish()
}
