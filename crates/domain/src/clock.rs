//! The present as a parameter, so that every answer and every test is reproducible.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::time::Instant;

/// Tells the present instant.
pub trait Clock: Send + Sync {
    /// Returns the present instant.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Instant {
        Instant::from_millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Returns a clock that stands at `instant`.
    pub fn at(instant: Instant) -> Self {
        Self(AtomicI64::new(instant.as_millis()))
    }

    /// Moves the clock to `instant`.
    pub fn set(&self, instant: Instant) {
        self.0.store(instant.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}
