//! nChat's tables: whether they can be read, and which are missing.

use super::Check;
use crate::{
    config::Config,
    source::postgres::{self, Settings, SourceError},
};

const NAME: &str = "chat tables";

/// Looks at the tables, if there is a database to look at.
pub(super) async fn check(config: &Config) -> Option<Check> {
    let setting = "ANALYTICS_SOURCE_DATABASE_URL";
    let settings = Settings {
        url: config.database.source_url.clone()?,
        variable: config.sources.variable(setting).to_owned(),
        schema: config.database.source_schema.clone(),
        rows_per_second: 0,
        overlap: config.database.sync_overlap,
    };
    // A server that is not reached is told by the check of the server.
    match postgres::look(&settings).await {
        Err(SourceError::Away(_)) => None,
        Err(error) => Some(Check::failed(
            NAME,
            error.sentence(),
            "Without them, events come from `/track`, imports and triggers only.",
        )),
        Ok(found) => {
            let schema = found.schema.unwrap_or_default();
            let feeds = found.feeds.len();
            if found.missing.is_empty() {
                return Some(Check::ok(
                    NAME,
                    format!("{feeds} tables of schema {schema} are read."),
                ));
            }
            Some(Check::ok(
                NAME,
                format!(
                    "{feeds} tables of schema {schema} are read; left out, as they are not there: {}.",
                    found.missing.join(", ")
                ),
            ))
        }
    }
}
