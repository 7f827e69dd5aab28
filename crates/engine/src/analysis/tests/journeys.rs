use std::collections::{BTreeMap, BTreeSet};

use domain::{event::Kind, filter::Filter, id::WorkspaceId, query::Population};

use super::{sessions::plain, *};
use crate::analysis::{
    JourneyCounts, JourneyRequest, Journeys, MOST_PATHS, PATH, Path, TooManyPaths,
};

const MARCH: [&str; 2] = ["2026-03-01", "2026-04-01"];

fn request(span: Range, collapse: bool, ends: [Option<&str>; 2]) -> JourneyRequest {
    let [start, end] = ends.map(|kind| kind.map(str::to_owned));
    JourneyRequest {
        workspace: WorkspaceId::default(),
        population: Population::People,
        filter: Filter::default(),
        span,
        as_of: Instant::MAX,
        collapse,
        start,
        end,
    }
}

/// Returns what a person does in one session, a minute each, from 10:00 on some day of March.
fn session(day: u32, person: u32, kinds: &[u16]) -> Vec<Act> {
    let begin = at(&format!("2026-03-{day:02}T10:00:00Z"));
    let acts = (0i64..).zip(kinds).map(|(minute, kind)| Act {
        // The first mark is the third kind, the second the fourth.
        marks: u32::from(*kind == 3) | u32::from(*kind == 4) << 1,
        ..act(begin.plus_millis(minute * MINUTE), person, *kind)
    });
    acts.collect()
}

fn counts(acts: &[Act], collapse: bool, ends: [Option<&str>; 2]) -> JourneyCounts {
    let request = request(span(MARCH[0], MARCH[1]), collapse, ends);
    outcome(Journeys::new(request), acts, 3).unwrap()
}

fn path(kinds: &[u16]) -> Path {
    let mut path = [0; PATH];
    path[..kinds.len()].copy_from_slice(kinds);
    path
}

fn paths(counts: &JourneyCounts) -> BTreeMap<Path, f64> {
    counts
        .paths
        .iter()
        .map(|(path, count)| (*path, *count))
        .collect()
}

#[test]
fn steps_follow_each_other_within_sessions() {
    let presence = Kind::Presence.code();
    let acts = [
        session(1, 1, &[1, 1, 2, 1]),
        session(2, 1, &[1, 2]),
        session(3, 2, &[1, presence, 1, 2, 1]),
        session(4, 2, &[presence, presence]),
    ]
    .concat();
    let found = counts(&acts, true, [None, None]);
    // The session of presence alone has no step.
    assert_eq!((found.sessions, found.matched), (3.0, 3.0));
    assert_eq!(
        paths(&found),
        BTreeMap::from([(path(&[1, 2]), 1.0), (path(&[1, 2, 1]), 2.0)])
    );
    let transition = |from, to| {
        let found = &found.transitions[&(from, to)];
        (found.count, found.people)
    };
    assert_eq!(
        (transition(1, 2), transition(2, 1)),
        ((3.0, 2.0), (2.0, 2.0))
    );
    assert_eq!(found.transitions.len(), 2);
    assert_eq!(
        (found.entries[&1], found.exits[&1], found.exits[&2]),
        (3.0, 2.0, 1.0)
    );
    // Presence parts no equal events, and they follow each other where they are not collapsed.
    let each = counts(&acts, false, [None, None]);
    let twice = &each.transitions[&(1, 1)];
    assert_eq!((twice.count, twice.people), (2.0, 2.0));
    let expected = [(&[1, 1, 2, 1][..], 2.0), (&[1, 2], 1.0)];
    assert_eq!(
        paths(&each),
        expected.map(|(kinds, count)| (path(kinds), count)).into()
    );
}

#[test]
fn paths_begin_and_end_where_they_are_asked_to() {
    let acts = [
        session(1, 1, &[1, 3, 1, 4, 2]),
        session(2, 1, &[4, 1, 3]),
        session(3, 1, &[1, 2]),
        session(4, 1, &[1, 2, 1, 2, 1, 2, 1, 4]),
    ]
    .concat();
    let of = |ends| paths(&counts(&acts, true, ends));
    let table = |rows: &[&[u16]]| rows.iter().map(|row| (path(row), 1.0)).collect();
    assert_eq!(of([Some("c"), None]), table(&[&[3, 1, 4, 2], &[3]]));
    // Without a start they have the last six steps before the end.
    let ended = table(&[&[1, 3, 1, 4], &[4], &[1, 2, 1, 2, 1, 4]]);
    assert_eq!(of([None, Some("d")]), ended);
    assert_eq!(of([Some("c"), Some("d")]), table(&[&[3, 1, 4]]));
    // Entries, exits and transitions are those of all sessions.
    let found = counts(&acts, true, [Some("c"), Some("d")]);
    assert_eq!(
        (found.sessions, found.matched, found.entries[&1]),
        (4.0, 1.0, 3.0)
    );
}

#[test]
fn sessions_over_the_edges_of_the_span_belong_to_where_they_begin() {
    let acts = [
        act(at("2026-02-28T23:59:00Z"), 1, 1),
        act(at("2026-03-01T00:00:00Z"), 1, 2),
        act(at("2026-03-31T23:59:59.999Z"), 2, 1),
        act(at("2026-03-31T23:59:59.999Z"), 2, 2),
        act(at("2026-04-01T00:20:00Z"), 2, 3),
    ];
    let found = counts(&acts, true, [None, None]);
    assert_eq!(paths(&found), [(path(&[1, 2, 3]), 1.0)].into());
}

#[test]
fn more_paths_than_are_counted_have_no_outcome() {
    let mut acts = Vec::new();
    let begin = at(MARCH[0]);
    let kinds = 50u32;
    let more = u32::try_from(MOST_PATHS).unwrap() + 1;
    for person in 0..more {
        for digit in 0..4 {
            let kind = person / kinds.pow(digit) % kinds;
            let kind = u16::try_from(kind + 200 + digit * kinds).unwrap();
            acts.push(act(begin, person, kind));
        }
    }
    let request = || request(span(MARCH[0], MARCH[1]), true, [None, None]);
    let found = outcome(Journeys::new(request()), &acts, 10_000);
    assert_eq!(found, Err(TooManyPaths));
    acts.truncate(4 * MOST_PATHS);
    let found = outcome(Journeys::new(request()), &acts, 10_000).unwrap();
    assert_eq!(found.paths.len(), MOST_PATHS);
}

/// People, each with the bits of their weight.
type Who = BTreeSet<(u32, u64)>;

/// Returns the path of the steps of a session by the definition.
fn plain_path(steps: &[&Act], [start, end]: [bool; 2]) -> Option<Path> {
    let begin = if start {
        steps.iter().position(|step| step.marks & 1 == 1)?
    } else {
        0
    };
    let from = begin + usize::from(start);
    let stop = if end {
        from + steps[from.min(steps.len())..]
            .iter()
            .position(|step| step.marks & 2 == 2)?
            + 1
    } else {
        steps.len()
    };
    let mut kinds: Vec<u16> = steps[begin..stop].iter().map(|step| step.kind).collect();
    if end && !start {
        kinds.drain(..kinds.len().saturating_sub(PATH));
    }
    kinds.truncate(PATH);
    (!kinds.is_empty()).then(|| path(&kinds))
}

proptest! {
    #[test]
    fn journeys_are_those_of_the_definition(
        acts in histories(0), collapse: bool, ends: [bool; 2], from in 0i64..300, at_once in 1usize..9,
    ) {
        let mut acts = acts;
        for act in &mut acts {
            act.marks = u32::from(act.kind == 3) | u32::from(act.kind == 4 - u16::from(from % 2 == 0)) << 1;
        }
        let begin = Instant::from_millis(from * 5 * MINUTE);
        let span = Range::new(begin, begin.plus_millis(300 * 5 * MINUTE));
        let named = ends.map(|given| given.then_some("x"));
        let found = outcome(Journeys::new(request(span, collapse, named)), &acts, at_once).unwrap();
        let reach = span.to().plus_millis(24 * 60 * MINUTE);
        acts.retain(|act| act.timestamp < reach);
        let mut paths_expected: BTreeMap<Path, f64> = BTreeMap::new();
        let mut transitions: BTreeMap<(u16, u16), (f64, Who)> = BTreeMap::new();
        let mut sessions = 0.0;
        for session in plain(&acts) {
            if !span.contains(session[0].timestamp) {
                continue;
            }
            let mut steps: Vec<&Act> = session.iter().collect();
            if collapse {
                steps.dedup_by_key(|step| step.kind);
            }
            let weight = session[0].weight;
            sessions += weight;
            for pair in steps.windows(2) {
                let transition = transitions.entry((pair[0].kind, pair[1].kind)).or_default();
                transition.0 += weight;
                transition.1.insert((session[0].person.unwrap(), weight.to_bits()));
            }
            if let Some(path) = plain_path(&steps, ends) {
                *paths_expected.entry(path).or_default() += weight;
            }
        }
        let matched = paths_expected.values().sum::<f64>();
        prop_assert_eq!((found.sessions, found.matched), (sessions, matched));
        prop_assert_eq!(paths(&found), paths_expected);
        let counted: BTreeMap<(u16, u16), (f64, f64)> = found
            .transitions
            .iter()
            .map(|(pair, transition)| (*pair, (transition.count, transition.people)))
            .collect();
        let expected = transitions.into_iter().map(|(pair, (count, who))| {
            let people = who.iter().map(|(_, weight)| f64::from_bits(*weight)).sum();
            (pair, (count, people))
        });
        prop_assert_eq!(counted, expected.collect());
    }
}
