//! Writing expected outputs: all of them, or those that somebody looked at.

use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;

use super::judge::{Outcome, Verdict, difference};
use super::normalise::normalise;
use super::{Case, Directives};

/// Why nothing may be written, if so: in CI nobody looks.
pub fn refusal() -> Option<&'static str> {
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    in_ci.then_some("CI is set: expected outputs are written by people, not by CI")
}

/// Writes the outputs of a test as expected ones, unless it ended in a wrong way. Files that are
/// right already stay as they are.
///
/// # Errors
/// A file cannot be written.
pub fn bless(case: &Case, verdict: &mut Verdict) -> io::Result<()> {
    let (Ok(directives), Some(output)) = (&case.directives, &verdict.output) else {
        return Ok(());
    };
    if directives.fails.is_some() || output.ending(directives.exit).is_some() {
        return Ok(());
    }
    let mut changed = write(case, directives, &case.out, &output.stdout)?;
    if case.err().exists() {
        changed |= write(case, directives, &case.err(), &output.stderr)?;
    }
    if changed {
        // Writing its output does not mend a leak.
        verdict.outcome = match verdict.leaks.as_slice() {
            [] => Outcome::Blessed,
            leaks => Outcome::Failed(leaks.join("\n")),
        };
    }
    Ok(())
}

fn write(case: &Case, directives: &Directives, path: &Path, came: &[u8]) -> io::Result<bool> {
    if let Ok(old) = fs::read(path)
        && difference(case, directives, &old, came, false).is_none()
    {
        return Ok(false);
    }
    let written = match std::str::from_utf8(came) {
        Ok(text) => fs::write(path, normalise(text, case.folder(), directives)),
        Err(_) => fs::write(path, came),
    };
    written
        .map_err(|e| io::Error::new(e.kind(), format!("cannot write {}: {e}", path.display())))?;
    Ok(true)
}

/// Shows what failed and asks for each whether it is right after all.
///
/// # Errors
/// A file cannot be written, or there is nobody to ask.
pub fn review<'a>(failed: impl Iterator<Item = (&'a Case, &'a mut Verdict)>) -> io::Result<()> {
    let mut answers = io::stdin().lock().lines();
    let mut out = io::stdout().lock();
    for (case, verdict) in failed {
        let Outcome::Failed(fault) = &verdict.outcome else {
            continue;
        };
        writeln!(out, "\n{}\n{fault}", case.name)?;
        loop {
            write!(out, "accept, reject or quit? [a/r/q] ")?;
            out.flush()?;
            let Some(answer) = answers.next().transpose()? else {
                return Ok(());
            };
            match answer.trim() {
                "a" => {
                    bless(case, verdict)?;
                    if verdict.is_failure() {
                        let text = "what is wrong is not only what it printed: it fails still";
                        writeln!(out, "{text}")?;
                    }
                    break;
                }
                "r" => break,
                "q" => return Ok(()),
                _ => {}
            }
        }
    }
    Ok(())
}
