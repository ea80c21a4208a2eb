//! `Lock` and `Event`, and what all primitives share: a queue of waiting futures and the loop
//! they are bound to.
//!
//! A task that waits for one of these holds no coroutine for it: the future it awaits carries
//! what is to be done when it goes on (`Resume`).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use aio_interp::classes::ClassSpec;
use aio_interp::coroutine::native::Started;
use aio_interp::event_loop::LoopObj;
use aio_interp::event_loop::future::{PlainFutureObj, Resume};
use aio_interp::event_loop::trail::Deed;
use aio_interp::event_loop::waits::{Holder, Wait};
use aio_interp::native::{async_method, method, static_method};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::host::HostData;
use aio_interp::{R, Raised, Value, Vm};

use super::types::{Types, host_class, host_new, owned, receiver};

/// The futures of those who wait, first come first, and the loop of the first of them.
#[derive(Default)]
pub(super) struct Waiters {
    queue: RefCell<VecDeque<Ref<PlainFutureObj>>>,
    event_loop: RefCell<Option<Ref<LoopObj>>>,
}

impl Waiters {
    pub(super) fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.queue.borrow().iter().for_each(|f| visit(f.obj()));
        if let Some(event_loop) = &*self.event_loop.borrow() {
            visit(event_loop.obj());
        }
    }

    pub(super) fn clear(&self) {
        drop(self.queue.take());
        drop(self.event_loop.take());
    }

    /// The running loop; a primitive serves one loop only.
    #[inline]
    pub(super) fn bound_loop(&self, vm: &Vm, owner: &Obj) -> R<Ref<LoopObj>> {
        let running = vm.running_loop()?;
        let mut bound = self.event_loop.borrow_mut();
        let is_same = bound.get_or_insert_with(|| running.clone()).is(&running);
        drop(bound);
        if is_same {
            Ok(running)
        } else {
            Err(bound_elsewhere(vm, owner))
        }
    }

    /// Adds a waiting future; `resume` runs when the frame that awaits it goes on.
    pub(super) fn add(&self, vm: &Vm, resume: Resume, owner: &Obj) -> R<Started> {
        let event_loop = self.bound_loop(vm, owner)?;
        let future = Ref::<PlainFutureObj>::with_resume(&event_loop, resume, owner);
        self.push(future.clone());
        Ok(Started::Future(future))
    }

    #[inline]
    pub(super) fn push(&self, future: Ref<PlainFutureObj>) {
        self.queue.borrow_mut().push_back(future);
    }

    pub(super) fn remove(&self, future: &Ref<PlainFutureObj>) {
        let mut queue = self.queue.borrow_mut();
        let at = queue.iter().position(|f| f.is(future));
        let removed = at.and_then(|at| queue.remove(at));
        drop(queue);
        drop(removed);
    }

    #[inline]
    pub(super) fn pop(&self) -> Option<Ref<PlainFutureObj>> {
        self.queue.borrow_mut().pop_front()
    }

    pub(super) fn first(&self) -> Option<Ref<PlainFutureObj>> {
        self.queue.borrow().front().cloned()
    }

    /// The first that is not done.
    pub(super) fn first_pending(&self) -> Option<Ref<PlainFutureObj>> {
        self.queue.borrow().iter().find(|f| !f.is_done()).cloned()
    }

    pub(super) fn all_cancelled(&self) -> bool {
        self.queue.borrow().iter().all(|f| f.is_cancelled())
    }

    pub(super) fn len(&self) -> usize {
        self.queue.borrow().len()
    }

    /// All of them, for a walk during which things may change.
    pub(super) fn all(&self) -> Vec<Ref<PlainFutureObj>> {
        self.queue.borrow().iter().cloned().collect()
    }
}

#[cold]
fn bound_elsewhere(vm: &Vm, owner: &Obj) -> Raised {
    let shown = vm.repr_or_name(&Value::Obj(owner.clone()));
    vm.runtime_error(format!("{shown} is bound to a different event loop"))
}

/// `<asyncio.locks.Lock object at 0x… [unlocked, waiters:2]>`.
pub(super) fn repr_with(vm: &Vm, v: &Value, state: &str, waiters: usize) -> R {
    let class = vm.class_of(v).full_name(vm);
    let address = v.as_obj().map_or(0, Obj::address);
    let waiting = if waiters > 0 {
        format!(", waiters:{waiters}")
    } else {
        String::new()
    };
    Ok(vm.text(&format!(
        "<{class} object at {address:#x} [{state}{waiting}]>"
    )))
}

/// The object of a receiver.
pub(super) fn object(v: &Value) -> &Obj {
    match v {
        Value::Obj(o) => o,
        _ => unreachable!("receivers were looked at before"),
    }
}

/// `Lock`.
pub(super) static LOCK: ClassSpec = host_class(
    "Lock",
    "asyncio.locks",
    "Primitive lock objects.",
    &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create a lock.",
            |vm, a| host_new(vm, &a[0], &Types::of(vm).lock, Lock::default()),
        ),
        method("__init__()", "Initialize self.", |_, _| Ok(Value::None)),
        async_method("acquire()", "Acquire a lock.", |vm, a| acquire(vm, &a[0])),
        method("release()", "Release a lock.", |vm, a| release(vm, &a[0])),
        method("locked()", "Return True if lock is acquired.", |vm, a| {
            Ok(lock(vm, &a[0])?.is_locked.get().into())
        }),
        async_method("__aenter__()", "Acquire a lock.", |vm, a| enter(vm, &a[0])),
        async_method(
            "__aexit__(exc_type, exc, tb, /)",
            "Release a lock.",
            |vm, a| release(vm, &a[0]).map(Started::Return),
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let lock = lock(vm, &a[0])?;
            let state = if lock.is_locked.get() {
                "locked"
            } else {
                "unlocked"
            };
            repr_with(vm, &a[0], state, lock.waiters.len())
        }),
    ],
    &[],
    true,
);

/// The data of a lock.
#[derive(Default)]
pub(super) struct Lock {
    pub(super) is_locked: Cell<bool>,
    /// Who acquired it last, and where: for reports.
    holder: Cell<Holder>,
    waiters: Waiters,
}

impl HostData for Lock {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.waiters.trace(visit);
    }
    fn clear(&self) {
        self.waiters.clear();
    }
    fn wait(&self, this: &Obj) -> Option<Wait> {
        let holder = self.is_locked.get().then(|| self.holder.get());
        Some(Wait {
            holder,
            ..Wait::of("lock").on(this, "")
        })
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Lock {
    fn take(&self, vm: &Vm) {
        self.is_locked.set(true);
        self.holder.set(Holder::current(vm));
    }
}

fn lock<'a>(vm: &Vm, v: &'a Value) -> R<&'a Lock> {
    receiver(vm, v, "Lock")
}

/// `__aenter__` acquires, and gives `None`.
pub(super) fn without_result(started: R<Started>) -> R<Started> {
    Ok(match started? {
        Started::Return(_) => Started::Return(Value::None),
        other => other,
    })
}

/// `Lock.acquire`.
pub(super) fn acquire(vm: &Vm, v: &Value) -> R<Started> {
    acquire_then(vm, v, resume_acquire)
}

/// `Lock.__aenter__`.
pub(super) fn enter(vm: &Vm, v: &Value) -> R<Started> {
    without_result(acquire_then(vm, v, |vm, f, owner, outcome| {
        without_result(resume_acquire(vm, f, owner, outcome))
    }))
}

fn acquire_then(vm: &Vm, v: &Value, resume: Resume) -> R<Started> {
    let lock = lock(vm, v)?;
    if !lock.is_locked.get() && lock.waiters.all_cancelled() {
        lock.take(vm);
        return Ok(Started::Return(Value::True));
    }
    lock.waiters.add(vm, resume, object(v))
}

fn resume_acquire(vm: &Vm, f: &Ref<PlainFutureObj>, owner: &Obj, outcome: R) -> R<Started> {
    let Some(lock) = owned::<Lock>(owner) else {
        return outcome.map(Started::Return);
    };
    lock.waiters.remove(f);
    if let Err(Raised) = outcome {
        // If the lock is free, it must not stay so because of one who does not take it.
        if vm.is_raised(vm.cancelled_error()) && !lock.is_locked.get() {
            wake_first(vm, lock)?;
        }
        return Err(Raised);
    }
    lock.take(vm);
    Ok(Started::Return(Value::True))
}

fn wake_first(vm: &Vm, lock: &Lock) -> R<()> {
    match lock.waiters.first() {
        Some(f) => f.set_result_if_pending(vm, Value::True),
        None => Ok(()),
    }
}

/// `Lock.release`.
pub(super) fn release(vm: &Vm, v: &Value) -> R {
    let lock = lock(vm, v)?;
    if !lock.is_locked.replace(false) {
        let raised = vm.runtime_error("Lock is not acquired.");
        vm.explain_deed("it was released last", Deed::Released, object(v));
        return Err(raised);
    }
    vm.note_deed(Deed::Released, object(v));
    wake_first(vm, lock)?;
    Ok(Value::None)
}

/// `Event`.
pub(super) static EVENT: ClassSpec = host_class(
    "Event",
    "asyncio.locks",
    "Asynchronous equivalent to threading.Event.",
    &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create an event.",
            |vm, a| host_new(vm, &a[0], &Types::of(vm).event, Event::default()),
        ),
        method("__init__()", "Initialize self.", |_, _| Ok(Value::None)),
        async_method(
            "wait()",
            "Block until the internal flag is true.",
            |vm, a| wait(vm, &a[0]),
        ),
        method("set()", "Set the internal flag to true.", |vm, a| {
            event(vm, &a[0])?.set(vm)?;
            Ok(Value::None)
        }),
        method("clear()", "Reset the internal flag to false.", |vm, a| {
            event(vm, &a[0])?.is_set.set(false);
            Ok(Value::None)
        }),
        method(
            "is_set()",
            "Return True if and only if the internal flag is true.",
            |vm, a| Ok(event(vm, &a[0])?.is_set.get().into()),
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let event = event(vm, &a[0])?;
            let state = if event.is_set.get() { "set" } else { "unset" };
            repr_with(vm, &a[0], state, event.waiters.len())
        }),
    ],
    &[],
    true,
);

/// The data of an event.
#[derive(Default)]
pub(super) struct Event {
    pub(super) is_set: Cell<bool>,
    waiters: Waiters,
}

impl HostData for Event {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.waiters.trace(visit);
    }
    fn clear(&self) {
        self.waiters.clear();
    }
    fn wait(&self, this: &Obj) -> Option<Wait> {
        Some(Wait::of("event").on(this, ""))
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Event {
    /// `Event.set`.
    pub(super) fn set(&self, vm: &Vm) -> R<()> {
        if !self.is_set.replace(true) {
            for f in self.waiters.all() {
                f.set_result_if_pending(vm, Value::True)?;
            }
        }
        Ok(())
    }
}

fn event<'a>(vm: &Vm, v: &'a Value) -> R<&'a Event> {
    receiver(vm, v, "Event")
}

/// `Event.wait`.
fn wait(vm: &Vm, v: &Value) -> R<Started> {
    wait_then(vm, v, resume_wait)
}

/// `Event.wait` of one who wants no result (`Queue.join`).
pub(super) fn wait_quietly(vm: &Vm, v: &Value) -> R<Started> {
    without_result(wait_then(vm, v, |vm, f, owner, outcome| {
        without_result(resume_wait(vm, f, owner, outcome))
    }))
}

fn wait_then(vm: &Vm, v: &Value, resume: Resume) -> R<Started> {
    let event = event(vm, v)?;
    if event.is_set.get() {
        return Ok(Started::Return(Value::True));
    }
    event.waiters.add(vm, resume, object(v))
}

fn resume_wait(_: &Vm, f: &Ref<PlainFutureObj>, owner: &Obj, outcome: R) -> R<Started> {
    if let Some(event) = owned::<Event>(owner) {
        event.waiters.remove(f);
    }
    outcome?;
    Ok(Started::Return(Value::True))
}
