//! Alarms on real chat volume: untouched, and with planted drops, spikes and shifts.

use insight::anomaly::calendar::{Detector, Parameters, Side};

use super::{super::figure::Figure, History, SUITE};

/// How long a planted shift lasts.
const SHIFT_DAYS: usize = 14;

/// Scores alarms.
pub(super) fn score(history: &History) -> Vec<Figure> {
    let mut figures = Vec::new();
    let of_people = [(0.4, 0.92), (0.25, 1.0), (3.0, 0.94)];
    let of_messages = [(0.25, 0.67), (3.0, 0.5)];
    for (name, series, points, shifts) in [
        (
            "messages",
            &history.messages,
            &of_messages[..],
            &[(0.5, 0.48)][..],
        ),
        (
            "DAU",
            &history.people,
            &of_people[..],
            &[(0.65, 0.72), (0.5, 1.0)][..],
        ),
    ] {
        let (points_a_year, shifts_a_year) = untouched(series, history.from);
        let figure = |what: String, value| Figure::new(SUITE, format!("{name}: {what}"), value);
        figures.push(figure("point alarms a year".into(), points_a_year).at_most(1.0));
        figures.push(figure("shift alarms a year".into(), shifts_a_year).at_most(1.0));
        for (factor, goal) in points {
            let found = planted(series, history.from, *factor, 1).share;
            figures.push(figure(format!("one day × {factor} found"), found).at_least(*goal));
        }
        for (factor, goal) in shifts {
            let shift = planted(series, history.from, *factor, SHIFT_DAYS);
            let what = format!("{SHIFT_DAYS} days × {factor} found");
            figures.push(figure(what, shift.share).at_least(*goal));
            let what = format!("{SHIFT_DAYS} days × {factor} median delay (days)");
            figures.push(figure(what, shift.delay));
            let what = format!("{SHIFT_DAYS} days × {factor} alarmed twice");
            figures.push(figure(what, shift.again));
        }
    }
    figures
}

/// Returns how many point and shift alarms a year there are.
fn untouched(series: &[f64], from: usize) -> (f64, f64) {
    let values: Vec<Option<f64>> = series.iter().copied().map(Some).collect();
    let judged = Parameters::DAILY.judge(&values, 0);
    let years = (series.len() - from) as f64 / 365.25;
    let judged: Vec<_> = judged[from..].iter().flatten().collect();
    let points = judged.iter().filter(|day| day.point.is_some()).count();
    let shifts = judged.iter().filter(|day| day.shift.is_some()).count();
    (points as f64 / years, shifts as f64 / years)
}

/// What became of what was planted.
struct Found {
    /// Share that was found.
    share: f64,
    /// Median of days until then.
    delay: f64,
    /// Share that alarmed more than once.
    again: f64,
}

/// Multiplies `length` days from each day on in turn, and returns how often that was found.
fn planted(series: &[f64], from: usize, factor: f64, length: usize) -> Found {
    let side = if factor > 1.0 { Side::Up } else { Side::Down };
    let mut detector = Detector::new(Parameters::DAILY, 0);
    let (mut tried, mut again, mut delays) = (0.0, 0.0, Vec::<usize>::new());
    for (day, value) in series.iter().enumerate() {
        if day >= from && day + length <= series.len() {
            let mut fork = detector.clone();
            let alarms =
                series[day..day + length]
                    .iter()
                    .enumerate()
                    .filter_map(|(after, value)| {
                        let judged = fork.next(Some((value * factor).round())).ok()?;
                        let is_found = match length {
                            1 => judged.point == Some(side),
                            _ => judged.shift.is_some_and(|shift| shift.side == side),
                        };
                        is_found.then_some(after)
                    });
            let alarms: Vec<usize> = alarms.collect();
            tried += 1.0;
            again += f64::from(u8::from(alarms.len() > 1));
            delays.extend(alarms.first());
        }
        let _judged = detector.next(Some(*value));
    }
    delays.sort_unstable();
    let delay = delays
        .get(delays.len() / 2)
        .map_or(f64::NAN, |delay| *delay as f64);
    Found {
        share: delays.len() as f64 / tried,
        delay,
        again: again / tried,
    }
}
