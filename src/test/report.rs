//! Showing results: a line per test or a progress bar, what is wrong, the summary; and the formats
//! that other programs read.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::Case;
use super::judge::{Outcome, Verdict};

/// Where results go while tests run.
pub struct Reporter {
    /// On a terminal.
    bar: Option<ProgressBar>,
    is_json: bool,
    /// Colours are wanted.
    pub is_coloured: bool,
}

impl Reporter {
    /// For `count` tests.
    pub fn new(count: usize, is_json: bool) -> Reporter {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let terminal = std::io::stdout().is_terminal() && !is_set("CI");
        let bar = (terminal && !is_json).then(|| {
            let bar = ProgressBar::new(count as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        Reporter {
            bar,
            is_json,
            is_coloured: std::io::stdout().is_terminal() && !is_json && !is_set("NO_COLOR"),
        }
    }

    /// A test is done.
    pub fn done(&self, case: &Case, verdict: &Verdict) {
        if self.is_json {
            say(&json_of(case, verdict).to_string());
            return;
        }
        let line = self.line(case, verdict);
        match &self.bar {
            None => say(&line),
            Some(bar) => {
                bar.inc(1);
                bar.set_message(case.name.clone());
                if verdict.outcome != Outcome::Passed {
                    bar.suspend(|| say(&line));
                }
            }
        }
    }

    fn line(&self, case: &Case, verdict: &Verdict) -> String {
        let (word, colour, reason) = match &verdict.outcome {
            Outcome::Passed => ("ok", "32", None),
            Outcome::Failed(_) => ("FAILED", "31", None),
            Outcome::Skipped(reason) => ("skipped", "33", Some(reason)),
            Outcome::ExpectedFailure(reason) => ("fails as expected", "33", Some(reason)),
            Outcome::Blessed => ("written", "36", None),
        };
        let mut line = match self.is_coloured {
            true => format!("\x1b[{colour}m{word}\x1b[0m {}", case.name),
            false => format!("{word} {}", case.name),
        };
        match reason {
            Some(reason) => line.push_str(&format!(": {reason}")),
            None => line.push_str(&format!(" ({})", seconds(verdict.elapsed))),
        }
        line
    }

    /// All are done: the failures with what is wrong, then the summary. The failures can be left to
    /// somebody who shows them `one_by_one`.
    pub fn finish(
        &self,
        results: &[(&Case, Verdict)],
        not_run: usize,
        elapsed: Duration,
        one_by_one: bool,
    ) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let count = |is: fn(&Outcome) -> bool| {
            let outcomes = results.iter().map(|(_, verdict)| &verdict.outcome);
            outcomes.filter(|outcome| is(outcome)).count()
        };
        let counts = [
            (count(|o| *o == Outcome::Passed), "passed"),
            (count(|o| matches!(o, Outcome::Failed(_))), "failed"),
            (count(|o| matches!(o, Outcome::Skipped(_))), "skipped"),
            (
                count(|o| matches!(o, Outcome::ExpectedFailure(_))),
                "failed as expected",
            ),
            (count(|o| *o == Outcome::Blessed), "written"),
            (not_run, "not run"),
        ];
        if self.is_json {
            let mut summary = json!({"type": "summary", "seconds": elapsed.as_secs_f64()});
            for (number, word) in counts {
                summary[word.replace(' ', "_")] = number.into();
            }
            say(&summary.to_string());
            return;
        }
        for (case, verdict) in results {
            if let (Outcome::Failed(fault), false) = (&verdict.outcome, one_by_one) {
                say(&format!(
                    "\n--- {}\n{}",
                    case.path.display(),
                    fault.trim_end()
                ));
            }
        }
        let shown = counts
            .iter()
            .filter(|(number, word)| *number > 0 || *word == "passed")
            .map(|(number, word)| format!("{number} {word}"));
        let shown = shown.collect::<Vec<_>>().join(", ");
        let mut summary = format!("\n{shown} in {}", seconds(elapsed));
        if let Some((case, slowest)) = results.iter().max_by_key(|(_, v)| v.elapsed)
            && results.len() > 1
        {
            let time = seconds(slowest.elapsed);
            let _ = write!(summary, "; slowest: {} ({time})", case.name);
        }
        say(&summary);
    }
}

/// Prints a line; nobody may be reading.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn seconds(elapsed: Duration) -> String {
    format!("{:.2} s", elapsed.as_secs_f64())
}

/// The word for an outcome in formats, and its reason.
fn status(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Passed => ("passed", ""),
        Outcome::Failed(fault) => ("failed", fault),
        Outcome::Skipped(reason) => ("skipped", reason),
        Outcome::ExpectedFailure(reason) => ("failed_as_expected", reason),
        Outcome::Blessed => ("written", ""),
    }
}

/// A test that does not run, for other programs.
pub fn json_of_case(case: &Case) -> serde_json::Value {
    json!({"type": "test", "name": case.name, "path": case.path.to_string_lossy()})
}

fn json_of(case: &Case, verdict: &Verdict) -> serde_json::Value {
    let (status, message) = status(&verdict.outcome);
    let mut found = json_of_case(case);
    found["status"] = status.into();
    found["message"] = message.into();
    found["seconds"] = verdict.elapsed.as_secs_f64().into();
    found
}

/// The results in JUnit's format.
pub fn junit(results: &[(&Case, Verdict)], elapsed: Duration) -> String {
    let failures = results.iter().filter(|(_, v)| v.is_failure()).count();
    let is_skipped = |o: &Outcome| matches!(o, Outcome::Skipped(_) | Outcome::ExpectedFailure(_));
    let skipped = results
        .iter()
        .filter(|(_, v)| is_skipped(&v.outcome))
        .count();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"aio\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"{:.3}\">\n",
        results.len(),
        elapsed.as_secs_f64()
    );
    for (case, verdict) in results {
        let (class, name) = case.name.rsplit_once('/').unwrap_or(("", &case.name));
        let _ = write!(
            text,
            "<testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
            xml(class),
            xml(name),
            verdict.elapsed.as_secs_f64()
        );
        let (_, message) = status(&verdict.outcome);
        let inner = match &verdict.outcome {
            Outcome::Failed(_) => {
                let message = plain(message);
                let first = message.lines().next().unwrap_or_default();
                format!(
                    "<failure message=\"{}\">{}</failure>",
                    xml(first),
                    xml(&message)
                )
            }
            outcome if is_skipped(outcome) => format!("<skipped message=\"{}\"/>", xml(message)),
            _ => String::new(),
        };
        match inner.is_empty() {
            true => text.push_str("/>\n"),
            false => text.push_str(&format!(">{inner}</testcase>\n")),
        }
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}

/// Text without the colours of a terminal.
fn plain(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';');
        match end.filter(|end| part[*end..].starts_with('m')) {
            Some(end) => plain.push_str(&part[end + 1..]),
            None => plain.push_str(&format!("\x1b[{part}")),
        }
    }
    plain
}

/// Text in XML; what XML cannot hold becomes a question mark.
fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('?'),
            c => escaped.push(c),
        }
    }
    escaped
}
