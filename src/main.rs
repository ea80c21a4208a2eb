//! The `aio` command: arguments, where the program comes from, how it ends.

mod arguments;
mod excerpt;
mod process;
mod report;
mod run;

use std::process::ExitCode;

fn main() -> ExitCode {
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
