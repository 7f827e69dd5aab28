//! What kinds of members there are, by on how many days of the last 28 they were active.
//!
//! Rules, not clusters: a cluster changes with each run and has to be explained.

use serde::Serialize;

use crate::Unknown;

/// Days of the window.
pub const DAYS: usize = 28;

/// A kind of member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Active on one day.
    Once,
    /// On two or three.
    Occasional,
    /// On four to seven.
    Weekly,
    /// On eight to fifteen.
    Regular,
    /// On sixteen or more.
    Core,
}

impl Kind {
    /// All kinds, the least active first.
    pub const ALL: [Self; 5] = [
        Self::Once,
        Self::Occasional,
        Self::Weekly,
        Self::Regular,
        Self::Core,
    ];

    /// Returns the kind of a member by days active; `None` of somebody who was not.
    pub const fn of(days: usize) -> Option<Self> {
        Some(match days {
            0 => return None,
            1 => Self::Once,
            2..=3 => Self::Occasional,
            4..=7 => Self::Weekly,
            8..=15 => Self::Regular,
            _ => Self::Core,
        })
    }
}

/// How many people were active on how many days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerCurve {
    /// People active on 1 to 28 days.
    pub people: [usize; DAYS],
}

impl PowerCurve {
    /// Counts people by days active; days beyond 28 count as 28.
    pub fn of(days: impl IntoIterator<Item = usize>) -> Result<Self, Unknown> {
        let mut people = [0; DAYS];
        for days in days.into_iter().filter(|days| *days > 0) {
            people[days.min(DAYS) - 1] += 1;
        }
        match people.iter().sum::<usize>() {
            0 => Err(Unknown::few(1, 0, "people")),
            _ => Ok(Self { people }),
        }
    }

    /// Returns how many people are of each kind; all of them together are everybody.
    pub fn kinds(&self) -> [(Kind, usize); 5] {
        Kind::ALL.map(|kind| {
            let of_kind = self
                .people
                .iter()
                .enumerate()
                .filter(|(at, _)| Kind::of(at + 1) == Some(kind));
            (kind, of_kind.map(|(_, people)| people).sum())
        })
    }

    /// Returns people active on 16 days or more by those active on one: above 1 the curve smiles (Chen, a16z 2018); `None`
    /// when nobody was active on one day only.
    pub fn smile(&self) -> Option<f64> {
        let core: usize = self.people[15..].iter().sum();
        (self.people[0] > 0).then(|| core as f64 / self.people[0] as f64)
    }
}

/// Returns how many people of each kind (rows; the last is "not active") are of each kind in the next window (columns alike).
pub fn transitions(people: impl IntoIterator<Item = (usize, usize)>) -> [[usize; 6]; 6] {
    let mut table = [[0; 6]; 6];
    let place = |days| Kind::of(days).map_or(5, |kind| kind as usize);
    for (before, after) in people {
        table[place(before)][place(after)] += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nobody_has_no_curve() {
        assert!(PowerCurve::of([0, 0]).is_err());
        assert_eq!(PowerCurve::of([5]).unwrap().smile(), None);
        assert_eq!(PowerCurve::of([1, 1, 16, 40]).unwrap().smile(), Some(1.0));
        let table = transitions([(0, 1), (1, 0), (20, 28)]);
        assert_eq!((table[5][0], table[0][5], table[4][4]), (1, 1, 1));
    }

    proptest! {
        #[test]
        fn kinds_are_a_partition(days in prop::collection::vec(0_usize..40, 0..200)) {
            let active = days.iter().filter(|days| **days > 0).count();
            if let Ok(curve) = PowerCurve::of(days.iter().copied()) {
                let sum: usize = curve.kinds().iter().map(|(_, people)| people).sum();
                prop_assert_eq!(sum, active);
            } else {
                prop_assert_eq!(active, 0);
            }
        }
    }
}
