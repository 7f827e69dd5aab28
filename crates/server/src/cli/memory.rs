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
    #[cfg(target_os = "linux")]
    engine::keep_nothing();
}

/// The engine's library brings an allocator of its own for the blocks of its pool and what it writes.
#[cfg(target_os = "linux")]
mod engine {
    use std::ffi::{CStr, c_char, c_int, c_void};

    /// How that allocator is told something: a name, and where a value is read from.
    type Control =
        unsafe extern "C" fn(*const c_char, *mut c_void, *mut usize, *mut c_void, usize) -> c_int;

    /// Has it give back at once what is free: about 100 MB less while the log is moved into the file.
    /// An engine that was built in has no such allocator.
    #[expect(unsafe_code, reason = "the library has no other way to say it")]
    pub(super) fn keep_nothing() {
        // SAFETY: the name is a text that ends, and the symbol is looked for among what is loaded.
        let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"duckdb_je_mallctl".as_ptr()) };
        if found.is_null() {
            return;
        }
        // SAFETY: the symbol of this name has had this signature in every version of jemalloc.
        let control = unsafe { std::mem::transmute::<*mut c_void, Control>(found) };
        // The arenas that there will be, then those that there are (4096 stands for all of them).
        for name in [
            c"arenas.dirty_decay_ms",
            c"arenas.muzzy_decay_ms",
            c"arena.4096.dirty_decay_ms",
            c"arena.4096.muzzy_decay_ms",
        ] {
            tell(control, name);
        }
    }

    #[expect(unsafe_code, reason = "the library has no other way to say it")]
    fn tell(control: Control, name: &CStr) {
        let mut millis: isize = 0;
        // SAFETY: the value is of the type and size that these names have, and is only read.
        let refused = unsafe {
            control(
                name.as_ptr(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                (&raw mut millis).cast(),
                size_of::<isize>(),
            )
        };
        if refused != 0 {
            tracing::debug!(?name, refused, "memory.engine keeps what is free");
        }
    }
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
