//! What the service says of the days that it has filled.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::product::Client;

/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// Longest time without a day being finished.
const PATIENCE: Duration = Duration::from_mins(10);

/// How far the service is with filling days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ledger {
    pub(super) days: u64,
    pub(super) clean: u64,
    /// Days that wait for it or are being filled.
    waiting: u64,
    /// Months that wait for it.
    months_waiting: u64,
    /// How long the last day took, in milliseconds, where the service tells.
    last_millis: Option<f64>,
}

/// How days were filled.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Rounds {
    pub(super) days: u64,
    /// The longest time for a day among those that were seen, in milliseconds.
    pub(super) slowest_millis: Option<f64>,
}

impl Ledger {
    fn read(answer: &Value) -> Option<Self> {
        let number = |name: &str| answer[name].as_u64();
        Some(Self {
            days: number("days")?,
            clean: number("clean")?,
            waiting: number("dirty")? + number("started")?,
            months_waiting: number("monthsWaiting")?,
            last_millis: answer["lastFill"]["millis"].as_f64(),
        })
    }

    /// Returns whether all days are filled, except for one that may still go on, and the months
    /// that are over.
    fn is_settled(self) -> bool {
        self.clean > 0 && self.waiting <= 1 && self.months_waiting == 0
    }
}

/// Waits until all days are filled; `reached` hears of every look. Returns `None` when the
/// service has no such days.
pub(super) fn settle(client: &Client, reached: impl Fn(Ledger)) -> Result<Option<Rounds>> {
    let mut rounds = Rounds::default();
    let (mut clean, mut since) = (0, Instant::now());
    loop {
        let Some(answer) = client.find("ledger")? else {
            return Ok(None);
        };
        let ledger = Ledger::read(&answer).with_context(|| format!("the ledger: {answer}"))?;
        reached(ledger);
        rounds.days = ledger.days;
        if let Some(millis) = ledger.last_millis {
            let slowest = rounds.slowest_millis.unwrap_or(millis).max(millis);
            rounds.slowest_millis = Some(slowest);
        }
        if ledger.is_settled() {
            return Ok(Some(rounds));
        }
        if ledger.clean != clean {
            (clean, since) = (ledger.clean, Instant::now());
        }
        ensure!(
            since.elapsed() < PATIENCE,
            "no day was finished in {PATIENCE:?}: {answer}"
        );
        thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_one_day_may_wait() {
        let settled_but = |days: u64, clean: u64, dirty: u64, started: u64, months: u64| {
            let answer = json!({
                "days": days, "clean": clean, "dirty": dirty, "started": started,
                "monthsWaiting": months,
            });
            Ledger::read(&answer).unwrap().is_settled()
        };
        let settled = |days, clean, dirty, started| settled_but(days, clean, dirty, started, 0);
        assert!(!settled_but(365, 365, 0, 0, 1));
        assert!(settled(365, 365, 0, 0));
        assert!(settled(365, 364, 1, 0));
        assert!(!settled(365, 363, 1, 1));
        assert!(!settled(365, 0, 365, 0));
        // Before the service has looked for days.
        assert!(!settled(0, 0, 0, 0));
    }

    #[test]
    fn the_time_of_a_day_may_be_missing() {
        let mut answer =
            json!({"days": 2, "clean": 1, "dirty": 0, "started": 1, "monthsWaiting": 0});
        assert_eq!(Ledger::read(&answer).unwrap().last_millis, None);
        answer["lastFill"] = json!({"millis": 812, "events": 270_000});
        assert_eq!(Ledger::read(&answer).unwrap().last_millis, Some(812.0));
        assert_eq!(Ledger::read(&json!({"days": 2})), None);
    }
}
