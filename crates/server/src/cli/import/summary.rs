//! What became of an import.

use std::{collections::BTreeMap, fmt::Write as _, time::Instant as Stopwatch};

use indicatif::HumanCount;
use serde_json::Value;

use crate::{
    importer::{Note, SkipReason},
    ingest::Outcome,
};

/// Examples shown for each reason.
const EXAMPLES: usize = 10;

/// What became of an import.
pub(in crate::cli) struct Summary {
    started: Stopwatch,
    stored: u64,
    duplicates: u64,
    sampled_out: u64,
    records: u64,
    refused: BTreeMap<String, (u64, String)>,
    skipped: BTreeMap<&'static str, Examples>,
    noted: BTreeMap<&'static str, Examples>,
    /// Inputs that held no event.
    empty: Vec<String>,
}

/// How often something was found, what it is, and where.
#[derive(Default)]
struct Examples {
    count: u64,
    meaning: String,
    places: Vec<String>,
}

impl Examples {
    fn add(&mut self, place: &str, meaning: &impl ToString) {
        if self.count == 0 {
            self.meaning = meaning.to_string();
        }
        self.count += 1;
        if self.places.len() < EXAMPLES {
            self.places.push(place.to_owned());
        }
    }

    /// Returns the places, and how many more there are.
    fn places(&self) -> String {
        let more = self.count - self.places.len() as u64;
        let shown = self.places.join(", ");
        if more == 0 {
            shown
        } else {
            format!("{shown} and {} more", HumanCount(more))
        }
    }
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
            noted: BTreeMap::new(),
            empty: Vec::new(),
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
        let code = reason.code();
        self.skipped.entry(code).or_default().add(what, reason);
    }

    /// Counts something that was not read as it was written.
    pub(in crate::cli) fn noted(&mut self, what: &str, note: Note) {
        self.noted.entry(note.code()).or_default().add(what, &note);
    }

    /// Remembers an input that held no event.
    pub(in crate::cli) fn empty(&mut self, input: String) {
        self.empty.push(input);
    }

    /// Returns how many events were taken, whatever became of them.
    fn taken(&self) -> u64 {
        self.stored + self.duplicates + self.sampled_out
    }

    /// Returns why nothing was taken, or `None` when something was.
    pub(in crate::cli) fn nothing_taken(&self) -> Option<String> {
        if self.taken() > 0 {
            return None;
        }
        let reason = if !self.refused.is_empty() {
            "every event was refused; the reasons are above"
        } else if !self.skipped.is_empty() {
            "nothing in it could be read as an event; the reasons are above"
        } else {
            "there is no event in it; check that it is the right file"
        };
        Some(format!("no event was imported: {reason}"))
    }

    /// Returns the summary, for people.
    pub(in crate::cli) fn text(&self, target: &str) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let all = self.taken();
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
        for (title, all) in [("skipped", &self.skipped), ("warnings", &self.noted)] {
            for (code, found) in all {
                let _infallible = writeln!(
                    text,
                    "  {title:<16} {} {code}: {} ({})",
                    HumanCount(found.count),
                    found.meaning,
                    found.places()
                );
            }
        }
        if self.taken() > 0 {
            for input in &self.empty {
                let _infallible = writeln!(text, "  no events        {input}");
            }
        }
        text
    }
}

static EMPTY: Vec<Value> = Vec::new();
