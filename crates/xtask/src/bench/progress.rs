//! How far something long is: a bar on a terminal, lines elsewhere.

use std::{
    cell::Cell,
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::figure::thousands;

/// Time between two lines where there is no terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(10);

/// How far something is.
pub(super) struct Progress {
    bar: ProgressBar,
    name: &'static str,
    total: u64,
    started: Instant,
    last_line: Cell<Instant>,
    on_terminal: bool,
}

impl Progress {
    /// Begins with `total` to do.
    pub(super) fn begin(name: &'static str, total: u64) -> Self {
        let on_terminal = std::io::stderr().is_terminal();
        let bar = if on_terminal {
            ProgressBar::new(total)
        } else {
            ProgressBar::hidden()
        };
        let template = "{prefix}  {bar:32} {percent:>3}%  {human_pos} of {human_len}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(name);
        let started = Instant::now();
        Self {
            bar,
            name,
            total,
            started,
            last_line: Cell::new(started),
            on_terminal,
        }
    }

    /// Moves on to what is done now.
    pub(super) fn reach(&self, done: u64) {
        if self.on_terminal {
            self.bar.set_position(done);
        } else if self.last_line.get().elapsed() >= LINE_INTERVAL {
            self.last_line.set(Instant::now());
            println!(
                "{}",
                line(self.name, done, self.total, self.started.elapsed())
            );
        }
    }

    /// Ends, and returns how long it took.
    pub(super) fn end(self) -> Duration {
        self.bar.finish_and_clear();
        self.started.elapsed()
    }
}

fn line(name: &str, done: u64, total: u64, took: Duration) -> String {
    let rate = done as f64 / took.as_secs_f64().max(0.001);
    let left = total.saturating_sub(done) as f64 / rate.max(0.001);
    format!(
        "{name}: {} of {}, {}/s, {left:.0} s left",
        thousands(done as f64),
        thousands(total as f64),
        thousands(rate)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_what_is_done() {
        assert_eq!(
            line("building", 1_000_000, 4_000_000, Duration::from_secs(10)),
            "building: 1,000,000 of 4,000,000, 100,000/s, 30 s left"
        );
    }
}
