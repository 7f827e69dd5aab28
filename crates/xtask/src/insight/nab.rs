//! The Numenta Anomaly Benchmark (Lavin and Ahmad 2015), scored as its `sweeper.py` does.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use insight::anomaly::stream::{ALARM, Detector};

use super::figure::Figure;

const SUITE: &str = "nab";
/// Weights of the profiles: false positives, false negatives; and what the standard, low-FP and low-FN score should be.
const PROFILES: [(&str, f64, f64, f64); 3] = [
    ("standard", 0.11, 1.0, 65.0),
    ("low FP", 0.22, 1.0, 55.0),
    ("low FN", 0.11, 2.0, 70.0),
];
/// Leading points that are not scored: a percentage, and at most so many.
const PROBATION: (usize, usize) = (15, 750);

/// A labelled series.
struct Series {
    values: Vec<f64>,
    /// First and last place of each window.
    windows: Vec<(usize, usize)>,
}

/// What an alarm at a point is worth.
#[derive(Clone, Copy)]
enum Worth {
    /// Share of a window's reward, and which window.
    Inside(usize, f64),
    /// Share of the cost of a false alarm, negative.
    Outside(f64),
}

struct Point {
    score: f64,
    worth: Worth,
}

/// Scores the stream detector on an archive or a folder.
pub(super) fn score(file: &Path) -> Result<Vec<Figure>> {
    let folder;
    let root = if file.is_dir() {
        file
    } else {
        folder = tempfile::tempdir()?;
        tar::Archive::new(zstd::Decoder::new(fs::File::open(file)?)?).unpack(folder.path())?;
        &folder.path().join("nab")
    };
    let series = read(root)?;
    let mut points = Vec::new();
    let mut windows = 0;
    for one in &series {
        let mut detector = Detector::default();
        let scores = one
            .values
            .iter()
            .map(|value| detector.next(*value).unwrap_or(0.0));
        let scores: Vec<f64> = scores.collect();
        points.extend(judged(one, &scores, windows));
        windows += one.windows.len();
    }
    points.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut figures = Vec::new();
    for (name, false_positive, false_negative, goal) in PROFILES {
        let best = sweep(&points, windows, false_positive, false_negative, None);
        let shipped = sweep(
            &points,
            windows,
            false_positive,
            false_negative,
            Some(ALARM),
        );
        figures.push(Figure::new(SUITE, format!("{name}, best threshold"), best.0).at_least(goal));
        figures.push(Figure::new(
            SUITE,
            format!("{name}: that threshold"),
            best.1,
        ));
        figures.push(Figure::new(
            SUITE,
            format!("{name}, shipped threshold"),
            shipped.0,
        ));
    }
    Ok(figures)
}

fn read(root: &Path) -> Result<Vec<Series>> {
    let labels = fs::read_to_string(root.join("labels/combined_windows.json"))?;
    let labels: BTreeMap<String, Vec<(String, String)>> = serde_json::from_str(&labels)?;
    let mut found = Vec::new();
    for (name, windows) in labels {
        let Ok(text) = fs::read_to_string(root.join("data").join(&name)) else {
            continue;
        };
        let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
        let rows: Vec<(&str, &str)> = rows.collect();
        let values = rows.iter().map(|(_, value)| value.trim().parse());
        let values = values
            .collect::<Result<_, _>>()
            .with_context(|| name.clone())?;
        let at = |time: &str| {
            let time = time.get(..19).unwrap_or(time);
            (
                rows.partition_point(|row| row.0 < time),
                rows.partition_point(|row| row.0 <= time),
            )
        };
        let windows = windows
            .iter()
            .map(|(from, to)| (at(from).0, at(to).1.saturating_sub(1)));
        found.push(Series {
            values,
            windows: windows.collect(),
        });
    }
    Ok(found)
}

/// Returns what an alarm at each point after the probation is worth; windows are counted from `first` on.
fn judged(series: &Series, scores: &[f64], first: usize) -> Vec<Point> {
    let n = series.values.len();
    let probation = (PROBATION.0 * n / 100).min(PROBATION.1);
    let best = sigmoid(-1.0);
    let worth = |at: usize| {
        let inside = series
            .windows
            .iter()
            .position(|(from, to)| (*from..=*to).contains(&at));
        if let Some(window) = inside {
            let (from, to) = series.windows[window];
            let place = -((to - at + 1) as f64) / (to - from + 1) as f64;
            return Worth::Inside(first + window, sigmoid(place) / best);
        }
        let before = series.windows.iter().rev().find(|(_, to)| *to < at);
        Worth::Outside(before.map_or(-1.0, |(from, to)| {
            sigmoid((at - to) as f64 / (to - from) as f64)
        }))
    };
    (probation..n)
        .map(|at| Point {
            score: scores[at],
            worth: worth(at),
        })
        .collect()
}

fn sigmoid(x: f64) -> f64 {
    if x > 3.0 {
        -1.0
    } else {
        2.0 / (1.0 + (5.0 * x).exp()) - 1.0
    }
}

/// Returns the best score of all thresholds and that threshold, or what a given one scores; points are sorted from the
/// highest score.
fn sweep(
    points: &[Point],
    windows: usize,
    false_positive: f64,
    false_negative: f64,
    threshold: Option<f64>,
) -> (f64, f64) {
    let null = -false_negative * windows as f64;
    let mut found: Vec<Option<f64>> = vec![None; windows];
    let (mut raw, mut best) = (null, (null, f64::INFINITY));
    let alarms = points
        .iter()
        .take_while(|point| threshold.is_none_or(|least| point.score >= least));
    for (at, point) in alarms.enumerate() {
        match point.worth {
            Worth::Outside(share) => raw += share * false_positive,
            Worth::Inside(window, share) => {
                let before = found[window];
                raw += before.map_or(share + false_negative, |before| (share - before).max(0.0));
                found[window] = Some(before.unwrap_or(0.0).max(share));
            }
        }
        let is_last_of_equals = points
            .get(at + 1)
            .is_none_or(|next| next.score < point.score);
        if is_last_of_equals && (raw > best.0 || threshold.is_some()) {
            best = (raw, point.score);
        }
    }
    (100.0 * (best.0 - null) / (windows as f64 - null), best.1)
}

#[test]
fn a_perfect_detector_scores_100_and_one_that_is_silent_0() {
    let series = Series {
        values: vec![0.0; 1_000],
        windows: vec![(300, 399), (700, 799)],
    };
    let score = |alarms: &[usize]| {
        let mut scores = vec![0.0; 1_000];
        for at in alarms {
            scores[*at] = 1.0;
        }
        let mut points = judged(&series, &scores, 0);
        points.sort_by(|a, b| b.score.total_cmp(&a.score));
        sweep(&points, 2, 0.11, 1.0, Some(0.5)).0
    };
    assert!((score(&[300, 700]) - 100.0).abs() < 1e-9);
    assert!(score(&[]).abs() < 1e-9);
    assert!((score(&[300]) - 50.0).abs() < 1e-9);
    // A false alarm costs its weight of four points' worth.
    assert!((score(&[200, 300, 700]) - (100.0 - 100.0 * 0.11 / 4.0)).abs() < 1e-9);
    // The later in a window, the less; right after it, nearly nothing is lost.
    assert!(score(&[390, 700]) < score(&[310, 700]));
    assert!(score(&[300, 401, 700]) > score(&[300, 600, 700]));
}
