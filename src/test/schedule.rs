//! Which of the orders of ready tasks a program runs in, as `--schedule` names it.

use std::fmt;
use std::str::FromStr;

use aio_interp::event_loop::{Move, Shuffle};

/// An order that asyncio allows, and does not choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Schedule {
    /// `random:SEED`: what is ready together is shuffled; with `@FIRST..END` only in those turns in
    /// which there is a choice, from number `FIRST` on and before number `END`.
    Random(Shuffle),
    /// `moves:TURN.FROM-TO,…`: the usual order with these changes.
    Moves(Vec<Move>),
}

impl Schedule {
    /// All turns are shuffled.
    pub fn of_seed(seed: u64) -> Schedule {
        Schedule::Random(Shuffle {
            seed,
            first: 0,
            end: u64::MAX,
        })
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Random(shuffle) => {
                write!(f, "random:{}", shuffle.seed)?;
                match (shuffle.first, shuffle.end) {
                    (0, u64::MAX) => Ok(()),
                    (first, end) => write!(f, "@{first}..{end}"),
                }
            }
            Schedule::Moves(moves) => {
                let texts: Vec<String> = moves
                    .iter()
                    .map(|m| format!("{}.{}-{}", m.turn, m.from, m.to))
                    .collect();
                write!(f, "moves:{}", texts.join(","))
            }
        }
    }
}

impl FromStr for Schedule {
    type Err = String;
    fn from_str(text: &str) -> Result<Schedule, String> {
        let parsed = match text.split_once(':') {
            Some(("random", rest)) => random(rest),
            Some(("moves", rest)) => rest.split(',').map(one_move).collect::<Option<_>>(),
            _ => None,
        };
        parsed.ok_or_else(|| {
            "expected `random:SEED`, `random:SEED@FIRST..END` or `moves:TURN.FROM-TO,...`"
                .to_owned()
        })
    }
}

impl FromIterator<Move> for Schedule {
    fn from_iter<I: IntoIterator<Item = Move>>(moves: I) -> Schedule {
        Schedule::Moves(moves.into_iter().collect())
    }
}

fn random(text: &str) -> Option<Schedule> {
    let Some((seed, turns)) = text.split_once('@') else {
        return Some(Schedule::of_seed(text.parse().ok()?));
    };
    let (first, end) = turns.split_once("..")?;
    Some(Schedule::Random(Shuffle {
        seed: seed.parse().ok()?,
        first: first.parse().ok()?,
        end: end.parse().ok()?,
    }))
}

fn one_move(text: &str) -> Option<Move> {
    let (turn, places) = text.split_once('.')?;
    let (from, to) = places.split_once('-')?;
    Some(Move {
        turn: turn.parse().ok()?,
        from: from.parse().ok()?,
        to: to.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::Schedule;

    #[test]
    fn texts_go_both_ways() {
        for text in ["random:7", "random:7@3..4", "moves:3.1-0,12.0-5"] {
            let schedule: Result<Schedule, _> = text.parse();
            assert_eq!(schedule.map(|s| s.to_string()).as_deref(), Ok(text));
        }
        for text in [
            "fifo",
            "random:",
            "random:1@2",
            "random:x",
            "moves:",
            "moves:1.2",
            "moves:1.2-",
        ] {
            assert!(text.parse::<Schedule>().is_err());
        }
    }
}
