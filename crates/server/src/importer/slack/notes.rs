//! What is noticed before the messages are read: counted, with a few examples of each kind, because
//! a list may hold millions of entries that cannot be read.

use std::collections::BTreeMap;

use crate::importer::{EXAMPLES, Item, Note, SkipReason};

/// What was noticed.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The examples, in the order they were found.
    examples: Vec<Item>,
    /// How many there are of each code.
    counts: BTreeMap<&'static str, usize>,
}

impl Notes {
    /// Adds something that was not read as it was written.
    pub(super) fn noted(&mut self, note: Note, what: impl FnOnce() -> String) {
        self.add(note.code(), || Item::Noted { what: what(), note });
    }

    /// Adds something that was not read.
    pub(super) fn skipped(&mut self, reason: SkipReason, what: impl FnOnce() -> String) {
        self.add(reason.code(), || Item::Skipped {
            what: what(),
            reason,
        });
    }

    fn add(&mut self, code: &'static str, example: impl FnOnce() -> Item) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= EXAMPLES {
            self.examples.push(example());
        }
    }

    /// Returns the examples, then how many more there are.
    pub(super) fn items(&self) -> impl Iterator<Item = Item> {
        let more = self.counts.iter().filter_map(|(code, count)| {
            let count = count.checked_sub(EXAMPLES).filter(|count| *count > 0)?;
            Some(Item::More {
                code,
                count: count as u64,
            })
        });
        self.examples.iter().cloned().chain(more)
    }
}
