//! Runs the real `aio` binary and collects what it prints; shared by `cli.rs` and `readme.rs`.
//!
//! Scripts of the corpus have their own runner in `script/`.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Far above what any test needs: this only ends a program that hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What a program printed and how it ended.
#[derive(Debug)]
pub struct Output {
    /// Standard output, whole.
    pub stdout: String,
    /// Standard error, whole.
    pub stderr: String,
    /// `None` if a signal or the timeout ended it.
    pub code: Option<i32>,
}

/// `aio` with these arguments, not yet started. Nothing of the environment reaches it.
pub fn aio(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aio"));
    command.args(args).current_dir(folder).env_clear();
    // Windows starts no process without it.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs `aio` with these arguments and this standard input to its end.
pub fn run(folder: &Path, args: &[&str], stdin: &str) -> io::Result<Output> {
    let mut child = aio(folder, args).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A program that ends before it has read its input is no failure of the test.
        let _ = input.write_all(stdin.as_bytes());
    }
    finish(child)
}

/// Waits for the end of a program; kills one that hangs.
pub fn finish(mut child: Child) -> io::Result<Output> {
    // Both pipes are read at once, or a program that fills one of them would block.
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let deadline = Instant::now() + TIMEOUT;
    let code = loop {
        if let Some(status) = child.try_wait()? {
            break status.code();
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(Duration::from_millis(2));
    };
    let text = |reader: thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
    };
    Ok(Output {
        stdout: text(stdout),
        stderr: text(stderr),
        code,
    })
}

/// Reads a pipe to its end on a thread of its own.
fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A read error leaves what came so far: the comparison will show it.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}
