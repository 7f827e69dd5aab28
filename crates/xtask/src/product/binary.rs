//! The binary and its import.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

/// The built binary.
#[derive(Debug, Clone)]
pub(crate) struct Binary {
    path: PathBuf,
}

/// What an import said of itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Imported {
    /// Events that were new.
    pub(crate) new: u64,
    /// Events that were known already.
    pub(crate) known: u64,
    /// Events a second by its own clock, from the opened store to the last commit.
    pub(crate) rate: u64,
    /// Time from the start of the process to its end.
    pub(crate) took: Duration,
}

impl Binary {
    /// Returns the binary at this path.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns a command of the binary over a data folder, with nothing of the environment that
    /// this process has: settings of whoever runs it must not change what is measured.
    pub(crate) fn command(&self, data_dir: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command
            .env_clear()
            .env("ANALYTICS_DATA_DIR", data_dir)
            .env("ANALYTICS_RETENTION_DAYS", "0")
            // What is measured and compared is computed each time.
            .env("ANALYTICS_CACHE_TTL", "0")
            .env("ANALYTICS_TIMEZONE", "UTC");
        command
    }

    /// Imports into a data folder.
    pub(crate) fn import<A: Into<OsString>>(
        &self,
        data_dir: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Imported> {
        let mut command = self.command(data_dir);
        command
            .arg("import")
            .args(arguments.into_iter().map(Into::into));
        let started = Instant::now();
        let output = command
            .output()
            .with_context(|| format!("{} cannot be run", self.path.display()))?;
        let took = started.elapsed();
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success(),
            "the import failed: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        read_summary(&said, took).with_context(|| format!("the summary of an import: {said}"))
    }
}

/// Reads the summary that an import prints for people.
fn read_summary(text: &str, took: Duration) -> Option<Imported> {
    let number = |text: &str| text.replace(',', "").parse::<u64>().ok();
    let after = |label: &str| {
        let line = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(label))?;
        number(line.split_whitespace().next()?)
    };
    let before_rate = text.split(" events/s)").next()?;
    Some(Imported {
        new: after("new events")?,
        known: after("known already")?,
        rate: number(before_rate.rsplit('(').next()?)?,
        took,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_read() {
        let text = "imported into the store in 1.2 s (300,123 events/s)\n  new events       351,883\n  known already    7\n  records changed  5,572\n";
        assert_eq!(
            read_summary(text, Duration::from_secs(1)),
            Some(Imported {
                new: 351_883,
                known: 7,
                rate: 300_123,
                took: Duration::from_secs(1),
            })
        );
        assert_eq!(read_summary("imported", Duration::ZERO), None);
    }
}
