//! The merges of a workspace as those who read need them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ::duckdb::{Connection, params};
use domain::time::Instant;

use super::{Forest, Link};
use crate::{
    Merge, StoreError,
    duckdb::{
        failure::classify,
        records::{LISTED, Person, Which, known},
    },
};

/// What is known of one identifier, as far as it counts for the person that counts.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    is_bot: Option<bool>,
    created_ms: Option<i64>,
    first_seen_ms: Option<i64>,
}

impl From<&Person> for Own {
    fn from(person: &Person) -> Self {
        Self {
            is_bot: person.is_bot,
            created_ms: person.created_ms,
            first_seen_ms: person.first_seen_ms,
        }
    }
}

/// Who counts as whom in one workspace, with identifiers and with what is known of each.
#[derive(Debug, Clone, Default)]
pub(in crate::duckdb) struct Merged {
    pub(in crate::duckdb) forest: Forest,
    /// Identifiers of everybody who was merged or was merged into.
    ids: HashMap<u32, Arc<str>>,
    /// The number of each that was merged.
    numbers: HashMap<Arc<str>, u32>,
    own: HashMap<u32, Own>,
}

impl Merged {
    /// Returns the merges that are stored, by workspace.
    pub(in crate::duckdb) fn load(
        connection: &Connection,
    ) -> Result<HashMap<u16, Self>, StoreError> {
        let sql = "SELECT DISTINCT workspace_ref FROM person_merge";
        let mut statement = connection.prepare(sql).map_err(classify)?;
        let workspaces = statement
            .query_map([], |row| row.get(0))
            .map_err(classify)?
            .collect::<Result<Vec<u16>, _>>()
            .map_err(classify)?;
        let each = workspaces.into_iter();
        each.map(|workspace| Ok((workspace, Self::of(connection, workspace)?)))
            .collect()
    }

    /// Returns the merges of a workspace that are stored.
    pub(in crate::duckdb) fn of(
        connection: &Connection,
        workspace: u16,
    ) -> Result<Self, StoreError> {
        let mut statement = connection
            .prepare(
                "--sql\nSELECT m.from_ref, m.into_ref, m.merged_ms, f.id, i.id FROM person_merge m \
                 JOIN person f ON f.workspace_ref = m.workspace_ref AND f.ref = m.from_ref \
                 JOIN person i ON i.workspace_ref = m.workspace_ref AND i.ref = m.into_ref \
                 WHERE m.workspace_ref = ?",
            )
            .map_err(classify)?;
        let mut rows = statement.query(params![workspace]).map_err(classify)?;
        let mut merged = Self::default();
        let mut links = BTreeMap::new();
        while let Some(row) = rows.next().map_err(classify)? {
            let (from, into): (u32, u32) =
                (row.get(0).map_err(classify)?, row.get(1).map_err(classify)?);
            let at = Instant::from_millis(row.get(2).map_err(classify)?);
            for (number, column) in [(from, 3), (into, 4)] {
                let id: Arc<str> = row.get::<_, String>(column).map_err(classify)?.into();
                merged.ids.insert(number, id);
            }
            links.insert(from, Link { into, at });
        }
        let named = links
            .keys()
            .map(|from| (Arc::clone(&merged.ids[from]), *from));
        merged.numbers = named.collect();
        merged.forest = Forest::new(links);
        let numbers: Vec<u32> = merged.ids.keys().copied().collect();
        for part in numbers.chunks(LISTED) {
            let found = known::<Person>(connection, &Which::Of(workspace, part))?;
            let own = found
                .iter()
                .map(|((_, number), person)| (*number, person.into()));
            merged.own.extend(own);
        }
        Ok(merged)
    }

    /// Takes in what is known of one of them now.
    pub(in crate::duckdb) fn set(&mut self, number: u32, person: &Person) {
        self.own.insert(number, person.into());
    }

    /// Returns who counts, of an identifier that was merged.
    pub(in crate::duckdb) fn counted_as(&self, id: &str) -> Option<&Arc<str>> {
        let number = self.numbers.get(id)?;
        self.ids.get(&self.forest.root(*number))
    }

    /// Returns everybody who was merged or was merged into.
    pub(in crate::duckdb) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.ids.keys().copied()
    }

    /// Returns whether what is known of one of them alone says that it is a bot.
    pub(in crate::duckdb) fn says_bot(&self, number: u32) -> bool {
        self.own.get(&number).and_then(|own| own.is_bot) == Some(true)
    }

    /// Returns whether a number that counts is a bot.
    pub(in crate::duckdb) fn is_bot(&self, root: u32) -> bool {
        let own = |number: u32| self.own.get(&number)?.is_bot;
        self.forest.is_bot(root, own)
    }

    /// Returns the other identifiers of a number that counts, ascending.
    pub(in crate::duckdb) fn aliases(&self, root: u32) -> Vec<String> {
        let others = self.forest.others(root).iter();
        let mut ids: Vec<String> = others
            .filter_map(|number| self.ids.get(number))
            .map(|id| id.as_ref().to_owned())
            .collect();
        ids.sort_unstable();
        ids
    }

    /// Returns what is known of a number that counts, over all of its identifiers.
    pub(in crate::duckdb) fn over_all<'p>(
        &self,
        root: u32,
        known: Option<&'p Person>,
    ) -> Option<Cow<'p, Person>> {
        let others = self.forest.others(root);
        if others.is_empty() {
            return known.map(Cow::Borrowed);
        }
        let mut person = known.cloned().unwrap_or_default();
        for own in others.iter().filter_map(|number| self.own.get(number)) {
            person.created_ms = earlier(person.created_ms, own.created_ms);
            person.first_seen_ms = earlier(person.first_seen_ms, own.first_seen_ms);
        }
        person.is_bot = Some(self.is_bot(root));
        Some(Cow::Owned(person))
    }

    /// Returns every merge, by identifier.
    pub(in crate::duckdb) fn all(&self) -> Vec<Merge> {
        let links = self.forest.links();
        let mut all: Vec<Merge> = links.filter_map(|(from, _)| self.merge(from)).collect();
        all.sort_unstable_by(|left, right| left.from.cmp(&right.from));
        all
    }

    /// Returns the merge of a number that was merged.
    pub(in crate::duckdb) fn merge(&self, from: u32) -> Option<Merge> {
        let link = self.forest.link(from)?;
        let id = |number: u32| self.ids.get(&number).map(|id| id.as_ref().to_owned());
        Some(Merge {
            from: id(from)?,
            into: id(link.into)?,
            counts_as: id(self.forest.root(from))?,
            at: link.at,
        })
    }

    /// Returns the identifier of one of them.
    pub(in crate::duckdb) fn id(&self, number: u32) -> Option<&Arc<str>> {
        self.ids.get(&number)
    }
}

fn earlier(left: Option<i64>, right: Option<i64>) -> Option<i64> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}
