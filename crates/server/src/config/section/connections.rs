//! How many connections there may be, and how long each may keep the service waiting.

use std::time::Duration;

use crate::config::kind::{Span, Unit, whole};

const PATIENCE: Span = Span {
    unit: Unit::Seconds,
    min: 1,
    max: 3_600,
};

section! {
    /// How many connections there may be, and how long each may keep the service waiting. Beyond
    /// these numbers the connection that has waited longest for its client is closed.
    pub struct Connections = "Connections" {
        /// Number of connections in all; fewer where the system allows fewer open files.
        most: usize = whole::<usize>(16, 1_000_000), "ANALYTICS_MAX_CONNECTIONS", default "1024";

        /// Number of connections of one address; this machine and `ANALYTICS_TRUSTED_PROXIES` speak
        /// for many and are not counted.
        by_address: usize = whole::<usize>(1, 1_000_000),
            "ANALYTICS_MAX_CONNECTIONS_PER_ADDRESS", default "256";

        /// Longest time until the head of a request is there, and between two requests.
        header_timeout: Duration = PATIENCE, "ANALYTICS_HEADER_TIMEOUT", default "30";

        /// Longest time until the body of a request is there; less for a small one, which has ten
        /// seconds and one more for every 16 KiB that arrived.
        body_timeout: Duration = PATIENCE, "ANALYTICS_BODY_TIMEOUT", default "60";

        /// Longest time that a client may take nothing of an answer.
        write_timeout: Duration = PATIENCE, "ANALYTICS_WRITE_TIMEOUT", default "30";
    }
}
