//! Where the chat's history and our own records are.

use std::time::Duration;

use crate::config::kind::{ConnectionUrl, IDENTIFIER, Maybe, POSTGRES_URL, Span, Unit, whole};

const SYNC: Span = Span {
    unit: Unit::Seconds,
    min: 1,
    max: 86_400,
};
const OVERLAP: Span = Span {
    unit: Unit::Seconds,
    min: 1,
    max: 86_400,
};

section! {
    /// Where the chat's history is read from, and where the service keeps its own records.
    pub struct Database = "Databases" {
        /// nChat's database, which is only read.
        source_url: Option<ConnectionUrl> = Maybe(POSTGRES_URL),
            "ANALYTICS_SOURCE_DATABASE_URL" or "DATABASE_URL";

        /// Schema of nChat's tables; without it, the first of `public` and `nchat` that has them.
        source_schema: Option<String> = Maybe(IDENTIFIER), "ANALYTICS_SOURCE_SCHEMA";

        /// Time between two looks for news in nChat's database.
        sync_interval: Duration = SYNC, "ANALYTICS_SYNC_INTERVAL", default "10";

        /// Most rows that are read from nChat's database in a second; `0` for as many as there are.
        sync_max_rows_per_second: u32 = whole::<u32>(0, 10_000_000),
            "ANALYTICS_SYNC_MAX_ROWS_PER_SEC", default "2000";

        /// Time before the present from which nChat's database is read again with each look. A
        /// transaction that is open for longer, and that the role may not see in
        /// `pg_stat_activity`, leaves rows behind that only `backfill` finds.
        sync_overlap: Duration = OVERLAP, "ANALYTICS_SYNC_OVERLAP", default "120";

        /// Database of reports, keys and rules, in a schema of its own; without it they are a
        /// file in the data folder.
        metadata_url: Option<ConnectionUrl> = Maybe(POSTGRES_URL),
            "ANALYTICS_DATABASE_URL" or "DATABASE_URL", later "the Postgres store of records";
    }
}
