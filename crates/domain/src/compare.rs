//! How two values of one metric compare.

use serde::Serialize;

/// Direction of a change, with a dead band of one percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trend {
    /// More than one percent up.
    Up,
    /// More than one percent down.
    Down,
    /// Within one percent, or nothing to compare with.
    Stable,
}

/// Returns the change from `previous` to `current` in percent; `None` when `previous` is zero.
pub fn change_percent(current: f64, previous: f64) -> Option<f64> {
    (previous != 0.0).then(|| (current - previous) / previous * 100.0)
}

/// Returns `value` rounded to `digits` decimals, halves away from zero.
pub fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}

/// Returns a percentage as it is shown: signed, one decimal at most, `+12.2%`.
pub fn signed_percent(percent: f64) -> String {
    let rounded = round(percent, 1);
    // TRICKY: -0.04 rounds to -0.0, which would print as "-0%".
    let rounded = if rounded == 0.0 { 0.0 } else { rounded };
    format!("{rounded:+}%")
}

/// Returns the direction of a change.
pub fn trend(percent: Option<f64>) -> Trend {
    match percent {
        Some(percent) if percent > 1.0 => Trend::Up,
        Some(percent) if percent < -1.0 => Trend::Down,
        Some(_) | None => Trend::Stable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_example() {
        let percent = change_percent(1234.0, 1100.0);
        assert_eq!(percent.map(signed_percent).as_deref(), Some("+12.2%"));
        assert_eq!(trend(percent), Trend::Up);
    }

    #[test]
    fn edges() {
        assert_eq!(change_percent(5.0, 0.0), None);
        assert_eq!(trend(None), Trend::Stable);
        assert_eq!(trend(change_percent(101.0, 100.0)), Trend::Stable);
        assert_eq!(trend(change_percent(98.9, 100.0)), Trend::Down);
        assert_eq!(signed_percent(-0.04), "+0%");
        assert_eq!(signed_percent(-5.0), "-5%");
        assert_eq!(signed_percent(15.25), "+15.3%");
    }
}
