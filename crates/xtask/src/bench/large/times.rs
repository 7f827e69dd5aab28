//! How long one question took, drawn many times.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hyper::StatusCode;

use crate::bench::load::{Connection, quantile};

/// The times of one question.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Times {
    sorted: Vec<Duration>,
    /// Answers that the service had remembered.
    pub(super) remembered: usize,
    /// Questions that the service gave up; they count with the time until it did.
    pub(super) given_up: usize,
}

/// How often a question is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws {
    pub(super) most: usize,
    /// No more is drawn when all draws together took this long.
    pub(super) budget: Duration,
}

impl Times {
    /// Asks once and adds how long it took.
    pub(super) async fn ask(&mut self, connection: &mut Connection, question: &str) -> Result<()> {
        let asked = Instant::now();
        let answer = connection.ask(question).await;
        let took = asked.elapsed();
        let answer = answer.with_context(|| question.to_owned())?;
        self.remembered += usize::from(answer.is_remembered);
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            self.given_up += 1;
        } else {
            answer.success().with_context(|| question.to_owned())?;
        }
        self.add(took);
        Ok(())
    }

    pub(super) fn add(&mut self, took: Duration) {
        let place = self.sorted.partition_point(|time| *time <= took);
        self.sorted.insert(place, took);
    }

    /// Returns whether the question is to be asked once more.
    pub(super) fn wants_more(&self, draws: Draws) -> bool {
        let spent: Duration = self.sorted.iter().sum();
        self.sorted.len() < draws.most && (self.sorted.is_empty() || spent < draws.budget)
    }

    /// Returns how often it was asked.
    pub(super) fn count(&self) -> usize {
        self.sorted.len()
    }

    /// Returns a quantile in milliseconds.
    pub(super) fn quantile(&self, percent: usize) -> f64 {
        quantile(&self.sorted, percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(millis: &[u64]) -> Times {
        let mut times = Times::default();
        for time in millis {
            times.add(Duration::from_millis(*time));
        }
        times
    }

    #[test]
    fn quantiles_do_not_depend_on_the_order() {
        let times = times(&[30, 10, 20]);
        assert_eq!(times.count(), 3);
        assert!((times.quantile(50) - 20.0).abs() < 1e-9);
        assert!((times.quantile(99) - 30.0).abs() < 1e-9);
    }

    #[test]
    fn draws_end_with_their_number_or_their_time() {
        let draws = Draws {
            most: 3,
            budget: Duration::from_millis(100),
        };
        assert!(times(&[]).wants_more(draws));
        assert!(times(&[10, 10]).wants_more(draws));
        assert!(!times(&[10, 10, 10]).wants_more(draws));
        assert!(!times(&[100]).wants_more(draws));
        let nothing = Draws {
            budget: Duration::ZERO,
            ..draws
        };
        assert!(times(&[]).wants_more(nothing));
    }
}
