//! Taking events in: the one way for HTTP, imports and every other source.

use std::{
    collections::HashSet,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use domain::{
    clock::Clock,
    content::BannedTerms,
    event::{Accepted, Context, Event, Limits, RawEvent, Reason, mask_text, validate, weight_of},
    id::{ChannelId, KeySpace, UserId, WorkspaceId},
    record::{ChannelRecord, PersonRecord},
    time::Instant,
};
use store::{Appended, Batch, DeadLetter, EventStore, StoreError};

use super::{
    Carrier, Decoded, Directory, FreshIds, Noted, Tombstones, carrier::give_identities, keep,
    terms::gave_terms_unasked,
};
use crate::{blocking::apart, config::SampleRates};

/// Which way events came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Posted over HTTP.
    Track,
    /// Read from files.
    Import,
    /// Read from the chat's database.
    Database,
    /// Sent by an event trigger of Hasura.
    Hasura,
    /// Added to the stream by a producer.
    Stream,
}

impl Origin {
    /// Returns whose keys its events have.
    pub const fn key_space(self) -> KeySpace {
        match self {
            Self::Track | Self::Stream => KeySpace::Requests,
            Self::Import | Self::Database | Self::Hasura => KeySpace::Sources,
        }
    }

    /// Returns the name kept with dead letters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Import => "import",
            Self::Database => "database",
            Self::Hasura => "hasura",
            Self::Stream => "stream",
        }
    }
}

/// How the operator wants events taken in.
#[derive(Debug, Clone)]
pub struct IngestLimits {
    /// Bounds on one event.
    pub event: Limits,
    /// How long events are kept; older ones are refused.
    pub retention: Option<Duration>,
    /// Whether message text is kept.
    pub store_text: bool,
    /// Whether terms are taken from confidential channels.
    pub content_everywhere: bool,
    /// Terms that are not kept.
    pub banned: BannedTerms,
    /// Which share of which kind is kept.
    pub sample: SampleRates,
}

/// An event that was refused: its place in the batch, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Place in the batch, from 0.
    pub index: usize,
    /// Why.
    pub reason: Reason,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Events that are stored now and were not before.
    pub stored: u64,
    /// Events that were stored already.
    pub duplicates: u64,
    /// Events that the stream holds, and that will be stored.
    pub queued: u64,
    /// Events left out by sampling; the kept ones stand for them.
    pub sampled_out: u64,
    /// Events that were refused.
    pub failures: Vec<Failure>,
    /// What of the accepted ones could not be kept as it was sent.
    pub noted: Noted,
}

impl Outcome {
    /// Returns how many events were accepted, whatever became of them.
    pub const fn accepted(&self) -> u64 {
        self.stored + self.duplicates + self.queued + self.sampled_out
    }
}

/// Why nothing of a batch was taken.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The store did not take it; nothing of it is stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes events in.
pub struct Ingest {
    pub(super) store: Arc<dyn EventStore>,
    clock: Arc<dyn Clock>,
    fresh_ids: FreshIds,
    limits: IngestLimits,
    pub(super) tombstones: Arc<Tombstones>,
    directory: RwLock<Arc<Directory>>,
    carrier: OnceLock<Arc<dyn Carrier>>,
}

impl Ingest {
    /// Returns a service that knows what the store knows of channels.
    pub async fn new(
        store: Arc<dyn EventStore>,
        clock: Arc<dyn Clock>,
        fresh_ids: FreshIds,
        limits: IngestLimits,
        tombstones: Arc<Tombstones>,
    ) -> Result<Self, StoreError> {
        let rows = store.directory().await?;
        let directory = Directory::new(rows, limits.content_everywhere);
        let directory = RwLock::new(Arc::new(directory));
        Ok(Self {
            store,
            clock,
            fresh_ids,
            limits,
            tombstones,
            directory,
            carrier: OnceLock::new(),
        })
    }

    /// Has what is posted from now on carried to the store this way; the first one set holds.
    pub fn carry_by(&self, carrier: Arc<dyn Carrier>) {
        let _one_is_set = self.carrier.set(carrier).is_err();
    }

    /// Takes a batch of about so many bytes in. When this returns, what was accepted is durable. It
    /// counts against the quotas of `sender`, if there is one.
    pub async fn take(
        self: &Arc<Self>,
        workspace: &WorkspaceId,
        (decoded, bytes): (Decoded, usize),
        origin: Origin,
        sender: Option<Arc<str>>,
    ) -> Result<Outcome, IngestError> {
        let _passing = self.tombstones.pass().await;
        let (ingest, whose) = (Arc::clone(self), workspace.clone());
        let prepare = move || ingest.prepare(&whose, decoded, origin);
        let (mut batch, mut outcome) = apart(bytes, prepare).await;
        if batch.events.is_empty() && batch.dead_letters.is_empty() {
            return Ok(outcome);
        }
        batch.sender = sender;
        let carrier = self.carrier.get().filter(|_| origin == Origin::Track);
        if let Some(carrier) = carrier {
            if batch.sender.is_some() {
                batch = self.store.admit(batch).await?;
            }
            give_identities(&mut batch.events);
            let events = batch.events.len() as u64;
            match carrier.carry(batch).await {
                Ok(()) => {
                    outcome.queued = events;
                    return Ok(outcome);
                }
                Err(not_carried) => batch = not_carried,
            }
        }
        let Appended { stored, duplicates } = self.store.append(batch).await?;
        outcome.stored = stored;
        outcome.duplicates = duplicates;
        Ok(outcome)
    }

    /// Validates a batch: what will be stored, and what was refused or left out.
    pub fn prepare(
        &self,
        workspace: &WorkspaceId,
        decoded: Decoded,
        origin: Origin,
    ) -> (Batch, Outcome) {
        self.prepare_at(self.clock.now(), workspace, decoded, origin)
    }

    /// Validates a batch that arrived at an instant.
    pub fn prepare_at(
        &self,
        now: Instant,
        workspace: &WorkspaceId,
        decoded: Decoded,
        origin: Origin,
    ) -> (Batch, Outcome) {
        let mut limits = self.limits.event.clone();
        limits.oldest = self.oldest(now);
        let directory = self.directory();
        // A row of the chat's database alone does not say what kind of channel it is of.
        let directory = directory.of(workspace, origin == Origin::Hasura);
        let erased = self.tombstones.of(workspace);
        let mut batch = Batch::default();
        let mut outcome = Outcome::default();
        for (index, decoded) in decoded.into_iter().enumerate() {
            let validated = decoded.and_then(|raw| {
                let context = Context {
                    workspace,
                    received_at: now,
                    limits: &limits,
                    store_text: self.limits.store_text,
                    banned: &self.limits.banned,
                    fresh_id: self.fresh_ids.next(now),
                    key_space: origin.key_space(),
                };
                if let Some(erased) = &erased
                    && erased.holds_user(raw.user.as_deref())
                {
                    return Err((Reason::Erased, String::new()));
                }
                validate(raw, &context, &directory)
                    .map_err(|refusal| (refusal.reason, describe(&refusal.event)))
            });
            match validated {
                Ok(Accepted {
                    mut event,
                    mut warnings,
                }) => {
                    if let Some(erased) = &erased {
                        warnings.extend(erased.clean_event(&mut event));
                    }
                    outcome.noted.add(index, warnings);
                    match self.sampled(event) {
                        Some(event) => batch.events.push(event),
                        None => outcome.sampled_out += 1,
                    }
                }
                Err((reason, body)) => {
                    // A letter about somebody who was erased would be one more trace.
                    let is_about_erased = reason == Reason::Erased
                        || erased
                            .as_ref()
                            .is_some_and(|erased| erased.clean(&body).is_some());
                    if !is_about_erased {
                        let letter = self.dead_letter(workspace, origin, &reason, &body);
                        batch.dead_letters.push(letter);
                    }
                    outcome.failures.push(Failure { index, reason });
                }
            }
        }
        (batch, outcome)
    }

    /// Returns the channels that gave terms to these events though nothing says who may see them; none
    /// where every channel may give terms.
    pub fn unknown_channels(
        &self,
        workspace: &WorkspaceId,
        events: &[Event],
    ) -> HashSet<ChannelId> {
        if self.limits.content_everywhere {
            return HashSet::new();
        }
        let directory = self.directory();
        let directory = directory.of(workspace, false);
        let channels = events
            .iter()
            .filter(|event| gave_terms_unasked(event))
            .filter_map(|event| event.channel.as_ref());
        channels
            .filter(|channel| !directory.knows(channel))
            .cloned()
            .collect()
    }

    fn directory(&self) -> Arc<Directory> {
        Arc::clone(
            &self
                .directory
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    fn sampled(&self, mut event: Event) -> Option<Event> {
        let rate = self.limits.sample.rate(&event.event_type);
        event.weight = weight_of(rate);
        if rate >= 1.0 {
            return Some(event);
        }
        // Otherwise only a part of what one person does under several identifiers would be kept.
        let user = event.user.as_ref();
        let counts = user.and_then(|id| self.store.counted_as(&event.workspace, id.as_str()));
        let person = counts.as_deref().or(user.map(UserId::as_str));
        keep(&event, person, rate).then_some(event)
    }

    /// Returns the instant before which events are past their retention.
    pub fn oldest(&self, now: Instant) -> Option<Instant> {
        let retention = i64::try_from(self.limits.retention?.as_millis()).unwrap_or(i64::MAX);
        Some(now.plus_millis(-retention))
    }

    /// Returns what is kept of something that was refused.
    pub fn dead_letter(
        &self,
        workspace: &WorkspaceId,
        origin: Origin,
        reason: &Reason,
        body: &str,
    ) -> DeadLetter {
        let now = self.clock.now();
        DeadLetter {
            id: self.fresh_ids.next(now),
            workspace_id: workspace.as_str().to_owned(),
            received_at: now,
            source: origin.name().to_owned(),
            code: reason.code().to_owned(),
            reason: reason.to_string(),
            body: mask_text(body).replace('\0', ""),
        }
    }

    /// Stores what is known of people and channels, and reads events by it from now on.
    pub async fn put_records(
        &self,
        workspace: &WorkspaceId,
        mut people: Vec<PersonRecord>,
        mut channels: Vec<ChannelRecord>,
    ) -> Result<u64, StoreError> {
        for person in &mut people {
            person.fit();
        }
        for channel in &mut channels {
            channel.fit();
        }
        let _passing = self.tombstones.pass().await;
        if let Some(erased) = self.tombstones.of(workspace) {
            erased.clean_records(&mut people, &mut channels);
        }
        let now = self.clock.now();
        let changed = self
            .store
            .put_records(workspace.clone(), people, channels, now)
            .await?;
        if changed > 0 {
            let rows = self.store.directory().await?;
            let everywhere = self.limits.content_everywhere;
            let directory = apart(size_of_val(&*rows), move || {
                Directory::new(rows, everywhere)
            });
            let directory = Arc::new(directory.await);
            *self
                .directory
                .write()
                .unwrap_or_else(PoisonError::into_inner) = directory;
        }
        Ok(changed)
    }
}

/// Returns what a refused event is remembered by: its names, never its text.
fn describe(raw: &RawEvent) -> String {
    let cut = |text: &str| text.chars().take(160).collect::<String>();
    serde_json::json!({
        "event": cut(&raw.name),
        "id": raw.key.as_deref().map(cut),
        "userId": raw.user.as_deref().map(cut),
        "channelId": raw.channel.as_deref().map(cut),
        "timestamp": raw.timestamp.as_ref().map(|value| cut(&value.to_string())),
    })
    .to_string()
}
