//! Golden tests: every script in `tests/golden` and `examples` runs under the real `aio` binary
//! and must print exactly what its `.out` file holds. The runner is that of `aio test`.
//!
//! Each runs a second time with `--unspecialised`, which must make no difference.
//!
//! One named test per script: `cargo test --test golden -- async/gather` runs some of them.
//! `AIO_BLESS=1` writes what came out instead of comparing. The expected outputs come from
//! CPython (`oracle.rs`), so bless only what CPython cannot say.

mod script;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use aio::test::judge::Outcome;
use aio::test::{Settings, bless, check};
use libtest_mimic::{Arguments, Failed, Trial};

use script::Script;

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
        trials.push(Trial::test(name.clone(), move || run(&script, &[], bless)));
        if !bless {
            let general = move || run(&again, &["--unspecialised"], false);
            trials.push(Trial::test(name, general).with_kind("unspecialised"));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs one script with further arguments for aio, and compares everything that it is held to.
fn run(script: &Script, args: &[&str], blesses: bool) -> Result<(), Failed> {
    let mut settings = Settings::new(PathBuf::from(env!("CARGO_BIN_EXE_aio")));
    settings.arguments = script.args.clone();
    settings
        .arguments
        .extend(args.iter().map(|arg| (*arg).to_owned()));
    // Many of them are about what is left over.
    settings.allows_leaks = true;
    let case = script.case();
    let mut verdict = check(&case, &settings, false);
    if blesses {
        bless::bless(&case, &mut verdict)?;
    }
    match verdict.outcome {
        Outcome::Failed(fault) => Err(fault.into()),
        _ => Ok(()),
    }
}
