//! How each place of the season deviates from the level.

use std::collections::VecDeque;

use crate::robust::median;

/// How many deviations of a place are remembered.
const REMEMBERED: usize = 12;
/// How many deviations weigh as much as the inner season.
const SHRINK: f64 = 4.0;

/// Deviations of each place of a season, and of the season within it.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    past: Vec<VecDeque<f64>>,
    medians: Vec<f64>,
    centre: f64,
    inner: usize,
}

impl Profile {
    pub(super) fn new(season: usize, inner: usize) -> Self {
        let season = season.max(1);
        Self {
            past: vec![VecDeque::new(); season],
            medians: vec![0.0; season],
            centre: 0.0,
            inner: inner.clamp(1, season),
        }
    }

    /// Returns the usual deviation of a place.
    pub(super) fn at(&self, place: usize) -> f64 {
        let season = self.past.len();
        if season == 1 {
            return 0.0;
        }
        let own = self.medians[place % season] - self.centre;
        if self.inner == 1 {
            return own;
        }
        let count = self.past[place % season].len() as f64;
        let same = (place % self.inner..season).step_by(self.inner);
        let (sum, seen) = same
            .filter(|at| !self.past[*at].is_empty())
            .fold((0.0, 0), |(sum, seen), at| {
                (sum + self.medians[at], seen + 1)
            });
        let shared = if seen == 0 {
            0.0
        } else {
            sum / f64::from(seen) - self.centre
        };
        let weight = count / (count + SHRINK);
        weight * own + (1.0 - weight) * shared
    }

    /// Remembers a deviation.
    pub(super) fn learn(&mut self, place: usize, deviation: f64) {
        let season = self.past.len();
        if season == 1 {
            return;
        }
        let past = &mut self.past[place % season];
        if past.len() == REMEMBERED {
            past.pop_front();
        }
        past.push_back(deviation);
        let mut values: Vec<f64> = past.iter().copied().collect();
        self.medians[place % season] = median(&mut values).unwrap_or(0.0);
        let seen = self
            .past
            .iter()
            .zip(&self.medians)
            .filter(|(past, _)| !past.is_empty());
        let (sum, count) = seen.fold((0.0, 0), |(sum, count), (_, one)| (sum + one, count + 1));
        self.centre = sum / f64::from(count.max(1));
    }
}
