//! Where the chat's history and our own records are.

use std::time::Duration;

use crate::config::kind::{ConnectionUrl, Maybe, POSTGRES_URL, Span, Unit};

const SYNC: Span = Span {
    unit: Unit::Seconds,
    min: 1,
    max: 86_400,
};

section! {
    /// Where the chat's history is read from, and where the service keeps its own records.
    pub struct Database = "Databases" {
        /// nChat's database, which is only read.
        source_url: Option<ConnectionUrl> = Maybe(POSTGRES_URL),
            "ANALYTICS_SOURCE_DATABASE_URL" or "DATABASE_URL",
            later "the sync with nChat's database";

        /// Time between two looks for news in nChat's database.
        sync_interval: Duration = SYNC, "ANALYTICS_SYNC_INTERVAL", default "10",
            later "the sync with nChat's database";

        /// Database of reports, keys and rules, in a schema of its own; without it they are a
        /// file in the data folder.
        metadata_url: Option<ConnectionUrl> = Maybe(POSTGRES_URL),
            "ANALYTICS_DATABASE_URL" or "DATABASE_URL", later "the Postgres store of records";
    }
}
