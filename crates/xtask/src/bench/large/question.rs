//! What is asked: every endpoint over every span, each time as of another instant.

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::bench::questions::ENDPOINTS;

/// The spans. They are local days, of which the last one is not over yet.
pub(super) const PERIODS: [&str; 5] = ["1d", "7d", "30d", "90d", "365d"];
/// The endpoints that answer something else when nothing is compared.
const COMPARING: [&str; 3] = ["dashboard", "channels", "messages"];
/// The analyses, and what is asked of each beside the span.
const ANALYSES: [(&str, &str); 21] = [
    ("adoption", ""),
    ("changes", "&metric=messages"),
    ("channels/care", ""),
    ("content/emoji", ""),
    ("content/files", ""),
    ("content/hashtags", ""),
    ("content/links", ""),
    ("content/topics", ""),
    ("distribution", ""),
    ("heatmap", ""),
    ("lifecycle", ""),
    ("logins", ""),
    ("newcomers", ""),
    ("participation", ""),
    ("platform-health", ""),
    ("response-times", ""),
    ("stickiness", ""),
    ("unanswered", ""),
    ("users/matrix", ""),
    // These may take longer: they follow events in order of time.
    ("journeys", ""),
    ("funnels/newcomers/run", ""),
];
/// Spans of analyses.
const ANALYSED: [&str; 2] = ["30d", "90d"];
/// Time after the last event in which the present of a question lies, as it does for a page.
const AFTER: SignedDuration = SignedDuration::from_mins(10);
/// Where all draws start from.
const SEED: u64 = 100;

/// A question, but for when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Question {
    endpoint: &'static str,
    /// What is asked beside the span.
    more: &'static str,
    period: &'static str,
    /// Whether the span before is asked for, too; `None` where that makes no difference.
    compared: Option<bool>,
}

impl Question {
    /// Returns every question, with and without comparison.
    pub(super) fn all() -> Vec<Self> {
        let mut all = Self::over(&ENDPOINTS, &PERIODS, &[Some(true), Some(false)]);
        all.extend(Self::over(&ANALYSES, &ANALYSED, &[None]));
        all
    }

    /// Returns every endpoint over these spans, compared where that makes a difference.
    pub(super) fn compared(periods: &[&'static str]) -> Vec<Self> {
        Self::over(&ENDPOINTS, periods, &[Some(true)])
    }

    fn over(
        endpoints: &[(&'static str, &'static str)],
        periods: &[&'static str],
        modes: &[Option<bool>],
    ) -> Vec<Self> {
        let mut all = Vec::new();
        for (endpoint, more) in endpoints.iter().copied() {
            let modes = if COMPARING.contains(&endpoint) {
                modes
            } else {
                &[None]
            };
            for period in periods {
                all.extend(modes.iter().map(|compared| Self {
                    endpoint,
                    more,
                    period,
                    compared: *compared,
                }));
            }
        }
        all
    }

    /// Returns its name in tables.
    pub(super) fn name(self) -> String {
        let Self {
            endpoint, period, ..
        } = self;
        let compared = match self.compared {
            Some(true) => ", compared",
            Some(false) => ", alone",
            None => "",
        };
        format!("{endpoint}, {period}{compared}")
    }

    /// Returns its address below `/api/analytics/`, asked as of an instant.
    pub(super) fn at(self, as_of: Timestamp) -> String {
        let Self {
            endpoint,
            more,
            period,
            compared,
        } = self;
        let compare = match compared {
            Some(true) => "&compare=previous",
            Some(false) => "&compare=none",
            None => "",
        };
        format!("{endpoint}?period={period}&asOf={as_of}{compare}{more}")
    }
}

/// Instants after the end of the history, each another one, the same in every run.
pub(super) struct Instants {
    dice: ChaCha8Rng,
    end: Timestamp,
}

impl Instants {
    /// Returns instants of the first minutes after `end`.
    pub(super) fn after(end: Timestamp) -> Self {
        Self {
            dice: ChaCha8Rng::seed_from_u64(SEED),
            end,
        }
    }

    /// Returns the next one.
    pub(super) fn draw(&mut self) -> Timestamp {
        let later = self.dice.random_range(1..AFTER.as_millis());
        let later = SignedDuration::from_millis(i64::try_from(later).unwrap_or(0));
        self.end.checked_add(later).unwrap_or(self.end)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_endpoint_is_asked_over_every_span_once_in_each_way() {
        let all = Question::all();
        assert_eq!(all.len(), 5 * (3 * 2 + 4) + 2 * ANALYSES.len());
        let names: HashSet<_> = all.iter().map(|question| question.name()).collect();
        assert_eq!(names.len(), all.len());
        assert_eq!(Question::compared(&["30d", "365d"]).len(), 2 * 7);
    }

    #[test]
    fn a_question_names_its_present() {
        let question = Question::compared(&["30d"])[0];
        assert_eq!(question.name(), "dashboard, 30d, compared");
        assert_eq!(
            question.at("2025-12-31T20:00:00.25Z".parse().unwrap()),
            "dashboard?period=30d&asOf=2025-12-31T20:00:00.25Z&compare=previous"
        );
    }

    #[test]
    fn instants_differ_and_lie_in_the_next_minutes() {
        let end: Timestamp = "2025-12-31T18:00:00Z".parse().unwrap();
        let mut instants = Instants::after(end);
        let drawn: HashSet<_> = (0..100).map(|_| instants.draw()).collect();
        assert_eq!(drawn.len(), 100);
        let last = end.checked_add(AFTER).unwrap();
        assert!(drawn.iter().all(|at| end < *at && *at < last));
        assert!(drawn.contains(&Instants::after(end).draw()));
    }
}
