//! Parses the arguments and starts one command.

use std::process::ExitCode;

fn main() -> ExitCode {
    suanquan::cli::main()
}
