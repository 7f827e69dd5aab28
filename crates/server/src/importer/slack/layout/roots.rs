//! Where the exports of an archive begin, and what lies below them.

use std::collections::BTreeSet;

use super::LISTS;

/// Returns the prefixes of the exports, those above before those below.
pub(super) fn roots_of<'a, I: Iterator<Item = &'a str>>(
    paths: impl Fn() -> I,
    is_told: bool,
) -> Vec<&'a str> {
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
pub(super) fn below<'a>(path: &'a str, roots: &[&str]) -> Option<(usize, &'a str)> {
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
pub(super) fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

/// Returns channel and date of a day file below its root.
pub(super) fn day_of(rest: &str) -> Option<(&str, &str)> {
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
