//! Who and what is numbered, and what is known of it, as committed.
//!
//! Answers name people and channels on every page, and every event that comes names both, but the
//! tables that hold them would be read through each time. So the first of each numbering are in
//! memory, as many as there is room for, and the others in a file that finds one in microseconds.
//! Memory is given to who comes first, and never to who comes last: a flood of identifiers that
//! nobody knows drives nobody out.
//!
//! | file | what it does |
//! |---|---|
//! | `numbering` | one numbering, and its part in memory |
//! | `file` | those that memory has no room for |
//! | `identities` | what the engine asks of them |
//! | `merged` | which identifiers are one person |
//! | `load` | both, from what is stored |
//! | `rows` | rows of people and channels |

mod file;
mod identities;
mod load;
mod merged;
mod numbering;
mod rows;

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use ::duckdb::Connection;
pub(super) use engine::storage::Subject;
use roaring::RoaringBitmap;

use self::file::NamesFile;
pub(in crate::duckdb) use self::{
    numbering::{NOBODY, Named, Numbering, Record, is_nobody},
    rows::counted_row,
};
use super::{
    dictionary::{Dictionary, Fresh},
    merges::Merged,
    records::{self, ChangedRecords, Channel, Person},
};
use crate::{StoreError, chain};

/// Number of records of a file that lacks some: the engine never has as many.
const BEHIND: i64 = -1;

/// Names and records of one workspace.
#[derive(Debug, Default)]
pub(super) struct WorkspaceNames {
    pub(super) people: Numbering<Person>,
    pub(super) channels: Numbering<Channel>,
    /// Who of them is a bot, of those that count.
    bots: RoaringBitmap,
    merged: Arc<Merged>,
    /// How many numbers of people stand for nobody any more.
    nobodies: u32,
}

/// Names and records of all workspaces.
#[derive(Debug)]
pub(super) struct Names {
    inner: RwLock<Inner>,
    file: NamesFile,
    /// Whether there is anything in the file.
    uses_file: AtomicBool,
    /// Whether records could not be put into it: then the next start makes it anew, whatever is put
    /// into it until then.
    is_behind: AtomicBool,
}

/// What is behind the lock.
#[derive(Debug, Default)]
pub(super) struct Inner {
    workspaces: HashMap<Box<str>, u16>,
    of: HashMap<u16, WorkspaceNames>,
    kinds: Arc<HashMap<u16, Arc<str>>>,
    /// Bytes that identifiers and records take in memory, and may take together.
    id_bytes: usize,
    record_bytes: usize,
    most_bytes: usize,
}

impl Names {
    /// Opens the file in `folder`; nothing is known before [`Names::load`]. Memory holds
    /// identifiers and records of at most `most_bytes`.
    pub(super) fn open(folder: &Path, most_bytes: u64) -> Result<Self, StoreError> {
        Ok(Self {
            inner: RwLock::new(Inner {
                most_bytes: usize::try_from(most_bytes).unwrap_or(usize::MAX),
                ..Inner::default()
            }),
            file: NamesFile::open(folder)?,
            uses_file: AtomicBool::new(false),
            is_behind: AtomicBool::new(false),
        })
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether the file turned out to be damaged: then [`Names::load`] makes it anew.
    pub(super) fn is_damaged(&self) -> bool {
        self.file.is_damaged()
    }

    /// Puts the numbers that a transaction gives, and that memory has no room for, into the file:
    /// before the transaction is committed.
    pub(super) fn put_away(&self, dictionary: &Dictionary) -> Result<(), StoreError> {
        let beyond: Vec<(Subject, &Fresh)> = {
            let inner = self.read();
            let bytes: usize = dictionary
                .fresh()
                .map(|(_, fresh)| numbering::id_bytes(&fresh.id))
                .sum();
            let has_room = inner.has_room(bytes);
            let stays = |table: Subject, fresh: &Fresh| {
                has_room && inner.beyond(table, fresh.workspace).is_empty()
            };
            dictionary
                .fresh()
                .filter(|(table, fresh)| !stays(*table, fresh))
                .collect()
        };
        if beyond.is_empty() {
            return Ok(());
        }
        self.uses_file.store(true, Ordering::Relaxed);
        let rows = beyond.iter();
        self.file.put(
            rows.map(|(table, fresh)| (*table, fresh.workspace, fresh.number, &*fresh.id, None)),
        )
    }

    /// Takes in the numbers that a transaction gave.
    pub(super) fn add_fresh(&self, dictionary: &Dictionary) {
        if !dictionary.has_fresh() {
            return;
        }
        let mut inner = self.write();
        for fresh in &dictionary.fresh_workspaces {
            inner.workspaces.insert(fresh.id.clone(), fresh.number);
            inner.of.entry(fresh.number).or_default();
        }
        for (table, fresh) in dictionary.fresh() {
            inner.add(table, fresh.workspace, fresh.number, &fresh.id);
        }
        if !dictionary.fresh_kinds.is_empty() {
            let kinds = Arc::make_mut(&mut inner.kinds);
            let fresh = dictionary.fresh_kinds.iter();
            kinds.extend(fresh.map(|(code, name)| (*code, Arc::from(name.as_ref()))));
        }
    }

    /// Takes in records that a transaction changed.
    pub(super) fn set_records(&self, connection: &Connection, changed: Vec<ChangedRecords>) {
        if self.uses_file.load(Ordering::Relaxed)
            && let Err(error) = self.put_records(connection, &changed)
        {
            self.is_behind.store(true, Ordering::Relaxed);
            let error = chain(&error);
            tracing::error!(error, "store.names: records are old until the next start");
        }
        let mut inner = self.write();
        for of in changed {
            for (number, person) in of.people {
                inner.set_person(of.workspace, number, person);
            }
            for (number, channel) in of.channels {
                inner.set_channel(of.workspace, number, channel);
            }
        }
    }

    fn put_records(
        &self,
        connection: &Connection,
        changed: &[ChangedRecords],
    ) -> Result<(), StoreError> {
        let mut rows = Vec::new();
        for of in changed {
            for (number, person) in &of.people {
                let text = load::to_text(person)?;
                rows.push((Subject::Person, of.workspace, *number, text));
            }
            for (number, channel) in &of.channels {
                let text = load::to_text(channel)?;
                rows.push((Subject::Channel, of.workspace, *number, text));
            }
        }
        let rows = rows.iter();
        // The number of records tells the next start whether the file is behind.
        let in_engine = if self.is_behind.load(Ordering::Relaxed) {
            BEHIND
        } else {
            records::count(connection)?
        };
        self.file.put_records(
            rows.map(|(table, workspace, number, text)| {
                (*table, *workspace, *number, text.as_str())
            }),
            in_engine,
        )
    }

    /// Returns whether everything of a workspace is in memory.
    pub(super) fn is_in_memory(&self, workspace: u16) -> bool {
        let inner = self.read();
        let tables = [Subject::Person, Subject::Channel];
        tables
            .iter()
            .all(|table| inner.beyond(*table, workspace).is_empty())
    }

    /// Returns the number of an identifier.
    pub(super) fn number(
        &self,
        table: Subject,
        workspace: u16,
        id: &str,
    ) -> Result<Option<u32>, StoreError> {
        let beyond = {
            let inner = self.read();
            if let Some(number) = inner.number(table, workspace, id) {
                return Ok(Some(number));
            }
            inner.beyond(table, workspace)
        };
        if beyond.is_empty() {
            return Ok(None);
        }
        let found = self.file.number(table, workspace, id)?;
        Ok(found.filter(|number| beyond.contains(number)))
    }

    /// Returns the numbers that count for those of the identifiers that have one.
    pub(super) fn numbers(
        &self,
        table: Subject,
        workspace: u16,
        ids: &[String],
    ) -> Result<Vec<u32>, StoreError> {
        let merged = self.merged(workspace);
        let counts = |number: u32| match table {
            Subject::Person => merged.forest.root(number),
            Subject::Channel => number,
        };
        let numbers = ids.iter().map(|id| self.number(table, workspace, id));
        let numbers = numbers.filter_map(Result::transpose);
        numbers.map(|number| number.map(counts)).collect()
    }

    /// Returns who or what has a number.
    pub(super) fn get<T: Record>(
        &self,
        workspace: u16,
        number: u32,
    ) -> Result<Option<Named<T>>, StoreError> {
        {
            let inner = self.read();
            let Some(numbering) = inner.of(workspace).map(T::numbering) else {
                return Ok(None);
            };
            let found = numbering.get(number);
            if found.is_some() || number >= numbering.count() {
                return Ok(found.filter(|named| !is_nobody(&named.id)));
            }
        }
        let found = self.file.get(T::TABLE, workspace, number)?;
        Ok(found
            .as_ref()
            .map(Named::of)
            .filter(|named| !is_nobody(&named.id)))
    }

    /// Returns the identifier of a number.
    pub(super) fn id(
        &self,
        table: Subject,
        workspace: u16,
        number: u32,
    ) -> Result<Option<Arc<str>>, StoreError> {
        Ok(match table {
            Subject::Person => self.get::<Person>(workspace, number)?.map(|found| found.id),
            Subject::Channel => self
                .get::<Channel>(workspace, number)?
                .map(|found| found.id),
        })
    }
}

impl Inner {
    /// Returns whether there is room for identifiers. They may take half of it, so that there is
    /// some for the records that come later.
    fn has_room(&self, bytes: usize) -> bool {
        let ids = self.id_bytes.saturating_add(bytes);
        ids <= self.most_bytes / 2 && ids.saturating_add(self.record_bytes) <= self.most_bytes
    }

    fn give(&mut self, table: Subject, workspace: u16, count: u32) {
        let names = self.of.entry(workspace).or_default();
        match table {
            Subject::Person => names.people.give(count),
            Subject::Channel => names.channels.give(count),
        }
    }

    fn add(&mut self, table: Subject, workspace: u16, number: u32, id: &str) {
        let bytes = numbering::id_bytes(id);
        let has_room = self.has_room(bytes);
        let names = self.of.entry(workspace).or_default();
        let holds = match table {
            Subject::Person => names.people.add(number, id, has_room),
            Subject::Channel => names.channels.add(number, id, has_room),
        };
        self.id_bytes += if holds { bytes } else { 0 };
    }

    fn set_person(&mut self, workspace: u16, number: u32, person: Person) {
        let names = self.of.entry(workspace).or_default();
        if names.merged.forest.holds(number) {
            let merged = Arc::make_mut(&mut names.merged);
            merged.set(number, &person);
            let root = merged.forest.root(number);
            names.decide(root, names.merged.is_bot(root));
        } else {
            names.decide(number, person.is_bot == Some(true));
        }
        let (more, less) = names.people.set(number, person);
        self.record_bytes = (self.record_bytes + more).saturating_sub(less);
    }

    fn set_channel(&mut self, workspace: u16, number: u32, channel: Channel) {
        let names = self.of.entry(workspace).or_default();
        let (more, less) = names.channels.set(number, channel);
        self.record_bytes = (self.record_bytes + more).saturating_sub(less);
    }

    /// Returns the number of a workspace.
    pub(super) fn workspace(&self, id: &str) -> Option<u16> {
        self.workspaces.get(id).copied()
    }

    /// Returns every workspace with its number.
    pub(super) fn workspaces(&self) -> impl Iterator<Item = (&str, u16)> {
        self.workspaces
            .iter()
            .map(|(id, number)| (id.as_ref(), *number))
    }

    /// Returns the names of a workspace.
    pub(super) fn of(&self, workspace: u16) -> Option<&WorkspaceNames> {
        self.of.get(&workspace)
    }

    /// Returns the number of an identifier that is in memory.
    fn number(&self, table: Subject, workspace: u16, id: &str) -> Option<u32> {
        let names = self.of(workspace)?;
        match table {
            Subject::Person => names.people.number(id),
            Subject::Channel => names.channels.number(id),
        }
    }

    /// Returns how many numbers were given.
    pub(super) fn count(&self, table: Subject, workspace: u16) -> u32 {
        self.of(workspace).map_or(0, |names| match table {
            Subject::Person => names.people.count(),
            Subject::Channel => names.channels.count(),
        })
    }

    /// Returns the numbers that are not in memory.
    pub(super) fn beyond(&self, table: Subject, workspace: u16) -> std::ops::Range<u32> {
        self.of(workspace).map_or(0..0, |names| match table {
            Subject::Person => names.people.beyond(),
            Subject::Channel => names.channels.beyond(),
        })
    }
}
