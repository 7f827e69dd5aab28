//! How often experiments without a difference find one when somebody looks every day.

use insight::experiment::simulate::{Metric, Size, without_difference};

use super::figure::Figure;

const SUITE: &str = "looks";
const SIZE: Size = Size {
    runs: 10_000,
    looks: 28,
    people: 100,
    seed: 17,
};

/// Runs ten thousand experiments of each kind.
pub(super) fn score() -> Vec<Figure> {
    let kinds = [
        ("normal", Metric::Normal),
        ("lognormal 1.5", Metric::Lognormal(1.5)),
        ("2 % convert", Metric::Share(0.02)),
    ];
    let figures = kinds.into_iter().flat_map(|(name, metric)| {
        let found = without_difference(SIZE, metric);
        let figure = |what: &str, value| {
            Figure::new(SUITE, format!("{name}: {what}"), value).seeded(SIZE.seed)
        };
        [
            figure("fixed test at every look finds", found.peeking),
            figure("fixed test at the end finds", found.fixed).within(0.04, 0.06),
            figure("group sequential finds", found.group).within(0.045, 0.055),
            figure("always valid finds", found.always).at_most(0.05),
            figure("unequal arms are found", found.unequal).at_most(0.01),
        ]
    });
    figures.collect()
}
