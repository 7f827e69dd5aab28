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

use std::collections::{BTreeMap, BTreeSet};

use super::archive::{Entry, is_json, is_of};
use crate::importer::SkipReason;

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
    /// nearest first, then those below.
    pub(super) fn kin(&self, root: usize) -> Vec<usize> {
        let own = self.roots.get(root).map_or("", |root| &root.prefix);
        let others = |is: &dyn Fn(&str) -> bool| {
            let mut found: Vec<usize> = (0..self.roots.len())
                .filter(|&other| other != root && is(&self.roots[other].prefix))
                .collect();
            found.reverse();
            found
        };
        let mut kin = vec![root];
        kin.extend(others(&|other| own.starts_with(other)));
        kin.extend(others(&|other| other.starts_with(own)));
        kin
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

/// Returns the prefixes of the exports, those above before those below.
fn roots_of<'a, I: Iterator<Item = &'a str>>(paths: impl Fn() -> I, is_told: bool) -> Vec<&'a str> {
    let mut candidates: BTreeSet<&str> = paths()
        .filter_map(|path| {
            let (prefix, name) = split(path);
            LISTS.contains(&name).then_some(prefix)
        })
        .collect();
    let teams: Vec<&str> = paths()
        .filter_map(|path| candidates.iter().find_map(|root| team_of(path, root)))
        .collect();
    candidates.extend(teams);
    if candidates.is_empty() && is_told {
        candidates.extend(paths().filter_map(|path| {
            let (folder, file) = split(path);
            date_of(file)?;
            let folder = folder.strip_suffix('/')?;
            Some(split(folder).0)
        }));
    }
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let mut kept: BTreeSet<&str> = paths()
        .filter_map(|path| {
            let (root, rest) = below(path, &candidates)?;
            day_of(rest).map(|_| candidates[root])
        })
        .collect();
    let above: Vec<&str> = candidates
        .iter()
        .copied()
        .filter(|root| kept.iter().any(|kept| kept.starts_with(root)))
        .collect();
    kept.extend(above);
    if kept.is_empty() {
        let depth = |prefix: &&&str| prefix.matches('/').count();
        kept.extend(candidates.iter().min_by_key(depth));
    }
    kept.into_iter().collect()
}

/// Returns the root of the workspace of an Enterprise Grid that a day file belongs to.
fn team_of<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(root)?.strip_prefix("teams/")?;
    let (_, below) = rest.split_once('/')?;
    day_of(below)?;
    Some(&path[..path.len() - below.len()])
}

/// Returns the deepest root above a path, and the path below it.
fn below<'a>(path: &'a str, roots: &[&str]) -> Option<(usize, &'a str)> {
    // Folders from the deepest up; roots are sorted.
    let mut end = path.len();
    loop {
        end = path[..end].rfind('/').map_or(0, |slash| slash);
        let prefix = if end == 0 { "" } else { &path[..=end] };
        if let Ok(root) = roots.binary_search(&prefix) {
            return Some((root, &path[prefix.len()..]));
        }
        if end == 0 {
            return None;
        }
    }
}

/// Returns the folder of a path with `/` at its end, or nothing, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

/// Returns channel and date of a day file below its root.
fn day_of(rest: &str) -> Option<(&str, &str)> {
    let (folder, file) = rest.rsplit_once('/')?;
    Some((folder, date_of(file)?))
}

fn date_of(file: &str) -> Option<&str> {
    file.strip_suffix(".json").filter(|date| is_date(date))
}

/// Returns whether a name is a date as Slack writes it.
fn is_date(name: &str) -> bool {
    name.len() == 10
        && name.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Returns whether a file is what systems leave in folders: what macOS adds to its zips looks like
/// a copy of everything.
fn is_litter(path: &str) -> bool {
    let (_, name) = split(path);
    path.split('/').any(|part| part == "__MACOSX")
        || name.starts_with("._")
        || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// What is not read, each folder once.
#[derive(Default)]
struct Unread(BTreeMap<String, (u64, String, Option<SkipReason>)>);

impl Unread {
    /// Adds the file at `rest` below the folder `prefix`.
    fn add(&mut self, rest: &str, prefix: &str, reason: SkipReason) {
        let is_packed = is_of(rest, "zip");
        let reason = if is_packed {
            SkipReason::Packed
        } else {
            reason
        };
        let key = match rest.split_once('/') {
            // A file of a channel's folder that is no day stands for itself.
            Some((folder, _)) if !is_packed && !is_json(rest) => format!("{prefix}{folder}/"),
            Some(_) | None => format!("{prefix}{rest}"),
        };
        let (count, path, why) = self.0.entry(key).or_default();
        *count += 1;
        if *count == 1 {
            *path = format!("{prefix}{rest}");
            *why = Some(reason);
        }
    }

    fn named(self) -> Vec<(String, SkipReason)> {
        self.0
            .into_iter()
            .filter_map(|(folder, (count, path, why))| {
                let name = if count == 1 {
                    path
                } else {
                    format!("{count} files in {folder}")
                };
                Some((name, why?))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(paths: &[&str], is_told: bool) -> Layout {
        let entry = |path: &&str| Entry {
            path: (*path).to_owned(),
            bytes: 1,
        };
        Layout::of(&paths.iter().map(entry).collect::<Vec<_>>(), is_told)
    }

    fn layout(paths: &[&str]) -> Layout {
        told(paths, false)
    }

    fn days(layout: &Layout) -> Vec<String> {
        layout
            .days()
            .iter()
            .map(|day| {
                let root = &layout.roots()[day.root].prefix;
                format!("{root}|{}/{}", day.folder, day.date)
            })
            .collect()
    }

    fn unread(layout: &Layout) -> Vec<String> {
        layout
            .unread()
            .iter()
            .map(|(name, reason)| format!("{name} {}", reason.code()))
            .collect()
    }

    #[test]
    fn day_files_by_channel_and_day_and_what_else_there_is() {
        let layout = layout(&[
            "random/2015-06-06.json",
            "general/2015-06-07.json",
            "general/2015-06-05.json",
            "general/canvas.json",
            "general/deep/2015-06-05.json",
            "__uploads/F1/a.png",
            "__uploads/F2/b.png",
            "__uploads/F3/users.json",
            "old/2014.zip",
            "2015-06-05.json",
            "integration_logs.json",
            "users.json",
            ".DS_Store",
            "general/._2015-06-05.json",
        ]);
        assert_eq!(
            days(&layout),
            [
                "|general/2015-06-05",
                "|general/2015-06-07",
                "|general/deep/2015-06-05",
                "|random/2015-06-06"
            ]
        );
        let [root] = layout.roots() else {
            panic!("{layout:?}")
        };
        assert_eq!(
            (root.list("users.json"), root.list("channels.json")),
            (Some(11), None)
        );
        assert_eq!(
            unread(&layout),
            [
                "2015-06-05.json not_messages",
                "2 files in __uploads/ not_messages",
                "__uploads/F3/users.json not_messages",
                "general/canvas.json not_messages",
                "integration_logs.json not_messages",
                "old/2014.zip packed",
            ]
        );
    }

    #[test]
    fn exports_in_folders_and_side_by_side() {
        let found = layout(&[
            "__MACOSX/users.json",
            "export/users.json",
            "export/general/2015-06-05.json",
            "export/backup/users.json",
            "other/2015-06-05.json",
        ]);
        assert_eq!(days(&found), ["export/|general/2015-06-05"]);
        assert_eq!(
            unread(&found),
            [
                "export/backup/users.json not_messages",
                "other/2015-06-05.json outside_export"
            ]
        );
        let found = layout(&[
            "all/2015/channels.json",
            "all/2015/general/2015-06-05.json",
            "all/2016/channels.json",
            "all/2016/general/2016-06-05.json",
        ]);
        assert_eq!(
            days(&found),
            [
                "all/2015/|general/2015-06-05",
                "all/2016/|general/2016-06-05"
            ]
        );
        assert_eq!(found.kin(0), [0]);
    }

    #[test]
    fn the_workspaces_of_a_grid() {
        let layout = layout(&[
            "grid/org_users.json",
            "grid/channels.json",
            "grid/shared-all/2024-01-02.json",
            "grid/teams/2024-01-02.json",
            "grid/teams/acme/channels.json",
            "grid/teams/acme/general/2024-01-02.json",
            "grid/teams/widgets/general/2024-01-02.json",
        ]);
        assert_eq!(
            days(&layout),
            [
                "grid/|shared-all/2024-01-02",
                "grid/|teams/2024-01-02",
                "grid/teams/acme/|general/2024-01-02",
                "grid/teams/widgets/|general/2024-01-02",
            ]
        );
        let teams: Vec<_> = layout.roots().iter().map(Root::team).collect();
        assert_eq!(teams, [None, Some("acme"), Some("widgets")]);
        assert_eq!((layout.kin(0), layout.kin(2)), (vec![0, 2, 1], vec![2, 0]));
        assert_eq!(unread(&layout), [""; 0]);
    }

    #[test]
    fn channels_alone_are_an_export_when_somebody_says_so() {
        let paths = ["x/general/2015-06-05.json", "x/random/2015-06-05.json"];
        assert_eq!(
            days(&told(&paths, true)),
            ["x/|general/2015-06-05", "x/|random/2015-06-05"]
        );
        let found = layout(&paths);
        assert_eq!((days(&found).len(), found.roots().len()), (0, 0));
        assert_eq!(
            layout(&["a/b/users.json", "c/users.json"]).roots()[0].prefix,
            "c/"
        );
    }

    #[test]
    fn a_channel_may_be_called_like_a_list_or_a_date() {
        let layout = layout(&[
            "users.json",
            "2015-06-05/2015-06-05.json",
            "users.json/2015-06-05.json",
        ]);
        assert_eq!(
            days(&layout),
            ["|2015-06-05/2015-06-05", "|users.json/2015-06-05"]
        );
    }
}
