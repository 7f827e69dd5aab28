//! `SQLite` files beside the engine's own, which hold what can be made again from it.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::StoreError;

/// How long to wait for another process that has the file open.
const BUSY: Duration = Duration::from_secs(5);

/// Opens a connection that holds so many KiB of pages; the file is made when missing.
///
/// What is committed outlives the process, but the last commits may not outlive the machine unless
/// `PRAGMA synchronous` is set otherwise.
pub(super) fn connect(path: &Path, cache_kib: u32) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch(&format!(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
         PRAGMA cache_size = -{cache_kib}"
    ))?;
    Ok(connection)
}

/// What a file holds, and how it is opened.
#[derive(Debug)]
pub(super) struct Layout {
    /// Number of the layout: a file with another one is made anew.
    pub(super) number: i32,
    /// Statements that make it anew, whatever is there.
    pub(super) schema: &'static str,
    /// Pages that a connection holds, in KiB.
    pub(super) cache_kib: u32,
    /// Whether what is committed outlives the machine.
    pub(super) is_durable: bool,
    /// What is done with a file of this layout before it is used; it fails when the file is damaged.
    pub(super) prepare: fn(&Connection) -> rusqlite::Result<()>,
    /// What is logged of a damaged file.
    pub(super) damaged: &'static str,
}

impl Layout {
    /// Opens the file. One that is missing, damaged or laid out otherwise is made anew.
    pub(super) fn open(&self, path: &Path) -> Result<Connection, StoreError> {
        match self.open_sound(path) {
            Err(error) if is_damage(&error) => self.replace(path, &error),
            opened => opened.map_err(|error| classify(path, error)),
        }
    }

    /// Logs that the file is damaged, and makes an empty one in its place.
    pub(super) fn replace(
        &self,
        path: &Path,
        error: &rusqlite::Error,
    ) -> Result<Connection, StoreError> {
        tracing::warn!(path = %path.display(), %error, "{}", self.damaged);
        self.make_anew(path)
    }

    /// Makes an empty file in place of the one that is there.
    pub(super) fn make_anew(&self, path: &Path) -> Result<Connection, StoreError> {
        remove(path)?;
        self.open_sound(path).map_err(|error| classify(path, error))
    }

    fn open_sound(&self, path: &Path) -> rusqlite::Result<Connection> {
        let connection = connect(path, self.cache_kib)?;
        if self.is_durable {
            connection.execute_batch("PRAGMA synchronous = FULL")?;
        }
        let number: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if number != self.number {
            connection.execute_batch(&format!(
                "BEGIN; {}; PRAGMA user_version = {}; COMMIT",
                self.schema, self.number
            ))?;
        }
        (self.prepare)(&connection)?;
        Ok(connection)
    }
}

/// Returns the bytes of the pages of a file.
pub(super) fn bytes_of(connection: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Writes a file anew, so that nothing is left of what was deleted, also in its log; returns its bytes
/// before and after.
pub(super) fn rewrite(connection: &Connection) -> rusqlite::Result<(u64, u64)> {
    let before = bytes_of(connection)?;
    connection.execute_batch("VACUUM")?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok((before, bytes_of(connection)?))
}

/// Removes the file with all that belongs to it.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match std::fs::remove_file(&file) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                let path = file.into();
                return Err(StoreError::Io { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns whether an error says that the file is damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Returns what an error means.
pub(super) fn classify(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull,
        _ if is_damage(&error) => StoreError::Corrupt {
            path: path.to_owned(),
            reason: error.to_string(),
        },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            StoreError::Io {
                path: path.to_owned(),
                source: std::io::Error::new(std::io::ErrorKind::PermissionDenied, error),
            }
        }
        _ => StoreError::Engine(Box::new(error)),
    }
}
