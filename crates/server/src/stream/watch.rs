//! How much the stream holds, how old that is, and trimming what every group has done with.

use std::time::Duration;

use redis::{
    RedisError, Value,
    aio::ConnectionManager,
    cmd,
    streams::{StreamInfoGroup, StreamInfoGroupsReply, StreamPendingReply},
};
use tokio_util::sync::CancellationToken;

use super::{
    Settings, StreamError, StreamState,
    connection::shared,
    reply::{EntryId, entries},
    status::{StreamLoad, User},
};
use crate::telemetry::Telemetry;

/// Time between two looks, and so about how long entries stay that are done with.
const INTERVAL: Duration = Duration::from_secs(1);

/// Looks at the stream.
pub struct Watch {
    /// Which stream.
    pub settings: Settings,
    /// What is told of it.
    pub state: StreamState,
    /// Where it is counted.
    pub telemetry: Telemetry,
}

impl Watch {
    /// Looks until the end is asked for.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), StreamError> {
        let mut connection = shared(&self.settings.server)?;
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(INTERVAL) => {}
            }
            let looked = self.look(&mut connection).await;
            self.telemetry.stream_connected(looked.is_ok());
            match looked {
                Ok(load) => {
                    self.telemetry.stream_load(
                        load.length,
                        load.lag,
                        load.pending,
                        load.oldest_seconds,
                    );
                    self.state.holds(load);
                    self.state.used(User::Watch, Ok(()));
                }
                Err(error) => {
                    if self.state.used(User::Watch, Err(&error)) {
                        tracing::warn!(code = error.code(), "stream.away: {error}");
                    }
                }
            }
        }
    }

    async fn look(&self, connection: &mut ConnectionManager) -> Result<StreamLoad, StreamError> {
        let stream = &self.settings.stream;
        let groups: StreamInfoGroupsReply = cmd("XINFO")
            .arg("GROUPS")
            .arg(stream)
            .query_async(connection)
            .await?;
        let (mut load, mut oldest) = (StreamLoad::default(), None);
        // Entries before this one are done with, whichever group looks.
        let mut done = None;
        for group in &groups.groups {
            let first_pending = self.first_pending(connection, group).await?;
            let delivered = EntryId::parse(&group.last_delivered_id);
            let delivered = delivered.ok_or(StreamError::NotRedis)?;
            let kept = first_pending.unwrap_or_else(|| delivered.next());
            done = Some(done.map_or(kept, |before: EntryId| before.min(kept)));
            if group.name == self.settings.group {
                let first_unread = self.first_after(connection, delivered).await?;
                load.pending = group.pending as u64;
                load.lag = match first_unread {
                    None => Some(0),
                    Some(_) => group.lag.map(|lag| lag as u64),
                };
                oldest = first_pending.into_iter().chain(first_unread).min();
            }
        }
        if let Some(done) = done {
            self.trim(connection, done).await?;
        }
        load.length = cmd("XLEN").arg(stream).query_async(connection).await?;
        if let Some(oldest) = oldest {
            // By the clock that made the identifier.
            let (seconds, micros): (u64, u64) = cmd("TIME").query_async(connection).await?;
            let now = seconds * 1_000 + micros / 1_000;
            load.oldest_seconds = now.saturating_sub(oldest.millis) as f64 / 1_000.0;
        }
        Ok(load)
    }

    /// Returns the first entry that a group was given and has not acknowledged.
    async fn first_pending(
        &self,
        connection: &mut ConnectionManager,
        group: &StreamInfoGroup,
    ) -> Result<Option<EntryId>, RedisError> {
        if group.pending == 0 {
            return Ok(None);
        }
        let pending: StreamPendingReply = cmd("XPENDING")
            .arg(&self.settings.stream)
            .arg(&group.name)
            .query_async(connection)
            .await?;
        let StreamPendingReply::Data(pending) = pending else {
            return Ok(None);
        };
        Ok(EntryId::parse(&pending.start_id))
    }

    /// Returns the first entry after another.
    async fn first_after(
        &self,
        connection: &mut ConnectionManager,
        id: EntryId,
    ) -> Result<Option<EntryId>, StreamError> {
        let found: Value = cmd("XRANGE")
            .arg(&self.settings.stream)
            .arg(format!("({id}"))
            .arg("+")
            .arg("COUNT")
            .arg(1)
            .query_async(connection)
            .await?;
        let found = entries(found).ok_or(StreamError::NotRedis)?;
        Ok(found.first().map(|entry| entry.id))
    }

    /// Removes the entries before another. It was read before this is asked, so that whatever was added or given
    /// to somebody since lies behind it.
    async fn trim(
        &self,
        connection: &mut ConnectionManager,
        before: EntryId,
    ) -> Result<(), RedisError> {
        cmd("XTRIM")
            .arg(&self.settings.stream)
            .arg("MINID")
            .arg("=")
            .arg(before.to_string())
            .query_async(connection)
            .await
    }
}
