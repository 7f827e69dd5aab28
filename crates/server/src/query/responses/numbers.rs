//! Numbers of responses and of starters, as they are shown.

use domain::ratio::{Amount, Ratio};
use engine::analysis::{Times, responses::Answered};
use serde::Serialize;
use utoipa::ToSchema;

use crate::query::Change;

/// Milliseconds in 5 minutes, in an hour and in a day.
const LIMITS: [u32; 3] = [300_000, 3_600_000, 86_400_000];

/// How long responses took, in seconds to the millisecond; `null` without any.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponseNumbers {
    /// How many there are.
    pub count: u64,
    /// Their average.
    pub average_seconds: Option<f64>,
    /// At least half of them took no longer: the time of one of them, or of more than 1,000 less than 1 % from it.
    #[serde(rename = "p50Seconds")]
    pub p50_seconds: Option<f64>,
    /// At least 90 % of them took no longer.
    #[serde(rename = "p90Seconds")]
    pub p90_seconds: Option<f64>,
    /// At least 95 % of them took no longer.
    #[serde(rename = "p95Seconds")]
    pub p95_seconds: Option<f64>,
}

impl ResponseNumbers {
    pub(super) fn of(times: Option<Times>) -> Self {
        let seconds = |of: fn(Times) -> Time| times.map(of).and_then(Time::seconds);
        Self {
            count: times.map_or(0, |times| times.count),
            average_seconds: seconds(Time::average),
            p50_seconds: seconds(|times| Time::exactly(times.p50)),
            p90_seconds: seconds(|times| Time::exactly(times.p90)),
            p95_seconds: seconds(|times| Time::exactly(times.p95)),
        }
    }
}

/// All responses of the span, beside those of the span compared with.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponseSummary {
    /// How many there are.
    pub count: Change,
    /// Their average.
    pub average_seconds: TimeChange,
    /// At least half of them took no longer: the time of one of them, or of more than 1,000 less than 1 % from it.
    #[serde(rename = "p50Seconds")]
    pub p50_seconds: TimeChange,
    /// At least 90 % of them took no longer.
    #[serde(rename = "p90Seconds")]
    pub p90_seconds: TimeChange,
    /// At least 95 % of them took no longer.
    #[serde(rename = "p95Seconds")]
    pub p95_seconds: TimeChange,
}

impl ResponseSummary {
    /// Returns the times of a span beside those of the one before, where it is compared with one.
    pub(super) fn of(now: Option<Times>, before: Option<Times>, is_compared: bool) -> Self {
        let count = |times: Option<Times>| Amount::whole(times.map_or(0, |times| times.count));
        let change = |of: fn(Times) -> Time| TimeChange::of(now.map(of), before.map(of));
        Self {
            count: Change::of(count(now), is_compared.then(|| count(before))),
            average_seconds: change(Time::average),
            p50_seconds: change(|times| Time::exactly(times.p50)),
            p90_seconds: change(|times| Time::exactly(times.p90)),
            p95_seconds: change(|times| Time::exactly(times.p95)),
        }
    }
}

/// A time in seconds beside the one before it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimeChange {
    /// The time over the asked span; `null` without responses.
    pub current: Option<f64>,
    /// The time over the span compared with; `null` without responses, or when nothing is compared.
    pub previous: Option<f64>,
    /// The change in percent, signed; `null` where one of them is unknown, or where there was no time before.
    #[schema(example = "+12.2%")]
    pub change: Option<String>,
    /// The same change as a number, one decimal.
    #[schema(example = 12.2)]
    pub change_percent: Option<f64>,
}

impl TimeChange {
    fn of(now: Option<Time>, before: Option<Time>) -> Self {
        let change = now.zip(before).and_then(|(now, before)| {
            let (now, before) = (now.over(before), before.over(now));
            Ratio::new(now - before, before)
        });
        Self {
            current: now.and_then(Time::seconds),
            previous: before.and_then(Time::seconds),
            change: change.map(Ratio::as_change),
            change_percent: change.map(|change| change.percent(1)),
        }
    }
}

/// So many milliseconds, divided by a number of responses.
#[derive(Debug, Clone, Copy)]
struct Time {
    millis: i128,
    parts: i128,
}

impl Time {
    fn average(times: Times) -> Self {
        Self {
            millis: times.sum.into(),
            parts: times.count.into(),
        }
    }

    fn exactly(millis: u32) -> Self {
        Self {
            millis: millis.into(),
            parts: 1,
        }
    }

    fn seconds(self) -> Option<f64> {
        Ratio::new(self.millis, self.parts * 1_000).map(|seconds| seconds.rounded(3))
    }

    /// Returns the time in parts that are common with those of another one.
    const fn over(self, other: Self) -> i128 {
        self.millis * other.parts
    }
}

/// How soon starters are answered: messages that begin a thread, or a conversation outside of threads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnsweredShares {
    /// How many there are.
    pub starters: u64,
    /// How many were answered within 24 hours.
    pub answered: u64,
    /// How many were not.
    pub unanswered: u64,
    /// How many have no answer so far, and are younger than 24 hours.
    pub waiting: u64,
    /// The share answered within 5 minutes, in percent, one decimal. Where some are too young to tell it
    /// is estimated by Kaplan and Meier's method, in which they count for as long as they are known; `null`
    /// where none tells.
    #[serde(rename = "within5m")]
    pub within_5m: Option<f64>,
    /// The same within an hour.
    #[serde(rename = "within1h")]
    pub within_1h: Option<f64>,
    /// The same within 24 hours.
    #[serde(rename = "within24h")]
    pub within_24h: Option<f64>,
}

impl AnsweredShares {
    pub(super) fn of(answered: &Answered) -> Self {
        let [within_5m, within_1h, within_24h] = answered.within(LIMITS);
        Self {
            starters: answered.starters(),
            answered: answered.answered(),
            unanswered: answered.unanswered(),
            waiting: answered.waiting(),
            within_5m,
            within_1h,
            within_24h,
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::analysis::Durations;

    use super::*;

    #[test]
    fn changes_are_of_exact_times() {
        let times = |gaps: &[u32]| gaps.iter().copied().collect::<Durations>().times();
        // On average 1,000.333… ms after 500.5 ms: 99.8668 % more.
        let found = ResponseSummary::of(times(&[1, 1_000, 2_000]), times(&[1_000, 1]), true);
        assert_eq!(
            found.average_seconds,
            TimeChange {
                current: Some(1.0),
                previous: Some(0.501),
                change: Some("+99.9%".to_owned()),
                change_percent: Some(99.9),
            }
        );
        assert_eq!(found.p50_seconds.current, Some(1.0));
        assert_eq!(found.p50_seconds.previous, Some(0.001));
        assert_eq!(found.count.previous, Some(2));
        // Nothing is compared with nothing, and with nothing that took a time.
        let alone = ResponseSummary::of(times(&[5]), None, false);
        assert_eq!(
            (alone.count.previous, alone.p95_seconds.change),
            (None, None)
        );
        let silent = ResponseSummary::of(None, times(&[0]), true);
        assert_eq!(silent.p90_seconds.current, None);
        assert_eq!(
            (silent.count.current, silent.p90_seconds.previous),
            (0, Some(0.0))
        );
        let instant = ResponseSummary::of(times(&[5]), times(&[0]), true);
        assert_eq!(instant.p90_seconds.change, None);
    }
}
