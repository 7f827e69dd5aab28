//! How many sessions there are, and how long they are.

use domain::time::Instant;

use super::{About, Counted, InContext, Session, Sessions};
use crate::rollup::WeightedSet;

/// How many sessions begin in a span and in each part of it, and how long they are.
#[derive(Debug)]
pub struct SessionLengths {
    about: About,
    /// Where the parts begin, ascending.
    starts: Vec<Instant>,
    parts: Vec<Part>,
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
    plain: Vec<i64>,
    /// Of the others, with their weights.
    weighted: Vec<(i64, f64)>,
}

impl SessionLengths {
    /// Returns the question about the sessions that begin in a range; `starts` is where the parts of it begin,
    /// ascending, the first of them no later than the range.
    pub fn new(about: About, starts: Vec<Instant>) -> Self {
        Self {
            about,
            parts: vec![Part::default(); starts.len()],
            starts,
            people: Vec::new(),
        }
    }

    fn add(&mut self, session: &Session) {
        let place = self.starts.partition_point(|start| *start <= session.began);
        let part = place
            .checked_sub(1)
            .and_then(|place| self.parts.get_mut(place));
        if let Some(part) = part {
            if session.weight.total_cmp(&1.0).is_eq() {
                part.plain.push(session.length());
            } else {
                part.weighted.push((session.length(), session.weight));
            }
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

    fn about(&self) -> About {
        self.about.clone()
    }

    fn take(&mut self, kept: &Sessions, counted: &Counted) {
        let (range, population) = (
            self.about.range.until(self.about.end),
            self.about.population,
        );
        kept.each((population, counted), range, |session| self.add(&session));
    }

    fn finish(mut self) -> SessionSummary {
        let mut people = WeightedSet::default();
        for (person, weight) in (0u32..).zip(self.people) {
            if let Some(weight) = weight {
                people.insert(person, weight);
            }
        }
        let mut all = Part::default();
        for part in &self.parts {
            all.plain.extend(&part.plain);
            all.weighted.extend(&part.weighted);
        }
        SessionSummary {
            all: all.numbers(),
            people: people.total(),
            parts: self.parts.iter_mut().map(Part::numbers).collect(),
        }
    }
}

impl Part {
    fn numbers(&mut self) -> SessionNumbers {
        let weights = self.weighted.iter().map(|(_, weight)| weight);
        SessionNumbers {
            sessions: self.plain.len() as f64 + weights.sum::<f64>(),
            median_millis: self.median(),
        }
    }

    fn median(&mut self) -> Option<f64> {
        if !self.weighted.is_empty() {
            let plain = self.plain.iter().map(|length| (*length, 1.0));
            self.weighted.extend(plain);
            return median(&mut self.weighted);
        }
        let count = self.plain.len();
        let middle = (count > 0).then_some(count / 2)?;
        let (below, upper, _) = self.plain.select_nth_unstable(middle);
        let upper = *upper as f64;
        let lower = below.iter().max().filter(|_| count.is_multiple_of(2));
        Some(lower.map_or(upper, |lower| *lower as f64 / 2.0 + upper / 2.0))
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
