//! Events by way of a Redis stream: added before they are acknowledged, stored by whichever instance reads them.
//!
//! ```text
//! POST /track → validate → XADD ─┐
//! producers ────────────── XADD ─┴► stream ─► XREADGROUP → batch → store → XACK → XTRIM
//! ```
//!
//! 1. An entry is acknowledged after the store has it, so it may be delivered again, and then counts once: every
//!    event has its identity before it is added, or from the identifier of its entry.
//! 2. Nothing that some group has not read, or has not acknowledged, is trimmed.
//! 3. While the server is away events are written to the store at once ([`Producer`]), under the same identities.
//!
//! | file | what it does |
//! |---|---|
//! | `connection` | reaching the server, and why it is not reached |
//! | `commands` | the commands of a consumer |
//! | `reply` | entries as the server sends them |
//! | `sealed` | events and dead letters as entries of our own |
//! | `entry` | what an entry says, be it of our own or of a producer |
//! | `producer` | adding what was accepted |
//! | `consumer` | reading, batching and acknowledging |
//! | `sink` | what a batch of entries becomes in the store |
//! | `instance` | the name of this instance |
//! | `delivery` | storing a batch, and what is done when the store does not take it |
//! | `watch` | lag, age and trimming |
//! | `durability` | what the server keeps on disk |
//! | `status` | what the stream is up to, for health, `status` and counters |

mod commands;
mod connection;
mod consumer;
mod delivery;
mod durability;
mod entry;
mod instance;
mod producer;
mod reply;
mod sealed;
mod sink;
mod status;
#[cfg(test)]
mod tests;
mod watch;

use std::time::Duration;

pub use connection::{StreamError, connect};
pub use consumer::Consumer;
pub use durability::{Durability, Server};
pub use instance::consumer_name;
pub use producer::Producer;
pub use status::{StreamLoad, StreamStage, StreamState, StreamStatus};
pub use watch::Watch;

use crate::config::RedisServer;

/// Which stream is read and written, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the server is.
    pub server: RedisServer,
    /// The key of the stream.
    pub stream: String,
    /// The group that the instances of a deployment share.
    pub group: String,
    /// The name of this instance within it.
    pub consumer: String,
    /// Most events of a batch.
    pub batch: usize,
    /// Longest time that a batch waits to be full.
    pub flush: Duration,
    /// Time after which what another instance took is taken over.
    pub claim_after: Duration,
}
