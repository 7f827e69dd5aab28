//! What analyses are made of: sets of people by local day, and who signed up when.

use std::collections::BTreeMap;

use domain::{
    event::{Event, Kind},
    id::UserId,
    metric::Metric,
    record::PersonRecord,
    time::{Day, Instant, day_number},
};
use engine::{
    Cell,
    analysis::{Material, NamedSets, Needs, SetOf, SignUp, WHOLE},
    rollup::WeightedSet,
};

use super::{
    Fact,
    definition::{Definition, Takes},
    keys::cells,
    state::Workspace,
};

pub(super) fn gather(of: &Workspace, needs: &Needs) -> Material {
    let mut material = Material::default();
    for set in &needs.sets {
        material.sets.push(people_by_day(of, needs, *set));
    }
    for set in &needs.named {
        material.named.push(people_by_value(of, needs, *set));
    }
    if let Some(before) = needs.sign_ups {
        for id in of.counted() {
            if needs.population.holds(of.is_bot(id)) && is_of(of, needs, id) {
                let record = of.record(id);
                let at = signed_up(of, &record, before);
                material.sign_ups.extend(at.map(|at| {
                    SignUp {
                        person: of.people[id].number,
                        at,
                        first_event: events_of(of, id).map(|event| event.timestamp).min(),
                        is_recorded: [record.created_at, record.first_seen_at]
                            .iter()
                            .any(Option::is_some),
                    }
                }));
            }
        }
    }
    material
}

/// Returns whom a metric that counts people counts on each day.
fn people_by_day(of: &Workspace, needs: &Needs, set: SetOf) -> BTreeMap<Day, WeightedSet> {
    let definition = Definition::of(set.metric);
    let mut days: BTreeMap<Day, WeightedSet> = BTreeMap::new();
    if definition.takes != Takes::People {
        return days;
    }
    for fact in of.facts_in(set.range) {
        let is_counted = needs.population.holds(fact.is_bot) && definition.looks_at(fact.event);
        let is_meant = |id: &&UserId| is_counted && is_of(of, needs, id);
        if let Some(id) = fact.event.user.as_ref().filter(is_meant) {
            let on_day = days.entry(day_of(fact, needs, set.by_day)).or_default();
            on_day.insert(of.people[id].number, fact.event.weight);
        }
    }
    days
}

/// Returns who was active by events with each value of a property, on each day.
fn people_by_value(
    of: &Workspace,
    needs: &Needs,
    set: NamedSets,
) -> BTreeMap<Box<str>, BTreeMap<Day, WeightedSet>> {
    let mut values: BTreeMap<Box<str>, BTreeMap<Day, WeightedSet>> = BTreeMap::new();
    let active = Definition::of(Metric::ActivePeople);
    for fact in of.facts_in(set.range) {
        let is_counted = needs.population.holds(fact.is_bot) && active.looks_at(fact.event);
        let is_meant = |id: &&UserId| is_counted && is_of(of, needs, id);
        if let Some(id) = fact.event.user.as_ref().filter(is_meant) {
            for value in cells(fact, set.dimension, &needs.zone) {
                if let Cell::Text(value) = value {
                    let days = values.entry(value.into()).or_default();
                    let on_day = days.entry(day_of(fact, needs, set.by_day)).or_default();
                    on_day.insert(of.people[id].number, fact.event.weight);
                }
            }
        }
    }
    values
}

fn day_of(fact: Fact<'_>, needs: &Needs, by_day: bool) -> Day {
    if by_day {
        day_number(fact.event.timestamp.day(&needs.zone))
    } else {
        WHOLE
    }
}

/// Returns whether an analysis is about a person.
fn is_of(of: &Workspace, needs: &Needs, id: &UserId) -> bool {
    let only = needs.only.as_ref();
    only.is_none_or(|only| only.iter().any(|one| of.root_of(one).as_ref() == Some(id)))
}

fn events_of<'a>(of: &'a Workspace, id: &'a UserId) -> impl Iterator<Item = &'a Event> {
    let events = of.events.iter().map(|arrived| &arrived.event);
    events.filter(move |event| event.user.as_ref() == Some(id))
}

/// Returns when a person signed up: at the sign-up event, else when the account was made, else when first
/// seen; of what is before an instant.
fn signed_up(of: &Workspace, record: &PersonRecord, before: Instant) -> Option<Instant> {
    let events: Vec<&Event> = events_of(of, &record.id).collect();
    let sign_ups = events
        .iter()
        .filter(|event| event.event_type.is(Kind::SignedUp) && event.timestamp < before);
    let seen = events.iter().map(|event| event.timestamp);
    let at = sign_ups.map(|event| event.timestamp).min();
    let at = at
        .or(record.created_at)
        .or_else(|| seen.chain(record.first_seen_at).min());
    at.filter(|at| *at < before)
}
