//! What the store knows by heart: workspaces, kinds of events, people and channels, and what stands for them in
//! blocks.
//!
//! It is a copy of what the server holds. Whoever changes something writes it there first.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use domain::{
    dimension::Subject,
    event::{EventType, FIRST_CUSTOM_CODE, Kind},
    id::{UserId, WorkspaceId},
};
use engine::storage::{Identities, Labels, PersonFacts};
use rustc_hash::FxHashMap;

use super::{people::Of, rows::NumberRow};
use crate::StoreError;

/// Identifiers that are looked up at a time.
const AT_ONCE: usize = 4_096;

/// Everything that is known.
#[derive(Debug, Default)]
pub(super) struct Directory {
    inner: RwLock<Inner>,
    numbers: RwLock<Numbers>,
    /// Numbers that were given and are not on the server yet.
    pending: Mutex<Vec<NumberRow>>,
}

/// Workspaces with their people and channels, and kinds of events.
#[derive(Debug, Default, Clone)]
pub(super) struct Inner {
    pub(super) workspaces: BTreeMap<WorkspaceId, u16>,
    pub(super) of: HashMap<u16, Of>,
    custom: HashMap<Box<str>, u16>,
}

/// What stands for people and channels in blocks. A number that was given once stays.
#[derive(Debug, Default)]
struct Numbers {
    by_id: FxHashMap<(u16, Subject), FxHashMap<Box<str>, u32>>,
    ids: FxHashMap<(u16, Subject), Vec<Box<str>>>,
}

impl Inner {
    /// Returns the people and channels of a workspace.
    pub(super) fn of(&self, workspace: &WorkspaceId) -> Option<&Of> {
        self.of.get(self.workspaces.get(workspace)?)
    }

    /// Returns the number of a workspace that is not known yet.
    pub(super) fn next_workspace(&self) -> u16 {
        self.workspaces.values().max().map_or(1, |last| last + 1)
    }

    /// Takes in a custom kind of events.
    pub(super) fn set_kind(&mut self, code: u16, name: &str) {
        if code >= FIRST_CUSTOM_CODE {
            self.custom.insert(name.into(), code);
        }
    }

    /// Returns the code of a kind of events.
    pub(super) fn kind(&self, kind: &EventType) -> Option<u16> {
        match kind {
            EventType::Known(kind) => Some(kind.code()),
            EventType::Custom(name) => self.custom.get(name).copied(),
        }
    }

    /// Returns the code that the next custom kind gets; `None` when all are given.
    pub(super) fn next_kind(&self) -> Option<u16> {
        match self.custom.values().max() {
            None => Some(FIRST_CUSTOM_CODE),
            Some(last) => last.checked_add(1),
        }
    }

    /// Returns the name of a kind of events.
    pub(super) fn kind_name(&self, code: u16) -> Option<&str> {
        let known = Kind::ALL.iter().find(|kind| kind.code() == code);
        known.map(|kind| kind.name()).or_else(|| {
            let mut custom = self.custom.iter();
            let found = custom.find(|(_, custom)| **custom == code);
            found.map(|(name, _)| name.as_ref())
        })
    }
}

const fn code(subject: Subject) -> u8 {
    match subject {
        Subject::Person => 0,
        Subject::Channel => 1,
    }
}

impl Directory {
    /// Returns what is known.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what is known, for whoever has changed it on the server.
    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a workspace's number, or `None` when nothing was ever stored of it.
    pub(super) fn workspace(&self, workspace: &WorkspaceId) -> Option<u16> {
        self.read().workspaces.get(workspace).copied()
    }

    fn numbers_of(&self) -> RwLockReadGuard<'_, Numbers> {
        self.numbers.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in numbers that are stored, ascending.
    pub(super) fn load_numbers(&self, rows: Vec<NumberRow>) {
        let mut numbers = self.numbers.write().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            let subject = if row.subject == code(Subject::Person) {
                Subject::Person
            } else {
                Subject::Channel
            };
            let of = (row.workspace_ref, subject);
            let ids = numbers.ids.entry(of).or_default();
            ids.resize(row.number as usize, "".into());
            ids.push(row.id.as_str().into());
            if !row.id.is_empty() {
                let by_id = numbers.by_id.entry(of).or_default();
                by_id.insert(row.id.into(), row.number);
            }
        }
    }

    /// Returns the number of an identifier, giving one where it has none. What is given is stored with
    /// [`Self::take_pending`], before anything that speaks of it.
    pub(super) fn number(&self, subject: Subject, workspace: u16, id: &str) -> u32 {
        let of = (workspace, subject);
        let known = self.numbers_of();
        if let Some(number) = known.by_id.get(&of).and_then(|ids| ids.get(id)) {
            return *number;
        }
        drop(known);
        let mut numbers = self.numbers.write().unwrap_or_else(PoisonError::into_inner);
        let ids = numbers.ids.entry(of).or_default();
        let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let by_id = numbers.by_id.entry(of).or_default();
        if let Some(number) = by_id.get(id) {
            return *number;
        }
        by_id.insert(id.into(), next);
        numbers.ids.entry(of).or_default().push(id.into());
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.push(NumberRow {
            workspace_ref: workspace,
            subject: code(subject),
            number: next,
            id: id.to_owned(),
        });
        next
    }

    /// Returns the numbers that were given and are not stored yet.
    pub(super) fn take_pending(&self) -> Vec<NumberRow> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *pending)
    }

    /// Gives back numbers that could not be stored.
    pub(super) fn give_back(&self, rows: Vec<NumberRow>) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.extend(rows);
    }

    /// Returns the identifier that a number stands for.
    pub(super) fn id(&self, subject: Subject, workspace: u16, number: u32) -> Option<String> {
        let numbers = self.numbers_of();
        let id = numbers.ids.get(&(workspace, subject))?.get(number as usize);
        id.filter(|id| !id.is_empty()).map(ToString::to_string)
    }

    /// Has a number stand for another identifier, or for nobody.
    pub(super) fn rename(&self, workspace: u16, id: &str, now: Option<&str>) -> Option<NumberRow> {
        let of = (workspace, Subject::Person);
        let mut numbers = self.numbers.write().unwrap_or_else(PoisonError::into_inner);
        let number = numbers.by_id.get_mut(&of)?.remove(id)?;
        if let Some(now) = now {
            numbers
                .by_id
                .entry(of)
                .or_default()
                .insert(now.into(), number);
        }
        let now = now.unwrap_or_default();
        numbers.ids.get_mut(&of)?[number as usize] = now.into();
        Some(NumberRow {
            workspace_ref: workspace,
            subject: code(Subject::Person),
            number,
            id: now.to_owned(),
        })
    }
}

impl Identities for Directory {
    fn numbers(
        &self,
        subject: Subject,
        workspace: u16,
        ids: &[String],
    ) -> Result<Vec<u32>, StoreError> {
        let inner = self.read();
        let Some(of) = inner.of.get(&workspace) else {
            return Ok(Vec::new());
        };
        let number = |id: &String| match subject {
            Subject::Person => {
                let id = UserId::new(id).ok()?;
                of.person(&id)?;
                Some(self.number(subject, workspace, of.root(&id).as_str()))
            }
            Subject::Channel => {
                let id = domain::id::ChannelId::new(id).ok()?;
                of.channels.get(&id)?;
                Some(self.number(subject, workspace, id.as_str()))
            }
        };
        Ok(ids.iter().filter_map(number).collect())
    }

    fn kind_code(&self, name: &str) -> Option<u16> {
        self.read().kind(&EventType::parse(name)?)
    }

    fn labels<'a>(&'a self, workspace: u16, _subjects: &[Subject]) -> Box<dyn Labels + 'a> {
        let inner = self.read();
        let known = Kind::ALL
            .iter()
            .map(|kind| (kind.code(), kind.name().into()));
        let custom = inner.custom.iter();
        Box::new(LookedUp {
            directory: self,
            workspace,
            kinds: known
                .chain(custom.map(|(name, code)| (*code, name.clone())))
                .collect(),
            found: HashMap::new(),
        })
    }

    fn each_person(
        &self,
        workspace: u16,
        take: &mut dyn FnMut(u32, PersonFacts),
    ) -> Result<(), StoreError> {
        let inner = self.read();
        let Some(of) = inner.of.get(&workspace) else {
            return Ok(());
        };
        for id in of.roots() {
            let Some(row) = of.row(id) else { continue };
            let facts = PersonFacts {
                is_bot: row.is_bot,
                created_at: row.created_at,
                first_seen_at: row.first_seen_at,
            };
            take(self.number(Subject::Person, workspace, id.as_str()), facts);
        }
        Ok(())
    }
}

/// Names numbers that were looked up: no lock is held meanwhile.
struct LookedUp<'a> {
    directory: &'a Directory,
    workspace: u16,
    kinds: HashMap<u16, Box<str>>,
    found: HashMap<(Subject, u32), String>,
}

impl Labels for LookedUp<'_> {
    fn at_once(&self) -> usize {
        AT_ONCE
    }

    fn look_up(
        &mut self,
        wanted: &mut dyn Iterator<Item = (Subject, u32)>,
    ) -> Result<(), StoreError> {
        self.found.clear();
        for (subject, number) in wanted {
            let id = self.directory.id(subject, self.workspace, number);
            self.found.extend(id.map(|id| ((subject, number), id)));
        }
        Ok(())
    }

    fn id(&self, subject: Subject, number: u32) -> Option<&str> {
        self.found.get(&(subject, number)).map(String::as_str)
    }

    fn kind(&self, code: u16) -> Option<&str> {
        self.kinds.get(&code).map(AsRef::as_ref)
    }
}
