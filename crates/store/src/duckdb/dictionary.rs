//! Numbers for texts that repeat, the same for ever.

use std::collections::HashMap;

use domain::event::FIRST_CUSTOM_CODE;

/// Which texts are numbered apart from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// People, numbered from 0 within each workspace.
    Person,
    /// Channels, numbered from 0 within each workspace.
    Channel,
}

/// A text that got its number in the open transaction.
#[derive(Debug, Clone)]
pub(super) struct Fresh {
    /// Workspace's number.
    pub(super) workspace: u16,
    /// The text's number.
    pub(super) number: u32,
    /// The text.
    pub(super) id: Box<str>,
}

/// One numbering within one workspace.
#[derive(Debug, Default)]
struct Numbers {
    by_id: HashMap<Box<str>, u32>,
}

/// All numberings: the writer's own, in memory; the tables hold the same.
///
/// Numbers given since [`Dictionary::commit`] are taken back by [`Dictionary::rollback`].
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    workspaces: HashMap<Box<str>, u16>,
    people: Vec<Numbers>,
    channels: Vec<Numbers>,
    kinds: HashMap<Box<str>, u16>,
    /// What the open transaction must write.
    pub(super) fresh_workspaces: Vec<(u16, Box<str>)>,
    pub(super) fresh_people: Vec<Fresh>,
    pub(super) fresh_channels: Vec<Fresh>,
    pub(super) fresh_kinds: Vec<(u16, Box<str>)>,
}

impl Dictionary {
    /// Takes in a stored workspace.
    pub(super) fn load_workspace(&mut self, number: u16, id: &str) {
        self.workspaces.insert(id.into(), number);
        let count = usize::from(number) + 1;
        if self.people.len() < count {
            self.people.resize_with(count, Numbers::default);
            self.channels.resize_with(count, Numbers::default);
        }
    }

    /// Takes in a stored person or channel.
    pub(super) fn load(&mut self, table: Table, workspace: u16, number: u32, id: &str) {
        if let Some(numbers) = self.numbers(table).get_mut(usize::from(workspace)) {
            numbers.by_id.insert(id.into(), number);
        }
    }

    /// Takes in a stored custom kind.
    pub(super) fn load_kind(&mut self, code: u16, name: &str) {
        self.kinds.insert(name.into(), code);
    }

    fn numbers(&mut self, table: Table) -> &mut Vec<Numbers> {
        match table {
            Table::Person => &mut self.people,
            Table::Channel => &mut self.channels,
        }
    }

    /// Returns the number of a workspace; `None` when 65,536 are taken.
    pub(super) fn workspace(&mut self, id: &str) -> Option<u16> {
        if let Some(number) = self.workspaces.get(id) {
            return Some(*number);
        }
        let number = u16::try_from(self.workspaces.len()).ok()?;
        self.load_workspace(number, id);
        self.fresh_workspaces.push((number, id.into()));
        Some(number)
    }

    /// Returns the number of a person or channel; `None` when all are taken.
    pub(super) fn number(&mut self, table: Table, workspace: u16, id: &str) -> Option<u32> {
        let numbers = self.numbers(table).get_mut(usize::from(workspace))?;
        if let Some(number) = numbers.by_id.get(id) {
            return Some(*number);
        }
        let number = u32::try_from(numbers.by_id.len()).ok()?;
        numbers.by_id.insert(id.into(), number);
        let fresh = Fresh {
            workspace,
            number,
            id: id.into(),
        };
        match table {
            Table::Person => self.fresh_people.push(fresh),
            Table::Channel => self.fresh_channels.push(fresh),
        }
        Some(number)
    }

    /// Returns the code of a custom kind; `None` when all are taken.
    pub(super) fn kind(&mut self, name: &str) -> Option<u16> {
        if let Some(code) = self.kinds.get(name) {
            return Some(*code);
        }
        let code = u16::try_from(self.kinds.len())
            .ok()?
            .checked_add(FIRST_CUSTOM_CODE)?;
        self.kinds.insert(name.into(), code);
        self.fresh_kinds.push((code, name.into()));
        Some(code)
    }

    /// Returns whether the open transaction gave numbers.
    pub(super) fn has_fresh(&self) -> bool {
        !(self.fresh_workspaces.is_empty()
            && self.fresh_people.is_empty()
            && self.fresh_channels.is_empty()
            && self.fresh_kinds.is_empty())
    }

    /// Forgets which numbers are fresh: they are stored now.
    pub(super) fn commit(&mut self) {
        self.fresh_workspaces.clear();
        self.fresh_people.clear();
        self.fresh_channels.clear();
        self.fresh_kinds.clear();
    }

    /// Takes the fresh numbers back: they were not stored.
    pub(super) fn rollback(&mut self) {
        for fresh in std::mem::take(&mut self.fresh_people) {
            self.people[usize::from(fresh.workspace)]
                .by_id
                .remove(&fresh.id);
        }
        for fresh in std::mem::take(&mut self.fresh_channels) {
            self.channels[usize::from(fresh.workspace)]
                .by_id
                .remove(&fresh.id);
        }
        for (_, name) in std::mem::take(&mut self.fresh_kinds) {
            self.kinds.remove(&name);
        }
        for (_, id) in std::mem::take(&mut self.fresh_workspaces) {
            self.workspaces.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dense_within_a_workspace_and_taken_back_on_rollback() {
        let mut dictionary = Dictionary::default();
        let workspace = dictionary.workspace("primary").unwrap();
        assert_eq!(dictionary.number(Table::Person, workspace, "a"), Some(0));
        assert_eq!(dictionary.number(Table::Person, workspace, "b"), Some(1));
        assert_eq!(dictionary.number(Table::Channel, workspace, "a"), Some(0));
        dictionary.commit();
        assert_eq!(dictionary.number(Table::Person, workspace, "c"), Some(2));
        assert_eq!(dictionary.kind("button_click"), Some(FIRST_CUSTOM_CODE));
        dictionary.rollback();
        assert_eq!(dictionary.number(Table::Person, workspace, "d"), Some(2));
        assert_eq!(dictionary.number(Table::Person, workspace, "a"), Some(0));
        assert_eq!(dictionary.kind("other"), Some(FIRST_CUSTOM_CODE));
    }
}
