//! Looks at planned times.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Returns for each look the `|z|` from which a difference is found, so that all looks together have the error `alpha`:
/// O'Brien–Fleming spending (Lan and DeMets 1983), bounds by recursive integration (Armitage, McPherson, Rowe 1969).
///
/// `information` is the share of the planned units at each look, growing to at most 1.
pub fn bounds(information: &[f64], alpha: f64) -> Vec<f64> {
    let normal = Normal::standard();
    // Each side spends half.
    let z = normal.inverse_cdf(1.0 - alpha / 4.0);
    let spent = |t: f64| 4.0 * normal.sf(z / t.clamp(1e-9, 1.0).sqrt());
    let mut walk = Walk::default();
    let (mut before, mut spent_before) = (0.0, 0.0);
    let mut found = Vec::with_capacity(information.len());
    for &t in information {
        let step = t - before;
        let now = spent(t);
        if step <= 0.0 {
            found.push(found.last().copied().unwrap_or(f64::INFINITY));
            continue;
        }
        let bound = walk.bound(step, t, (now - spent_before).max(1e-12));
        walk = walk.advanced(step, bound * t.sqrt());
        (before, spent_before) = (t, now);
        found.push(bound);
    }
    found
}

/// Half of the points of the grid.
const HALF: usize = 400;

/// Where a Brownian motion is that has crossed no bound: a density on an even grid; before the first look it is at 0.
#[derive(Debug, Clone, Default)]
struct Walk {
    edge: f64,
    density: Vec<f64>,
}

impl Walk {
    /// Returns the density at `x` after a step.
    fn after(&self, step: f64, x: f64) -> f64 {
        let normal = Normal::standard();
        let deviation = step.sqrt();
        let kernel = |from: f64| normal.pdf((x - from) / deviation) / deviation;
        if self.density.is_empty() {
            return kernel(0.0);
        }
        let width = self.edge / HALF as f64;
        self.points()
            .map(|(from, weight)| kernel(from) * weight)
            .sum::<f64>()
            * width
    }

    /// Returns the points of the grid and the density there, by the trapezoidal rule.
    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        let last = 2 * HALF;
        self.density.iter().enumerate().map(move |(at, density)| {
            let end = if at == 0 || at == last { 0.5 } else { 1.0 };
            (self.edge * (at as f64 / HALF as f64 - 1.0), density * end)
        })
    }

    /// Returns the probability to be beyond `edge` on either side after a step.
    fn beyond(&self, step: f64, edge: f64) -> f64 {
        let normal = Normal::standard();
        let deviation = step.sqrt();
        let both = |from: f64| {
            normal.sf((edge - from) / deviation) + normal.cdf((-edge - from) / deviation)
        };
        if self.density.is_empty() {
            return both(0.0);
        }
        let width = self.edge / HALF as f64;
        self.points()
            .map(|(from, weight)| both(from) * weight)
            .sum::<f64>()
            * width
    }

    /// Returns the `|z|` that spends `error` at the information `t`.
    fn bound(&self, step: f64, t: f64, error: f64) -> f64 {
        let (mut low, mut high) = (0.0, 12.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.beyond(step, middle * t.sqrt()) > error {
                low = middle;
            } else {
                high = middle;
            }
        }
        f64::midpoint(low, high)
    }

    fn advanced(&self, step: f64, edge: f64) -> Self {
        let at = |place: usize| edge * (place as f64 / HALF as f64 - 1.0);
        let density = (0..=2 * HALF)
            .map(|place| self.after(step, at(place)))
            .collect();
        Self { edge, density }
    }
}
