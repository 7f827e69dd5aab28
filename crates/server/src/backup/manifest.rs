//! What a backup holds.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use domain::time::Instant;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::blocking;

/// Its file within the folder.
const FILE: &str = "manifest.json";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Version of the program that made it.
    pub version: String,
    /// When.
    pub made_at: String,
    /// Events of each workspace.
    pub events: BTreeMap<String, u64>,
    /// Whether the settings are in it; if not, they are in a database of their own.
    pub has_settings: bool,
    /// Its files.
    pub files: Vec<CopiedFile>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedFile {
    /// Its name.
    pub name: String,
    /// Bytes it has.
    pub bytes: u64,
    /// SHA-256 of them, as hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// Describes the files of a folder, and keeps that there: then it is a backup.
    pub(super) async fn of(
        folder: PathBuf,
        now: Instant,
        events: BTreeMap<String, u64>,
        has_settings: bool,
    ) -> Result<Self, BackupError> {
        off_async(move || {
            let mut files = Vec::new();
            for name in names(&folder)? {
                let (bytes, sha256) = digest(&folder.join(&name))?;
                files.push(CopiedFile {
                    name,
                    bytes,
                    sha256,
                });
            }
            let manifest = Self {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                made_at: now.to_string(),
                events,
                has_settings,
                files,
            };
            manifest.write(&folder)?;
            Ok(manifest)
        })
        .await
    }

    fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(FILE);
        let text = format!("{:#}\n", serde_json::json!(self));
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            File::open(folder)?.sync_all()
        });
        written.map_err(BackupError::io(&path))
    }

    /// Reads that of a folder, and holds every file against it.
    pub async fn verified(folder: PathBuf) -> Result<Self, BackupError> {
        off_async(move || {
            let not_whole = |reason: String| BackupError::NotWhole {
                folder: folder.clone(),
                reason,
            };
            let text = fs::read_to_string(folder.join(FILE))
                .map_err(|error| not_whole(format!("{FILE}: {error}")))?;
            let manifest: Self = serde_json::from_str(&text)
                .map_err(|error| not_whole(format!("{FILE}: {error}")))?;
            for file in &manifest.files {
                // A name is one of this folder, whoever wrote the manifest.
                let is_plain = Path::new(&file.name).file_name() == Some(file.name.as_ref());
                let found = is_plain.then(|| digest(&folder.join(&file.name)));
                match found {
                    Some(Ok((_, sha256))) if sha256 == file.sha256 => {}
                    Some(Ok(_)) => return Err(not_whole(format!("{} was changed", file.name))),
                    _ => return Err(not_whole(format!("{} cannot be read", file.name))),
                }
            }
            Ok(manifest)
        })
        .await
    }
}

async fn off_async<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    blocking::apart(usize::MAX, work).await
}

/// Returns the names of the files of a folder but for the manifest, in order.
fn names(folder: &Path) -> Result<Vec<String>, BackupError> {
    let listed = || -> io::Result<Vec<String>> {
        fs::read_dir(folder)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    };
    let mut names = listed().map_err(BackupError::io(folder))?;
    names.retain(|name| name != FILE);
    names.sort();
    Ok(names)
}

/// Returns how many bytes a file has, and their SHA-256.
fn digest(path: &Path) -> Result<(u64, String), BackupError> {
    use std::fmt::Write as _;

    let read = || -> io::Result<(u64, String)> {
        let (mut file, mut context) = (File::open(path)?, Context::new(&SHA256));
        let (mut bytes, mut part) = (0, vec![0; 1 << 20]);
        loop {
            let length = file.read(&mut part)?;
            if length == 0 {
                break;
            }
            bytes += length as u64;
            context.update(&part[..length]);
        }
        let mut text = String::new();
        for byte in context.finish().as_ref() {
            let _never_fails = write!(text, "{byte:02x}");
        }
        Ok((bytes, text))
    };
    read().map_err(BackupError::io(path))
}
