//! What the engine asks of names.

use std::{
    collections::HashMap,
    sync::{Arc, RwLockReadGuard},
};

use domain::time::Instant;
use engine::storage::{Identities, Labels, PersonFacts, Subject};

use super::{Inner, Names};
use crate::StoreError;

/// Identifiers that are looked up at a time, where they are not in memory.
const AT_ONCE: usize = 4_096;

impl Identities for Names {
    fn numbers(
        &self,
        subject: Subject,
        workspace: u16,
        ids: &[String],
    ) -> Result<Vec<u32>, StoreError> {
        Self::numbers(self, subject, workspace, ids)
    }

    fn kind_code(&self, name: &str) -> Option<u16> {
        self.read().kind_code(name)
    }

    fn labels<'a>(&'a self, workspace: u16, subjects: &[Subject]) -> Box<dyn Labels + 'a> {
        let inner = self.read();
        let is_in_memory = |subject: &Subject| inner.beyond(*subject, workspace).is_empty();
        if subjects.iter().all(is_in_memory) {
            return Box::new(InMemory { inner, workspace });
        }
        Box::new(LookedUp {
            kinds: Arc::clone(inner.kinds()),
            names: self,
            workspace,
            found: HashMap::new(),
        })
    }

    fn each_person(
        &self,
        workspace: u16,
        take: &mut dyn FnMut(u32, PersonFacts),
    ) -> Result<(), StoreError> {
        let at = |millis: Option<i64>| millis.map(Instant::from_millis);
        self.each_counted(workspace, |number, _, known| {
            let facts = known.map(|known| PersonFacts {
                is_bot: known.is_bot == Some(true),
                created_at: at(known.created_ms),
                first_seen_at: at(known.first_seen_ms),
            });
            take(number, facts.unwrap_or_default());
        })
    }
}

/// All identifiers are in memory.
struct InMemory<'a> {
    inner: RwLockReadGuard<'a, Inner>,
    workspace: u16,
}

impl Labels for InMemory<'_> {
    fn at_once(&self) -> usize {
        usize::MAX
    }

    fn look_up(
        &mut self,
        _wanted: &mut dyn Iterator<Item = (Subject, u32)>,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    fn id(&self, subject: Subject, number: u32) -> Option<&str> {
        let of = self.inner.of(self.workspace)?;
        let id = match subject {
            Subject::Person => of.people.id(number),
            Subject::Channel => of.channels.id(number),
        };
        id.map(AsRef::as_ref)
    }

    fn kind(&self, code: u16) -> Option<&str> {
        self.inner.kinds().get(&code).map(AsRef::as_ref)
    }
}

/// Some are in the file: those that are wanted are looked up.
struct LookedUp<'a> {
    names: &'a Names,
    workspace: u16,
    kinds: Arc<HashMap<u16, Arc<str>>>,
    found: HashMap<(Subject, u32), Arc<str>>,
}

impl Labels for LookedUp<'_> {
    fn at_once(&self) -> usize {
        AT_ONCE
    }

    fn look_up(
        &mut self,
        wanted: &mut dyn Iterator<Item = (Subject, u32)>,
    ) -> Result<(), StoreError> {
        let mut before = std::mem::take(&mut self.found);
        for (subject, number) in wanted {
            if self.found.contains_key(&(subject, number)) {
                continue;
            }
            let id = match before.remove(&(subject, number)) {
                None => self.names.id(subject, self.workspace, number)?,
                known => known,
            };
            self.found.extend(id.map(|id| ((subject, number), id)));
        }
        Ok(())
    }

    fn id(&self, subject: Subject, number: u32) -> Option<&str> {
        self.found.get(&(subject, number)).map(AsRef::as_ref)
    }

    fn kind(&self, code: u16) -> Option<&str> {
        self.kinds.get(&code).map(AsRef::as_ref)
    }
}

impl Inner {
    /// Returns the names of all kinds of events, by code.
    pub(in crate::duckdb) fn kinds(&self) -> &Arc<HashMap<u16, Arc<str>>> {
        &self.kinds
    }

    /// Returns the code of a kind of events.
    pub(in crate::duckdb) fn kind_code(&self, name: &str) -> Option<u16> {
        let mut found = self
            .kinds
            .iter()
            .filter(|(_, known)| known.as_ref() == name);
        found.next().map(|(code, _)| *code)
    }
}
