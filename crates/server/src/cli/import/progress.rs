//! How far an import is: a bar on a terminal, lines elsewhere.

use std::{
    cell::Cell,
    io::IsTerminal as _,
    path::Path,
    time::{Duration, Instant as Stopwatch},
};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::cli::print::{one_line, tell};

/// Time between two lines where there is no terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// How far one file is.
pub(super) struct Progress {
    bar: ProgressBar,
    name: String,
    started: Stopwatch,
    events: Cell<u64>,
    last_line: Cell<Stopwatch>,
    on_terminal: bool,
}

impl Progress {
    /// Begins with a file of `total` bytes; 0 where nobody knows.
    pub(super) fn begin(path: &Path, total: u64) -> Self {
        let on_terminal = std::io::stderr().is_terminal();
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        let name = one_line(&name).into_owned();
        let bar = match (on_terminal, total) {
            (false, _) => ProgressBar::hidden(),
            (true, 0) => ProgressBar::new_spinner(),
            (true, total) => ProgressBar::new(total),
        };
        let template = if total == 0 {
            "{spinner} {prefix}  {msg}"
        } else {
            "{prefix}  {bar:32} {percent:>3}%  {msg}  {eta} left"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(name.clone());
        let started = Stopwatch::now();
        let last_line = Cell::new(started);
        Self {
            bar,
            name,
            started,
            events: Cell::new(0),
            last_line,
            on_terminal,
        }
    }

    /// Moves on to `read` bytes, by `events`.
    pub(super) fn advance(&self, read: u64, events: u64) {
        self.events.set(self.events.get() + events);
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate to show"
        )]
        let rate = (self.events.get() as f64 / seconds) as u64;
        let message = format!(
            "{} events, {}/s",
            HumanCount(self.events.get()),
            HumanCount(rate),
        );
        if self.on_terminal {
            self.bar.set_position(read);
            self.bar.set_message(message);
        } else if self.last_line.get().elapsed() >= LINE_INTERVAL {
            self.last_line.set(Stopwatch::now());
            tell(&format!(
                "{}: {message}, {} read",
                self.name,
                HumanBytes(read)
            ));
        }
    }

    /// Ends the file.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
