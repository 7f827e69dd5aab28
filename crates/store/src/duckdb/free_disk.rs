//! How much room the disk has, looked at now and then.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant as Stopwatch},
};

use crate::StoreError;

/// Time for which a look holds.
const HOLDS: Duration = Duration::from_secs(1);

/// The room on the disk of a folder.
#[derive(Debug)]
pub(super) struct FreeDisk {
    folder: PathBuf,
    /// Below so many bytes no events are taken.
    least: u64,
    looked: Mutex<Option<(Stopwatch, u64)>>,
}

impl FreeDisk {
    pub(super) fn new(folder: &Path, least: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            least,
            looked: Mutex::default(),
        }
    }

    /// Refuses where there is too little room.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if self.least == 0 {
            return Ok(());
        }
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let free = match *looked {
            Some((at, free)) if at.elapsed() < HOLDS => free,
            _ => {
                // A disk that does not say how full it is refuses by itself once it is.
                let free = free_bytes(&self.folder).unwrap_or(u64::MAX);
                *looked = Some((Stopwatch::now(), free));
                free
            }
        };
        if free < self.least {
            let least = self.least;
            return Err(StoreError::DiskLow { free, least });
        }
        Ok(())
    }
}

/// Returns how many bytes are free; `None` where the disk does not say.
#[cfg(unix)]
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
pub(super) fn free_bytes(_: &Path) -> Option<u64> {
    None
}
