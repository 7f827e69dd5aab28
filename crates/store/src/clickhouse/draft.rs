//! What is about to change of who and what is known: worked out first, then written, then taken in.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{
    event::{Event, EventType},
    id::{ChannelId, UserId, WorkspaceId},
    record::{ChannelRecord, PersonRecord},
};

use super::{
    directory::Inner,
    people::{Counted, Of, Person, merge_channel},
};
use crate::StoreError;

/// A change of who and what is known.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) workspaces: Vec<(WorkspaceId, u16)>,
    pub(super) kinds: Vec<(u16, Box<str>)>,
    /// People as they are known from now on.
    pub(super) people: Vec<(u16, Person, Counted)>,
    /// Identifiers that are known no longer.
    pub(super) removed: Vec<(u16, UserId)>,
    pub(super) channels: Vec<(u16, ChannelRecord)>,
    /// Identifiers whose events count otherwise from now on.
    pub(super) moved: Vec<(u16, UserId)>,
}

impl Change {
    /// Returns workspaces in which something else is known of people or channels.
    pub(super) fn names(&self) -> HashSet<u16> {
        let people = self.people.iter().map(|(of, ..)| *of);
        let removed = self.removed.iter().map(|(of, _)| *of);
        let channels = self.channels.iter().map(|(of, _)| *of);
        people.chain(removed).chain(channels).collect()
    }

    /// Takes the change in.
    pub(super) fn apply(self, inner: &mut Inner) {
        inner.workspaces.extend(self.workspaces);
        for (code, name) in self.kinds {
            inner.set_kind(code, &name);
        }
        for (workspace, id) in self.removed {
            inner.of.entry(workspace).or_default().remove(&id);
        }
        for (workspace, person, _) in self.people {
            inner.of.entry(workspace).or_default().set(person);
        }
        for (workspace, record) in self.channels {
            let of = inner.of.entry(workspace).or_default();
            of.channels.insert(record.id.clone(), record);
        }
    }
}

/// Returns the change from one state of a workspace to another, of these identifiers and whoever is one person with
/// them in either.
pub(super) fn difference(workspace: u16, before: &Of, after: &Of, ids: &[&UserId]) -> Change {
    let mut concerned: BTreeSet<UserId> = BTreeSet::new();
    for of in [before, after] {
        for id in ids {
            let root = of.root(id);
            concerned.extend(of.others(&root).cloned());
            concerned.insert(root);
            concerned.insert((*id).clone());
        }
    }
    let mut change = Change::default();
    for id in concerned {
        let known = before.person(&id);
        let Some(person) = after.person(&id) else {
            if known.is_some() {
                change.removed.push((workspace, id));
            }
            continue;
        };
        let counted = after.counted(&id);
        let is_moved = known.is_some() && before.counted(&id) != counted;
        if is_moved || known != Some(person) {
            change.people.push((workspace, person.clone(), counted));
        }
        if is_moved {
            change.moved.push((workspace, id));
        }
    }
    change
}

/// What events and records say beside what is known already. Nobody is merged here.
pub(super) struct Draft<'a> {
    inner: &'a Inner,
    workspaces: BTreeMap<WorkspaceId, u16>,
    kinds: BTreeMap<Box<str>, u16>,
    people: HashMap<u16, BTreeMap<UserId, Person>>,
    channels: HashMap<u16, BTreeMap<ChannelId, ChannelRecord>>,
    nothing: Of,
}

impl<'a> Draft<'a> {
    pub(super) fn new(inner: &'a Inner) -> Self {
        Self {
            inner,
            workspaces: BTreeMap::new(),
            kinds: BTreeMap::new(),
            people: HashMap::new(),
            channels: HashMap::new(),
            nothing: Of::default(),
        }
    }

    fn known(&self, workspace: u16) -> &Of {
        self.inner.of.get(&workspace).unwrap_or(&self.nothing)
    }

    /// Returns the number of a workspace, which is known from now on.
    pub(super) fn workspace(&mut self, id: &WorkspaceId) -> u16 {
        if let Some(number) = self.inner.workspaces.get(id) {
            return *number;
        }
        let next = self.workspaces.values().max();
        let next = next.map_or_else(|| self.inner.next_workspace(), |last| last + 1);
        *self.workspaces.entry(id.clone()).or_insert(next)
    }

    /// Returns the number of a workspace that is known only from now on.
    pub(super) fn new_workspace(&self, id: &WorkspaceId) -> Option<u16> {
        self.workspaces.get(id).copied()
    }

    /// Returns the code of a kind of events, which is known from now on.
    pub(super) fn kind(&mut self, kind: &EventType) -> Result<u16, StoreError> {
        if let Some(code) = self.inner.kind(kind) {
            return Ok(code);
        }
        if let Some(code) = self.kinds.get(kind.name()) {
            return Ok(*code);
        }
        let last = self.kinds.values().max();
        let next = last.map_or_else(|| self.inner.next_kind(), |last| last.checked_add(1));
        let next =
            next.ok_or_else(|| StoreError::Stopped("all kinds of events are given".to_owned()))?;
        self.kinds.insert(kind.name().into(), next);
        Ok(next)
    }

    /// Takes in whom and what an event names.
    pub(super) fn event(&mut self, workspace: u16, event: &Event) {
        if let Some(id) = &event.user {
            let is_news = match self.person(workspace, id) {
                None => true,
                Some(person) => event.is_bot && !person.told_bot,
            };
            if is_news {
                self.change(workspace, id).told_bot |= event.is_bot;
            }
        }
        if let Some(id) = &event.channel
            && self.channel(workspace, id).is_none()
        {
            let channels = self.channels.entry(workspace).or_default();
            channels.insert(id.clone(), ChannelRecord::new(id.clone()));
        }
    }

    /// Takes in a record of a person; returns whether it says something else than what is known.
    pub(super) fn put_person(&mut self, workspace: u16, said: &PersonRecord) -> bool {
        let known = self.person(workspace, &said.id);
        let mut now = known.map_or_else(|| Person::new(said.id.clone()), Clone::clone);
        now.put(said);
        let changed = known != Some(&now);
        if changed {
            *self.change(workspace, &said.id) = now;
        }
        changed
    }

    /// Takes in a record of a channel; returns whether it says something else than what is known.
    pub(super) fn put_channel(&mut self, workspace: u16, said: &ChannelRecord) -> bool {
        let known = self.channel(workspace, &said.id);
        let now = known.map_or_else(|| said.clone(), |known| merge_channel(known.clone(), said));
        let changed = known != Some(&now);
        if changed {
            let channels = self.channels.entry(workspace).or_default();
            channels.insert(said.id.clone(), now);
        }
        changed
    }

    fn person(&self, workspace: u16, id: &UserId) -> Option<&Person> {
        let changed = self.people.get(&workspace).and_then(|of| of.get(id));
        changed.or_else(|| self.known(workspace).person(id))
    }

    fn change(&mut self, workspace: u16, id: &UserId) -> &mut Person {
        let known = self.known(workspace).person(id).cloned();
        let people = self.people.entry(workspace).or_default();
        people
            .entry(id.clone())
            .or_insert_with(|| known.unwrap_or_else(|| Person::new(id.clone())))
    }

    fn channel(&self, workspace: u16, id: &ChannelId) -> Option<&ChannelRecord> {
        let changed = self.channels.get(&workspace).and_then(|of| of.get(id));
        changed.or_else(|| self.known(workspace).channels.get(id))
    }

    /// Returns the change.
    pub(super) fn finish(self) -> Change {
        let mut change = Change {
            workspaces: self.workspaces.clone().into_iter().collect(),
            ..Change::default()
        };
        for (workspace, people) in &self.people {
            let before = self.known(*workspace);
            // Few of them are one person with others, and only those few need to be looked at together.
            let mut after = Of::default();
            let mut ids = BTreeSet::new();
            for id in people.keys() {
                let root = before.root(id);
                ids.extend(before.others(&root).cloned());
                ids.insert(root);
                ids.insert(id.clone());
            }
            let all = ids.iter().filter_map(|id| self.person(*workspace, id));
            after.load(all.cloned().collect());
            let ids: Vec<&UserId> = people.keys().collect();
            let mut of = difference(*workspace, before, &after, &ids);
            change.people.append(&mut of.people);
            change.moved.append(&mut of.moved);
        }
        for (workspace, channels) in self.channels {
            let channels = channels.into_values();
            change
                .channels
                .extend(channels.map(|record| (workspace, record)));
        }
        let kinds = self.kinds.into_iter();
        change.kinds = kinds.map(|(name, code)| (code, name)).collect();
        change
    }
}
