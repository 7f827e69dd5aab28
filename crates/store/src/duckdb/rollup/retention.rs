//! Who came back after signing up, by rollups.

use std::collections::BTreeMap;

use ::duckdb::Connection;
use domain::{
    dimension::Dimension,
    id::WorkspaceId,
    metric::Metric,
    plan::{Plan, plan},
    query::Query,
    rollup::{
        Beginning, Constraint, Day, Returned, Rollup, SignUps, beginnings, day_number, earlier,
        people_of, returned,
    },
    time::{Grain, Instant, Range},
};
use rustc_hash::FxHashMap;

use super::{
    LocalDays, Rollups,
    pieces::{Found, Search, search},
};
use crate::{
    Origin, StoreError,
    duckdb::names::{Names, WorkspaceNames},
};

/// How often blocks are looked for while days are being filled, before the events are asked.
const MOST_SEARCHES: u32 = 8;

/// What is asked: which cohorts, after how many days, as of when.
#[derive(Debug, Clone)]
pub(in crate::duckdb) struct Asked {
    pub(in crate::duckdb) workspace: WorkspaceId,
    pub(in crate::duckdb) cohorts: Vec<Range>,
    pub(in crate::duckdb) days: [u32; 3],
    pub(in crate::duckdb) horizon: Range,
}

/// The size of each cohort, and how many came back.
pub(in crate::duckdb) type Cohorts = Vec<(u64, Returned)>;

/// Returns the size of each cohort and how many came back; `None` when the events have to be asked.
pub(in crate::duckdb) fn retention(
    connection: &Connection,
    rollups: &Rollups,
    names: &Names,
    workspace: u16,
    asked: &Asked,
) -> Result<Option<(Cohorts, Origin)>, StoreError> {
    let persons = question(
        asked,
        Range::ALL,
        Metric::FirstActivity,
        Dimension::User,
        rollups,
    )?;
    let by_day = Dimension::Time(Grain::Day);
    let active = question(asked, asked.horizon, Metric::ActivePeople, by_day, rollups)?;
    let look = |plan: &Plan, rollup: Rollup| find(connection, rollups, workspace, plan, rollup);
    let (Some(persons), Some(found)) = (
        look(&persons, Rollup::Persons)?,
        look(&active, Rollup::People)?,
    ) else {
        return Ok(None);
    };
    let beginnings = beginnings(persons.pieces.get(&Rollup::Persons).into_iter().flatten());
    let mut on_day: BTreeMap<Day, _> = BTreeMap::new();
    for (key, people) in people_of(
        &active.query,
        &Constraint::default(),
        &[Rollup::People],
        &found.pieces,
    ) {
        let day = day_number(Instant::from_millis(key[0]).day(&rollups.zone));
        on_day.insert(day, people);
    }
    let names = names.read();
    let empty = WorkspaceNames::default();
    let of = names.of(workspace).unwrap_or(&empty);
    let sign_ups = sign_ups(of, &beginnings, &asked.cohorts, rollups);
    let mut sizes = vec![0u64; asked.cohorts.len()];
    for group in &sign_ups {
        sizes[group.cohort] += group.people.len() as u64;
    }
    let returned = returned(&sign_ups, asked.cohorts.len(), &on_day, asked.days);
    let origin = Origin {
        days: found.days,
        months: persons.months,
        ..super::answer::origin(&found)
    };
    Ok(Some((sizes.into_iter().zip(returned).collect(), origin)))
}

fn question(
    asked: &Asked,
    range: Range,
    metric: Metric,
    dimension: Dimension,
    rollups: &Rollups,
) -> Result<Plan, StoreError> {
    let zone = rollups.zone.clone();
    let query = Query::totals(asked.workspace.clone(), zone, range, &[metric]).by(&[dimension]);
    plan(query).map_err(|error| StoreError::Engine(Box::new(error)))
}

fn find(
    connection: &Connection,
    rollups: &Rollups,
    workspace: u16,
    plan: &Plan,
    rollup: Rollup,
) -> Result<Option<Found>, StoreError> {
    for _ in 0..MOST_SEARCHES {
        match search(connection, rollups, workspace, plan, &[rollup])? {
            Search::Raw => return Ok(None),
            Search::Again => {}
            Search::Found(found) => return Ok(Some(found)),
        }
    }
    Ok(None)
}

/// Puts everybody who signed up within a cohort into it, by the day of signing up.
///
/// Signing up is the event, else the making of the account, else when first seen: by the record or
/// by the first event, whichever is earlier.
fn sign_ups(
    names: &WorkspaceNames,
    beginnings: &[Beginning],
    cohorts: &[Range],
    rollups: &Rollups,
) -> Vec<SignUps> {
    let mut groups: FxHashMap<(usize, Day), Vec<u32>> = FxHashMap::default();
    let mut local_days = LocalDays::new(rollups.zone.clone());
    for (number, known) in names.people() {
        if known.is_bot == Some(true) {
            continue;
        }
        let begun = beginnings.get(number as usize).copied().unwrap_or_default();
        let millis = |at: Option<i64>| at.map(Instant::from_millis);
        let seen = earlier(millis(known.first_seen_ms), begun.seen);
        let Some(at) = begun.signed_up.or(millis(known.created_ms)).or(seen) else {
            continue;
        };
        // Cohorts ascend and do not overlap.
        let after = cohorts.partition_point(|cohort| cohort.from() <= at);
        let Some(cohort) = after
            .checked_sub(1)
            .filter(|cohort| cohorts[*cohort].contains(at))
        else {
            continue;
        };
        let day = local_days.day(at);
        groups.entry((cohort, day)).or_default().push(number);
    }
    let groups = groups.into_iter();
    groups
        .map(|((cohort, day), people)| SignUps {
            cohort,
            day,
            people,
        })
        .collect()
}
