//! A file that may be no larger than allowed, whatever is said of its size.

use std::{
    error::Error,
    fmt,
    io::{self, Read},
};

/// Which bound was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passed {
    /// That of one file.
    Entry,
    /// That of all files together.
    Total,
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more than is allowed")
    }
}

impl Error for Passed {}

impl Passed {
    /// Returns the bound for which a read failed, if it did for one.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

/// Reads until a bound is passed.
pub(super) struct Bounded<'a, R> {
    inner: R,
    left: u64,
    left_in_all: &'a mut u64,
}

impl<'a, R> Bounded<'a, R> {
    /// Returns a reader of at most `most` bytes that takes what it reads from `left_in_all`.
    pub(super) fn new(inner: R, most: u64, left_in_all: &'a mut u64) -> Self {
        Self {
            inner,
            left: most,
            left_in_all,
        }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let subtract = |left: u64, bound| {
            left.checked_sub(count as u64)
                .ok_or_else(|| io::Error::other(bound))
        };
        self.left = subtract(self.left, Passed::Entry)?;
        *self.left_in_all = subtract(*self.left_in_all, Passed::Total)?;
        Ok(count)
    }
}
