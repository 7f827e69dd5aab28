//! Why an input cannot be read, and what to do about it.

use std::{io, path::PathBuf};

use zip::result::ZipError;

use super::{Product, SkipReason};

/// An input cannot be read at all. What is wrong with single events is a
/// [`SkipReason`] instead.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is nothing at the path.
    #[error("`{}` does not exist; check the path", path.display())]
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// The path is there and cannot be read.
    #[error("cannot read `{}`: {source}; check its permissions and the disk", path.display())]
    Unreadable {
        /// The path that failed.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Neither the name nor the content says what it is.
    #[error(
        "`{}` is neither NDJSON (one JSON object per line, also .gz and .zst) nor a Slack export \
         (a zip or folder with channels.json or users.json); give the right path, or name the \
         format with --format",
        path.display()
    )]
    UnknownFormat {
        /// The path as given.
        path: PathBuf,
    },
    /// NDJSON was asked for and the path is a folder or a zip.
    #[error(
        "`{}` is a folder or a zip and no NDJSON; give the NDJSON files in it one by one",
        path.display()
    )]
    NotNdjson {
        /// The path as given.
        path: PathBuf,
    },
    /// A Slack export was asked for from the standard input.
    #[error("a Slack export cannot be read from the standard input; give the path of its zip")]
    SlackFromStandardInput,
    /// A compressed file breaks off or does not unpack.
    #[error("`{}` is damaged: {source}; fetch or compress it again", path.display())]
    Damaged {
        /// The path as given.
        path: PathBuf,
        /// What the decompressor said.
        source: io::Error,
    },
    /// A zip cannot be read.
    #[error("`{}` cannot be read as a zip: {source}; fetch the export again", path.display())]
    BadZip {
        /// The path as given.
        path: PathBuf,
        /// What the reader of zips said.
        source: ZipError,
    },
    /// A zip holds a name that points outside of it, a link, or one name twice.
    #[error(
        "`{}` is not a Slack export as Slack makes it: `{entry}` {problem}; do not import it \
         unless you know who made it",
        path.display()
    )]
    Unsafe {
        /// The path as given.
        path: PathBuf,
        /// The name within the zip.
        entry: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// What is packed is larger than any honest export.
    #[error(
        "`{}` is too large when unpacked: {what}; if it is genuine, unpack it and import copies \
         of it with its lists and a part of its channel folders each",
        path.display()
    )]
    TooLarge {
        /// The path as given.
        path: PathBuf,
        /// Which limit is passed, and where.
        what: String,
    },
    /// A stream is packed far smaller than any honest one.
    #[error(
        "`{}` unpacks to more than 1000 times its size; if it is genuine, unpack it first",
        path.display()
    )]
    Inflated {
        /// The path as given.
        path: PathBuf,
    },
    /// A list of people or channels of an export is not what it should be.
    #[error("`{entry}` of `{}` is no list: {problem}; fetch the export again", path.display())]
    BadList {
        /// The path as given.
        path: PathBuf,
        /// The file within the export.
        entry: String,
        /// What is wrong with it.
        problem: SkipReason,
    },
    /// What was given was exported from something else.
    #[error("`{}` is {product}, which is not read: {}", path.display(), product.advice())]
    OtherProduct {
        /// The path as given.
        path: PathBuf,
        /// What it is.
        product: Product,
    },
    /// A tar archive, which is not read as it is.
    #[error("`{}` is a tar archive; unpack it and import the folder", path.display())]
    Tar {
        /// The path as given.
        path: PathBuf,
    },
    /// A table cannot be read as CSV.
    #[error("`{}` is not CSV: {source}; save it as comma-separated UTF-8", path.display())]
    BadTable {
        /// The path as given.
        path: PathBuf,
        /// What the CSV reader said.
        source: csv::Error,
    },
    /// A table lacks the column it cannot do without.
    #[error("`{}` has no column `{column}`; its first line must name the columns", path.display())]
    MissingColumn {
        /// The path as given.
        path: PathBuf,
        /// Name of the column.
        column: &'static str,
    },
    /// A row of a table does not end.
    #[error(
        "line {line} of `{}` goes on for more than 1 MiB, as after a quote that is never closed; \
         correct that line",
        path.display()
    )]
    RowTooLong {
        /// The path as given.
        path: PathBuf,
        /// Line within the file that the row begins with, from 1.
        line: u64,
    },
}

impl ImportError {
    /// Returns the error for a system call on `path` that failed.
    pub(super) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        if source.kind() == io::ErrorKind::NotFound {
            Self::NotFound { path }
        } else {
            Self::Unreadable { path, source }
        }
    }
}
