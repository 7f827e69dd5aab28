use domain::{
    event::Kind,
    filter::Filter,
    id::{Key64, WorkspaceId},
    query::Population,
};

use super::*;
use crate::analysis::{Funnel, FunnelOutcome, FunnelRequest, Step};

const HOUR: i64 = 60 * MINUTE;

fn request(span: Range, window: i64, steps: Vec<Step>) -> FunnelRequest {
    FunnelRequest {
        workspace: WorkspaceId::default(),
        population: Population::People,
        filter: Filter::default(),
        span,
        as_of: Instant::MAX,
        window,
        steps,
    }
}

fn events(count: usize) -> Vec<Step> {
    vec![Step::Event(Filter::default()); count]
}

/// Returns an event that is these steps, counted from 1.
fn done(time: &str, person: u32, steps: &[u32]) -> Act {
    Act {
        marks: steps.iter().fold(0, |bits, step| bits | 1 << (step - 1)),
        ..act(at(time), person, 1)
    }
}

/// Returns how far each person came and how many minutes each step took, by person.
fn reached(outcome: &FunnelOutcome) -> Vec<(u32, Vec<i64>)> {
    let minutes = |times: &[Instant]| {
        let gaps = times.windows(2);
        let gap = |pair: &[Instant]| (pair[1].as_millis() - pair[0].as_millis()) / MINUTE;
        gaps.map(gap).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = outcome
        .people
        .iter()
        .map(|progress| (progress.person, minutes(progress.times())))
        .collect();
    all.sort();
    all
}

fn run(acts: &[Act], window: i64, steps: Vec<Step>) -> FunnelOutcome {
    let span = span("2026-03-01", "2026-03-02");
    outcome(Funnel::new(request(span, window, steps)), acts, 2)
}

#[test]
fn the_best_run_counts_and_the_one_that_gets_there_first() {
    let acts = [
        done("2026-03-01T10:00:00Z", 1, &[1]),
        done("2026-03-01T10:30:00Z", 1, &[2]),
        // Too late for the first beginning: only the second one has an hour left.
        done("2026-03-01T10:40:00Z", 1, &[1]),
        done("2026-03-01T11:10:00Z", 1, &[2]),
        done("2026-03-01T11:20:00Z", 1, &[3]),
        done("2026-03-01T11:30:00Z", 1, &[3]),
    ];
    let found = run(&acts, HOUR, events(3));
    assert_eq!(reached(&found), [(1, vec![30, 10])]);
    assert_eq!(found.events, [2.0, 2.0, 2.0]);
    // With two hours the first step 3 ends runs of both beginnings: the one that began last counts.
    assert_eq!(
        reached(&run(&acts, 2 * HOUR, events(3))),
        [(1, vec![30, 10])]
    );
    // Without the second beginning it is the first.
    let one = [&acts[..2], &acts[3..]].concat();
    assert_eq!(
        reached(&run(&one, 2 * HOUR, events(3))),
        [(1, vec![30, 50])]
    );
}

#[test]
fn one_event_is_one_step_and_ties_go_by_arrival() {
    // The same kind of event for both steps: two of them are needed.
    let once = [done("2026-03-01T10:00:00Z", 1, &[1, 2])];
    assert_eq!(reached(&run(&once, HOUR, events(2))), [(1, vec![])]);
    let twice = [once.clone(), once.clone()].concat();
    assert_eq!(reached(&run(&twice, HOUR, events(2))), [(1, vec![0])]);
    // In one millisecond the order of arrival decides.
    let [first, second] = [1, 2].map(|step| done("2026-03-01T10:00:00Z", 1, &[step]));
    let forwards = [first.clone(), second.clone()];
    assert_eq!(reached(&run(&forwards, HOUR, events(2))), [(1, vec![0])]);
    assert_eq!(
        reached(&run(&[second, first], HOUR, events(2))),
        [(1, vec![])]
    );
}

#[test]
fn beginnings_lie_in_the_span_and_later_steps_in_the_window() {
    let acts = [
        done("2026-02-28T23:59:59.999Z", 1, &[1]),
        done("2026-03-01T00:10:00Z", 1, &[2]),
        done("2026-03-01T23:30:00Z", 2, &[1]),
        done("2026-03-02T00:00:00Z", 4, &[1]),
        done("2026-03-02T00:29:00Z", 4, &[2]),
        // To the millisecond at the end of the window, and one after it.
        done("2026-03-02T00:30:00Z", 2, &[2]),
        done("2026-03-02T00:30:00.001Z", 2, &[3]),
    ];
    let found = run(&acts, HOUR, events(3));
    assert_eq!(reached(&found), [(2, vec![60])]);
    let numbers = found.steps(&found.people);
    let people: Vec<f64> = numbers.iter().map(|step| step.people).collect();
    assert_eq!(people, [1.0, 1.0, 0.0]);
    assert_eq!(numbers[1].median_millis, Some(3_600_000.0));
    assert_eq!(numbers[2].median_millis, None);
    // What is later than the present has not happened.
    let seen = FunnelRequest {
        as_of: at("2026-03-02T00:15:00Z"),
        ..request(span("2026-03-01", "2026-03-02"), HOUR, events(3))
    };
    assert_eq!(
        reached(&outcome(Funnel::new(seen), &acts, 1)),
        [(2, vec![])]
    );
    let empty = request(span("2026-03-01", "2026-03-01"), HOUR, events(3));
    assert_eq!(reached(&outcome(Funnel::new(empty), &acts, 1)), []);
}

/// Returns a message in a thread or channel; whoever writes has done step 1, and may be answered.
fn wrote(time: &str, person: u32, thread: Option<&str>, channel: u32) -> Act {
    Act {
        kind: Kind::MessageSent.code(),
        thread: thread.map(Key64::of),
        channel: Some(channel),
        ..done(time, person, &[1, 2])
    }
}

#[test]
fn whoever_writes_next_answers() {
    let steps = vec![Step::Event(Filter::default()), Step::Answered];
    let robot = Act {
        is_bot: true,
        ..wrote("2026-03-01T10:05:00Z", 9, None, 1)
    };
    let acts = [
        wrote("2026-03-01T10:00:00Z", 1, None, 1),
        robot,
        // Elsewhere: neither the thread nor the other channel is where the first person wrote.
        wrote("2026-03-01T10:10:00Z", 2, Some("t"), 1),
        wrote("2026-03-01T10:20:00Z", 2, None, 2),
        wrote("2026-03-01T10:30:00Z", 1, None, 1),
        wrote("2026-03-01T10:40:00Z", 3, None, 1),
        wrote("2026-03-01T11:00:00Z", 4, Some("t"), 5),
    ];
    let found = run(&acts, 24 * HOUR, steps.clone());
    // The first person is answered by the third at 10:40, after the message of 10:30; the second in
    // the thread by the fourth after 50 minutes, of whom the message of 10:20 is the last beginning.
    assert_eq!(
        reached(&found),
        [
            (1, vec![10]),
            (2, vec![40]),
            (3, vec![]),
            (4, vec![]),
            (9, vec![])
        ]
    );
    // A day later it is no answer.
    let late = [
        wrote("2026-03-01T10:00:00Z", 1, None, 1),
        wrote("2026-03-02T10:00:00.001Z", 2, None, 1),
    ];
    assert_eq!(reached(&run(&late, 48 * HOUR, steps)), [(1, vec![])]);
}

/// Returns how far a person came by the definition: every run, each step as early as can be.
fn plain(acts: &[Act], span: Range, window: i64, steps: usize) -> Option<Vec<Instant>> {
    let mut best: Option<(Vec<usize>, Vec<Instant>)> = None;
    for (first, begin) in acts.iter().enumerate() {
        if begin.marks & 1 == 0 || !span.contains(begin.timestamp) {
            continue;
        }
        let mut places = vec![first];
        for step in 1..steps {
            let after = *places.last().unwrap() + 1;
            let next = (after..acts.len()).find(|place| acts[*place].marks >> step & 1 == 1);
            match next {
                Some(place)
                    if acts[place].timestamp.as_millis() - begin.timestamp.as_millis()
                        <= window =>
                {
                    places.push(place);
                }
                _ => break,
            }
        }
        let is_better = best.as_ref().is_none_or(|(known, _)| {
            let key = |places: &[usize]| {
                let last = places.len() - 1;
                let begun = acts[places[0]].timestamp;
                let first = std::cmp::Reverse(places[0]);
                (places.len(), std::cmp::Reverse(places[last]), begun, first)
            };
            key(&places) > key(known)
        });
        if is_better {
            let times = places.iter().map(|place| acts[*place].timestamp).collect();
            best = Some((places, times));
        }
    }
    best.map(|(_, times)| times)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn runs_are_those_of_the_definition(
        acts in histories(4), steps in 2usize..5, window in 1i64..100, from in 0i64..300, at_once in 1usize..9,
    ) {
        let begin = Instant::from_millis(from * 5 * MINUTE);
        let span = Range::new(begin, begin.plus_millis(200 * 5 * MINUTE));
        let window = window * 5 * MINUTE;
        let found = outcome(Funnel::new(request(span, window, events(steps))), &acts, at_once);
        for person in 0..3 {
            let own: Vec<Act> = acts.iter().filter(|act| act.person == Some(person)).cloned().collect();
            let progress = found.people.iter().find(|progress| progress.person == person);
            let times = progress.map(|progress| progress.times().to_vec());
            prop_assert_eq!(times, plain(&own, span, window, steps));
        }
    }
}
