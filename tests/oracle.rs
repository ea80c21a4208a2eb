//! The oracle: every golden script that is plain Python runs under CPython 3.13 and must print
//! what its `.out` file holds. So the expected outputs are Python's, not aio's.
//!
//! The interpreter is `AIO_ORACLE`, else a `python3.13` or `python3` that really is 3.13. Without
//! one the tests are skipped. `AIO_ORACLE_WRITE=1` writes the `.out` files that are missing.

mod script;

use std::fs;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use aio::test::{diff, run};
use libtest_mimic::{Arguments, Failed, Trial};

use script::Script;

/// The version whose behaviour is the expected one.
const VERSION: &str = "3.13";
/// How often a script may try to agree.
const ATTEMPTS: usize = 3;
/// Far above what any script needs: this only ends a script that hangs.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Runs a script in virtual time.
const VIRTUAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz_async/virtual.py");
/// Prints the version and the interpreter behind a launcher such as a pyenv shim.
const PROBE: &str = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)";

fn main() -> ExitCode {
    let scripts = match script::all() {
        Ok(scripts) => scripts,
        Err(error) => {
            eprintln!("cannot list the scripts: {error}");
            return ExitCode::FAILURE;
        }
    };
    let python = match find_python() {
        Ok(python) => python,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    if python.is_none() {
        println!("no CPython {VERSION} found (AIO_ORACLE, python3.13, python3): all skipped");
    }
    let write = std::env::var_os("AIO_ORACLE_WRITE").is_some_and(|value| value == "1");
    let python = python.map(Arc::new);
    let trials = scripts
        .into_iter()
        .map(|script| trial(script, python.clone(), write))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The test of one script, skipped where CPython cannot answer.
fn trial(script: Script, python: Option<Arc<String>>, write: bool) -> Trial {
    let name = script.name.clone();
    let kind = match &script.oracle_skip {
        Some(reason) => format!("skip: {reason}"),
        None => String::new(),
    };
    let skipped = python.is_none() || script.oracle_skip.is_some();
    let test = move || match &python {
        Some(python) => check(&script, python, write),
        None => Ok(()),
    };
    Trial::test(name, test)
        .with_kind(kind)
        .with_ignored_flag(skipped)
}

/// Compares one script, giving it more chances: CPython sleeps in real time, and on a busy machine
/// two timers that are 10 ms apart can come out together.
fn check(script: &Script, python: &str, write: bool) -> Result<(), Failed> {
    let mut result = compare(script, python, write, &[]);
    for _ in 1..ATTEMPTS {
        if result.is_ok() {
            break;
        }
        result = compare(script, python, write, &[]);
    }
    if result.is_err() && script.args.iter().any(|arg| arg == "--virtual-time") {
        // The machine may be too busy for real time.
        result = compare(script, python, false, &[VIRTUAL]);
    }
    result
}

/// Runs one script under CPython, by another script if `by` names one, and compares its standard
/// output and exit code.
fn compare(script: &Script, python: &str, write: bool, by: &[&str]) -> Result<(), Failed> {
    let mut command = Command::new(python);
    command.args(by);
    command.arg(script.path.file_name().unwrap_or_default());
    command.args(&script.argv);
    command
        .env_clear()
        .envs([("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUTF8", "1")]);
    let case = script.case();
    let directives = case.directives.clone()?;
    let output = run::run(command, &case, &directives, TIMEOUT)?;
    if let Some(fault) = output.ending(script.exit) {
        return Err(fault.into());
    }
    if write && !script.out.exists() {
        fs::write(&script.out, &output.stdout)?;
        return Ok(());
    }
    let expected = fs::read(&script.out)
        .map_err(|_| format!("no {}: AIO_ORACLE_WRITE=1 writes it", script.out.display()))?;
    match diff::lines(&expected, &output.stdout) {
        None => Ok(()),
        Some(difference) => Err(difference.into()),
    }
}

/// The path of a CPython of the right version. An error only if `AIO_ORACLE` names a wrong one.
fn find_python() -> Result<Option<String>, String> {
    if let Ok(named) = std::env::var("AIO_ORACLE") {
        return match probe(&named, None) {
            Some(path) => Ok(Some(path)),
            None => Err(format!("AIO_ORACLE={named} is not a CPython {VERSION}")),
        };
    }
    // pyenv's shims take the version from the environment.
    let attempts = [
        ("python3.13", None),
        ("python3.13", Some("3.13.0")),
        ("python3", None),
        ("python3", Some("3.13.0")),
    ];
    Ok(attempts
        .iter()
        .find_map(|(command, pyenv)| probe(command, *pyenv)))
}

/// Asks a command for its version; gives the real interpreter's path if it is the right one.
fn probe(command: &str, pyenv: Option<&str>) -> Option<String> {
    let mut probe = Command::new(command);
    probe.args(["-c", PROBE]).stdin(Stdio::null());
    if let Some(version) = pyenv {
        probe.env("PYENV_VERSION", version);
    }
    let output = probe.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines();
    let right = output.status.success() && lines.next()? == VERSION;
    let path = lines.next()?;
    right.then(|| path.to_string())
}
