//! Novelty of the distribution of recent values.

use std::collections::VecDeque;

use super::range::Range;

/// Values in a window, and bins of its histogram.
const WINDOW: usize = 52;
const BINS: usize = 5;
/// The 99 % quantile of chi-squared with four degrees of freedom.
const DIFFERENT: f64 = 13.276_704;
/// What a window counts that is like one that was seen once.
const SEEN_ONCE: f64 = 0.5;
/// Windows that are remembered.
const MOST: usize = 64;

/// Remembers windows that differ, and tells how far the present one is from all of them: twice the window times the relative
/// entropy of their histograms, which is chi-squared distributed when both are alike (Wang et al., IM 2011).
#[derive(Debug, Clone, Default)]
pub(super) struct Entropy {
    window: VecDeque<f64>,
    known: Vec<Known>,
}

/// A window that is remembered. Its values are kept since bins move when the range widens.
#[derive(Debug, Clone)]
struct Known {
    values: Vec<f64>,
    histogram: [f64; BINS],
    seen: usize,
}

impl Entropy {
    /// Returns how many times farther than alike ones may be the present window is from the nearest that is known.
    pub(super) fn next(&mut self, value: f64, range: &Range, has_widened: bool) -> f64 {
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(value);
        if has_widened {
            for known in &mut self.known {
                known.histogram = histogram(known.values.iter(), range);
            }
        }
        if self.window.len() < WINDOW {
            return 0.0;
        }
        let now = histogram(self.window.iter(), range);
        let distances = self
            .known
            .iter()
            .map(|known| distance(&now, &known.histogram));
        let nearest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        match nearest {
            Some((at, distance)) if distance < DIFFERENT => {
                self.known[at].seen += 1;
                if self.known[at].seen > 1 {
                    0.0
                } else {
                    SEEN_ONCE
                }
            }
            nearest => {
                self.remember(now);
                nearest.map_or(0.0, |(_, distance)| distance / DIFFERENT)
            }
        }
    }

    /// Remembers the present window, in place of the one that was seen least when there are too many.
    fn remember(&mut self, histogram: [f64; BINS]) {
        if self.known.len() == MOST {
            let rarest = (0..MOST).min_by_key(|at| self.known[*at].seen).unwrap_or(0);
            self.known.swap_remove(rarest);
        }
        let values = self.window.iter().copied().collect();
        self.known.push(Known {
            values,
            histogram,
            seen: 0,
        });
    }
}

fn histogram<'a>(values: impl Iterator<Item = &'a f64>, range: &Range) -> [f64; BINS] {
    let mut bins = [0.0; BINS];
    for value in values {
        let place = range.place(*value) * BINS as f64;
        bins[(place.max(0.0) as usize).min(BINS - 1)] += 1.0 / WINDOW as f64;
    }
    bins
}

/// Returns twice the window times the relative entropy; a bin that was empty counts as half a value.
fn distance(now: &[f64; BINS], known: &[f64; BINS]) -> f64 {
    let least = 0.5 / WINDOW as f64;
    let terms = now.iter().zip(known).filter(|(now, _)| **now > 0.0);
    let sum: f64 = terms
        .map(|(now, known)| now * (now / known.max(least)).ln())
        .sum();
    2.0 * WINDOW as f64 * sum
}
