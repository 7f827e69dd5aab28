//! What the settings file holds of the retention.

use store::meta::{MetaError, MetaStore};

use super::{Kept, Waiting};

/// The retention that the store lives under, in days; 0 is for ever.
pub(super) const KEPT: &str = "retention.days";
/// What the service waits for.
pub(super) const WAITING: &str = "retention.waiting";

/// Reads a text that [`keep`] wrote.
pub(super) fn read_kept(text: &str) -> Option<Kept> {
    text.parse().ok().map(Kept::of)
}

/// Returns the retention that the store lives under, where that is known.
pub(super) async fn kept(meta: &dyn MetaStore) -> Result<Option<Kept>, MetaError> {
    let text = meta.setting(KEPT).await?;
    Ok(text.as_deref().and_then(read_kept))
}

/// Remembers the retention that the store lives under from now on.
pub(super) async fn keep(meta: &dyn MetaStore, kept: Kept) -> Result<(), MetaError> {
    meta.put_setting(KEPT, &kept.days().to_string()).await
}

/// Remembers what the service waits for.
pub(super) async fn wait(meta: &dyn MetaStore, waiting: Option<&Waiting>) -> Result<(), MetaError> {
    match waiting {
        Some(waiting) => meta.put_setting(WAITING, &waiting.written()).await,
        None => meta.remove_setting(WAITING).await,
    }
}

/// Consents to what waits: it is removed by the running service, or at the next start.
pub async fn agree(meta: &dyn MetaStore, waiting: &Waiting) -> Result<(), MetaError> {
    keep(meta, waiting.kept).await?;
    wait(meta, None).await
}
