//! Where recent messages were written and by whom, for what tells of a message by its identity only.

use moka::sync::Cache;
use uuid::Uuid;

/// Messages that are remembered, about 100 bytes each.
const MESSAGES: u64 = 50_000;

/// Where a message was written, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The channel.
    pub channel: Uuid,
    /// The author.
    pub author: Option<Uuid>,
}

/// Recent messages: an event trigger tells of a reaction without the channel it was given in.
#[derive(Debug, Clone)]
pub struct RecentMessages(Cache<Uuid, Place>);

impl Default for RecentMessages {
    fn default() -> Self {
        Self(Cache::new(MESSAGES))
    }
}

impl RecentMessages {
    /// Forgets every message.
    pub fn clear(&self) {
        self.0.invalidate_all();
    }

    /// Remembers a message.
    pub fn remember(&self, message: Uuid, place: Place) {
        self.0.insert(message, place);
    }

    /// Returns where a message was written, if it is remembered.
    pub fn find(&self, message: Uuid) -> Option<Place> {
        self.0.get(&message)
    }
}
