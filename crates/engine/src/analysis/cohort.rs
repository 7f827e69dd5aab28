//! Who came back after signing up, as algebra of sets.

use std::collections::BTreeMap;

use domain::time::{Day, Instant};
use roaring::RoaringBitmap;

use crate::{
    evaluate::Piece,
    rollup::{Block, person},
};

/// When a person was first seen, and when the person signed up, by events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Beginning {
    /// The first event of any kind.
    pub seen: Option<Instant>,
    /// The first sign-up event.
    pub signed_up: Option<Instant>,
}

/// Returns the beginning of every person, by number, from blocks of persons.
pub(super) fn beginnings<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> Vec<Beginning> {
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
pub(super) fn earlier(left: Option<Instant>, right: Option<Instant>) -> Option<Instant> {
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

/// People of a cohort who signed up on one day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SignUps {
    /// Which cohort they are of.
    pub cohort: usize,
    /// On which local day they signed up.
    pub day: Day,
    /// Who. On one day few sign up: a list of them is faster than a set.
    pub people: Vec<u32>,
}

impl SignUps {
    /// Returns how many of them are in a set.
    fn among(&self, people: &RoaringBitmap) -> u64 {
        let them = self.people.iter();
        them.filter(|person| people.contains(**person)).count() as u64
    }
}

/// How many of a cohort came back: for each asked day on that day, on it or later, and at least
/// once from day 1 to it.
pub type Returned = [[u64; 3]; 3];

/// Returns how many of each of `cohorts` cohorts came back after `days`, given who was active on
/// which day.
pub(super) fn returned(
    sign_ups: &[SignUps],
    cohorts: usize,
    active: &BTreeMap<Day, RoaringBitmap>,
    days: [u32; 3],
) -> Vec<Returned> {
    let mut all = vec![Returned::default(); cohorts];
    for group in sign_ups {
        let counts = &mut all[group.cohort];
        for (place, after) in days.into_iter().enumerate() {
            let day = group.day.saturating_add_unsigned(after);
            counts[place][0] += active.get(&day).map_or(0, |active| group.among(active));
        }
        // Most people are found on the first days that are looked at, from either end.
        let longest = days.into_iter().max().unwrap_or(0);
        let until = group.day.saturating_add_unsigned(longest);
        let later = active
            .range(group.day..=until)
            .skip_while(|(day, _)| **day == group.day);
        each_found(group, later, |day, found| {
            let within = |after: u32| day <= group.day.saturating_add_unsigned(after);
            for (place, _) in days
                .into_iter()
                .enumerate()
                .filter(|(_, after)| within(*after))
            {
                counts[place][2] += found;
            }
        });
        let shortest = days.into_iter().min().unwrap_or(0);
        let since = group.day.saturating_add_unsigned(shortest);
        each_found(group, active.range(since..).rev(), |day, found| {
            let is_reached = |after: u32| day >= group.day.saturating_add_unsigned(after);
            for (place, _) in days
                .into_iter()
                .enumerate()
                .filter(|(_, after)| is_reached(*after))
            {
                counts[place][1] += found;
            }
        });
    }
    all
}

/// Looks at one day after the other, and hands over how many of the group were active on it and on
/// none of those before.
fn each_found<'a>(
    group: &SignUps,
    days: impl Iterator<Item = (&'a Day, &'a RoaringBitmap)>,
    mut take: impl FnMut(Day, u64),
) {
    let mut left = group.people.clone();
    for (day, active) in days {
        if left.is_empty() {
            return;
        }
        let before = left.len();
        left.retain(|person| !active.contains(*person));
        take(*day, (before - left.len()) as u64);
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
            days in prop::array::uniform3(0u32..20),
        ) {
            let mut active: BTreeMap<Day, RoaringBitmap> = BTreeMap::new();
            for (day, person) in &acts {
                active.entry(*day).or_default().insert(*person);
            }
            let mut groups: BTreeMap<(usize, Day), Vec<u32>> = BTreeMap::new();
            let mut expected = vec![Returned::default(); 3];
            for (person, (cohort, day)) in (0u32..).zip(&people) {
                groups.entry((*cohort, *day)).or_default().push(person);
                let came = |first: i32, last: i32| (first..=last).any(|day| acts.contains(&(day, person)));
                for (place, after) in days.into_iter().enumerate() {
                    let then = day + i32::try_from(after).unwrap();
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
            prop_assert_eq!(returned(&groups, 3, &active, days), expected);
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
        let found = returned(&sign_ups, 2, &active, [1, 7, 30]);
        // Day 1 is the 11th, day 7 the 17th, day 30 the 40th.
        assert_eq!(found[0], [[1, 3, 1], [2, 2, 3], [1, 1, 3]]);
        assert_eq!(found[1], [[1, 1, 1], [0, 0, 1], [0, 0, 1]]);
    }
}
