//! Golden tests: every script in `tests/golden` and `examples` runs under the real `aio` binary
//! and must print exactly what its `.out` file holds.
//!
//! Each runs a second time with `--unspecialised`, which must make no difference.
//!
//! One named test per script: `cargo test --test golden -- async/gather` runs some of them.
//! `AIO_BLESS=1` writes what came out instead of comparing. The expected outputs come from
//! CPython (`oracle.rs`), so bless only what CPython cannot say.

mod script;

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use script::run::Output;
use script::{Script, diff, run};

fn main() -> ExitCode {
    let bless = std::env::var_os("AIO_BLESS").is_some_and(|value| value == "1");
    if bless && std::env::var_os("CI").is_some() {
        eprintln!("AIO_BLESS is refused in CI: expected outputs are written by people");
        return ExitCode::FAILURE;
    }
    let scripts = match script::all() {
        Ok(scripts) => scripts,
        Err(error) => {
            eprintln!("cannot list the scripts: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    for script in scripts {
        let script = Arc::new(script);
        let again = script.clone();
        let name = script.name.clone();
        trials.push(Trial::test(name.clone(), move || check(&script, bless)));
        if !bless {
            let run = move || check_output(&again, &["--unspecialised"]);
            trials.push(Trial::test(name, run).with_kind("unspecialised"));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs one script with further arguments for aio.
fn output(script: &Script, args: &[&str]) -> io::Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aio"));
    command.args(args).args(&script.args);
    command.arg(script.path.file_name().unwrap_or_default());
    command.args(&script.argv);
    run::run(command, script, &[])
}

/// Runs one script with further arguments for aio, and compares what it prints: no shortcut of
/// the interpreter may show.
fn check_output(script: &Script, args: &[&str]) -> Result<(), Failed> {
    let output = output(script, args)?;
    let difference = diff::lines(&fs::read(&script.out)?, &output.stdout);
    match output.ending(script.exit).or(difference) {
        Some(fault) => Err(fault.into()),
        None => Ok(()),
    }
}

/// Runs one script and compares everything that it is held to.
fn check(script: &Script, bless: bool) -> Result<(), Failed> {
    let output = output(script, &[])?;
    // Standard error counts only where somebody wrote down what it must be.
    let err = script.out.with_extension("err");
    let mut faults: Vec<String> = output.ending(script.exit).into_iter().collect();
    if bless {
        if faults.is_empty() {
            write(&script.out, &output.stdout)?;
            if err.exists() {
                write(&err, &output.stderr)?;
            }
        }
    } else {
        let expected = fs::read(&script.out).map_err(|_| {
            format!(
                "no {}: make it with AIO_ORACLE_WRITE=1 cargo test --test oracle",
                script.out.display()
            )
        })?;
        faults.extend(diff::lines(&expected, &output.stdout));
        if err.exists() {
            let expected = fs::read(&err)?;
            let difference = diff::lines(&expected, &output.stderr);
            faults.extend(difference.map(|text| format!("stderr: {text}")));
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n").into()),
    }
}

/// Writes an expected output; an unchanged file is left alone.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    fs::write(path, content)
}
