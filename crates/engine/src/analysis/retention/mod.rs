//! Who came back after signing up, as algebra of sets.
//!
//! 1. A cohort is everybody who signed up within one of the given spans.
//! 2. Active on day N is at least one event on the Nth local day after the day of sign-up.
//! 3. Whoever comes back counts by the least weight among the events by which. In the cohort itself a
//!    person counts by the least weight of all activity from the day of sign-up on: only by that is the
//!    person known. Whom a record tells of is known in any case, and counts as one.
//! 4. The sum of weights comes from plain counts: of those who did something by events of at most each
//!    weight ([`weighted_sum`]). Without sampled events there is one weight, and one count.

use std::{borrow::Cow, cmp::Reverse, collections::BTreeMap};

use domain::{
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    ratio::Amount,
    time::{Day, Instant, LocalDays, Range},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{Analysis, Material, Needs, SetOf, SignUp};
use crate::rollup::{WeightedSet, weighted_sum};

/// How many of sign-up cohorts were active again.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Who counts.
    pub population: Population,
    /// In whose local days.
    pub zone: TimeZone,
    /// Spans of sign-up, ascending and not overlapping.
    pub cohorts: Vec<Range>,
    /// After how many days.
    pub days: Vec<u32>,
    /// The present: nothing later is looked at.
    pub as_of: Instant,
}

/// A sign-up cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// People in it.
    pub size: Amount,
    /// How many came back, for each asked day.
    pub returned: Vec<Returned>,
}

/// How many of a cohort came back by a day: on that day, on it or later, and at least once from day 1 to
/// it.
pub type Returned = [Amount; 3];

/// The same, each person counted as one.
type Counted = [u64; 3];

impl Analysis for Retention {
    type Outcome = Vec<Cohort>;

    fn needs(&self) -> Needs {
        let earliest = self.cohorts.iter().copied().map(Range::from).min();
        let horizon = earliest.map(|earliest| Range::new(earliest, self.as_of));
        let of_range = |range| SetOf {
            metric: Metric::ActivePeople,
            range,
            by_day: true,
        };
        Needs {
            from_events: false,
            named: Vec::new(),
            workspace: self.workspace.clone(),
            population: self.population,
            zone: self.zone.clone(),
            sign_ups: Some(self.as_of),
            sets: horizon.map(of_range).into_iter().collect(),
            only: None,
        }
    }

    fn run(&self, material: &Material) -> Vec<Cohort> {
        let nobody = BTreeMap::new();
        let active = material.sets.first().unwrap_or(&nobody);
        let weights = weights(active);
        let sign_ups = self.sign_ups(material, |_| true);
        let returned = self.by_weight(&sign_ups, active, &weights);
        let mut sizes = vec![0.0; self.cohorts.len()];
        for group in &sign_ups {
            sizes[group.cohort] += group.people.len() as f64;
        }
        if weights.len() > 1 {
            let unrecorded = self.sign_ups(material, |sign_up| !sign_up.is_recorded);
            add_others(&mut sizes, unrecorded, active);
        }
        let cohorts = sizes.into_iter().zip(returned);
        cohorts
            .map(|(size, returned)| Cohort {
                size: Amount::of(size),
                returned,
            })
            .collect()
    }
}

impl Retention {
    /// Puts those of everybody who signed up within a cohort into it, by the day of signing up.
    fn sign_ups(&self, material: &Material, counts: impl Fn(&SignUp) -> bool) -> Vec<SignUps> {
        let cohorts = &self.cohorts;
        let mut groups: FxHashMap<(usize, Day), Vec<u32>> = FxHashMap::default();
        let mut local_days = LocalDays::new(self.zone.clone());
        for sign_up in material.sign_ups.iter().filter(|one| counts(one)) {
            let SignUp { person, at, .. } = *sign_up;
            // Cohorts ascend and do not overlap.
            let after = cohorts.partition_point(|cohort| cohort.from() <= at);
            let cohort = after.checked_sub(1);
            if let Some(cohort) = cohort.filter(|cohort| cohorts[*cohort].contains(at)) {
                let day = local_days.day(at);
                groups.entry((cohort, day)).or_default().push(person);
            }
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

    /// Returns how many of each cohort came back, by their weights, of which these are all.
    fn by_weight(
        &self,
        sign_ups: &[SignUps],
        active: &BTreeMap<Day, WeightedSet>,
        weights: &[f64],
    ) -> Vec<Vec<Returned>> {
        let cohorts = self.cohorts.len();
        let counted = weights.iter().map(|weight| {
            let days = active.iter();
            let active = days.map(|(day, people)| (*day, people.up_to(*weight)));
            let counted = returned(sign_ups, cohorts, &active.collect(), &self.days);
            (*weight, counted)
        });
        let counted: Vec<(f64, Vec<Vec<Counted>>)> = counted.collect();
        let returned = |cohort: usize, day: usize| {
            [0, 1, 2].map(|mode| {
                let counts = counted.iter();
                let counts = counts.map(|(weight, counts)| (*weight, counts[cohort][day][mode]));
                Amount::of(weighted_sum(counts))
            })
        };
        let of_cohort = |cohort| {
            let days = 0..self.days.len();
            days.map(|day| returned(cohort, day)).collect()
        };
        (0..cohorts).map(of_cohort).collect()
    }
}

/// Returns all weights that people count by, ascending, the usual one first.
fn weights(active: &BTreeMap<Day, WeightedSet>) -> Vec<f64> {
    let mut weights = vec![1.0];
    weights.extend(active.values().flat_map(WeightedSet::weights));
    weights.sort_unstable_by(f64::total_cmp);
    weights.dedup();
    weights
}

/// Adds to the sizes of cohorts whom those of them stand for beside themselves, by what they did from
/// the day of sign-up on. Of whom only the chat itself tells stands for nobody else.
fn add_others(sizes: &mut [f64], mut sign_ups: Vec<SignUps>, active: &BTreeMap<Day, WeightedSet>) {
    sign_ups.sort_unstable_by_key(|group| Reverse(group.day));
    let mut days_back = active.iter().rev().peekable();
    let mut later = WeightedSet::default();
    for group in sign_ups {
        while let Some((_, active)) = days_back.next_if(|(day, _)| **day >= group.day) {
            later.absorb(active);
        }
        let people: RoaringBitmap = group.people.iter().copied().collect();
        let seen = later.everybody().intersection_len(&people);
        sizes[group.cohort] += later.total_among(&people) - seen as f64;
    }
}

/// People of a cohort who signed up on one day.
#[derive(Debug, Clone, PartialEq)]
struct SignUps {
    /// Which cohort they are of.
    cohort: usize,
    /// On which local day they signed up.
    day: Day,
    /// Who. On one day few sign up: a list of them is faster than a set.
    people: Vec<u32>,
}

impl SignUps {
    /// Returns how many of them are in a set.
    fn among(&self, people: &Members<'_>) -> u64 {
        let them = self.people.iter();
        them.filter(|person| people.has(**person)).count() as u64
    }
}

/// Most people of a set that is turned into bits, and the largest number of them.
const FEW: u64 = 5_000;
const LARGEST_OF_FEW: u32 = 1 << 17;

/// A set of people in which many are looked up.
#[derive(Debug)]
enum Members<'a> {
    /// A bit each: a small set is a sorted list, in which looking up takes ten steps.
    Few(Vec<u64>),
    Many(&'a RoaringBitmap),
}

impl<'a> Members<'a> {
    fn of(people: &'a RoaringBitmap) -> Self {
        let largest = people.max().unwrap_or(0);
        if people.len() > FEW || largest > LARGEST_OF_FEW {
            return Self::Many(people);
        }
        let mut bits = vec![0u64; largest as usize / 64 + 1];
        for person in people {
            bits[person as usize / 64] |= 1 << (person % 64);
        }
        Self::Few(bits)
    }

    fn has(&self, person: u32) -> bool {
        match self {
            Self::Few(bits) => {
                let word = bits.get(person as usize / 64).copied().unwrap_or(0);
                word >> (person % 64) & 1 == 1
            }
            Self::Many(people) => people.contains(person),
        }
    }
}

/// Who was active on which day, from the first day on.
struct ActiveDays<'a> {
    first: Day,
    days: Vec<Option<Members<'a>>>,
}

impl<'a> ActiveDays<'a> {
    fn of(active: &'a BTreeMap<Day, Cow<'a, RoaringBitmap>>) -> Self {
        let first = active.keys().next().copied().unwrap_or(0);
        let mut days = Vec::new();
        for (day, people) in active {
            let place = usize::try_from(day - first).unwrap_or(0);
            days.resize_with(place, || None);
            days.push(Some(Members::of(people)));
        }
        Self { first, days }
    }

    fn on(&self, day: Day) -> Option<&Members<'a>> {
        let place = usize::try_from(day.checked_sub(self.first)?).ok()?;
        self.days.get(place)?.as_ref()
    }

    /// Returns who was active on each of the days after one, up to another.
    fn between(&self, after: Day, last: Day) -> impl Iterator<Item = (Day, &Members<'a>)> {
        let end = i32::try_from(self.days.len()).unwrap_or(i32::MAX);
        let last = last.min(self.first.saturating_add(end));
        let days = after.saturating_add(1).max(self.first)..=last;
        days.filter_map(|day| Some((day, self.on(day)?)))
    }
}

/// Returns how many of each of `cohorts` cohorts came back after `days`, given who was active on
/// which day.
fn returned(
    sign_ups: &[SignUps],
    cohorts: usize,
    active: &BTreeMap<Day, Cow<'_, RoaringBitmap>>,
    days: &[u32],
) -> Vec<Vec<Counted>> {
    let mut all = vec![vec![Counted::default(); days.len()]; cohorts];
    let on_days = ActiveDays::of(active);
    let longest = days.iter().copied().max().unwrap_or(0);
    // The last days first: whoever was active on any of those passed was active later.
    let mut wanted = Vec::with_capacity(sign_ups.len() * days.len());
    for (index, group) in sign_ups.iter().enumerate() {
        let counts = &mut all[group.cohort];
        let day_after = |after: u32| group.day.saturating_add_unsigned(after);
        for (place, after) in days.iter().enumerate() {
            let day = day_after(*after);
            counts[place][0] += on_days.on(day).map_or(0, |active| group.among(active));
            wanted.push((Reverse(day), index, place));
        }
        // Most people are found on the first days that are looked at.
        let later = on_days.between(group.day, day_after(longest));
        each_found(group, later, |day, found| {
            for (place, after) in days.iter().enumerate() {
                if day <= day_after(*after) {
                    counts[place][2] += found;
                }
            }
        });
    }
    wanted.sort_unstable();
    let mut days_back = active.iter().rev().peekable();
    let mut later = RoaringBitmap::new();
    for (Reverse(day), index, place) in wanted {
        while let Some((_, active)) = days_back.next_if(|(active_on, _)| **active_on >= day) {
            later |= &**active;
        }
        let group = &sign_ups[index];
        all[group.cohort][place][1] += group.among(&Members::Many(&later));
    }
    all
}

/// Looks at one day after the other, and hands over how many of the group were active on it and on
/// none of those before.
fn each_found<'a, 'd: 'a>(
    group: &SignUps,
    days: impl Iterator<Item = (Day, &'a Members<'d>)>,
    mut take: impl FnMut(Day, u64),
) {
    let mut left = group.people.clone();
    for (day, active) in days {
        if left.is_empty() {
            return;
        }
        let before = left.len();
        left.retain(|person| !active.has(*person));
        take(day, (before - left.len()) as u64);
    }
}

#[cfg(test)]
mod tests;
