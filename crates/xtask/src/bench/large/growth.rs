//! How the cost grows: histories of several sizes, side by side.

use super::{outcome::Outcome, row::Row};
use crate::{bench::figure::Figure, generate::table};

/// Returns the table of three outcomes, smallest history first, of what all of them measured.
pub(super) fn growth_table(outcomes: [&Outcome; 3]) -> String {
    let [first, second, last] = outcomes;
    let headings = outcomes.map(|outcome| format!("{:.1} M events", outcome.events as f64 / 1e6));
    let [one, two, three] = headings.each_ref().map(String::as_str);
    let figures = last.figures().map(|figure| {
        let name = figure.name();
        let find = |outcome: &Outcome| {
            let found = outcome.figures().find(|figure| figure.name() == name);
            found.map(Figure::measured).unwrap_or_default()
        };
        [name.to_owned(), find(first), find(second), find(last)]
    });
    let answers = last.rows.iter().map(|row| {
        let find = |outcome: &Outcome| {
            let mut rows = outcome.rows.iter();
            let found = rows.find(|other| other.question == row.question);
            found.map(Row::fresh_p50).unwrap_or_default()
        };
        let name = format!("{}, p50", row.question.name());
        [name, find(first), find(second), find(last)]
    });
    let lines: Vec<_> = figures
        .chain(answers)
        .filter(|[_, first, ..]| !first.is_empty())
        .collect();
    table(["Figure", one, two, three], lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figure::{Target, Unit};

    fn outcome(events: u64, figures: &[(&str, f64)]) -> Outcome {
        let figures = figures
            .iter()
            .map(|(name, value)| Figure::say(*name, *value, Unit::Seconds, Target::None))
            .collect();
        Outcome {
            events,
            rows: Vec::new(),
            sections: vec![("Figures", figures)],
        }
    }

    #[test]
    fn what_all_measured_stands_side_by_side() {
        let outcomes = [
            outcome(1_000_000, &[("days", 1.0)]),
            outcome(10_000_000, &[("days", 2.0)]),
            outcome(100_000_000, &[("arriving", 9.0), ("days", 3.0)]),
        ];
        assert_eq!(
            growth_table(outcomes.each_ref()),
            "| Figure | 1.0 M events | 10.0 M events | 100.0 M events |\n|---|---|---|---|\n\
             | days | 1.0 s | 2.0 s | 3.0 s |\n"
        );
    }
}
