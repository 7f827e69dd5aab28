//! Where the lines and labels of a chart stand, whatever draws them.

use crate::{
    query::Shown,
    report::{content::Chart, words},
};

/// A place on a chart, from its upper left corner.
pub(super) type Place = (f32, f32);

/// A chart, laid out.
pub(super) struct Plot {
    /// The line of the values, in pieces where values are unknown.
    pub(super) line: Vec<Vec<Place>>,
    /// That of the values before.
    pub(super) before: Vec<Vec<Place>>,
    /// Heights with their labels.
    pub(super) ticks: Vec<(f32, String)>,
    /// Dates below, by where they are centred.
    pub(super) dates: Vec<(f32, String)>,
    /// Left and right end of the area, and its bottom.
    pub(super) area: (f32, f32, f32),
}

/// Room for labels: left, above, below.
const LEFT: f32 = 44.0;
const TOP: f32 = 8.0;
const BELOW: f32 = 18.0;
const RIGHT: f32 = 30.0;

impl Plot {
    /// Lays a chart out in a box.
    pub(super) fn of(chart: &Chart, width: f32, height: f32) -> Self {
        let (left, right) = (LEFT, width - RIGHT);
        let (top, bottom) = (TOP, height - BELOW);
        let values = chart
            .points
            .iter()
            .flat_map(|point| [point.value, point.previous]);
        let most = values.flatten().map(words::number).fold(0.0, f64::max);
        let step = step(most);
        let steps = (most / step).ceil().max(1.0);
        #[expect(clippy::cast_possible_truncation, reason = "places on paper")]
        let y = |value: f64| bottom - (value / (step * steps)) as f32 * (bottom - top);
        let x = |place: usize| match chart.points.len() {
            0 | 1 => f32::midpoint(left, right),
            points => left + (right - left) * place as f32 / (points - 1) as f32,
        };
        let pieces = |of: fn(&crate::report::content::Point) -> Option<Shown>| {
            let mut pieces = vec![Vec::new()];
            for (place, point) in chart.points.iter().enumerate() {
                match of(point) {
                    Some(value) => {
                        if let Some(piece) = pieces.last_mut() {
                            piece.push((x(place), y(words::number(value))));
                        }
                    }
                    None => pieces.push(Vec::new()),
                }
            }
            pieces.retain(|piece| !piece.is_empty());
            pieces
        };
        let mut ticks = Vec::new();
        let mut value = 0.0;
        while value <= step * steps + step / 2.0 {
            ticks.push((y(value), label(value)));
            value += step;
        }
        let last = chart.points.len().saturating_sub(1);
        let mut shown = vec![0, last / 3, 2 * last / 3, last];
        shown.dedup();
        let dates = shown.into_iter().filter_map(|place| {
            let date = &chart.points.get(place)?.date;
            Some((x(place), date.clone()))
        });
        Self {
            line: pieces(|point| point.value),
            before: pieces(|point| point.previous),
            ticks,
            dates: dates.collect(),
            area: (left, right, bottom),
        }
    }
}

/// Returns a round step, of which at most four reach a value.
fn step(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let raw = most / 4.0;
    let power = 10f64.powf(raw.log10().floor());
    let rounds = [1.0, 2.0, 2.5, 5.0, 10.0].map(|round| round * power);
    let step = rounds.into_iter().find(|step| *step >= raw * (1.0 - 1e-9));
    // Counts have no halves.
    step.unwrap_or(10.0 * power)
        .max(if most >= 1.0 { 1.0 } else { 0.0 })
}

/// Returns a short text of a round value.
fn label(value: f64) -> String {
    let (value, suffix) = match value {
        value if value >= 1e6 => (value / 1e6, "M"),
        value if value >= 1e4 => (value / 1e3, "k"),
        value => (value, ""),
    };
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::content::Point;

    fn chart(values: &[Option<u64>]) -> Chart {
        let point = |value: &Option<u64>| Point {
            date: "2026-02-01".to_owned(),
            value: value.map(Shown::Whole),
            previous: None,
        };
        Chart {
            name: "messages",
            title: "Messages",
            unit: "messages",
            group_by: "day",
            points: values.iter().map(point).collect(),
        }
    }

    #[test]
    fn steps_are_round_and_reach_the_highest_value() {
        for (most, labels) in [
            (0, vec!["0", "1"]),
            (3, vec!["0", "1", "2", "3"]),
            (37, vec!["0", "10", "20", "30", "40"]),
            (9_999, vec!["0", "2500", "5000", "7500", "10k"]),
            (4_000_000, vec!["0", "1M", "2M", "3M", "4M"]),
        ] {
            let plot = Plot::of(&chart(&[Some(0), Some(most)]), 400.0, 200.0);
            let shown: Vec<&str> = plot.ticks.iter().map(|(_, label)| label.as_str()).collect();
            assert_eq!(shown, labels, "{most}");
            let highest = plot.line[0][1].1;
            assert!(highest >= TOP - 0.01, "{most}: {highest}");
        }
    }

    #[test]
    fn a_line_is_broken_where_a_value_is_unknown() {
        let plot = Plot::of(&chart(&[Some(1), None, Some(3), Some(4)]), 400.0, 200.0);
        let lengths: Vec<usize> = plot.line.iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 2]);
    }
}
