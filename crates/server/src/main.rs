//! The binary: reads its arguments, and leaves the rest to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run(std::env::args_os())
}
