//! Ctrl-C while tests run: what runs is killed, what waits does not begin, and what is known so far
//! is reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The wish that nothing more is to run.
#[derive(Clone, Default, Debug)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// One that Ctrl-C makes. The second Ctrl-C ends the process.
    pub fn on_interrupt() -> Stop {
        use signal_hook::consts::SIGINT;
        let stop = Stop::default();
        // The first to be registered sees what the second has not yet set. Without them Ctrl-C
        // ends the process at once, which is the next best.
        let second = signal_hook::flag::register_conditional_shutdown(SIGINT, 130, stop.0.clone());
        drop(second);
        drop(signal_hook::flag::register(SIGINT, stop.0.clone()));
        stop
    }

    /// From here on the first Ctrl-C ends the process, because somebody is being asked.
    pub fn at_once(&self) {
        use signal_hook::consts::SIGINT;
        let always = Arc::new(AtomicBool::new(true));
        drop(signal_hook::flag::register_conditional_shutdown(
            SIGINT, 130, always,
        ));
    }

    /// True once it was expressed.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
