//! Which of the orders of ready tasks a program runs in, as `--schedule` names it.

use std::fmt;
use std::str::FromStr;

/// A seeded order: `random:SEED`, or `random:SEED@FIRST..END` if only those turns are shuffled in
/// which there is a choice, from number `FIRST` on and before number `END`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// Of the generator.
    pub seed: u64,
    /// The first turn that is shuffled.
    pub first: u64,
    /// The first one after it that is not.
    pub end: u64,
}

impl Schedule {
    /// All turns are shuffled.
    pub fn of_seed(seed: u64) -> Schedule {
        Schedule {
            seed,
            first: 0,
            end: u64::MAX,
        }
    }

    /// The same, but only in these turns.
    pub fn within(self, first: u64, end: u64) -> Schedule {
        Schedule { first, end, ..self }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "random:{}", self.seed)?;
        if (self.first, self.end) != (0, u64::MAX) {
            write!(f, "@{}..{}", self.first, self.end)?;
        }
        Ok(())
    }
}

impl FromStr for Schedule {
    type Err = String;
    fn from_str(text: &str) -> Result<Schedule, String> {
        let parse = || {
            let rest = text.strip_prefix("random:")?;
            let Some((seed, turns)) = rest.split_once('@') else {
                return Some(Schedule::of_seed(rest.parse().ok()?));
            };
            let (first, end) = turns.split_once("..")?;
            let whole = Schedule::of_seed(seed.parse().ok()?);
            Some(whole.within(first.parse().ok()?, end.parse().ok()?))
        };
        parse().ok_or_else(|| "expected `random:SEED` or `random:SEED@FIRST..END`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;

    #[test]
    fn texts_go_both_ways() {
        for text in ["random:7", "random:7@3..4"] {
            let schedule: Result<Schedule, _> = text.parse();
            assert_eq!(schedule.map(|s| s.to_string()).as_deref(), Ok(text));
        }
        for text in ["fifo", "random:", "random:1@2", "random:x"] {
            assert!(text.parse::<Schedule>().is_err());
        }
    }
}
