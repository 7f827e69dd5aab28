//! What is found in an upload, and what became of it.

use std::collections::{BTreeMap, HashSet};

use domain::{event::Reason, id::ChannelId, time::Instant};

use crate::{
    importer::{CellNotes, EXAMPLES, Piece},
    ingest::Outcome,
};

/// What is found in an upload, and what became of it.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Events that can be stored, or were.
    pub events: u64,
    /// People that its lists name.
    pub people: u64,
    /// Channels that its lists name.
    pub channels: u64,
    /// Channels of which nothing says who may see them, though their texts give terms.
    pub unknown_channels: HashSet<ChannelId>,
    /// The first moment of an event.
    pub first: Option<Instant>,
    /// The last one.
    pub last: Option<Instant>,
    /// Events that are stored now and were not before.
    pub stored: u64,
    /// Events that were stored already.
    pub known: u64,
    /// Events left out by sampling.
    pub sampled_out: u64,
    /// Records of people and channels that said something new.
    pub records: u64,
    /// What was refused, passed over or not kept as it was written, by its code.
    pub findings: BTreeMap<&'static str, Finding>,
}

/// Something that was refused, passed over or not kept as it was written.
#[derive(Debug, Clone, Default)]
pub struct Finding {
    /// Whether it cost an event or record, and not a part of one.
    pub is_loss: bool,
    /// How often.
    pub count: u64,
    /// What it is, of the first one.
    pub meaning: String,
    /// Where the first ones stand.
    pub places: Vec<String>,
}

/// Channels of unknown kind that are told apart; more than these are not counted.
const MOST_UNKNOWN: usize = 10_000;

impl Tally {
    /// Returns how many events are older than what is kept.
    pub fn too_old(&self) -> u64 {
        let code = Reason::PastRetention.code();
        self.findings.get(code).map_or(0, |finding| finding.count)
    }

    /// Counts channels of which nothing says who may see them.
    pub(super) fn unknown(&mut self, channels: HashSet<ChannelId>) {
        let room = MOST_UNKNOWN.saturating_sub(self.unknown_channels.len());
        self.unknown_channels
            .extend(channels.into_iter().take(room));
    }

    fn find(&mut self, code: &'static str, meaning: &impl ToString, is_loss: bool) -> &mut Finding {
        let finding = self.findings.entry(code).or_default();
        if finding.count == 0 {
            (finding.meaning, finding.is_loss) = (meaning.to_string(), is_loss);
        }
        finding.count += 1;
        finding
    }

    fn at(&mut self, code: &'static str, meaning: &impl ToString, is_loss: bool, place: &str) {
        let finding = self.find(code, meaning, is_loss);
        if finding.places.len() < EXAMPLES {
            finding.places.push(place.to_owned());
        }
    }

    /// Counts what a piece says was passed over or changed; returns the piece if it is more than that.
    pub(super) fn take_notes(&mut self, piece: Piece) -> Option<Piece> {
        match piece {
            Piece::Records(_) | Piece::Events { .. } => return Some(piece),
            Piece::Skipped { what, reason } => self.at(reason.code(), &reason, true, &what),
            Piece::Noted { what, note } => self.at(note.code(), &note, false, &what),
            Piece::More { code, count } => {
                if let Some(finding) = self.findings.get_mut(code) {
                    finding.count += count;
                }
            }
        }
        None
    }

    /// Counts cells of a table that could not be kept as they were.
    pub(super) fn cells(&mut self, notes: &CellNotes) {
        for (defect, cells) in notes.iter() {
            for example in &cells.examples {
                self.at(defect.code(), &defect.text(), false, example);
            }
            if let Some(finding) = self.findings.get_mut(defect.code()) {
                finding.count += cells.count - cells.examples.len() as u64;
            }
        }
    }

    /// Counts what became of a batch, or would become of it.
    pub(super) fn outcome(&mut self, outcome: &Outcome) {
        self.stored += outcome.stored;
        self.known += outcome.duplicates;
        self.sampled_out += outcome.sampled_out;
        for failure in &outcome.failures {
            self.find(failure.reason.code(), &failure.reason, true);
        }
        for (defect, (count, field)) in &outcome.noted.counts {
            self.at(defect.code(), &defect.text(), false, field);
            if let Some(finding) = self.findings.get_mut(defect.code()) {
                finding.count += count - 1;
            }
        }
    }

    /// Widens the span by the moments of events.
    pub(super) fn moments(&mut self, moments: impl Iterator<Item = Instant>) {
        for at in moments {
            self.first = Some(self.first.map_or(at, |first| first.min(at)));
            self.last = Some(self.last.map_or(at, |last| last.max(at)));
        }
    }
}
