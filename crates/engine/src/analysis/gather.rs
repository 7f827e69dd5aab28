//! Gathering what analyses are made of, by rollups or by the events.

use std::collections::BTreeMap;

use domain::{
    dimension::Dimension,
    event::Kind,
    metric::{Aggregate, Key, Metric},
    query::Query,
    time::{Day, Grain, Instant, LocalDays, Range, day_number},
};

use super::{DaySets, Material, Needs, SignUp, WHOLE};
use crate::{
    Engine, Origin, StoreError,
    answer::origin,
    evaluate::{Constraint, NONE, Piece, people_of},
    pieces::find,
    plan::{Plan, plan},
    rollup::{Block, Fact, Rollup, TermKind, person, route},
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
    let mut origins = Vec::new();
    let mut sets = |dimensions: &[Dimension], range, metric| {
        let sets = question(needs, range, metric, dimensions, engine)?;
        let routed = route(&sets.query).unwrap_or_default();
        let Some(first) = routed.first() else {
            return Ok(None);
        };
        let Some(found) = look(&sets, first.rollup)? else {
            return Ok(None);
        };
        origins.push(origin(&found));
        let everybody = Constraint::default();
        Ok::<_, StoreError>(Some(people_of(
            &sets.query,
            &everybody,
            &routed,
            &found.pieces,
        )))
    };
    let day = |start: i64| match start {
        NONE => WHOLE,
        millis => day_number(Instant::from_millis(millis).day(engine.zone())),
    };
    for set in &needs.sets {
        let dimensions = split(None, set.by_day);
        let Some(found) = sets(&dimensions, set.range, set.metric)? else {
            return Ok(None);
        };
        let people = found.people.into_iter();
        let of_day = people.map(|(key, people)| (day(key[0]), people));
        material.sets.push(of_day.collect());
    }
    for set in &needs.named {
        let dimensions = split(Some(set.dimension), set.by_day);
        let Some(found) = sets(&dimensions, set.range, Metric::ActivePeople)? else {
            return Ok(None);
        };
        let mut named: BTreeMap<Box<str>, DaySets> = BTreeMap::new();
        for (key, people) in found.people {
            let value = usize::try_from(key[0])
                .ok()
                .and_then(|place| found.terms.get(place));
            if let Some(value) = value.filter(|_| !people.is_empty()) {
                let days = named.entry(value.clone()).or_default();
                days.insert(day(key[1]), people);
            }
        }
        material.named.push(named);
    }
    let has_sets = !origins.is_empty();
    if let Some(all) = origins.into_iter().reduce(Origin::and) {
        whole = all;
    }
    if let Some(before) = needs.sign_ups {
        let (first, by_person) = (Metric::FirstActivity, [Dimension::User]);
        let persons = question(needs, Range::ALL, first, &by_person, engine)?;
        let Some(found) = look(&persons, Rollup::Persons)? else {
            return Ok(None);
        };
        let pieces = found.pieces.get(&Rollup::Persons);
        let beginnings = beginnings(pieces.into_iter().flatten());
        material.sign_ups = sign_ups(identities, workspace, &beginnings, (needs, before))?;
        whole = Origin {
            months: found.months,
            ..if has_sets { whole } else { origin(&found) }
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
        named: vec![BTreeMap::new(); needs.named.len()],
        ..Material::default()
    };
    let mut beginnings = Vec::new();
    let mut days = LocalDays::new(needs.zone.clone());
    let scan = FactScan {
        workspace: Some(workspace),
        with_details: !needs.named.is_empty(),
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
                let day = day_of(&mut days, set.by_day, fact);
                sets.entry(day).or_default().insert(person, fact.weight);
            }
        }
        for (set, named) in needs.named.iter().zip(&mut material.named) {
            let counts = needs.population.holds(fact.is_bot)
                && set.range.contains(fact.timestamp)
                && Metric::ActivePeople.definition().predicate.holds(fact);
            let values = fact
                .terms
                .iter()
                .filter(|(kind, _)| counts && TermKind::of_property(set.dimension) == Some(*kind));
            for (_, value) in values {
                let day = day_of(&mut days, set.by_day, fact);
                let sets = named.entry(Box::from(*value)).or_default();
                sets.entry(day).or_default().insert(person, fact.weight);
            }
        }
    })?;
    if let Some(before) = needs.sign_ups {
        material.sign_ups = sign_ups(identities, workspace, &beginnings, (needs, before))?;
    }
    needs.narrow(&mut material, identities, workspace)?;
    Ok(material)
}

/// Returns what sets are split by.
fn split(dimension: Option<Dimension>, by_day: bool) -> Vec<Dimension> {
    let day = by_day.then_some(Dimension::Time(Grain::Day));
    dimension.into_iter().chain(day).collect()
}

/// Returns the local day under which an event counts.
fn day_of(days: &mut LocalDays, by_day: bool, fact: &Fact<'_>) -> Day {
    if by_day {
        days.day(fact.timestamp)
    } else {
        WHOLE
    }
}

fn question(
    needs: &Needs,
    range: Range,
    metric: Metric,
    dimensions: &[Dimension],
    engine: &Engine,
) -> Result<Plan, StoreError> {
    let zone = engine.zone().clone();
    let query = Query::totals(needs.workspace.clone(), zone, range, &[metric])
        .by(dimensions)
        .of(needs.population);
    plan(query).map_err(|error| StoreError::Engine(Box::new(error)))
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
