//! What of accepted events could not be kept as it was sent.

use std::collections::BTreeMap;

use domain::warning::{Defect, Warning};

/// How many warnings are kept of a batch; the others are counted.
const MOST_KEPT: usize = 100;

/// Warnings about the events of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noted {
    /// The first of them, each with the place of its event in the batch, from 0.
    pub first: Vec<(usize, Warning)>,
    /// How many there are of each defect, with the first field that had it.
    pub counts: BTreeMap<Defect, (u64, Box<str>)>,
}

impl Noted {
    /// Adds what was wrong with the event at `index`.
    pub fn add(&mut self, index: usize, warnings: Vec<Warning>) {
        for warning in warnings {
            let count = self
                .counts
                .entry(warning.defect)
                .or_insert_with(|| (0, warning.field.clone()));
            count.0 += 1;
            if self.first.len() < MOST_KEPT {
                self.first.push((index, warning));
            }
        }
    }

    /// Returns how many there are.
    pub fn total(&self) -> u64 {
        self.counts.values().map(|(count, _)| count).sum()
    }
}
