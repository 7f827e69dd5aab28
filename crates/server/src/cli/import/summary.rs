//! What became of an import.

use std::{collections::BTreeMap, fmt::Write as _, time::Instant as Stopwatch};

use indicatif::HumanCount;
use serde_json::Value;

use crate::{importer::SkipReason, ingest::Outcome};

/// Examples shown for each reason.
const EXAMPLES: usize = 3;

/// What became of an import.
pub(in crate::cli) struct Summary {
    started: Stopwatch,
    stored: u64,
    duplicates: u64,
    sampled_out: u64,
    records: u64,
    refused: BTreeMap<String, (u64, String)>,
    skipped: BTreeMap<&'static str, (u64, String, Vec<String>)>,
}

impl Summary {
    pub(in crate::cli) fn begin() -> Self {
        Self {
            started: Stopwatch::now(),
            stored: 0,
            duplicates: 0,
            sampled_out: 0,
            records: 0,
            refused: BTreeMap::new(),
            skipped: BTreeMap::new(),
        }
    }

    /// Counts records that said something new.
    pub(in crate::cli) fn records(&mut self, changed: u64) {
        self.records += changed;
    }

    /// Counts what became of a batch.
    pub(in crate::cli) fn outcome(&mut self, outcome: &Outcome) {
        self.stored += outcome.stored;
        self.duplicates += outcome.duplicates;
        self.sampled_out += outcome.sampled_out;
        for failure in &outcome.failures {
            self.refuse(failure.reason.code(), &failure.reason.to_string(), 1);
        }
    }

    /// Counts what the service answered to a batch of `sent` events.
    pub(in crate::cli) fn answer(&mut self, answer: &Value, sent: u64) {
        let number = |name: &str| answer[name].as_u64().unwrap_or(0);
        let tracked = number("tracked");
        self.duplicates += number("duplicates");
        self.sampled_out += number("sampled");
        self.stored += tracked.saturating_sub(number("duplicates") + number("sampled"));
        let errors = match &answer["errors"] {
            Value::Array(errors) => errors,
            _ => answer["error"]["details"]["errors"]
                .as_array()
                .map_or(&EMPTY, |errors| errors),
        };
        for error in errors {
            let text = |name: &str| error[name].as_str().unwrap_or("unknown").to_owned();
            self.refuse(&text("code"), &text("message"), 1);
        }
        let unlisted = sent
            .saturating_sub(tracked)
            .saturating_sub(errors.len() as u64);
        if unlisted > 0 {
            self.refuse("others", "see /api/analytics/dead-letters", unlisted);
        }
    }

    fn refuse(&mut self, code: &str, reason: &str, events: u64) {
        let entry = self
            .refused
            .entry(code.to_owned())
            .or_insert_with(|| (0, reason.to_owned()));
        entry.0 += events;
    }

    /// Counts something that was passed over.
    pub(in crate::cli) fn skipped(&mut self, what: &str, reason: &SkipReason) {
        let (count, _, examples) = self
            .skipped
            .entry(reason.code())
            .or_insert_with(|| (0, reason.to_string(), Vec::new()));
        *count += 1;
        if examples.len() < EXAMPLES {
            examples.push(what.to_owned());
        }
    }

    /// Returns whether there was something to take and nothing of it was.
    pub(in crate::cli) fn nothing_taken(&self) -> bool {
        let refused: u64 = self.refused.values().map(|(count, _)| count).sum();
        refused > 0 && self.stored + self.duplicates + self.sampled_out == 0
    }

    /// Returns the summary, for people.
    pub(in crate::cli) fn text(&self, target: &str) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let all = self.stored + self.duplicates + self.sampled_out;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate to show"
        )]
        let rate = (all as f64 / seconds) as u64;
        let mut text = format!(
            "imported {target} in {seconds:.1} s ({} events/s)\n  new events       {}\n  known already    {}\n  records changed  {}\n",
            HumanCount(rate),
            HumanCount(self.stored),
            HumanCount(self.duplicates),
            HumanCount(self.records),
        );
        if self.sampled_out > 0 {
            let _infallible = writeln!(text, "  sampled out      {}", HumanCount(self.sampled_out));
        }
        for (code, (count, reason)) in &self.refused {
            let _infallible = writeln!(
                text,
                "  refused          {} {code}: {reason}",
                HumanCount(*count)
            );
        }
        if self.refused.contains_key("past_retention") {
            text.push_str("                   To keep old history, set ANALYTICS_RETENTION_DAYS (0 keeps it for ever) for import and service.\n");
        }
        for (code, (count, reason, examples)) in &self.skipped {
            let _infallible = writeln!(
                text,
                "  skipped          {} {code}: {reason} ({})",
                HumanCount(*count),
                examples.join(", ")
            );
        }
        text
    }
}

static EMPTY: Vec<Value> = Vec::new();
