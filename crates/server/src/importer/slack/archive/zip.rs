//! An export as the zip Slack makes.
//!
//! Nothing is unpacked to disk, so a name that points outside of the zip could do no harm here; it
//! is refused all the same, because no export of Slack's holds one.

use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Read, Seek},
    path::{Path, PathBuf},
};

use zip::{ZipArchive as Reader, read::ZipFileEntry, result::ZipResult};

use super::{
    Archive, Entry, Limits,
    bounded::{Bounded, Passed},
    is_json, mebibytes,
};
use crate::importer::{ImportError, skip::shorten};

/// An opened zip.
pub(in crate::importer::slack) struct ZipArchive<R> {
    path: PathBuf,
    reader: Reader<R>,
    limits: Limits,
    entries: Vec<Entry>,
    /// Where in the zip each entry stands.
    positions: Vec<usize>,
    /// What may still be unpacked.
    left: u64,
}

impl<R: Read + Seek> ZipArchive<R> {
    /// Reads the directory of a zip and refuses what no honest export holds.
    pub(in crate::importer::slack) fn open(
        path: &Path,
        reader: R,
        limits: Limits,
    ) -> Result<Self, ImportError> {
        let bad = |source| ImportError::BadZip {
            path: path.to_owned(),
            source,
        };
        let reader = Reader::new(reader).map_err(bad)?;
        if reader.len() > limits.entries {
            let what = format!("it holds more than {} files", limits.entries);
            return Err(ImportError::TooLarge {
                path: path.to_owned(),
                what,
            });
        }
        let (mut entries, mut positions, mut total) = (Vec::new(), Vec::new(), 0_u64);
        for position in 0..reader.len() {
            let entry = reader.by_index_data(position).map_err(bad)?;
            let name = name_of(&entry).map_err(bad)?;
            let refuse = |problem| ImportError::Unsafe {
                path: path.to_owned(),
                entry: shorten(&name, 120),
                problem,
            };
            let safe = safe_path(&name).map_err(refuse)?;
            if entry.is_symlink() {
                return Err(refuse("is a link"));
            }
            if entry.is_dir() || safe.ends_with('/') {
                continue;
            }
            if is_json(&safe) {
                if entry.encrypted() {
                    return Err(refuse("is encrypted"));
                }
                check_size(&entry, &limits).map_err(|what| ImportError::TooLarge {
                    path: path.to_owned(),
                    what: format!("`{}` {what}", shorten(&name, 120)),
                })?;
                total = total.saturating_add(entry.size());
            }
            entries.push(Entry {
                path: safe,
                bytes: entry.compressed_size(),
            });
            positions.push(position);
        }
        if reader.has_duplicate_names() {
            return Err(ImportError::Unsafe {
                path: path.to_owned(),
                entry: String::from("one of its names"),
                problem: "stands in it twice",
            });
        }
        let archive = Self {
            path: path.to_owned(),
            reader,
            limits,
            entries,
            positions,
            left: limits.total_bytes,
        };
        if total > limits.total_bytes {
            Err(archive.too_large_in_all())
        } else {
            Ok(archive)
        }
    }

    fn too_large_in_all(&self) -> ImportError {
        let what = format!(
            "all of it is more than {}",
            mebibytes(self.limits.total_bytes)
        );
        ImportError::TooLarge {
            path: self.path.clone(),
            what,
        }
    }
}

impl<R: Read + Seek + Send> Archive for ZipArchive<R> {
    fn path(&self) -> &Path {
        &self.path
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&mut self, index: usize) -> Result<Box<dyn BufRead + '_>, ImportError> {
        let Some(position) = self.positions.get(index) else {
            return Ok(Box::new(io::empty()));
        };
        let entry = self
            .reader
            .by_index(*position)
            .map_err(|source| ImportError::BadZip {
                path: self.path.clone(),
                source,
            })?;
        // TRICKY: what a zip says of its sizes may be a lie, so what really comes out counts.
        let bounded = Bounded::new(entry, self.limits.entry_bytes, &mut self.left);
        Ok(Box::new(BufReader::with_capacity(64 << 10, bounded)))
    }

    fn failed(&self, index: usize, error: io::Error) -> ImportError {
        match Passed::of(&error) {
            Some(Passed::Entry) => {
                let name = self.entries.get(index).map_or("", |entry| &entry.path);
                let most = mebibytes(self.limits.entry_bytes);
                ImportError::TooLarge {
                    path: self.path.clone(),
                    what: format!("`{name}` is more than {most}"),
                }
            }
            Some(Passed::Total) => self.too_large_in_all(),
            None => ImportError::BadZip {
                path: self.path.clone(),
                source: error.into(),
            },
        }
    }
}

/// Returns the name of a file. Programs that write UTF-8 without saying so are believed: read as
/// the code page of a PC, a name would match no channel.
fn name_of(entry: &ZipFileEntry<'_>) -> ZipResult<String> {
    match std::str::from_utf8(entry.name_raw()) {
        Ok(name) => Ok(name.to_owned()),
        Err(_) => entry.name().map(Cow::into_owned),
    }
}

fn check_size(entry: &ZipFileEntry<'_>, limits: &Limits) -> Result<(), String> {
    let (size, packed) = (entry.size(), entry.compressed_size());
    if size > limits.entry_bytes {
        return Err(format!("is more than {}", mebibytes(limits.entry_bytes)));
    }
    if size > limits.ratio_free_bytes && size / limits.ratio > packed {
        return Err(format!(
            "is more than {} times larger than packed",
            limits.ratio
        ));
    }
    Ok(())
}

/// Returns a name with `/` between its parts, or what makes it point outside of the zip.
fn safe_path(name: &str) -> Result<String, &'static str> {
    let path = name.replace('\\', "/");
    if path.contains('\0') {
        return Err("holds a zero byte");
    }
    let has_drive = path.as_bytes().get(1) == Some(&b':')
        && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if path.starts_with('/') || has_drive {
        return Err("is an absolute path");
    }
    if path.split('/').any(|part| part == "..") {
        return Err("points outside of the zip");
    }
    Ok(path.strip_prefix("./").unwrap_or(&path).to_owned())
}
