//! Whether the order of what is ready together matters: each test runs under many seeded orders, all
//! of which asyncio allows, and what it prints must not change.
//!
//! Of the first order that makes a difference, as much as possible is taken back: whole turns
//! first, then single moves within them. What is left is the shortest schedule that still differs.

use std::time::{Duration, Instant};

use aio_interp::event_loop::{Move, Shuffle};

use super::judge::difference;
use super::run::{Output, run_case};
use super::{Case, Directives, Schedule, Settings};

/// How long a shorter schedule is looked for.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer lists of moves are not taken apart.
const MOST_MOVES: usize = 2000;

/// One order, and what the test did under it.
type Tried = (Schedule, Output);

/// Runs the test under orders, comparing with the usual one.
struct Explorer<'a> {
    case: &'a Case,
    directives: &'a Directives,
    settings: &'a Settings,
    usual: Output,
    /// When it settles for what it has.
    deadline: Instant,
}

/// Runs a test under the orders of these seeds. `Ok(None)` if all came out alike.
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
    let mut explorer = Explorer {
        case,
        directives,
        settings,
        usual: run_case(case, directives, settings)?,
        deadline: Instant::now(),
    };
    for seed in seeds {
        if settings.is_stopped() {
            break;
        }
        let Some(output) = explorer.differing(&Schedule::of_seed(seed))? else {
            continue;
        };
        explorer.deadline = Instant::now() + PATIENCE;
        let (turns, output) = explorer.fewer_turns(seed, output)?;
        let found = explorer.fewer_moves((Schedule::Random(turns), output))?;
        return Ok(Some(explorer.describe(seed, &found, coloured)));
    }
    Ok(None)
}

impl Explorer<'_> {
    /// What the test did under this order, if it differs from what it does usually.
    fn differing(&self, schedule: &Schedule) -> std::io::Result<Option<Output>> {
        let settings = Settings {
            schedule: Some(schedule.clone()),
            ..self.settings.clone()
        };
        let output = run_case(self.case, self.directives, &settings)?;
        let usual = &self.usual;
        let differs = output.code != usual.code
            || output.timed_out.is_some() != usual.timed_out.is_some()
            || self.difference(&output, false).is_some();
        Ok(differs.then_some(output))
    }

    fn difference(&self, output: &Output, coloured: bool) -> Option<String> {
        let (usual, came) = (&self.usual.stdout, &output.stdout);
        difference(self.case, self.directives, usual, came, coloured)
    }

    fn is_late(&self) -> bool {
        Instant::now() >= self.deadline || self.settings.is_stopped()
    }

    /// The shortest run of turns whose shuffling still makes a difference: first its end is
    /// brought forward, then its beginning moved towards that.
    fn fewer_turns(&self, seed: u64, output: Output) -> std::io::Result<(Shuffle, Output)> {
        let within = |first, end| Shuffle { seed, first, end };
        let mut best = (within(0, u64::MAX), output);
        let mut try_one = |turns: Shuffle| -> std::io::Result<Option<bool>> {
            if self.is_late() {
                return Ok(None);
            }
            let found = self.differing(&Schedule::Random(turns))?;
            let differs = found.is_some();
            if let Some(output) = found {
                best = (turns, output);
            }
            Ok(Some(differs))
        };
        // No difference before `low`, a difference before `high`.
        let (mut low, mut high) = (0, 1);
        loop {
            match try_one(within(0, high))? {
                Some(true) => break,
                Some(false) if high < 1 << 40 => (low, high) = (high, high * 2),
                _ => return Ok(best),
            }
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match try_one(within(0, middle))? {
                Some(true) => high = middle,
                Some(false) => low = middle,
                None => return Ok(best),
            }
        }
        // A difference from `from` on, none from `until` on.
        let (mut from, mut until) = (0, high);
        while until - from > 1 {
            let middle = from + (until - from) / 2;
            match try_one(within(middle, high))? {
                Some(true) => from = middle,
                Some(false) => until = middle,
                None => return Ok(best),
            }
        }
        Ok(best)
    }

    /// The same order as single moves, of which as many as possible are left out, and the rest go
    /// as few places as possible.
    fn fewer_moves(&self, found: Tried) -> std::io::Result<Tried> {
        let moves = found.1.moves.clone();
        if moves.is_empty() || moves.len() > MOST_MOVES {
            return Ok(found);
        }
        let Some(output) = self.differing(&moves.iter().copied().collect())? else {
            return Ok(found);
        };
        let mut best = (moves, output);
        let mut size = best.0.len() / 2;
        while size > 0 {
            let mut at = 0;
            while at < best.0.len() && !self.is_late() {
                let mut fewer = best.0.clone();
                fewer.drain(at..(at + size).min(fewer.len()));
                match self.differing(&fewer.iter().copied().collect())? {
                    Some(output) if !fewer.is_empty() => best = (fewer, output),
                    _ => at += size,
                }
            }
            size /= 2;
        }
        for at in 0..best.0.len() {
            while !self.is_late() {
                let mut nearer = best.0.clone();
                if !bring_nearer(&mut nearer[at]) {
                    break;
                }
                match self.differing(&nearer.iter().copied().collect())? {
                    Some(output) => best = (nearer, output),
                    None => break,
                }
            }
        }
        Ok((Schedule::Moves(best.0), best.1))
    }

    fn describe(&self, seed: u64, (schedule, output): &Tried, coloured: bool) -> String {
        let command = |schedule: &Schedule| {
            let mut command = format!("  aio run --schedule={schedule}");
            if !self.directives.has_real_clock {
                command.push_str(" --virtual-time");
            }
            for option in &self.directives.options {
                command.push_str(&format!(" {option}"));
            }
            command.push_str(&format!(" {}\n", self.case.path.display()));
            command
        };
        let mut text = String::from("depends on the order of ready tasks; replay it with\n");
        text.push_str(&command(schedule));
        text.push_str(&format!("found with seed {seed}; what changed places:\n"));
        for turn in &output.turns {
            text.push_str(&format!("  {turn}\n"));
        }
        if output.code != self.usual.code {
            let shown = |code: Option<i32>| code.map_or("a signal".to_owned(), |c| c.to_string());
            text.push_str(&format!(
                "exit code {} instead of {}\n",
                shown(output.code),
                shown(self.usual.code)
            ));
        }
        if let Some(timeout) = output.timed_out {
            text.push_str(&format!("killed after {} s\n", timeout.as_secs_f64()));
        }
        text.push_str(&self.difference(output, coloured).unwrap_or_default());
        text
    }
}

/// Halves the way of a move; false if it goes one place only.
fn bring_nearer(change: &mut Move) -> bool {
    let (from, to) = (change.from, change.to);
    if from.abs_diff(to) < 2 {
        return false;
    }
    change.to = from.midpoint(to);
    true
}
