//! How a loop waits, and how other threads reach it.
//!
//! A `Mailbox` takes jobs from any thread; a `Reactor` waits for them. The reactor here knows
//! nothing of sockets or files, it only sleeps; one that does I/O is given by the library.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::duration;
use crate::interrupt;
use crate::value::R;
use crate::vm::Vm;

/// What waits for things from outside.
pub trait Reactor {
    /// True while something outside can still wake the loop. Otherwise a loop with nothing to do
    /// is stuck.
    fn is_pending(&self) -> bool;

    /// True if something has arrived. Asked every turn of the loop: it must cost next to nothing.
    fn has_arrived(&self) -> bool;

    /// Waits until something arrives, `timeout` seconds have passed (`None`: no limit), or an
    /// interrupt is requested; then does what arrived.
    fn wait(&self, vm: &Vm, timeout: Option<f64>) -> R<()>;
}

/// What another thread wants done on the interpreter's thread.
pub type Job = Box<dyn FnOnce(&Vm) -> R<()> + Send>;

/// Jobs from other threads for one interpreter. Clones share them.
#[derive(Clone, Default)]
pub struct Mailbox(Arc<Inner>);

#[derive(Default)]
struct Inner {
    jobs: Mutex<VecDeque<Job>>,
    arrived: Condvar,
    is_full: AtomicBool,
    /// How many `Expected` are alive.
    expected: AtomicUsize,
}

/// The promise that something will be posted; until it is dropped the loop is not stuck.
pub struct Expected(Mailbox);

impl Drop for Expected {
    fn drop(&mut self) {
        self.0.0.expected.fetch_sub(1, Ordering::AcqRel);
        self.0.0.arrived.notify_all();
    }
}

impl Mailbox {
    /// Posts a job and wakes the loop.
    pub fn post(&self, job: Job) {
        let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.push_back(job);
        self.0.is_full.store(true, Ordering::Release);
        self.0.arrived.notify_all();
    }

    /// Promises that something will be posted.
    pub fn expect(&self) -> Expected {
        self.0.expected.fetch_add(1, Ordering::AcqRel);
        Expected(self.clone())
    }

    /// True while something is promised or there.
    pub fn is_pending(&self) -> bool {
        self.0.expected.load(Ordering::Acquire) > 0 || self.has_arrived()
    }

    /// True if there are jobs.
    #[inline]
    pub fn has_arrived(&self) -> bool {
        self.0.is_full.load(Ordering::Relaxed)
    }

    /// Does the jobs that are there.
    pub fn serve(&self, vm: &Vm) -> R<()> {
        loop {
            let job = {
                let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
                let job = jobs.pop_front();
                if jobs.is_empty() {
                    self.0.is_full.store(false, Ordering::Release);
                }
                job
            };
            match job {
                Some(job) => job(vm)?,
                None => return Ok(()),
            }
        }
    }

    /// Sleeps until a job arrives, the time is over, or an interrupt is requested.
    pub fn sleep(&self, vm: &Vm, timeout: Option<f64>) {
        // In slices: a signal sets a flag, it does not end the wait.
        const SLICE: Duration = Duration::from_millis(50);
        let deadline = timeout.map(|t| vm.clock.monotonic() + t);
        let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        while jobs.is_empty() && !interrupt::requested() {
            let left = match deadline {
                Some(d) => duration(d - vm.clock.monotonic()),
                None => SLICE,
            };
            if left.is_zero() {
                return;
            }
            let waited = self.0.arrived.wait_timeout(jobs, left.min(SLICE));
            jobs = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The reactor that only sleeps.
#[derive(Default)]
pub struct Idle {
    /// Jobs from other threads.
    pub mailbox: Mailbox,
}

impl Reactor for Idle {
    fn is_pending(&self) -> bool {
        self.mailbox.is_pending()
    }

    #[inline]
    fn has_arrived(&self) -> bool {
        self.mailbox.has_arrived()
    }

    fn wait(&self, vm: &Vm, timeout: Option<f64>) -> R<()> {
        if timeout != Some(0.0) {
            self.mailbox.sleep(vm, timeout);
        }
        self.mailbox.serve(vm)
    }
}
