//! `Condition`.

use std::cell::RefCell;

use aio_interp::classes::ClassSpec;
use aio_interp::coroutine::CoroutineObj;
use aio_interp::coroutine::native::{NativeCoroutine, Started, Step};
use aio_interp::event_loop::future::PlainFutureObj;
use aio_interp::event_loop::waits::Wait as Waiting;
use aio_interp::native::{async_method, method, static_method};
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::{R, Raised, Value, Vm};

use super::lock::{self, Lock, Waiters, object, repr_with};
use super::types::{Types, host, host_class, host_new, owned, receiver};

/// `Condition`.
pub(super) static CONDITION: ClassSpec = host_class(
    "Condition",
    "asyncio.locks",
    "Asynchronous equivalent to threading.Condition.",
    &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create a condition.",
            |vm, a| host_new(vm, &a[0], &Types::of(vm).condition, Condition::default()),
        ),
        method("__init__(lock=None)", "Initialize self.", |vm, a| {
            let given = a[1].or(Value::None);
            let lock = match given.is_none() {
                true => host(&Types::of(vm).lock, Lock::default()),
                false => given,
            };
            for name in ["locked", "acquire", "release"] {
                vm.get_attr(&lock, &vm.name(name))?;
            }
            drop(this(vm, &a[0])?.lock.replace(lock));
            Ok(Value::None)
        }),
        async_method("acquire()", "Acquire the lock.", |vm, a| {
            this(vm, &a[0])?.acquire(vm, lock::acquire)
        }),
        method("release()", "Release the lock.", |vm, a| {
            this(vm, &a[0])?.release(vm)
        }),
        method(
            "locked()",
            "Return True if the lock is acquired.",
            |vm, a| Ok(this(vm, &a[0])?.is_locked(vm)?.into()),
        ),
        async_method("wait()", "Wait until notified.", |vm, a| {
            let wait = Wait::begin(vm, object(&a[0]))?;
            Ok(Started::Coroutine(Box::new(wait)))
        }),
        async_method(
            "wait_for(predicate)",
            "Wait until a predicate becomes true.",
            wait_for,
        ),
        method(
            "notify(n=1)",
            "Wake up n tasks waiting on this condition.",
            |vm, a| {
                let n = if a[1].is_unbound() {
                    1
                } else {
                    vm.to_index(&a[1])?
                };
                notify(vm, &a[0], usize::try_from(n).unwrap_or(0))
            },
        ),
        method(
            "notify_all()",
            "Wake up all tasks waiting on this condition.",
            |vm, a| notify(vm, &a[0], usize::MAX),
        ),
        async_method("__aenter__()", "Acquire the lock.", |vm, a| {
            this(vm, &a[0])?.acquire(vm, lock::enter)
        }),
        async_method(
            "__aexit__(exc_type, exc, tb, /)",
            "Release the lock.",
            |vm, a| {
                this(vm, &a[0])?.release(vm)?;
                Ok(Started::Return(Value::None))
            },
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let condition = this(vm, &a[0])?;
            let state = if condition.is_locked(vm)? {
                "locked"
            } else {
                "unlocked"
            };
            repr_with(vm, &a[0], state, condition.waiters.len())
        }),
    ],
    &[],
    true,
);

/// A method of a lock.
type AsyncOf = fn(&Vm, &Value) -> R<Started>;

/// The data of a condition.
#[derive(Default)]
struct Condition {
    /// A lock of ours, or anything that behaves like one.
    lock: RefCell<Value>,
    waiters: Waiters,
}

impl HostData for Condition {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.lock.borrow(), visit);
        self.waiters.trace(visit);
    }
    fn clear(&self) {
        drop(self.lock.take());
        self.waiters.clear();
    }
    fn wait(&self, this: &Obj) -> Option<Waiting> {
        Some(Waiting::of("condition").on(this, "not notified"))
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Condition> {
    receiver(vm, v, "Condition")
}

impl Condition {
    fn lock(&self) -> Value {
        self.lock.borrow().clone()
    }

    fn is_locked(&self, vm: &Vm) -> R<bool> {
        let lock = self.lock();
        if let Some(lock) = lock.downcast::<HostObj>().and_then(|h| h.get::<Lock>()) {
            return Ok(lock.is_locked.get());
        }
        let locked = vm.call_method(&lock, &vm.name("locked"), &[])?;
        vm.truth(&locked)
    }

    fn acquire(&self, vm: &Vm, acquire: AsyncOf) -> R<Started> {
        let lock = self.lock();
        if lock
            .downcast::<HostObj>()
            .is_some_and(|h| h.get::<Lock>().is_some())
        {
            return acquire(vm, &lock);
        }
        let awaitable = vm.call_method(&lock, &vm.name("acquire"), &[])?;
        Ok(Started::Coroutine(Box::new(AwaitValue {
            awaitable: Some(awaitable),
        })))
    }

    fn release(&self, vm: &Vm) -> R {
        let lock = self.lock();
        if lock
            .downcast::<HostObj>()
            .is_some_and(|h| h.get::<Lock>().is_some())
        {
            return lock::release(vm, &lock);
        }
        vm.call_method(&lock, &vm.name("release"), &[])
    }

    /// Wakes up to `n` of those who wait.
    fn notify(&self, vm: &Vm, n: usize) -> R<()> {
        let pending = self.waiters.all().into_iter().filter(|f| !f.is_done());
        for f in pending.take(n) {
            f.set_result_if_pending(vm, Value::False)?;
        }
        Ok(())
    }
}

fn notify(vm: &Vm, v: &Value, n: usize) -> R {
    let condition = this(vm, v)?;
    if !condition.is_locked(vm)? {
        return Err(vm.runtime_error("cannot notify on un-acquired lock"));
    }
    condition.notify(vm, n)?;
    Ok(Value::None)
}

/// Awaits one awaitable.
struct AwaitValue {
    awaitable: Option<Value>,
}

impl NativeCoroutine for AwaitValue {
    fn step(&mut self, _: &Vm, outcome: R) -> R<Step> {
        let value = outcome?;
        Ok(match self.awaitable.take() {
            Some(awaitable) => Step::Await(awaitable),
            None => Step::Return(value),
        })
    }
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(v) = &self.awaitable {
            trace_value(v, visit);
        }
    }
}

/// `Condition.wait`: the lock is released, and acquired again whatever happens in between.
struct Wait {
    condition: Obj,
    stage: Stage,
}

enum Stage {
    /// Waits to be notified; none before the first step.
    Notified(Option<Ref<PlainFutureObj>>),
    /// Waits for the lock, with the exception that ended the waiting.
    Locked(Option<Ref<ExceptionObj>>),
}

impl Wait {
    fn begin(vm: &Vm, condition: &Obj) -> R<Wait> {
        let data = this_owner(vm, condition)?;
        if !data.is_locked(vm)? {
            return Err(vm.runtime_error("cannot wait on un-acquired lock"));
        }
        Ok(Wait {
            condition: condition.clone(),
            stage: Stage::Notified(None),
        })
    }

    /// Tries to get the lock; `Some` is the step that waits for it.
    fn lock_step(&self, vm: &Vm) -> R<Option<Step>> {
        match this_owner(vm, &self.condition)?.acquire(vm, lock::acquire)? {
            Started::Return(_) => Ok(None),
            Started::Yield => Ok(Some(Step::Yield)),
            Started::Future(f) => Ok(Some(Step::Await(f.into()))),
            Started::Coroutine(rest) => {
                let co = CoroutineObj::from_native("Lock.acquire", vm, rest);
                Ok(Some(Step::Await(co.into())))
            }
        }
    }

    /// The lock is acquired again, or could not be.
    fn end(&self, vm: &Vm, failure: Option<Ref<ExceptionObj>>) -> R<Step> {
        let Some(e) = failure else {
            return Ok(Step::Return(Value::True));
        };
        // It may have been notified, but does not act on it: somebody else has to.
        this_owner(vm, &self.condition)?.notify(vm, 1)?;
        Err(vm.raise_again(e))
    }
}

fn this_owner<'a>(vm: &Vm, owner: &'a Obj) -> R<&'a Condition> {
    owned::<Condition>(owner).ok_or_else(|| vm.system_error("a wait without its condition"))
}

impl NativeCoroutine for Wait {
    fn step(&mut self, vm: &Vm, outcome: R) -> R<Step> {
        let condition = self.condition.clone();
        let data = this_owner(vm, &condition)?;
        match &mut self.stage {
            Stage::Notified(None) => {
                outcome?;
                let event_loop = data.waiters.bound_loop(vm, &condition)?;
                let future = event_loop.create_future();
                data.release(vm)?;
                data.waiters.push(future.clone());
                self.stage = Stage::Notified(Some(future.clone()));
                return Ok(Step::Await(future.into()));
            }
            Stage::Notified(Some(future)) => {
                data.waiters.remove(future);
                let failure = outcome.is_err().then(|| vm.take_raised());
                self.stage = Stage::Locked(failure);
            }
            Stage::Locked(failure) => match outcome {
                Ok(_) => {
                    let failure = failure.take();
                    return self.end(vm, failure);
                }
                Err(Raised) => {
                    let e = vm.take_raised();
                    let is_cancel = e.class().is_subclass(vm.cancelled_error());
                    *failure = Some(e);
                    if !is_cancel {
                        let failure = failure.take();
                        return self.end(vm, failure);
                    }
                    // Cancelled while waiting for the lock: it is acquired all the same.
                }
            },
        }
        if let Some(step) = self.lock_step(vm)? {
            return Ok(step);
        }
        let Stage::Locked(failure) = &mut self.stage else {
            return Ok(Step::Return(Value::True));
        };
        let failure = failure.take();
        self.end(vm, failure)
    }

    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(&self.condition);
        match &self.stage {
            Stage::Notified(Some(f)) => visit(f.obj()),
            Stage::Locked(Some(e)) => visit(e.obj()),
            _ => {}
        }
    }

    fn waits_at(&self) -> Option<Obj> {
        // Else it waits for the lock, of which the future tells.
        matches!(self.stage, Stage::Notified(Some(_))).then(|| self.condition.clone())
    }
}

/// `Condition.wait_for`: waits until the predicate holds.
struct WaitFor {
    condition: Obj,
    predicate: Value,
    wait: Option<Wait>,
}

fn wait_for(vm: &Vm, a: &[Value]) -> R<Started> {
    this(vm, &a[0])?;
    let result = vm.call(&a[1], &[])?;
    if vm.truth(&result)? {
        return Ok(Started::Return(result));
    }
    let condition = object(&a[0]).clone();
    let wait = Some(Wait::begin(vm, &condition)?);
    Ok(Started::Coroutine(Box::new(WaitFor {
        condition,
        predicate: a[1].clone(),
        wait,
    })))
}

impl NativeCoroutine for WaitFor {
    fn step(&mut self, vm: &Vm, outcome: R) -> R<Step> {
        let mut outcome = outcome;
        loop {
            let wait = match &mut self.wait {
                Some(wait) => wait,
                None => self.wait.insert(Wait::begin(vm, &self.condition)?),
            };
            match wait.step(vm, outcome)? {
                Step::Return(_) => {
                    self.wait = None;
                    let result = vm.call(&self.predicate, &[])?;
                    if vm.truth(&result)? {
                        return Ok(Step::Return(result));
                    }
                    outcome = Ok(Value::None);
                }
                step => return Ok(step),
            }
        }
    }

    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(&self.condition);
        trace_value(&self.predicate, visit);
        if let Some(wait) = &self.wait {
            wait.trace(visit);
        }
    }

    fn waits_at(&self) -> Option<Obj> {
        self.wait.as_ref()?.waits_at()
    }
}
