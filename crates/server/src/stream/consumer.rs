//! Reading, batching and acknowledging.
//!
//! 1. What this instance was given and has not acknowledged, be it before it ended or by taking it over from
//!    another, is stored before anything new is read.
//! 2. Entries that were delivered [`TOGETHER`] times are taken one by one, for one of them may be what ended whoever
//!    took them; one that was delivered [`MOST`] times becomes a dead letter without another try.
//! 3. At the end, what was read is stored and acknowledged; what cannot be is given to an instance again.

use std::{sync::Arc, time::Duration};

use domain::clock::Clock;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Server, Settings, StreamError, StreamState,
    commands::{BLOCK_MILLIS, Commands, Pending},
    delivery::{bury, deliver, deliver_alone},
    reply::{EntryId, RawEntry},
    status::User,
};
use crate::{ingest::Ingest, telemetry::Telemetry};

/// Deliveries up to which an entry is stored together with others.
const TOGETHER: u64 = 3;
/// Deliveries after which an entry becomes a dead letter.
const MOST: u64 = 10;
/// Entries read with one command.
const READ: usize = 500;
/// Bytes at which a batch is full.
const BATCH_BYTES: usize = 16 * 1024 * 1024;
/// First pause after the server failed, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));

/// Stores what the stream holds.
pub struct Consumer {
    /// Which stream, and how it is read.
    pub settings: Settings,
    /// Takes what is read.
    pub ingest: Arc<Ingest>,
    /// What is told of it.
    pub state: StreamState,
    /// Where it is counted.
    pub telemetry: Telemetry,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// A batch that is being filled.
#[derive(Default)]
struct Filling {
    entries: Vec<RawEntry>,
    bytes: usize,
    since: Option<Instant>,
}

impl Filling {
    fn add(&mut self, entries: Vec<RawEntry>) {
        if !entries.is_empty() {
            self.since.get_or_insert_with(Instant::now);
        }
        self.bytes += entries.iter().map(RawEntry::bytes).sum::<usize>();
        self.entries.extend(entries);
    }

    /// Returns how long it may wait for more.
    fn may_wait(&self, settings: &Settings) -> Duration {
        if self.entries.len() >= settings.batch || self.bytes >= BATCH_BYTES {
            return Duration::ZERO;
        }
        self.since.map_or(Duration::MAX, |since| {
            settings.flush.saturating_sub(since.elapsed())
        })
    }
}

impl Consumer {
    /// Works until the end is asked for; connects again after pauses that grow.
    pub async fn run(&self, stop: CancellationToken) {
        let mut pause = PAUSES.0;
        while !stop.is_cancelled() {
            let begun = Instant::now();
            let Err(error) = self.consume(&stop).await else {
                return;
            };
            if self.state.used(User::Consumer, Err(&error)) {
                tracing::warn!(code = error.code(), "stream.failed: {error}");
            }
            if begun.elapsed() > PAUSES.1 {
                pause = PAUSES.0;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(pause) => {}
            }
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn consume(&self, stop: &CancellationToken) -> Result<(), StreamError> {
        let mut commands = Commands::open(&self.settings).await?;
        self.look_at_server(&mut commands).await?;
        self.recover(&mut commands, stop).await?;
        if self.state.used(User::Consumer, Ok(())) {
            tracing::info!(stream = self.settings.stream, "stream.connected");
        }
        let claim_every = self.settings.claim_after / 2;
        let mut next_claim = Instant::now() + claim_every;
        let mut filling = Filling::default();
        loop {
            let wait = filling.may_wait(&self.settings);
            if wait.is_zero() || stop.is_cancelled() {
                self.flush(&mut commands, &mut filling, stop).await?;
            }
            if stop.is_cancelled() {
                return Ok(());
            }
            if Instant::now() >= next_claim {
                // Until it is acknowledged, what is being filled looks like what was left behind.
                self.flush(&mut commands, &mut filling, stop).await?;
                self.recover(&mut commands, stop).await?;
                next_claim = Instant::now() + claim_every;
            }
            let count = self.settings.batch.saturating_sub(filling.entries.len());
            let millis = u64::try_from(wait.as_millis()).unwrap_or(BLOCK_MILLIS);
            match commands.read(count.clamp(1, READ), millis).await {
                Ok(entries) => filling.add(entries),
                Err(error) => {
                    // It need not wait for the server: what is not acknowledged now comes again.
                    let _stored = deliver(self, &filling.entries, stop).await;
                    return Err(error);
                }
            }
        }
    }

    /// Says what a crash of the server would lose.
    async fn look_at_server(&self, commands: &mut Commands<'_>) -> Result<(), StreamError> {
        let server = Server::look(commands.connection()).await?;
        let is_news = self.state.get().durability != Some(server.durability);
        if is_news && !server.durability.survives_the_server() {
            tracing::warn!("stream.durability: {}", server.durability.sentence());
        }
        if let Some(policy) = &server.evicts
            && self.state.get().evicts.as_ref() != Some(policy)
        {
            tracing::warn!(
                policy,
                "stream.evicts: when its memory is full, the server removes keys, and the stream with them"
            );
        }
        self.state.found(&server);
        Ok(())
    }

    /// Stores a batch and acknowledges it.
    async fn flush(
        &self,
        commands: &mut Commands<'_>,
        filling: &mut Filling,
        stop: &CancellationToken,
    ) -> Result<(), StreamError> {
        let Filling { entries, .. } = std::mem::take(filling);
        if entries.is_empty() || !deliver(self, &entries, stop).await {
            return Ok(());
        }
        self.stored();
        commands.acknowledge(&ids(&entries)).await
    }

    fn stored(&self) {
        if self.state.stores(true) {
            tracing::info!("stream.stored: the store takes what the stream holds again");
        }
    }

    /// Stores what was left behind: by other instances, for longer than may be, and by this one.
    async fn recover(
        &self,
        commands: &mut Commands<'_>,
        stop: &CancellationToken,
    ) -> Result<(), StreamError> {
        let claimed = commands.claim_idle().await?;
        if claimed > 0 {
            tracing::info!(entries = claimed, "stream.claimed");
            self.telemetry.stream_entries("claimed", claimed);
        }
        loop {
            let pending = commands.pending().await?;
            if pending.is_empty() || stop.is_cancelled() {
                return Ok(());
            }
            let (together, alone): (Vec<Pending>, Vec<Pending>) = pending
                .into_iter()
                .partition(|pending| pending.deliveries < TOGETHER);
            let done = if together.is_empty() {
                self.retry_alone(commands, &alone, stop).await?
            } else {
                let ids: Vec<EntryId> = together.iter().map(|pending| pending.id).collect();
                let batches = ids.chunks(self.settings.batch.min(READ));
                let mut done = true;
                for ids in batches {
                    let entries = self.take_again(commands, ids).await?;
                    done = entries.is_empty() || deliver(self, &entries, stop).await;
                    if !done {
                        break;
                    }
                    commands.acknowledge(ids).await?;
                }
                done
            };
            if !done {
                return Ok(());
            }
            self.stored();
        }
    }

    /// Stores entries one by one; returns false when the end was asked for before.
    async fn retry_alone(
        &self,
        commands: &mut Commands<'_>,
        pending: &[Pending],
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        for Pending { id, deliveries } in pending {
            let is_done = if *deliveries >= MOST {
                match commands.look_at(*id).await? {
                    Some(entry) => bury(self, &entry, *deliveries, stop).await,
                    None => true,
                }
            } else {
                let entries = self.take_again(commands, &[*id]).await?;
                match entries.first() {
                    Some(entry) => deliver_alone(self, entry, stop).await,
                    None => true,
                }
            };
            if !is_done {
                return Ok(false);
            }
            commands.acknowledge(&[*id]).await?;
        }
        Ok(true)
    }

    /// Has entries delivered again, and counts those that the stream has lost.
    async fn take_again(
        &self,
        commands: &mut Commands<'_>,
        ids: &[EntryId],
    ) -> Result<Vec<RawEntry>, StreamError> {
        let entries = commands.take(ids).await?;
        let lost = ids.len().saturating_sub(entries.len()) as u64;
        if lost > 0 {
            tracing::error!(
                entries = lost,
                "stream.lost: entries were removed from the stream before they were stored"
            );
            self.telemetry.stream_entries("lost", lost);
        }
        Ok(entries)
    }
}

fn ids(entries: &[RawEntry]) -> Vec<EntryId> {
    entries.iter().map(|entry| entry.id).collect()
}
