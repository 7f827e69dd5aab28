//! The folder that holds everything: for the user of the service only.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// How the names of everything begin that this product puts into the folder.
const OURS: [&str; 9] = [
    "events.duckdb",
    "names.sqlite",
    "rollups.sqlite",
    "settings.sqlite",
    "untimed.sqlite",
    "demo-admin-key",
    "backups",
    ".import-",
    ".doctor-",
];

/// Makes the folder, with those above it that are missing.
pub fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Returns the folder and what this product has in it, as far as other users may read or write it.
///
/// What lies in a folder that others cannot enter is closed to them, whatever it says itself.
pub fn exposed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() || !is_open(folder)? {
        return Ok(Vec::new());
    }
    let mut open = vec![folder.to_owned()];
    for path in entries(folder)?.filter(|path| is_ours(path)) {
        if is_open(&path)? {
            open.push(path);
        }
    }
    Ok(open)
}

/// Takes from other users what they may read or write of the folder; returns what that was.
///
/// The folder itself is left to others when it holds more than what this product put there: it may
/// be somebody's home.
pub fn close(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut open = exposed(folder)?;
    if !open.is_empty() && !entries(folder)?.all(|path| is_ours(&path)) {
        open.remove(0);
    }
    for path in &open {
        take_from_others(path)?;
    }
    Ok(open)
}

fn entries(folder: &Path) -> io::Result<impl Iterator<Item = PathBuf>> {
    Ok(fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())))
}

fn is_ours(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    OURS.iter().any(|ours| name.starts_with(ours))
}

#[cfg(unix)]
fn is_open(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;

    match fs::metadata(path) {
        Ok(found) => Ok(found.permissions().mode() & 0o077 != 0),
        // Gone since it was listed.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn take_from_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_mode(permissions.mode() & !0o077);
    fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(not(unix))]
fn take_from_others(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_others_can_read_is_closed_to_them() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("a/data");
        make(&folder).unwrap();
        assert_eq!((mode(&folder), exposed(&folder).unwrap()), (0o700, vec![]));
        let names = ["events.duckdb", "events.duckdb.wal", "settings.sqlite"];
        let files = names.map(|name| folder.join(name));
        for file in &files {
            fs::write(file, "history").unwrap();
            set(file, 0o644);
        }
        assert_eq!(exposed(&folder).unwrap(), Vec::<PathBuf>::new());
        for open in [0o755, 0o750, 0o701, 0o777] {
            set(&folder, open);
            let mut closed = close(&folder).unwrap();
            closed.sort();
            let mut expected = vec![folder.clone()];
            expected.extend(files.iter().filter(|_| open == 0o755).cloned());
            assert_eq!(closed, expected, "{open:o}");
            assert_eq!(mode(&folder), 0o700);
            assert!(files.iter().all(|file| mode(file) == 0o600));
            assert_eq!(close(&folder).unwrap(), Vec::<PathBuf>::new());
        }
    }

    #[test]
    fn a_folder_with_more_in_it_than_ours_is_left_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other) = (folder.path().join("events.duckdb"), folder.path().join("x"));
        for file in [&ours, &other] {
            fs::write(file, "").unwrap();
            set(file, 0o644);
        }
        set(folder.path(), 0o755);
        assert_eq!(close(folder.path()).unwrap(), std::slice::from_ref(&ours));
        let modes = [folder.path(), &ours, &other].map(mode);
        assert_eq!(modes, [0o755, 0o600, 0o644]);
        assert_eq!(exposed(folder.path()).unwrap(), [folder.path()]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_no_fault() {
        let scratch = tempfile::tempdir().unwrap();
        assert_eq!(
            close(&scratch.path().join("x")).unwrap(),
            Vec::<PathBuf>::new()
        );
    }
}
