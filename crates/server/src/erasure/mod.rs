//! Erasing people: a journal of what was asked for, the work, and receipts.
//!
//! 1. What is asked for is written down first, with what names the person, and from then on nothing of the
//!    person is taken in. Then the work is done in steps that can be done again: events and records,
//!    settings, files. An erasure that is broken off is finished at the next start.
//! 2. At the end a signed receipt takes the place of what names the person, of whom keyed hashes are left.
//! 3. To ask again for somebody who was erased gives the receipt that there is.

mod receipt;
mod secret;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use domain::{
    clock::Clock,
    erasure::Mode,
    id::{UserId, WorkspaceId},
};
use store::{
    Erasure, EventStore, StoreError,
    meta::{ErasureStore, KeptErasure, MetaError, UnderWay},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use self::{receipt::Done, secret::Signer};
pub use self::{
    receipt::{Receipt, ReceiptFile},
    secret::StoreSecret,
};
use crate::ingest::{FreshIds, Tombstones};

/// Time between two looks at whether an erasure is done.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// Why somebody was not erased.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// Nobody has that identifier.
    #[error("nobody has that identifier in this workspace, and nobody who had it was erased")]
    NotKnown,
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The settings did not do it.
    #[error(transparent)]
    Meta(#[from] MetaError),
    /// The receipt cannot be signed.
    #[error("the receipt cannot be signed: the secret in the settings is no key")]
    Secret,
}

/// Returns who was erased before.
pub async fn tombstones(
    kept: &dyn ErasureStore,
    secret: &StoreSecret,
) -> Result<Arc<Tombstones>, MetaError> {
    let tombstones = Tombstones::new(secret.bytes());
    for erasure in kept.erasures(None).await? {
        if erasure.lifted_at.is_none() {
            tombstones.add(&erasure.workspace_id, &erasure.hashes).await;
        }
    }
    Ok(Arc::new(tombstones))
}

/// Erases people.
pub struct Erasures {
    store: Arc<dyn EventStore>,
    kept: Arc<dyn ErasureStore>,
    tombstones: Arc<Tombstones>,
    clock: Arc<dyn Clock>,
    ids: FreshIds,
    signer: Signer,
    asked: Notify,
    /// Forgets what is remembered outside of the store.
    forget: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Erasures {
    /// Returns what erases people.
    pub fn new(
        store: Arc<dyn EventStore>,
        kept: Arc<dyn ErasureStore>,
        tombstones: Arc<Tombstones>,
        (clock, ids): (Arc<dyn Clock>, FreshIds),
        secret: &StoreSecret,
    ) -> Result<Self, ErasureError> {
        Ok(Self {
            store,
            kept,
            tombstones,
            clock,
            ids,
            signer: secret.signer().ok_or(ErasureError::Secret)?,
            asked: Notify::new(),
            forget: OnceLock::new(),
        })
    }

    /// Has `forget` called whenever somebody was erased.
    pub fn on_erased(&self, forget: impl Fn() + Send + Sync + 'static) {
        let _was_set = self.forget.set(Box::new(forget)).is_err();
    }

    /// Asks for somebody to be erased under every identifier that is the same person; returns the erasure of
    /// the one that was named, which may be one of before.
    pub async fn request(
        &self,
        workspace: &WorkspaceId,
        person: &UserId,
        mode: Mode,
        by: &str,
    ) -> Result<KeptErasure, ErasureError> {
        // The one that was named is the last: until it is written down the request can be made again, and
        // finds the others. None is known any more once a removal has undone the merges.
        for other in self.same_person(workspace, person).await? {
            self.request_one(workspace, &other, mode, by).await?;
        }
        self.request_one(workspace, person, mode, by).await
    }

    /// Returns the other identifiers of a person.
    async fn same_person(
        &self,
        workspace: &WorkspaceId,
        person: &UserId,
    ) -> Result<Vec<UserId>, StoreError> {
        let merges = self.store.merges(workspace).await?;
        let of = merges.iter().find(|merge| merge.from == person.as_str());
        let counts_as = of.map_or(person.as_str(), |merge| merge.counts_as.as_str());
        let merged = merges.iter().filter(|merge| merge.counts_as == counts_as);
        let ids = merged.map(|merge| merge.from.as_str()).chain([counts_as]);
        let others = ids.filter(|id| *id != person.as_str());
        Ok(others.filter_map(|id| UserId::new(id).ok()).collect())
    }

    async fn request_one(
        &self,
        workspace: &WorkspaceId,
        person: &UserId,
        mode: Mode,
        by: &str,
    ) -> Result<KeptErasure, ErasureError> {
        if let Some(before) = self.of(workspace, person).await? {
            return Ok(before);
        }
        let known_as = self.store.known_as(workspace, person).await?;
        let known_as = known_as.ok_or(ErasureError::NotKnown)?;
        self.store.check_room().await?;
        let hash = |text: &str| self.tombstones.hash(workspace, text);
        let addresses = known_as.iter().filter(|text| text.contains('@'));
        let mut hashes = vec![hash(person.as_str())];
        hashes.extend(addresses.map(|address| hash(address.trim())));
        let now = self.clock.now();
        let erasure = KeptErasure {
            id: self.ids.next(now).to_string(),
            workspace_id: workspace.clone(),
            person: hashes[0].clone(),
            hashes,
            mode,
            // Whom a token was given to may be who is erased, now or later.
            requested_by: match by.strip_prefix("token ") {
                Some(subject) => format!("token {}", &hash(subject)[..16]),
                None => by.to_owned(),
            },
            requested_at: now,
            under_way: Some(UnderWay {
                id: person.as_str().to_owned(),
                known_as,
                ..UnderWay::default()
            }),
            receipt: None,
            lifted_at: None,
        };
        self.kept.insert_erasure(&erasure).await?;
        self.tombstones.add(workspace, &erasure.hashes).await;
        tracing::info!(
            erasure = erasure.id,
            person = erasure.person,
            workspace = workspace.as_str(),
            mode = mode.name(),
            by = erasure.requested_by,
            "person.erasure_requested"
        );
        self.asked.notify_one();
        Ok(erasure)
    }

    /// Returns the erasure of a person that holds.
    async fn of(
        &self,
        workspace: &WorkspaceId,
        person: &UserId,
    ) -> Result<Option<KeptErasure>, MetaError> {
        let hash = self.tombstones.hash(workspace, person.as_str());
        let mut kept = self.kept.erasures(Some(workspace)).await?.into_iter();
        Ok(kept.find(|erasure| erasure.person == hash && erasure.lifted_at.is_none()))
    }

    /// Returns the erasures of a workspace, newest first.
    pub async fn list(&self, workspace: &WorkspaceId) -> Result<Vec<KeptErasure>, MetaError> {
        self.kept.erasures(Some(workspace)).await
    }

    /// Returns an erasure.
    pub async fn get(
        &self,
        workspace: &WorkspaceId,
        id: &str,
    ) -> Result<Option<KeptErasure>, MetaError> {
        let mut kept = self.kept.erasures(Some(workspace)).await?.into_iter();
        Ok(kept.find(|erasure| erasure.id == id))
    }

    /// Returns an erasure once it is done, or as it is when `patience` has passed.
    pub async fn wait(
        &self,
        erasure: KeptErasure,
        patience: Duration,
    ) -> Result<KeptErasure, MetaError> {
        let begun = tokio::time::Instant::now();
        let mut now = erasure;
        while now.receipt.is_none() && begun.elapsed() < patience {
            tokio::time::sleep(LOOK_INTERVAL).await;
            let (workspace, id) = (now.workspace_id.clone(), now.id.clone());
            now = self.get(&workspace, &id).await?.unwrap_or(now);
        }
        Ok(now)
    }

    /// Allows somebody who was erased to come again; returns the erasure, and `None` where there is none.
    pub async fn lift(
        &self,
        workspace: &WorkspaceId,
        person: &UserId,
        by: &str,
    ) -> Result<Option<KeptErasure>, MetaError> {
        let found = self.of(workspace, person).await?;
        let Some(mut erasure) = found.filter(|erasure| erasure.receipt.is_some()) else {
            return Ok(None);
        };
        let now = self.clock.now();
        self.kept.lift_erasure(&erasure, now).await?;
        self.tombstones.remove(workspace, &erasure.hashes);
        // Who shares an address with them may still be erased.
        for other in self.kept.erasures(Some(workspace)).await? {
            if other.lifted_at.is_none() {
                self.tombstones.add(workspace, &other.hashes).await;
            }
        }
        tracing::info!(
            erasure = erasure.id,
            by = by.split(' ').next().unwrap_or_default(),
            "person.erasure_lifted"
        );
        erasure.lifted_at = Some(now);
        Ok(Some(erasure))
    }

    /// Does what is asked for, and what was broken off before, until the end is asked for.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), ErasureError> {
        loop {
            self.finish_all().await?;
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = self.asked.notified() => {}
            }
        }
    }

    /// Finishes every erasure that is under way.
    pub async fn finish_all(&self) -> Result<(), ErasureError> {
        let kept = self.kept.erasures(None).await?;
        for erasure in kept.iter().rev() {
            if let Some(under_way) = &erasure.under_way {
                self.finish(erasure, under_way.clone(), &mut |_| {}).await?;
            }
        }
        Ok(())
    }

    /// Finishes an erasure that is under way; tells `step` what is being done.
    pub async fn finish(
        &self,
        erasure: &KeptErasure,
        mut under_way: UnderWay,
        step: &mut (dyn FnMut(&'static str) + Send),
    ) -> Result<Receipt, ErasureError> {
        let workspace = &erasure.workspace_id;
        let traces = under_way.traces();
        // Whoever asked may have left before it was known.
        self.tombstones.add(workspace, &erasure.hashes).await;
        under_way.attempts += 1;
        self.note(erasure, &under_way).await?;
        step("events and records");
        let counts = if let Some(counts) = under_way.counts {
            counts
        } else {
            let is_nameless = erasure.mode == Mode::Anonymise;
            let wanted = Erasure {
                workspace: workspace.clone(),
                traces: traces.clone(),
                nameless: is_nameless.then(|| self.nameless(erasure)).flatten(),
                at: erasure.requested_at,
            };
            self.store.erase(wanted).await?
        };
        under_way.counts = Some(counts);
        self.note(erasure, &under_way).await?;
        step("settings");
        let settings = self.kept.erase_from_settings(workspace, &traces).await?;
        self.forget();
        step("files");
        let mut files = self.store.rewrite().await?;
        files.push(self.kept.rewrite_settings().await?);
        let done = Done {
            counts,
            settings,
            files,
            resumed: under_way.attempts > 1,
            at: self.clock.now(),
        };
        let receipt = Receipt::new(erasure, done, &self.signer);
        let text = serde_json::json!(receipt).to_string();
        self.kept.update_erasure(erasure, None, Some(&text)).await?;
        // Once more: the journal named the person until now.
        self.kept.rewrite_settings().await?;
        self.forget();
        tracing::info!(
            erasure = receipt.id,
            person = receipt.person,
            events = counts.events,
            days = counts.days,
            "person.erased"
        );
        Ok(receipt)
    }

    async fn note(&self, erasure: &KeptErasure, under_way: &UnderWay) -> Result<(), MetaError> {
        self.kept
            .update_erasure(erasure, Some(under_way), None)
            .await
    }

    fn forget(&self) {
        if let Some(forget) = self.forget.get() {
            forget();
        }
    }

    /// Returns under which identifier the events of somebody go on to count. Nobody can tell from it who
    /// that was, and an erasure that is done again gives the same one.
    fn nameless(&self, erasure: &KeptErasure) -> Option<UserId> {
        let hash = self.tombstones.hash(&erasure.workspace_id, &erasure.id);
        UserId::new(format!("erased-{}", &hash[..12])).ok()
    }
}
