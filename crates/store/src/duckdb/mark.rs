//! How far the store was written, noted in a file beside it.
//!
//! A store without its log opens like any other, only with no more than it had at the last
//! checkpoint: with nothing, when it is young. The engine cannot tell; by this note it is noticed.

use std::{
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

/// The note: the number of the next event, as text.
pub(super) struct Mark {
    store: PathBuf,
    file: Option<File>,
}

impl Mark {
    /// Opens the note beside the store of `file`.
    pub(super) fn open(file: &Path) -> Self {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Self {
            store: file.to_owned(),
            // Without it everything works; only the loss of a log would not be noticed.
            file: options.open(file.with_extension("duckdb.mark")).ok(),
        }
    }

    /// Returns how many events the store once had that it lacks now, where `next` is the number of
    /// its next event; says so too.
    pub(super) fn check(&mut self, next: i64) -> i64 {
        let mut text = String::new();
        let read = self
            .file
            .as_mut()
            .map(|file| file.read_to_string(&mut text));
        let noted = read.and_then(|_read| text.trim().parse::<i64>().ok());
        let missing = noted.map_or(0, |noted| noted.saturating_sub(next).max(0));
        if missing > 0 {
            tracing::warn!(
                events = missing,
                store = %self.store.display(),
                "store.events_missing: the store once held more; was its .wal file cut, removed or \
                 left out of a copy? Restore the whole folder if you have it"
            );
        }
        missing
    }

    /// Notes that the next event is number `next`, which costs far less than the commit before it.
    pub(super) fn note(&mut self, next: i64) {
        if let Some(file) = &mut self.file {
            let text = format!("{next:020}\n");
            let written = file.rewind().and_then(|()| file.write_all(text.as_bytes()));
            if let Err(error) = written {
                tracing::debug!(%error, "store.mark failed");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_counted_from_the_last_note() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("events.duckdb");
        let mut mark = Mark::open(&store);
        assert_eq!(mark.check(0), 0);
        mark.note(1_000);
        mark.note(70);
        for (next, missing) in [(70, 0), (71, 0), (69, 1), (0, 70)] {
            assert_eq!(Mark::open(&store).check(next), missing);
        }
        std::fs::write(folder.path().join("events.duckdb.mark"), "garbage").unwrap();
        assert_eq!(Mark::open(&store).check(0), 0);
    }
}
