//! Whether a period differs from the one before by more than periods do.

use crate::{Reason, Unknown, tail::rarity};

/// A change from one period to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Sum of the period.
    pub value: f64,
    /// Sum of the period before.
    pub before: f64,
    /// The relative change.
    pub change: f64,
    /// The probability of a change as large, by those of the past year.
    pub p: f64,
    /// Whether it is worth saying: rare, large, and of enough counts.
    pub is_shown: bool,
}

/// The rarest share of changes, the smallest change, and the fewest counts that are worth saying.
const SHOWN: (f64, f64, f64) = (0.05, 0.1, 20.0);
/// How many past changes are compared with, and how many that takes.
const PAST: (usize, usize) = (52, 8);

/// Returns the change of the last whole period of a series of closed days against the one before it. Each past change is that
/// of a week earlier, whatever the period's length, so that weekdays agree.
pub fn trend(series: &[Option<f64>], length: usize) -> Result<Trend, Unknown> {
    const WEEK: usize = 7;
    let needed = 2 * length + PAST.1 * WEEK;
    if length == 0 || series.len() < needed {
        return Err(Unknown::history(needed.max(1), series.len(), "days"));
    }
    let sum = |end: usize| -> Option<f64> {
        let days = series.get(end.checked_sub(length)?..end)?;
        days.iter()
            .map(|day| day.filter(|day| day.is_finite() && *day >= 0.0))
            .sum()
    };
    let change =
        |end: usize| Some((sum(end)? + 1.0).ln() - (sum(end.checked_sub(length)?)? + 1.0).ln());
    let n = series.len();
    let (Some(value), Some(before)) = (sum(n), sum(n - length)) else {
        let have = series[n - 2 * length..].iter().flatten().count();
        return Err(Unknown {
            reason: Reason::Masked,
            needed: 2 * length,
            have,
            unit: "days",
        });
    };
    let past = (1..=PAST.0).map_while(|weeks| n.checked_sub(weeks * WEEK));
    let past: Vec<f64> = past.filter_map(change).map(f64::abs).collect();
    if past.len() < PAST.1 {
        return Err(Unknown::history(PAST.1, past.len(), "weeks"));
    }
    let log = (value + 1.0).ln() - (before + 1.0).ln();
    let p = rarity(&past, log.abs());
    let relative = if before > 0.0 {
        value / before - 1.0
    } else {
        f64::INFINITY
    };
    let is_shown = p <= SHOWN.0 && relative.abs() >= SHOWN.1 && value.min(before) >= SHOWN.2;
    Ok(Trend {
        value,
        before,
        change: relative,
        p,
        is_shown,
    })
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn noise(seed: u64, days: usize) -> Vec<Option<f64>> {
        let mut draws = ChaCha8Rng::seed_from_u64(seed);
        (0..days)
            .map(|_| Some((100.0 * (0.5 + draws.random::<f64>())).round()))
            .collect()
    }

    #[test]
    fn noise_is_said_at_most_twice_a_year() {
        let (seeds, weeks) = (200, 52);
        let mut shown = 0;
        for seed in 0..seeds {
            let series = noise(seed, 7 * (weeks + 60));
            let ends = (0..weeks).map(|back| series.len() - 7 * back);
            shown += ends
                .filter(|end| trend(&series[..*end], 7).unwrap().is_shown)
                .count();
        }
        // 2/53 of 52 weeks are 1.96, and two standard errors of 200 years 0.2.
        assert!(
            shown as f64 / seeds as f64 <= 2.16,
            "{shown} in {seeds} years"
        );
    }

    #[test]
    fn a_week_that_halves_is_said() {
        let mut series = noise(1, 400);
        for day in series[393..].iter_mut().flatten() {
            *day /= 2.0;
        }
        let found = trend(&series, 7).unwrap();
        assert!(found.is_shown && found.change < -0.3, "{found:?}");
    }

    #[test]
    fn what_has_no_trend_has_a_reason() {
        let mut gap = noise(2, 300);
        gap[295] = None;
        let reason = |series: &[Option<f64>], length| {
            trend(series, length).err().map(|unknown| unknown.reason)
        };
        assert_eq!(reason(&[], 7), Some(Reason::TooLittleHistory));
        assert_eq!(reason(&noise(3, 60), 7), Some(Reason::TooLittleHistory));
        assert_eq!(reason(&noise(3, 300), 0), Some(Reason::TooLittleHistory));
        assert_eq!(reason(&gap, 7), Some(Reason::Masked));
        assert!(!trend(&[Some(0.0); 300], 7).unwrap().is_shown);
        assert!(!trend(&[Some(50.0); 300], 28).unwrap().is_shown);
    }
}
