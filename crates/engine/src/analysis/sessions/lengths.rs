//! How many sessions there are, and how long they are.

use std::{collections::BTreeMap, hash::Hasher};

use domain::time::{Grain, Instant, Range};
use jiff::tz::TimeZone;

use super::{About, Counted, InContext, Session, Sessions};
use crate::{
    analysis::{
        durations::{Durations, nth},
        parts::Parts,
    },
    rollup::WeightedSet,
};

/// How many sessions begin in a span and in each part of it, and how long they are.
#[derive(Debug, Clone)]
pub struct SessionLengths {
    about: About,
    parts: Parts,
    found: BTreeMap<i64, Part>,
    /// How many people each person with a session stands for, by number.
    people: Vec<Option<f64>>,
}

/// Sessions of a span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionNumbers {
    /// Sessions that begin in it.
    pub sessions: f64,
    /// The median of their lengths in milliseconds; of an even number of sessions, the mean of the two
    /// in the middle.
    pub median_millis: Option<f64>,
    /// Whether the median is not exact: it is less than 1 % from what it stands for.
    pub is_approximate: bool,
}

/// Sessions of a span and of its parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionSummary {
    /// Those of the whole span.
    pub all: SessionNumbers,
    /// People with at least one session.
    pub people: f64,
    /// Those of each part.
    pub parts: Vec<SessionNumbers>,
}

/// Lengths of the sessions of a part, in milliseconds.
#[derive(Debug, Clone, Default)]
struct Part {
    /// Of those that count once.
    plain: Durations,
    /// Of the others, with their weights.
    weighted: Vec<(i64, f64)>,
}

impl SessionLengths {
    /// Returns the question about the sessions that begin in a range, by buckets of local time.
    pub fn new(about: About, grain: Grain, zone: &TimeZone) -> Self {
        let parts = Parts::new(about.range, grain, zone);
        Self::of(about, parts)
    }

    const fn of(about: About, parts: Parts) -> Self {
        Self {
            about,
            parts,
            found: BTreeMap::new(),
            people: Vec::new(),
        }
    }

    fn add(&mut self, session: &Session) {
        let part = self.parts.part_of(session.began);
        let part = self.found.entry(part).or_default();
        if session.weight.total_cmp(&1.0).is_eq() {
            let length = session.length().try_into();
            part.plain.push(length.unwrap_or(u32::MAX));
        } else {
            part.weighted.push((session.length(), session.weight));
        }
        let person = session.person as usize;
        if person >= self.people.len() {
            self.people.resize(person + 1, None);
        }
        let people = &mut self.people[person];
        *people = Some(people.map_or(session.people, |least| least.min(session.people)));
    }
}

impl InContext for SessionLengths {
    type Kept = Sessions;
    type Outcome = SessionSummary;

    fn about(&self) -> &About {
        &self.about
    }

    fn shape(&self, shape: &mut impl Hasher) {
        self.parts.shape(shape);
    }

    fn over(&self, range: Range, end: Instant) -> Self {
        Self::of(self.about.over(range, end), self.parts.over(range))
    }

    fn take(&mut self, kept: &Sessions, counted: &Counted) {
        let (range, population) = (
            self.about.range.until(self.about.end),
            self.about.population,
        );
        kept.each((population, counted), range, |session| self.add(&session));
    }

    fn keep(&mut self) -> usize {
        let parts = self.found.values().map(Part::bytes);
        parts.sum::<usize>() + size_of_val(&self.people[..])
    }

    fn resume(&mut self, kept: &Self) {
        self.found.clone_from(&kept.found);
        self.people.clone_from(&kept.people);
    }

    fn finish(self) -> SessionSummary {
        let mut people = WeightedSet::default();
        for (person, weight) in (0u32..).zip(self.people) {
            if let Some(weight) = weight {
                people.insert(person, weight);
            }
        }
        let merge = |bucket: &mut Part, part: Part| bucket.merge(&part);
        let parts: Vec<Part> = self.parts.buckets(self.found, merge);
        let mut all = Part::default();
        for part in &parts {
            all.merge(part);
        }
        SessionSummary {
            all: all.numbers(),
            people: people.total(),
            parts: parts.iter().map(Part::numbers).collect(),
        }
    }
}

impl Part {
    fn merge(&mut self, other: &Self) {
        self.plain.merge(&other.plain);
        self.weighted.extend(&other.weighted);
    }

    fn bytes(&self) -> usize {
        self.plain.bytes() + size_of_val(&self.weighted[..])
    }

    fn numbers(&self) -> SessionNumbers {
        let weights = self.weighted.iter().map(|(_, weight)| weight);
        SessionNumbers {
            sessions: self.plain.count() as f64 + weights.sum::<f64>(),
            median_millis: self.median(),
            is_approximate: !self.plain.is_exact(),
        }
    }

    fn median(&self) -> Option<f64> {
        let counted = self.plain.counted();
        if !self.weighted.is_empty() {
            let plain = counted
                .iter()
                .map(|(length, count)| (i64::from(*length), *count as f64));
            let mut all: Vec<(i64, f64)> = self.weighted.iter().copied().chain(plain).collect();
            return median(&mut all);
        }
        let count = self.plain.count();
        let upper = nth(&counted, count / 2)?;
        let lower = nth(&counted, count.checked_sub(1)? / 2)?;
        Some(f64::from(lower) / 2.0 + f64::from(upper) / 2.0)
    }
}

/// Returns the median of values with weights, and sorts them: where the weights below and above are
/// equal, the mean of the two values beside the middle.
pub(in crate::analysis) fn median(values: &mut [(i64, f64)]) -> Option<f64> {
    values.sort_unstable_by_key(|(value, _)| *value);
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    let mut values = values.iter();
    while let Some((value, weight)) = values.next() {
        below += weight;
        if below > half {
            return Some(*value as f64);
        }
        // Weights are whole numbers of 2⁻²⁰, so sums of them are exact.
        if below.total_cmp(&half).is_eq() {
            let after = values.next().map_or(*value, |(after, _)| *after);
            return Some(*value as f64 / 2.0 + after as f64 / 2.0);
        }
    }
    None
}
