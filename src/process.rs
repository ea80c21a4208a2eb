//! What the process is to a running script: a native stack of its own, and Ctrl-C.
//!
//! All of it on the first thread, and without a second one: a process of one thread starts sooner,
//! and allocates without locks.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use aio_interp::interrupt;
use corosensei::stack::DefaultStack;

/// How large the native stack is to be, with what is taken where so much cannot be reserved. Deep
/// recursion of scripts is limited by `sys.setrecursionlimit`, not by this; only touched pages
/// cost memory.
const STACK_BYTES: [usize; 4] = [1 << 30, 1 << 28, 1 << 26, 1 << 23];

/// What the interpreter leaves to functions that do not look at the end of the stack.
const MARGIN: usize = 1 << 20;

/// From here on a panic, which is always a bug of aio, says so and ends the process with 101; what
/// the script printed is not lost.
pub fn own_up_to_bugs() {
    std::panic::set_hook(Box::new(|panic| {
        aio_interp::vm::Vm::rescue_output();
        eprintln!("aio: internal error: {panic}");
        eprintln!("This is a bug in aio, not in your program. Please report it with the program.");
        std::process::exit(101);
    }));
}

/// Runs `f` on a large stack; it is given how many bytes it may use.
///
/// # Errors
/// There is no memory for a stack.
pub fn on_large_stack<T>(f: impl FnOnce(usize) -> T) -> io::Result<T> {
    let mut last = None;
    for bytes in STACK_BYTES {
        match DefaultStack::new(bytes) {
            Ok(stack) => return Ok(corosensei::on_stack(stack, || f(bytes - MARGIN))),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::OutOfMemory.into()))
}

/// Standard input, whose reads end with `Interrupted` when something is requested.
pub struct Stdin;

#[cfg(unix)]
impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        // In slices: a request that comes between the look and the wait must not be missed.
        const SLICE: Timespec = Timespec {
            tv_sec: 0,
            tv_nsec: 50_000_000,
        };
        let stdin = io::stdin();
        loop {
            if interrupt::requested() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let mut waited = [PollFd::new(&stdin, PollFlags::IN)];
            if poll(&mut waited, Some(&SLICE))? > 0 {
                return Ok(rustix::io::read(&stdin, buffer)?);
            }
        }
    }
}

#[cfg(not(unix))]
impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::stdin().read(buffer)
    }
}

/// From here on Ctrl-C is a request that the program polls; it is nothing while `wanted` is false.
pub fn watch_interrupts(wanted: &'static AtomicBool) {
    let request = || {
        if wanted.load(Ordering::SeqCst) {
            interrupt::request(interrupt::SIGINT);
        }
    };
    // SAFETY: all that the handler does is to read and to set static atomics.
    let watched = unsafe { signal_hook::low_level::register(signal_hook::consts::SIGINT, request) };
    // Without the handler Ctrl-C ends the process at once, which is the next best.
    drop(watched);
    interrupt_waiting();
}

/// A read or a write that waits is to end with Ctrl-C, so that the request is seen.
#[cfg(unix)]
fn interrupt_waiting() {
    // SAFETY: zeros are a `sigaction`; nothing but a flag changes of the handler that is there.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(libc::SIGINT, std::ptr::null(), &mut action) == 0 {
            action.sa_flags &= !libc::SA_RESTART;
            libc::sigaction(libc::SIGINT, &action, std::ptr::null_mut());
        }
    }
}

#[cfg(not(unix))]
fn interrupt_waiting() {}

/// From here on a step of the loop that takes long is asked where it is (`--debug`): by a thread,
/// which looks a few times in a tenth of a second.
pub fn watch_steps() {
    let watch = || {
        let (mut seen, mut looks) = (0, 0);
        loop {
            std::thread::sleep(interrupt::LOOK);
            let step = interrupt::STEP.load(Ordering::Relaxed);
            looks = if step == seen { looks + 1 } else { 0 };
            seen = step;
            if step == 0 || looks < interrupt::MANY_LOOKS {
                continue;
            }
            interrupt::LOOKS.store(looks, Ordering::Relaxed);
            interrupt::LONG.store(step, Ordering::Relaxed);
            if looks == interrupt::MANY_LOOKS {
                interrupt::request(interrupt::LONG_STEP);
            }
        }
    };
    // Without it nothing is told.
    drop(
        std::thread::Builder::new()
            .name("steps".to_owned())
            .spawn(watch),
    );
}

/// From here on Ctrl-\ asks what all tasks are doing.
#[cfg(unix)]
pub fn watch_questions() {
    let request = || interrupt::request(interrupt::TASKS);
    // SAFETY: all that the handler does is to set a static atomic.
    let watched =
        unsafe { signal_hook::low_level::register(signal_hook::consts::SIGQUIT, request) };
    drop(watched);
}

/// There is no such key.
#[cfg(not(unix))]
pub fn watch_questions() {}

/// How the terminal behaves, as it was found.
pub struct TerminalMode {
    #[cfg(unix)]
    found: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl TerminalMode {
    /// That of standard input.
    pub fn of_stdin() -> TerminalMode {
        TerminalMode {
            found: rustix::termios::tcgetattr(io::stdin()).ok(),
        }
    }

    /// Gives it back: a line may be under way in another thread when the program ends.
    pub fn restore(&self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Some(found) = &self.found {
            // Nothing can be done about it.
            let _ = tcsetattr(io::stdin(), OptionalActions::Drain, found);
        }
    }
}

#[cfg(not(unix))]
impl TerminalMode {
    /// That of standard input.
    pub fn of_stdin() -> TerminalMode {
        TerminalMode {}
    }

    /// Gives it back.
    pub fn restore(&self) {}
}

/// How many columns and rows the terminal has.
#[cfg(unix)]
pub fn terminal_size() -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    let is_known = size.ws_col > 0 && size.ws_row > 0;
    is_known.then_some((usize::from(size.ws_col), usize::from(size.ws_row)))
}

/// How many columns and rows the terminal has.
#[cfg(not(unix))]
pub fn terminal_size() -> Option<(usize, usize)> {
    None
}

/// How many columns the terminal of standard error has, if it is one.
#[cfg(unix)]
pub fn error_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

/// How many columns the terminal of standard error has, if it is one.
#[cfg(not(unix))]
pub fn error_width() -> Option<usize> {
    None
}
