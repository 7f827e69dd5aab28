use domain::{event::Kind, time::Instant};
use jiff::tz::TimeZone;

use super::*;

fn fact(number: i64) -> Fact<'static> {
    Fact {
        timestamp: Instant::from_millis(number * 60_000),
        kind: Kind::MessageSent.code(),
        message_type: None,
        is_reply: number % 2 == 0,
        is_question: number % 3 == 0,
        mentions: 0,
        person: u32::try_from(number % 7).ok(),
        channel: u32::try_from(number % 3).ok(),
        is_bot: false,
        weight: 1.0,
        words: None,
        terms: &[],
        file_bytes: 0.0,
        numbers: [None; 2],
    }
}

fn folded(from: i64, before: i64) -> Segment {
    let mut folding = Folding::new(from, DayClock::new(0, &TimeZone::UTC));
    for number in from..before {
        folding.add(&fact(number));
    }
    folding.finish(before).unwrap()
}

#[test]
fn older_segments_are_joined_and_say_the_same() {
    let mut day = TailDay::default();
    let long_ago = Stopwatch::now().checked_sub(YOUTH).unwrap();
    for number in 0..100 {
        let mut segment = folded(number * 10, number * 10 + 10);
        segment.made = long_ago;
        day.push(segment);
    }
    assert_eq!(day.events(), 1_000);
    assert!(day.segments.len() <= 8, "{}", day.segments.len());
    let mut parts = day.segments.iter();
    let first = parts.next().unwrap().clone();
    let all = parts.fold(first, |all, part| all.join(part));
    let whole = folded(0, 1_000);
    assert_eq!((all.from, all.before), (whole.from, whole.before));
    assert_eq!((all.events, all.extent), (whole.events, whole.extent));
    assert_eq!(all.blocks, whole.blocks);
}

#[test]
fn young_segments_and_taken_ones_stay_as_they_are() {
    let mut day = TailDay::default();
    for number in 0..5 {
        day.push(folded(number * 10, number * 10 + 10));
    }
    assert_eq!(day.segments.len(), 5);
    day.taken = 5;
    for segment in &mut day.segments {
        segment.made = Stopwatch::now().checked_sub(YOUTH).unwrap();
    }
    day.push(folded(50, 60));
    assert_eq!(day.segments.len(), 6);
    day.taken = 0;
    day.push(folded(60, 70));
    assert!(day.segments.len() < 6);
}
