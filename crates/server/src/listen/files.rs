//! Files that the process may have open: each connection is one.

/// Files that the service needs beside connections.
const BESIDE: u64 = 128;
/// Fewest connections that are worth listening for.
const FEWEST: u64 = 16;

/// Lets the process open as many files as the system allows it; returns how many connections fit
/// beside the files of the service.
#[cfg(unix)]
pub fn raise_file_limit() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum || limit.maximum.is_none() && limit.current.is_some() {
        let raised = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        match setrlimit(Resource::Nofile, raised) {
            Ok(()) => limit = raised,
            Err(error) => tracing::debug!(%error, "the limit of open files stays as it is"),
        }
    }
    let fit = limit
        .current
        .map_or(u64::MAX, |files| files.saturating_sub(BESIDE).max(FEWEST));
    usize::try_from(fit).unwrap_or(usize::MAX)
}

/// Returns how many connections fit; the system sets no limit that is known.
#[cfg(not(unix))]
pub fn raise_file_limit() -> usize {
    usize::MAX
}
