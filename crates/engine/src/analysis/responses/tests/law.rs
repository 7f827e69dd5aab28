//! A plain second implementation: every message beside every other one, straight from the definition.

use std::collections::{BTreeMap, BTreeSet};

use domain::time::{Grain, spine, zone};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use roaring::RoaringBitmap;

use super::*;
use crate::analysis::{
    Times,
    responses::{
        ANSWER_TIME, FirstMessage, Reciprocity, Response, ResponseGroup, ResponseTimes, SILENCE,
        Starter, Unanswered, Welcome,
    },
};

/// All messages there are.
struct History(Vec<Message>);

impl History {
    fn place(&self, index: usize) -> (Option<u32>, Option<Key64>) {
        (self.0[index].channel, self.0[index].thread)
    }

    fn apart(&self, earlier: usize, later: usize) -> i64 {
        self.0[later].at.as_millis() - self.0[earlier].at.as_millis()
    }

    fn are_near(&self, earlier: usize, later: usize) -> bool {
        self.apart(earlier, later) <= ANSWER_TIME
    }

    /// Whether a message of a thread has none of its thread in the 24 hours before it.
    fn is_first(&self, index: usize) -> bool {
        let mut earlier = 0..index;
        !earlier.any(|one| self.place(one) == self.place(index) && self.are_near(one, index))
    }

    /// The message outside of threads with which the thread of a first message begins.
    fn root(&self, index: usize) -> Option<usize> {
        let (channel, thread) = self.place(index);
        let key = thread.filter(|_| self.is_first(index))?;
        let named =
            |one: &usize| self.place(*one) == (channel, None) && self.0[*one].key == Some(key);
        (0..index)
            .rev()
            .find(named)
            .filter(|root| self.are_near(*root, index))
    }

    /// What stands before a message in its conversation.
    fn before(&self, index: usize) -> BTreeSet<usize> {
        let same = |one: &usize| self.place(*one) == self.place(index);
        let roots = (0..=index).filter(same).filter_map(|one| self.root(one));
        (0..index).filter(same).chain(roots).collect()
    }

    fn responses(&self) -> Vec<Response> {
        let mut responses = Vec::new();
        for (index, message) in self.0.iter().enumerate() {
            let before = self.before(index);
            let is_other = |one: &&usize| self.0[**one].author != message.author;
            let Some(nearest) = before.iter().rev().find(is_other) else {
                continue;
            };
            let stands_between = before.range(nearest + 1..).next().is_some();
            if self.are_near(*nearest, index) && !stands_between {
                let to = self.0[*nearest];
                let message = *message;
                responses.push(Response { message, to });
            }
        }
        responses
    }

    /// The first message of the thread that a message outside of threads begins.
    fn begins_thread(&self, index: usize) -> Option<usize> {
        (index + 1..self.0.len()).find(|one| self.root(*one) == Some(index))
    }

    /// The first message of somebody else within 24 hours: in the thread that a message begins, and where
    /// `is_here` says so in its own conversation.
    fn answer(&self, index: usize, is_here: bool) -> Option<Message> {
        let begins_thread = self.begins_thread(index);
        let is_answer = |one: &usize| {
            let is_here = is_here && self.place(*one) == self.place(index);
            let is_there = begins_thread
                .is_some_and(|first| *one >= first && self.place(*one) == self.place(first));
            self.0[*one].author != self.0[index].author
                && self.are_near(index, *one)
                && (is_here || is_there)
        };
        let mut later = index + 1..self.0.len();
        later.find(is_answer).map(|one| self.0[one])
    }

    fn starters(&self) -> Vec<Starter> {
        let mut starters = Vec::new();
        for (index, message) in self.0.iter().enumerate() {
            let begins_place = if message.thread.is_some() {
                !message.is_reply && self.is_first(index) && self.root(index).is_none()
            } else {
                let mut earlier = 0..index;
                !earlier.any(|one| {
                    self.place(one) == self.place(index) && self.apart(one, index) < SILENCE
                })
            };
            if begins_place || self.begins_thread(index).is_some() {
                let thread = self.begins_thread(index).filter(|_| !begins_place);
                starters.push(Starter {
                    message: *message,
                    since: self.0[thread.unwrap_or(index)].at,
                    answer: self.answer(index, begins_place),
                });
            }
        }
        starters
    }
}

/// A share by Kaplan and Meier, one millisecond at which somebody was answered after the other.
fn within(starters: &[Starter], end: Instant, time: u32) -> Option<f64> {
    let seen = |starter: &Starter| {
        let known = end.as_millis() - starter.message.at.as_millis() - 1;
        starter.wait().map_or(known.min(ANSWER_TIME), i64::from)
    };
    let at_risk = |time: i64| starters.iter().filter(|one| seen(one) >= time).count();
    let waits: BTreeSet<u32> = starters.iter().filter_map(Starter::wait).collect();
    let mut left = 1.0;
    for wait in waits.into_iter().filter(|wait| *wait <= time) {
        let answered = starters.iter().filter(|one| one.wait() == Some(wait));
        left *= 1.0 - answered.count() as f64 / at_risk(wait.into()) as f64;
    }
    let tells = !starters.is_empty() && (at_risk(time.into()) > 0 || left == 0.0);
    tells.then_some(100.0 * (1.0 - left))
}

fn times(responses: &[&Response]) -> Option<Times> {
    let gaps: Vec<u32> = responses.iter().map(|one| one.gap()).collect();
    let at = |percent: usize| {
        let covers = |time: &&u32| {
            let covered = gaps.iter().filter(|gap| gap <= time).count();
            covered * 100 >= gaps.len() * percent
        };
        gaps.iter().filter(covers).min().copied()
    };
    Some(Times {
        count: gaps.len() as u64,
        sum: gaps.iter().map(|gap| u64::from(*gap)).sum(),
        p50: at(50)?,
        p90: at(90)?,
        p95: at(95)?,
        is_exact: true,
    })
}

fn group(message: &Message, by: ResponseGroup, zone: &TimeZone) -> Option<u32> {
    match by {
        ResponseGroup::Channel => message.channel,
        ResponseGroup::Hour => Some(message.at.reading(zone).hour().cast_unsigned().into()),
        ResponseGroup::Person => Some(message.author),
    }
}

prop_compose! {
    /// What somebody wrote: the later after the one before, mostly by a little, and often in a thread that
    /// may be named after another message.
    fn act()(
        pause in prop_oneof![
            Just(0), 1i64..20, 25i64..35, 60i64..400, Just(DAY - 1), Just(DAY), DAY..DAY + 3,
        ],
        edge in -1i64..=1,
        person in prop::option::weighted(0.95, 0u32..3),
        channel in prop::option::weighted(0.95, 0u32..2),
        thread in prop::option::of(0usize..6),
        is_reply in any::<bool>(),
        is_bot in prop::bool::weighted(0.05),
        counts in prop::bool::weighted(0.8),
    ) -> (i64, Act) {
        let key = |number: usize| Key64::of(&number.to_string());
        let act = Act {
            person,
            channel,
            // Most are named after one of the first messages.
            thread: thread.map(key),
            is_reply: is_reply && thread.is_some(),
            is_bot,
            marks: u32::from(counts),
            ..wrote(0, 0)
        };
        (pause * MINUTE + if pause > 20 { edge } else { 0 }, act)
    }
}

/// Puts events in order of time; the key of each is its place.
fn history(acts: Vec<(i64, Act)>) -> Vec<Act> {
    let mut at = Instant::from_millis(0);
    let acts = acts.into_iter().enumerate().map(|(place, (pause, act))| {
        at = at.plus_millis(pause);
        Act {
            timestamp: at,
            message: Some(Key64::of(&place.to_string())),
            ..act
        }
    });
    acts.collect()
}

/// Returns what there is of a history before `end`.
fn known(acts: &[Act], end: Instant) -> History {
    let known = acts.iter().filter(|act| act.timestamp < end);
    History(known.filter_map(Message::of).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_said_is_what_the_definition_says(acts in prop::collection::vec(act(), 0..40)) {
        let acts = history(acts);
        let history = known(&acts, Instant::MAX);
        let (mut responses, mut starters) = (Vec::new(), Vec::new());
        for said in said(&acts) {
            match said {
                Said::Response(response) => responses.push(response),
                Said::Starter(starter) => starters.push(starter),
            }
        }
        prop_assert_eq!(responses, history.responses());
        starters.sort_by_key(|starter| (starter.message.at, starter.message.key));
        let mut expected = history.starters();
        expected.sort_by_key(|starter| (starter.message.at, starter.message.key));
        prop_assert_eq!(starters, expected);
    }

    #[test]
    fn analyses_find_what_is_in_their_span(
        acts in prop::collection::vec(act(), 0..40),
        from in 0i64..4 * DAY,
        length in 0i64..3 * DAY,
        known_for in 0i64..2 * DAY,
        name in prop::sample::select(vec!["UTC", "Asia/Kolkata", "America/Santiago"]),
        at_once in 1usize..9,
    ) {
        let (acts, zone) = (history(acts), zone(name).unwrap());
        let end = minute(from + length + known_for);
        let (range, history) = (minutes(from, from + length), known(&acts, end));
        let holds = |message: &Message| message.counts && range.contains(message.at);
        let mut responses = history.responses();
        responses.retain(|response| holds(&response.message));
        let mut starters = history.starters();
        starters.retain(|starter| holds(&starter.message));
        let about = About { end, ..about(range, 0) };
        let buckets = spine(range, Grain::Day, &zone);

        for by in [ResponseGroup::Channel, ResponseGroup::Hour, ResponseGroup::Person] {
            let analysis = ResponseTimes::new(about.clone(), Grain::Day, by, &zone);
            let found = run(analysis, &acts, at_once);
            let analysis = ResponseTimes::new(about.clone(), Grain::Day, by, &zone);
            let kept = run_kept(analysis, &acts, at_once);
            prop_assert_eq!(kept.by_bucket(), found.by_bucket());
            prop_assert_eq!(by_group(&kept), by_group(&found));
            prop_assert_eq!(found.times(), times(&responses.iter().collect::<Vec<_>>()));
            for (bucket, found) in buckets.iter().zip(found.by_bucket()) {
                let of_bucket = |one: &&Response| bucket.start <= one.message.at && one.message.at < bucket.end;
                let expected: Vec<_> = responses.iter().filter(of_bucket).collect();
                prop_assert_eq!(found, times(&expected));
            }
            let mut groups: BTreeMap<_, (Vec<&Response>, Vec<Starter>)> = BTreeMap::new();
            for response in &responses {
                groups.entry(group(&response.message, by, &zone)).or_default().0.push(response);
            }
            for starter in &starters {
                groups.entry(group(&starter.message, by, &zone)).or_default().1.push(*starter);
            }
            let found = by_group(&found);
            prop_assert_eq!(found.keys().collect::<Vec<_>>(), groups.keys().collect::<Vec<_>>());
            for (key, (responses, starters)) in groups {
                let (found, answered) = &found[&key];
                prop_assert_eq!(*found, times(&responses));
                prop_assert_eq!(answered.starters(), starters.len() as u64);
                let limits = [300_000, 3_600_000, 86_400_000];
                for (limit, share) in limits.into_iter().zip(answered.within(limits)) {
                    let expected = within(&starters, end, limit);
                    prop_assert_eq!(share.is_some(), expected.is_some());
                    let distance = share.unwrap_or(0.0) - expected.unwrap_or(0.0);
                    prop_assert!(distance.abs() < 0.051, "{share:?} {expected:?}");
                }
            }
        }

        let found = run(Reciprocity::new(about.clone()), &acts, at_once);
        prop_assert_eq!(run_kept(Reciprocity::new(about.clone()), &acts, at_once), found);
        let answers: BTreeSet<(u32, u32)> =
            responses.iter().map(|one| (one.message.author, one.to.author)).collect();
        let is_mutual = |(one, other): &&(u32, u32)| one < other && answers.contains(&(*other, *one));
        let mutual = answers.iter().filter(is_mutual).count();
        prop_assert_eq!((found.pairs, found.mutual), ((answers.len() - mutual) as u64, mutual as u64));

        let week_before = range.from().plus_millis(-7 * ANSWER_TIME);
        let before = acts.iter().filter(|act| act.timestamp < week_before && !act.is_bot);
        let wrote_before: RoaringBitmap = before.filter_map(|act| act.person).collect();
        let since = Range::new(week_before, range.to());
        let welcome = Welcome::new(WorkspaceId::default(), since, end);
        let mut found = run(Unanswered::new(about.clone()), &acts, at_once);
        found.tell_newcomers(run(welcome.clone(), &acts, at_once), &wrote_before);
        let mut kept = run_kept(Unanswered::new(about), &acts, at_once);
        kept.tell_newcomers(run_kept(welcome, &acts, at_once), &wrote_before);
        prop_assert_eq!(&kept, &found);
        let is_open = |one: &&Starter| one.answer.is_none();
        let is_old = |one: &Starter| end.as_millis() - one.message.at.as_millis() > ANSWER_TIME;
        let (old, young): (Vec<&Starter>, Vec<&Starter>) = starters.iter().filter(is_open).partition(|one| is_old(one));
        prop_assert_eq!(found.starters, starters.len() as u64);
        prop_assert_eq!(found.waiting, young.len() as u64);
        let keys = |messages: Vec<Message>| messages.into_iter().map(|one| one.key).collect::<BTreeSet<_>>();
        let expected = keys(old.iter().map(|one| one.message).collect());
        prop_assert_eq!(keys(found.unanswered.iter().map(|one| one.message).collect()), expected);
        let known_for = |row: &Message| {
            let mut all = acts.iter().filter(|act| act.person == Some(row.author) && !act.is_bot);
            all.next().map(|first| row.at.as_millis() - first.timestamp.as_millis())
        };
        for row in &found.unanswered {
            let is_new = known_for(&row.message).is_some_and(|millis| millis <= 7 * ANSWER_TIME);
            prop_assert_eq!(row.is_newcomer, is_new);
        }
    }

    #[test]
    fn first_messages_are_answered_as_the_definition_says(
        acts in prop::collection::vec(act(), 0..40),
        at_once in 1usize..9,
    ) {
        let acts = history(acts);
        let history = known(&acts, Instant::MAX);
        let range = Range::new(minute(0), Instant::MAX);
        let welcome = Welcome::new(WorkspaceId::default(), range, Instant::MAX);
        let found = run(welcome.clone(), &acts, at_once);
        let kept = run_kept(welcome, &acts, at_once);
        let found: BTreeMap<u32, FirstMessage> = found.into_iter().collect();
        let kept: BTreeMap<u32, FirstMessage> = kept.into_iter().collect();
        prop_assert_eq!(&kept, &found);
        let mut expected = BTreeMap::new();
        for act in acts.iter().filter(|act| !act.is_bot) {
            let Some(person) = act.person else { continue };
            expected.entry(person).or_insert_with(|| {
                let place = history.0.iter().position(|message| message.key == act.message);
                let answer = place.and_then(|place| history.answer(place, true));
                FirstMessage {
                    at: act.timestamp,
                    channel: act.channel,
                    answer: answer.map(|answer| (answer.at, answer.author)),
                }
            });
        }
        prop_assert_eq!(found, expected);
    }
}
