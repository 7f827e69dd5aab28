//! How events come in.

use std::time::Duration;

use crate::config::{
    kind::{ByteSize, SAMPLE, SampleRates, Size, Span, Unit, whole},
    setting::Surroundings,
};

const BODY: Size = Size {
    min: ByteSize(1 << 10),
    max: ByteSize::mib(1 << 10),
};
const UPLOAD: Size = Size {
    min: ByteSize::mib(1),
    max: ByteSize::mib(1 << 20),
};
const FREE: Size = Size {
    min: ByteSize(0),
    max: ByteSize::mib(16 << 20),
};
const FLUSH: Span = Span {
    unit: Unit::Milliseconds,
    min: 1,
    max: 3_600_000,
};

section! {
    /// How events come in, and how many may wait.
    pub struct Ingest = "Ingest" {
        /// Number of events of the Redis stream that are written together at most.
        batch_size: usize = whole::<usize>(1, 1_000_000), "ANALYTICS_BATCH_SIZE", default "1000";

        /// Longest time events of the Redis stream wait for a batch to fill, and so how old answers may
        /// be; without the stream, events are written at once.
        flush_interval: Duration = FLUSH, "ANALYTICS_FLUSH_INTERVAL",
            derived "`30000` where `ANALYTICS_CLICKHOUSE_HOST` is set, which wants few large batches, \
                     else `500`"
            default_flush;

        /// Largest body of a request, after decompression.
        max_body: ByteSize = BODY, "ANALYTICS_MAX_BODY", default "10M";

        /// Largest history that an administrator may upload on the pages, as the file lies on their disk.
        max_upload: ByteSize = UPLOAD, "ANALYTICS_MAX_UPLOAD", default "4G";

        /// Number of events that one request may hold.
        max_batch: usize = whole::<usize>(1, 1_000_000), "ANALYTICS_MAX_BATCH", default "10000";

        /// Number of events that may wait to be written; beyond it senders are told to come back
        /// later.
        queue_events: usize = whole::<usize>(1, 100_000_000), "ANALYTICS_QUEUE_EVENTS",
            default "200000";

        /// Number of people and channels not known before that one sender, and all senders of a
        /// workspace together, may name within an hour; `0` sets no limit. Imports, the chat's
        /// database and administrators are not limited.
        max_new_ids_per_hour: u32 = whole::<u32>(0, 1_000_000_000), "ANALYTICS_MAX_NEW_IDS_PER_HOUR",
            default "100000";

        /// The same within a day.
        max_new_ids_per_day: u32 = whole::<u32>(0, 1_000_000_000), "ANALYTICS_MAX_NEW_IDS_PER_DAY",
            default "250000";

        /// Number of custom kinds of events that senders may give a workspace; `0` sets no limit.
        max_kinds: u32 = whole::<u32>(0, 60_000), "ANALYTICS_MAX_KINDS", default "500";

        /// Number of workspaces that one sender may begin; `0` sets no limit.
        max_workspaces: u32 = whole::<u32>(0, 65_536), "ANALYTICS_MAX_WORKSPACES", default "100";

        /// Number of dead letters that are kept of a workspace; the oldest go, and so they do beyond
        /// 16 MB. `0` keeps all.
        max_dead_letters: u32 = whole::<u32>(0, 1_000_000_000), "ANALYTICS_MAX_DEAD_LETTERS",
            default "10000";

        /// Room on the disk below which no events are taken; `0` takes them until it is full.
        min_free_disk: ByteSize = FREE, "ANALYTICS_MIN_FREE_DISK", default "100M";

        /// Share of events to keep by kind, person by person; each counts as many times as it stands
        /// for, and so do people who are seen by such events alone. Kinds that are not listed are kept
        /// whole.
        sample: SampleRates = SAMPLE, "ANALYTICS_SAMPLE";
    }
}

fn default_flush(surroundings: &Surroundings<'_>) -> String {
    let has_server = (surroundings.given)("ANALYTICS_CLICKHOUSE_HOST").is_some();
    let millis = if has_server { "30000" } else { "500" };
    millis.to_owned()
}
