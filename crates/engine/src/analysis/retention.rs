//! Who came back after signing up, by rollups or, where these do not tell, by the events.
//!
//! 1. A person signs up with the sign-up event, else when the record says the account was made,
//!    else when first seen: by the record or by the first event, whichever is earlier.
//! 2. A cohort is everybody who signed up within one of the given spans, bots only where they are
//!    asked for.
//! 3. Active on day N is at least one event on the Nth local day after the day of sign-up.
//!
//! Either way ends in the same: when everybody began, and a set of who was active for each day. The
//! events are run through once for it, so that memory holds these sets and nothing else, however
//! many cohorts there are.

use std::collections::BTreeMap;

use domain::{
    dimension::Dimension,
    event::Kind,
    id::WorkspaceId,
    metric::{Metric, Predicate},
    query::{Population, Query},
    time::{Day, Grain, Instant, LocalDays, Range, day_number},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::cohort::{Beginning, Returned, SignUps, beginnings, earlier, returned};
use crate::{
    Engine, Origin, StoreError,
    answer::{MOST_SEARCHES, origin},
    evaluate::{Constraint, people_of},
    pieces::{Found, Search, search},
    plan::{Plan, plan},
    rollup::{Fact, Rollup, route},
    storage::{FactScan, FactSource, Identities},
};

/// What is asked: which cohorts, after how many days, as of when.
#[derive(Debug, Clone)]
pub struct RetentionQuestion {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Spans of sign-up, ascending and not overlapping.
    pub cohorts: Vec<Range>,
    /// After how many days.
    pub days: [u32; 3],
    /// From the first cohort to the present of the question.
    pub horizon: Range,
    /// Whose events count.
    pub population: Population,
    /// In whose local time.
    pub zone: TimeZone,
}

/// When everybody began, by number, and who was active on which day.
#[derive(Default)]
struct Extracted {
    beginnings: Vec<Beginning>,
    active: BTreeMap<Day, RoaringBitmap>,
}

/// The size of each cohort, and how many came back.
pub type Cohorts = Vec<(u64, Returned)>;

/// Answers by rollups; `None` when the events have to be asked.
pub(crate) fn by_rollups(
    engine: &Engine,
    facts: &dyn FactSource,
    identities: &dyn Identities,
    workspace: u16,
    asked: &RetentionQuestion,
) -> Result<Option<(Cohorts, Origin)>, StoreError> {
    let first = Metric::FirstActivity;
    let persons = question(asked, Range::ALL, first, Dimension::User, engine)?;
    let by_day = Dimension::Time(Grain::Day);
    let active = question(asked, asked.horizon, Metric::ActivePeople, by_day, engine)?;
    let look = |plan: &Plan, rollup: Rollup| find(facts, engine, workspace, plan, rollup);
    let (Some(persons), Some(found)) = (
        look(&persons, Rollup::Persons)?,
        look(&active, Rollup::People)?,
    ) else {
        return Ok(None);
    };
    let mut extracted = Extracted {
        beginnings: beginnings(persons.pieces.get(&Rollup::Persons).into_iter().flatten()),
        active: BTreeMap::new(),
    };
    let routed = route(&active.query).unwrap_or_default();
    for (key, people) in people_of(
        &active.query,
        &Constraint::default(),
        &routed,
        &found.pieces,
    ) {
        let day = day_number(Instant::from_millis(key[0]).day(engine.zone()));
        extracted.active.insert(day, people);
    }
    let cohorts = cohorts_of(identities, workspace, asked, &extracted)?;
    let origin = Origin {
        days: found.days,
        months: persons.months,
        ..origin(&found)
    };
    Ok(Some((cohorts, origin)))
}

/// Answers by the events.
pub(crate) fn by_events(
    facts: &dyn FactSource,
    identities: &dyn Identities,
    workspace: u16,
    asked: &RetentionQuestion,
) -> Result<Cohorts, StoreError> {
    let mut extracted = Extracted::default();
    let mut days = LocalDays::new(asked.zone.clone());
    let scan = FactScan {
        workspace: Some(workspace),
        ..FactScan::default()
    };
    facts.each_fact(&scan, &mut |_, _, fact| {
        if let Some(person) = fact.person {
            extracted.add(person, fact, asked, &mut days);
        }
    })?;
    cohorts_of(identities, workspace, asked, &extracted)
}

impl Extracted {
    fn add(
        &mut self,
        person: u32,
        fact: &Fact<'_>,
        asked: &RetentionQuestion,
        days: &mut LocalDays,
    ) {
        let at = fact.timestamp;
        let place = person as usize;
        if place >= self.beginnings.len() {
            self.beginnings.resize(place + 1, Beginning::default());
        }
        let begun = &mut self.beginnings[place];
        begun.seen = earlier(begun.seen, Some(at));
        if fact.kind == Kind::SignedUp.code() {
            begun.signed_up = earlier(begun.signed_up, Some(at));
        }
        if asked.population.holds(fact.is_bot)
            && asked.horizon.contains(at)
            && Predicate::ACTIVITY.holds(fact)
        {
            let on_day = self.active.entry(days.day(at)).or_default();
            on_day.insert(person);
        }
    }
}

fn cohorts_of(
    identities: &dyn Identities,
    workspace: u16,
    asked: &RetentionQuestion,
    extracted: &Extracted,
) -> Result<Cohorts, StoreError> {
    let sign_ups = sign_ups((identities, workspace), &extracted.beginnings, asked)?;
    let mut sizes = vec![0u64; asked.cohorts.len()];
    for group in &sign_ups {
        sizes[group.cohort] += group.people.len() as u64;
    }
    let returned = returned(
        &sign_ups,
        asked.cohorts.len(),
        &extracted.active,
        asked.days,
    );
    Ok(sizes.into_iter().zip(returned).collect())
}

fn question(
    asked: &RetentionQuestion,
    range: Range,
    metric: Metric,
    dimension: Dimension,
    engine: &Engine,
) -> Result<Plan, StoreError> {
    let zone = engine.zone().clone();
    let query = Query::totals(asked.workspace.clone(), zone, range, &[metric])
        .by(&[dimension])
        .of(asked.population);
    plan(query).map_err(|error| StoreError::Engine(Box::new(error)))
}

fn find(
    facts: &dyn FactSource,
    engine: &Engine,
    workspace: u16,
    plan: &Plan,
    rollup: Rollup,
) -> Result<Option<Found>, StoreError> {
    for _ in 0..MOST_SEARCHES {
        match search(facts, engine, workspace, plan, &[rollup])? {
            Search::Raw => return Ok(None),
            Search::Again => {}
            Search::Found(found) => return Ok(Some(found)),
        }
    }
    Ok(None)
}

/// Puts everybody who signed up within a cohort into it, by the day of signing up.
fn sign_ups(
    (identities, workspace): (&dyn Identities, u16),
    beginnings: &[Beginning],
    asked: &RetentionQuestion,
) -> Result<Vec<SignUps>, StoreError> {
    let cohorts = &asked.cohorts;
    let mut groups: FxHashMap<(usize, Day), Vec<u32>> = FxHashMap::default();
    let mut local_days = LocalDays::new(asked.zone.clone());
    identities.each_person(workspace, &mut |number, known| {
        if !asked.population.holds(known.is_bot) {
            return;
        }
        let begun = beginnings.get(number as usize).copied().unwrap_or_default();
        let seen = earlier(known.first_seen_at, begun.seen);
        let Some(at) = begun.signed_up.or(known.created_at).or(seen) else {
            return;
        };
        // Cohorts ascend and do not overlap.
        let after = cohorts.partition_point(|cohort| cohort.from() <= at);
        let Some(cohort) = after
            .checked_sub(1)
            .filter(|cohort| cohorts[*cohort].contains(at))
        else {
            return;
        };
        let day = local_days.day(at);
        groups.entry((cohort, day)).or_default().push(number);
    })?;
    let groups = groups.into_iter();
    let sign_ups = groups
        .map(|((cohort, day), people)| SignUps {
            cohort,
            day,
            people,
        })
        .collect();
    Ok(sign_ups)
}
