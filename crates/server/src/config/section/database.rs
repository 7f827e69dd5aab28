//! Where the chat's history and our own records are.

use std::time::Duration;

use crate::config::{
    kind::{Choice, ConnectionUrl, IDENTIFIER, Maybe, POSTGRES_URL, Span, Unit, whole},
    setting::Surroundings,
};

/// Where keys, settings, reports and the like are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataIn {
    /// In a file of the data folder.
    File,
    /// In a Postgres database.
    Postgres,
}

const METADATA: Choice<MetadataIn> = Choice(&[
    (MetadataIn::File, &["file", "sqlite"]),
    (MetadataIn::Postgres, &["postgres", "postgresql"]),
]);

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

        /// Where keys, settings, reports, segments and the like are kept: in a file of the data folder, or
        /// in a Postgres database that several instances may share, in the schema `nchat_analytics`. Nothing
        /// else there is read or changed. The first time, what the file holds is taken over.
        metadata: MetadataIn = METADATA, "ANALYTICS_METADATA",
            derived "`postgres` where `ANALYTICS_DATABASE_URL` is set, else `file`" default_metadata;

        /// The Postgres database of `ANALYTICS_METADATA`.
        metadata_url: Option<ConnectionUrl> = Maybe(POSTGRES_URL),
            "ANALYTICS_DATABASE_URL" or "DATABASE_URL";
    }
}

/// The chat's database alone moves nothing there: it is often one that may only be read.
fn default_metadata(surroundings: &Surroundings<'_>) -> String {
    let is_given = (surroundings.given)("ANALYTICS_DATABASE_URL").is_some();
    if is_given { "postgres" } else { "file" }.to_owned()
}

impl Database {
    /// Returns the database that keys and settings are kept in; `None` for the file.
    pub fn of_metadata(&self) -> Option<&ConnectionUrl> {
        let is_there = self.metadata == MetadataIn::Postgres;
        self.metadata_url.as_ref().filter(|_| is_there)
    }
}
