//! A data folder made of a backup.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::id::WorkspaceId;
use store::EventStore;

use super::{BackupError, Manifest};
use crate::blocking;

/// Files that a store has, and a folder to restore into has not.
const OF_A_STORE: [&str; 3] = ["events.duckdb", "events.duckdb.wal", "settings.sqlite"];

/// Copies a backup that is whole into a data folder without a store; returns what it holds. [`check`] comes
/// next, with the store that it makes.
async fn copy(backup: &Path, data: &Path) -> Result<Manifest, BackupError> {
    if OF_A_STORE.iter().any(|name| data.join(name).exists()) {
        return Err(BackupError::Occupied {
            folder: data.to_owned(),
        });
    }
    let manifest = Manifest::verified(backup.to_owned()).await?;
    store::folder::make(data).map_err(BackupError::io(data))?;
    let (from, to, files) = (backup.to_owned(), data.to_owned(), manifest.files.clone());
    blocking::apart(usize::MAX, move || {
        for file in files {
            let path: PathBuf = to.join(&file.name);
            let copied = fs::copy(from.join(&file.name), &path)
                .and_then(|_bytes| fs::File::open(&path)?.sync_all());
            copied.map_err(BackupError::io(&path))?;
        }
        store::folder::close(&to).map_err(BackupError::io(&to))
    })
    .await?;
    Ok(manifest)
}

/// Restores a backup into a data folder without a store, opens the store with `open`, and holds it against
/// the backup; returns what it holds.
pub async fn restore<S: EventStore + ?Sized, E: From<BackupError>>(
    backup: &Path,
    data: &Path,
    open: impl AsyncFnOnce() -> Result<std::sync::Arc<S>, E>,
) -> Result<Manifest, E> {
    let manifest = copy(backup, data).await?;
    let store = open().await?;
    let checked = check(store.as_ref(), &manifest, backup).await;
    let closed = store.close().await.map_err(BackupError::from);
    checked.and(closed)?;
    Ok(manifest)
}

/// Counts the events of each workspace.
async fn check(
    store: &(impl EventStore + ?Sized),
    manifest: &Manifest,
    backup: &Path,
) -> Result<(), BackupError> {
    for (workspace, events) in &manifest.events {
        let found = match WorkspaceId::new(workspace.clone()) {
            Ok(workspace) => store.facts(&workspace).await?.events,
            Err(_invalid) => 0,
        };
        if found != *events {
            return Err(BackupError::NotWhole {
                folder: backup.to_owned(),
                reason: format!("{found} of {events} events of {workspace} are there"),
            });
        }
    }
    Ok(())
}
