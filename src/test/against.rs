//! The same scripts under another interpreter, such as CPython: do both print the same?

use std::io;
use std::process::{Command, Stdio};

use super::judge::difference;
use super::run::{run, run_case};
use super::{Case, Directives, Settings};
use crate::reason;

/// How two interpreters compare on a script.
pub enum Agreement {
    /// Same standard output, same exit code.
    Agree,
    /// With what differs in a word, and the whole of it.
    Differ(String, String),
    /// It was not compared, for this reason.
    Skipped(String),
}

/// Fails if there is no such command to compare with: that is no difference of any test.
///
/// # Errors
/// With what is wrong, in words.
pub fn look_for(command: &str) -> Result<(), String> {
    let Some(program) = command.split_whitespace().next() else {
        return Err("--against needs a command, such as python3".to_owned());
    };
    let started = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => {
            // What it says does not matter, nor whether it knows the question.
            let _ = child.kill();
            let _ = child.wait();
            Ok(())
        }
        Err(error) => Err(format!("cannot run {program}: {}", reason(&error))),
    }
}

/// Runs a test under `aio` and under `command`, which may have arguments of its own.
///
/// # Errors
/// One of them cannot run.
pub fn compare(
    case: &Case,
    directives: &Directives,
    settings: &Settings,
    command: &str,
    coloured: bool,
) -> io::Result<Agreement> {
    if let Some(reason) = directives.skip.as_ref().or(directives.own.as_ref()) {
        return Ok(Agreement::Skipped(reason.clone()));
    }
    if case.is_transcript() {
        return Ok(Agreement::Skipped("a transcript of our prompt".to_owned()));
    }
    let ours = run_case(case, directives, settings)?;
    let mut words = command.split_whitespace();
    let mut other = Command::new(words.next().unwrap_or_default());
    other.args(words).args(directives.python_options());
    other.arg(case.path.file_name().unwrap_or_default());
    other.args(&directives.args);
    other
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUTF8", "1");
    let theirs = run(other, case, directives, settings)?;
    let mut what = Vec::new();
    let mut text = String::new();
    if ours.code != theirs.code {
        let shown = |code: Option<i32>| code.map_or("a signal".to_owned(), |c| c.to_string());
        what.push("exit code");
        text = format!(
            "exit code {}, ours {}\n",
            shown(theirs.code),
            shown(ours.code)
        );
    }
    if let Some(found) = difference(case, directives, &theirs.stdout, &ours.stdout, coloured) {
        what.push("output");
        text.push_str(&found);
    }
    Ok(match what.is_empty() {
        true => Agreement::Agree,
        false => Agreement::Differ(what.join(", "), text),
    })
}
