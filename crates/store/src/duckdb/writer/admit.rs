//! Numbers for what a batch names, where its sender may add it.

use std::sync::Arc;

use domain::{
    event::{Event, EventType, Kind},
    id::WorkspaceId,
    time::Instant,
};

use super::{
    super::{columns::Refs, dictionary::Place, names::Subject},
    Writer,
    usage::NewIds,
};
use crate::{Batch, QuotaError, StoreError};

impl Writer {
    pub(in crate::duckdb) fn workspace(
        &mut self,
        id: &WorkspaceId,
        sender: Option<&Arc<str>>,
    ) -> Result<u16, StoreError> {
        let number = self.dictionary.workspace(id.as_str(), sender);
        number.ok_or(StoreError::Quota(QuotaError::NoWorkspaceLeft))
    }

    /// Returns the numbers of a batch's events, giving new ones where that is needed; `None` for those
    /// that `is_stored` says are duplicates, which name nobody.
    ///
    /// # Errors
    /// [`StoreError::Quota`] where the sender may not add so much: then it has added nothing.
    pub(super) fn admit(
        &mut self,
        batch: &Batch,
        mut is_stored: impl FnMut(&mut Self, &Event, u16) -> Result<bool, StoreError>,
    ) -> Result<Vec<Option<Refs>>, StoreError> {
        let place = self.dictionary.place();
        let sender = batch.sender.as_ref();
        let refs = batch.events.iter().map(|event| {
            // Nothing is stored of a workspace that has no number yet.
            let workspace = self.workspace(&event.workspace, sender)?;
            if is_stored(self, event, workspace)? {
                return Ok(None);
            }
            self.refs(event, workspace).map(Some)
        });
        let admitted: Result<Vec<Option<Refs>>, StoreError> = refs.collect();
        let admitted = admitted.and_then(|refs| {
            self.check_quotas(batch, place)?;
            Ok(refs)
        });
        if admitted.is_err() {
            self.dictionary.undo_to(place);
        }
        admitted
    }

    /// Checks what a batch has added since a place, and counts it.
    fn check_quotas(&mut self, batch: &Batch, place: Place) -> Result<(), QuotaError> {
        let Some(sender) = &batch.sender else {
            return Ok(());
        };
        let (quotas, dictionary) = (&self.quotas, &self.dictionary);
        let begins = dictionary.place().workspaces > place.workspaces;
        let exceeds = |count: u64, most: u32| most > 0 && count > u64::from(most);
        if begins && exceeds(dictionary.begun_by(sender).into(), quotas.workspaces) {
            return Err(QuotaError::Workspaces(quotas.workspaces));
        }
        if exceeds(dictionary.most_kinds_since(place) as u64, quotas.kinds) {
            return Err(QuotaError::Kinds(quotas.kinds));
        }
        let arrivals = batch.events.iter().map(|event| event.received_at);
        let ids = NewIds {
            sender,
            by_workspace: dictionary.ids_since(place),
            now: arrivals.max().unwrap_or(Instant::from_millis(0)),
        };
        self.usage.add(&ids, quotas)
    }

    fn refs(&mut self, event: &Event, workspace: u16) -> Result<Refs, StoreError> {
        let kind = match &event.event_type {
            EventType::Known(kind) => kind.code(),
            EventType::Custom(name) => self
                .dictionary
                .kind(workspace, name)
                .unwrap_or(Kind::OtherCustom.code()),
        };
        let mut number = |table, id: Option<&str>| match id {
            Some(id) => self.dictionary.number(table, workspace, id),
            None => Ok(None),
        };
        let person = number(
            Subject::Person,
            event.user.as_ref().map(domain::id::UserId::as_str),
        )?;
        let channel = number(
            Subject::Channel,
            event.channel.as_ref().map(domain::id::ChannelId::as_str),
        )?;
        Ok(Refs {
            workspace,
            kind,
            person,
            original: None,
            channel,
            is_bot: event.is_bot,
        })
    }
}
