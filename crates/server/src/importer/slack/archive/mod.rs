//! The files of an export, wherever they lie.

mod bounded;
mod folder;
mod zip;

use std::{
    io::{self, BufRead},
    path::Path,
};

pub(super) use folder::FolderArchive;
pub(super) use zip::ZipArchive;

use crate::importer::ImportError;

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path within the export, with `/` between the parts.
    pub(super) path: String,
    /// Its size as it lies on disk.
    pub(super) bytes: u64,
}

/// The files of an export.
pub(super) trait Archive: Send {
    /// Returns the path the export was opened from.
    fn path(&self) -> &Path;

    /// Returns the files of the export, of any kind.
    fn entries(&self) -> &[Entry];

    /// Opens the file at `index` of [`Archive::entries`] to be read from front to back.
    fn open(&mut self, index: usize) -> Result<Box<dyn BufRead + '_>, ImportError>;

    /// Returns the error for a read of that file that failed.
    fn failed(&self, index: usize, error: io::Error) -> ImportError;
}

/// How large an export may be. Real ones stay far below; a zip made to fill a disk or memory
/// does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Files, of any kind.
    pub(super) entries: usize,
    /// Bytes of one file, unpacked.
    pub(super) entry_bytes: u64,
    /// Bytes of all files that are read, unpacked.
    pub(super) total_bytes: u64,
    /// How many times larger than packed a file may be.
    pub(super) ratio: u64,
    /// Unpacked size up to which the ratio does not matter.
    pub(super) ratio_free_bytes: u64,
    /// How many folders deep a folder is looked into.
    pub(super) depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 1_000_000,
            entry_bytes: 1 << 30,
            total_bytes: 16 << 30,
            ratio: 1000,
            ratio_free_bytes: 10 << 20,
            depth: 10,
        }
    }
}

/// Returns whether a path names a file that may matter; others are never read.
pub(super) fn is_json(path: &str) -> bool {
    is_of(path, "json")
}

/// Returns whether the name of a file ends in that extension.
pub(super) fn is_of(path: &str, extension: &str) -> bool {
    let own = Path::new(path).extension();
    own.is_some_and(|own| own.eq_ignore_ascii_case(extension))
}

/// Writes a number of bytes as people read it.
fn mebibytes(bytes: u64) -> String {
    if bytes >= 1 << 20 {
        format!("{} MiB", bytes >> 20)
    } else {
        format!("{bytes} bytes")
    }
}
