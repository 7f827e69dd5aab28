//! Analyses of events in order of time, against cases worked out by hand and against their definitions.

mod funnel;
mod journeys;
mod sessions;

use domain::time::{Instant, Range};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{Act, Ordered};

const MINUTE: i64 = 60_000;

fn at(text: &str) -> Instant {
    Instant::parse(text, &TimeZone::UTC).unwrap()
}

fn span(from: &str, to: &str) -> Range {
    Range::new(at(from), at(to))
}

/// Returns an event of a person.
fn act(timestamp: Instant, person: u32, kind: u16) -> Act {
    Act {
        timestamp,
        kind,
        message_type: None,
        is_reply: false,
        is_question: None,
        person: Some(person),
        channel: None,
        thread: None,
        session: None,
        message: None,
        is_bot: false,
        weight: 1.0,
        marks: 0,
    }
}

/// Runs an analysis through those of the events that lie in its span, in pieces as they would come.
fn outcome<A: Ordered>(mut analysis: A, acts: &[Act], at_once: usize) -> A::Outcome {
    let range = analysis.scan().range;
    let within = |act: &&Act| range.contains(act.timestamp);
    let within: Vec<Act> = acts.iter().filter(within).cloned().collect();
    for acts in within.chunks(at_once) {
        analysis.take(acts);
    }
    analysis.finish()
}

/// Returns events of few people in order of time: minutes after a common beginning, some of them at
/// once, with kinds from 1 to 4 and marks of so many bits.
fn histories(marks: u32) -> impl Strategy<Value = Vec<Act>> {
    let event = (0i64..600, 0u32..3, 1u16..5, 0u32..1 << marks, 1u32..3);
    prop::collection::vec(event, 0..60).prop_map(|mut events| {
        events.sort_by_key(|event| event.0);
        let act = |(minute, person, kind, marks, weight): (i64, u32, u16, u32, u32)| Act {
            marks,
            // People of samples have one weight each.
            weight: f64::from(person % 2 * weight.min(1) + 1),
            ..act(Instant::from_millis(minute * 5 * MINUTE), person, kind)
        };
        events.into_iter().map(act).collect()
    })
}
