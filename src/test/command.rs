//! `aio test` from its arguments to its exit code.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

use super::against::{self, Agreement};
use super::arguments::Arguments;
use super::coverage::Coverage;
use super::judge::{Outcome, Verdict};
use super::report::{Reporter, say};
use super::{Case, Settings, Stop, bless, check, discover, explore, history, pool, report, watch};
use crate::reason;

/// Something failed.
const FAILED: u8 = 1;
/// Wrong usage, or nothing could be done.
const USAGE: u8 = 2;
/// Ended by Ctrl-C, as a shell counts it.
const INTERRUPTED: u8 = 130;

/// Runs `aio test`; `given` begins with the name of the command.
pub fn main(given: &[OsString]) -> ExitCode {
    let arguments = match Arguments::try_parse_from(given) {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe is no reason for another error.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    if (arguments.bless || arguments.review)
        && let Some(reason) = bless::refusal()
    {
        eprintln!("aio test: {reason}");
        return ExitCode::from(USAGE);
    }
    let stop = Stop::on_interrupt();
    loop {
        let before = arguments.watch.then(|| watch::times(&arguments.paths));
        let code = run(&arguments, &stop).unwrap_or_else(|message| {
            eprintln!("aio test: {message}");
            USAGE
        });
        let Some(before) = before.filter(|_| !stop.is_requested()) else {
            return ExitCode::from(code);
        };
        say("\nwaiting for a change; Ctrl-C ends");
        // What it wrote itself is no change.
        let after = match arguments.bless || arguments.review {
            true => watch::times(&arguments.paths),
            false => before,
        };
        watch::wait(&arguments.paths, &after, &stop);
        if stop.is_requested() {
            return ExitCode::from(INTERRUPTED);
        }
    }
}

/// Finds the tests and does what is asked with them.
fn run(arguments: &Arguments, stop: &Stop) -> Result<u8, String> {
    let takes_new = arguments.bless || arguments.review || arguments.against.is_some();
    let found = discover::discover(&arguments.paths, takes_new).map_err(|e| e.to_string())?;
    let filters = &arguments.filters;
    let mut cases: Vec<Case> = found.cases;
    cases.retain(|case| filters.is_empty() || filters.iter().any(|f| case.name.contains(f)));
    if arguments.failed_first {
        let failed = history::failed();
        cases.sort_by_key(|case| !failed.contains(&case.name));
    }
    if arguments.list {
        let line = |case: &Case| match arguments.json {
            true => report::json_of_case(case).to_string(),
            false => case.name.clone(),
        };
        cases.iter().for_each(|case| say(&line(case)));
        return Ok(0);
    }
    let settings = settings(arguments, stop)?;
    let jobs = arguments.jobs.unwrap_or_else(pool::usual_jobs);
    if let Some(command) = &arguments.against {
        against::look_for(command)?;
        return Ok(run_against(&cases, &settings, jobs, command));
    }
    let mut code = run_tests(arguments, &cases, &settings, jobs)?;
    for problem in &found.problems {
        eprintln!("aio test: {problem}");
        code = code.max(FAILED);
    }
    if !arguments.json {
        for orphan in &found.orphans {
            say(&format!(
                "orphaned: {} belongs to no script",
                orphan.display()
            ));
        }
        if cases.is_empty() && !filters.is_empty() {
            say("no test has such a name: --list shows them");
        } else if cases.is_empty() {
            say("no tests found: a test is a file x.aio with x.out beside it, or a file x.repl");
        }
    }
    Ok(code)
}

fn settings(arguments: &Arguments, stop: &Stop) -> Result<Settings, String> {
    let aio = std::env::current_exe().map_err(|e| format!("cannot find aio itself: {e}"))?;
    let mut settings = Settings::new(aio);
    settings.allows_leaks = arguments.allow_leaks;
    settings.counts = arguments.coverage.is_some();
    settings.stop = stop.clone();
    if let Some(seconds) = arguments.timeout {
        settings.timeout = Duration::try_from_secs_f64(seconds)
            .map_err(|_| "--timeout is a number of seconds".to_owned())?;
    }
    Ok(settings)
}

/// Runs every test and reports; returns the exit code.
fn run_tests(
    arguments: &Arguments,
    cases: &[Case],
    settings: &Settings,
    jobs: usize,
) -> Result<u8, String> {
    let started = Instant::now();
    let items: Vec<&Case> = (0..arguments.repeat.max(1)).flat_map(|_| cases).collect();
    let reporter = Reporter::new(items.len(), arguments.json);
    let mut results: Vec<(&Case, Verdict)> = Vec::new();
    let mut coverage = Coverage::default();
    let mut error = None;
    pool::each(
        &items,
        jobs,
        |case| match settings.is_stopped() {
            true => None,
            false => Some(verdict(arguments, case, settings, reporter.is_coloured)),
        },
        |at, verdict| {
            let Some(mut verdict) = verdict else {
                return;
            };
            if arguments.bless && verdict.output.is_some() {
                let written = bless::bless(items[at], &mut verdict);
                error = written.err().map(|e| e.to_string()).or(error.take());
            }
            if let Some(output) = &mut verdict.output {
                coverage.add(std::mem::take(&mut output.coverage));
            }
            reporter.done(items[at], &verdict);
            if !(arguments.review && verdict.is_failure()) {
                // Thousands of outputs need not be kept.
                verdict.output = None;
            }
            results.push((items[at], verdict));
        },
    );
    let elapsed = started.elapsed();
    let not_run = items.len() - results.len();
    reporter.finish(&results, not_run, elapsed, arguments.review);
    if let Some(error) = error {
        return Err(error);
    }
    if arguments.review && !settings.is_stopped() {
        settings.stop.at_once();
        let all = results.iter_mut().map(|(case, verdict)| (*case, verdict));
        bless::review(all).map_err(|e| e.to_string())?;
    }
    if let Some(path) = &arguments.junit {
        write(path, &report::junit(&results, elapsed))?;
    }
    if let Some(path) = &arguments.coverage {
        show_coverage(arguments, path, &coverage)?;
    }
    let failures = results
        .iter()
        .map(|(c, v)| (c.name.as_str(), v.is_failure()));
    history::remember(failures);
    if settings.is_stopped() {
        return Ok(INTERRUPTED);
    }
    let is_failure = results.iter().any(|(_, verdict)| verdict.is_failure());
    Ok(if is_failure { FAILED } else { 0 })
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text)
        .map_err(|e| format!("cannot write {}: {}", path.display(), reason(&e)))
}

/// The table, and the file if one is named.
fn show_coverage(arguments: &Arguments, path: &Path, coverage: &Coverage) -> Result<(), String> {
    if !arguments.json {
        let folder = std::env::current_dir().unwrap_or_default();
        say(&format!("\n{}", coverage.table(&folder).trim_end()));
    }
    match path.as_os_str() == "-" {
        true => Ok(()),
        false => write(path, &coverage.lcov()),
    }
}

/// Runs a test, and explores its schedules if that is asked for and it is right so far.
fn verdict(arguments: &Arguments, case: &Case, settings: &Settings, coloured: bool) -> Verdict {
    let mut verdict = check(case, settings, coloured);
    let (Some(count), Ok(directives)) = (arguments.explore, &case.directives) else {
        return verdict;
    };
    if verdict.outcome != Outcome::Passed || directives.ordered.is_some() {
        return verdict;
    }
    let started = Instant::now();
    let seeds = arguments.seed..arguments.seed.saturating_add(count);
    match explore::explore(case, directives, settings, seeds, coloured) {
        Ok(None) => {}
        Ok(Some(fault)) => verdict.outcome = Outcome::Failed(fault),
        Err(error) => verdict.outcome = Outcome::Failed(format!("cannot run: {}", reason(&error))),
    }
    verdict.elapsed += started.elapsed();
    verdict
}

/// Prints how the other interpreter compares on every script.
fn run_against(cases: &[Case], settings: &Settings, jobs: usize, command: &str) -> u8 {
    let coloured = Reporter::new(0, false).is_coloured;
    let compare = |case: &Case| match &case.directives {
        Ok(directives) => against::compare(case, directives, settings, command, coloured)
            .unwrap_or_else(|e| Agreement::Differ("cannot run".to_owned(), reason(&e))),
        Err(reason) => Agreement::Differ("cannot run".to_owned(), reason.clone()),
    };
    let width = cases.iter().map(|case| case.name.chars().count()).max();
    let width = width.unwrap_or(0);
    let (mut agreed, mut skipped, mut details) = (0, 0, Vec::new());
    pool::each(cases, jobs, compare, |at, agreement| {
        let name = &cases[at].name;
        match agreement {
            Agreement::Agree => {
                agreed += 1;
                say(&format!("{name:width$}  agree"));
            }
            Agreement::Differ(what, text) => {
                say(&format!("{name:width$}  differ: {what}"));
                details.push((name, text));
            }
            Agreement::Skipped(reason) => {
                skipped += 1;
                say(&format!("{name:width$}  skipped: {reason}"));
            }
        }
    });
    for (name, text) in &details {
        say(&format!(
            "\n--- {name}: {command} is `-`, aio is `+`\n{}",
            text.trim_end()
        ));
    }
    let compared = cases.len() - skipped;
    let share = if compared == 0 {
        100.0
    } else {
        100.0 * agreed as f64 / compared as f64
    };
    say(&format!(
        "\n{agreed} of {compared} agree with {command} ({share:.1} %), {skipped} skipped"
    ));
    if details.is_empty() { 0 } else { FAILED }
}
