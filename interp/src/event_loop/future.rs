//! Futures: the shared core of futures and tasks, and plain futures.
//!
//! A future is small (80 bytes with its header), because a program that waits for a hundred
//! thousand things has as many: one value for result, exception or saved cancellation, one word
//! for the usual single waiter, everything rare in a box. Tasks are in `task`, what scripts see
//! in `classes`.

use std::cell::Cell;
use std::ops::Deref;

use super::LoopObj;
use super::callbacks::Callbacks;
pub use super::callbacks::{Callback, NativeCallback};
use super::handle::Ready;
use super::task::TaskObj;
use crate::coroutine::native::Started;
use crate::object::{Kind, Obj, Object, Ref, trace_value};
use crate::objects::exception::ExceptionObj;
use crate::objects::instance::InstanceObj;
use crate::place::Place;
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// How far a future is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FutureState {
    /// Nothing is known yet.
    Pending,
    /// It was cancelled.
    Cancelled,
    /// It has a result.
    Returned,
    /// It has an exception.
    Raised,
}

/// The frame that awaits it yielded it (and did not merely `yield` it as a value).
const BLOCKING: u8 = 1;
/// It has an exception that nobody has looked at.
const UNSEEN: u8 = 2;
/// It stands in the timer heap and gets its stored result when due (`sleep`).
const SLEEPER: u8 = 4;
/// A task that may be dropped while pending without a word.
const QUIET: u8 = 8;
/// A task into which a `CancelledError` is to be thrown at its next step.
const MUST_CANCEL: u8 = 16;

/// Those who awaited it through a `shield` were cancelled.
const ORPHAN: u8 = 32;

/// Its waiter was told that nothing can wake it, and went on: nobody will look at it.
const ABANDONED: u8 = 64;

/// What futures and tasks have in common. Not an object by itself: see `AnyFuture`.
pub struct FutureObj {
    /// The result or exception. Pending: what a sleeper's result will be. Cancelled: the
    /// `CancelledError` that ended the task, until it is raised once.
    result: Shared<Value>,
    callbacks: Callbacks,
    /// None only between `__new__` and `__init__`.
    event_loop: Shared<Option<Ref<LoopObj>>>,
    rare: Shared<Option<Box<Rare>>>,
    state: Cell<FutureState>,
    flags: Cell<u8>,
    /// How often a task was asked to cancel, less the times that was taken back. (Here because
    /// there is room.)
    cancels: Cell<u16>,
    /// How long the exception's trace was when it was set: what is raised anew begins there.
    /// Of a task that is not done: where it was created (see `Place`; the number of the source
    /// is in the header). Of a plain future that is pending: when it was made, in tenths of
    /// seconds; of a sleeper: for how long it sleeps, as a float.
    trace_len: Cell<u32>,
}

/// What few futures have.
#[derive(Default)]
pub(crate) struct Rare {
    /// The message given to `cancel`.
    pub(crate) cancel_message: Value,
    /// A task's name, if it was given one.
    pub(crate) name: Option<Value>,
    /// The instance of a script subclass that carries this future.
    pub(crate) wrapper: Option<Obj>,
    /// What `cancel` does instead (`gather`).
    pub(crate) cancel: Option<(CancelFn, Obj)>,
    /// The exception that a task's next step throws in.
    pub(crate) throw: Option<Ref<ExceptionObj>>,
    /// Since when a task is as it is: kept only beneath a prompt, which shows it.
    pub(crate) since: Option<f64>,
    /// Where a task was created that an exception ended.
    pub(crate) created: Option<Place>,
}

/// A `cancel` of its own: gets the future, its owner, the message.
pub type CancelFn = fn(&Vm, &Ref<PlainFutureObj>, &Obj, &Value) -> R<bool>;

/// Runs when the frame that awaits the future goes on: gets the future, its owner and the
/// outcome, and says what the await leads to. It makes a coroutine object unnecessary for whatever
/// waits for one future and then does a little more (`Lock.acquire`, `Queue.get`).
pub type Resume = fn(&Vm, &Ref<PlainFutureObj>, &Obj, R) -> R<Started>;

impl FutureObj {
    pub(crate) fn new(event_loop: Option<Ref<LoopObj>>) -> FutureObj {
        FutureObj {
            result: Shared::new(Value::Unbound),
            callbacks: Callbacks::default(),
            event_loop: Shared::new(event_loop),
            rare: Shared::new(None),
            state: Cell::new(FutureState::Pending),
            flags: Cell::new(0),
            cancels: Cell::new(0),
            trace_len: Cell::new(0),
        }
    }

    /// The future or task that a value is, or that an instance of a script subclass carries.
    pub fn of(value: &Value) -> Option<AnyFuture> {
        let Value::Obj(o) = value else { return None };
        match o.kind() {
            Kind::Future | Kind::Task => AnyFuture::of_obj(o),
            Kind::Instance => {
                let payload = o.downcast::<InstanceObj>()?.payload();
                AnyFuture::of_obj(payload.as_obj()?)
            }
            _ => None,
        }
    }

    pub(crate) fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.result.read(), visit);
        self.callbacks.trace(visit);
        if let Some(event_loop) = &*self.event_loop.read() {
            visit(event_loop.obj());
        }
        if let Some(rare) = &*self.rare.read() {
            trace_value(&rare.cancel_message, visit);
            if let Some(name) = &rare.name {
                trace_value(name, visit);
            }
            if let Some(wrapper) = &rare.wrapper {
                visit(wrapper);
            }
            if let Some((_, owner)) = &rare.cancel {
                visit(owner);
            }
            if let Some(e) = &rare.throw {
                visit(e.obj());
            }
        }
    }

    pub(crate) fn clear(&self) {
        self.callbacks.clear();
        drop(self.rare.replace(None));
        drop(self.result.replace(Value::Unbound));
    }

    fn has(&self, flag: u8) -> bool {
        self.flags.get() & flag != 0
    }

    fn set_flag(&self, flag: u8, on: bool) {
        let flags = self.flags.get();
        self.flags
            .set(if on { flags | flag } else { flags & !flag });
    }

    /// How far it is.
    #[inline(always)]
    pub fn state(&self) -> FutureState {
        self.state.get()
    }

    /// True unless pending.
    #[inline(always)]
    pub fn is_done(&self) -> bool {
        self.state.get() != FutureState::Pending
    }

    /// True if it was cancelled.
    #[inline]
    pub fn is_cancelled(&self) -> bool {
        self.state.get() == FutureState::Cancelled
    }

    /// True if the frame that yielded it awaits it.
    #[inline]
    pub fn is_blocking(&self) -> bool {
        self.has(BLOCKING)
    }

    /// Marks it as awaited by the frame that yields it.
    #[inline]
    pub fn set_blocking(&self, on: bool) {
        self.set_flag(BLOCKING, on);
    }

    /// True if its exception was not retrieved.
    pub fn is_unseen(&self) -> bool {
        self.has(UNSEEN)
    }

    /// Marks its exception as retrieved.
    #[inline]
    pub fn mark_seen(&self) {
        self.set_flag(UNSEEN, false);
    }

    /// True if it may be dropped while pending without a word.
    pub fn is_quiet(&self) -> bool {
        self.has(QUIET)
    }

    /// Says whether it may be dropped while pending without a word.
    pub fn set_quiet(&self, on: bool) {
        self.set_flag(QUIET, on);
    }

    /// True if those who awaited it through a `shield` were cancelled.
    pub fn is_orphan(&self) -> bool {
        self.has(ORPHAN)
    }

    /// Those who awaited it through a `shield` were cancelled.
    pub fn set_orphan(&self) {
        self.set_flag(ORPHAN, true);
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.has(ABANDONED)
    }

    pub(crate) fn made_at(&self) -> u32 {
        self.trace_len.get()
    }

    pub(crate) fn set_made_at(&self, at: u32) {
        self.trace_len.set(at);
    }

    pub(crate) fn cancels(&self) -> &Cell<u16> {
        &self.cancels
    }

    /// True if a cancellation was asked for that its step has not seen yet.
    pub fn must_cancel(&self) -> bool {
        self.has(MUST_CANCEL)
    }

    pub(crate) fn set_must_cancel(&self, on: bool) {
        self.set_flag(MUST_CANCEL, on);
    }

    /// The loop it belongs to.
    pub fn event_loop(&self, vm: &Vm) -> R<Ref<LoopObj>> {
        match &*self.event_loop.read() {
            Some(event_loop) => Ok(event_loop.clone()),
            None => Err(vm.runtime_error("Future object is not initialized.")),
        }
    }

    /// The loop it belongs to, if it was initialised.
    pub fn loop_if_any(&self) -> Option<Ref<LoopObj>> {
        self.event_loop.get()
    }

    /// True if it belongs to `event_loop`.
    #[inline]
    pub fn belongs_to(&self, event_loop: &Ref<LoopObj>) -> bool {
        self.event_loop
            .read()
            .as_ref()
            .is_some_and(|l| l.is(event_loop))
    }

    pub(crate) fn set_loop(&self, event_loop: &Ref<LoopObj>) {
        drop(self.event_loop.replace(Some(event_loop.clone())));
    }

    /// The result, or what is raised; marks an exception as retrieved.
    #[inline]
    pub fn take_result(&self, vm: &Vm) -> R {
        if self.state.get() == FutureState::Returned {
            return Ok(self.result.get());
        }
        Err(match self.outcome(vm, "Result is not set.")? {
            Some(e) => vm.raise_exception(e),
            None => vm.system_error("a future without an outcome"),
        })
    }

    /// The exception to throw into the frame that awaits it, if it did not end with a result.
    pub(crate) fn thrown(&self, vm: &Vm) -> R<Option<Ref<ExceptionObj>>> {
        self.outcome(vm, "Result is not set.")
    }

    /// What `exception()` gives: the exception or nothing; raises if cancelled or pending.
    pub fn exception(&self, vm: &Vm) -> R<Option<Ref<ExceptionObj>>> {
        if self.state.get() == FutureState::Cancelled {
            return Err(vm.raise_exception(self.make_cancelled_error(vm)));
        }
        self.outcome(vm, "Exception is not set.")
    }

    #[cold]
    fn outcome(&self, vm: &Vm, pending: &str) -> R<Option<Ref<ExceptionObj>>> {
        match self.state.get() {
            FutureState::Pending => Err(vm.raise_text(vm.invalid_state_error(), pending)),
            FutureState::Cancelled => Ok(Some(self.make_cancelled_error(vm))),
            FutureState::Returned => Ok(None),
            FutureState::Raised => {
                self.mark_seen();
                let exception = self.result.get();
                let Some(e) = exception.downcast::<ExceptionObj>() else {
                    return Ok(None);
                };
                // Every waiter sees the trace up to where it was set, not those of the others.
                e.trace.borrow_mut().truncate(self.trace_len.get() as usize);
                Ok(Some(e.clone()))
            }
        }
    }

    /// The stored result or exception, for a look.
    pub fn stored(&self) -> Value {
        self.result.get()
    }

    /// The `CancelledError` to raise: the one that ended the task, once, else a new one.
    pub fn make_cancelled_error(&self, vm: &Vm) -> Ref<ExceptionObj> {
        let saved = match self.state.get() {
            FutureState::Cancelled => self.result.replace(Value::Unbound),
            _ => Value::Unbound,
        };
        if let Some(e) = saved.downcast::<ExceptionObj>() {
            return e.clone();
        }
        let message = self.cancel_message();
        let args = if message.is_missing() {
            vec![]
        } else {
            vec![message]
        };
        Ref::<ExceptionObj>::of_class(vm.cancelled_error(), args)
    }

    /// The message given to `cancel`, or `None`.
    pub fn cancel_message(&self) -> Value {
        self.rare
            .read()
            .as_ref()
            .map_or(Value::None, |r| r.cancel_message.or(Value::None))
    }

    pub(crate) fn set_cancel_message(&self, message: &Value) {
        if message.is_missing() && self.rare.read().is_none() {
            return;
        }
        let message = message.or(Value::None);
        let old = self.with_rare(|r| std::mem::replace(&mut r.cancel_message, message));
        drop(old);
    }

    #[inline]
    pub(crate) fn has_rare(&self) -> bool {
        self.rare.read().is_some()
    }

    pub(crate) fn with_rare<T>(&self, change: impl FnOnce(&mut Rare) -> T) -> T {
        change(self.rare.write().get_or_insert_default())
    }

    pub(crate) fn rare<T>(&self, look: impl FnOnce(&Rare) -> Option<T>) -> Option<T> {
        self.rare.read().as_ref().and_then(|r| look(r))
    }

    /// Ends it; its callbacks become ready, each as a handle of its own. `this` is the object it
    /// is part of.
    #[inline]
    pub(crate) fn settle(&self, vm: &Vm, this: &Obj, state: FutureState, value: Value) -> R<()> {
        let old = self.result.replace(value);
        self.state.set(state);
        drop(old);
        let value = || match self.script_value(this) {
            Value::Obj(o) => o,
            _ => this.clone(),
        };
        self.callbacks
            .schedule(value, |entry| self.event_loop(vm)?.push(vm, entry))
    }

    /// The object that scripts know it as.
    pub fn script_value(&self, this: &Obj) -> Value {
        let wrapper = self.rare(|r| r.wrapper.clone());
        Value::Obj(wrapper.unwrap_or_else(|| this.clone()))
    }

    fn add_callback(&self, vm: &Vm, this: &Obj, callback: Callback) -> R<()> {
        if self.is_done() {
            let entry = Ready::of_callback(callback, self.script_value(this));
            return self.event_loop(vm)?.push(vm, entry);
        }
        self.callbacks.add(callback);
        Ok(())
    }

    /// True if something runs when it is done.
    pub(crate) fn has_callbacks(&self) -> bool {
        !self.callbacks.is_empty()
    }

    /// The callbacks, in order.
    pub fn callbacks(&self) -> Vec<Callback> {
        self.callbacks.all()
    }

    /// Removes the callbacks that `gone` tells; returns how many. `gone` may run script code.
    fn remove_callbacks(&self, mut gone: impl FnMut(&Callback) -> R<bool>) -> R<usize> {
        let before = self.callbacks();
        let mut kept = Vec::with_capacity(before.len());
        for callback in &before {
            if !gone(callback)? {
                kept.push(callback.clone());
            }
        }
        let removed = before.len() - kept.len();
        if removed > 0 && !self.is_done() {
            self.callbacks.replace(kept);
        }
        Ok(removed)
    }

    /// `set_result`.
    fn set_result(&self, vm: &Vm, this: &Obj, value: Value) -> R<()> {
        self.check_pending(vm)?;
        self.settle(vm, this, FutureState::Returned, value)
    }

    fn check_pending(&self, vm: &Vm) -> R<()> {
        if self.is_done() {
            return Err(vm.raise_text(vm.invalid_state_error(), "invalid state"));
        }
        Ok(())
    }

    pub(crate) fn settle_raised(&self, vm: &Vm, this: &Obj, e: Ref<ExceptionObj>) -> R<()> {
        self.trace_len.set(e.trace.borrow().len() as u32);
        self.set_flag(UNSEEN, true);
        self.settle(vm, this, FutureState::Raised, e.into())
    }

    /// `Future.cancel`: not what tasks and `gather` do.
    pub(crate) fn cancel_core(&self, vm: &Vm, this: &Obj, message: &Value) -> R<bool> {
        self.mark_seen();
        if self.is_done() {
            return Ok(false);
        }
        self.leave_timers();
        self.set_cancel_message(message);
        self.settle(vm, this, FutureState::Cancelled, Value::Unbound)?;
        Ok(true)
    }

    /// A sleeper that nobody waits for any more: its entry in the timer heap is dead.
    pub(crate) fn leave_timers(&self) {
        if self.has(SLEEPER) && !self.is_done() {
            self.set_flag(SLEEPER, false);
            if let Some(event_loop) = &*self.event_loop.read() {
                event_loop.timers.write().note_dead();
            }
        }
    }

    /// Its entry has left the timer heap.
    pub(crate) fn surfaced(&self) {
        self.set_flag(SLEEPER, false);
    }

    /// True while it stands in the timer heap as a sleeper.
    pub fn is_sleeper(&self) -> bool {
        self.has(SLEEPER) && !self.is_done()
    }
}

/// A plain future.
pub struct PlainFutureObj {
    core: FutureObj,
    /// What runs when the frame that awaits it goes on, and for whom.
    resume: Shared<Option<(Resume, Obj)>>,
}

#[cfg(not(debug_assertions))]
const _: () = assert!(size_of::<PlainFutureObj>() == 64);

impl Object for PlainFutureObj {
    const KIND: Kind = Kind::Future;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.core.trace(visit);
        if let Some((_, owner)) = &*self.resume.read() {
            visit(owner);
        }
    }
    fn clear(&self) {
        self.core.clear();
        drop(self.resume.replace(None));
    }
}

impl Deref for PlainFutureObj {
    type Target = FutureObj;
    #[inline(always)]
    fn deref(&self) -> &FutureObj {
        &self.core
    }
}

impl PlainFutureObj {
    /// `cancel` does something else: it is what `gather` returned.
    pub(crate) fn has_own_cancel(&self) -> bool {
        self.has_rare() && self.rare(|r| r.cancel.as_ref().map(drop)).is_some()
    }
}

impl Ref<PlainFutureObj> {
    /// A pending future of this loop.
    pub fn pending(event_loop: &Ref<LoopObj>) -> Ref<PlainFutureObj> {
        Ref::<PlainFutureObj>::build(Some(event_loop.clone()), None)
    }

    /// A pending future; `resume` runs when the frame that awaits it goes on.
    pub fn with_resume(event_loop: &Ref<LoopObj>, resume: Resume, owner: &Obj) -> Self {
        Ref::<PlainFutureObj>::build(Some(event_loop.clone()), Some((resume, owner.clone())))
    }

    /// A future that gets `result` at `when`, unless it is cancelled before.
    pub fn sleeper(
        event_loop: &Ref<LoopObj>,
        when: f64,
        delay: f64,
        result: Value,
    ) -> Ref<PlainFutureObj> {
        let future = Ref::<PlainFutureObj>::pending(event_loop);
        future.set_made_at((delay as f32).to_bits());
        drop(future.result.replace(result));
        future.set_flag(SLEEPER, true);
        event_loop.timers.write().add(when, future.obj().clone());
        future
    }

    pub(crate) fn uninitialised() -> Ref<PlainFutureObj> {
        Ref::<PlainFutureObj>::build(None, None)
    }

    #[inline(always)]
    fn build(event_loop: Option<Ref<LoopObj>>, resume: Option<(Resume, Obj)>) -> Self {
        let rested = event_loop.as_ref().map_or(0, |l| l.rested.get());
        let core = FutureObj::new(event_loop);
        core.set_made_at(rested);
        Ref::new(PlainFutureObj {
            core,
            resume: Shared::new(resume),
        })
    }

    /// A sleeper is due: it gets the result it was made with.
    pub(crate) fn wake_sleeper(&self, vm: &Vm) -> R<()> {
        if self.is_done() {
            return Ok(());
        }
        let result = self.core.stored();
        self.core
            .settle(vm, self.obj(), FutureState::Returned, result)
    }

    /// Gives it its result; raises `InvalidStateError` if it is done.
    pub fn set_result(&self, vm: &Vm, value: Value) -> R<()> {
        self.core.set_result(vm, self.obj(), value)
    }

    /// Gives it a result unless it is done.
    pub fn set_result_if_pending(&self, vm: &Vm, value: Value) -> R<()> {
        if self.is_done() {
            Ok(())
        } else {
            self.set_result(vm, value)
        }
    }

    /// Gives it an exception; raises `InvalidStateError` if it is done.
    pub fn set_exception(&self, vm: &Vm, exception: Ref<ExceptionObj>) -> R<()> {
        self.core.check_pending(vm)?;
        self.core.settle_raised(vm, self.obj(), exception)
    }

    /// Cancels it, or does what its own `cancel` does; false if it is done.
    pub fn cancel(&self, vm: &Vm, message: &Value) -> R<bool> {
        match self.rare(|r| r.cancel.clone()) {
            Some((cancel, owner)) => cancel(vm, self, &owner, message),
            None => self.core.cancel_core(vm, self.obj(), message),
        }
    }

    /// Replaces what `cancel` does.
    pub fn set_cancel(&self, cancel: CancelFn, owner: &Obj) {
        let old = self.with_rare(|r| r.cancel.replace((cancel, owner.clone())));
        drop(old);
    }

    /// For whom something runs when the frame that awaits it goes on, or when it is cancelled.
    pub fn owner(&self) -> Option<Obj> {
        let resumed = self.resume.read().as_ref().map(|(_, owner)| owner.clone());
        resumed.or_else(|| self.rare(|r| r.cancel.as_ref().map(|(_, owner)| owner.clone())))
    }

    /// What runs when the frame that awaits it goes on.
    #[inline]
    pub(crate) fn resume(&self) -> Option<(Resume, Obj)> {
        self.resume
            .read()
            .as_ref()
            .map(|(resume, owner)| (*resume, owner.clone()))
    }
}

/// A future or a task.
#[derive(Clone)]
pub enum AnyFuture {
    /// A future.
    Plain(Ref<PlainFutureObj>),
    /// A task.
    Task(Ref<TaskObj>),
}

impl Deref for AnyFuture {
    type Target = FutureObj;
    #[inline]
    fn deref(&self) -> &FutureObj {
        match self {
            AnyFuture::Plain(f) => f,
            AnyFuture::Task(t) => t,
        }
    }
}

impl AnyFuture {
    /// The object as a future or task, if it is one.
    pub fn of_obj(o: &Obj) -> Option<AnyFuture> {
        if let Some(f) = o.downcast::<PlainFutureObj>() {
            return Some(AnyFuture::Plain(f.clone()));
        }
        o.downcast::<TaskObj>().map(|t| AnyFuture::Task(t.clone()))
    }

    /// The object.
    pub fn obj(&self) -> &Obj {
        match self {
            AnyFuture::Plain(f) => f.obj(),
            AnyFuture::Task(t) => t.obj(),
        }
    }

    /// The object that scripts know it as.
    pub fn value(&self) -> Value {
        self.script_value(self.obj())
    }

    /// Cancels it; false if it is done. Does not see a `cancel` written in the language.
    pub fn cancel(&self, vm: &Vm, message: &Value) -> R<bool> {
        match self {
            AnyFuture::Plain(f) => f.cancel(vm, message),
            AnyFuture::Task(t) => t.cancel(vm, message),
        }
    }

    /// Gives it its result; raises `InvalidStateError` if it is done.
    pub fn set_result(&self, vm: &Vm, value: Value) -> R<()> {
        FutureObj::set_result(self, vm, self.obj(), value)
    }

    /// Gives it an exception; raises `InvalidStateError` if it is done.
    pub fn set_exception(&self, vm: &Vm, exception: Ref<ExceptionObj>) -> R<()> {
        self.check_pending(vm)?;
        self.settle_raised(vm, self.obj(), exception)
    }

    /// Adds a callback; if the future is done, it is ready at once.
    pub fn add_callback(&self, vm: &Vm, callback: Callback) -> R<()> {
        FutureObj::add_callback(self, vm, self.obj(), callback)
    }

    /// Removes the callbacks equal to `callable`; returns how many.
    pub fn remove_callable(&self, vm: &Vm, callable: &Value) -> R<usize> {
        self.remove_callbacks(|c| match c {
            Callback::Call(f, _) => vm.is_or_equal(f, callable),
            _ => Ok(false),
        })
    }

    /// Removes the callback that wakes this task, which goes on without it.
    pub(crate) fn abandon(&self, task: &Ref<TaskObj>) {
        self.set_flag(ABANDONED, matches!(self, AnyFuture::Plain(_)));
        let removed = self.remove_callbacks(|c| Ok(matches!(c, Callback::Wake(t) if t.is(task))));
        debug_assert!(removed.is_ok());
    }

    /// Removes the library's callback of this owner.
    pub fn remove_native(&self, callback: &'static NativeCallback, owner: &Obj) {
        let removed = self.remove_callbacks(|c| {
            Ok(matches!(c, Callback::Native(f, o) if o.is(owner) && std::ptr::eq(*f, callback)))
        });
        debug_assert!(removed.is_ok());
    }

    /// Its class's name, for messages.
    pub fn class_name(&self, vm: &Vm) -> String {
        vm.type_name(&self.value())
    }
}
