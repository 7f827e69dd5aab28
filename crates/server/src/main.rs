//! The binary: reads its arguments, and leaves the rest to the library.

use std::process::ExitCode;

/// Events are made on one thread and freed on another, which costs the system's allocator a lock.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::run(std::env::args_os())
}
