//! What rows tell of.

use std::collections::BTreeMap;

use domain::{
    event::RawEvent,
    id::WorkspaceId,
    record::{ChannelRecord, PersonRecord},
    time::Instant,
};

use super::row::Account;

/// What rows tell of one workspace.
#[derive(Debug, Default, PartialEq)]
pub struct Share {
    /// What happened.
    pub events: Vec<RawEvent>,
    /// People and bots.
    pub people: Vec<PersonRecord>,
    /// Channels and conversations.
    pub channels: Vec<ChannelRecord>,
}

/// What rows tell of, workspace by workspace.
#[derive(Debug, Default, PartialEq)]
pub struct Told(BTreeMap<WorkspaceId, Share>);

impl Told {
    /// Adds what happened.
    pub fn event(&mut self, account: &Account, event: RawEvent) {
        self.of(account).events.push(event);
    }

    /// Adds what is known of a person.
    pub fn person(&mut self, account: &Account, person: PersonRecord) {
        self.of(account).people.push(person);
    }

    /// Adds what is known of a channel.
    pub fn channel(&mut self, account: &Account, channel: ChannelRecord) {
        self.of(account).channels.push(channel);
    }

    fn of(&mut self, account: &Account) -> &mut Share {
        self.0.entry(account.workspace()).or_default()
    }

    /// Leaves events before `oldest` out: they are past their retention, and to send them would
    /// make a dead letter of each.
    pub fn forget_before(&mut self, oldest: Option<Instant>) {
        let Some(oldest) = oldest else { return };
        for share in self.0.values_mut() {
            share.events.retain(|event| {
                let millis = event.timestamp.as_ref().and_then(serde_json::Value::as_i64);
                millis.is_none_or(|millis| millis >= oldest.as_millis())
            });
        }
    }

    /// Keeps the events that `keep` accepts.
    pub fn retain(&mut self, mut keep: impl FnMut(&RawEvent) -> bool) {
        for share in self.0.values_mut() {
            share.events.retain(&mut keep);
        }
    }

    /// Returns how many events there are.
    pub fn events(&self) -> usize {
        self.0.values().map(|share| share.events.len()).sum()
    }
}

impl IntoIterator for Told {
    type Item = (WorkspaceId, Share);
    type IntoIter = std::collections::btree_map::IntoIter<WorkspaceId, Share>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
