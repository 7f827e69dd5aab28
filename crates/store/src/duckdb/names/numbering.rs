//! One numbering of a workspace: people or channels, from 0 on.

use std::{ops::Range, sync::Arc};

use indexmap::IndexMap;
use serde::{Serialize, de::DeserializeOwned};

use super::{Subject, WorkspaceNames, file::Kept};
use crate::duckdb::records::{Channel, Person};

/// Bytes in memory for an identifier, beside its text.
const ID_BYTES: usize = 96;

/// How the identifier of a number begins that stands for nobody any more: no identifier has control
/// characters.
pub(in crate::duckdb) const NOBODY: char = '\u{1}';

/// Returns whether an identifier stands for nobody any more.
pub(in crate::duckdb) fn is_nobody(id: &str) -> bool {
    id.starts_with(NOBODY)
}

/// What is known of one that is numbered.
pub(in crate::duckdb) trait Record: Serialize + DeserializeOwned {
    /// Which numbering it is of.
    const TABLE: Subject;

    /// Returns that numbering.
    fn numbering(of: &WorkspaceNames) -> &Numbering<Self>;

    /// Returns the bytes it takes in memory.
    fn bytes(&self) -> usize;
}

fn text_bytes<const N: usize>(texts: [&Option<String>; N]) -> usize {
    let lengths = texts.into_iter().flatten().map(|text| text.len() + 16);
    lengths.sum()
}

impl Record for Person {
    const TABLE: Subject = Subject::Person;

    fn numbering(of: &WorkspaceNames) -> &Numbering<Self> {
        &of.people
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + text_bytes([&self.name, &self.email, &self.role])
    }
}

impl Record for Channel {
    const TABLE: Subject = Subject::Channel;

    fn numbering(of: &WorkspaceNames) -> &Numbering<Self> {
        &of.channels
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + text_bytes([&self.name, &self.kind, &self.owner_id, &self.slug])
    }
}

/// A person or channel: the identifier, and what is known of it.
#[derive(Debug, Clone)]
pub(in crate::duckdb) struct Named<T> {
    pub(in crate::duckdb) id: Arc<str>,
    pub(in crate::duckdb) known: Option<Arc<T>>,
}

impl<T: Record> Named<T> {
    /// Returns what the file keeps; a record that cannot be read counts as none.
    pub(super) fn of(kept: &Kept) -> Self {
        let record = kept.record.as_deref();
        Self {
            id: Arc::from(kept.id.as_ref()),
            known: record
                .and_then(|text| serde_json::from_str(text).ok())
                .map(Arc::new),
        }
    }
}

/// The numbers given so far, of which the first are in memory.
#[derive(Debug)]
pub(in crate::duckdb) struct Numbering<T> {
    /// In the order of the numbers, without a gap.
    first: IndexMap<Arc<str>, Option<Arc<T>>>,
    count: u32,
}

impl<T> Default for Numbering<T> {
    fn default() -> Self {
        Self {
            first: IndexMap::new(),
            count: 0,
        }
    }
}

/// Returns the bytes that an identifier takes in memory.
pub(super) fn id_bytes(id: &str) -> usize {
    ID_BYTES + id.len()
}

impl<T: Record> Numbering<T> {
    /// Returns how many numbers were given.
    pub(in crate::duckdb) fn count(&self) -> u32 {
        self.count
    }

    /// Returns the numbers that are not in memory.
    pub(in crate::duckdb) fn beyond(&self) -> Range<u32> {
        self.held()..self.count
    }

    /// Returns how many are in memory.
    pub(super) fn held(&self) -> u32 {
        u32::try_from(self.first.len()).unwrap_or(u32::MAX)
    }

    /// Returns the number of an identifier that is in memory.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        let index = self.first.get_index_of(id)?;
        u32::try_from(index).ok()
    }

    /// Returns the identifier of a number that is in memory.
    pub(in crate::duckdb) fn id(&self, number: u32) -> Option<&Arc<str>> {
        let (id, _) = self.first.get_index(number as usize)?;
        (!is_nobody(id)).then_some(id)
    }

    /// Returns what is in memory under a number.
    pub(super) fn get(&self, number: u32) -> Option<Named<T>> {
        let (id, known) = self.first.get_index(number as usize)?;
        Some(Named {
            id: Arc::clone(id),
            known: known.clone(),
        })
    }

    /// Returns everything that is in memory.
    pub(super) fn in_memory(&self) -> impl Iterator<Item = (u32, &Arc<str>, Option<&T>)> {
        let first = (0u32..).zip(&self.first);
        first.map(|(number, (id, known))| (number, id, known.as_deref()))
    }

    /// Takes in how many numbers were given.
    pub(super) fn give(&mut self, count: u32) {
        self.count = self.count.max(count);
    }

    /// Takes in that a number was given; returns whether memory holds it now.
    pub(super) fn add(&mut self, number: u32, id: &str, has_room: bool) -> bool {
        let is_next = self.held() == number;
        self.give(number.saturating_add(1));
        let holds = is_next && has_room;
        if holds {
            self.first.insert(Arc::from(id), None);
        }
        holds
    }

    /// Takes in what is known under a number, where memory holds it; returns by how many bytes more
    /// and less it takes.
    pub(super) fn set(&mut self, number: u32, record: T) -> (usize, usize) {
        let Some((_, known)) = self.first.get_index_mut(number as usize) else {
            return (0, 0);
        };
        let before = known.as_ref().map_or(0, |known| known.bytes());
        let now = record.bytes();
        *known = Some(Arc::new(record));
        (now, before)
    }
}
