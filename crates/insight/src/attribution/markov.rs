//! The Markov chain of touchpoints.

use super::{Path, recent};

/// How often one state follows another: the start, the labels, and the two ends.
struct Chain {
    labels: usize,
    /// Of each state but the ends: to each label, to a conversion, to none.
    counts: Vec<Vec<f64>>,
}

/// Returns the credit of each label by what its removal loses, scaled to the conversions that have a touchpoint.
pub(super) fn credits(paths: &[Path], labels: usize) -> Vec<f64> {
    let mut chain = Chain {
        labels,
        counts: vec![vec![0.0; labels + 2]; labels + 1],
    };
    let mut conversions = 0.0;
    for path in paths.iter().filter(|path| !path.touches.is_empty()) {
        let mut state = 0;
        for touch in recent(path) {
            chain.counts[state][touch.label] += 1.0;
            state = touch.label + 1;
        }
        chain.counts[state][labels + usize::from(!path.converted)] += 1.0;
        conversions += f64::from(u8::from(path.converted));
    }
    let whole = chain.converts(None);
    let effects = (0..labels).map(|label| {
        let is_used = chain.counts[label + 1].iter().any(|count| *count > 0.0);
        if is_used && whole > 0.0 {
            1.0 - chain.converts(Some(label)) / whole
        } else {
            0.0
        }
    });
    let effects: Vec<f64> = effects.map(|effect| effect.max(0.0)).collect();
    let sum: f64 = effects.iter().sum();
    effects
        .iter()
        .map(|effect| {
            if sum > 0.0 {
                effect / sum * conversions
            } else {
                0.0
            }
        })
        .collect()
}

impl Chain {
    /// Returns the probability that a path from the start converts, when one label leads nowhere.
    fn converts(&self, removed: Option<usize>) -> f64 {
        let n = self.labels + 1;
        // p = r + Q·p, by Gaussian elimination with the row's largest element.
        let mut rows: Vec<Vec<f64>> = (0..n).map(|state| self.equation(state, removed)).collect();
        for column in 0..n {
            let Some(pivot) = (column..n)
                .max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))
            else {
                return 0.0;
            };
            if rows[pivot][column].abs() < 1e-12 {
                continue;
            }
            rows.swap(column, pivot);
            let own = rows[column].clone();
            for (at, row) in rows.iter_mut().enumerate() {
                let factor = row[column] / own[column];
                if at == column || factor == 0.0 {
                    continue;
                }
                for (value, other) in row[column..].iter_mut().zip(&own[column..]) {
                    *value -= factor * other;
                }
            }
        }
        rows[0][n] / rows[0][0]
    }

    /// Returns the row of `(I − Q)·p = r` of a state.
    fn equation(&self, state: usize, removed: Option<usize>) -> Vec<f64> {
        let n = self.labels + 1;
        let mut row = vec![0.0; n + 1];
        row[state] = 1.0;
        let counts = &self.counts[state];
        let sum: f64 = counts.iter().sum();
        let is_removed = state > 0 && removed == Some(state - 1);
        if sum == 0.0 || is_removed {
            return row;
        }
        for label in (0..self.labels).filter(|label| removed != Some(*label)) {
            row[label + 1] -= counts[label] / sum;
        }
        row[n] = counts[self.labels] / sum;
        row
    }
}
