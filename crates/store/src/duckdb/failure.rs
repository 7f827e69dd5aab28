//! `DuckDB`'s messages, sorted by what they mean for the caller.

use std::path::Path;

use crate::StoreError;

/// Returns what an engine error means.
pub(super) fn classify(error: ::duckdb::Error) -> StoreError {
    let text = error.to_string();
    let has = |part: &str| text.contains(part);
    if has("No space left on device") || has("Disk quota exceeded") || has("File too large") {
        StoreError::DiskFull
    } else if has("INTERRUPT") || has("Interrupted") {
        StoreError::Timeout(0)
    } else if has("database has been invalidated") || has("FATAL") {
        StoreError::Stopped(first_line(&text))
    } else {
        StoreError::Engine(Box::new(error))
    }
}

/// Returns what an error at opening means.
pub(super) fn classify_open(error: ::duckdb::Error, path: &Path) -> StoreError {
    let text = error.to_string();
    let has = |part: &str| text.contains(part);
    let path = path.to_owned();
    if has("Could not set lock") || has("Conflicting lock") {
        StoreError::Locked { path }
    } else if has("No space left on device") {
        StoreError::DiskFull
    } else if has("not a valid DuckDB database file")
        || has("Corrupt")
        || has("checksum")
        || has("Serialization Error")
        || has("version number")
        || has("Failure while replaying WAL")
    {
        StoreError::Corrupt {
            path,
            reason: first_line(&text),
        }
    } else if has("Permission denied") || has("Cannot open file") {
        let source = std::io::Error::new(std::io::ErrorKind::PermissionDenied, first_line(&text));
        StoreError::Io { path, source }
    } else {
        StoreError::Engine(Box::new(error))
    }
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(300)
        .collect()
}
