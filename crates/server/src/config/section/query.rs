//! How questions are answered.

use std::time::Duration;

use crate::config::kind::{Span, Unit, whole};

const CACHE: Span = Span {
    unit: Unit::Seconds,
    min: 0,
    max: 86_400,
};
const TIMEOUT: Span = Span {
    unit: Unit::Seconds,
    min: 1,
    max: 3_600,
};

section! {
    /// How questions are answered.
    pub struct Query = "Query" {
        /// Longest age of a remembered answer that covers days still changing; `0` remembers
        /// none.
        cache_ttl: Duration = CACHE, "ANALYTICS_CACHE_TTL", default "300";

        /// Longest time one question may take.
        timeout: Duration = TIMEOUT, "ANALYTICS_QUERY_TIMEOUT", default "30";

        /// Number of events one question may read; `0` sets no limit.
        max_scan_rows: u64 = whole::<u64>(0, 1_000_000_000_000), "ANALYTICS_MAX_SCAN_ROWS",
            default "200000000";
    }
}
