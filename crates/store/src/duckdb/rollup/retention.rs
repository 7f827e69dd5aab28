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

use ::duckdb::{
    Connection,
    arrow::{
        array::{Array as _, AsArray as _, BooleanArray, PrimitiveArray, StructArray},
        datatypes::{Int64Type, UInt8Type, UInt16Type, UInt32Type},
    },
};
use domain::{
    dimension::Dimension,
    event::Kind,
    id::WorkspaceId,
    metric::{Metric, Selection},
    plan::{Plan, plan},
    query::{Population, Query},
    rollup::{
        Beginning, Constraint, Day, Returned, Rollup, SignUps, beginnings, day_number, earlier,
        people_of, returned,
    },
    time::{Grain, Instant, Range},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{
    LocalDays, Rollups,
    pieces::{Found, Search, search},
};
use crate::{
    Origin, StoreError,
    duckdb::{names::Names, reader::each_chunk, records::Person},
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
    pub(in crate::duckdb) population: Population,
    pub(in crate::duckdb) zone: TimeZone,
}

/// When everybody began, by number, and who was active on which day.
struct Told {
    beginnings: Vec<Beginning>,
    active: BTreeMap<Day, RoaringBitmap>,
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
    let mut on_day: BTreeMap<Day, RoaringBitmap> = BTreeMap::new();
    for (key, people) in people_of(
        &active.query,
        &Constraint::default(),
        &[Rollup::People],
        &found.pieces,
    ) {
        let day = day_number(Instant::from_millis(key[0]).day(&rollups.zone));
        on_day.insert(day, people);
    }
    let told = Told {
        beginnings,
        active: on_day,
    };
    let cohorts = cohorts_of(names, workspace, asked, &told)?;
    let origin = Origin {
        days: found.days,
        months: persons.months,
        ..super::answer::origin(&found)
    };
    Ok(Some((cohorts, origin)))
}

/// Returns the size of each cohort and how many came back, by the events.
pub(in crate::duckdb) fn retention_of_events(
    connection: &Connection,
    names: &Names,
    workspace: u16,
    asked: &Asked,
) -> Result<Cohorts, StoreError> {
    let mut told = Told {
        beginnings: Vec::new(),
        active: BTreeMap::new(),
    };
    let mut days = LocalDays::new(asked.zone.clone());
    let text = "--sql\nSELECT timestamp_ms, type_code, message_type, person_ref, is_bot FROM event \
                WHERE workspace_ref = ? AND person_ref IS NOT NULL";
    each_chunk(connection, text, [workspace], |chunk| {
        let columns = Columns::of(chunk)
            .ok_or_else(|| StoreError::Engine("the events have other columns".into()))?;
        for row in 0..chunk.len() {
            columns.tell(row, asked, &mut days, &mut told);
        }
        Ok(())
    })?;
    cohorts_of(names, workspace, asked, &told)
}

/// What is read of each event.
struct Columns<'a> {
    timestamp: &'a PrimitiveArray<Int64Type>,
    kind: &'a PrimitiveArray<UInt16Type>,
    message_type: &'a PrimitiveArray<UInt8Type>,
    person: &'a PrimitiveArray<UInt32Type>,
    is_bot: &'a BooleanArray,
}

impl<'a> Columns<'a> {
    fn of(chunk: &'a StructArray) -> Option<Self> {
        let column = |index: usize| chunk.columns().get(index);
        Some(Self {
            timestamp: column(0)?.as_primitive_opt()?,
            kind: column(1)?.as_primitive_opt()?,
            message_type: column(2)?.as_primitive_opt()?,
            person: column(3)?.as_primitive_opt()?,
            is_bot: column(4)?.as_boolean_opt()?,
        })
    }

    fn tell(&self, row: usize, asked: &Asked, days: &mut LocalDays, told: &mut Told) {
        let at = Instant::from_millis(self.timestamp.value(row));
        let (kind, number) = (self.kind.value(row), self.person.value(row));
        let message_type = self
            .message_type
            .is_valid(row)
            .then(|| self.message_type.value(row));
        let place = number as usize;
        if place >= told.beginnings.len() {
            told.beginnings.resize(place + 1, Beginning::default());
        }
        let begun = &mut told.beginnings[place];
        begun.seen = earlier(begun.seen, Some(at));
        if kind == Kind::SignedUp.code() {
            begun.signed_up = earlier(begun.signed_up, Some(at));
        }
        let counts = asked.population == Population::Everyone || !self.is_bot.value(row);
        if counts && asked.horizon.contains(at) && Selection::Activity.admits(kind, message_type) {
            told.active.entry(days.day(at)).or_default().insert(number);
        }
    }
}

fn cohorts_of(
    names: &Names,
    workspace: u16,
    asked: &Asked,
    told: &Told,
) -> Result<Cohorts, StoreError> {
    let sign_ups = sign_ups((names, workspace), &told.beginnings, asked)?;
    let mut sizes = vec![0u64; asked.cohorts.len()];
    for group in &sign_ups {
        sizes[group.cohort] += group.people.len() as u64;
    }
    let returned = returned(&sign_ups, asked.cohorts.len(), &told.active, asked.days);
    Ok(sizes.into_iter().zip(returned).collect())
}

fn question(
    asked: &Asked,
    range: Range,
    metric: Metric,
    dimension: Dimension,
    rollups: &Rollups,
) -> Result<Plan, StoreError> {
    let zone = rollups.zone.clone();
    let query = Query::totals(asked.workspace.clone(), zone, range, &[metric])
        .by(&[dimension])
        .of(asked.population);
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
fn sign_ups(
    (names, workspace): (&Names, u16),
    beginnings: &[Beginning],
    asked: &Asked,
) -> Result<Vec<SignUps>, StoreError> {
    let cohorts = &asked.cohorts;
    let mut groups: FxHashMap<(usize, Day), Vec<u32>> = FxHashMap::default();
    let mut local_days = LocalDays::new(asked.zone.clone());
    names.each::<Person>(workspace, |number, _, known| {
        let is_bot = known.is_some_and(|known| known.is_bot == Some(true));
        if !asked.population.holds(is_bot) {
            return;
        }
        let begun = beginnings.get(number as usize).copied().unwrap_or_default();
        let millis = |at: Option<i64>| at.map(Instant::from_millis);
        let seen = earlier(
            millis(known.and_then(|known| known.first_seen_ms)),
            begun.seen,
        );
        let Some(at) = begun
            .signed_up
            .or(millis(known.and_then(|known| known.created_ms)))
            .or(seen)
        else {
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
