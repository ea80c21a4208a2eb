//! Whether the order of what is ready together matters: each test runs under many seeded orders, all
//! of which asyncio allows, and what it prints must not change.

use super::judge::difference;
use super::run::{Output, run_case};
use super::{Case, Directives, Schedule, Settings};

/// Runs a test under the orders of `count` seeds. `Ok(None)` if all came out alike.
///
/// # Errors
/// The test cannot run.
pub fn explore(
    case: &Case,
    directives: &Directives,
    settings: &Settings,
    seeds: std::ops::Range<u64>,
    coloured: bool,
) -> std::io::Result<Option<String>> {
    let usual = run_case(case, directives, settings)?;
    let under = |schedule: Schedule| {
        let settings = Settings {
            schedule: Some(schedule),
            ..settings.clone()
        };
        run_case(case, directives, &settings)
    };
    let differs = |output: &Output| {
        output.code != usual.code
            || output.timed_out.is_some() != usual.timed_out.is_some()
            || difference(case, directives, &usual.stdout, &output.stdout, false).is_some()
    };
    for seed in seeds {
        let whole = Schedule::of_seed(seed);
        let output = under(whole)?;
        if !differs(&output) {
            continue;
        }
        let (shortest, output) = shorten(whole, output, |schedule| {
            let output = under(schedule)?;
            Ok(differs(&output).then_some(output))
        })?;
        return Ok(Some(describe(
            case, directives, &usual, shortest, &output, coloured,
        )));
    }
    Ok(None)
}

/// The shortest run of turns whose shuffling still makes a difference: first its end is brought
/// forward, then its beginning moved towards that.
fn shorten(
    whole: Schedule,
    output: Output,
    try_one: impl Fn(Schedule) -> std::io::Result<Option<Output>>,
) -> std::io::Result<(Schedule, Output)> {
    let mut best = (whole, output);
    // No difference before `low`, a difference before `high`.
    let (mut low, mut high) = (0, 1);
    loop {
        match try_one(whole.within(0, high))? {
            Some(output) => {
                best = (whole.within(0, high), output);
                break;
            }
            None if high > 1 << 40 => return Ok(best),
            None => (low, high) = (high, high * 2),
        }
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match try_one(whole.within(0, middle))? {
            Some(output) => {
                best = (whole.within(0, middle), output);
                high = middle;
            }
            None => low = middle,
        }
    }
    // A difference from `from` on, none from `until` on.
    let (mut from, mut until) = (0, high);
    while until - from > 1 {
        let middle = from + (until - from) / 2;
        match try_one(whole.within(middle, high))? {
            Some(output) => {
                best = (whole.within(middle, high), output);
                from = middle;
            }
            None => until = middle,
        }
    }
    Ok(best)
}

fn describe(
    case: &Case,
    directives: &Directives,
    usual: &Output,
    schedule: Schedule,
    output: &Output,
    coloured: bool,
) -> String {
    let clock = match directives.has_real_clock {
        true => "",
        false => "--virtual-time ",
    };
    let mut text = format!(
        "depends on the order of ready tasks; replay it with\n  aio {clock}--schedule={schedule} {}\n",
        case.path.display()
    );
    for turn in &output.turns {
        text.push_str(&format!("  {turn}\n"));
    }
    if output.code != usual.code {
        let shown = |code: Option<i32>| code.map_or("a signal".to_owned(), |c| c.to_string());
        text.push_str(&format!(
            "exit code {} instead of {}\n",
            shown(output.code),
            shown(usual.code)
        ));
    }
    if let Some(timeout) = output.timed_out {
        text.push_str(&format!("killed after {} s\n", timeout.as_secs_f64()));
    }
    let found = difference(case, directives, &usual.stdout, &output.stdout, coloured);
    text.push_str(&found.unwrap_or_default());
    text
}
