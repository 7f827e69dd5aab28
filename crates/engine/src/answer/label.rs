//! Naming the numbers of an answer.

use domain::{
    dimension::{Dimension, KeyKind, Subject},
    event::MessageType,
    query::Query,
};

use crate::{
    Cell, StoreError,
    evaluate::{GroupKey, MOST_DIMENSIONS, NONE},
    storage::{Identities, Labels},
};

/// Names the numbers of keys.
pub(super) struct Cells<'a> {
    query: &'a Query,
    terms: &'a [Box<str>],
    labels: Box<dyn Labels + 'a>,
}

/// A key as it is sorted and shown.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Named<'a> {
    Number(i64),
    Text(&'a str),
    // What is absent stands last.
    Absent,
}

const fn subject_of(dimension: Dimension) -> Option<Subject> {
    match dimension.keys() {
        KeyKind::Identifier(subject) => Some(subject),
        _ => None,
    }
}

impl<'a> Cells<'a> {
    pub(super) fn new(
        query: &'a Query,
        terms: &'a [Box<str>],
        identities: &'a dyn Identities,
        workspace: u16,
    ) -> Self {
        let dimensions = query.dimensions.iter().copied();
        let subjects: Vec<Subject> = dimensions.filter_map(subject_of).collect();
        Self {
            query,
            terms,
            labels: identities.labels(workspace, &subjects),
        }
    }

    /// Returns how many rows are looked up at a time.
    pub(super) fn at_once(&self) -> usize {
        self.labels.at_once()
    }

    /// Looks up the identifiers of these keys, and may forget those of all others.
    pub(super) fn look_up<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k GroupKey>,
    ) -> Result<(), StoreError> {
        let dimensions = &self.query.dimensions;
        let numbered = |key: &'k GroupKey| {
            dimensions
                .iter()
                .zip(key)
                .filter_map(|(dimension, number)| {
                    Some((subject_of(*dimension)?, u32::try_from(*number).ok()?))
                })
        };
        self.labels.look_up(&mut keys.flat_map(numbered))
    }

    fn named(&self, dimension: Dimension, number: i64) -> Named<'_> {
        if number == NONE {
            return Named::Absent;
        }
        let index = u32::try_from(number).unwrap_or(u32::MAX);
        let text = match dimension.keys() {
            KeyKind::Identifier(subject) => self.labels.id(subject, index),
            KeyKind::EventType => self.labels.kind(u16::try_from(number).unwrap_or(u16::MAX)),
            KeyKind::Term(_) | KeyKind::Property(_) => {
                self.terms.get(index as usize).map(AsRef::as_ref)
            }
            KeyKind::MessageType
            | KeyKind::Bucket(_)
            | KeyKind::Cycle(_)
            | KeyKind::Bot
            | KeyKind::Whether(_) => return Named::Number(number),
        };
        text.map_or(Named::Absent, Named::Text)
    }

    pub(super) fn compare(&self, left: &GroupKey, right: &GroupKey) -> std::cmp::Ordering {
        let dimensions = self.query.dimensions.iter().take(MOST_DIMENSIONS);
        let each = dimensions.zip(left.iter().zip(right));
        each.map(|(dimension, (left, right))| {
            self.named(*dimension, *left)
                .cmp(&self.named(*dimension, *right))
        })
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
    }

    pub(super) fn of(&self, key: &GroupKey) -> Vec<Cell> {
        let cell = |(dimension, number): (&Dimension, &i64)| {
            if dimension.keys() == KeyKind::MessageType {
                let known = MessageType::ALL
                    .into_iter()
                    .find(|kind| i64::from(kind.code()) == *number);
                return known.map_or(Cell::None, |kind| Cell::Text(kind.name().to_owned()));
            }
            match self.named(*dimension, *number) {
                Named::Number(number) => Cell::Int(number),
                Named::Text(text) => Cell::Text(text.to_owned()),
                Named::Absent => Cell::None,
            }
        };
        self.query.dimensions.iter().zip(key).map(cell).collect()
    }
}
