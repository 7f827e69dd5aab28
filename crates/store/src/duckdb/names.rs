//! Names of what is numbered, and what is known of people and channels: as committed, in memory.
//!
//! Answers name people and channels on every page, and the tables that hold their changes would be
//! read through each time.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use ::duckdb::Connection;
use domain::{
    id::{ChannelId, WorkspaceId},
    query::Population,
    record::ChannelKind,
    time::Instant,
};

use super::{
    dictionary::Dictionary,
    failure::classify,
    records::{Channel, Person, known_channels, known_people},
};
use crate::{ChannelRow, DirectoryRow, PersonRow, StoreError};

/// A person or channel: its identifier, and what is known of it.
#[derive(Debug)]
struct Named<T> {
    id: Arc<str>,
    known: T,
}

/// Names and records of one workspace.
#[derive(Debug, Default)]
pub(super) struct WorkspaceNames {
    people: Vec<Named<Person>>,
    /// How many of them are bots.
    bots: u64,
    people_by_id: HashMap<Arc<str>, u32>,
    channels: Vec<Named<Channel>>,
    channels_by_id: HashMap<Arc<str>, u32>,
}

/// Names and records of all workspaces.
#[derive(Debug, Default)]
pub(super) struct Names {
    inner: RwLock<Inner>,
}

/// What is behind the lock.
#[derive(Debug, Default)]
pub(super) struct Inner {
    workspaces: HashMap<Box<str>, u16>,
    of: HashMap<u16, WorkspaceNames>,
    kinds: HashMap<u16, Arc<str>>,
}

impl Names {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what is stored.
    pub(super) fn load(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut inner = Inner::default();
        let each = |sql: &str, take: &mut dyn FnMut(&::duckdb::Row<'_>) -> ::duckdb::Result<()>| {
            let mut statement = connection.prepare(sql).map_err(classify)?;
            let mut rows = statement.query([]).map_err(classify)?;
            while let Some(row) = rows.next().map_err(classify)? {
                take(row).map_err(classify)?;
            }
            Ok::<_, StoreError>(())
        };
        each("SELECT ref, id FROM workspace", &mut |row| {
            let number: u16 = row.get(0)?;
            inner
                .workspaces
                .insert(row.get::<_, String>(1)?.into(), number);
            inner.of.insert(number, WorkspaceNames::default());
            Ok(())
        })?;
        each(
            "SELECT workspace_ref, id FROM person ORDER BY workspace_ref, ref",
            &mut |row| {
                let names = inner.of.entry(row.get(0)?).or_default();
                names.add_person(&row.get::<_, String>(1)?);
                Ok(())
            },
        )?;
        each(
            "SELECT workspace_ref, id FROM channel ORDER BY workspace_ref, ref",
            &mut |row| {
                let names = inner.of.entry(row.get(0)?).or_default();
                names.add_channel(&row.get::<_, String>(1)?);
                Ok(())
            },
        )?;
        each("SELECT code, name FROM event_type", &mut |row| {
            inner
                .kinds
                .insert(row.get(0)?, row.get::<_, String>(1)?.into());
            Ok(())
        })?;
        for (workspace, names) in &mut inner.of {
            for (number, person) in known_people(connection, *workspace, None)? {
                names.set_person(number, person);
            }
            for (number, channel) in known_channels(connection, *workspace)? {
                names.set_channel(number, channel);
            }
        }
        *self.write() = inner;
        Ok(())
    }

    /// Takes in the numbers that a transaction gave.
    pub(super) fn add_fresh(&self, dictionary: &Dictionary) {
        if !dictionary.has_fresh() {
            return;
        }
        let mut inner = self.write();
        for (number, id) in &dictionary.fresh_workspaces {
            inner.workspaces.insert(id.clone(), *number);
            inner.of.entry(*number).or_default();
        }
        // Numbers are given in order, so each new one is the next.
        for fresh in &dictionary.fresh_people {
            inner
                .of
                .entry(fresh.workspace)
                .or_default()
                .add_person(&fresh.id);
        }
        for fresh in &dictionary.fresh_channels {
            inner
                .of
                .entry(fresh.workspace)
                .or_default()
                .add_channel(&fresh.id);
        }
        for (code, name) in &dictionary.fresh_kinds {
            inner.kinds.insert(*code, Arc::from(name.as_ref()));
        }
    }

    /// Takes in records that a transaction changed.
    pub(super) fn set_records(
        &self,
        workspace: u16,
        people: HashMap<u32, Person>,
        channels: HashMap<u32, Channel>,
    ) {
        let mut inner = self.write();
        let names = inner.of.entry(workspace).or_default();
        for (number, person) in people {
            names.set_person(number, person);
        }
        for (number, channel) in channels {
            names.set_channel(number, channel);
        }
    }
}

impl Inner {
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

    /// Returns which channels are of which kind, where that is known.
    pub(super) fn directory(&self) -> Vec<DirectoryRow> {
        let mut rows = Vec::new();
        for (id, number) in self.workspaces() {
            let (Ok(workspace), Some(of)) = (WorkspaceId::new(id), self.of(number)) else {
                continue;
            };
            for named in &of.channels {
                let kind = named.known.kind.as_deref().and_then(ChannelKind::parse);
                if let (Some(kind), Ok(channel)) = (kind, ChannelId::new(named.id.as_ref())) {
                    rows.push(DirectoryRow {
                        workspace: workspace.clone(),
                        channel,
                        kind,
                    });
                }
            }
        }
        rows
    }

    /// Returns the name of a kind of events.
    pub(super) fn kind(&self, code: u16) -> Option<&Arc<str>> {
        self.kinds.get(&code)
    }

    /// Returns the code of a kind of events.
    pub(super) fn kind_code(&self, name: &str) -> Option<u16> {
        let mut found = self
            .kinds
            .iter()
            .filter(|(_, known)| known.as_ref() == name);
        found.next().map(|(code, _)| *code)
    }
}

fn instant(millis: Option<i64>) -> Option<Instant> {
    millis.map(Instant::from_millis)
}

impl WorkspaceNames {
    fn add_person(&mut self, id: &str) {
        let id: Arc<str> = Arc::from(id);
        let number = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        self.people_by_id.insert(Arc::clone(&id), number);
        self.people.push(Named {
            id,
            known: Person::default(),
        });
    }

    fn add_channel(&mut self, id: &str) {
        let id: Arc<str> = Arc::from(id);
        let number = u32::try_from(self.channels.len()).unwrap_or(u32::MAX);
        self.channels_by_id.insert(Arc::clone(&id), number);
        self.channels.push(Named {
            id,
            known: Channel::default(),
        });
    }

    fn set_person(&mut self, number: u32, person: Person) {
        let is_bot = |person: &Person| u64::from(person.is_bot == Some(true));
        if let Some(named) = self.people.get_mut(number as usize) {
            self.bots = self.bots + is_bot(&person) - is_bot(&named.known);
            named.known = person;
        }
    }

    fn set_channel(&mut self, number: u32, channel: Channel) {
        if let Some(named) = self.channels.get_mut(number as usize) {
            named.known = channel;
        }
    }

    /// Returns the number of a person.
    pub(super) fn person(&self, id: &str) -> Option<u32> {
        self.people_by_id.get(id).copied()
    }

    /// Returns the number of a channel.
    pub(super) fn channel(&self, id: &str) -> Option<u32> {
        self.channels_by_id.get(id).copied()
    }

    /// Returns the identifier of a person.
    pub(super) fn person_id(&self, number: u32) -> Option<&Arc<str>> {
        self.people.get(number as usize).map(|named| &named.id)
    }

    /// Returns the identifier of a channel.
    pub(super) fn channel_id(&self, number: u32) -> Option<&Arc<str>> {
        self.channels.get(number as usize).map(|named| &named.id)
    }

    /// Returns the name of a person, where one is known.
    pub(super) fn person_name(&self, number: u32) -> Option<&str> {
        self.people.get(number as usize)?.known.name.as_deref()
    }

    /// Returns the name of a channel, where one is known.
    pub(super) fn channel_name(&self, number: u32) -> Option<&str> {
        self.channels.get(number as usize)?.known.name.as_deref()
    }

    /// Returns what is known of every person and bot, by number.
    pub(super) fn people(&self) -> impl Iterator<Item = (u32, &Person)> {
        (0u32..).zip(self.people.iter().map(|named| &named.known))
    }

    /// Returns how many people and how many bots there are.
    pub(super) fn count_people(&self) -> (u64, u64) {
        (self.people.len() as u64 - self.bots, self.bots)
    }

    /// Returns how many channels there are.
    pub(super) fn count_channels(&self) -> u64 {
        self.channels.len() as u64
    }

    /// Returns a person by number.
    pub(super) fn person_row(&self, number: u32) -> Option<PersonRow> {
        let Named { id, known } = self.people.get(number as usize)?;
        Some(PersonRow {
            id: id.to_string(),
            name: known.name.clone(),
            email: known.email.clone(),
            role: known.role.clone(),
            is_bot: known.is_bot == Some(true),
            is_deactivated: known.is_deactivated == Some(true),
            created_at: instant(known.created_ms),
        })
    }

    /// Returns every person and bot, by identifier.
    pub(super) fn person_rows(&self, wanted: impl Fn(&PersonRow) -> bool) -> Vec<PersonRow> {
        let numbers = 0..u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        let rows = numbers.filter_map(|number| self.person_row(number));
        let mut rows: Vec<PersonRow> = rows.filter(wanted).collect();
        rows.sort_unstable_by(|left, right| left.id.cmp(&right.id));
        rows
    }

    /// Returns the identifiers of a population that hold a text in identifier, name or, if so asked,
    /// e-mail address, in any case.
    pub(super) fn find(&self, text: &str, with_email: bool, population: Population) -> Vec<String> {
        let wanted = text.to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&wanted);
        let known = |text: &Option<String>| text.as_deref().is_some_and(holds);
        let fits = |named: &&Named<Person>| {
            let person = &named.known;
            population.holds(person.is_bot == Some(true))
                && (holds(&named.id) || known(&person.name) || (with_email && known(&person.email)))
        };
        let found = self.people.iter().filter(fits);
        found.map(|named| named.id.to_string()).collect()
    }

    /// Returns every channel with its number, by identifier.
    pub(super) fn channel_rows(&self) -> Vec<(u32, ChannelRow)> {
        let row = |(number, named): (u32, &Named<Channel>)| {
            let known = &named.known;
            let row = ChannelRow {
                id: named.id.to_string(),
                name: known.name.clone(),
                kind: known.kind.as_deref().and_then(ChannelKind::parse),
                is_archived: known.is_archived == Some(true),
                member_count: known.member_count,
                created_at: instant(known.created_ms),
            };
            (number, row)
        };
        let mut rows: Vec<_> = (0u32..).zip(&self.channels).map(row).collect();
        rows.sort_unstable_by(|left, right| left.1.id.cmp(&right.1.id));
        rows
    }
}
