//! Time: the only place that reads the system's clocks, or makes time up.
//!
//! With virtual time all clocks of a program stand still while code runs and jump when it sleeps;
//! `time.time()`, `time.monotonic()`, `time.perf_counter()` and `loop.time()` move together.

use std::cell::Cell;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock.
pub struct Clock {
    start: Instant,
    /// Seconds since the start, if time is virtual.
    made_up: Cell<Option<f64>>,
    /// How many seconds made-up time got ahead of the system's.
    ahead: Cell<f64>,
    /// What `time.time()` says at the start of virtual time.
    epoch: f64,
}

/// Where virtual `time.time()` begins: 2024-01-01 00:00:00 UTC, so that runs are the same.
const VIRTUAL_EPOCH: f64 = 1_704_067_200.0;

impl Clock {
    /// A clock, virtual or real.
    pub fn new(is_virtual: bool) -> Clock {
        Clock {
            start: Instant::now(),
            made_up: Cell::new(is_virtual.then_some(0.0)),
            ahead: Cell::new(0.0),
            epoch: VIRTUAL_EPOCH,
        }
    }

    /// Makes time virtual or real from now on; `monotonic` goes on from where it is.
    pub fn set_virtual(&self, on: bool) {
        let now = self.monotonic();
        self.made_up.set(on.then_some(now));
        if !on {
            self.ahead.set(now - self.start.elapsed().as_secs_f64());
        }
    }

    /// True if time is virtual.
    pub fn is_virtual(&self) -> bool {
        self.made_up.get().is_some()
    }

    /// Seconds on a clock that never goes back.
    pub fn monotonic(&self) -> f64 {
        match self.made_up.get() {
            Some(t) => t,
            None => self.start.elapsed().as_secs_f64() + self.ahead.get(),
        }
    }

    /// Seconds that have really passed since the start.
    pub fn real(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// Seconds since 1970.
    pub fn time(&self) -> f64 {
        match self.made_up.get() {
            Some(t) => self.epoch + t,
            None => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH);
                since.map_or_else(|e| -e.duration().as_secs_f64(), |d| d.as_secs_f64())
            }
        }
    }

    /// Sleeps (virtual: jumps) for so many seconds. Returns early if interrupted.
    pub fn sleep(&self, seconds: f64) {
        if let Some(t) = self.made_up.get() {
            self.made_up.set(Some(t + seconds.max(0.0)));
            return;
        }
        let deadline = Instant::now().checked_add(duration(seconds));
        while !crate::interrupt::requested() {
            // In slices: a signal sets a flag, it does not end the system's sleep.
            let left = match deadline {
                Some(d) => d.saturating_duration_since(Instant::now()),
                None => Duration::from_secs(1),
            };
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
    }

    /// Virtual time: jumps to this point of `monotonic`, if it lies ahead.
    pub fn jump_to(&self, when: f64) {
        if let Some(t) = self.made_up.get() {
            self.made_up.set(Some(t.max(when)));
        }
    }
}

/// A duration of so many seconds; what cannot be expressed is as long as possible.
pub fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX)
}
