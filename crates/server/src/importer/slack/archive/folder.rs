//! An export that was unpacked already.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use super::{
    Archive, Entry, Limits,
    bounded::{Bounded, Passed},
    mebibytes,
};
use crate::importer::ImportError;

/// An opened folder.
pub(in crate::importer::slack) struct FolderArchive {
    path: PathBuf,
    limits: Limits,
    left: u64,
    entries: Vec<Entry>,
    /// Where each entry lies; names that are no UTF-8 differ from the entry's.
    files: Vec<PathBuf>,
}

impl FolderArchive {
    /// Lists the files of a folder and of the folders in it. Links to folders are not followed:
    /// they may lead anywhere, or back.
    pub(in crate::importer::slack) fn open(
        path: &Path,
        limits: Limits,
    ) -> Result<Self, ImportError> {
        let mut archive = Self {
            path: path.to_owned(),
            limits,
            left: limits.total_bytes,
            entries: Vec::new(),
            files: Vec::new(),
        };
        archive.list(path, "", 0)?;
        Ok(archive)
    }

    fn list(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), ImportError> {
        for child in children(folder)? {
            let name = format!("{prefix}{}", child.name);
            if child.is_folder && depth < self.limits.depth {
                self.list(&child.path, &format!("{name}/"), depth + 1)?;
            } else {
                self.add(name, child.path)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, path: String, file: PathBuf) -> Result<(), ImportError> {
        // A link may lead nowhere.
        let Ok(metadata) = fs::metadata(&file) else {
            return Ok(());
        };
        // Reading a pipe or a device might never end.
        if !metadata.is_file() {
            return Ok(());
        }
        if self.entries.len() >= self.limits.entries {
            return Err(ImportError::TooLarge {
                path: self.path.clone(),
                what: format!("it holds more than {} files", self.limits.entries),
            });
        }
        self.entries.push(Entry {
            path,
            bytes: metadata.len(),
        });
        self.files.push(file);
        Ok(())
    }
}

impl Archive for FolderArchive {
    fn path(&self) -> &Path {
        &self.path
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&mut self, index: usize) -> Result<Box<dyn BufRead + '_>, ImportError> {
        let Some(path) = self.files.get(index) else {
            return Ok(Box::new(io::empty()));
        };
        let file = File::open(path).map_err(|error| ImportError::io(path, error))?;
        let bounded = Bounded::new(file, self.limits.entry_bytes, &mut self.left);
        Ok(Box::new(BufReader::with_capacity(64 << 10, bounded)))
    }

    fn failed(&self, index: usize, error: io::Error) -> ImportError {
        let path = self.files.get(index).unwrap_or(&self.path);
        let what = match Passed::of(&error) {
            Some(Passed::Entry) => {
                let most = mebibytes(self.limits.entry_bytes);
                format!("`{}` is more than {most}", path.display())
            }
            Some(Passed::Total) => {
                format!(
                    "all of it is more than {}",
                    mebibytes(self.limits.total_bytes)
                )
            }
            None => return ImportError::io(path, error),
        };
        ImportError::TooLarge {
            path: self.path.clone(),
            what,
        }
    }
}

struct Child {
    name: String,
    path: PathBuf,
    is_folder: bool,
}

fn children(folder: &Path) -> Result<Vec<Child>, ImportError> {
    let failed = |error| ImportError::io(folder, error);
    let mut children = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        children.push(Child {
            name: entry.file_name().to_string_lossy().into_owned(),
            path: entry.path(),
            is_folder: entry.file_type().map_err(failed)?.is_dir(),
        });
    }
    children.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(children)
}
