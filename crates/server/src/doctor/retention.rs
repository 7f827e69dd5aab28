//! Whether the next start would keep what is stored.

use domain::time::Instant;
use store::meta::Place;

use super::Check;
use crate::{
    config::{Config, ConnectionUrl},
    retention::{Kept, Outlook},
};

const NAME: &str = "retention";

/// Looks at what the retention would remove; nothing is said where nothing is stored that is older.
pub(super) async fn check(config: &Config, now: Instant) -> Option<Check> {
    let wanted = Kept::of(config.store.retention_days);
    let confirmed = config.store.retention_confirm.map(Kept::of);
    let folder = &config.service.data_dir;
    let address = config.database.of_metadata().map(ConnectionUrl::expose);
    let settings = Place::of(address, folder);
    match Outlook::look(folder, settings, wanted, confirmed, now).await {
        Ok(outlook) => outlook
            .waiting
            .map(|waiting| Check::warning(NAME, waiting.to_string(), waiting.next_step())),
        Err(error) => Some(Check::failed(
            NAME,
            format!("What is stored cannot be looked at ({error})."),
            "Look at the log of the service; if the file is damaged, restore it from a backup.",
        )),
    }
}
