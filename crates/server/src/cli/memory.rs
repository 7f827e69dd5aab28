//! How memory that is free goes back to the system.

use std::ffi::{c_int, c_long};

/// The allocator's option for how long memory that is free is kept, in milliseconds; 1,000 unless set.
const PURGE_DELAY: c_int = 15;
/// A question uses its memory again and again; the next one comes later than this.
const KEPT_MILLIS: c_long = 50;

/// Keeps little memory that is not in use.
///
/// 1. It is handed out in small pages: of huge ones that are freed piece by piece much stays taken,
///    about 60 MB after a few questions.
/// 2. What is free goes back to the system soon: about 100 MB less at the most while questions over a
///    hundred million events are answered.
pub(super) fn keep_little() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "memory.huge_pages stay");
    }
    set(PURGE_DELAY, KEPT_MILLIS);
}

#[expect(unsafe_code, reason = "the allocator has no other way to say it")]
fn set(option: c_int, value: c_long) {
    // SAFETY: the option exists, and any thread may set it at any time.
    unsafe { libmimalloc_sys::mi_option_set(option, value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(unsafe_code, reason = "the allocator has no other way to say it")]
    fn the_option_is_the_one_that_is_meant() {
        // SAFETY: the option exists.
        let value = unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        assert_eq!(value, 1_000, "another version numbers its options anew");
        set(PURGE_DELAY, KEPT_MILLIS);
        // SAFETY: the option exists.
        let value = unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        assert_eq!(value, KEPT_MILLIS);
    }
}
