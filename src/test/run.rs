//! One process per script: started in the script's folder with a clean environment, killed when
//! it takes too long. What came out is only collected here, not judged.

use std::fs::File;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use aio_interp::event_loop::Move;

use super::coverage::Coverage;
use super::{Case, Directives, Schedule, Settings, Stop, family};
use crate::reason;

/// Begins what `--findings` lets a program append to standard error.
pub const FINDINGS: char = '\u{1e}';
/// Begins the counts of `--coverage` among them.
pub const COUNTS: char = '\u{1d}';
/// A program that prints more is killed: nobody compares that.
const MOST_OUTPUT: usize = 64 << 20;
/// How often a program that neither ends nor prints is looked at.
const LOOK: Duration = Duration::from_millis(50);
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
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// It was killed after this time.
    pub timed_out: Option<Duration>,
    /// It was killed because it printed more than anybody compares.
    pub is_flood: bool,
    /// It was killed because nothing more was to run.
    pub is_stopped: bool,
    /// What it started was still running when it ended.
    pub left_processes: bool,
    /// What happened that should not: its kind and its description.
    pub findings: Vec<(String, String)>,
    /// The turns of the event loop that were shuffled.
    pub turns: Vec<String>,
    /// The same as changes of the usual order.
    pub moves: Vec<Move>,
    /// What of the programs ran, if that was asked for.
    pub coverage: Coverage,
}

impl Output {
    /// What is wrong with the way it ended, if anything.
    pub fn ending(&self, expected: i32) -> Option<String> {
        let ending = match (self.timed_out, self.code) {
            _ if self.is_flood => format!("killed: it printed more than {} MB", MOST_OUTPUT >> 20),
            _ if self.is_stopped => "interrupted".to_owned(),
            (Some(timeout), _) => format!("killed after {} s", timeout.as_secs_f64()),
            (None, Some(code)) if code == expected => return None,
            (None, Some(code)) => format!("exit code {code}, expected {expected}"),
            (None, None) => self.end_by_signal(),
        };
        let stderr = String::from_utf8_lossy(&self.stderr);
        if stderr.trim().is_empty() {
            return Some(ending);
        }
        Some(format!("{ending}\nstderr:\n{}", last_lines(&stderr, 20)))
    }

    fn end_by_signal(&self) -> String {
        match self.signal {
            Some(signal) => format!("crashed: ended by signal {signal}{}", name_of(signal)),
            None => "crashed: ended by a signal".to_owned(),
        }
    }

    /// Takes the findings off the end of standard error.
    fn split_findings(&mut self) {
        let mark = FINDINGS as u8;
        let Some(at) = self.stderr.iter().rposition(|b| *b == mark) else {
            return;
        };
        let findings = String::from_utf8_lossy(&self.stderr[at + 1..]).into_owned();
        self.stderr.truncate(at);
        let (findings, counts) = findings.split_once(COUNTS).unwrap_or((&findings, ""));
        self.coverage = Coverage::parse(counts.lines());
        for line in findings.lines() {
            match line.split_once('\t') {
                Some(("turn", text)) => self.turns.push(text.to_owned()),
                Some(("moves", text)) => {
                    if let Ok(Schedule::Moves(moves)) = text.parse() {
                        self.moves = moves;
                    }
                }
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
    if let Some(schedule) = &settings.schedule {
        command.arg(format!("--schedule={schedule}"));
    }
    if settings.counts {
        command.arg("--coverage");
    }
    if case.is_transcript() {
        command.arg("--transcript");
    }
    command.args(&directives.options);
    command
        .arg("--")
        .arg(case.path.file_name().unwrap_or_default());
    command.env_clear().args(&directives.args);
    for name in ["PATH", "HOME", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let mut output = run(command, case, directives, settings)?;
    output.split_findings();
    if output.left_processes {
        let text = "processes that it started were still running at the end";
        output
            .findings
            .push(("process".to_owned(), text.to_owned()));
    }
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
    settings: &Settings,
) -> io::Result<Output> {
    let stdin = match &directives.stdin {
        Some(name) => {
            let opened = File::open(case.folder().join(name));
            let told = |e: io::Error| io::Error::new(e.kind(), format!("{name}: {}", reason(&e)));
            Stdio::from(opened.map_err(told)?)
        }
        None => Stdio::null(),
    };
    command
        .current_dir(case.folder())
        .envs(directives.env.iter().map(|(key, value)| (key, value)))
        .stdin(stdin);
    let timeout = directives.timeout.unwrap_or(settings.timeout);
    collect(command, timeout, &settings.stop)
}

/// Runs a command to its end, or for as long as it may take.
///
/// # Errors
/// The process cannot be started.
pub fn collect(mut command: Command, timeout: Duration, stop: &Stop) -> io::Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    family::begin(&mut command);
    let mut child = command.spawn()?;
    let deadline = Instant::now().checked_add(timeout);
    // Both pipes are read at once, or a script that fills one of them would block.
    let stderr = read_apart(child.stderr.take());
    let stdout = read_apart(child.stdout.take());
    let mut output = Output::default();
    let (mut out, mut err) = (None, None);
    let mut pause = Duration::from_micros(20);
    let status = loop {
        // Usually both pipes reach their ends first, and the program right then.
        if out.is_none() || err.is_none() {
            let left = deadline.map_or(LOOK, |d| d.saturating_duration_since(Instant::now()));
            let waited = if out.is_none() { &stdout } else { &stderr };
            let came = waited.recv_timeout(left.min(LOOK)).ok();
            match out.is_none() {
                true => out = came,
                false => err = came,
            }
            out = out.or_else(|| stdout.try_recv().ok());
            err = err.or_else(|| stderr.try_recv().ok());
        } else {
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        output.is_flood = [&out, &err]
            .into_iter()
            .flatten()
            .any(|bytes| is_flood(bytes));
        output.is_stopped = stop.is_requested();
        let is_late = deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if output.is_flood || output.is_stopped || is_late {
            output.timed_out =
                (is_late && !output.is_flood && !output.is_stopped).then_some(timeout);
            family::end(&mut child)?;
            break None;
        }
    };
    output.left_processes = status.is_some() && family::kill_rest(&child);
    // Somebody who left its group may hold the pipes of a program that ended.
    let rest = |early: Option<Vec<u8>>, pipe: &Receiver<Vec<u8>>| {
        early.unwrap_or_else(|| pipe.recv_timeout(AFTER_DEATH).unwrap_or_default())
    };
    output.stdout = rest(out, &stdout);
    output.stderr = rest(err, &stderr);
    output.is_flood |= is_flood(&output.stdout) || is_flood(&output.stderr);
    output.code = status.and_then(|status| status.code());
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        output.signal = status.and_then(|status| status.signal());
    }
    Ok(output)
}

/// What a signal is called.
fn name_of(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => "",
    }
}

fn is_flood(bytes: &[u8]) -> bool {
    bytes.len() > MOST_OUTPUT
}

/// Reads a pipe to its end, or to where it is too much, on a thread of its own.
fn read_apart(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // A read error leaves what came so far: the comparison will show it.
            let _ = pipe.take(MOST_OUTPUT as u64 + 1).read_to_end(&mut bytes);
        }
        // Nobody listens any more if the program was given up.
        let _ = sender.send(bytes);
    });
    receiver
}

/// The end of a long text.
fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
