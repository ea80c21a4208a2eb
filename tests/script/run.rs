//! One process per script: started in the script's folder with a clean environment, killed when
//! it takes too long. What came out is only collected here, not judged.

use std::fs::File;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Script;

/// Far above what any script needs: this only ends a script that hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What a script printed and how it ended.
pub struct Output {
    /// Standard output, whole.
    pub stdout: Vec<u8>,
    /// Standard error, whole.
    pub stderr: Vec<u8>,
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    /// It was killed after `TIMEOUT`.
    pub timed_out: bool,
}

impl Output {
    /// What is wrong with the way it ended, if anything.
    pub fn ending(&self, expected: i32) -> Option<String> {
        let ending = match self.code {
            _ if self.timed_out => format!("killed after {} s", TIMEOUT.as_secs()),
            Some(code) if code == expected => return None,
            Some(code) => format!("exit code {code}, expected {expected}"),
            None => "ended by a signal".to_string(),
        };
        let stderr = String::from_utf8_lossy(&self.stderr);
        Some(format!("{ending}\nstderr:\n{}", last_lines(&stderr, 20)))
    }
}

/// Runs `command` for `script`. The environment is what `env` says and nothing else.
pub fn run(mut command: Command, script: &Script, env: &[(String, String)]) -> io::Result<Output> {
    let stdin = match &script.stdin {
        Some(path) => Stdio::from(File::open(path)?),
        None => Stdio::null(),
    };
    command
        .current_dir(script.folder())
        .env_clear()
        .envs(env.iter().map(|(key, value)| (key, value)))
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Windows starts no process without it.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    let mut child = command.spawn()?;
    // Both pipes are read at once, or a script that fills one of them would block.
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let (code, timed_out) = wait(&mut child)?;
    Ok(Output {
        stdout: stdout.join().unwrap_or_default(),
        stderr: stderr.join().unwrap_or_default(),
        code,
        timed_out,
    })
}

/// Reads a pipe to its end on a thread of its own.
fn collect(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A read error leaves what came so far: the comparison will show it.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// Waits for the end of `child`; the second value says that it had to be killed.
fn wait(child: &mut Child) -> io::Result<(Option<i32>, bool)> {
    let deadline = Instant::now() + TIMEOUT;
    let mut pause = Duration::from_micros(500);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status.code(), false));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            return Ok((child.wait()?.code(), true));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

/// The end of a long text.
fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
