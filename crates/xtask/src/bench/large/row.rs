//! What was measured of one question, and the table of all of them.

use super::{question::Question, times::Times};
use crate::{
    bench::{
        figure::{Figure, Target, Unit, yes_or_no},
        questions::{P50, P99},
    },
    generate::table,
};

/// Where the median of remembered answers should be, in milliseconds.
const REMEMBERED: Target = Target::AtMost(1.0);
/// How many times as fast as raw events answers should be.
const RATIO: Target = Target::AtLeast(30.0);

/// What was measured of one question.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) question: Question,
    pub(super) fresh: Times,
    pub(super) remembered: Times,
    pub(super) raw: Times,
}

impl Row {
    /// Returns how many times as long the answer from raw events takes.
    fn ratio(&self) -> f64 {
        self.raw.quantile(50) / self.fresh.quantile(50)
    }

    /// Returns the median of remembered answers; `None` when the service did not remember all.
    fn remembered_p50(&self) -> Option<f64> {
        let all = self.remembered.count();
        (self.remembered.remembered == all).then(|| self.remembered.quantile(50))
    }

    fn is_met(&self) -> bool {
        let met = |target: Target, value| target.is_met(value) != Some(false);
        met(P50, self.fresh.quantile(50))
            && met(P99, self.fresh.quantile(99))
            && self.remembered_p50().is_none_or(|p50| met(REMEMBERED, p50))
            && self.fresh.given_up == 0
    }

    fn cells(&self) -> [String; 10] {
        let show = |times: &Times, percent| {
            let value = Unit::Milliseconds.show(times.quantile(percent));
            let mark = if times.given_up > 0 { " †" } else { "" };
            format!("{value}{mark}")
        };
        let remembered = |percent| match self.remembered_p50() {
            Some(_) => {
                let value = self.remembered.quantile(percent);
                format!("{value:.2} ms")
            }
            None => "–".to_owned(),
        };
        [
            self.question.name(),
            self.fresh.count().to_string(),
            show(&self.fresh, 50),
            show(&self.fresh, 95),
            show(&self.fresh, 99),
            remembered(50),
            remembered(99),
            show(&self.raw, 50),
            format!("{:.1}", self.ratio()),
            yes_or_no(self.is_met()).to_owned(),
        ]
    }

    /// Returns what a comparison of histories shows of the question.
    pub(super) fn fresh_p50(&self) -> String {
        Unit::Milliseconds.show(self.fresh.quantile(50))
    }
}

/// Returns the table of all questions.
pub(super) fn rows_table(rows: &[Row]) -> String {
    let given_up = rows
        .iter()
        .any(|row| row.fresh.given_up + row.raw.given_up > 0);
    let note = "\n† Some were given up after 10 s or more, and count with that time.\n";
    let should = |target: Target| target.show(Unit::Milliseconds);
    let headings = [
        "Question",
        "Draws",
        &format!("p50 ({})", should(P50)),
        "p95",
        &format!("p99 ({})", should(P99)),
        &format!("Remembered, p50 ({})", should(REMEMBERED)),
        "Remembered, p99",
        "Raw events, p50",
        "Ratio",
        "Met",
    ];
    let table = table(headings, rows.iter().map(Row::cells));
    format!("{table}{}", if given_up { note } else { "" })
}

/// Returns what the table comes to.
pub(super) fn summary(rows: &[Row]) -> Vec<Figure> {
    let slowest = |value: &dyn Fn(&Row) -> f64| rows.iter().map(value).fold(0.0, f64::max);
    let milliseconds =
        |name: &str, value, target| Figure::say(name, value, Unit::Milliseconds, target);
    let met = rows.iter().filter(|row| row.is_met()).count();
    let met = 100.0 * met as f64 / rows.len().max(1) as f64;
    let mut figures = vec![
        milliseconds(
            "p50 of the slowest question",
            slowest(&|row| row.fresh.quantile(50)),
            P50,
        ),
        milliseconds(
            "p99 of the slowest question",
            slowest(&|row| row.fresh.quantile(99)),
            P99,
        ),
    ];
    let remembered = rows.iter().filter_map(Row::remembered_p50);
    if let Some(slowest) = remembered.reduce(f64::max) {
        let name = "p50 of the slowest remembered answer";
        figures.push(milliseconds(name, slowest, REMEMBERED));
    }
    let ratio = median(rows.iter().map(Row::ratio).collect());
    figures.push(Figure::say(
        "times as fast as raw events, median of all questions",
        ratio,
        Unit::Times,
        RATIO,
    ));
    figures.push(Figure::say(
        "questions that meet all their targets",
        met,
        Unit::Percent,
        Target::None,
    ));
    figures
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn row(fresh: u64, remembered: bool, raw: u64) -> Row {
        let times = |millis| {
            let mut times = Times::default();
            times.add(Duration::from_millis(millis));
            times
        };
        let mut again = times(1);
        again.remembered = usize::from(remembered);
        Row {
            question: Question::compared(&["30d"])[0],
            fresh: times(fresh),
            remembered: again,
            raw: times(raw),
        }
    }

    #[test]
    fn a_row_shows_all_ways_of_answering() {
        let cells = row(5, true, 200).cells();
        assert_eq!(
            cells.join(" | "),
            "dashboard, 30d, compared | 1 | 5.0 ms | 5.0 ms | 5.0 ms | 1.00 ms | 1.00 ms | 200.0 ms | 40.0 | yes"
        );
    }

    #[test]
    fn what_was_given_up_is_marked_and_meets_nothing() {
        let mut slow = row(5, false, 10_000);
        slow.raw.given_up = 1;
        let text = rows_table(&[slow.clone()]);
        assert!(
            text.contains("| – | – | 10000.0 ms † | 2000.0 | yes |"),
            "{text}"
        );
        assert!(text.ends_with("count with that time.\n"));
        slow.fresh.given_up = 1;
        assert!(!slow.is_met());
    }

    #[test]
    fn the_slowest_question_speaks_for_all() {
        let figures = summary(&[row(5, true, 200), row(20, true, 200), row(8, false, 400)]);
        let measured: Vec<_> = figures.iter().map(Figure::measured).collect();
        assert_eq!(
            measured,
            ["20.0 ms", "20.0 ms", "1.0 ms", "40.0 times", "66.7 %"]
        );
    }
}
