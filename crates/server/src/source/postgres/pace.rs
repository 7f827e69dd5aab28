//! How fast rows are read: the chat comes first.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Rows of a page without a limit.
const LARGEST_PAGE: u32 = 10_000;
/// Rows of a page with one: a tenth of a second's, so that the load is even.
const SMALLEST_PAGE: u32 = 100;

/// Bounds the rows of a second.
#[derive(Debug)]
pub(super) struct Pace {
    rows_per_second: u32,
    next: Instant,
}

impl Pace {
    /// Returns a pace; 0 bounds nothing.
    pub(super) fn new(rows_per_second: u32) -> Self {
        Self {
            rows_per_second,
            next: Instant::now(),
        }
    }

    /// Returns how many rows are read at once.
    pub(super) fn page(&self) -> usize {
        self.rows() as usize
    }

    /// Returns the same for a statement.
    pub(super) fn limit(&self) -> i64 {
        self.rows().into()
    }

    fn rows(&self) -> u32 {
        match self.rows_per_second {
            0 => LARGEST_PAGE,
            limit => (limit / 10).clamp(SMALLEST_PAGE, LARGEST_PAGE),
        }
    }

    /// Waits until another page may be read.
    pub(super) async fn wait(&self) {
        sleep_until(self.next).await;
    }

    /// Notes that rows were read, or looked at by the server.
    pub(super) fn took(&mut self, rows: usize) {
        if self.rows_per_second > 0 {
            let seconds = rows as f64 / f64::from(self.rows_per_second);
            self.next = self.next.max(Instant::now()) + Duration::from_secs_f64(seconds);
        }
    }
}
