//! Who came back after signing up, as algebra of sets.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::{
    block::{Block, person},
    day::Day,
    evaluate::Piece,
};
use crate::time::Instant;

/// When a person was first seen, and when the person signed up, by events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beginning {
    /// The first event of any kind.
    pub seen: Option<Instant>,
    /// The first sign-up event.
    pub signed_up: Option<Instant>,
}

/// Returns the beginning of every person, by number, from blocks of persons.
pub fn beginnings<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> Vec<Beginning> {
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
            let earliest =
                |candidates: &[Option<Instant>]| candidates.iter().flatten().min().copied();
            all[place] = Beginning {
                seen: earliest(&[seen, at(person::SEEN), at(person::FIRST)]),
                signed_up: earliest(&[signed_up, at(person::SIGNED_UP)]),
            };
        }
    }
    all
}

fn instant(millis: f64) -> Option<Instant> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds stay far below 2^53"
    )]
    (!millis.is_nan()).then(|| Instant::from_millis(millis as i64))
}

/// People who signed up on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct SignUps {
    /// Which cohort they are of.
    pub cohort: usize,
    /// On which local day they signed up.
    pub day: Day,
    /// Who.
    pub people: RoaringBitmap,
}

/// How many of a cohort came back: for each asked day on that day, on it or later, and at least
/// once from day 1 to it.
pub type Returned = [[u64; 3]; 3];

/// Returns how many of each of `cohorts` cohorts came back after `days`, given who was active on
/// which day.
pub fn returned(
    sign_ups: &[SignUps],
    cohorts: usize,
    active: &BTreeMap<Day, RoaringBitmap>,
    days: [u32; 3],
) -> Vec<Returned> {
    let mut all = vec![Returned::default(); cohorts];
    let last = last_active(sign_ups, active);
    let longest = days.into_iter().max().unwrap_or(0);
    for group in sign_ups {
        let counts = &mut all[group.cohort];
        let mut within = RoaringBitmap::new();
        for after in 1..=longest {
            let day = group.day.saturating_add_unsigned(after);
            let on_day = active.get(&day).map(|active| active & &group.people);
            if let Some(on_day) = &on_day {
                within |= on_day;
            }
            for (place, _) in days.iter().enumerate().filter(|(_, day)| **day == after) {
                counts[place][0] += on_day.as_ref().map_or(0, RoaringBitmap::len);
                counts[place][2] += within.len();
            }
        }
        for (place, after) in days.into_iter().enumerate() {
            let earliest = group.day.saturating_add_unsigned(after);
            let came = |number: &u32| last.get(number).is_some_and(|last| *last >= earliest);
            counts[place][1] += group.people.iter().filter(came).count() as u64;
        }
    }
    all
}

/// Returns the last day on which each of the people was active. Most are found on the last days, so
/// few days are looked at for all.
fn last_active(sign_ups: &[SignUps], active: &BTreeMap<Day, RoaringBitmap>) -> BTreeMap<u32, Day> {
    let mut wanted = RoaringBitmap::new();
    for group in sign_ups {
        wanted |= &group.people;
    }
    let mut last = BTreeMap::new();
    for (day, active) in active.iter().rev() {
        if wanted.is_empty() {
            break;
        }
        let found = &wanted & active;
        wanted -= &found;
        last.extend(found.into_iter().map(|number| (number, *day)));
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let set = |people: &[u32]| people.iter().copied().collect::<RoaringBitmap>();
        let sign_ups = [
            SignUps {
                cohort: 0,
                day: 10,
                people: set(&[1, 2, 3, 4]),
            },
            SignUps {
                cohort: 1,
                day: 12,
                people: set(&[5]),
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
