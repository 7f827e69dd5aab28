//! A store that nobody has open, opened for reading only: nothing of it is changed.
//!
//! A log that a killed service left is replayed into memory; it stays where it is.

use ::duckdb::{AccessMode, Config, Connection};

use super::{
    failure::{classify, classify_open},
    open::{OpenOptions, check_log},
};
use crate::StoreError;

/// Opens the store of a folder; `None` where there is none.
///
/// # Errors
/// [`StoreError::Locked`] while another process has the store.
pub(super) fn open(options: &OpenOptions) -> Result<Option<Connection>, StoreError> {
    let file = options.file();
    if !file.exists() {
        return Ok(None);
    }
    let threads = i64::try_from(options.threads.max(1)).unwrap_or(1);
    let memory = format!("{}B", options.memory_bytes);
    let config = Config::default()
        .access_mode(AccessMode::ReadOnly)
        .and_then(|config| config.max_memory(&memory))
        .and_then(|config| config.threads(threads))
        .and_then(|config| config.enable_autoload_extension(false))
        .map_err(classify)?;
    check_log(&file)?;
    let connection =
        Connection::open_with_flags(&file, config).map_err(|error| classify_open(error, &file))?;
    connection
        .execute_batch(
            "SET GLOBAL TimeZone = 'UTC'; SET GLOBAL enable_external_access = false; \
             SET GLOBAL lock_configuration = true",
        )
        .map_err(classify)?;
    Ok(Some(connection))
}

/// Returns whether another process has the store open.
pub fn is_in_use(options: &OpenOptions) -> bool {
    matches!(open(options), Err(StoreError::Locked { .. }))
}
