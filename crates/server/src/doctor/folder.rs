//! The data folder: there, writable, not open to everyone, on a disk with room.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Check, rounded};
use crate::config::ByteSize;

const FOLDER: &str = "folder";
const DISK: &str = "disk";

/// Below this much free space the store soon cannot write.
const FULL: ByteSize = ByteSize::mib(100);
/// Below this much free space it is time to act.
const TIGHT: ByteSize = ByteSize::mib(1024);

/// Looks at the folder and at the disk it is or will be on.
pub(super) fn check(folder: &Path) -> Vec<Check> {
    let state = state(folder);
    let disk = match &state {
        State::NoFolder(_) => None,
        State::Missing { parent, .. } => Some(parent.as_path()),
        State::Writable | State::Open(_) | State::Unwritable(_) => Some(folder),
    };
    let mut checks = vec![judge(folder, &state)];
    checks.extend(
        disk.and_then(free_space)
            .map(|free| judge_space(folder, free)),
    );
    checks
}

/// What was found where the folder should be.
#[derive(Debug)]
enum State {
    Writable,
    /// Other users may read or write these.
    Open(Vec<PathBuf>),
    Unwritable(io::Error),
    /// It is not there, and this is the nearest folder above it that is.
    Missing {
        parent: PathBuf,
        can_create: bool,
    },
    /// Something else is there, at this path.
    NoFolder(PathBuf),
}

fn state(folder: &Path) -> State {
    let nearest = folder.ancestors().find(|path| path.exists());
    // A relative path of which nothing exists is below the folder the process runs in.
    let nearest = nearest
        .filter(|path| !path.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !nearest.is_dir() {
        return State::NoFolder(nearest.to_owned());
    }
    if !folder.exists() {
        return State::Missing {
            parent: nearest.to_owned(),
            can_create: can_create_in(nearest),
        };
    }
    match probe(folder) {
        Err(error) => State::Unwritable(error),
        Ok(()) => match store::folder::exposed(folder) {
            Ok(open) if open.is_empty() => State::Writable,
            Ok(open) => State::Open(open),
            Err(error) => State::Unwritable(error),
        },
    }
}

fn judge(folder: &Path, state: &State) -> Check {
    let shown = folder.display();
    match state {
        State::Writable => Check::ok(FOLDER, format!("{shown} can be written.")),
        State::Open(open) => {
            let files = open.iter().filter(|path| *path != folder);
            let files: Vec<_> = files.map(|path| path.display().to_string()).collect();
            let mut close = format!("chmod 700 {shown}");
            if !files.is_empty() {
                close = format!("{close} && chmod 600 {}", files.join(" "));
            }
            Check::warning(
                FOLDER,
                format!(
                    "{shown} is open to other users of this machine, {} of the files in it too.",
                    files.len()
                ),
                format!("Close it: `{close}`."),
            )
        }
        State::Unwritable(error) => Check::failed(
            FOLDER,
            format!("{shown} cannot be written ({error})."),
            "Give it to the user the service runs as, or set ANALYTICS_DATA_DIR to another folder.",
        ),
        State::Missing {
            can_create: true, ..
        } => Check::ok(
            FOLDER,
            format!("{shown} is not there yet and will be made."),
        ),
        State::Missing {
            parent,
            can_create: false,
        } => Check::failed(
            FOLDER,
            format!(
                "{shown} is not there and cannot be made in {}.",
                parent.display()
            ),
            "Make it for the user the service runs as, or set ANALYTICS_DATA_DIR to another one.",
        ),
        State::NoFolder(path) => Check::failed(
            FOLDER,
            format!("{} is no folder.", path.display()),
            "Set ANALYTICS_DATA_DIR to a folder.",
        ),
    }
}

/// Writes, syncs and removes a file, which is the only proof of a writable folder.
fn probe(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    let mut file = fs::File::create(&path)?;
    let written = file.write_all(b"probe").and_then(|()| file.sync_all());
    // Removed also when writing failed.
    let removed = fs::remove_file(&path);
    written.and(removed)
}

#[cfg(unix)]
fn can_create_in(folder: &Path) -> bool {
    use rustix::fs::{Access, access};

    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn can_create_in(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|found| !found.permissions().readonly())
}

#[cfg(unix)]
fn free_space(folder: &Path) -> Option<ByteSize> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    // What this user may take, without the share that is kept for the administrator.
    Some(ByteSize(disk.f_bavail.saturating_mul(disk.f_frsize)))
}

#[cfg(not(unix))]
fn free_space(_: &Path) -> Option<ByteSize> {
    None
}

fn judge_space(folder: &Path, free: ByteSize) -> Check {
    let sentence = format!(
        "{} are free on the disk of {}.",
        rounded(free),
        folder.display()
    );
    let next = "Free some space, lower ANALYTICS_RETENTION_DAYS, or set ANALYTICS_DATA_DIR to a \
                folder on a larger disk.";
    if free < FULL {
        Check::failed(DISK, format!("Only {sentence}"), next)
    } else if free < TIGHT {
        Check::warning(DISK, format!("Only {sentence}"), next)
    } else {
        Check::ok(DISK, sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Status;

    fn private() -> tempfile::TempDir {
        let scratch = tempfile::tempdir().unwrap();
        store::folder::close(scratch.path()).unwrap();
        scratch
    }

    #[test]
    fn a_folder_is_probed_and_left_as_it_was() {
        let scratch = private();
        let checks = check(scratch.path());
        assert_eq!((checks[0].name, checks[0].status), ("folder", Status::Ok));
        assert_eq!((checks[1].name, checks.len()), ("disk", 2));
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_folder_is_not_made() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("a/b");
        let checks = check(&folder);
        assert_eq!((checks[0].status, checks.len()), (Status::Ok, 2));
        assert!(
            checks[0]
                .sentence
                .ends_with("is not there yet and will be made.")
        );
        assert!(!scratch.path().join("a").exists());
        let none = State::Missing {
            parent: "/".into(),
            can_create: false,
        };
        assert_eq!(judge(&folder, &none).status, Status::Failed);
    }

    #[test]
    fn a_file_is_no_folder() {
        let scratch = tempfile::NamedTempFile::new().unwrap();
        for folder in [scratch.path().to_owned(), scratch.path().join("x")] {
            let checks = check(&folder);
            assert_eq!((checks[0].status, checks.len()), (Status::Failed, 1));
            assert!(
                checks[0].sentence.ends_with("is no folder."),
                "{}",
                checks[0].sentence
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_can_read_is_warned_of() {
        use std::os::unix::fs::PermissionsExt;

        let scratch = private();
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let file = scratch.path().join("events.duckdb");
        fs::write(&file, "").unwrap();
        set(&file, 0o644);
        assert_eq!(check(scratch.path())[0].status, Status::Ok);
        for mode in [0o777, 0o755, 0o750, 0o711] {
            set(scratch.path(), mode);
            let found = &check(scratch.path())[0];
            assert_eq!(found.status, Status::Warning, "{mode:o}");
            let (folder, file) = (scratch.path().display(), file.display());
            assert_eq!(
                found.next_step.as_deref().unwrap(),
                format!("Close it: `chmod 700 {folder} && chmod 600 {file}`.")
            );
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_fails() {
        let error = io::Error::from(io::ErrorKind::PermissionDenied);
        let found = judge(Path::new("/d"), &State::Unwritable(error));
        assert_eq!(found.status, Status::Failed);
        assert_eq!(found.sentence, "/d cannot be written (permission denied).");
    }

    #[test]
    fn space_is_judged_by_what_is_free() {
        let status = |mib| judge_space(Path::new("/d"), ByteSize::mib(mib)).status;
        assert_eq!((status(99), status(100)), (Status::Failed, Status::Warning));
        assert_eq!((status(1023), status(1024)), (Status::Warning, Status::Ok));
    }
}
