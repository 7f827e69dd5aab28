//! Backups of an embedded store: made while it is used, and held against it.
//!
//! 1. The store copies its events into a new file while questions are answered; what arrives waits for that
//!    long. The rows of every table are counted in both.
//! 2. The settings are copied beside them, unless they are in a database of their own, which is backed up with
//!    that.
//! 3. A manifest says what there is: events of each workspace, and length and SHA-256 of each file. A folder without
//!    one is no backup: it is written last.
//!
//! Rollups and the file of names are not copied: both are made again from the events.

mod asked;
mod manifest;
mod restore;

use std::path::{Path, PathBuf};

use domain::time::Instant;
use store::{
    EventStore, StoreError,
    meta::{MetaError, MetaStore},
};

pub use self::{
    asked::{Backups, ask, told},
    manifest::{CopiedFile, Manifest},
    restore::restore,
};

/// The folder of backups within the data folder.
pub const FOLDER: &str = "backups";

/// Why there is no backup, or nothing was restored from it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The settings failed.
    #[error(transparent)]
    Meta(#[from] MetaError),
    /// The store is not one that is copied by files.
    #[error("events are not in an embedded store: back up the server that they are in")]
    NotEmbedded,
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder is no backup, or not as it was made.
    #[error("{folder} is no whole backup: {reason}")]
    NotWhole {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The running service could not make it.
    #[error("the running service could not make it: {0}")]
    Refused(String),
    /// There is a store already.
    #[error(
        "{folder} holds a store already: name an empty folder with ANALYTICS_DATA_DIR, or move what is there away"
    )]
    Occupied {
        /// The data folder.
        folder: PathBuf,
    },
}

impl BackupError {
    fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Backup {
    /// The folder it is in.
    pub folder: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}

/// Makes a backup of that name in the folder of backups of a data folder.
pub async fn back_up(
    store: &dyn EventStore,
    meta: &dyn MetaStore,
    data: &Path,
    name: &str,
    now: Instant,
) -> Result<Backup, BackupError> {
    let backups = store.backups().ok_or(BackupError::NotEmbedded)?;
    let folder = folder_in(data)?.join(name);
    let events = backups.back_up(&folder).await?;
    let has_settings = meta.copy_to(&folder).await?;
    let manifest = Manifest::of(folder.clone(), now, events, has_settings).await?;
    Ok(Backup { folder, manifest })
}

/// Returns the folder of backups, which is made where it is missing.
fn folder_in(data: &Path) -> Result<PathBuf, BackupError> {
    let folder = data.join(FOLDER);
    store::folder::make(&folder).map_err(BackupError::io(&folder))?;
    Ok(folder)
}

/// Returns a name for a backup that is made now.
pub fn name_of(now: Instant) -> String {
    now.to_string().replace(':', "-")
}
