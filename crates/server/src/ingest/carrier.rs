//! Another way into the store than directly, and what comes by it.

use async_trait::async_trait;
use domain::{event::Event, id::UserId};
use store::{Appended, Batch, StoreError};

use super::Ingest;

/// Another way into the store, which keeps what it has taken until the store has it.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Takes a batch; gives it back when it cannot. Part of it may have been taken then: each event has its
    /// identity, so that it counts once, whichever way it comes.
    async fn carry(&self, batch: Batch) -> Result<(), Batch>;
}

impl Ingest {
    /// Stores what was prepared before, here or by another instance, without what names people who were erased
    /// since.
    pub async fn store(&self, mut batch: Batch) -> Result<Appended, StoreError> {
        let _passing = self.tombstones.pass().await;
        batch.events.retain_mut(|event| {
            let Some(erased) = self.tombstones.of(&event.workspace) else {
                return true;
            };
            let is_gone = erased.holds_user(event.user.as_ref().map(UserId::as_str));
            if !is_gone {
                erased.clean_event(event);
            }
            !is_gone
        });
        (batch.dead_letters).retain(|letter| !self.tombstones.names_any(&letter.body));
        self.store.append(batch).await
    }

    /// Returns whether the store takes what is written.
    pub async fn can_store(&self) -> bool {
        self.store.append(Batch::default()).await.is_ok()
    }
}

/// Makes every event one that counts once, however often it arrives.
pub(super) fn give_identities(events: &mut [Event]) {
    for event in events.iter_mut().filter(|event| !event.keyed) {
        event.keyed = true;
        // It arrives again with the time that it has now.
        event.timed = true;
    }
}
