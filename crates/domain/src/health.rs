//! The score of platform health: its parts, what each value of a part is worth, and the weights.
//!
//! A part is one declaration. From it come the score, the formula beside it, the setting of weights, the
//! answer and the reference.

use crate::{
    event::Kind,
    metric::{Condition, Predicate},
    ratio::Ratio,
};

/// An event that arrives later than this after it happened is history, such as an import: it says nothing
/// of how fast events come in. In seconds.
pub const MOST_LAG: i64 = 24 * 3_600;

/// Which percentile of lags and latencies counts.
pub const PERCENTILE: u32 = 95;

/// Events that may tell how long an operation of the chat took.
pub const MEASURED: Predicate = Predicate(&[Condition::Kind(&[
    Kind::PerformanceMark,
    Kind::SlowOperation,
    Kind::ApiError,
    Kind::SearchPerformed,
])]);

/// Their properties that say it, in milliseconds: the first that is a number counts.
pub const LATENCIES: &[&str] = &[
    "api_latency_ms",
    "apiLatencyMs",
    "latency_ms",
    "latencyMs",
    "requestDuration",
    "searchDuration",
    "search_duration",
    "duration_ms",
    "durationMs",
    "duration",
];

/// How the score is made of the parts, in words.
pub const FORMULA: &str = "sum of weight × score over the parts whose score is known, divided by the sum of their weights; \
     scores as shown, rounded to one decimal";

/// What a part of the score is.
#[derive(Debug, Clone, Copy)]
pub struct HealthPartDefinition {
    /// Name in answers and in the setting.
    pub name: &'static str,
    /// Title in pages.
    pub title: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// How many decimals of the value are shown.
    pub decimals: u32,
    /// The value that is worth 100 points; so is every better one.
    pub best: u32,
    /// The value that is worth none; so is every worse one.
    pub worst: u32,
    /// Whether both hold for a span of one day, and grow with its length in days.
    pub by_days: bool,
    /// The value in words.
    pub text: &'static str,
}

macro_rules! parts {
    ($(#[doc = $doc:literal] $variant:ident $name:literal, $title:literal, $unit:literal, $decimals:literal: $best:literal to $worst:literal $($by_days:ident)?, $text:literal;)*) => {
        /// A part of the score.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum HealthPart {
            $(#[doc = $doc] $variant,)*
        }

        impl HealthPart {
            /// Every part, in the order of answers.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// Returns the declaration.
            pub const fn definition(self) -> HealthPartDefinition {
                match self {
                    $(Self::$variant => HealthPartDefinition {
                        name: $name,
                        title: $title,
                        unit: $unit,
                        decimals: $decimals,
                        best: $best,
                        worst: $worst,
                        by_days: parts!(@ $($by_days)?),
                        text: $text,
                    },)*
                }
            }
        }
    };
    (@) => { false };
    (@ by_days) => { true };
}

parts! {
    /// What could not be accepted of all that arrived.
    FailedEvents "failedEvents", "Failed events", "percent", 2: 0 to 5,
        "Share of what arrived in the span that was refused and kept as a dead letter; events that were known already are not counted. Older dead letters may be gone (ANALYTICS_MAX_DEAD_LETTERS).";
    /// How late events arrive.
    IngestLag "ingestLag", "Ingest lag", "seconds", 0: 60 to 900,
        "95th percentile, by nearest rank, of the whole seconds from when an event of the span happened until it arrived. An event that came more than 24 hours late is history, as of an import, and not counted; one without a time of its own has no lag.";
    /// How often people meet errors.
    Errors "errors", "Errors per active person", "events", 3: 0 to 1 by_days,
        "Errors of the span (metric errors) divided by the people active in it (metric activeUsers).";
    /// How long operations take.
    Latency "latency", "Latency of operations", "milliseconds", 0: 200 to 2000,
        "95th percentile, by nearest rank, of how long operations of the chat took, in whole milliseconds: of performance_mark, slow_operation, api_error and search_performed the first of api_latency_ms, latency_ms, requestDuration, searchDuration, duration_ms and duration that is a number.";
    /// Whether what is sent arrives.
    Deliveries "deliveries", "Deliveries", "percent", 2: 100 to 90,
        "Share of the reports and webhooks of the span that were delivered.";
}

impl HealthPart {
    /// Returns the part of that name.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|part| part.definition().name == name)
    }

    /// Returns the points of a value over a span of so many days, in tenths from 0 to 1000.
    pub fn tenths(self, value: Ratio, days: u32) -> u32 {
        let HealthPartDefinition {
            best,
            worst,
            by_days,
            ..
        } = self.definition();
        let days = if by_days { i128::from(days.max(1)) } else { 1 };
        let way = value.along(i128::from(worst) * days, i128::from(best) * days);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 0 to 1000"
        )]
        let tenths = (way.percent(1) * 10.0).round() as u32;
        tenths
    }

    /// Returns how a value becomes points, as a formula with the limits written in.
    pub fn formula(self) -> String {
        let HealthPartDefinition {
            best,
            worst,
            by_days,
            ..
        } = self.definition();
        let limit = |limit: u32| match (by_days, limit) {
            (true, limit) if limit > 0 => format!("{limit} × days of the span"),
            (_, limit) => limit.to_string(),
        };
        let (best, worst) = (limit(best), limit(worst));
        format!(
            "100 × ({worst} − value) / ({worst} − {best}), clamped to 0–100, rounded to one decimal"
        )
    }
}

/// How much each part counts; equal until set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthWeights([u32; HealthPart::ALL.len()]);

impl Default for HealthWeights {
    fn default() -> Self {
        Self([1; HealthPart::ALL.len()])
    }
}

impl HealthWeights {
    /// Returns the weight of a part.
    pub const fn of(&self, part: HealthPart) -> u32 {
        self.0[part as usize]
    }

    /// Returns the same with another weight of a part.
    #[must_use]
    pub const fn with(mut self, part: HealthPart, weight: u32) -> Self {
        self.0[part as usize] = weight;
        self
    }

    /// Returns whether no part counts.
    pub fn is_nothing(&self) -> bool {
        self.0.iter().all(|weight| *weight == 0)
    }

    /// Returns the score of parts whose points are known, each in tenths; `None` where none of them counts.
    pub fn score(
        &self,
        known: impl IntoIterator<Item = (HealthPart, Option<u32>)>,
    ) -> Option<Ratio> {
        let (mut points, mut weights) = (0, 0);
        for (part, tenths) in known {
            if let Some(tenths) = tenths {
                let weight = i128::from(self.of(part));
                points += weight * i128::from(tenths);
                weights += weight;
            }
        }
        Ratio::new(points, weights * 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(part: i128, whole: i128) -> Ratio {
        Ratio::new(part, whole).unwrap()
    }

    #[test]
    fn values_are_worth_what_the_formulas_say() {
        for (part, of, days, tenths) in [
            (HealthPart::FailedEvents, value(0, 1), 1, 1_000),
            // 1 % of the way to 5 %: 80 points.
            (HealthPart::FailedEvents, value(1, 1), 30, 800),
            (HealthPart::FailedEvents, value(7, 1), 1, 0),
            (HealthPart::IngestLag, value(3, 1), 1, 1_000),
            // (900 − 200) / 840 are 83.33 %.
            (HealthPart::IngestLag, value(200, 1), 1, 833),
            // A third of an error of each person: of one day it is worth 66.7, of seven (7 − 1/3) / 7.
            (HealthPart::Errors, value(1, 3), 1, 667),
            (HealthPart::Errors, value(1, 3), 7, 952),
            (HealthPart::Latency, value(1_100, 1), 1, 500),
            (HealthPart::Deliveries, value(100, 1), 1, 1_000),
            (HealthPart::Deliveries, value(95, 1), 1, 500),
            (HealthPart::Deliveries, value(50, 1), 1, 0),
        ] {
            assert_eq!(part.tenths(of, days), tenths, "{part:?} {of:?} {days}");
        }
        assert_eq!(
            HealthPart::IngestLag.formula(),
            "100 × (900 − value) / (900 − 60), clamped to 0–100, rounded to one decimal"
        );
        assert_eq!(
            HealthPart::Errors.formula(),
            "100 × (1 × days of the span − value) / (1 × days of the span − 0), clamped to 0–100, \
             rounded to one decimal"
        );
    }

    #[test]
    fn what_is_not_known_takes_no_weight() {
        let [failed, lag, errors, ..] = HealthPart::ALL;
        let known = [(failed, Some(1_000)), (lag, Some(501)), (errors, None)];
        let score = |weights: HealthWeights| weights.score(known).map(|score| score.rounded(1));
        // (100 + 50.1) / 2 is 75.05.
        assert_eq!(score(HealthWeights::default()), Some(75.1));
        // (100 + 3 × 50.1) / 4 is 62.575.
        let heavier = HealthWeights::default().with(lag, 3).with(errors, 9);
        assert_eq!(score(heavier), Some(62.6));
        let none = HealthWeights::default().with(failed, 0).with(lag, 0);
        assert_eq!((score(none), none.is_nothing()), (None, false));
        assert!(HealthWeights::default().score([(lag, None)]).is_none());
    }

    #[test]
    fn the_definition_of_latency_names_what_is_read() {
        use crate::event::snake_case;
        let text = HealthPart::Latency.definition().text;
        for name in LATENCIES {
            let mut same = LATENCIES
                .iter()
                .filter(|other| snake_case(other) == snake_case(name));
            assert!(same.any(|name| text.contains(name)), "{name}");
        }
    }

    #[test]
    fn names_are_those_of_one_part() {
        for part in HealthPart::ALL {
            let definition = part.definition();
            assert_eq!(HealthPart::parse(definition.name), Some(part));
            assert_ne!(definition.best, definition.worst);
        }
        assert_eq!(HealthPart::parse("lag"), None);
    }
}
