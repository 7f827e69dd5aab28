//! How events come in.

use std::time::Duration;

use crate::config::kind::{ByteSize, SAMPLE, SampleRates, Size, Span, Unit, whole};

const BODY: Size = Size {
    min: ByteSize(1 << 10),
    max: ByteSize::mib(1 << 10),
};
const FLUSH: Span = Span {
    unit: Unit::Milliseconds,
    min: 1,
    max: 3_600_000,
};

section! {
    /// How events come in, and how many may wait.
    pub struct Ingest = "Ingest" {
        /// Number of events that are written together at most.
        batch_size: usize = whole::<usize>(1, 1_000_000), "ANALYTICS_BATCH_SIZE", default "1000",
            later "the Redis stream";

        /// Longest time events of a stream wait for a batch to fill; events posted over HTTP are
        /// written at once.
        flush_interval: Duration = FLUSH, "ANALYTICS_FLUSH_INTERVAL", default "30000",
            later "the Redis stream";

        /// Largest body of a request, after decompression.
        max_body: ByteSize = BODY, "ANALYTICS_MAX_BODY", default "10M";

        /// Number of events that one request may hold.
        max_batch: usize = whole::<usize>(1, 1_000_000), "ANALYTICS_MAX_BATCH", default "10000";

        /// Number of events that may wait to be written; beyond it senders are told to come back
        /// later.
        queue_events: usize = whole::<usize>(1, 100_000_000), "ANALYTICS_QUEUE_EVENTS",
            default "200000";

        /// Share of events to keep by kind, each counted as many times as it stands for; kinds
        /// that are not listed are kept whole.
        sample: SampleRates = SAMPLE, "ANALYTICS_SAMPLE";
    }
}
