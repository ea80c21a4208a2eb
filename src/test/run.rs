//! One process per script: started in the script's folder with a clean environment, killed when
//! it takes too long. What came out is only collected here, not judged.

use std::fs::File;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::{Case, Directives, Settings};

/// Begins what `--findings` lets a program append to standard error.
pub const FINDINGS: char = '\u{1e}';
/// How long the pipes of a killed program are waited for: others may hold them.
const AFTER_DEATH: Duration = Duration::from_millis(500);

/// What a script printed and how it ended.
#[derive(Debug, Default)]
pub struct Output {
    /// Standard output, whole.
    pub stdout: Vec<u8>,
    /// Standard error, whole, without the findings.
    pub stderr: Vec<u8>,
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    /// It was killed after this time.
    pub timed_out: Option<Duration>,
    /// What happened that should not: its kind and its description.
    pub findings: Vec<(String, String)>,
    /// The turns of the event loop that were shuffled.
    pub turns: Vec<String>,
}

impl Output {
    /// What is wrong with the way it ended, if anything.
    pub fn ending(&self, expected: i32) -> Option<String> {
        let ending = match (self.timed_out, self.code) {
            (Some(timeout), _) => format!("killed after {} s", timeout.as_secs_f64()),
            (None, Some(code)) if code == expected => return None,
            (None, Some(code)) => format!("exit code {code}, expected {expected}"),
            (None, None) => "ended by a signal".to_owned(),
        };
        let stderr = String::from_utf8_lossy(&self.stderr);
        if stderr.trim().is_empty() {
            return Some(ending);
        }
        Some(format!("{ending}\nstderr:\n{}", last_lines(&stderr, 20)))
    }

    /// Takes the findings off the end of standard error.
    fn split_findings(&mut self) {
        let mark = FINDINGS as u8;
        let Some(at) = self.stderr.iter().rposition(|b| *b == mark) else {
            return;
        };
        let findings = String::from_utf8_lossy(&self.stderr[at + 1..]).into_owned();
        self.stderr.truncate(at);
        for line in findings.lines() {
            match line.split_once('\t') {
                Some(("turn", text)) => self.turns.push(text.to_owned()),
                Some((kind, text)) => self.findings.push((kind.to_owned(), text.to_owned())),
                None => {}
            }
        }
    }
}

/// Runs the script of a test with `aio`.
///
/// # Errors
/// The process cannot be started, or its input cannot be opened.
pub fn run_case(case: &Case, directives: &Directives, settings: &Settings) -> io::Result<Output> {
    let mut command = Command::new(&settings.aio);
    command.arg("--findings").args(&settings.arguments);
    if !directives.has_real_clock {
        command.arg("--virtual-time");
    }
    if let Some(schedule) = settings.schedule {
        command.arg(format!("--schedule={schedule}"));
    }
    command
        .arg("--")
        .arg(case.path.file_name().unwrap_or_default());
    command.env_clear().args(&directives.args);
    for name in ["PATH", "HOME", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let mut output = run(command, case, directives, settings.timeout)?;
    output.split_findings();
    Ok(output)
}

/// Runs `command` for the script of a test.
///
/// # Errors
/// The process cannot be started, or its input cannot be opened.
pub fn run(
    mut command: Command,
    case: &Case,
    directives: &Directives,
    timeout: Duration,
) -> io::Result<Output> {
    let stdin = match &directives.stdin {
        Some(name) => Stdio::from(File::open(case.folder().join(name))?),
        None => Stdio::null(),
    };
    command
        .current_dir(case.folder())
        .envs(directives.env.iter().map(|(key, value)| (key, value)))
        .stdin(stdin);
    collect(command, directives.timeout.unwrap_or(timeout))
}

/// Runs a command to its end, or for as long as it may take.
///
/// # Errors
/// The process cannot be started.
pub fn collect(mut command: Command, timeout: Duration) -> io::Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let deadline = Instant::now().checked_add(timeout);
    // Both pipes are read at once, or a script that fills one of them would block.
    let stderr = read_apart(child.stderr.take());
    let stdout = read_apart(child.stdout.take());
    let left = |deadline: Option<Instant>| match deadline {
        Some(deadline) => deadline.saturating_duration_since(Instant::now()),
        None => Duration::from_secs(u64::from(u32::MAX)),
    };
    let out = stdout.recv_timeout(left(deadline));
    let err = stderr.recv_timeout(left(deadline));
    let code = wait(&mut child, deadline)?;
    let rest = |early: Result<Vec<u8>, _>, pipe: &Receiver<Vec<u8>>| {
        early.unwrap_or_else(|_| pipe.recv_timeout(AFTER_DEATH).unwrap_or_default())
    };
    Ok(Output {
        stdout: rest(out, &stdout),
        stderr: rest(err, &stderr),
        code: code.flatten(),
        timed_out: code.is_none().then_some(timeout),
        ..Output::default()
    })
}

/// Reads a pipe to its end on a thread of its own.
fn read_apart(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A read error leaves what came so far: the comparison will show it.
            let _ = pipe.read_to_end(&mut bytes);
        }
        // Nobody listens any more if the program was given up.
        let _ = sender.send(bytes);
    });
    receiver
}

/// Waits for the end of `child`: the exit code, if it has one. `None` if it had to be killed.
fn wait(child: &mut Child, deadline: Option<Instant>) -> io::Result<Option<Option<i32>>> {
    // Its pipes are at their ends, so it usually ends right now.
    let mut pause = Duration::from_micros(20);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.code()));
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            child.kill()?;
            child.wait()?;
            return Ok(None);
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
