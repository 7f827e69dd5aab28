//! Backups that a command asks the running service for: by a file in the folder of backups, which only who may read
//! the data can write.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use domain::clock::Clock;
use store::{EventStore, chain, meta::MetaStore};
use tokio_util::sync::CancellationToken;

use super::{BackupError, FOLDER, Manifest, back_up, folder_in};

/// Time between two looks for what was asked.
const INTERVAL: Duration = Duration::from_secs(1);
/// How the file ends that asks for the backup of its name, and the one that says why there is none.
const ASKED: &str = "asked";
const FAILED: &str = "failed";

/// Asks the running service for a backup of that name.
pub fn ask(data: &Path, name: &str) -> Result<(), BackupError> {
    let path = file(&folder_in(data)?, name, ASKED);
    fs::write(&path, "").map_err(BackupError::io(&path))
}

/// Returns the backup that was asked for; `None` while it is not there.
pub async fn told(data: &Path, name: &str) -> Result<Option<(PathBuf, Manifest)>, BackupError> {
    let folder = data.join(FOLDER);
    if file(&folder, name, ASKED).exists() {
        return Ok(None);
    }
    let failed = file(&folder, name, FAILED);
    if let Ok(reason) = fs::read_to_string(&failed) {
        fs::remove_file(&failed).map_err(BackupError::io(&failed))?;
        return Err(BackupError::Refused(reason));
    }
    let backup = folder.join(name);
    let manifest = Manifest::verified(backup.clone()).await?;
    Ok(Some((backup, manifest)))
}

fn file(folder: &Path, name: &str, ending: &str) -> PathBuf {
    folder.join(format!("{name}.{ending}"))
}

/// Makes the backups that commands ask for.
pub struct Backups {
    /// Where events live.
    pub store: Arc<dyn EventStore>,
    /// Where settings live.
    pub meta: Arc<dyn MetaStore>,
    /// The data folder.
    pub data: PathBuf,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Backups {
    /// Makes what is asked for until the end is asked for.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), BackupError> {
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(INTERVAL) => {}
            }
            for name in self.asked()? {
                self.make(&name).await?;
            }
        }
    }

    fn asked(&self) -> Result<Vec<String>, BackupError> {
        let folder = self.data.join(FOLDER);
        let listed = || -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|ending| ending == ASKED) {
                    names.extend(
                        path.file_stem()
                            .map(|name| name.to_string_lossy().into_owned()),
                    );
                }
            }
            Ok(names)
        };
        match listed() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            listed => listed.map_err(BackupError::io(&folder)),
        }
    }

    async fn make(&self, name: &str) -> Result<(), BackupError> {
        let now = self.clock.now();
        let made = back_up(
            self.store.as_ref(),
            self.meta.as_ref(),
            &self.data,
            name,
            now,
        )
        .await;
        let folder = self.data.join(FOLDER);
        match made {
            Ok(backup) => {
                tracing::info!(folder = %backup.folder.display(), "backup.made");
            }
            Err(error) => {
                let reason = chain(&error);
                tracing::error!(error = reason, "backup.failed");
                let path = file(&folder, name, FAILED);
                fs::write(&path, reason).map_err(BackupError::io(&path))?;
            }
        }
        // Whoever asked looks for this: the rest is there by now.
        let path = file(&folder, name, ASKED);
        fs::remove_file(&path).map_err(BackupError::io(&path))
    }
}
