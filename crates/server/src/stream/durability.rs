//! What the server keeps on disk, and whether it may forget the stream.

use redis::{Value, aio::MultiplexedConnection, cmd};
use serde::Serialize;
use utoipa::ToSchema;

use super::{StreamError, reply::text};

/// What of what the server has answered is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// All of it (`appendfsync always`).
    Always,
    /// All but the last second or two (`appendfsync everysec`).
    EverySecond,
    /// What the operating system has written by itself (`appendfsync no`).
    SystemDecides,
    /// It is logged; how often that reaches the disk is not told.
    Logged,
    /// What there was at the last snapshot.
    Snapshots,
    /// Nothing.
    Nothing,
    /// It is not logged; whether there are snapshots is not told.
    NotLogged,
}

impl Durability {
    /// Returns what it means, as a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Always => "Whatever it has answered is on its disk (appendfsync always).",
            Self::EverySecond => {
                "A crash of its machine loses the last second or two of what it has answered (appendfsync everysec)."
            }
            Self::SystemDecides => {
                "A crash of its machine loses what the system has not written, up to about half a minute \
                 (appendfsync no)."
            }
            Self::Logged => {
                "It logs to its disk (appendonly), but does not say how often that is written."
            }
            Self::Snapshots => {
                "It keeps snapshots only: when it ends unexpectedly, everything since the last one is lost."
            }
            Self::Nothing => {
                "It keeps nothing on disk: when it ends, every event that is not stored yet is lost."
            }
            Self::NotLogged => {
                "It does not log to its disk (appendonly no): when it ends unexpectedly, events that are not stored \
                 yet may be lost."
            }
        }
    }

    /// Returns whether the end of the server itself loses nothing.
    pub const fn survives_the_server(self) -> bool {
        matches!(
            self,
            Self::Always | Self::EverySecond | Self::SystemDecides | Self::Logged
        )
    }
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its version, like `7.0.15`.
    pub version: String,
    /// What is on disk.
    pub durability: Durability,
    /// Whether it is a replica, which takes no writes.
    pub is_replica: bool,
    /// By which rule it may remove the stream when its memory is full; `None` where it may not.
    pub evicts: Option<String>,
}

impl Server {
    /// Asks a server.
    pub async fn look(connection: &mut MultiplexedConnection) -> Result<Self, StreamError> {
        let info: Value = cmd("INFO").query_async(connection).await?;
        let info = match info {
            Value::VerbatimString { text, .. } => text,
            other => text(other).ok_or(StreamError::NotRedis)?,
        };
        let mut settings = [None, None];
        for (name, value) in ["appendfsync", "save"].into_iter().zip(&mut settings) {
            // A hosted server may refuse to tell.
            let told: Result<(String, String), _> = cmd("CONFIG")
                .arg("GET")
                .arg(name)
                .query_async(connection)
                .await;
            *value = told.ok().map(|(_name, value)| value);
        }
        let [appendfsync, save] = settings;
        Self::of(&info, appendfsync.as_deref(), save.as_deref()).ok_or(StreamError::NotRedis)
    }

    fn of(info: &str, appendfsync: Option<&str>, save: Option<&str>) -> Option<Self> {
        let field = |wanted: &str| {
            let mut lines = info.lines().filter_map(|line| line.trim().split_once(':'));
            lines
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value)
        };
        let durability = match (field("aof_enabled") == Some("1"), appendfsync, save) {
            (true, Some("always"), _) => Durability::Always,
            (true, Some("everysec"), _) => Durability::EverySecond,
            (true, Some("no"), _) => Durability::SystemDecides,
            (true, _, _) => Durability::Logged,
            (false, _, Some("")) => Durability::Nothing,
            (false, _, Some(_)) => Durability::Snapshots,
            (false, _, None) => Durability::NotLogged,
        };
        let is_bounded = field("maxmemory").is_some_and(|bytes| bytes != "0");
        let policy = field("maxmemory_policy").filter(|policy| policy.starts_with("allkeys"));
        Some(Self {
            version: field("redis_version")?.to_owned(),
            durability,
            is_replica: field("role") == Some("slave"),
            evicts: policy.filter(|_| is_bounded).map(str::to_owned),
        })
    }

    /// Returns whether its version has what is used here; one that cannot be read is taken to.
    pub fn is_recent(&self) -> bool {
        let mut parts = self.version.split('.').map(str::parse::<u32>);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (6, 2),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(lines: &str, appendfsync: Option<&str>, save: Option<&str>) -> Server {
        let info = format!(
            "# Server\r\nredis_version:7.0.15\r\n{}\r\n",
            lines.replace(' ', "\r\n")
        );
        Server::of(&info, appendfsync, save).unwrap()
    }

    #[test]
    fn what_is_on_disk_is_read_from_what_the_server_says() {
        for (lines, appendfsync, save, durability) in [
            (
                "aof_enabled:1",
                Some("always"),
                Some(""),
                Durability::Always,
            ),
            (
                "aof_enabled:1",
                Some("everysec"),
                None,
                Durability::EverySecond,
            ),
            (
                "aof_enabled:1",
                Some("no"),
                Some(""),
                Durability::SystemDecides,
            ),
            ("aof_enabled:1", None, None, Durability::Logged),
            (
                "aof_enabled:0",
                Some("everysec"),
                Some("3600 1"),
                Durability::Snapshots,
            ),
            (
                "aof_enabled:0",
                Some("everysec"),
                Some(""),
                Durability::Nothing,
            ),
            ("aof_enabled:0", None, None, Durability::NotLogged),
        ] {
            assert_eq!(
                server(lines, appendfsync, save).durability,
                durability,
                "{lines}"
            );
        }
        assert!(!Durability::Snapshots.survives_the_server());
    }

    #[test]
    fn a_server_that_may_forget_the_stream_is_known() {
        let evicts = |lines: &str| server(lines, None, None).evicts;
        assert_eq!(evicts("maxmemory:0 maxmemory_policy:allkeys-lru"), None);
        assert_eq!(evicts("maxmemory:1000 maxmemory_policy:noeviction"), None);
        assert_eq!(evicts("maxmemory:1000 maxmemory_policy:volatile-lru"), None);
        assert_eq!(
            evicts("maxmemory:1000 maxmemory_policy:allkeys-lru").as_deref(),
            Some("allkeys-lru")
        );
        assert!(server("role:slave", None, None).is_replica);
        let old = |version: &str| Server {
            version: version.to_owned(),
            ..server("", None, None)
        };
        assert!(!old("6.0.16").is_recent() && !old("5.0").is_recent());
        assert!(old("6.2.0").is_recent() && old("8.0").is_recent() && old("odd").is_recent());
        assert_eq!(Server::of("HTTP/1.1 400", None, None), None);
    }
}
