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

use aio::test::{Case, Directives, Settings, diff, run};
use libtest_mimic::{Arguments, Failed, Trial};

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
    let cases = match script::all() {
        Ok(cases) => cases,
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
    let trials = cases
        .into_iter()
        .filter(|case| !case.is_transcript())
        .map(|case| trial(case, python.clone(), write))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The test of one script, skipped where CPython cannot answer.
fn trial(case: Case, python: Option<Arc<String>>, write: bool) -> Trial {
    let name = case.name.clone();
    let own = case.directives.as_ref().ok().and_then(|d| d.own.clone());
    let skipped = python.is_none() || own.is_some();
    let kind = own
        .map(|reason| format!("skip: {reason}"))
        .unwrap_or_default();
    let test = move || match (&python, &case.directives) {
        (Some(python), Ok(directives)) => check(&case, directives, python, write),
        (Some(_), Err(fault)) => Err(fault.into()),
        (None, _) => Ok(()),
    };
    Trial::test(name, test)
        .with_kind(kind)
        .with_ignored_flag(skipped)
}

/// Compares one script, giving it more chances: CPython sleeps in real time, and on a busy machine
/// two timers that are 10 ms apart can come out together.
fn check(case: &Case, directives: &Directives, python: &str, write: bool) -> Result<(), Failed> {
    let mut result = compare(case, directives, python, write, &[]);
    for _ in 1..ATTEMPTS {
        if result.is_ok() {
            break;
        }
        result = compare(case, directives, python, write, &[]);
    }
    if result.is_err() && case.name.starts_with("async") {
        // The machine may be too busy for real time.
        result = compare(case, directives, python, false, &[VIRTUAL]);
    }
    result
}

/// Runs one script under CPython, by another script if `by` names one, and compares its standard
/// output and exit code.
fn compare(
    case: &Case,
    directives: &Directives,
    python: &str,
    write: bool,
    by: &[&str],
) -> Result<(), Failed> {
    let mut command = Command::new(python);
    command.args(by).args(directives.python_options());
    command.arg(case.path.file_name().unwrap_or_default());
    command.args(&directives.args);
    command
        .env_clear()
        .envs([("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUTF8", "1")]);
    let mut settings = Settings::new(python.into());
    settings.timeout = TIMEOUT;
    let output = run::run(command, case, directives, &settings)?;
    if let Some(fault) = output.ending(directives.exit) {
        return Err(fault.into());
    }
    if write && !case.out.exists() {
        fs::write(&case.out, &output.stdout)?;
        return Ok(());
    }
    let expected = fs::read(&case.out)
        .map_err(|_| format!("no {}: AIO_ORACLE_WRITE=1 writes it", case.out.display()))?;
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
