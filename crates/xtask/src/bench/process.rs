//! Memory of a process, and bytes of a folder.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Memory that a process has resident, in megabytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Memory {
    /// Now.
    pub(super) now: f64,
    /// At most, since the start or the last [`forget_peak`].
    pub(super) peak: f64,
}

/// Returns the memory of a process.
pub(super) fn memory(process: u32) -> Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    read_status(&status).context("the system does not tell the memory of the process")
}

fn read_status(status: &str) -> Option<Memory> {
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kilobytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kilobytes / 1024.0)
    };
    Some(Memory {
        now: megabytes("VmRSS:")?,
        peak: megabytes("VmHWM:")?,
    })
}

/// Lets the peak begin anew, where the system allows it; else it stays that of the whole run, which
/// is the same or worse.
pub(super) fn forget_peak(process: u32) {
    let _forgotten = fs::write(format!("/proc/{process}/clear_refs"), "5");
}

/// Returns the bytes of all files below a folder.
pub(super) fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.metadata()?;
        bytes += if kind.is_dir() {
            folder_bytes(&entry.path())?
        } else {
            kind.len()
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_megabytes() {
        let status = "Name:\tx\nVmHWM:\t    4096 kB\nVmRSS:\t    2048 kB\n";
        assert_eq!(
            read_status(status),
            Some(Memory {
                now: 2.0,
                peak: 4.0
            })
        );
        assert_eq!(read_status("Name:\tx\n"), None);
        assert!(memory(std::process::id()).unwrap().now > 0.0);
    }

    #[test]
    fn folders_are_counted_to_the_bottom() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/b"), [0; 10]).unwrap();
        fs::write(folder.path().join("c"), [0; 5]).unwrap();
        assert_eq!(folder_bytes(folder.path()).unwrap(), 15);
    }
}
