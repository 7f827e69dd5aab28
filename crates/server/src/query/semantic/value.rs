//! Values of metrics: exact until they are shown.

use domain::{
    dimension::Dimension,
    metric::{Aggregate, Metric},
    ratio::{Amount, Ratio},
    time::Instant,
};
use engine::privacy::is_withheld;
use serde::Serialize;

/// The value of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// A sum of weights, or a number of people, days and the like.
    Amount(Amount),
    /// A sum of amounts by another one, which is not zero.
    Ratio { sum: Amount, by: Amount },
    /// A point in time.
    Instant(Instant),
}

/// A value as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// A whole number.
    Whole(u64),
    /// A quotient, four decimals.
    Real(f64),
    /// Milliseconds since 1970-01-01 UTC.
    Millis(i64),
}

impl Value {
    /// Returns the value as it is shown.
    pub(super) fn shown(self) -> Shown {
        match self {
            Self::Amount(amount) => Shown::Whole(amount.rounded()),
            Self::Ratio { sum, by } => {
                Shown::Real(Ratio::of(sum, by).map_or(0.0, |ratio| ratio.rounded(4)))
            }
            Self::Instant(at) => Shown::Millis(at.as_millis()),
        }
    }

    /// Returns the change since `before`; `None` where that is zero, and between instants.
    pub(super) fn change(self, before: Self) -> Option<Ratio> {
        match (self, before) {
            (Self::Amount(now), Self::Amount(before)) => Ratio::change(now, before),
            (
                Self::Ratio { sum, by },
                Self::Ratio {
                    sum: sum_before,
                    by: by_before,
                },
            ) => {
                let now = sum.units().saturating_mul(by_before.units());
                let before = sum_before.units().saturating_mul(by.units());
                Ratio::new(now.saturating_sub(before), before)
            }
            _ => None,
        }
    }
}

/// Returns the dimension that a metric must be split by to have a meaning, where there is one.
pub const fn only_by(metric: Metric) -> Option<Dimension> {
    match metric.definition().aggregate {
        Aggregate::Ratio(ratio) => ratio.only_by,
        Aggregate::Count
        | Aggregate::Sum(_)
        | Aggregate::Distinct(_)
        | Aggregate::First
        | Aggregate::Last => None,
    }
}

/// The metrics of a question: first those that are shown, then those that they are computed from.
pub(super) struct Measures {
    pub(super) all: Vec<Metric>,
    shown: usize,
}

impl Measures {
    /// Returns what has to be asked to show these metrics.
    pub(super) fn of(metrics: &[Metric]) -> Self {
        let mut all = metrics.to_vec();
        for metric in metrics {
            if let Aggregate::Ratio(ratio) = metric.definition().aggregate {
                for part in ratio.metrics() {
                    if !all.contains(&part) {
                        all.push(part);
                    }
                }
            }
        }
        Self {
            all,
            shown: metrics.len(),
        }
    }

    /// Returns the metrics that are shown.
    pub(super) fn shown(&self) -> &[Metric] {
        &self.all[..self.shown]
    }

    /// Returns the values that are shown of a row, by place; of no row, those of nothing.
    pub(super) fn values(&self, row: Option<&[Option<f64>]>) -> Vec<Option<Value>> {
        let shown = self.shown().iter().enumerate();
        shown
            .map(|(place, metric)| self.value(*metric, place, row))
            .collect()
    }

    fn value(&self, metric: Metric, place: usize, row: Option<&[Option<f64>]>) -> Option<Value> {
        let known = |place: usize| row?.get(place).copied().flatten();
        if is_withheld(known(place)) {
            return None;
        }
        match metric.definition().aggregate {
            Aggregate::Count | Aggregate::Sum(_) | Aggregate::Distinct(_) => {
                Some(Value::Amount(Amount::of(known(place).unwrap_or(0.0))))
            }
            Aggregate::Ratio(ratio) => {
                let value = |part: Metric| {
                    let place = self.all.iter().position(|metric| *metric == part);
                    place.and_then(known)
                };
                if ratio.metrics().any(|part| is_withheld(value(part))) {
                    return None;
                }
                let amount = |part: Metric| Amount::of(value(part).unwrap_or(0.0));
                let parts = ratio.parts.iter();
                let sum = parts
                    .map(|(factor, part)| amount(*part).times(*factor))
                    .sum();
                let by = amount(ratio.by);
                (!by.is_zero()).then_some(Value::Ratio { sum, by })
            }
            Aggregate::First | Aggregate::Last =>
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "milliseconds stay far below 2^53"
                )]
                known(place).map(|millis| Value::Instant(Instant::from_millis(millis as i64)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(points: u64, days: u64) -> Value {
        Value::Ratio {
            sum: Amount::whole(points),
            by: Amount::whole(days),
        }
    }

    #[test]
    fn scores_are_rounded_and_compared_as_ratios_of_whole_numbers() {
        // 1 / 160 = 0.00625, which no floating point number is.
        assert_eq!(score(1, 160).shown(), Shown::Real(0.0063));
        // 7 / 3 after 2 / 1: (7 − 6) / 6.
        let change = score(7, 3).change(score(2, 1)).unwrap();
        assert_eq!(change.as_change(), "+16.7%");
        assert!(score(7, 3).change(score(0, 1)).is_none());
        let instant = Value::Instant(Instant::from_millis(5));
        assert!(instant.change(instant).is_none());
        assert_eq!(instant.shown(), Shown::Millis(5));
    }

    #[test]
    fn nothing_is_zero_of_counts_and_unknown_of_all_else() {
        let measures = Measures::of(&[Metric::Engagement, Metric::Messages, Metric::LastActivity]);
        assert_eq!(measures.shown().len(), 3);
        let zero = Some(Value::Amount(Amount::ZERO));
        assert_eq!(measures.values(None), [None, zero, None]);
        // Engagement, messages, last activity; reactions, files, days.
        let row = [Some(2.5), Some(2.0), Some(9.0), Some(1.0), None, Some(2.0)];
        let two = Value::Amount(Amount::whole(2));
        let last = Value::Instant(Instant::from_millis(9));
        let expected = [Some(score(5, 2)), Some(two), Some(last)];
        assert_eq!(measures.values(Some(&row)), expected);
    }

    #[test]
    fn a_metric_with_a_meaning_by_one_dimension_is_split_by_no_other() {
        assert_eq!(only_by(Metric::Engagement), Some(Dimension::User));
        for metric in Metric::ALL {
            let Some(only) = only_by(*metric) else {
                continue;
            };
            for dimension in Dimension::ALL {
                assert_eq!(dimension.allows(*metric), *dimension == only, "{metric:?}");
            }
        }
    }
}
