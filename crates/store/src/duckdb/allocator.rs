//! The allocator that the engine's library brings for the blocks of its pool and what it writes.

#[cfg(target_os = "linux")]
use std::ffi::{CStr, c_char, c_int, c_void};

/// How long memory that is free is kept usually, in milliseconds.
pub(super) const USUALLY: isize = 1_000;

/// How the allocator is told something: a name, and where a value is read from.
#[cfg(target_os = "linux")]
type Control =
    unsafe extern "C" fn(*const c_char, *mut c_void, *mut usize, *mut c_void, usize) -> c_int;

/// Has memory that is free kept for so many milliseconds. An engine that was built in has no such
/// allocator, and then this does nothing.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the library has no other way to say it")]
pub(super) fn keep(millis: isize) {
    // SAFETY: the name is a text that ends, and the symbol is looked for among what is loaded.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"duckdb_je_mallctl".as_ptr()) };
    if found.is_null() {
        return;
    }
    // SAFETY: the symbol of this name has had this signature in every version of jemalloc.
    let control = unsafe { std::mem::transmute::<*mut c_void, Control>(found) };
    // The arenas that there will be, and those that there are (4096 stands for all of them).
    for name in [c"arenas.dirty_decay_ms", c"arena.4096.dirty_decay_ms"] {
        tell(control, name, millis);
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn keep(_millis: isize) {}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the library has no other way to say it")]
fn tell(control: Control, name: &CStr, mut millis: isize) {
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
        tracing::debug!(?name, refused, "store.allocator keeps memory as before");
    }
}
