//! Reading no more for one row than a row may have.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Longest row that is read, in bytes.
pub(super) const MAX_ROW_BYTES: u64 = 1 << 20;

/// A row goes on for too long.
#[derive(Debug, thiserror::Error)]
#[error("the row is longer than 1 MiB")]
pub(super) struct RowTooLong;

/// How much more may be read before the row must end.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<AtomicU64>);

impl Allowance {
    /// Begins the next row.
    pub(super) fn renew(&self) {
        self.0.store(MAX_ROW_BYTES, Ordering::Relaxed);
    }
}

/// A reader that fails where a row goes on for too long.
pub(super) struct Bounded<R> {
    reader: R,
    allowance: Allowance,
}

impl<R> Bounded<R> {
    /// Returns the reader, and what begins the next row.
    pub(super) fn new(reader: R) -> (Self, Allowance) {
        let allowance = Allowance(Arc::new(AtomicU64::new(MAX_ROW_BYTES)));
        let bounded = Self {
            reader,
            allowance: allowance.clone(),
        };
        (bounded, allowance)
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.0.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other(RowTooLong));
        }
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let count = self.reader.read(&mut buffer[..most])?;
        self.allowance
            .0
            .store(left - count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
