//! Identifiers that are one person.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{
    filter::{Field, Filter},
    id::{UserId, WorkspaceId},
    record::PersonRecord,
    time::Instant,
};
use store::{Merge, MergeError, MergeRefusal, Merges, PersonRow, StoreError};

use super::{Memory, person::Person, state::Workspace};

/// What each identifier was merged into, and when.
pub(super) type Links = BTreeMap<UserId, (UserId, Instant)>;

#[async_trait]
impl Merges for Memory {
    async fn merge(
        &self,
        workspace: &WorkspaceId,
        from: &UserId,
        into: &UserId,
        at: Instant,
    ) -> Result<Merge, MergeError> {
        let mut state = self.open()?;
        let number = state.version + 1;
        let unknown = |id: &UserId| MergeRefusal::Unknown(id.to_string());
        let of = state.workspaces.get_mut(workspace);
        let of = of.ok_or_else(|| unknown(from))?;
        for id in [from, into] {
            if !of.people.contains_key(id) {
                return Err(unknown(id).into());
            }
        }
        if from == into {
            return Err(MergeRefusal::Itself.into());
        }
        let (from_text, into_text) = (from.to_string(), into.to_string());
        match of.links.get(from) {
            Some((there, _)) if there == into => {}
            Some((there, _)) => {
                let refusal = MergeRefusal::Elsewhere {
                    from: from_text,
                    into: there.to_string(),
                };
                return Err(refusal.into());
            }
            None if of.root(into) == *from => {
                let (from, into) = (from_text, into_text);
                return Err(MergeRefusal::Cycle { from, into }.into());
            }
            None => {
                of.links.insert(from.clone(), (into.clone(), at));
                of.count_again(number);
                state.version = number;
            }
        }
        Ok(state.workspaces[workspace].merge_of(from).unwrap())
    }

    async fn undo_merge(
        &self,
        workspace: &WorkspaceId,
        from: &UserId,
        _at: Instant,
    ) -> Result<Option<Merge>, StoreError> {
        let mut state = self.open()?;
        let number = state.version + 1;
        let Some(of) = state.workspaces.get_mut(workspace) else {
            return Ok(None);
        };
        let undone = of.merge_of(from);
        if undone.is_some() {
            of.links.remove(from);
            of.count_again(number);
            state.version = number;
        }
        Ok(undone)
    }

    async fn merges(&self, workspace: &WorkspaceId) -> Result<Vec<Merge>, StoreError> {
        let state = self.open()?;
        let Some(of) = state.workspaces.get(workspace) else {
            return Ok(Vec::new());
        };
        let merges = of.links.keys().filter_map(|from| of.merge_of(from));
        Ok(merges.collect())
    }
}

impl Workspace {
    fn merge_of(&self, from: &UserId) -> Option<Merge> {
        let (into, at) = self.links.get(from)?;
        Some(Merge {
            from: from.to_string(),
            into: into.to_string(),
            counts_as: self.root(from).to_string(),
            at: *at,
        })
    }

    /// Returns who counts.
    pub(super) fn root(&self, id: &UserId) -> UserId {
        let mut root = id;
        while let Some((into, _)) = self.links.get(root) {
            root = into;
        }
        root.clone()
    }

    /// Returns who counts, of an identifier that somebody asks for.
    pub(super) fn root_of(&self, id: &str) -> Option<UserId> {
        Some(self.root(&UserId::new(id).ok()?))
    }

    /// Returns the others that count as somebody.
    fn others(&self, root: &UserId) -> impl Iterator<Item = &Person> {
        let merged = self.links.keys().filter(|id| self.root(id) == *root);
        merged.map(|id| &self.people[id])
    }

    /// Returns whether somebody who counts is a bot.
    pub(super) fn is_bot(&self, root: &UserId) -> bool {
        let own = self.people[root].says_bot();
        own.unwrap_or_else(|| {
            let mut others = self.others(root);
            others.any(|person| person.says_bot() == Some(true))
        })
    }

    /// Returns what is known of somebody who counts.
    pub(super) fn record(&self, root: &UserId) -> PersonRecord {
        let mut record = self.people[root].record.clone();
        for Person { record: other, .. } in self.others(root) {
            let earlier = |left: Option<Instant>, right: Option<Instant>| {
                [left, right].into_iter().flatten().min()
            };
            record.created_at = earlier(record.created_at, other.created_at);
            record.first_seen_at = earlier(record.first_seen_at, other.first_seen_at);
        }
        record
    }

    /// Returns everybody who counts, by identifier.
    pub(super) fn counted(&self) -> impl Iterator<Item = &UserId> {
        let ids = self.people.keys();
        ids.filter(|id| !self.links.contains_key(*id))
    }

    /// Returns somebody who counts as it is shown.
    pub(super) fn person_row(&self, root: &UserId) -> PersonRow {
        let record = self.record(root);
        PersonRow {
            id: record.id.to_string(),
            name: record.name,
            email: record.email,
            role: record.role,
            is_bot: self.is_bot(root),
            is_deactivated: record.is_deactivated == Some(true),
            created_at: record.created_at,
            first_seen_at: record.first_seen_at,
            aliases: self
                .others(root)
                .map(|person| person.record.id.to_string())
                .collect(),
        }
    }

    /// Counts every event for whom it counts now.
    pub(super) fn count_again(&mut self, number: u64) {
        self.names = number;
        let mut events = std::mem::take(&mut self.events);
        for arrived in &mut events {
            let counts = arrived.original.as_ref().map(|id| self.root(id));
            if arrived.event.user != counts {
                arrived.event.user = counts;
                self.changes.insert(arrived.event.timestamp, number);
            }
        }
        self.events = events;
    }

    /// Returns a filter that names those who count.
    pub(super) fn resolved(&self, filter: &Filter) -> Filter {
        let each = |parts: &[Filter]| parts.iter().map(|part| self.resolved(part)).collect();
        let counts = |values: &[String]| -> Vec<String> {
            let root = |id: &String| self.root_of(id).map_or_else(|| id.clone(), String::from);
            values.iter().map(root).collect()
        };
        match filter {
            Filter::All(parts) => Filter::All(each(parts)),
            Filter::Any(parts) => Filter::Any(each(parts)),
            Filter::Not(part) => Filter::Not(Box::new(self.resolved(part))),
            Filter::Is(Field::User, values) => Filter::Is(Field::User, counts(values)),
            Filter::Among(Field::User, values) => Filter::Is(Field::User, counts(values)),
            other => other.clone(),
        }
    }
}
