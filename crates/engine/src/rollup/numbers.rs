//! Numbers that events have, counted by value: while they are counted, and once they are put away.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    column::{Column, Combine},
    fold::Fact,
};
use crate::measured::KEPT;

/// How many events have which number.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// By place in [`KEPT`], bots apart.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Run {
    place: u8,
    is_bot: bool,
    /// Ascending.
    values: Vec<u32>,
    /// How many events have each, by their weights.
    counts: Column,
}

impl Numbers {
    /// Returns each value of the number at a place with how many events have it; those of bots, and those
    /// of people, ascend.
    pub fn of(&self, place: usize, is_bot: bool) -> impl Iterator<Item = (u32, f64)> {
        let runs = self.runs.iter();
        let of = runs.filter(move |run| usize::from(run.place) == place && run.is_bot == is_bot);
        of.flat_map(|run| {
            let values = run.values.iter().enumerate();
            values.map(|(index, value)| (*value, run.counts.get(index)))
        })
    }

    /// Returns the bytes that the numbers take in memory.
    pub fn bytes(&self) -> usize {
        let runs = self.runs.iter();
        runs.map(|run| size_of::<Run>() + run.values.len() * 4 + run.counts.bytes())
            .sum()
    }
}

/// Numbers that are being counted.
#[derive(Debug, Default)]
pub(super) struct NumberTallies(FxHashMap<(u8, bool, u32), f64>);

impl NumberTallies {
    /// Counts the numbers of an event.
    pub(super) fn add(&mut self, fact: &Fact<'_>) {
        for (place, (kept, number)) in (0u8..).zip(KEPT.iter().zip(fact.numbers)) {
            if let Some(value) = number
                && kept.predicate.holds(fact)
            {
                *self.0.entry((place, fact.is_bot, value)).or_default() += fact.weight;
            }
        }
    }

    /// Adds numbers that were put away.
    pub(super) fn absorb(&mut self, numbers: &Numbers) {
        for run in &numbers.runs {
            for (index, value) in run.values.iter().enumerate() {
                let count = self.0.entry((run.place, run.is_bot, *value)).or_default();
                *count += run.counts.get(index);
            }
        }
    }

    /// Puts the numbers away; none are left.
    pub(super) fn take(&mut self) -> Numbers {
        let mut counted: Vec<_> = std::mem::take(&mut self.0).into_iter().collect();
        counted.sort_unstable_by_key(|(key, _)| *key);
        let runs = counted.chunk_by(|((place, is_bot, _), _), ((next, next_bot, _), _)| {
            (place, is_bot) == (next, next_bot)
        });
        let run = |run: &[((u8, bool, u32), f64)]| {
            let (place, is_bot, _) = run[0].0;
            Run {
                place,
                is_bot,
                values: run.iter().map(|((.., value), _)| *value).collect(),
                counts: Column::pack(run.iter().map(|(_, count)| *count).collect(), Combine::Sum),
            }
        };
        Numbers {
            runs: runs.map(run).collect(),
        }
    }
}
