//! Golden tests: every script in `tests/golden` and `examples`, and every transcript in
//! `tests/transcripts`, runs under the real `aio` binary and must print exactly what its `.out` file
//! holds. The runner is that of `aio test`, and so is all that it asks of a script.
//!
//! Scripts run a second time with `--unspecialised`, which must make no difference.
//!
//! One named test per script: `cargo test --test golden -- async/gather` runs some of them.
//! `AIO_BLESS=1` writes what came out instead of comparing. The expected outputs come from
//! CPython (`oracle.rs`), so bless only what CPython cannot say.

mod script;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use aio::test::judge::Outcome;
use aio::test::{Case, Settings, bless, check};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let bless = std::env::var_os("AIO_BLESS").is_some_and(|value| value == "1");
    if bless && std::env::var_os("CI").is_some() {
        eprintln!("AIO_BLESS is refused in CI: expected outputs are written by people");
        return ExitCode::FAILURE;
    }
    let cases = match script::all() {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("cannot list the scripts: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    for mut case in cases {
        let is_transcript = case.is_transcript();
        if let Ok(directives) = &mut case.directives {
            // Nothing is harmless here. In transcripts there are addresses.
            directives.normalises &= is_transcript;
        }
        let case = Arc::new(case);
        let (name, again) = (case.name.clone(), case.clone());
        trials.push(Trial::test(name.clone(), move || run(&case, &[], bless)));
        if !bless && !is_transcript {
            let general = move || run(&again, &["--unspecialised"], false);
            trials.push(Trial::test(name, general).with_kind("unspecialised"));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs one script with further arguments for aio, and compares everything that it is held to.
fn run(case: &Case, args: &[&str], blesses: bool) -> Result<(), Failed> {
    let mut settings = Settings::new(PathBuf::from(env!("CARGO_BIN_EXE_aio")));
    settings.arguments = args.iter().map(|arg| (*arg).to_owned()).collect();
    let mut verdict = check(case, &settings, false);
    if blesses {
        bless::bless(case, &mut verdict)?;
    }
    match verdict.outcome {
        Outcome::Failed(fault) => Err(fault.into()),
        _ => Ok(()),
    }
}
