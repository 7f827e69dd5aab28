//! Who is a bot, as the writer decides it.
//!
//! 1. The record of a person says so, where it says anything.
//! 2. Else the events do: one that says bot makes a bot, whatever the others say, so the order of
//!    arrival does not matter. It is kept as a record, which a later record may correct.
//! 3. An event without a person says it of itself.
//!
//! This holds for each identifier by itself. Of several that are one person the one that counts decides, and
//! where nothing is known of it any other (`merges`).
//!
//! `event.is_bot` holds what is decided, and history is changed with the decision
//! (`records::decide`), so whoever reads events or rollups need not know of records.

use std::collections::HashMap;

use ::duckdb::Connection;
use roaring::RoaringBitmap;

use super::{failure::classify, records::Person};
use crate::StoreError;

/// Who is known to be a bot, and who not to be one.
#[derive(Debug, Default)]
pub(super) struct Bots {
    of: HashMap<u16, Decided>,
    /// Whom events of the open transaction made bots.
    fresh: HashMap<u16, Vec<u32>>,
}

/// Decisions within one workspace; nothing is known of who is in neither set.
#[derive(Debug, Default)]
struct Decided {
    bots: RoaringBitmap,
    people: RoaringBitmap,
}

impl Bots {
    /// Returns what the stored records say.
    pub(super) fn load(connection: &Connection) -> Result<Self, StoreError> {
        let mut bots = Self::default();
        let mut statement = connection
            .prepare(
                "--sql\nSELECT workspace_ref, person_ref, is_bot FROM person_record \
                 ORDER BY valid_from_ms, rowid",
            )
            .map_err(classify)?;
        let mut rows = statement.query([]).map_err(classify)?;
        while let Some(row) = rows.next().map_err(classify)? {
            let number = row.get(1).map_err(classify)?;
            bots.set(
                row.get(0).map_err(classify)?,
                number,
                row.get(2).map_err(classify)?,
            );
        }
        Ok(bots)
    }

    /// Returns whether a bot did what an event tells of, given what the event says itself.
    pub(super) fn decide(&mut self, workspace: u16, person: Option<u32>, says_bot: bool) -> bool {
        let Some(person) = person else {
            return says_bot;
        };
        let decided = self.of.entry(workspace).or_default();
        if decided.bots.contains(person) {
            return true;
        }
        if !says_bot || decided.people.contains(person) {
            return false;
        }
        decided.bots.insert(person);
        self.fresh.entry(workspace).or_default().push(person);
        true
    }

    /// Returns what is known of one identifier.
    pub(super) fn own(&self, workspace: u16, number: u32) -> Option<bool> {
        let decided = self.of.get(&workspace)?;
        let is_person = || decided.people.contains(number).then_some(false);
        decided
            .bots
            .contains(number)
            .then_some(true)
            .or_else(is_person)
    }

    /// Returns whom events of the open transaction made bots, by workspace.
    pub(super) fn fresh(&self) -> Vec<(u16, Vec<u32>)> {
        let fresh = self.fresh.iter();
        fresh.map(|(of, people)| (*of, people.clone())).collect()
    }

    /// Takes in records that a transaction changed.
    pub(super) fn set_records(&mut self, workspace: u16, people: &HashMap<u32, Person>) {
        for (number, person) in people {
            self.set(workspace, *number, person.is_bot);
        }
    }

    fn set(&mut self, workspace: u16, number: u32, is_bot: Option<bool>) {
        let decided = self.of.entry(workspace).or_default();
        decided.bots.remove(number);
        decided.people.remove(number);
        match is_bot {
            Some(true) => drop(decided.bots.insert(number)),
            Some(false) => drop(decided.people.insert(number)),
            None => {}
        }
    }

    /// Keeps what the open transaction decided.
    pub(super) fn commit(&mut self) {
        self.fresh.clear();
    }

    /// Takes back what the open transaction decided.
    pub(super) fn rollback(&mut self) {
        for (workspace, people) in self.fresh.drain() {
            let decided = self.of.entry(workspace).or_default();
            for number in people {
                decided.bots.remove(number);
            }
        }
    }
}
