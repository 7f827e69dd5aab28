//! What people suddenly talk about. The unit is people, not messages: one who repeats himself makes no topic.

use crate::Unknown;

/// How many people used a phrase in a week and in the weeks before, of how many who were active.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    /// People who used it this week.
    pub people: u32,
    /// People by week of the weeks before, summed.
    pub before: u32,
}

/// How many weeks are compared with.
pub const WEEKS: usize = 8;
/// From which surprise on a phrase is a burst: with phrases shuffled over messages, one week in twenty has any.
pub const BURST: f64 = 19.5;
/// Fewer people make no burst, and fewer are not shown.
pub const PEOPLE: (u32, u32) = (3, 5);

/// Returns by how much more people use a phrase than before: the signed log-likelihood ratio (Dunning 1993), negative when
/// fewer do. `active` is how many people were active this week, and by week before, summed.
pub fn surprise(used: Use, active: (u32, u32)) -> Result<f64, Unknown> {
    let (now, before) = (f64::from(active.0), f64::from(active.1));
    if active.0 == 0 || active.1 == 0 {
        return Err(Unknown::few(1, 0, "people"));
    }
    let (a, b) = (f64::from(used.people), f64::from(used.before));
    let expected = (
        now * (a + b) / (now + before),
        before * (a + b) / (now + before),
    );
    let term = |seen: f64, expected: f64| {
        if seen > 0.0 {
            seen * (seen / expected).ln()
        } else {
            0.0
        }
    };
    let g2 = 2.0 * (term(a, expected.0) + term(b, expected.1));
    Ok(g2.max(0.0).copysign(a - expected.0))
}

/// Returns whether a phrase bursts.
pub fn is_burst(used: Use, active: (u32, u32)) -> bool {
    used.people >= PEOPLE.0 && surprise(used, active).is_ok_and(|g2| g2 >= BURST)
}

/// Returns the days of a burst by Kleinberg's automaton with two states (KDD 2002, s = 2, γ = 1): for each day whether it
/// belongs to one, from how many of the active people used a phrase.
pub fn days(used: &[(u32, u32)]) -> Vec<bool> {
    const SCALE: f64 = 2.0;
    let (hits, all) = used.iter().fold((0.0, 0.0), |sum, day| {
        (sum.0 + f64::from(day.0), sum.1 + f64::from(day.1))
    });
    if hits == 0.0 || all == 0.0 {
        return vec![false; used.len()];
    }
    let usual = (hits / all).min(0.499);
    let rates = [usual, (SCALE * usual).min(0.999)];
    let enter = (used.len() as f64).ln();
    let cost = |state: usize, day: (u32, u32)| {
        let (hits, all) = (f64::from(day.0.min(day.1)), f64::from(day.1));
        -(hits * rates[state].ln() + (all - hits) * (1.0 - rates[state]).ln())
    };
    let mut costs = [0.0, f64::INFINITY];
    let mut from: Vec<[usize; 2]> = Vec::with_capacity(used.len());
    for day in used {
        let to_usual = usize::from(costs[1] < costs[0]);
        let to_burst = usize::from(costs[1] < costs[0] + enter);
        let entered = costs[to_burst] + if to_burst == 0 { enter } else { 0.0 };
        from.push([to_usual, to_burst]);
        costs = [costs[to_usual] + cost(0, *day), entered + cost(1, *day)];
    }
    let mut state = usize::from(costs[1] < costs[0]);
    let mut found: Vec<bool> = from
        .iter()
        .rev()
        .map(|before| {
            let is_burst = state == 1;
            state = before[state];
            is_burst
        })
        .collect();
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_people_of_none_before_are_a_burst_and_as_many_as_ever_are_not() {
        let active = (150, 1_200);
        assert!(is_burst(
            Use {
                people: 6,
                before: 0
            },
            active
        ));
        assert!(!is_burst(
            Use {
                people: 2,
                before: 0
            },
            active
        ));
        assert!(!is_burst(
            Use {
                people: 20,
                before: 160
            },
            active
        ));
        assert!(
            surprise(
                Use {
                    people: 1,
                    before: 160
                },
                active
            )
            .unwrap()
                < -10.0
        );
        assert!(
            surprise(
                Use {
                    people: 1,
                    before: 1
                },
                (0, 9)
            )
            .is_err()
        );
    }

    #[test]
    fn surprise_is_that_by_hand() {
        // 6 of 150 against 0 of 1,200: 2·6·ln(6/(150·6/1350)) = 12·ln 9.
        let found = surprise(
            Use {
                people: 6,
                before: 0,
            },
            (150, 1_200),
        )
        .unwrap();
        assert!((found - 12.0 * 9.0_f64.ln()).abs() < 1e-9);
    }

    #[test]
    fn a_burst_begins_and_ends() {
        let mut used = vec![(1, 60); 40];
        used[20..25].fill((14, 60));
        let found = days(&used);
        let expected: Vec<bool> = (0..40).map(|day| (20..25).contains(&day)).collect();
        assert_eq!(found, expected);
        assert_eq!(days(&[(0, 5); 3]), [false; 3]);
        assert!(days(&[]).is_empty());
        assert_eq!(days(&[(0, 0); 3]), [false; 3]);
    }
}
