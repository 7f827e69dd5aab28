//! Gathering what analyses are made of, by rollups or by the events.

use std::collections::BTreeMap;

use domain::{
    dimension::Dimension,
    event::Kind,
    metric::{Aggregate, Key, Metric},
    query::Query,
    time::{Grain, Instant, LocalDays, Range, day_number},
};

use super::{Material, Needs, SignUp};
use crate::{
    Engine, Origin, StoreError,
    answer::{MOST_SEARCHES, origin},
    evaluate::{Constraint, Piece, people_of},
    pieces::{Found, Search, search},
    plan::{Plan, plan},
    rollup::{Block, Fact, Rollup, WeightedSet, person, route},
    storage::{FactScan, FactSource, Identities},
};

/// Gathers by rollups; `None` when the events have to be asked.
pub(crate) fn by_rollups(
    engine: &Engine,
    facts: &dyn FactSource,
    identities: &dyn Identities,
    workspace: u16,
    needs: &Needs,
) -> Result<Option<(Material, Origin)>, StoreError> {
    let look = |plan: &Plan, rollup: Rollup| find(facts, engine, workspace, plan, rollup);
    let mut material = Material::default();
    let mut whole = Origin::default();
    for set in &needs.sets {
        let by_day = Dimension::Time(Grain::Day);
        let sets = question(needs, set.range, set.metric, by_day, engine)?;
        let routed = route(&sets.query).unwrap_or_default();
        let Some(first) = routed.first() else {
            return Ok(None);
        };
        let Some(found) = look(&sets, first.rollup)? else {
            return Ok(None);
        };
        let everybody = Constraint::default();
        let people = people_of(&sets.query, &everybody, &routed, &found.pieces);
        let of_day = |(key, people): ([i64; 3], WeightedSet)| {
            let day = Instant::from_millis(key[0]).day(engine.zone());
            (day_number(day), people)
        };
        material.sets.push(people.into_iter().map(of_day).collect());
        let from = origin(&found);
        whole = if material.sets.len() > 1 {
            whole.and(from)
        } else {
            from
        };
    }
    if let Some(before) = needs.sign_ups {
        let (first, by_person) = (Metric::FirstActivity, Dimension::User);
        let persons = question(needs, Range::ALL, first, by_person, engine)?;
        let Some(found) = look(&persons, Rollup::Persons)? else {
            return Ok(None);
        };
        let pieces = found.pieces.get(&Rollup::Persons);
        let beginnings = beginnings(pieces.into_iter().flatten());
        material.sign_ups = sign_ups(identities, workspace, &beginnings, (needs, before))?;
        whole = Origin {
            months: found.months,
            ..if needs.sets.is_empty() {
                origin(&found)
            } else {
                whole
            }
        };
    }
    needs.narrow(&mut material, identities, workspace)?;
    Ok(Some((material, whole)))
}

/// Gathers by the events, which are run through once: memory holds the sets and nothing else.
pub(crate) fn by_events(
    facts: &dyn FactSource,
    identities: &dyn Identities,
    workspace: u16,
    needs: &Needs,
) -> Result<Material, StoreError> {
    let mut material = Material {
        sets: vec![BTreeMap::new(); needs.sets.len()],
        ..Material::default()
    };
    let mut beginnings = Vec::new();
    let mut days = LocalDays::new(needs.zone.clone());
    let scan = FactScan {
        workspace: Some(workspace),
        ..FactScan::default()
    };
    facts.each_fact(&scan, &mut |_, _, fact| {
        let Some(person) = fact.person else {
            return;
        };
        if needs.sign_ups.is_some() {
            Beginning::note(&mut beginnings, person, fact);
        }
        for (set, sets) in needs.sets.iter().zip(&mut material.sets) {
            let definition = set.metric.definition();
            if definition.aggregate == Aggregate::Distinct(Key::Person)
                && needs.population.holds(fact.is_bot)
                && set.range.contains(fact.timestamp)
                && definition.predicate.holds(fact)
            {
                let on_day: &mut WeightedSet = sets.entry(days.day(fact.timestamp)).or_default();
                on_day.insert(person, fact.weight);
            }
        }
    })?;
    if let Some(before) = needs.sign_ups {
        material.sign_ups = sign_ups(identities, workspace, &beginnings, (needs, before))?;
    }
    needs.narrow(&mut material, identities, workspace)?;
    Ok(material)
}

fn question(
    needs: &Needs,
    range: Range,
    metric: Metric,
    dimension: Dimension,
    engine: &Engine,
) -> Result<Plan, StoreError> {
    let zone = engine.zone().clone();
    let query = Query::totals(needs.workspace.clone(), zone, range, &[metric])
        .by(&[dimension])
        .of(needs.population);
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

/// Returns who of those that count signed up when, before an instant. What happened later says nothing:
/// whoever sends a sign-up event only then was first seen before.
fn sign_ups(
    identities: &dyn Identities,
    workspace: u16,
    beginnings: &[Beginning],
    (needs, before): (&Needs, Instant),
) -> Result<Vec<SignUp>, StoreError> {
    let mut sign_ups = Vec::with_capacity(beginnings.len());
    identities.each_person(workspace, &mut |number, known| {
        if needs.population.holds(known.is_bot) {
            let begun = beginnings.get(number as usize).copied().unwrap_or_default();
            let seen = earlier(known.first_seen_at, begun.seen);
            let signed_up = begun.signed_up.filter(|at| *at < before);
            let at = signed_up.or(known.created_at).or(seen);
            sign_ups.extend(at.filter(|at| *at < before).map(|at| SignUp {
                person: number,
                at,
                first_event: begun.seen,
                is_recorded: known.created_at.or(known.first_seen_at).is_some(),
            }));
        }
    })?;
    Ok(sign_ups)
}

/// When a person was first seen, and when the person signed up, by events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Beginning {
    /// The first event of any kind.
    seen: Option<Instant>,
    /// The first sign-up event.
    signed_up: Option<Instant>,
}

impl Beginning {
    /// Notes an event of a person.
    fn note(all: &mut Vec<Self>, person: u32, fact: &Fact<'_>) {
        let place = person as usize;
        if place >= all.len() {
            all.resize(place + 1, Self::default());
        }
        let begun = &mut all[place];
        begun.seen = earlier(begun.seen, Some(fact.timestamp));
        if fact.kind == Kind::SignedUp.code() {
            begun.signed_up = earlier(begun.signed_up, Some(fact.timestamp));
        }
    }
}

/// Returns the beginning of every person, by number, from blocks of persons.
fn beginnings<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> Vec<Beginning> {
    let mut all: Vec<Beginning> = Vec::new();
    for block in pieces.into_iter().flat_map(|piece| &piece.blocks) {
        let Block::Persons(rows) = block.as_ref() else {
            continue;
        };
        for (index, key) in rows.keys.iter().enumerate() {
            let place = key.number() as usize;
            if place >= all.len() {
                all.resize(place + 1, Beginning::default());
            }
            let at = |column: usize| instant(rows.columns[column].get(index));
            let Beginning { seen, signed_up } = all[place];
            all[place] = Beginning {
                seen: earlier(earlier(seen, at(person::SEEN)), at(person::FIRST)),
                signed_up: earlier(signed_up, at(person::SIGNED_UP)),
            };
        }
    }
    all
}

/// Returns the earlier of two instants, as far as they are known.
fn earlier(left: Option<Instant>, right: Option<Instant>) -> Option<Instant> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}

fn instant(millis: f64) -> Option<Instant> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds stay far below 2^53"
    )]
    (!millis.is_nan()).then(|| Instant::from_millis(millis as i64))
}
