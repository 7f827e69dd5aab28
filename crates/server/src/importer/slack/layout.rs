//! Which file of an export is what.

use std::collections::BTreeSet;

use super::archive::Entry;

/// Files that only an export holds.
pub(super) const LISTS: [&str; 5] = [
    "channels.json",
    "users.json",
    "groups.json",
    "dms.json",
    "mpims.json",
];

/// The messages of a channel on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day {
    /// Name of the channel's folder.
    pub(super) folder: String,
    /// The day, `2015-06-05`.
    pub(super) date: String,
    /// Index of the file in the archive.
    pub(super) entry: usize,
    /// Size of the file on disk.
    pub(super) bytes: u64,
}

/// What the files of an export are.
#[derive(Debug, Default)]
pub(super) struct Layout {
    lists: Vec<(&'static str, usize)>,
    days: Vec<Day>,
}

impl Layout {
    /// Sorts the files of an archive. The export may lie in a folder of the archive: the topmost
    /// one that holds a list.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let prefix = prefix_of(entries);
        let mut layout = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            let Some(path) = entry.path.strip_prefix(prefix) else {
                continue;
            };
            if let Some(list) = LISTS.into_iter().find(|list| *list == path) {
                layout.lists.push((list, index));
            } else if let Some((folder, file)) = path.split_once('/')
                && let Some(date) = file.strip_suffix(".json").filter(|date| is_date(date))
            {
                layout.days.push(Day {
                    folder: folder.to_owned(),
                    date: date.to_owned(),
                    entry: index,
                    bytes: entry.bytes,
                });
            }
        }
        layout.days.sort_unstable();
        layout
    }

    /// Returns whether any list of people or channels is there.
    pub(super) fn has_lists(&self) -> bool {
        !self.lists.is_empty()
    }

    /// Returns whether any messages are there.
    pub(super) fn has_days(&self) -> bool {
        !self.days.is_empty()
    }

    /// Returns the index of a list's file in the archive.
    pub(super) fn list(&self, name: &str) -> Option<usize> {
        self.lists
            .iter()
            .find(|(list, _)| *list == name)
            .map(|(_, index)| *index)
    }

    /// Returns the day files by channel and day.
    pub(super) fn days(&self) -> &[Day] {
        &self.days
    }

    /// Returns the names of the channels' folders, each once.
    pub(super) fn folders(&self) -> BTreeSet<&str> {
        self.days.iter().map(|day| day.folder.as_str()).collect()
    }
}

fn prefix_of(entries: &[Entry]) -> &str {
    entries
        .iter()
        .map(|entry| entry.path.as_str())
        // What macOS adds to its zips looks like a copy of everything.
        .filter(|path| !path.starts_with("__MACOSX/"))
        .filter_map(|path| {
            let start = path.rfind('/').map_or(0, |slash| slash + 1);
            LISTS.contains(&&path[start..]).then_some(&path[..start])
        })
        .min_by_key(|prefix| (prefix.matches('/').count(), *prefix))
        .unwrap_or_default()
}

/// Returns whether a name is a date as Slack writes it.
fn is_date(name: &str) -> bool {
    name.len() == 10
        && name.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(paths: &[&str]) -> Layout {
        let entry = |path: &&str| Entry {
            path: (*path).to_owned(),
            bytes: 1,
        };
        Layout::of(&paths.iter().map(entry).collect::<Vec<_>>())
    }

    fn days(layout: &Layout) -> Vec<String> {
        layout
            .days()
            .iter()
            .map(|day| format!("{}/{}", day.folder, day.date))
            .collect()
    }

    #[test]
    fn day_files_by_channel_and_day_and_nothing_else() {
        let layout = layout(&[
            "random/2015-06-06.json",
            "general/2015-06-07.json",
            "general/2015-06-05.json",
            "general/canvas.json",
            "general/deep/2015-06-05.json",
            "2015-06-05.json",
            "integration_logs.json",
            "users.json",
        ]);
        assert_eq!(
            days(&layout),
            [
                "general/2015-06-05",
                "general/2015-06-07",
                "random/2015-06-06"
            ]
        );
        assert_eq!(
            (layout.list("users.json"), layout.list("channels.json")),
            (Some(7), None)
        );
        assert_eq!(
            layout.folders().into_iter().collect::<Vec<_>>(),
            ["general", "random"]
        );
    }

    #[test]
    fn an_export_in_a_folder_of_the_archive() {
        let layout = layout(&[
            "__MACOSX/users.json",
            "export/users.json",
            "export/general/2015-06-05.json",
            "export/backup/users.json",
            "other/2015-06-05.json",
        ]);
        assert_eq!(layout.list("users.json"), Some(1));
        assert_eq!(days(&layout), ["general/2015-06-05"]);
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
            ["2015-06-05/2015-06-05", "users.json/2015-06-05"]
        );
    }
}
