//! Comparing what a script did with what it should do.

use std::fs;
use std::time::{Duration, Instant};

use super::run::{Output, run_case};
use super::{Case, Directives, Settings, diff, normalise};
use crate::reason;

/// How a test came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Passed,
    /// With what is wrong.
    Failed(String),
    /// It did not run, for this reason.
    Skipped(String),
    /// It failed, as is known.
    ExpectedFailure(String),
    /// Its expected output was written.
    Blessed,
}

/// A test that ran.
#[derive(Debug)]
pub struct Verdict {
    /// How it came out.
    pub outcome: Outcome,
    /// How long it took.
    pub elapsed: Duration,
    /// What it printed, if it ran.
    pub output: Option<Output>,
    /// What it left behind that it may not.
    pub leaks: Vec<String>,
}

impl Verdict {
    /// True if the suite fails because of it.
    pub fn is_failure(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }
}

/// Runs one test and compares everything that it is held to.
pub fn check(case: &Case, settings: &Settings, coloured: bool) -> Verdict {
    let started = Instant::now();
    let (outcome, output) = judged(case, settings, coloured);
    let leaks = match (&case.directives, &output) {
        (Ok(directives), Some(output)) => leaks(directives, settings, output),
        _ => Vec::new(),
    };
    Verdict {
        outcome,
        elapsed: started.elapsed(),
        output,
        leaks,
    }
}

fn judged(case: &Case, settings: &Settings, coloured: bool) -> (Outcome, Option<Output>) {
    let directives = match &case.directives {
        Ok(directives) => directives,
        Err(reason) => return (Outcome::Failed(reason.clone()), None),
    };
    if let Some(reason) = &directives.skip {
        return (Outcome::Skipped(reason.clone()), None);
    }
    let output = match run_case(case, directives, settings) {
        Ok(output) => output,
        Err(error) => {
            return (
                Outcome::Failed(format!("cannot run: {}", reason(&error))),
                None,
            );
        }
    };
    let faults = faults(case, directives, settings, &output, coloured);
    let outcome = match (&directives.fails, faults.is_empty()) {
        (None, true) => Outcome::Passed,
        (None, false) => Outcome::Failed(faults.join("\n")),
        (Some(reason), false) => Outcome::ExpectedFailure(reason.clone()),
        (Some(reason), true) => Outcome::Failed(format!(
            "passed, but `fails` says that it fails ({reason}): remove that line"
        )),
    };
    (outcome, Some(output))
}

/// All that is wrong.
fn faults(
    case: &Case,
    directives: &Directives,
    settings: &Settings,
    output: &Output,
    coloured: bool,
) -> Vec<String> {
    let mut faults: Vec<String> = output.ending(directives.exit).into_iter().collect();
    match fs::read(&case.out) {
        Ok(expected) => {
            faults.extend(difference(
                case,
                directives,
                &expected,
                &output.stdout,
                coloured,
            ));
        }
        Err(_) => faults.push(format!("no {}: --bless writes it", case.out.display())),
    }
    // Standard error counts only where somebody wrote down what it must be.
    if let Ok(expected) = fs::read(case.err()) {
        let found = difference(case, directives, &expected, &output.stderr, coloured);
        faults.extend(found.map(|text| format!("stderr: {text}")));
    }
    faults.extend(leaks(directives, settings, output));
    faults
}

/// What it left behind that it may not.
fn leaks(directives: &Directives, settings: &Settings, output: &Output) -> Vec<String> {
    if settings.allows_leaks {
        return Vec::new();
    }
    let found = output.findings.iter();
    let counts = found.filter(|(kind, _)| !directives.allows(kind));
    counts
        .map(|(kind, text)| format!("leak: {text} (allow={kind})"))
        .collect()
}

/// How an output differs from what is expected.
pub fn difference(
    case: &Case,
    directives: &Directives,
    expected: &[u8],
    actual: &[u8],
    coloured: bool,
) -> Option<String> {
    if expected == actual {
        return None;
    }
    let comparable =
        |bytes| normalise::normalise(&String::from_utf8_lossy(bytes), case.folder(), directives);
    let (expected, actual) = (comparable(expected), comparable(actual));
    let patterns = normalise::Patterns::of(case, directives);
    if normalise::matches(&expected, &actual, patterns) {
        return None;
    }
    let expected = match directives.normalises {
        true => normalise::resolve(&expected, &actual),
        false => expected,
    };
    Some(diff::render(&expected, &actual, coloured))
}
