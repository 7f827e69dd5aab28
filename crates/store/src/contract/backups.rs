//! Copies of what is stored, made while it is used.

use std::{collections::BTreeMap, path::Path};

use async_trait::async_trait;

use crate::StoreError;

/// Copies what is stored while it is used.
#[async_trait]
pub trait Backups: Send + Sync {
    /// Copies what cannot be made again into a folder that does not exist yet, within the folder of the store.
    /// The copy is what was stored at one moment: what arrives waits, and questions are answered. Returns the
    /// number of events of each workspace that it holds.
    ///
    /// # Errors
    /// [`StoreError::NoRoomToRewrite`] where the disk has too little room for it.
    async fn back_up(&self, folder: &Path) -> Result<BTreeMap<String, u64>, StoreError>;
}
