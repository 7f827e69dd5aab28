use domain::{
    event::Kind,
    id::WorkspaceId,
    query::Population,
    time::{Grain, zone},
};

use super::*;
use crate::analysis::{
    About, Counted, Digest, InContext as _, SessionLengths, SessionNumbers, SessionSummary,
    Sessions, SessionsByDay,
};

/// Returns what there is to say of the sessions of a span, whose digest is made of events some at a time.
fn lengths(
    acts: &[Act],
    (span, as_of): (Range, Instant),
    zone: &TimeZone,
    at_once: usize,
) -> SessionSummary {
    let about = About {
        population: Population::People,
        end: as_of,
        ..About::whole(Digest::Sessions, WorkspaceId::default(), span)
    };
    let mut analysis = SessionLengths::new(about.clone(), Grain::Day, zone);
    let take = |_, sessions: Sessions| {
        let packed = postcard::to_stdvec(&sessions).unwrap();
        let unpacked: Sessions = postcard::from_bytes(&packed).unwrap();
        assert_eq!(unpacked, sessions);
        assert!(sessions.is_known_at(as_of, span));
        analysis.take(&sessions, &Counted::default());
    };
    outcome(SessionsByDay::new(about, vec![span], take), acts, at_once);
    analysis.finish()
}

fn summary(acts: &[Act], span: Range, as_of: &str) -> SessionSummary {
    lengths(acts, (span, at(as_of)), &TimeZone::UTC, 2)
}

fn numbers(sessions: f64, median_minutes: Option<f64>) -> SessionNumbers {
    SessionNumbers {
        sessions,
        median_millis: median_minutes.map(|minutes| minutes * 60_000.0),
        is_approximate: false,
    }
}

fn sent(time: &str, person: u32) -> Act {
    act(at(time), person, Kind::MessageSent.code())
}

#[test]
fn a_pause_of_half_an_hour_goes_on_and_a_longer_one_ends() {
    let acts = [
        sent("2026-03-01T10:00:00Z", 1),
        sent("2026-03-01T10:30:00Z", 1),
        sent("2026-03-01T11:00:00.001Z", 1),
    ];
    let found = summary(&acts, span("2026-03-01", "2026-03-02"), "2026-03-03");
    // One of 30 minutes, and one of a single event: the mean of 0 and 30.
    assert_eq!((found.all, found.people), (numbers(2.0, Some(15.0)), 1.0));
}

#[test]
fn a_session_over_midnight_is_one_and_belongs_to_the_day_it_begins_on() {
    let acts = [
        sent("2026-03-01T23:50:00Z", 1),
        sent("2026-03-02T00:10:00Z", 1),
        sent("2026-03-02T00:30:00Z", 1),
        sent("2026-03-02T09:00:00Z", 1),
        sent("2026-03-02T09:05:00Z", 1),
    ];
    let found = summary(&acts, span("2026-03-01", "2026-03-03"), "2026-03-03");
    assert_eq!(
        found.parts,
        [numbers(1.0, Some(40.0)), numbers(1.0, Some(5.0))]
    );
    assert_eq!(found.all, numbers(2.0, Some(22.5)));
    // Asked for one day only, the session of before is not one of the second day, and the one of the
    // first day has its whole length, as far as the present shows it.
    let second = summary(&acts, span("2026-03-02", "2026-03-03"), "2026-03-03");
    assert_eq!(second.all, numbers(1.0, Some(5.0)));
    let first = span("2026-03-01", "2026-03-02");
    assert_eq!(
        summary(&acts, first, "2026-03-03").all,
        numbers(1.0, Some(40.0))
    );
    let seen = "2026-03-02T00:20:00Z";
    assert_eq!(summary(&acts, first, seen).all, numbers(1.0, Some(20.0)));
}

#[test]
fn a_session_that_began_before_the_span_is_told_by_the_half_hour_before() {
    let acts = [
        sent("2026-03-01T23:00:00Z", 1),
        sent("2026-03-01T23:30:00Z", 1),
        sent("2026-03-02T00:00:00Z", 1),
        sent("2026-03-02T00:30:00Z", 1),
        sent("2026-03-02T00:00:00Z", 2),
    ];
    let mut acts = acts.to_vec();
    acts.sort_by_key(|act| act.timestamp);
    let found = summary(&acts, span("2026-03-02", "2026-03-03"), "2026-03-03");
    // Only that of the second person begins in the span.
    assert_eq!((found.all, found.people), (numbers(1.0, Some(0.0)), 1.0));
}

#[test]
fn people_are_apart_and_neither_machine_nor_nobody_has_sessions() {
    let nobody = Act {
        person: None,
        ..sent("2026-03-01T10:25:00Z", 1)
    };
    let machine = act(at("2026-03-01T10:25:00Z"), 1, Kind::System.code());
    let acts = [
        sent("2026-03-01T10:00:00Z", 1),
        sent("2026-03-01T10:10:00Z", 2),
        sent("2026-03-01T10:20:00Z", 2),
        nobody,
        machine,
        sent("2026-03-01T10:40:00Z", 1),
        sent("2026-03-01T10:45:00Z", 1),
    ];
    let found = summary(&acts, span("2026-03-01", "2026-03-02"), "2026-03-02");
    // The first person: 10:00 and 10:40 to 10:45; the second: 10:10 to 10:20.
    assert_eq!((found.all, found.people), (numbers(3.0, Some(5.0)), 2.0));
}

#[test]
fn the_day_on_which_clocks_go_forward_has_its_sessions() {
    // In Berlin 29 March 2026 is from 23:00 to 22:00 UTC.
    let acts = [
        sent("2026-03-29T00:50:00Z", 1), // 01:50
        sent("2026-03-29T01:10:00Z", 1), // 03:10
        sent("2026-03-29T22:10:00Z", 1), // 00:10 of the next day
    ];
    let two_days = span("2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z");
    let berlin = zone("Europe/Berlin").unwrap();
    let found = lengths(&acts, (two_days, at("2026-04-01")), &berlin, 2);
    assert_eq!(
        found.parts,
        [numbers(1.0, Some(20.0)), numbers(1.0, Some(0.0))]
    );
}

#[test]
fn an_empty_span_has_none() {
    let acts = [sent("2026-03-01T10:00:00Z", 1)];
    let nothing = span("2026-03-02", "2026-03-02");
    let found = summary(&acts, nothing, "2026-03-01");
    assert_eq!(found, SessionSummary::default());
}

#[test]
fn weights_move_the_median() {
    let heavy = |time: &str| Act {
        weight: 4.0,
        ..sent(time, 2)
    };
    let acts = [
        sent("2026-03-01T10:00:00Z", 1),
        heavy("2026-03-01T10:01:00Z"),
        heavy("2026-03-01T10:11:00Z"),
        sent("2026-03-01T10:20:00Z", 1),
    ];
    let found = summary(&acts, span("2026-03-01", "2026-03-02"), "2026-03-02");
    assert_eq!((found.all, found.people), (numbers(5.0, Some(10.0)), 5.0));
}

/// Returns each person's sessions by the definition: events in order, cut at long pauses.
pub(super) fn plain(acts: &[Act]) -> Vec<Vec<Act>> {
    let mut sessions: Vec<Vec<Act>> = Vec::new();
    for person in 0..3 {
        let mut last: Option<Instant> = None;
        for act in acts.iter().filter(|act| act.person == Some(person)) {
            let gap = last.map(|last| act.timestamp.as_millis() - last.as_millis());
            if gap.is_none_or(|gap| gap > 30 * MINUTE) {
                sessions.push(Vec::new());
            }
            sessions.last_mut().unwrap().push(act.clone());
            last = Some(act.timestamp);
        }
    }
    sessions
}

proptest! {
    #[test]
    fn sessions_are_those_of_the_definition(
        acts in histories(0), from in 0i64..600, length in 0i64..600, at_once in 1usize..9,
    ) {
        let begin = Instant::from_millis(from * 5 * MINUTE);
        let span = Range::new(begin, begin.plus_millis(length * 5 * MINUTE));
        // Nothing lies further ahead than is looked.
        let found = lengths(&acts, (span, Instant::MAX), &TimeZone::UTC, at_once);
        let reach = span.to().plus_millis(24 * 60 * MINUTE);
        let seen: Vec<Act> = acts.iter().filter(|act| act.timestamp < reach).cloned().collect();
        let mut sessions = plain(&seen);
        sessions.retain(|session| span.contains(session[0].timestamp));
        let mut lengths: Vec<i64> = Vec::new();
        for session in &sessions {
            let [first, last] = [&session[0], &session[session.len() - 1]];
            let length = last.timestamp.as_millis() - first.timestamp.as_millis();
            // Weights are whole here: each session stands as often as it weighs.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 or 2")]
            lengths.extend(vec![length; first.weight as usize]);
        }
        lengths.sort_unstable();
        let count = lengths.len();
        let middle = (count > 0).then(|| (lengths[(count - 1) / 2] + lengths[count / 2]) as f64 / 2.0);
        let expected = SessionNumbers {
            sessions: count as f64,
            median_millis: middle,
            is_approximate: false,
        };
        prop_assert_eq!(found.all, expected);
    }
}
