//! How questions are answered.

use std::time::Duration;

use domain::health::HealthWeights;

use super::service::part_of_memory;
use crate::config::{
    kind::{ByteSize, FLAG, HEALTH_WEIGHTS, Size, Span, Unit, whole},
    setting::Surroundings,
};

const CACHE_MEMORY: Size = Size {
    min: ByteSize::mib(1),
    max: ByteSize::mib(4 << 20),
};
const CACHE_TTL: Span = Span {
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
        /// Longest age of a remembered answer that depends on the present, which is never more than
        /// 15 seconds; `0` remembers none. What comes in is in the next answer, whatever the age.
        cache_ttl: Duration = CACHE_TTL, "ANALYTICS_CACHE_TTL", default "300";

        /// Part of `ANALYTICS_MEMORY` that remembered answers may fill.
        cache_memory: ByteSize = CACHE_MEMORY, "ANALYTICS_CACHE_MEMORY",
            derived "1/32 of `ANALYTICS_MEMORY`" small_part_of_memory;

        /// Longest time one question may take.
        timeout: Duration = TIMEOUT, "ANALYTICS_QUERY_TIMEOUT", default "30";

        /// Number of events one question may read; `0` sets no limit.
        max_scan_rows: u64 = whole::<u64>(0, 1_000_000_000_000), "ANALYTICS_MAX_SCAN_ROWS",
            default "200000000";

        /// Let administrators ask in SQL (`POST /api/analytics/sql`): one `SELECT` over documented tables
        /// of their own workspace.
        sql: bool = FLAG, "ANALYTICS_SQL", default "false";

        /// Most rows of an answer to SQL.
        sql_max_rows: u32 = whole::<u32>(1, 1_000_000), "ANALYTICS_SQL_MAX_ROWS", default "10000";

        /// How much each part of the score of platform health counts; a part that is not named counts 1.
        health_weights: HealthWeights = HEALTH_WEIGHTS, "ANALYTICS_HEALTH_WEIGHTS",
            default "failedEvents:1,ingestLag:1,errors:1,latency:1,deliveries:1";
    }
}

fn small_part_of_memory(surroundings: &Surroundings<'_>) -> String {
    part_of_memory(surroundings, 32, &CACHE_MEMORY)
}
