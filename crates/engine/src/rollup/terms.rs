//! Texts that events have, how often, and by whom: while they are counted, and once they are put away.

use domain::{dimension::Dimension, event::Kind, metric::Predicate};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{block::Rollup, fold::Fact, weighted::WeightedSet};

/// Where a term was used, or what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TermKind {
    /// Emoji in messages.
    Emoji,
    /// Emoji of reactions.
    Reaction,
    /// Hosts of links in messages.
    Link,
    /// Hashtags in messages.
    Hashtag,
    /// Registrable domains of links in messages.
    Domain,
    /// Links in messages.
    Url,
    /// Names of shared files.
    FileName,
    /// Endings of their names.
    FileExtension,
    /// What they are.
    FileKind,
    /// Hashes of what is in them.
    FileHash,
    /// Features that were used.
    Feature,
    /// Platforms that people signed in from.
    Platform,
}

impl TermKind {
    /// Returns what the values of a property are kept as; `None` for what no rollup keeps.
    pub const fn of_property(dimension: Dimension) -> Option<Self> {
        match dimension {
            Dimension::Feature => Some(Self::Feature),
            Dimension::Platform => Some(Self::Platform),
            _ => None,
        }
    }

    /// Returns the rollup that keeps it.
    pub const fn rollup(self) -> Rollup {
        match self {
            Self::Emoji
            | Self::Reaction
            | Self::Link
            | Self::Hashtag
            | Self::Domain
            | Self::Url => Rollup::Terms,
            Self::FileName | Self::FileExtension | Self::FileKind | Self::FileHash => Rollup::Files,
            Self::Feature | Self::Platform => Rollup::Properties,
        }
    }

    /// Returns as what a term of an event counts, if it does: those of messages, of reactions and of shared
    /// files stand apart.
    fn counted(self, fact: &Fact<'_>) -> Option<Self> {
        if self == Self::Emoji && fact.kind == Kind::ReactionAdded.code() {
            return Some(Self::Reaction);
        }
        let counts = match self.rollup() {
            Rollup::Files => fact.kind == Kind::FileShared.code(),
            Rollup::Terms => Predicate::MESSAGES.holds(fact),
            _ => true,
        };
        counts.then_some(self)
    }
}

/// A term, and how it was used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Where.
    pub kind: TermKind,
    /// The term.
    pub text: Box<str>,
    /// Whether bots used it.
    pub is_bot: bool,
    /// In how many messages, reactions or other events.
    pub count: f64,
    /// Bytes of the files, where it is of files.
    pub bytes_of_files: f64,
    /// Who used it.
    pub people: WeightedSet,
}

impl Term {
    /// Returns the bytes that the term takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.people.bytes()
    }
}

/// Terms of one rollup that are being counted.
#[derive(Debug, Default)]
pub(super) struct TermTallies(FxHashMap<(TermKind, Box<str>, bool), Used>);

/// How a term was used.
#[derive(Debug, Default)]
struct Used {
    count: f64,
    bytes_of_files: f64,
    people: WeightedSet,
}

impl TermTallies {
    /// Counts the terms of an event that belong to a rollup.
    pub(super) fn add(&mut self, rollup: Rollup, fact: &Fact<'_>) {
        // Nobody is active by what the chat itself does.
        let is_active = Predicate::ACTIVITY.holds(fact);
        for (kind, text) in fact.terms {
            let Some(kind) = kind.counted(fact).filter(|kind| kind.rollup() == rollup) else {
                continue;
            };
            let key = (kind, Box::from(*text), fact.is_bot);
            let used = self.0.entry(key).or_default();
            used.count += fact.weight;
            if rollup == Rollup::Files {
                used.bytes_of_files += fact.file_bytes * fact.weight;
            }
            if let Some(person) = fact.person.filter(|_| is_active) {
                used.people.insert(person, fact.weight);
            }
        }
    }

    /// Adds terms that were put away.
    pub(super) fn absorb(&mut self, terms: &[Term]) {
        for term in terms {
            let key = (term.kind, term.text.clone(), term.is_bot);
            let used = self.0.entry(key).or_default();
            used.count += term.count;
            used.bytes_of_files += term.bytes_of_files;
            used.people.absorb(&term.people);
        }
    }

    /// Puts the terms away, by kind and text; none are left.
    pub(super) fn take(&mut self) -> Vec<Term> {
        let terms = std::mem::take(&mut self.0).into_iter();
        let term = |((kind, text, is_bot), mut used): ((TermKind, Box<str>, bool), Used)| {
            used.people.settle();
            Term {
                kind,
                text,
                is_bot,
                count: used.count,
                bytes_of_files: used.bytes_of_files,
                people: used.people,
            }
        };
        let mut terms: Vec<Term> = terms.map(term).collect();
        terms.sort_unstable_by(|left, right| {
            (left.kind, &left.text, left.is_bot).cmp(&(right.kind, &right.text, right.is_bot))
        });
        terms
    }
}
