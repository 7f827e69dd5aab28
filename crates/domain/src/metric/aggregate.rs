//! What is taken from the events that count.

use super::Metric;
use crate::dimension::Dimension;

/// What different values are counted of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// Who caused the events.
    Person,
    /// Where they happened.
    Channel,
    /// The threads they belong to.
    Thread,
    /// The client sessions they belong to.
    Session,
    /// The local days on which they happened.
    LocalDay,
}

impl Key {
    /// Returns whether a value counts by the least weight among the events that have it.
    ///
    /// A value is seen only where the events that it is seen by are kept. Sampling keeps or leaves out
    /// people, and their sessions with them; channels, threads and days are seen by whoever is kept, and
    /// how many nobody is kept of cannot be told from the weights: they are counted as they are seen.
    pub const fn is_weighted(self) -> bool {
        matches!(self, Self::Person | Self::Session)
    }
}

/// A number of an event that is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Words of its text.
    Words,
    /// People that its text mentions.
    Mentions,
    /// Bytes of the file that it shares.
    FileBytes,
}

/// What is taken from the events that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// How many there are, each by its weight (see [`crate::query::Query::is_weighted`]).
    Count,
    /// A number of theirs, each by its weight.
    Sum(Quantity),
    /// How many different values there are; people and sessions by their weights (see
    /// [`Key::is_weighted`]).
    Distinct(Key),
    /// When the first of them happened, in milliseconds since 1970.
    First,
    /// When the last of them happened, in milliseconds since 1970.
    Last,
    /// Other metrics, divided.
    Ratio(&'static Ratio),
}

/// A sum of metrics, each with a factor, divided by another metric; nothing where that is zero.
#[derive(Debug, PartialEq, Eq)]
pub struct Ratio {
    /// What is summed.
    pub parts: &'static [(u32, Metric)],
    /// What it is divided by.
    pub by: Metric,
    /// The dimension it has a meaning for, where that is only one.
    pub only_by: Option<Dimension>,
}

/// How values over parts of a span make the value over the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Additivity {
    /// They add up.
    Additive,
    /// They are sizes of sets that must be united first.
    SetValued,
    /// The smallest or largest of them.
    Mergeable,
    /// It is computed from other metrics of the whole span.
    Derived,
}

impl Additivity {
    /// Returns the name used in the catalogue.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Additive => "additive",
            Self::SetValued => "set-valued",
            Self::Mergeable => "mergeable",
            Self::Derived => "derived",
        }
    }
}

impl Aggregate {
    /// Returns how values over parts make the value over the whole.
    pub const fn additivity(self) -> Additivity {
        match self {
            Self::Count | Self::Sum(_) => Additivity::Additive,
            Self::Distinct(_) => Additivity::SetValued,
            Self::First | Self::Last => Additivity::Mergeable,
            Self::Ratio(_) => Additivity::Derived,
        }
    }

    /// Returns whether an absent value means zero, so that a gap in a chart may be filled.
    pub const fn is_zero_when_absent(self) -> bool {
        matches!(self, Self::Count | Self::Sum(_) | Self::Distinct(_))
    }

    /// Returns whether it depends on local time.
    pub fn is_local(self) -> bool {
        match self {
            Self::Distinct(key) => key == Key::LocalDay,
            Self::Ratio(ratio) => ratio
                .metrics()
                .any(|metric| metric.definition().aggregate.is_local()),
            Self::Count | Self::Sum(_) | Self::First | Self::Last => false,
        }
    }

    /// Returns what is taken, in words that stand before the events.
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::Count => "number of",
            Self::Sum(Quantity::Words) => "words in",
            Self::Sum(Quantity::Mentions) => "mentions in",
            Self::Sum(Quantity::FileBytes) => "bytes of the files of",
            Self::Distinct(Key::Person) => "different people of",
            Self::Distinct(Key::Channel) => "different channels of",
            Self::Distinct(Key::Thread) => "different threads of",
            Self::Distinct(Key::Session) => "different client sessions of",
            Self::Distinct(Key::LocalDay) => "different local days of",
            Self::First => "first instant of",
            Self::Last => "last instant of",
            Self::Ratio(_) => "quotient of",
        }
    }
}

impl Ratio {
    /// Returns the metrics it is made of.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> {
        let parts = self.parts.iter().map(|(_, metric)| *metric);
        parts.chain(std::iter::once(self.by))
    }

    /// Returns the value, given that of each metric it is made of; NaN where it is divided by zero.
    pub fn value(&self, of: impl Fn(Metric) -> f64) -> f64 {
        let by = of(self.by);
        let parts = self.parts.iter();
        let sum: f64 = parts
            .map(|(factor, metric)| f64::from(*factor) * of(*metric))
            .sum();
        if by > 0.0 { sum / by } else { f64::NAN }
    }

    /// Returns it as a formula of metrics by name.
    pub(super) fn describe(&self) -> String {
        let parts: Vec<String> = self
            .parts
            .iter()
            .map(|(factor, metric)| match factor {
                1 => metric.name().to_owned(),
                factor => format!("{factor} × {}", metric.name()),
            })
            .collect();
        let sum = parts.join(" + ");
        let by = self.by.name();
        match self.parts {
            [_] => format!("{sum} / {by}"),
            _ => format!("({sum}) / {by}"),
        }
    }
}
