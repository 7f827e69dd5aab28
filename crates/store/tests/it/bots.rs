//! Who is a bot: the record says so, else any event does, in whatever order they come.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    dimension::Dimension,
    id::{UserId, WorkspaceId},
    metric::Metric,
    query::Population,
    ratio::Amount,
    record::PersonRecord,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use store::{EventLog, EventStore, Questions, Rollups, Search, duckdb::DuckDbStore};

use crate::support::{Scratch, ask, at, batch, message, query, range, retention, totals};

/// What may happen.
#[derive(Debug, Clone)]
enum Step {
    /// Events arrive together: of whom each is, and whether it says bot.
    Events(Vec<(Option<u8>, bool)>),
    /// A record arrives.
    Record(u8, Option<bool>),
    /// Every day is counted.
    Fill,
    /// The store is closed and opened again.
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let event = (
        prop::option::weighted(0.9, 0..5u8),
        prop::bool::weighted(0.25),
    );
    prop_oneof![
        4 => prop::collection::vec(event, 1..12).prop_map(Step::Events),
        3 => (0..6u8, any::<Option<bool>>()).prop_map(|(user, is_bot)| Step::Record(user, is_bot)),
        1 => Just(Step::Fill),
        1 => Just(Step::Reopen),
    ]
}

/// What the rule says of what happened.
#[derive(Debug, Default)]
struct Model {
    events: Vec<(Option<u8>, bool)>,
    records: BTreeMap<u8, Option<bool>>,
}

impl Model {
    fn note(&mut self, step: &Step) {
        match step {
            Step::Events(events) => self.events.extend(events),
            Step::Record(user, is_bot) => {
                let known = self.records.entry(*user).or_default();
                *known = is_bot.or(*known);
            }
            Step::Fill | Step::Reopen => {}
        }
    }

    fn is_bot(&self, user: u8) -> bool {
        let said = self.records.get(&user).copied().flatten();
        said.unwrap_or_else(|| self.events.contains(&(Some(user), true)))
    }

    /// The identifiers of those of all who are bots, or are not.
    fn those(&self, all: impl Iterator<Item = u8>, is_bot: bool) -> BTreeSet<String> {
        all.filter(|user| self.is_bot(*user) == is_bot)
            .map(|user| format!("u-{user}"))
            .collect()
    }

    fn authors(&self) -> impl Iterator<Item = u8> {
        self.events.iter().filter_map(|(user, _)| *user)
    }

    fn known(&self) -> impl Iterator<Item = u8> {
        self.authors().chain(self.records.keys().copied())
    }

    fn bot_events(&self) -> usize {
        let by_bot = |(user, says_bot): &&(Option<u8>, bool)| {
            user.map_or(*says_bot, |user| self.is_bot(user))
        };
        self.events.iter().filter(by_bot).count()
    }
}

const SPAN: (&str, &str) = ("2026-03-01", "2026-03-03");

async fn check(store: &DuckDbStore, model: &Model) {
    if model.events.is_empty() && model.records.is_empty() {
        return;
    }
    let workspace = WorkspaceId::default();
    let (people, bots) = (
        model.those(model.known(), false),
        model.those(model.known(), true),
    );
    let known = store.known(&workspace).await.unwrap();
    assert_eq!(
        (known.people, known.bots),
        (people.len() as u64, bots.len() as u64)
    );
    let facts = store.facts(&workspace).await.unwrap();
    assert_eq!((facts.people, facts.bots), (known.people, known.bots));
    assert_eq!(facts.bot_events, model.bot_events() as u64);
    let bot_authors = model.those(model.authors(), true).len();
    assert_eq!(facts.bot_authors, bot_authors as u64);
    for (population, expected) in [
        (Population::People, people.clone()),
        (Population::Everyone, &people | &bots),
    ] {
        let all = store.pick_people(&workspace, population, Box::new(|_| true), 0, u32::MAX);
        let (all, count) = all.await.unwrap();
        let all: BTreeSet<String> = all.into_iter().map(|person| person.id).collect();
        assert_eq!(count, all.len() as u64);
        assert_eq!(all, expected);
        let search = Search::new("u", false);
        let found = store.find_people(&workspace, population, search, usize::MAX);
        let (found, count) = found.await.unwrap();
        assert_eq!(count, found.len() as u64);
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    let span = range(SPAN.0, SPAN.1);
    let active = totals(store, span, &[Metric::ActivePeople]).await;
    let people = model.those(model.authors(), false).len();
    assert_eq!(active, [Some(people as f64)]);
    let by_bot = query(span, &[Metric::Events])
        .by(&[Dimension::IsBot])
        .of(Population::Everyone);
    let by_bot = ask(store, by_bot).await;
    let of = |is_bot: i64| {
        let mut rows = by_bot.rows.iter();
        let row = rows.find(|row| row.keys[0].as_int() == Some(is_bot));
        row.and_then(|row| row.values[0]).unwrap_or(0.0)
    };
    let bot_events = model.bot_events();
    assert_eq!(
        (of(1), of(0)),
        (bot_events as f64, (model.events.len() - bot_events) as f64)
    );
    for (population, size) in [
        (Population::People, people),
        (Population::Everyone, people + bot_authors),
    ] {
        let whose = (&TimeZone::UTC, population);
        let (cohorts, _) = retention(store, &[span], &[1, 7, 30], span.to(), whose).await;
        assert_eq!(cohorts[0].size, Amount::whole(size as u64));
    }
}

async fn walk(steps: &[Step]) {
    let scratch = Scratch::new();
    let mut store = scratch.open();
    let mut model = Model::default();
    let mut number = 0u32;
    for step in steps {
        model.note(step);
        match step {
            Step::Events(events) => {
                let made = events.iter().map(|(user, says_bot)| {
                    number += 1;
                    let when = at(SPAN.0).plus_millis(i64::from(number) * 37 % 172_800 * 1_000);
                    let mut event = message(number.into(), when, "u", "c1");
                    event.user = user.map(|user| UserId::new(format!("u-{user}")).unwrap());
                    event.is_bot = *says_bot;
                    event
                });
                let made = made.collect();
                store.append(batch(made)).await.unwrap();
            }
            Step::Record(user, is_bot) => {
                let mut person = PersonRecord::new(UserId::new(format!("u-{user}")).unwrap());
                person.is_bot = *is_bot;
                // Sometimes by a clock that was set back.
                let when = at(if user % 2 == 0 {
                    "2020-01-01"
                } else {
                    "2027-01-01"
                });
                store
                    .put_records(WorkspaceId::default(), vec![person], Vec::new(), when)
                    .await
                    .unwrap();
            }
            Step::Fill => {
                for dirty in store.dirty_days() {
                    let filled = store.fill(&dirty.workspace, dirty.day, at("2027-01-01"));
                    filled.await.unwrap();
                }
            }
            Step::Reopen => {
                store.close().await.unwrap();
                store = scratch.open();
            }
        }
        check(&store, &model).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 30, ..ProptestConfig::default() })]

    #[test]
    fn the_rule_holds_after_every_step(steps in prop::collection::vec(step(), 6..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(walk(&steps));
    }
}

#[tokio::test]
async fn a_store_of_before_is_decided_anew() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let when = at("2026-03-01T10:00:00Z");
    let users = ["mixed", "mixed", "corrected", "recorded", "person"];
    let events = users.iter().zip(1..).map(|(user, number)| {
        let mut event = message(number, when, user, "c1");
        event.weight = if *user == "person" { 4.0 } else { 1.0 };
        event
    });
    store.append(batch(events.collect())).await.unwrap();
    let record = |id: &str, is_bot: Option<bool>| PersonRecord {
        is_bot,
        name: Some(id.to_uppercase()),
        ..PersonRecord::new(UserId::new(id).unwrap())
    };
    let people = vec![
        record("corrected", Some(false)),
        record("recorded", Some(true)),
        record("mixed", None),
    ];
    store
        .put_records(WorkspaceId::default(), people, Vec::new(), when)
        .await
        .unwrap();
    store.close().await.unwrap();
    drop(store);
    // Each event said of itself whether a bot did it.
    let file = scratch.options().folder.join("events.duckdb");
    let engine = duckdb::Connection::open(&file).unwrap();
    engine
        .execute_batch(
            "UPDATE event SET is_bot = seq IN (1, 2); DROP TABLE sampled_quarter; \
             DROP TABLE person_merge; \
             DELETE FROM schema_migration WHERE version >= 9",
        )
        .unwrap();
    drop(engine);
    for _ in 0..2 {
        let store = scratch.open();
        let workspace = WorkspaceId::default();
        let known = store.known(&workspace).await.unwrap();
        assert_eq!((known.people, known.bots), (2, 2));
        let people = store.pick_people(&workspace, Population::People, Box::new(|_| true), 0, 10);
        let (people, _) = people.await.unwrap();
        let names: Vec<_> = people
            .iter()
            .map(|person| (person.id.as_str(), person.name.as_deref()))
            .collect();
        assert_eq!(names, [("corrected", Some("CORRECTED")), ("person", None)]);
        let mixed = store.people(&workspace, &["mixed".to_owned()]).await;
        assert_eq!(mixed.unwrap()[0].name.as_deref(), Some("MIXED"));
        let span = range(SPAN.0, SPAN.1);
        let found = totals(&store, span, &[Metric::Messages, Metric::ActivePeople]).await;
        // One of the two stands for four.
        assert_eq!(found, [Some(5.0), Some(5.0)]);
        assert!(store.is_sampled(&workspace, span));
        store.close().await.unwrap();
    }
}
