//! Who came back after signing up, as algebra of sets.
//!
//! 1. A cohort is everybody who signed up within one of the given spans.
//! 2. Active on day N is at least one event on the Nth local day after the day of sign-up.

use std::{cmp::Reverse, collections::BTreeMap};

use domain::{
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    time::{Day, Instant, LocalDays, Range},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{Analysis, Material, Needs, SetOf};

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
    pub size: u64,
    /// How many came back, for each asked day.
    pub returned: Vec<Returned>,
}

/// How many of a cohort came back by a day: on that day, on it or later, and at least once from day 1 to
/// it.
pub type Returned = [u64; 3];

impl Analysis for Retention {
    type Outcome = Vec<Cohort>;

    fn needs(&self) -> Needs {
        let earliest = self.cohorts.iter().copied().map(Range::from).min();
        let horizon = earliest.map(|earliest| Range::new(earliest, self.as_of));
        let of_range = |range| SetOf {
            metric: Metric::ActivePeople,
            range,
        };
        Needs {
            workspace: self.workspace.clone(),
            population: self.population,
            zone: self.zone.clone(),
            sign_ups: Some(self.as_of),
            sets: horizon.map(of_range).into_iter().collect(),
            only: None,
        }
    }

    fn run(&self, material: &Material) -> Vec<Cohort> {
        let sign_ups = self.sign_ups(material);
        let mut sizes = vec![0u64; self.cohorts.len()];
        for group in &sign_ups {
            sizes[group.cohort] += group.people.len() as u64;
        }
        let nobody = BTreeMap::new();
        let active = material.sets.first().unwrap_or(&nobody);
        let returned = returned(&sign_ups, sizes.len(), active, &self.days);
        let cohorts = sizes.into_iter().zip(returned);
        cohorts
            .map(|(size, returned)| Cohort { size, returned })
            .collect()
    }
}

impl Retention {
    /// Puts everybody who signed up within a cohort into it, by the day of signing up.
    fn sign_ups(&self, material: &Material) -> Vec<SignUps> {
        let cohorts = &self.cohorts;
        let mut groups: FxHashMap<(usize, Day), Vec<u32>> = FxHashMap::default();
        let mut local_days = LocalDays::new(self.zone.clone());
        for (person, at) in &material.sign_ups {
            // Cohorts ascend and do not overlap.
            let after = cohorts.partition_point(|cohort| cohort.from() <= *at);
            let cohort = after.checked_sub(1);
            if let Some(cohort) = cohort.filter(|cohort| cohorts[*cohort].contains(*at)) {
                let day = local_days.day(*at);
                groups.entry((cohort, day)).or_default().push(*person);
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
    fn of(active: &'a BTreeMap<Day, RoaringBitmap>) -> Self {
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
    active: &BTreeMap<Day, RoaringBitmap>,
    days: &[u32],
) -> Vec<Vec<Returned>> {
    let mut all = vec![vec![Returned::default(); days.len()]; cohorts];
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
            later |= active;
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn everybody_is_counted_as_the_definition_says(
            people in prop::collection::vec((0usize..3, 0i32..40), 0..30),
            acts in prop::collection::btree_set((0i32..60, 0u32..30), 0..200),
            days in prop::collection::vec(0u32..20, 0..5),
        ) {
            let mut active: BTreeMap<Day, RoaringBitmap> = BTreeMap::new();
            for (day, person) in &acts {
                active.entry(*day).or_default().insert(*person);
            }
            let mut groups: BTreeMap<(usize, Day), Vec<u32>> = BTreeMap::new();
            let mut expected = vec![vec![Returned::default(); days.len()]; 3];
            for (person, (cohort, day)) in (0u32..).zip(&people) {
                groups.entry((*cohort, *day)).or_default().push(person);
                let came = |first: i32, last: i32| (first..=last).any(|day| acts.contains(&(day, person)));
                for (place, after) in days.iter().enumerate() {
                    let then = day + i32::try_from(*after).unwrap();
                    let counts = &mut expected[*cohort][place];
                    counts[0] += u64::from(came(then, then));
                    counts[1] += u64::from(came(then, 60));
                    counts[2] += u64::from(came(day + 1, then));
                }
            }
            let groups: Vec<SignUps> = groups
                .into_iter()
                .map(|((cohort, day), people)| SignUps { cohort, day, people })
                .collect();
            prop_assert_eq!(returned(&groups, 3, &active, &days), expected);
        }
    }

    #[test]
    fn worked_by_hand() {
        let set = |people: &[u32]| people.iter().copied().collect::<RoaringBitmap>();
        let sign_ups = [
            SignUps {
                cohort: 0,
                day: 10,
                people: vec![1, 2, 3, 4],
            },
            SignUps {
                cohort: 1,
                day: 12,
                people: vec![5],
            },
        ];
        let active = BTreeMap::from([
            (10, set(&[1, 2, 3, 4])),
            (11, set(&[1, 9])),
            (13, set(&[2, 5])),
            (17, set(&[2, 3])),
            (40, set(&[3])),
        ]);
        let found = returned(&sign_ups, 2, &active, &[1, 7, 30]);
        // Day 1 is the 11th, day 7 the 17th, day 30 the 40th.
        assert_eq!(found[0], [[1, 3, 1], [2, 2, 3], [1, 1, 3]]);
        assert_eq!(found[1], [[1, 1, 1], [0, 0, 1], [0, 0, 1]]);
    }
}
