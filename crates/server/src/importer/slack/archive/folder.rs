//! An export that was unpacked already.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use super::{Archive, Entry, Limits, is_json, mebibytes};
use crate::importer::{ImportError, slack::layout};

/// An opened folder.
pub(in crate::importer::slack) struct FolderArchive {
    path: PathBuf,
    limits: Limits,
    entries: Vec<Entry>,
    /// Where each entry lies; names that are no UTF-8 differ from the entry's.
    files: Vec<PathBuf>,
}

impl FolderArchive {
    /// Lists the JSON files of an export: of the folder itself, or of the one folder in it that
    /// holds an export.
    pub(in crate::importer::slack) fn open(
        path: &Path,
        limits: Limits,
    ) -> Result<Self, ImportError> {
        let mut archive = Self {
            path: path.to_owned(),
            limits,
            entries: Vec::new(),
            files: Vec::new(),
        };
        let root = root_of(path)?;
        for child in children(&root)? {
            if child.path.is_dir() {
                for file in children(&child.path)? {
                    archive.add(&format!("{}/{}", child.name, file.name), file.path)?;
                }
            } else {
                archive.add(&child.name, child.path)?;
            }
        }
        Ok(archive)
    }

    fn add(&mut self, path: &str, file: PathBuf) -> Result<(), ImportError> {
        if !is_json(path) {
            return Ok(());
        }
        let metadata = fs::metadata(&file).map_err(|error| ImportError::io(&file, error))?;
        // Reading a pipe or a device might never end.
        if metadata.is_file() {
            self.entries.push(Entry {
                path: path.to_owned(),
                bytes: metadata.len(),
            });
            self.files.push(file);
        }
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

    fn read(&mut self, index: usize, into: &mut Vec<u8>) -> Result<(), ImportError> {
        into.clear();
        let Some(path) = self.files.get(index) else {
            return Ok(());
        };
        let most = self.limits.entry_bytes;
        let count = File::open(path)
            .and_then(|file| file.take(most + 1).read_to_end(into))
            .map_err(|error| ImportError::io(path, error))?;
        if count as u64 > most {
            let what = format!("`{}` is more than {}", path.display(), mebibytes(most));
            return Err(ImportError::TooLarge {
                path: self.path.clone(),
                what,
            });
        }
        Ok(())
    }
}

struct Child {
    name: String,
    path: PathBuf,
}

fn children(folder: &Path) -> Result<Vec<Child>, ImportError> {
    let failed = |error| ImportError::io(folder, error);
    let mut children = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        children.push(Child {
            name,
            path: entry.path(),
        });
    }
    children.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(children)
}

/// Returns the folder that holds the lists of an export: the given one, or the only one in it.
fn root_of(path: &Path) -> Result<PathBuf, ImportError> {
    let holds_lists = |folder: &Path| layout::LISTS.iter().any(|list| folder.join(list).is_file());
    if holds_lists(path) {
        return Ok(path.to_owned());
    }
    let mut nested = children(path)?
        .into_iter()
        .filter(|child| holds_lists(&child.path));
    match (nested.next(), nested.next()) {
        (Some(child), None) => Ok(child.path),
        _ => Ok(path.to_owned()),
    }
}
