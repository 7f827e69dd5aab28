//! The engagement score of a person in a period.

use serde::Serialize;

use crate::ratio::Amount;

/// Points for a message sent.
pub const MESSAGE_WEIGHT: u32 = 2;
/// Points for a reaction given.
pub const REACTION_WEIGHT: u32 = 1;
/// Points for a file shared.
pub const FILE_WEIGHT: u32 = 3;

/// The formula as it is shown beside every score.
pub const FORMULA: &str =
    "(2 × messages + 1 × reactions + 3 × files) / days active, clamped to 0–100, rounded";

/// How engaged a score says a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// 0 to 30.
    Low,
    /// 31 to 60.
    Medium,
    /// 61 to 100.
    High,
}

impl Level {
    /// Returns the level of a rounded score.
    pub const fn of(score: u32) -> Self {
        match score {
            0..=30 => Self::Low,
            31..=60 => Self::Medium,
            _ => Self::High,
        }
    }

    /// The levels with their names.
    pub const NAMES: [(Self, &'static [&'static str]); 3] = [
        (Self::Low, &["low"]),
        (Self::Medium, &["medium"]),
        (Self::High, &["high"]),
    ];

    /// Returns the rounded scores the level spans, both ends included.
    pub const fn scores(self) -> (u32, u32) {
        match self {
            Self::Low => (0, 30),
            Self::Medium => (31, 60),
            Self::High => (61, 100),
        }
    }
}

/// Returns the unclamped score; `None` for somebody who was active on no day.
pub fn raw_score(messages: f64, reactions: f64, files: f64, days_active: f64) -> Option<f64> {
    let points = messages * f64::from(MESSAGE_WEIGHT)
        + reactions * f64::from(REACTION_WEIGHT)
        + files * f64::from(FILE_WEIGHT);
    (days_active > 0.0).then(|| points / days_active)
}

/// Returns the points of the score, which are divided by the days active.
pub fn points(messages: Amount, reactions: Amount, files: Amount) -> Amount {
    messages.times(MESSAGE_WEIGHT) + reactions.times(REACTION_WEIGHT) + files.times(FILE_WEIGHT)
}

/// Returns the score that is shown: clamped to 0–100 and rounded, halves up.
pub fn score(raw: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100 just before"
    )]
    let score = raw.clamp(0.0, 100.0).round() as u32;
    score
}

/// Returns the mean of the clamped, unrounded scores, rounded once; `None` of nobody.
///
/// The scores are quotients in floating point, so a mean that is a half may come out just below it:
/// within a billionth of a half it is one.
pub fn mean_score(raw: impl IntoIterator<Item = f64>) -> Option<u32> {
    let (mut sum, mut people) = (0.0, 0u32);
    for raw in raw {
        sum += raw.clamp(0.0, 100.0);
        people += 1;
    }
    (people > 0).then(|| score(sum / f64::from(people) + 1e-9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // 625 messages and 2 files on 28 days: (1250 + 6) / 28 = 44.857…
        let raw = raw_score(625.0, 0.0, 2.0, 28.0).unwrap();
        assert!((raw - 44.857_142).abs() < 1e-6);
        assert_eq!(score(raw), 45);
        assert_eq!(Level::of(45), Level::Medium);
        assert_eq!(score(250.0), 100);
        assert_eq!(raw_score(1.0, 0.0, 0.0, 0.0), None);
        // Rounded each, 0.5 and 1.5 would be 1 and 2, and their mean 2.
        assert_eq!(mean_score([0.5, 1.5]), Some(1));
        assert_eq!(mean_score([400.0, 0.0]), Some(50));
        assert_eq!(mean_score([]), None);
        // A half, which comes out as 0.499… in floating point.
        assert_eq!(mean_score([2.0 / 3.0, 3.0 / 6.0, 3.0 / 9.0]), Some(1));
        assert_eq!(
            (Level::of(30), Level::of(31), Level::of(61)),
            (Level::Low, Level::Medium, Level::High)
        );
    }
}
