//! The commands of a consumer.

use redis::{Cmd, RedisError, Value, aio::MultiplexedConnection, cmd};

use super::{
    Settings, StreamError,
    connection::{ANSWER, connect},
    reply::{EntryId, RawEntry, entries, of_one_stream, text},
};

/// Longest time that a read waits for entries, in milliseconds: what has to be done beside it waits as long.
pub(super) const BLOCK_MILLIS: u64 = 200;
/// Entries acknowledged, claimed or listed with one command.
pub(super) const AT_ONCE: usize = 1_000;

/// An entry that was delivered and not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) id: EntryId,
    /// How often it was delivered.
    pub(super) deliveries: u64,
}

/// A consumer's connection.
pub(super) struct Commands<'s> {
    settings: &'s Settings,
    connection: MultiplexedConnection,
}

impl<'s> Commands<'s> {
    /// Connects, and makes the group where there is none: it reads from the beginning.
    pub(super) async fn open(settings: &'s Settings) -> Result<Self, StreamError> {
        let connection = connect(&settings.server, ANSWER).await?;
        let mut commands = Self {
            settings,
            connection,
        };
        let made = commands
            .ask(
                cmd("XGROUP")
                    .arg("CREATE")
                    .arg(&settings.stream)
                    .arg(&settings.group)
                    .arg("0")
                    .arg("MKSTREAM"),
            )
            .await;
        match made {
            Ok(_) => {}
            Err(error) if error.code() == Some("BUSYGROUP") => {}
            Err(error) => return Err(error.into()),
        }
        Ok(commands)
    }

    /// The connection itself.
    pub(super) fn connection(&mut self) -> &mut MultiplexedConnection {
        &mut self.connection
    }

    async fn ask(&mut self, command: &Cmd) -> Result<Value, RedisError> {
        command.query_async(&mut self.connection).await
    }

    /// A command on the stream for the group.
    fn on_stream(&self, name: &str) -> Cmd {
        let mut command = cmd(name);
        command.arg(&self.settings.stream).arg(&self.settings.group);
        command
    }

    /// Takes entries that nobody was given; waits for the first for at most so long.
    pub(super) async fn read(
        &mut self,
        count: usize,
        millis: u64,
    ) -> Result<Vec<RawEntry>, StreamError> {
        let settings = self.settings;
        let mut command = cmd("XREADGROUP");
        command
            .arg("GROUP")
            .arg(&settings.group)
            .arg(&settings.consumer)
            .arg("COUNT")
            .arg(count)
            .arg("BLOCK")
            // 0 would be for ever.
            .arg(millis.clamp(1, BLOCK_MILLIS))
            .arg("STREAMS")
            .arg(&settings.stream)
            .arg(">");
        let answer = self.ask(&command).await?;
        of_one_stream(answer).ok_or(StreamError::NotRedis)
    }

    /// Acknowledges entries.
    pub(super) async fn acknowledge(&mut self, ids: &[EntryId]) -> Result<(), StreamError> {
        for ids in ids.chunks(AT_ONCE) {
            let mut command = self.on_stream("XACK");
            for id in ids {
                command.arg(id.to_string());
            }
            self.ask(&command).await?;
        }
        Ok(())
    }

    /// Takes over entries that others were given and have not acknowledged for a while; returns how many. They
    /// count as delivered when they are [taken](Self::take).
    pub(super) async fn claim_idle(&mut self) -> Result<u64, StreamError> {
        let millis = u64::try_from(self.settings.claim_after.as_millis()).unwrap_or(u64::MAX);
        let (mut from, mut claimed) = ("0-0".to_owned(), 0);
        loop {
            let mut command = self.on_stream("XAUTOCLAIM");
            command
                .arg(&self.settings.consumer)
                .arg(millis)
                .arg(&from)
                .arg("COUNT")
                .arg(AT_ONCE)
                .arg("JUSTID");
            let Value::Array(parts) = self.ask(&command).await? else {
                return Err(StreamError::NotRedis);
            };
            let mut parts = parts.into_iter();
            let next = parts.next().and_then(text).ok_or(StreamError::NotRedis)?;
            let Some(Value::Array(ids)) = parts.next() else {
                return Err(StreamError::NotRedis);
            };
            claimed += ids.len() as u64;
            if next == "0-0" {
                return Ok(claimed);
            }
            from = next;
        }
    }

    /// Lists the first entries that this instance was given and has not acknowledged.
    pub(super) async fn pending(&mut self) -> Result<Vec<Pending>, StreamError> {
        let mut command = self.on_stream("XPENDING");
        command
            .arg("-")
            .arg("+")
            .arg(AT_ONCE)
            .arg(&self.settings.consumer);
        let Value::Array(items) = self.ask(&command).await? else {
            return Err(StreamError::NotRedis);
        };
        let pending = |item: Value| {
            let Value::Array(mut parts) = item else {
                return None;
            };
            let Some(Value::Int(deliveries)) = parts.pop() else {
                return None;
            };
            Some(Pending {
                id: EntryId::parse(&text(parts.into_iter().next()?)?)?,
                deliveries: u64::try_from(deliveries).unwrap_or(0),
            })
        };
        let pending: Option<Vec<Pending>> = items.into_iter().map(pending).collect();
        pending.ok_or(StreamError::NotRedis)
    }

    /// Has entries delivered to this instance once more; those that the stream has no longer are left out.
    pub(super) async fn take(&mut self, ids: &[EntryId]) -> Result<Vec<RawEntry>, StreamError> {
        let mut command = self.on_stream("XCLAIM");
        command.arg(&self.settings.consumer).arg(0);
        for id in ids {
            command.arg(id.to_string());
        }
        let answer = self.ask(&command).await?;
        entries(answer).ok_or(StreamError::NotRedis)
    }

    /// Looks at an entry, which does not count as delivered.
    pub(super) async fn look_at(&mut self, id: EntryId) -> Result<Option<RawEntry>, StreamError> {
        let id = id.to_string();
        let mut command = cmd("XRANGE");
        command.arg(&self.settings.stream).arg(&id).arg(&id);
        let found = entries(self.ask(&command).await?).ok_or(StreamError::NotRedis)?;
        Ok(found.into_iter().next())
    }
}
