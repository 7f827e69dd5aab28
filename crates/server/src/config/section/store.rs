//! How long events are kept, and how often days are filled.

use std::time::Duration;

use super::service::part_of_memory;
use crate::config::{
    kind::{ByteSize, FLAG, Maybe, Size, Span, Unit, whole},
    setting::Surroundings,
};

const MEMORY: Size = Size {
    min: ByteSize::mib(32),
    max: ByteSize::mib(4 << 20),
};
const ROLLUP_MEMORY: Size = Size {
    min: ByteSize::mib(1),
    max: ByteSize::mib(4 << 20),
};
const AGGREGATION: Span = Span {
    unit: Unit::Seconds,
    min: 1,
    max: 86_400,
};

section! {
    /// How long events are kept, and how often days are filled.
    pub struct Store = "Store" {
        /// Number of days that events are kept; `0` keeps them for ever.
        retention_days: u32 = whole::<u32>(0, 36_500), "ANALYTICS_RETENTION_DAYS", default "365";

        /// Consent to a `ANALYTICS_RETENTION_DAYS` that keeps less than before: the same number of
        /// days. Without it what would be removed stays, and the service says so.
        retention_confirm: Option<u32> = Maybe(whole::<u32>(1, 36_500)),
            "ANALYTICS_RETENTION_CONFIRM";

        /// Time between two rounds that fill the days that have changed; answers are exact in
        /// between as well.
        aggregation_interval: Duration = AGGREGATION, "ANALYTICS_AGGREGATION_INTERVAL",
            default "300";

        /// Whether questions are answered from rollups where they can; without, every question reads
        /// the events. The numbers are the same.
        rollups: bool = FLAG, "ANALYTICS_ROLLUPS", default "true";

        /// Part of `ANALYTICS_MEMORY` for rollups that are read often.
        rollup_memory: ByteSize = ROLLUP_MEMORY, "ANALYTICS_ROLLUP_MEMORY",
            derived "an eighth of `ANALYTICS_MEMORY`" eighth_of_memory;

        /// Part of `ANALYTICS_MEMORY` that the embedded store may use: three eighths for its pool, three quarters while it is asked about many events.
        memory: ByteSize = MEMORY, "ANALYTICS_STORE_MEMORY",
            derived "half of `ANALYTICS_MEMORY`" half_of_memory;
    }
}

impl Store {
    /// Returns the number of days that events are kept; `None` for ever.
    pub fn retention(&self) -> Option<u32> {
        Some(self.retention_days).filter(|days| *days > 0)
    }
}

fn half_of_memory(surroundings: &Surroundings<'_>) -> String {
    part_of_memory(surroundings, 2, &MEMORY)
}

fn eighth_of_memory(surroundings: &Surroundings<'_>) -> String {
    part_of_memory(surroundings, 8, &ROLLUP_MEMORY)
}
