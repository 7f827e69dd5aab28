//! Logistic regression with a penalty.

use crate::solve::cholesky;

/// The penalty on squared weights of standardised features.
const PENALTY: f64 = 1.0;
/// Steps of Newton's method; it converges in fewer than ten.
const STEPS: usize = 50;

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic<const K: usize> {
    means: [f64; K],
    spreads: [f64; K],
    weights: [f64; K],
    constant: f64,
}

impl<const K: usize> Logistic<K> {
    /// Fits by iteratively reweighted least squares (Newton) with an L2 penalty; `None` when a feature is no number or rows are
    /// all of one kind.
    pub fn fit(rows: &[([f64; K], bool)]) -> Option<Self> {
        let n = rows.len() as f64;
        let positive = rows.iter().filter(|(_, is)| *is).count() as f64;
        let is_number = rows
            .iter()
            .all(|(row, _)| row.iter().all(|value| value.is_finite()));
        if positive == 0.0 || positive == n || !is_number {
            return None;
        }
        let means = std::array::from_fn(|k| rows.iter().map(|(row, _)| row[k]).sum::<f64>() / n);
        let spreads = std::array::from_fn(|k| {
            let squares: f64 = rows
                .iter()
                .map(|(row, _)| (row[k] - means[k]).powi(2))
                .sum();
            (squares / n).sqrt().max(1e-9)
        });
        let base = (positive / (n - positive)).ln();
        let mut model = Self {
            means,
            spreads,
            weights: [0.0; K],
            constant: base,
        };
        for _ in 0..STEPS {
            if model.step(rows)? < 1e-10 {
                break;
            }
        }
        Some(model)
    }

    /// Moves the weights once, and returns by how much.
    fn step(&mut self, rows: &[([f64; K], bool)]) -> Option<f64> {
        let p = K + 1;
        let mut hessian = vec![0.0; p * p];
        let mut gradient = vec![0.0; p];
        for (row, is) in rows {
            let scaled = self.scaled(row);
            let expected = logistic(self.logit_of(&scaled));
            let weight = (expected * (1.0 - expected)).max(1e-9);
            let error = f64::from(u8::from(*is)) - expected;
            let value = |at: usize| if at == K { 1.0 } else { scaled[at] };
            for i in 0..p {
                gradient[i] += error * value(i);
                for j in 0..=i {
                    hessian[i * p + j] += weight * value(i) * value(j);
                }
            }
        }
        for k in 0..K {
            hessian[k * p + k] += PENALTY;
            gradient[k] -= PENALTY * self.weights[k];
        }
        if !cholesky(&mut hessian, &mut gradient, p) {
            return None;
        }
        for (weight, change) in self.weights.iter_mut().zip(&gradient) {
            *weight += change;
        }
        self.constant += gradient[K];
        Some(
            gradient
                .iter()
                .map(|change| change.abs())
                .fold(0.0, f64::max),
        )
    }

    fn scaled(&self, row: &[f64; K]) -> [f64; K] {
        std::array::from_fn(|k| (row[k] - self.means[k]) / self.spreads[k])
    }

    fn logit_of(&self, scaled: &[f64; K]) -> f64 {
        self.constant
            + scaled
                .iter()
                .zip(&self.weights)
                .map(|(value, weight)| value * weight)
                .sum::<f64>()
    }

    /// Returns the probability.
    pub fn probability(&self, row: &[f64; K]) -> f64 {
        logistic(self.logit_of(&self.scaled(row)))
    }

    /// Returns what each feature adds to the logit of an average row; with [`Logistic::base`], they sum to the row's logit.
    pub fn reasons(&self, row: &[f64; K]) -> [f64; K] {
        let scaled = self.scaled(row);
        std::array::from_fn(|k| scaled[k] * self.weights[k])
    }

    /// Returns the logit of a row that is average in everything.
    pub const fn base(&self) -> f64 {
        self.constant
    }
}

fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}
