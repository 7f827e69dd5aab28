//! What can go wrong with a store, sorted by what the caller can do about it.

mod quota;

use std::path::{Path, PathBuf};

use domain::privacy::PrivacyError;

pub use quota::{QuotaError, QuotaSpan};

/// Why a store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The queue of waiting writes is full; trying again later helps.
    #[error("the write queue is full")]
    Busy,
    /// Too many questions are being answered; trying again later helps.
    #[error("too many questions are being answered")]
    Crowded,
    /// The question took longer than it may.
    #[error("the query ran longer than {0} s and was stopped")]
    Timeout(u64),
    /// The question would read more events than it may.
    #[error("the query would read {rows} events, more than the {most} it may")]
    TooMuch {
        /// Events it would read.
        rows: u64,
        /// Events it may read.
        most: u64,
    },
    /// The question needs more memory than the engine may use.
    #[error("the query needs more memory than the store may use")]
    Memory,
    /// The store's file is in use by another process.
    #[error(
        "the store file {path} is in use by another process; stop it, or choose another ANALYTICS_DATA_DIR"
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The store's file cannot be read as one.
    #[error(
        "the store file {path} is damaged or not a store: {reason}; restore it from a backup, or move it away to go on without what it holds"
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What the engine said.
        reason: String,
    },
    /// Written by a newer version of this program.
    #[error(
        "the store was written by a newer version (schema {found}, this program knows {known})"
    )]
    TooNew {
        /// Schema version found.
        found: u32,
        /// Newest schema version known.
        known: u32,
    },
    /// The question says more of people than it may.
    #[error(transparent)]
    Private(#[from] PrivacyError),
    /// The sender has added all that it may.
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// There is too little room to go on.
    #[error(
        "the disk has {free} bytes left, fewer than the {least} that are kept free; nothing was stored"
    )]
    DiskLow {
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be.
        least: u64,
    },
    /// There is too little room for a second copy of what is stored.
    #[error(
        "the disk has {free} bytes left, and {needed} are needed to write the store anew; make room and try again"
    )]
    NoRoomToRewrite {
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be.
        needed: u64,
    },
    /// There is no room left.
    #[error("the disk is full; nothing was stored")]
    DiskFull,
    /// The store has stopped.
    #[error("the store has stopped: {0}")]
    Stopped(String),
    /// The engine refused a statement.
    #[error("the store failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The file system refused.
    #[error(
        "{path} cannot be used: {source}; make it a folder of the user the service runs as, or choose another ANALYTICS_DATA_DIR"
    )]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl StoreError {
    /// Returns the same error, with the place of a damaged file.
    #[must_use]
    pub fn at(self, file: &Path) -> Self {
        match self {
            Self::Corrupt { reason, .. } => Self::Corrupt {
                path: file.to_owned(),
                reason,
            },
            other => other,
        }
    }

    /// Returns whether the same call may succeed later.
    pub const fn is_retriable(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Crowded
                | Self::Timeout(_)
                | Self::DiskFull
                | Self::DiskLow { .. }
                | Self::Stopped(_)
                | Self::Locked { .. }
        )
    }
}

/// Returns an error with what caused it, as a log says it.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
