//! Numbers for texts that repeat, the same for ever.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use ::duckdb::Connection;
use domain::event::FIRST_CUSTOM_CODE;

use super::{
    names::{Names, Subject},
    reader::each_row,
};
use crate::{StoreError, sql::Sql};

/// A text that got its number in the open transaction.
#[derive(Debug, Clone)]
pub(super) struct Fresh {
    /// Workspace's number.
    pub(super) workspace: u16,
    /// The text's number.
    pub(super) number: u32,
    /// The text.
    pub(super) id: Arc<str>,
}

/// A workspace that got its number in the open transaction.
#[derive(Debug, Clone)]
pub(super) struct FreshWorkspace {
    pub(super) number: u16,
    pub(super) id: Box<str>,
    /// Who began it, where that is somebody who may begin only so many.
    pub(super) begun_by: Option<Arc<str>>,
}

/// Numbers that the open transaction gave, of people or of channels.
#[derive(Debug, Default)]
struct Opened {
    fresh: Vec<Fresh>,
    by_id: HashMap<u16, HashMap<Arc<str>, u32>>,
}

impl Opened {
    fn number(&self, workspace: u16, id: &str) -> Option<u32> {
        self.by_id.get(&workspace)?.get(id).copied()
    }

    /// Gives the next number after those that are stored; `None` when all are taken.
    fn give(&mut self, workspace: u16, stored: u32, id: &str) -> Option<u32> {
        let given = self.by_id.entry(workspace).or_default();
        let number = stored.checked_add(u32::try_from(given.len()).ok()?)?;
        let id: Arc<str> = Arc::from(id);
        given.insert(Arc::clone(&id), number);
        self.fresh.push(Fresh {
            workspace,
            number,
            id,
        });
        Some(number)
    }

    /// Takes back all numbers but the first ones.
    fn undo_to(&mut self, count: usize) {
        for fresh in self.fresh.drain(count..) {
            if let Some(given) = self.by_id.get_mut(&fresh.workspace) {
                given.remove(&fresh.id);
            }
        }
    }

    fn clear(&mut self) {
        self.fresh.clear();
        self.by_id.clear();
    }
}

/// A place in the open transaction, to which the numbers given since can be taken back.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) workspaces: usize,
    kinds: usize,
    workspace_kinds: usize,
    people: usize,
    channels: usize,
}

/// All numberings as the writer sees them: what is stored, and what the open transaction gave.
///
/// Numbers given since [`Dictionary::commit`] are taken back by [`Dictionary::rollback`].
#[derive(Debug)]
pub(super) struct Dictionary {
    names: Arc<Names>,
    workspaces: HashMap<Box<str>, u16>,
    kinds: HashMap<Box<str>, u16>,
    /// Which custom kinds each workspace has.
    kinds_of: HashMap<u16, HashSet<u16>>,
    /// How many workspaces each sender has begun.
    begun_by: HashMap<Arc<str>, u32>,
    people: Opened,
    channels: Opened,
    /// What the open transaction must write.
    pub(super) fresh_workspaces: Vec<FreshWorkspace>,
    pub(super) fresh_workspace_kinds: Vec<(u16, u16)>,
    pub(super) fresh_kinds: Vec<(u16, Box<str>)>,
}

impl Dictionary {
    /// Returns the numberings of what is stored, as names know it.
    pub(super) fn new(names: Arc<Names>) -> Self {
        let (workspaces, kinds) = {
            let inner = names.read();
            let workspaces = inner.workspaces();
            let kinds = inner.kinds().iter();
            let custom = kinds.filter(|(code, _)| **code >= FIRST_CUSTOM_CODE);
            (
                workspaces.map(|(id, number)| (id.into(), number)).collect(),
                custom
                    .map(|(code, name)| (name.as_ref().into(), *code))
                    .collect(),
            )
        };
        Self {
            names,
            workspaces,
            kinds,
            kinds_of: HashMap::new(),
            begun_by: HashMap::new(),
            people: Opened::default(),
            channels: Opened::default(),
            fresh_workspaces: Vec::new(),
            fresh_workspace_kinds: Vec::new(),
            fresh_kinds: Vec::new(),
        }
    }

    /// Takes in what is stored of who began which workspace, and which kinds each has.
    pub(super) fn load(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let sql = "SELECT begun_by, count(*) FROM workspace WHERE begun_by IS NOT NULL GROUP BY 1";
        each_row(connection, &Sql::raw(sql), |row| {
            let sender: String = row.get(0)?;
            self.begun_by.insert(sender.into(), row.get(1)?);
            Ok(true)
        })?;
        let sql = "SELECT workspace_ref, type_code FROM workspace_kind";
        each_row(connection, &Sql::raw(sql), |row| {
            let kinds = self.kinds_of.entry(row.get(0)?).or_default();
            kinds.insert(row.get(1)?);
            Ok(true)
        })
    }

    /// Returns the number of a workspace that has one.
    pub(super) fn known_workspace(&self, id: &str) -> Option<u16> {
        self.workspaces.get(id).copied()
    }

    /// Returns the number of a workspace; `None` when 65,536 are taken. `sender` is who begins it.
    pub(super) fn workspace(&mut self, id: &str, sender: Option<&Arc<str>>) -> Option<u16> {
        if let Some(number) = self.workspaces.get(id) {
            return Some(*number);
        }
        let number = u16::try_from(self.workspaces.len()).ok()?;
        self.workspaces.insert(id.into(), number);
        if let Some(sender) = sender {
            *self.begun_by.entry(Arc::clone(sender)).or_default() += 1;
        }
        self.fresh_workspaces.push(FreshWorkspace {
            number,
            id: id.into(),
            begun_by: sender.cloned(),
        });
        Some(number)
    }

    /// Returns how many workspaces a sender has begun.
    pub(super) fn begun_by(&self, sender: &str) -> u32 {
        self.begun_by.get(sender).copied().unwrap_or(0)
    }

    /// Returns the number of a person or channel; `None` when all are taken.
    pub(super) fn number(
        &mut self,
        table: Subject,
        workspace: u16,
        id: &str,
    ) -> Result<Option<u32>, StoreError> {
        let opened = match table {
            Subject::Person => &mut self.people,
            Subject::Channel => &mut self.channels,
        };
        if let Some(number) = opened.number(workspace, id) {
            return Ok(Some(number));
        }
        if let Some(number) = self.names.number(table, workspace, id)? {
            return Ok(Some(number));
        }
        let stored = self.names.read().count(table, workspace);
        Ok(opened.give(workspace, stored, id))
    }

    /// Returns the code of a custom kind, which the workspace has from now on; `None` when all are
    /// taken.
    pub(super) fn kind(&mut self, workspace: u16, name: &str) -> Option<u16> {
        let code = if let Some(code) = self.kinds.get(name) {
            *code
        } else {
            let given = u16::try_from(self.kinds.len()).ok()?;
            let code = given.checked_add(FIRST_CUSTOM_CODE)?;
            self.kinds.insert(name.into(), code);
            self.fresh_kinds.push((code, name.into()));
            code
        };
        if self.kinds_of.entry(workspace).or_default().insert(code) {
            self.fresh_workspace_kinds.push((workspace, code));
        }
        Some(code)
    }

    /// Returns the most custom kinds that a workspace has which got one since a place.
    pub(super) fn most_kinds_since(&self, place: Place) -> usize {
        let fresh = self.fresh_workspace_kinds[place.workspace_kinds..].iter();
        let counts = fresh.filter_map(|(workspace, _)| self.kinds_of.get(workspace));
        counts.map(HashSet::len).max().unwrap_or(0)
    }

    /// Returns how many people and channels of each workspace got their numbers since a place.
    pub(super) fn ids_since(&self, place: Place) -> HashMap<u16, u32> {
        let people = self.people.fresh[place.people..].iter();
        let mut counts = HashMap::new();
        for fresh in people.chain(&self.channels.fresh[place.channels..]) {
            *counts.entry(fresh.workspace).or_default() += 1;
        }
        counts
    }

    /// Returns the people and channels that got their numbers in the open transaction, each
    /// numbering in order.
    pub(super) fn fresh(&self) -> impl Iterator<Item = (Subject, &Fresh)> {
        let people = self.people.fresh.iter();
        let channels = self.channels.fresh.iter();
        people
            .map(|fresh| (Subject::Person, fresh))
            .chain(channels.map(|fresh| (Subject::Channel, fresh)))
    }

    /// Returns whether the open transaction gave numbers.
    pub(super) fn has_fresh(&self) -> bool {
        let Place {
            workspaces,
            kinds,
            workspace_kinds,
            people,
            channels,
        } = self.place();
        workspaces + kinds + workspace_kinds + people + channels > 0
    }

    /// Returns how much the open transaction gave until now.
    pub(super) fn place(&self) -> Place {
        Place {
            workspaces: self.fresh_workspaces.len(),
            kinds: self.fresh_kinds.len(),
            workspace_kinds: self.fresh_workspace_kinds.len(),
            people: self.people.fresh.len(),
            channels: self.channels.fresh.len(),
        }
    }

    /// Takes back what was given since a place.
    pub(super) fn undo_to(&mut self, place: Place) {
        self.people.undo_to(place.people);
        self.channels.undo_to(place.channels);
        for (_, name) in self.fresh_kinds.drain(place.kinds..) {
            self.kinds.remove(&name);
        }
        for (workspace, code) in self.fresh_workspace_kinds.drain(place.workspace_kinds..) {
            if let Some(kinds) = self.kinds_of.get_mut(&workspace) {
                kinds.remove(&code);
            }
        }
        for fresh in self.fresh_workspaces.drain(place.workspaces..) {
            self.workspaces.remove(&fresh.id);
            let begun = fresh
                .begun_by
                .and_then(|sender| self.begun_by.get_mut(&sender));
            if let Some(begun) = begun {
                *begun -= 1;
            }
        }
    }

    /// Forgets which numbers are fresh: they are stored now.
    pub(super) fn commit(&mut self) {
        self.fresh_workspaces.clear();
        self.people.clear();
        self.channels.clear();
        self.fresh_kinds.clear();
        self.fresh_workspace_kinds.clear();
    }

    /// Takes the fresh numbers back: they were not stored.
    pub(super) fn rollback(&mut self) {
        self.undo_to(Place::default());
        self.commit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dense_within_a_workspace_and_taken_back_on_rollback() {
        let folder = tempfile::tempdir().unwrap();
        // Memory has room for one of them; the file holds the others.
        let names = Arc::new(Names::open(folder.path(), 300).unwrap());
        let mut dictionary = Dictionary::new(Arc::clone(&names));
        let commit = |dictionary: &mut Dictionary| {
            names.put_away(dictionary).unwrap();
            names.add_fresh(dictionary);
            dictionary.commit();
        };
        let workspace = dictionary.workspace("primary", None).unwrap();
        let person = |dictionary: &mut Dictionary, id: &str| {
            let number = dictionary.number(Subject::Person, workspace, id);
            number.unwrap()
        };
        assert_eq!(person(&mut dictionary, "a"), Some(0));
        assert_eq!(person(&mut dictionary, "b"), Some(1));
        let channel = dictionary.number(Subject::Channel, workspace, "a").unwrap();
        assert_eq!(channel, Some(0));
        commit(&mut dictionary);
        assert_eq!(person(&mut dictionary, "c"), Some(2));
        let place = dictionary.place();
        assert_eq!(person(&mut dictionary, "d"), Some(3));
        assert_eq!(
            dictionary.kind(workspace, "button_click"),
            Some(FIRST_CUSTOM_CODE)
        );
        dictionary.undo_to(place);
        assert_eq!(person(&mut dictionary, "e"), Some(3));
        // They are in the file when the engine fails, and mean nothing.
        names.put_away(&dictionary).unwrap();
        dictionary.rollback();
        assert_eq!(person(&mut dictionary, "d"), Some(2));
        assert_eq!(person(&mut dictionary, "c"), Some(3));
        commit(&mut dictionary);
        for (id, number) in [("a", 0), ("b", 1), ("d", 2), ("c", 3)] {
            assert_eq!(person(&mut dictionary, id), Some(number));
            let id: Arc<str> = Arc::from(id);
            let named = names.id(Subject::Person, workspace, number).unwrap();
            assert_eq!(named, Some(id));
        }
        assert_eq!(dictionary.kind(workspace, "other"), Some(FIRST_CUSTOM_CODE));
    }
}
