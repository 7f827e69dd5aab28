//! How long it takes until something happens, when for some it has not yet.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

use crate::Unknown;

/// How long something was waited for, and whether it then came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waited {
    /// The time.
    pub time: f64,
    /// Whether it ended with what was waited for.
    pub came: bool,
}

/// The share that still waits after a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Survival {
    /// The time.
    pub time: f64,
    /// The share.
    pub share: f64,
    /// Its interval of 95 %.
    pub interval: (f64, f64),
}

/// Returns the share that still waits after each of some times (Kaplan and Meier 1958), with Greenwood's variance on the
/// scale of `ln(−ln S)`, which keeps intervals between 0 and 1. Those who wait still count for as long as they have: a mean
/// over the answered alone hides those who never were.
pub fn survival(waited: &[Waited], times: &[f64]) -> Result<Vec<Survival>, Unknown> {
    let mut sorted: Vec<Waited> = waited
        .iter()
        .copied()
        .filter(|one| one.time.is_finite())
        .collect();
    if sorted.is_empty() {
        return Err(Unknown::few(1, 0, "messages"));
    }
    sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
    let z = Normal::standard().inverse_cdf(0.975);
    let at = |time: f64| {
        let (mut share, mut sum, mut waiting) = (1.0, 0.0, sorted.len() as f64);
        for equal in sorted.chunk_by(|a, b| a.time == b.time) {
            if equal[0].time > time {
                break;
            }
            let came = equal.iter().filter(|one| one.came).count() as f64;
            share *= 1.0 - came / waiting;
            sum += if waiting > came {
                came / (waiting * (waiting - came))
            } else {
                0.0
            };
            waiting -= equal.len() as f64;
        }
        let is_open = share > 0.0 && share < 1.0;
        let reach = if is_open {
            (z * sum.sqrt() / share.ln().abs()).exp()
        } else {
            1.0
        };
        let interval = (share.powf(reach), share.powf(1.0 / reach));
        Survival {
            time,
            share,
            interval,
        }
    };
    Ok(times.iter().map(|time| at(*time)).collect())
}

/// Returns the p-value that two groups wait alike (log-rank: Mantel 1966); `None` when nothing came, or one is empty.
pub fn log_rank(one: &[Waited], other: &[Waited]) -> Option<f64> {
    let mut times: Vec<f64> = one
        .iter()
        .chain(other)
        .filter(|waited| waited.came)
        .map(|waited| waited.time)
        .collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut difference, mut variance) = (0.0, 0.0);
    for time in times {
        let waiting =
            |group: &[Waited]| group.iter().filter(|waited| waited.time >= time).count() as f64;
        let came = |group: &[Waited]| {
            group
                .iter()
                .filter(|waited| waited.came && waited.time == time)
                .count() as f64
        };
        let (here, all) = (waiting(one), waiting(one) + waiting(other));
        let events = came(one) + came(other);
        difference += came(one) - events * here / all;
        if all > 1.0 {
            variance += events * (here / all) * (1.0 - here / all) * (all - events) / (all - 1.0);
        }
    }
    (variance > 0.0).then(|| {
        ChiSquared::new(1.0)
            .ok()
            .map(|chi| chi.sf(difference * difference / variance))
    })?
}
