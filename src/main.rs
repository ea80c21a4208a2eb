//! The `aio` command: arguments, where the program comes from, how it ends.

mod arguments;
mod excerpt;
mod findings;
mod process;
mod repl;
mod report;
mod run;

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    // A file of that name is `./test`.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == "test")
    {
        return run_tests();
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
