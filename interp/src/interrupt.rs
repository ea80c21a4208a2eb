//! The one flag that loops and calls poll: Ctrl-C, a collection that is due, limits.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// Ctrl-C: `KeyboardInterrupt` is to be raised.
pub const SIGINT: u32 = 1;
/// The cycle collector wants to run.
pub const COLLECT: u32 = 2;

/// Somebody asks what all tasks are doing.
pub const TASKS: u32 = 4;

/// The step under way takes long: where is it?
pub const LONG_STEP: u32 = 8;

/// The number of the step under way, if steps are watched; 0 between them.
pub static STEP: AtomicU64 = AtomicU64::new(0);

/// The number of the last step that takes long or took long, as who watches saw it.
pub static LONG: AtomicU64 = AtomicU64::new(0);

/// So often the watch saw that step under way.
pub static LOOKS: AtomicU64 = AtomicU64::new(0);

/// How often the watch looks.
pub const LOOK: Duration = Duration::from_millis(10);

/// A step that is seen so often takes long.
pub const MANY_LOOKS: u64 = 9;

static REQUESTED: AtomicU32 = AtomicU32::new(0);

/// True if anything is requested. Read on every loop back-edge and call.
#[inline(always)]
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed) != 0
}

/// True if Ctrl-C is requested, and nobody has taken that yet.
pub fn is_interrupted() -> bool {
    REQUESTED.load(Ordering::Relaxed) & SIGINT != 0
}

/// Requests `what`. Safe in a signal handler.
pub fn request(what: u32) {
    REQUESTED.fetch_or(what, Ordering::Relaxed);
}

/// Takes all requests.
pub fn take() -> u32 {
    REQUESTED.swap(0, Ordering::Relaxed)
}
