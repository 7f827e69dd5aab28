//! Which file of an export is what.
//!
//! What was given may hold several exports, each in a folder of its own, and an export of an
//! Enterprise Grid holds those of its workspaces in `teams/<name>/`. In order:
//!
//! 1. A folder that holds a list of people or channels is the root of an export, and so is
//!    `teams/<name>` below one.
//! 2. A file belongs to the deepest root above it. `<folder>/<date>.json` below a root holds the
//!    messages of a day.
//! 3. A root without any messages counts only above one that has some: files that people shared may
//!    be called like lists. Where no messages are at all, the topmost root is the export.
//! 4. When somebody says that it is an export, the folder above the channels' folders is the root,
//!    even without a list.

mod roots;
mod unread;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::archive::Entry;
use crate::importer::SkipReason;

use roots::{below, day_of, roots_of, split};
use unread::Unread;

/// Files that only an export holds.
pub(super) const LISTS: [&str; 7] = [
    "channels.json",
    "users.json",
    "groups.json",
    "dms.json",
    "mpims.json",
    "org_users.json",
    "file_conversations.json",
];

/// The messages of a channel on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day {
    /// Index of the export.
    pub(super) root: usize,
    /// Name of the channel's folder; a name with `/` in it was cut into several folders.
    pub(super) folder: String,
    /// The day, `2015-06-05`.
    pub(super) date: String,
    /// Index of the file in the archive.
    pub(super) entry: usize,
    /// Size of the file on disk.
    pub(super) bytes: u64,
}

/// One export.
#[derive(Debug)]
pub(super) struct Root {
    /// Its folder in the archive, empty or with `/` at its end.
    pub(super) prefix: String,
    lists: Vec<(&'static str, usize)>,
}

impl Root {
    /// Returns the index of a list's file in the archive.
    pub(super) fn list(&self, name: &str) -> Option<usize> {
        self.lists
            .iter()
            .find(|(list, _)| *list == name)
            .map(|(_, index)| *index)
    }

    /// Returns the name of the workspace of an Enterprise Grid.
    pub(super) fn team(&self) -> Option<&str> {
        let (_, name) = self.prefix.trim_end_matches('/').rsplit_once("teams/")?;
        (!name.contains('/')).then_some(name)
    }
}

/// What the files of an archive are.
#[derive(Debug, Default)]
pub(super) struct Layout {
    roots: Vec<Root>,
    days: Vec<Day>,
    unread: Vec<(String, SkipReason)>,
}

impl Layout {
    /// Sorts the files of an archive; `is_told` says that somebody said it holds an export.
    pub(super) fn of(entries: &[Entry], is_told: bool) -> Self {
        let files: Vec<(usize, &Entry)> = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| !is_litter(&entry.path))
            .collect();
        let paths = || files.iter().map(|(_, entry)| entry.path.as_str());
        let roots = roots_of(paths, is_told);
        let mut layout = Self {
            roots: roots
                .iter()
                .map(|prefix| Root {
                    prefix: (*prefix).to_owned(),
                    lists: Vec::new(),
                })
                .collect(),
            ..Self::default()
        };
        let mut unread = Unread::default();
        for (index, entry) in files {
            let Some((root, rest)) = below(&entry.path, &roots) else {
                unread.add(&entry.path, "", SkipReason::OutsideExport);
                continue;
            };
            if let Some(list) = LISTS.into_iter().find(|list| *list == rest) {
                layout.roots[root].lists.push((list, index));
            } else if let Some((folder, date)) = day_of(rest) {
                layout.days.push(Day {
                    root,
                    folder: folder.to_owned(),
                    date: date.to_owned(),
                    entry: index,
                    bytes: entry.bytes,
                });
            } else {
                unread.add(rest, &layout.roots[root].prefix, SkipReason::NotMessages);
            }
        }
        layout.unread = unread.named();
        layout.days.sort_unstable();
        layout
    }

    /// Returns the exports, those above before those below.
    pub(super) fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Returns the exports that a channel of `root` may be listed in: itself, then those above, the
    /// nearest first. What an export below lists is its own: a channel of that name there is another
    /// one, and who may see it says nothing of this one.
    pub(super) fn kin(&self, root: usize) -> Vec<usize> {
        let own = self.roots.get(root).map_or("", |root| &root.prefix);
        let above = (0..self.roots.len())
            .rev()
            .filter(|&other| other != root && own.starts_with(&self.roots[other].prefix));
        std::iter::once(root).chain(above).collect()
    }

    /// Returns the day files by export, channel and day.
    pub(super) fn days(&self) -> &[Day] {
        &self.days
    }

    /// Returns the channels' folders and their exports, each once.
    pub(super) fn folders(&self) -> BTreeSet<(usize, &str)> {
        self.days
            .iter()
            .map(|day| (day.root, day.folder.as_str()))
            .collect()
    }

    /// Returns the files and folders that are not read, and why.
    pub(super) fn unread(&self) -> &[(String, SkipReason)] {
        &self.unread
    }
}

/// Returns whether a file is what systems leave in folders: what macOS adds to its zips looks like
/// a copy of everything.
fn is_litter(path: &str) -> bool {
    let (_, name) = split(path);
    path.split('/').any(|part| part == "__MACOSX")
        || name.starts_with("._")
        || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}
