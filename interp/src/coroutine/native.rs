//! Coroutines written in Rust: state machines that await things.

use crate::event_loop::future::PlainFutureObj;
use crate::object::{Obj, Ref};
use crate::value::{R, Value};
use crate::vm::Vm;

/// What a coroutine written in Rust wants next.
pub enum Step {
    /// It is done.
    Return(Value),
    /// It waits for this awaitable; its outcome is given to the next `step`.
    Await(Value),
    /// It yields `None` to the loop, as `sleep(0)` does; the next `step` gets what was sent.
    Yield,
}

/// The body of a coroutine written in Rust.
pub trait NativeCoroutine: 'static {
    /// Goes on. `outcome` is `Ok(None)` at the start, then what the last `Step` led to; an
    /// exception (a cancellation, say) is taken with `vm.take_raised()`, or passed on by `?`.
    fn step(&mut self, vm: &Vm, outcome: R) -> R<Step>;

    /// Shows the collector every object held.
    fn trace(&self, visit: &mut dyn FnMut(&Obj));

    /// For reports: the object whose `HostData::wait` tells what this waits for, if that is more
    /// than the future it awaits.
    fn waits_at(&self) -> Option<Obj> {
        None
    }
}

/// How the call of an async function written in Rust began: many are done at once, most of the
/// others wait for one future.
pub enum Started {
    /// Done.
    Return(Value),
    /// Yields `None` to the loop once, then the result is `None` (`sleep(0)`).
    Yield,
    /// The result is that of this future (or what its `Resume` makes of it).
    Future(Ref<PlainFutureObj>),
    /// Anything else: the rest, as a coroutine that has not begun.
    Coroutine(Box<dyn NativeCoroutine>),
}

/// An async function in Rust: runs until it must wait.
pub type AsyncFn = fn(&Vm, &[Value]) -> R<Started>;

/// The coroutine of a call that was not awaited directly: the function begins at the first step.
pub(crate) struct Deferred {
    function: AsyncFn,
    args: Vec<Value>,
    rest: Rest,
}

enum Rest {
    NotStarted,
    Waiting,
    Running(Box<dyn NativeCoroutine>),
}

impl Deferred {
    pub(crate) fn new(function: AsyncFn, args: Vec<Value>) -> Deferred {
        Deferred {
            function,
            args,
            rest: Rest::NotStarted,
        }
    }
}

impl NativeCoroutine for Deferred {
    fn step(&mut self, vm: &Vm, outcome: R) -> R<Step> {
        match &mut self.rest {
            Rest::Running(rest) => rest.step(vm, outcome),
            Rest::Waiting => outcome.map(Step::Return),
            Rest::NotStarted => {
                outcome?;
                self.rest = Rest::Waiting;
                let args = std::mem::take(&mut self.args);
                match (self.function)(vm, &args)? {
                    Started::Return(v) => Ok(Step::Return(v)),
                    Started::Yield => Ok(Step::Yield),
                    Started::Future(f) => Ok(Step::Await(f.into())),
                    Started::Coroutine(mut rest) => {
                        let step = rest.step(vm, Ok(Value::None));
                        self.rest = Rest::Running(rest);
                        step
                    }
                }
            }
        }
    }

    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        crate::object::trace_values(&self.args, visit);
        if let Rest::Running(rest) = &self.rest {
            rest.trace(visit);
        }
    }

    fn waits_at(&self) -> Option<Obj> {
        match &self.rest {
            Rest::Running(rest) => rest.waits_at(),
            _ => None,
        }
    }
}

/// Awaits one awaitable: makes a root out of what cannot be driven by itself.
pub(crate) struct AwaitOne {
    /// The awaitable, until it is awaited.
    pub(crate) awaitable: Option<Value>,
}

impl NativeCoroutine for AwaitOne {
    fn step(&mut self, _vm: &Vm, outcome: R) -> R<Step> {
        let value = outcome?;
        match self.awaitable.take() {
            Some(awaitable) => Ok(Step::Await(awaitable)),
            None => Ok(Step::Return(value)),
        }
    }

    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(v) = &self.awaitable {
            crate::object::trace_value(v, visit);
        }
    }
}
