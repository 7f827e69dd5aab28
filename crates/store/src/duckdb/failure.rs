//! `DuckDB`'s messages, sorted by what they mean for the caller.

use std::path::Path;

use super::open::{FILE_NAME, log_of};
use crate::StoreError;

/// Returns what an engine error means.
pub(super) fn classify(error: ::duckdb::Error) -> StoreError {
    let text = error.to_string();
    let has = |part: &str| text.contains(part);
    if is_disk_full(&text) {
        StoreError::DiskFull
    } else if has("INTERRUPT") || has("Interrupted") {
        StoreError::Timeout(0)
    } else if has("database has been invalidated") || has("FATAL") {
        StoreError::Stopped(first_line(&text))
    } else if has("Out of Memory Error") {
        StoreError::Memory
    } else if text.starts_with("IO Error") && is_damage(&text) {
        let path = FILE_NAME.into();
        let reason = first_line(&text);
        StoreError::Corrupt { path, reason }
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
    } else if is_disk_full(&text) {
        StoreError::DiskFull
    } else if is_damage(&text) {
        let reason = first_line(&text);
        let in_log = has("Failure while replaying WAL");
        let path = if in_log { log_of(&path) } else { path };
        StoreError::Corrupt { path, reason }
    } else if has("Permission denied") || has("Cannot open file") {
        let source = std::io::Error::new(std::io::ErrorKind::PermissionDenied, first_line(&text));
        StoreError::Io { path, source }
    } else {
        StoreError::Engine(Box::new(error))
    }
}

fn is_disk_full(text: &str) -> bool {
    let signs = [
        "No space left on device",
        "Disk quota exceeded",
        "File too large",
    ];
    signs.iter().any(|sign| text.contains(sign))
}

fn is_damage(text: &str) -> bool {
    let signs = [
        "not a valid DuckDB database file",
        "Corrupt",
        "checksum",
        "Could not read",
        "Serialization Error",
        "version number",
        "Failure while replaying WAL",
    ];
    signs.iter().any(|sign| text.contains(sign))
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(300)
        .collect()
}

#[cfg(test)]
mod tests {
    use ::duckdb::Connection;

    use super::*;

    #[test]
    fn a_question_that_needs_too_much_memory_is_told_from_a_broken_store() {
        let connection = Connection::open_in_memory().unwrap();
        let settings = "SET memory_limit = '8MB'; SET temp_directory = ''";
        connection.execute_batch(settings).unwrap();
        let question = "SELECT count(DISTINCT hash(i)) FROM range(5_000_000) t(i)";
        let error = connection.execute_batch(question).unwrap_err();
        assert!(matches!(classify(error), StoreError::Memory));
    }
}
