//! Parses the arguments and starts one command.

use std::process::ExitCode;

/// The system's allocator keeps what large requests of many threads once took; this one gives it back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    suanquan::cli::main()
}
