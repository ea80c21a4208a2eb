//! The `aio` command: arguments, where the program comes from, how it ends.

mod arguments;
mod diagnose;
mod excerpt;
mod explain;
mod findings;
mod process;
mod repl;
mod report;
mod run;

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    process::own_up_to_bugs();
    // Files of these names are `./test` and `./explain`.
    match std::env::args_os().nth(1) {
        Some(first) if first == "test" => return run_tests(),
        Some(first) if first == "explain" => return explain::main(std::env::args().skip(2)),
        _ => {}
    }
    let arguments = match arguments::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    match process::on_large_stack(|stack| run::run(arguments, stack)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("aio: no memory for a stack: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `aio test`.
fn run_tests() -> ExitCode {
    let mut given: Vec<OsString> = std::env::args_os().skip(1).collect();
    given[0] = OsString::from("aio test");
    aio::test::command::main(&given)
}
