//! Merges of identifiers: what is asked after them is answered as it would be had the events come under
//! the identifiers that count.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    event::Event,
    filter::{Field, Filter},
    id::{ChannelId, UserId, WorkspaceId},
    record::{ChannelRecord, PersonRecord},
};
use store::EventLog as _;

use super::line::RecordLine;
use crate::{
    memory::Memory,
    support::{at, batch},
};

/// What is known of an identifier by itself.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    /// What records say.
    said: Option<bool>,
    /// Whether some event says that it is a bot.
    told: bool,
}

impl Own {
    fn is_bot(self) -> Option<bool> {
        self.said.or(self.told.then_some(true))
    }
}

/// What a history has to be known by to be written with other identifiers.
#[derive(Debug, Default)]
pub(super) struct Rewriting {
    into: BTreeMap<(WorkspaceId, UserId), UserId>,
    people: BTreeMap<(WorkspaceId, UserId), Own>,
    channels: BTreeSet<(WorkspaceId, ChannelId)>,
}

impl Rewriting {
    pub(super) fn note_event(&mut self, event: &Event) {
        let of = &event.workspace;
        if let Some(user) = &event.user {
            let own = self.people.entry((of.clone(), user.clone())).or_default();
            own.told |= event.is_bot;
        }
        let channel = event.channel.iter();
        self.channels
            .extend(channel.map(|channel| (of.clone(), channel.clone())));
    }

    pub(super) fn note_record(&mut self, of: &WorkspaceId, line: &RecordLine) {
        let user = UserId::new(&line.user).unwrap();
        let own = self.people.entry((of.clone(), user)).or_default();
        own.said = line.bot.or(own.said);
    }

    pub(super) fn merge(&mut self, of: &WorkspaceId, from: &UserId, into: &UserId) {
        self.into.insert((of.clone(), from.clone()), into.clone());
    }

    pub(super) fn undo(&mut self, of: &WorkspaceId, from: &UserId) {
        self.into.remove(&(of.clone(), from.clone()));
    }

    /// Returns whether there are merges in a workspace.
    pub(super) fn has_merges(&self, of: &WorkspaceId) -> bool {
        self.into.keys().any(|(workspace, _)| workspace == of)
    }

    fn root(&self, of: &WorkspaceId, user: &UserId) -> UserId {
        let into = self.into.get(&(of.clone(), user.clone()));
        into.map_or_else(|| user.clone(), |into| self.root(of, into))
    }

    /// Returns a filter that names those who count.
    pub(super) fn renamed(&self, of: &WorkspaceId, filter: Filter) -> Filter {
        filter.renamed(&Field::User, &|id| {
            Some(self.root(of, &UserId::new(id).ok()?).into())
        })
    }

    fn is_bot(&self, of: &WorkspaceId, root: &UserId) -> bool {
        let own = self.people[&(of.clone(), root.clone())].is_bot();
        own.unwrap_or_else(|| {
            let mut all = self.people.iter();
            all.any(|((workspace, user), own)| {
                workspace == of && self.root(of, user) == *root && own.is_bot() == Some(true)
            })
        })
    }

    /// Returns a store that was never told of merges: these events came under those who count.
    pub(super) async fn memory(&self, events: &[Event]) -> Memory {
        let memory = Memory::default();
        for (of, channel) in &self.channels {
            let record = ChannelRecord::new(channel.clone());
            let put = memory.put_records(of.clone(), Vec::new(), vec![record], at("2026-01-01"));
            put.await.unwrap();
        }
        for (of, user) in self.people.keys() {
            if self.root(of, user) == *user {
                let mut record = PersonRecord::new(user.clone());
                record.is_bot = Some(self.is_bot(of, user));
                let put =
                    memory.put_records(of.clone(), vec![record], Vec::new(), at("2026-01-01"));
                put.await.unwrap();
            }
        }
        let rewritten = events.iter().map(|event| Event {
            user: event
                .user
                .as_ref()
                .map(|user| self.root(&event.workspace, user)),
            is_bot: event.is_bot && event.user.is_none(),
            ..event.clone()
        });
        memory.append(batch(rewritten.collect())).await.unwrap();
        memory
    }
}
