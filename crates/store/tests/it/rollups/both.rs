//! One history in two stores: with rollups, and without.

use domain::{
    dimension::Dimension,
    event::Event,
    id::{UserId, WorkspaceId},
    metric::Metric,
    query::{Population, Query},
    record::PersonRecord,
    time::{Grain, Instant, Range, WeekStart, spine},
};
use engine::plan::{self, Source};
use jiff::tz::TimeZone;
use store::{
    DirtyDay, EventLog, Questions, Rollups, Table,
    duckdb::{DuckDbStore, OpenOptions},
};

use super::{
    EVERY, HOUR, LATER,
    questions::{questions, spans},
};
use crate::support::{Scratch, at, batch, retention};

/// To the last bit: weights are such that their sums are exact.
fn same(left: &Table, right: &Table) -> bool {
    (&left.rows, left.total) == (&right.rows, right.total)
}

/// Both ways to ask one store: by rollups, and of the events.
pub(super) struct Both {
    pub(super) by_rollups: DuckDbStore,
    pub(super) of_events: DuckDbStore,
    pub(super) zone: TimeZone,
}

impl Both {
    pub(super) fn open(scratch: &Scratch, other: &Scratch, zone: &TimeZone) -> Self {
        let options = |scratch: &Scratch, rollups: bool| OpenOptions {
            zone: zone.clone(),
            rollups,
            ..scratch.options()
        };
        Self {
            by_rollups: DuckDbStore::open(&options(scratch, true)).unwrap(),
            of_events: DuckDbStore::open(&options(other, false)).unwrap(),
            zone: zone.clone(),
        }
    }

    pub(super) async fn append(&self, events: Vec<Event>) {
        self.by_rollups.append(batch(events.clone())).await.unwrap();
        self.of_events.append(batch(events)).await.unwrap();
    }

    /// Says of people whether they are bots, one after the other.
    pub(super) async fn put(&self, records: &[(u8, Option<bool>)]) {
        for (user, is_bot) in records {
            let mut person = PersonRecord::new(UserId::new(format!("u{user}")).unwrap());
            person.is_bot = *is_bot;
            for store in [&self.by_rollups, &self.of_events] {
                let (workspace, people) = (WorkspaceId::default(), vec![person.clone()]);
                store
                    .put_records(workspace, people, Vec::new(), at(LATER))
                    .await
                    .unwrap();
            }
        }
    }

    pub(super) async fn fill(&self, dirty: &DirtyDay) {
        let filled = self
            .by_rollups
            .fill(&dirty.workspace, dirty.day, at(LATER))
            .await;
        assert!(filled.unwrap().is_some());
    }

    pub(super) async fn fill_all(&self) {
        for dirty in self.by_rollups.dirty_days() {
            self.fill(&dirty).await;
        }
    }

    /// The values of all rows, which pages of scores are made from.
    async fn check_values(&self, range: Range, when: &str) {
        let workspace = WorkspaceId::default();
        let query = Query::totals(workspace, self.zone.clone(), range, &[Metric::Engagement])
            .by(&[Dimension::User]);
        let plan = plan::plan(query).unwrap();
        let mut sorted = Vec::new();
        for store in [&self.by_rollups, &self.of_events] {
            let mut values = store.query_with_distribution(&plan).await.unwrap().1;
            values.sort_by(|left, right| left.partial_cmp(right).unwrap());
            sorted.push(values);
        }
        assert_eq!(sorted[0], sorted[1], "{when}");
    }

    /// Who came back, by day and by week, in the middle of a day.
    async fn check_retention(&self, begin: Instant, when: &str) {
        let as_of = begin.plus_millis(101 * HOUR);
        for (grain, population) in [
            (Grain::Day, Population::People),
            (Grain::Week(WeekStart::Sunday), Population::People),
            (Grain::Day, Population::Everyone),
        ] {
            let span = Range::new(begin, as_of);
            let cohorts: Vec<Range> = spine(span, grain, &self.zone)
                .into_iter()
                .map(|bucket| Range::new(bucket.start, bucket.end))
                .collect();
            let mut answers = Vec::new();
            for store in [&self.by_rollups, &self.of_events] {
                let whose = (&self.zone, population);
                let (answer, _) = retention(store, &cohorts, &[1, 2, 3], as_of, whose).await;
                answers.push(answer);
            }
            assert_eq!(
                answers[0],
                answers[1],
                "{when}: retention of {population:?} by {}",
                grain.name()
            );
        }
    }

    /// Compares what is kept of every day with what its events come to when they are counted anew:
    /// some days were counted, others topped up.
    pub(super) async fn verify(&self) {
        let workspace = WorkspaceId::default();
        for day in self.by_rollups.ledger(&workspace).days.into_keys() {
            let different = self.by_rollups.verify(&workspace, day).await.unwrap();
            assert_eq!(different, Some(Vec::new()), "day {day} in {:?}", self.zone);
        }
    }

    /// Asks everything both ways; returns how often rollups answered, and how often only they did.
    pub(super) async fn check(&self, begin: Instant, turn: usize, when: &str) -> (usize, usize) {
        let (mut routed, mut alone) = (0, 0);
        let spans = spans(begin, &self.zone).into_iter().enumerate();
        let asked = spans.filter(|(index, _)| turn == EVERY || index % 4 == turn);
        for (_, range) in asked {
            let (by_rollups, by_rollups_alone) = self.check_span(range, when).await;
            routed += by_rollups;
            alone += by_rollups_alone;
            self.check_values(range, when).await;
        }
        self.check_retention(begin, when).await;
        (routed, alone)
    }

    /// Asks everything over a span both ways; returns how often rollups answered, and how often
    /// only they did.
    pub(super) async fn check_span(&self, range: Range, when: &str) -> (usize, usize) {
        let (mut routed, mut alone) = (0, 0);
        for query in questions(range, &self.zone) {
            let plan = plan::plan(query).unwrap();
            let left = self.by_rollups.query(&plan).await.unwrap();
            let right = self.of_events.query(&plan).await.unwrap();
            assert!(
                same(&left, &right),
                "{when}: {:?} by {:?} of {} over {} .. {} in {:?}\nby rollups ({:?}):\n{:#?}\nof the events:\n{:#?}",
                plan.query.metrics,
                plan.query.dimensions,
                plan.query.filter,
                range.from(),
                range.to(),
                self.zone.iana_name(),
                left.origin,
                left.rows,
                right.rows,
            );
            routed += usize::from(left.origin.source != Source::Raw);
            alone += usize::from(left.origin.source == Source::Rollup);
        }
        (routed, alone)
    }
}
