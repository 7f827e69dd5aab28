//! Which touchpoints precede conversions: rules, a Markov chain, and Shapley values. Credit is no cause.
//!
//! Every model's credits sum to the conversions that have a touchpoint.

mod bootstrap;
mod markov;
#[cfg(test)]
mod tests;

use crate::Unknown;

pub use bootstrap::intervals;

/// Something a person came by before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Touch {
    /// Number of its label, from 0.
    pub label: usize,
    /// How many days before the path's end.
    pub days_before: f64,
}

/// The touchpoints of a person, the oldest first, and whether a conversion ends them.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The touchpoints.
    pub touches: Vec<Touch>,
    /// Whether it ends with a conversion.
    pub converted: bool,
}

/// How credit is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// All to the first touchpoint.
    First,
    /// All to the last.
    Last,
    /// All to the last that is not the label of direct visits, unless there is no other.
    LastNonDirect(usize),
    /// The same to each.
    Linear,
    /// Half as much for each seven days before the conversion.
    TimeDecay,
    /// 40 % to the first and the last, the rest to those between; of two, half to each.
    Position,
    /// By how many conversions would be lost without the label, in a Markov chain of order 1 (Anderl et al. 2016).
    Markov,
    /// By the Shapley value of the labels, when conversions with all their labels in a set are what the set is worth
    /// (Shapley 1953). Each conversion is then a unanimity game, whose value is shared equally by its labels: exact for any
    /// number of labels.
    Shapley,
}

/// Fewer conversions, and fewer paths without one, say nothing to models that learn from data.
const NEEDED: (usize, usize) = (100, 30);
/// After how many days credit halves.
const HALF_LIFE: f64 = 7.0;
/// The most touchpoints of a path that count, the newest.
const MOST: usize = 20;
/// The share of the first and of the last of more than two.
const ENDS: f64 = 0.4;

/// Returns the credit of each label; models that learn from data need enough of them.
pub fn credits(paths: &[Path], labels: usize, model: Model) -> Result<Vec<f64>, Unknown> {
    let converted = paths.iter().filter(|path| path.converted).count();
    if converted == 0 {
        return Err(Unknown::few(1, 0, "conversions"));
    }
    if matches!(model, Model::Markov | Model::Shapley) {
        let lost = paths.len() - converted;
        if converted < NEEDED.0 {
            return Err(Unknown::few(NEEDED.0, converted, "conversions"));
        }
        if lost < NEEDED.1 {
            return Err(Unknown::few(NEEDED.1, lost, "paths without conversion"));
        }
    }
    Ok(computed(paths, labels, model))
}

/// Returns how many conversions have no touchpoint.
pub fn unattributed(paths: &[Path]) -> usize {
    paths
        .iter()
        .filter(|path| path.converted && path.touches.is_empty())
        .count()
}

fn computed(paths: &[Path], labels: usize, model: Model) -> Vec<f64> {
    if model == Model::Markov {
        return markov::credits(paths, labels);
    }
    let mut credits = vec![0.0; labels];
    for path in paths.iter().filter(|path| path.converted) {
        let touches = recent(path);
        let weights = weights(touches, model);
        let sum: f64 = weights.iter().sum();
        for (touch, weight) in touches.iter().zip(weights) {
            credits[touch.label] += weight / sum;
        }
    }
    credits
}

/// Returns the touchpoints that count.
fn recent(path: &Path) -> &[Touch] {
    &path.touches[path.touches.len().saturating_sub(MOST)..]
}

/// Returns how much each touchpoint of a path weighs.
fn weights(touches: &[Touch], model: Model) -> Vec<f64> {
    let n = touches.len();
    let only = |at: usize| (0..n).map(|one| f64::from(u8::from(one == at))).collect();
    let last = n.saturating_sub(1);
    match model {
        Model::First => only(0),
        Model::Last => only(last),
        Model::LastNonDirect(direct) => only(
            touches
                .iter()
                .rposition(|touch| touch.label != direct)
                .unwrap_or(last),
        ),
        Model::TimeDecay => {
            // Relative to the newest, so that old paths do not vanish.
            let newest = touches.last().map_or(0.0, |touch| touch.days_before);
            touches
                .iter()
                .map(|touch| (-(touch.days_before - newest) / HALF_LIFE).exp2())
                .collect()
        }
        Model::Position if n > 2 => {
            let between = (1.0 - 2.0 * ENDS) / (n - 2) as f64;
            (0..n)
                .map(|at| if at == 0 || at == last { ENDS } else { between })
                .collect()
        }
        Model::Shapley => {
            let again = |at: usize| {
                touches[..at]
                    .iter()
                    .any(|touch| touch.label == touches[at].label)
            };
            (0..n).map(|at| if again(at) { 0.0 } else { 1.0 }).collect()
        }
        Model::Linear | Model::Position | Model::Markov => vec![1.0; n],
    }
}

/// Returns how far two models order labels alike (Spearman 1904): 1 the same, −1 the reverse; `None` without variation.
pub fn agreement(one: &[f64], other: &[f64]) -> Option<f64> {
    let (one, other) = (ranks(one), ranks(other));
    let mean = f64::midpoint(one.len() as f64, 1.0);
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    let spread = (product(&one, &one) * product(&other, &other)).sqrt();
    (spread > 0.0 && one.len() == other.len()).then(|| product(&one, &other) / spread)
}

/// Returns ranks from 1, the mean rank where values are equal.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count();
        let equal = values.iter().filter(|other| *other == value).count();
        below as f64 + f64::midpoint(equal as f64, 1.0)
    };
    values.iter().map(rank).collect()
}
