//! How far the store was written, noted in a file beside it.
//!
//! A store without its log opens like any other, only with no more than it had at the last
//! checkpoint: with nothing, when it is young. The engine cannot tell; by this note it is noticed.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant as Stopwatch},
};

/// Time between two notes: what is stored in between may be lost unnoticed.
const INTERVAL: Duration = Duration::from_secs(5);

/// The note.
pub(super) struct Mark {
    path: PathBuf,
    noted: Option<Stopwatch>,
}

impl Mark {
    /// Returns the note beside the store of `file`.
    pub(super) fn of(file: &Path) -> Self {
        let path = file.with_extension("duckdb.mark");
        Self { path, noted: None }
    }

    /// Says so when the store, whose next event is number `next`, once had more.
    pub(super) fn check(&self, next: i64) {
        let noted = std::fs::read_to_string(&self.path).ok();
        let noted: Option<i64> = noted.and_then(|text| text.trim().parse().ok());
        let missing = noted.map_or(0, |noted| noted.saturating_sub(next));
        if missing > 0 {
            tracing::warn!(
                events = missing,
                store = %self.path.with_extension("").display(),
                "store.events_missing: the store once held more; was its .wal file removed, or left \
                 out of a copy? Restore the whole folder if you have it."
            );
        }
    }

    /// Notes that the next event is number `next`, unless that was done just now.
    pub(super) fn note(&mut self, next: i64) {
        if self.noted.is_none_or(|noted| noted.elapsed() >= INTERVAL) {
            self.note_now(next);
        }
    }

    /// Notes that the next event is number `next`.
    pub(super) fn note_now(&mut self, next: i64) {
        self.noted = Some(Stopwatch::now());
        // Written aside first, so that a full disk never leaves half a note.
        let new = self.path.with_extension("mark.new");
        let written = std::fs::File::create(&new)
            .and_then(|mut file| writeln!(file, "{next}"))
            .and_then(|()| std::fs::rename(&new, &self.path));
        if let Err(error) = written {
            tracing::debug!(%error, "store.mark failed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_note_holds_and_is_not_written_too_often() {
        let folder = tempfile::tempdir().unwrap();
        let mut mark = Mark::of(&folder.path().join("events.duckdb"));
        let noted = || std::fs::read_to_string(folder.path().join("events.duckdb.mark")).unwrap();
        mark.note(3);
        mark.note(4);
        assert_eq!(noted(), "3\n");
        mark.note_now(5);
        assert_eq!(noted(), "5\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
