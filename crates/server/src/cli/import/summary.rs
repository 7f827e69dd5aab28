//! What became of an import.

use std::{collections::BTreeMap, fmt::Write as _, time::Instant as Stopwatch};

use domain::warning::Defect;
use indicatif::HumanCount;
use serde_json::Value;

use super::unknown::UnknownKinds;
use crate::{
    cli::print::one_line,
    importer::{CellNotes, EXAMPLES, Note, SkipReason},
    ingest::Outcome,
};

/// What became of an import.
pub(in crate::cli) struct Summary {
    started: Stopwatch,
    stored: u64,
    duplicates: u64,
    sampled_out: u64,
    records: u64,
    refused: BTreeMap<String, (u64, String)>,
    skipped: BTreeMap<&'static str, Examples>,
    warnings: BTreeMap<String, Examples>,
    unknown: UnknownKinds,
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
    fn add(&mut self, count: u64, place: &str, meaning: &impl ToString) {
        if self.count == 0 {
            self.meaning = one_line(&meaning.to_string()).into_owned();
        }
        self.count += count;
        let place = one_line(place);
        if self.places.len() < EXAMPLES && !self.places.iter().any(|known| *known == place) {
            self.places.push(place.into_owned());
        }
    }

    fn line(&self, title: &str, code: &str) -> String {
        let more = self.count - self.places.len() as u64;
        let mut places = self.places.join(", ");
        if more > 0 {
            let _infallible = write!(places, " and {} more", HumanCount(more));
        }
        format!(
            "  {title:<16} {} {code}: {} ({places})\n",
            HumanCount(self.count),
            self.meaning
        )
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
            warnings: BTreeMap::new(),
            unknown: UnknownKinds::default(),
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
        for (defect, (count, field)) in &outcome.noted.counts {
            self.note(*defect, *count, field);
        }
    }

    /// Counts what was wrong with a value without being wrong with the whole.
    pub(in crate::cli) fn note(&mut self, defect: Defect, count: u64, field: &str) {
        let found = self.warnings.entry(defect.code().to_owned()).or_default();
        found.add(count, field, &defect.text());
    }

    /// Counts cells that could not be kept as they were.
    pub(in crate::cli) fn cells(&mut self, notes: &CellNotes) {
        for (defect, cells) in notes.iter() {
            for example in &cells.examples {
                self.note(defect, 1, example);
            }
            self.more(defect.code(), cells.count - cells.examples.len() as u64);
        }
    }

    /// Counts more of what was skipped or noted before.
    pub(in crate::cli) fn more(&mut self, code: &'static str, count: u64) {
        let found = self.skipped.get_mut(code);
        if let Some(found) = found.or_else(|| self.warnings.get_mut(code)) {
            found.count += count;
        }
    }

    /// Returns the channels of unknown kind that gave terms.
    pub(super) fn unknown_kinds(&mut self) -> &mut UnknownKinds {
        &mut self.unknown
    }

    /// Counts what the service answered to a batch of `sent` events.
    pub(in crate::cli) fn answer(&mut self, answer: &Value, sent: u64) {
        let number = |name: &str| answer[name].as_u64().unwrap_or(0);
        let tracked = number("tracked");
        self.duplicates += number("duplicates");
        self.sampled_out += number("sampled");
        self.stored += tracked.saturating_sub(number("duplicates") + number("sampled"));
        let warnings = answer["warnings"].as_array().unwrap_or(&EMPTY);
        for warning in warnings {
            let text = |name: &str| warning[name].as_str().unwrap_or("unknown");
            let found = self.warnings.entry(text("code").to_owned()).or_default();
            found.add(1, text("field"), &text("message"));
        }
        let untold = number("warned").saturating_sub(warnings.len() as u64);
        if untold > 0 {
            let found = self.warnings.entry("others".to_owned()).or_default();
            found.add(untold, "too many to list", &"of the kinds above");
        }
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

    /// Counts events that were refused.
    pub(in crate::cli) fn refuse(&mut self, code: &str, reason: &str, events: u64) {
        let entry = self
            .refused
            .entry(code.to_owned())
            .or_insert_with(|| (0, reason.to_owned()));
        entry.0 += events;
    }

    /// Counts something that was passed over.
    pub(in crate::cli) fn skipped(&mut self, what: &str, reason: &SkipReason) {
        let code = reason.code();
        self.skipped.entry(code).or_default().add(1, what, reason);
    }

    /// Counts something that was not read as it was written.
    pub(in crate::cli) fn noted(&mut self, what: &str, note: Note) {
        let found = self.warnings.entry(note.code().to_owned()).or_default();
        found.add(1, what, &note);
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
                "  refused          {} {code}: {}",
                HumanCount(*count),
                one_line(reason)
            );
        }
        if self.refused.contains_key("past_retention") {
            text.push_str("                   To keep old history, set ANALYTICS_RETENTION_DAYS (0 keeps it for ever) for import and service.\n");
        }
        for (code, found) in &self.skipped {
            text.push_str(&found.line("skipped", code));
        }
        for (code, found) in &self.warnings {
            text.push_str(&found.line("warnings", code));
        }
        if let Some(unknown) = self.unknown.text() {
            let _infallible = writeln!(text, "  unknown kinds    {unknown}");
        }
        if self.taken() > 0 {
            for input in &self.empty {
                let _infallible = writeln!(text, "  no events        {}", one_line(input));
            }
        }
        text
    }
}

static EMPTY: Vec<Value> = Vec::new();

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_news_is_a_line_of_its_own() {
        let mut summary = Summary::begin();
        summary.records(2);
        summary.answer(
            &json!({
                "tracked": 4, "duplicates": 1, "sampled": 1, "warned": 3,
                "errors": [{"code": "in_future", "message": "too early"}],
                "warnings": [
                    {"code": "string_too_long", "message": "cut", "field": "text"},
                    {"code": "string_too_long", "message": "cut", "field": "properties.a"},
                ],
            }),
            7,
        );
        summary.note(Defect::Placeholder, 1, "userId");
        summary.skipped("a\u{1b}[31m.ndjson:3", &SkipReason::TooLongLine);
        summary.skipped("b.ndjson:4", &SkipReason::TooLongLine);
        let text = summary.text("into the store");
        let (first, rest) = text.split_once('\n').unwrap();
        assert!(
            first.starts_with("imported into the store in 0.0 s ("),
            "{first}"
        );
        assert!(first.ends_with(" events/s)"), "{first}");
        assert_eq!(
            rest,
            "  new events       2\n  \
             known already    1\n  \
             records changed  2\n  \
             sampled out      1\n  \
             refused          1 in_future: too early\n  \
             refused          2 others: see /api/analytics/dead-letters\n  \
             skipped          2 too_long_line: the line is longer than 1 MiB \
             (a\\u001b[31m.ndjson:3, b.ndjson:4)\n  \
             warnings         1 others: of the kinds above (too many to list)\n  \
             warnings         1 placeholder_identifier: the identifier stands for nobody and was \
             left out (userId)\n  \
             warnings         2 string_too_long: cut (text, properties.a)\n"
        );
    }
}
