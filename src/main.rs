//! The `aio` command: arguments, where the program comes from, how it ends.

mod arguments;
mod report;
mod run;

use std::process::ExitCode;

/// The interpreter's native stack: deep recursion of scripts is limited by
/// `sys.setrecursionlimit`, not by this. Only touched pages cost memory.
const STACK_BYTES: usize = 1 << 30;

fn main() -> ExitCode {
    let arguments = match arguments::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let running = thread.spawn(move || run::run(arguments, STACK_BYTES - (1 << 20)));
    let code = match running.map(|handle| handle.join()) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) => 1,
        Err(error) => {
            eprintln!("aio: cannot start a thread: {error}");
            1
        }
    };
    // Without unwinding through `exit` handlers: everything is flushed.
    ExitCode::from(code)
}
