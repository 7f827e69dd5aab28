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
            all[place] = Beginning {
                seen: earlier(earlier(seen, at(person::SEEN)), at(person::FIRST)),
                signed_up: earlier(signed_up, at(person::SIGNED_UP)),
            };
        }
    }
    all
}

/// Returns the earlier of two instants, as far as they are known.
pub fn earlier(left: Option<Instant>, right: Option<Instant>) -> Option<Instant> {
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

/// Nobody has this day.
const NEVER: Day = Day::MIN;

/// What is known of a person who signed up.
#[derive(Debug, Clone, Copy)]
struct Member {
    cohort: usize,
    day: Day,
    /// The last day of activity.
    last: Day,
    /// Whether there was activity in the days that are looked at.
    returned: bool,
}

/// Returns how many of each of `cohorts` cohorts came back after `days`, given who was active on
/// which day.
///
/// Each day is looked at once, for those who signed up not too long before it; the last day of
/// activity is looked for from the end, where most people are found on the first days looked at.
pub fn returned(
    sign_ups: &[SignUps],
    cohorts: usize,
    active: &BTreeMap<Day, RoaringBitmap>,
    days: [u32; 3],
) -> Vec<Returned> {
    let mut members = members(sign_ups);
    find_last(sign_ups, active, &mut members);
    let mut all = vec![Returned::default(); cohorts];
    for member in members.iter().filter(|member| member.day != NEVER) {
        for (place, after) in days.into_iter().enumerate() {
            let came =
                member.last != NEVER && member.last >= member.day.saturating_add_unsigned(after);
            all[member.cohort][place][1] += u64::from(came);
        }
    }
    let longest = days.into_iter().max().unwrap_or(0);
    let mut by_day: BTreeMap<Day, RoaringBitmap> = BTreeMap::new();
    for group in sign_ups {
        *by_day.entry(group.day).or_default() |= &group.people;
    }
    // Who signed up in the days before the one that is looked at, not too long ago.
    let mut wanted = RoaringBitmap::new();
    let mut joined = Day::MIN;
    for (day, active) in active {
        for people in by_day.range(joined..*day).map(|(_, people)| people) {
            wanted |= people;
        }
        joined = *day;
        let left = by_day.range(..day.saturating_sub_unsigned(longest));
        let left: Vec<Day> = left.map(|(day, _)| *day).collect();
        for day in left {
            if let Some(people) = by_day.remove(&day) {
                wanted -= &people;
            }
        }
        for number in &wanted & active {
            let member = &mut members[number as usize];
            let after = day.abs_diff(member.day);
            let first = !std::mem::replace(&mut member.returned, true);
            let counts = &mut all[member.cohort];
            for (place, asked) in days.into_iter().enumerate() {
                counts[place][0] += u64::from(asked == after);
                counts[place][2] += u64::from(first && asked >= after);
            }
        }
    }
    all
}

fn members(sign_ups: &[SignUps]) -> Vec<Member> {
    let nobody = Member {
        cohort: 0,
        day: NEVER,
        last: NEVER,
        returned: false,
    };
    let most = sign_ups.iter().filter_map(|group| group.people.max()).max();
    let mut members = vec![nobody; most.map_or(0, |most| most as usize + 1)];
    for group in sign_ups {
        for number in &group.people {
            members[number as usize] = Member {
                cohort: group.cohort,
                day: group.day,
                ..nobody
            };
        }
    }
    members
}

/// Finds the last day on which each of the people was active.
fn find_last(sign_ups: &[SignUps], active: &BTreeMap<Day, RoaringBitmap>, members: &mut [Member]) {
    let mut wanted = RoaringBitmap::new();
    for group in sign_ups {
        wanted |= &group.people;
    }
    for (day, active) in active.iter().rev() {
        if wanted.is_empty() {
            break;
        }
        let found = &wanted & active;
        wanted -= &found;
        for number in found {
            members[number as usize].last = *day;
        }
    }
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
