//! The values of the parts over a span, and what they are worth.

use domain::{
    health::{HealthPart, HealthWeights, MOST_LAG, PERCENTILE},
    ratio::{Amount, Ratio},
};
use engine::measured::Values;

use super::answer::{HealthNumbers, PartNumbers};

/// What was counted in a span or bucket.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    /// Events that arrived; nothing where the question is narrowed.
    pub(super) accepted: Amount,
    /// Dead letters that arrived.
    pub(super) failed: Amount,
    /// How late events came, those of history not among them.
    pub(super) lags: Values,
    /// Events that came too late to be told apart from history.
    pub(super) historical: Amount,
    /// Errors.
    pub(super) errors: Amount,
    /// People who were active.
    pub(super) people: Amount,
    /// How long operations took.
    pub(super) latencies: Values,
    /// The length in local days.
    pub(super) days: u32,
}

/// What a question can tell at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// What arrived: it cannot be narrowed.
    pub(super) arrivals: bool,
    /// Errors: some source has told of them, or of timings, at some time.
    pub(super) errors: bool,
}

impl Counted {
    /// Takes over how late events came.
    pub(super) fn set_lags(&mut self, mut lags: Values) {
        self.historical = lags.split_off_above(MOST_LAG);
        self.lags = lags;
    }

    /// Returns the value of a part, in its unit.
    pub(super) fn value(&self, part: HealthPart, told: Told) -> Option<Ratio> {
        match part {
            HealthPart::FailedEvents => {
                let arrived = self.accepted + self.failed;
                let of_hundred = self.failed.times(100);
                Ratio::of(of_hundred, arrived).filter(|_| told.arrivals)
            }
            HealthPart::IngestLag => self.lags.percentile_as_ratio(PERCENTILE),
            HealthPart::Errors => Ratio::of(self.errors, self.people).filter(|_| told.errors),
            HealthPart::Latency => self.latencies.percentile_as_ratio(PERCENTILE),
            // Reports and webhooks are kept, and nothing sends them.
            HealthPart::Deliveries => None,
        }
    }

    /// Returns what the value of a part is worth, in tenths of a point.
    pub(super) fn tenths(&self, part: HealthPart, told: Told) -> Option<u32> {
        let value = self.value(part, told)?;
        Some(part.tenths(value, self.days))
    }

    /// Returns the score.
    pub(super) fn score(&self, weights: &HealthWeights, told: Told) -> Option<Ratio> {
        let known = HealthPart::ALL.map(|part| (part, self.tenths(part, told)));
        weights.score(known)
    }

    /// Returns why the value of a part is not known; `None` where it is.
    pub(super) fn reason(&self, part: HealthPart, told: Told) -> Option<&'static str> {
        if self.value(part, told).is_some() {
            return None;
        }
        Some(match part {
            HealthPart::FailedEvents if told.arrivals => "nothing arrived in the span",
            HealthPart::FailedEvents => {
                "what is refused belongs to no channel, person or kind, so that a narrowed question cannot tell"
            }
            HealthPart::IngestLag => {
                "no event of the span arrived within 24 hours of when it happened"
            }
            HealthPart::Errors if told.errors => "nobody was active in the span",
            HealthPart::Errors => "no source has ever told of errors or timings",
            HealthPart::Latency => "no event of the span tells how long an operation took",
            HealthPart::Deliveries => "nothing is sent yet: reports are kept, and not delivered",
        })
    }

    /// Returns the numbers of a bucket.
    pub(super) fn numbers(&self, weights: &HealthWeights, told: Told) -> HealthNumbers {
        let of = |part: HealthPart| PartNumbers {
            value: self
                .value(part, told)
                .map(|value| value.rounded(part.definition().decimals)),
            score: self.tenths(part, told).map(points),
        };
        HealthNumbers {
            score: self.score(weights, told).map(|score| score.rounded(1)),
            failed_events: of(HealthPart::FailedEvents),
            ingest_lag: of(HealthPart::IngestLag),
            errors: of(HealthPart::Errors),
            latency: of(HealthPart::Latency),
            deliveries: of(HealthPart::Deliveries),
        }
    }
}

/// Returns points that are given in tenths.
pub(super) fn points(tenths: u32) -> f64 {
    f64::from(tenths) / 10.0
}
