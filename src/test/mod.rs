//! `aio test`: scripts with their expected output beside them.
//!
//! `discover` finds them, `directives` is what they ask for, `run` is one process, `judge` compares
//! what it did with what it should do, `pool` does that for many, `report` shows it. Time and the
//! order of what is ready are the runner's: virtual clocks, and `explore`.

pub mod against;
pub mod arguments;
pub mod bless;
pub mod command;
pub mod coverage;
pub mod diff;
pub mod directives;
pub mod discover;
pub mod explore;
mod family;
mod history;
pub mod judge;
pub mod normalise;
pub mod pool;
pub mod report;
pub mod run;
pub mod schedule;
mod stop;
pub mod transcript;
mod watch;

use std::path::PathBuf;
use std::time::Duration;

pub use directives::Directives;
pub use discover::Case;
pub use judge::{Outcome, check};
pub use schedule::Schedule;
pub use stop::Stop;

/// How all tests run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The `aio` that runs scripts.
    pub aio: PathBuf,
    /// Further arguments for it.
    pub arguments: Vec<String>,
    /// How long a test may take that says nothing about it.
    pub timeout: Duration,
    /// Tasks, timers and the like that are left at the end are no fault.
    pub allows_leaks: bool,
    /// The order of what is ready.
    pub schedule: Option<Schedule>,
    /// What runs is counted.
    pub counts: bool,
    /// Nothing more is to run.
    pub stop: Stop,
}

impl Settings {
    /// The usual settings.
    pub fn new(aio: PathBuf) -> Settings {
        Settings {
            aio,
            arguments: Vec::new(),
            timeout: Duration::from_secs(60),
            allows_leaks: false,
            schedule: None,
            counts: false,
            stop: Stop::default(),
        }
    }

    /// True if nothing more is to run.
    pub fn is_stopped(&self) -> bool {
        self.stop.is_requested()
    }
}
