//! A test's process and those that it starts: a group of their own, so that none outlives the test.

use std::io;
use std::process::{Child, Command};

/// Lets the process that comes begin a group.
#[cfg(unix)]
pub fn begin(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

/// There are no such groups.
#[cfg(not(unix))]
pub fn begin(_: &mut Command) {}

/// Kills a test's process with all that it started, and waits for it.
///
/// # Errors
/// It cannot be killed.
pub fn end(child: &mut Child) -> io::Result<()> {
    kill_rest(child);
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// Kills what a process started and left behind; true if there was something.
#[cfg(unix)]
pub fn kill_rest(child: &Child) -> bool {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    group.is_some_and(|group| kill_process_group(group, Signal::KILL).is_ok())
}

/// Nobody knows what it started.
#[cfg(not(unix))]
pub fn kill_rest(_: &Child) -> bool {
    false
}
