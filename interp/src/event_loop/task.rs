//! Tasks: coroutines that the loop drives.
//!
//! A task that is not done is in exactly one of three states: running (its step is under way),
//! ready (one entry of the ready queue is its own), or waiting (`waiting_on` is a future, one of
//! whose callbacks wakes the task). The loop holds every such task.

use std::cell::Cell;
use std::ops::Deref;

use super::future::{AnyFuture, Callback, FutureObj, FutureState, PlainFutureObj};
use super::handle::{Ready, ends_program};
use super::trail::Deed;
use super::{LoopObj, context, foreign};
use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::node::Flow;
use crate::object::{Kind, Obj, Object, Ref};
use crate::objects::exception::{EndedTask, ExceptionObj};
use crate::objects::host::HostObj;
use crate::place::Place;
use crate::shared::Shared;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// A task.
pub struct TaskObj {
    core: FutureObj,
    /// What it runs; none only between `__new__` and `__init__`.
    coroutine: Shared<Option<Obj>>,
    /// What it waits for; kept until its next step, which the future's end schedules.
    waiting_on: Shared<Option<Obj>>,
    /// The variables it sees; none if no variable is set.
    context: Shared<Option<Obj>>,
    /// The `n` of `Task-n` in the upper 48 bits: how many tasks without a name there were before
    /// it, itself included. Below, how many tasks with a name there were since. So it is the
    /// order of creation, too.
    number: Cell<u64>,
}

#[cfg(not(debug_assertions))]
const _: () = assert!(size_of::<TaskObj>() == 80);

impl Object for TaskObj {
    const KIND: Kind = Kind::Task;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.core.trace(visit);
        for held in [&self.coroutine, &self.waiting_on, &self.context] {
            if let Some(o) = &*held.read() {
                visit(o);
            }
        }
    }
    fn clear(&self) {
        self.core.clear();
        for held in [&self.coroutine, &self.waiting_on, &self.context] {
            drop(held.take());
        }
    }
}

impl Deref for TaskObj {
    type Target = FutureObj;
    #[inline(always)]
    fn deref(&self) -> &FutureObj {
        &self.core
    }
}

/// The name of a task with this number that was given none.
fn number_name(number: u64) -> String {
    format!("Task-{}", number >> NAMED_BITS)
}

/// The same, if no task with a name has this number.
pub fn usual_name(number: u64) -> Option<String> {
    let is_unnamed = number > 0 && number.trailing_zeros() >= NAMED_BITS;
    is_unnamed.then(|| number_name(number))
}

/// True for what a task can run: coroutines, and what behaves like one.
pub fn is_coroutine(vm: &Vm, value: &Value) -> bool {
    match value.kind() {
        Some(Kind::Coroutine) => value
            .downcast::<CoroutineObj>()
            .is_some_and(|co| co.kind == CodeKind::Coroutine),
        Some(Kind::AsyncGenStep) => true,
        Some(Kind::Instance | Kind::Host) => {
            let n = &vm.names;
            [&n.await_, &n.send, &n.throw, &n.close]
                .into_iter()
                .all(|name| vm.special(value, name).is_some_and(|v| !v.is_none()))
        }
        _ => false,
    }
}

/// Makes a task of this loop and schedules its first step. `name` and the context may be
/// missing; a missing context is a snapshot of the one in force.
pub fn spawn(
    vm: &Vm,
    event_loop: &Ref<LoopObj>,
    coroutine: &Value,
    name: &Value,
    given_context: &Value,
) -> R<Ref<TaskObj>> {
    let task = Ref::<TaskObj>::blank();
    task.initialise(vm, event_loop, coroutine, name, given_context)?;
    task.schedule_first(vm)?;
    Ok(task)
}

impl Ref<TaskObj> {
    /// A task that runs nothing yet.
    pub(crate) fn blank() -> Ref<TaskObj> {
        let task = Ref::new(TaskObj {
            core: FutureObj::new(None),
            coroutine: Shared::new(None),
            waiting_on: Shared::new(None),
            context: Shared::new(None),
            number: Cell::new(0),
        });
        task.obj().spare().aux.set(UNREGISTERED);
        task
    }

    /// Gives it what it is to run; does not schedule it.
    #[inline(always)]
    pub(crate) fn initialise(
        &self,
        vm: &Vm,
        event_loop: &Ref<LoopObj>,
        coroutine: &Value,
        name: &Value,
        given_context: &Value,
    ) -> R<()> {
        self.set_loop(event_loop);
        let Value::Obj(o) = coroutine else {
            return Err(not_a_coroutine(vm, coroutine));
        };
        if !is_coroutine(vm, coroutine) {
            return Err(not_a_coroutine(vm, coroutine));
        }
        self.number.set(vm.loops.number_task(name.is_missing()));
        if !name.is_missing() {
            self.set_name(vm, name)?;
        }
        drop(
            self.context
                .replace(context::given_or_copy(vm, given_context)?),
        );
        drop(self.coroutine.replace(Some(o.clone())));
        let (source, at) = vm.here().parts();
        self.obj().spare().small.set(source);
        self.set_made_at(at);
        vm.note_deed(Deed::Started, o);
        Ok(())
    }

    /// Where it was created.
    pub fn created(&self) -> Place {
        match self.rare(|r| r.created) {
            Some(place) => place,
            None => Place::from_parts(self.obj().spare().small.get(), self.made_at()),
        }
    }

    /// The loop's deadlock ends what it waits for: its next step throws in `e`.
    pub(crate) fn interrupt(
        &self,
        vm: &Vm,
        event_loop: &Ref<LoopObj>,
        e: Ref<ExceptionObj>,
    ) -> R<()> {
        let awaited = self.waiting_on.take();
        if let Some(future) = awaited
            .as_ref()
            .and_then(|o| FutureObj::of(&Value::Obj(o.clone())))
        {
            future.abandon(self);
        }
        let old = self.with_rare(|r| r.throw.replace(e));
        drop(old);
        event_loop.push(vm, Ready::Step(self.clone()))
    }

    /// Schedules the first step and enters the task in its loop.
    #[inline(always)]
    pub(crate) fn schedule_first(&self, vm: &Vm) -> R<()> {
        let event_loop = self.event_loop(vm)?;
        event_loop.push(vm, Ready::Step(self.clone()))?;
        event_loop.register(self);
        if event_loop.is_prompt.get() {
            self.note_time(vm);
        }
        Ok(())
    }

    /// True if it waits for `other`: at once, or for something that is told when `other` is done,
    /// such as a gather or the end of a group.
    pub fn waits_for(&self, other: &Ref<TaskObj>) -> bool {
        let Some(Value::Obj(awaited)) = self.waiting_on() else {
            return false;
        };
        let is_awaited = |o: &Obj| o.address() == awaited.address();
        is_awaited(other.obj())
            || other.callbacks().iter().any(|callback| {
                let Callback::Native(_, told) = callback else {
                    return false;
                };
                let mut holds = is_awaited(told);
                if let Some(host) = told.downcast::<HostObj>() {
                    host.trace(&mut |held| holds |= is_awaited(held));
                }
                holds
            })
    }

    /// Since when it waits, by the loop's clock; known beneath a prompt only.
    pub fn since(&self) -> Option<f64> {
        self.rare(|r| r.since)
    }

    #[cold]
    fn note_time(&self, vm: &Vm) {
        let now = vm.clock.monotonic();
        self.with_rare(|r| r.since = Some(now));
    }

    /// What it runs.
    pub fn coroutine(&self) -> Value {
        self.coroutine.get().map_or(Value::None, Value::Obj)
    }

    pub(crate) fn forget_coroutine(&self) {
        drop(self.coroutine.take());
    }

    /// True while its step runs in the loop of a prompt: an interrupt is raised in it rather than
    /// cancelling it.
    pub(crate) fn is_typed(&self) -> bool {
        self.loop_if_any()
            .is_some_and(|l| l.is_prompt.get() && l.current_task().is_some_and(|t| t.is(self)))
    }

    /// What it waits for.
    pub fn waiting_on(&self) -> Option<Value> {
        self.waiting_on.get().map(Value::Obj)
    }

    /// The order of creation.
    pub fn order(&self) -> u64 {
        self.number.get()
    }

    /// The context it runs in, made if it has none.
    pub fn context(&self, vm: &Vm) -> Obj {
        if let Some(context) = self.context.get() {
            return context;
        }
        let event_loop = self.loop_if_any();
        let runs = event_loop
            .and_then(|l| l.current_task.get())
            .is_some_and(|t| t.is(self));
        if runs {
            return context::current(vm);
        }
        let made = context::new_context(vm, Default::default());
        drop(self.context.replace(Some(made.clone())));
        made
    }

    pub(crate) fn context_if_any(&self) -> Option<Obj> {
        self.context.get()
    }

    /// The name that it was given.
    pub(crate) fn given_name(&self) -> Option<Value> {
        match self.has_rare() {
            true => self.rare(|r| r.name.clone()),
            false => None,
        }
    }

    /// `get_name()`.
    pub fn name(&self, vm: &Vm) -> Value {
        match self.rare(|r| r.name.clone()) {
            Some(name) => name,
            None => vm.text(&number_name(self.number.get())),
        }
    }

    /// `set_name()`.
    pub fn set_name(&self, vm: &Vm, name: &Value) -> R<()> {
        let name = Value::from(vm.str(name)?);
        let old = self.with_rare(|r| r.name.replace(name));
        drop(old);
        Ok(())
    }

    /// `cancelling()`.
    pub fn cancelling(&self) -> u16 {
        self.cancels().get()
    }

    /// `uncancel()`: takes one request back; returns how many are left.
    pub fn uncancel(&self) -> u16 {
        let left = self.cancels().get().saturating_sub(1);
        self.cancels().set(left);
        if left == 0 {
            self.set_must_cancel(false);
        }
        left
    }

    /// Asks the task to cancel: what it waits for is cancelled, or a `CancelledError` is thrown
    /// in at its next step. False if it is done.
    pub fn cancel(&self, vm: &Vm, message: &Value) -> R<bool> {
        let _guard = vm.enter_native()?;
        vm.note_deed_to(Deed::Cancelled, self.order());
        // Of a chain of tasks that wait for each other the last one tells. `seen` is moved on at
        // powers of two, so that a circle comes back to it: one is asked round and round until
        // the recursion limit.
        let (mut at, mut seen, mut steps) = (self.clone(), None::<Ref<TaskObj>>, 0u32);
        let mut is_circle = false;
        let mut before: Option<Ref<TaskObj>> = None;
        let resists = loop {
            at.mark_seen();
            if at.is_done() {
                break before;
            }
            is_circle |= seen.as_ref().is_some_and(|seen| seen.is(&at));
            if is_circle && steps > vm.recursion_limit.get() {
                return Err(vm.recursion_error());
            }
            at.cancels().set(at.cancels().get().saturating_add(1));
            // `waiting_on` stays: it may be a task that resists, to be cancelled again.
            match at.waiting_on() {
                Some(awaited) => match awaited.downcast::<TaskObj>() {
                    Some(next) => {
                        steps += 1;
                        if steps.is_power_of_two() {
                            seen = Some(at.clone());
                        }
                        before = Some(std::mem::replace(&mut at, next.clone()));
                    }
                    None if cancel_awaited(vm, &awaited, message)? => return Ok(true),
                    None => break Some(at),
                },
                None => break Some(at),
            }
        };
        // Its step is scheduled already, or under way.
        let Some(task) = resists else {
            return Ok(false);
        };
        task.set_must_cancel(true);
        task.set_cancel_message(message);
        Ok(true)
    }

    /// Runs the step that is due: from the ready queue.
    #[inline]
    pub(crate) fn step_stored(&self, vm: &Vm) -> R<()> {
        let thrown = match self.has_rare() {
            true => self.with_rare(|r| r.throw.take()),
            false => None,
        };
        self.step(vm, thrown)
    }

    /// What it waited for is done: runs a step, throwing in what that ended with, if not a
    /// result.
    #[inline(always)]
    pub(crate) fn wakeup(&self, vm: &Vm) -> R<()> {
        let waited = self.waiting_on.get();
        let returned = |f: &FutureObj| f.state() == FutureState::Returned;
        let thrown = match &waited {
            Some(o) => {
                if o.downcast::<PlainFutureObj>().is_some_and(|f| returned(f))
                    || o.downcast::<TaskObj>().is_some_and(|t| returned(t))
                {
                    None
                } else {
                    outcome_of(vm, &Value::Obj(o.clone()))
                }
            }
            None => None,
        };
        self.step(vm, thrown)
    }

    /// One step: the coroutine runs until it waits again or ends.
    fn step(&self, vm: &Vm, thrown: Option<Ref<ExceptionObj>>) -> R<()> {
        if self.is_done() {
            return Err(self.already_done(vm, thrown));
        }
        let mut thrown = thrown;
        if self.must_cancel() {
            let is_cancel = thrown
                .as_ref()
                .is_some_and(|e| e.class().is_subclass(vm.cancelled_error()));
            if !is_cancel {
                thrown = Some(self.make_cancelled_error(vm));
            }
            self.set_must_cancel(false);
        }
        drop(self.waiting_on.take());
        let event_loop = self.event_loop(vm)?;
        let outer_task = event_loop.current_task.replace(Some(self.clone()));
        let flow = self.run_in_context(vm, thrown);
        let result = self.follow(vm, &event_loop, flow);
        drop(event_loop.current_task.replace(outer_task));
        result
    }

    /// The first step of an eager task, inside whatever runs now.
    pub(crate) fn start_eagerly(&self, vm: &Vm, event_loop: &Ref<LoopObj>) -> R<()> {
        let outer_task = event_loop.current_task.replace(Some(self.clone()));
        event_loop.register(self);
        let flow = self.run_in_context(vm, None);
        let result = self.follow(vm, event_loop, flow);
        drop(event_loop.current_task.replace(outer_task));
        if self.is_done() {
            self.forget_coroutine();
        }
        result
    }

    #[inline(always)]
    fn run_in_context(&self, vm: &Vm, thrown: Option<Ref<ExceptionObj>>) -> Flow {
        let context = self.context.get();
        let outer = vm.loops.context.replace(context);
        let flow = self.run_coroutine(vm, thrown);
        let own = vm.loops.context.replace(outer);
        if let Some(own) = own {
            drop(self.context.replace(Some(own)));
        }
        flow
    }

    #[inline(always)]
    fn run_coroutine(&self, vm: &Vm, thrown: Option<Ref<ExceptionObj>>) -> Flow {
        let Some(coroutine) = self.coroutine.get() else {
            let _ = vm.runtime_error("uninitialized Task object");
            return Flow::Raised;
        };
        if let Some(co) = coroutine.downcast::<CoroutineObj>() {
            return drive(vm, co, thrown);
        }
        foreign::drive(vm, &Value::Obj(coroutine), thrown)
    }

    /// What follows from how the step ended.
    #[inline(always)]
    fn follow(&self, vm: &Vm, event_loop: &Ref<LoopObj>, flow: Flow) -> R<()> {
        match flow {
            Flow::Suspended => {
                let yielded = vm.passed.replace(Value::None);
                self.follow_yield(vm, event_loop, yielded)
            }
            Flow::Raised => self.follow_exception(vm, event_loop),
            flow => {
                let value = if let Flow::Return(v) = flow {
                    v
                } else {
                    Value::None
                };
                event_loop.unregister(self);
                if self.must_cancel() {
                    // Cancelled right before it ended.
                    self.set_must_cancel(false);
                    return self.settle(vm, self.obj(), FutureState::Cancelled, Value::Unbound);
                }
                self.settle(vm, self.obj(), FutureState::Returned, value)
            }
        }
    }

    fn follow_exception(&self, vm: &Vm, event_loop: &Ref<LoopObj>) -> R<()> {
        event_loop.unregister(self);
        let e = vm.take_raised();
        let class = e.class();
        if class.is_subclass(vm.cancelled_error()) {
            if self.has_rare() {
                self.set_cancel_message(&Value::None);
            }
            self.tell_end(&e, self.created());
            return self.settle(vm, self.obj(), FutureState::Cancelled, e.into());
        }
        let created = self.created();
        self.tell_end(&e, created);
        self.with_rare(|r| r.created = Some(created));
        let hook = vm.loops.failed.get();
        let hook = hook.filter(|_| !self.has_callbacks() && !ends_program(vm, &class));
        self.settle_raised(vm, self.obj(), e.clone())?;
        if hook.is_some_and(|failed| failed(vm, self, &e)) {
            self.mark_seen();
        }
        if ends_program(vm, &class) {
            return Err(vm.raise_again(e));
        }
        Ok(())
    }

    /// Tells an exception that it ended this task.
    fn tell_end(&self, e: &Ref<ExceptionObj>, created: Place) {
        e.tell(|story| {
            // One exception may end any number of tasks.
            story.tasks.truncate(MOST_ENDED - 1);
            story.tasks.push(EndedTask {
                trace_len: e.trace.borrow().len(),
                given_name: self.given_name(),
                number: self.order(),
                created,
            });
        });
    }

    /// What the coroutine yielded: a future it awaits, or nothing for a turn of the loop.
    #[inline(always)]
    fn follow_yield(&self, vm: &Vm, event_loop: &Ref<LoopObj>, yielded: Value) -> R<()> {
        match yielded.kind() {
            None if yielded.is_none() => event_loop.push(vm, Ready::Step(self.clone())),
            Some(Kind::Future | Kind::Task | Kind::Instance) => match FutureObj::of(&yielded) {
                Some(future) => self.wait_for(vm, event_loop, &future, yielded),
                None => foreign::follow_yield(vm, self, event_loop, yielded),
            },
            _ => foreign::follow_yield(vm, self, event_loop, yielded),
        }
    }

    fn wait_for(
        &self,
        vm: &Vm,
        event_loop: &Ref<LoopObj>,
        future: &AnyFuture,
        yielded: Value,
    ) -> R<()> {
        if future.obj().is(self.obj()) {
            let text = format!(
                "Task cannot await on itself: {}",
                vm.repr_or_name(&self.into())
            );
            return self.throw_soon(vm, event_loop, &text);
        }
        if !future.belongs_to(event_loop) {
            return self.throw_soon(vm, event_loop, &foreign::other_loop(vm, self, &yielded));
        }
        if !future.is_blocking() {
            let text = foreign::bare_yield(vm, self, &yielded);
            return self.throw_soon(vm, event_loop, &text);
        }
        future.set_blocking(false);
        if event_loop.is_prompt.get() {
            self.note_time(vm);
        }
        if foreign::has_own_add(vm, &yielded) {
            let add = vm.get_attr(&yielded, &vm.name("add_done_callback"))?;
            vm.call(&add, &[foreign::wakeup_callable(self)])?;
        } else {
            future.add_callback(vm, Callback::Wake(self.clone()))?;
        }
        self.set_waiting_on(vm, yielded)
    }

    /// Notes what it waits for; passes a cancellation on that came during the step.
    #[inline(always)]
    pub(crate) fn set_waiting_on(&self, vm: &Vm, awaited: Value) -> R<()> {
        let Value::Obj(awaited) = awaited else {
            return Ok(());
        };
        drop(self.waiting_on.replace(Some(awaited)));
        if self.must_cancel() {
            return self.pass_cancel_on(vm);
        }
        Ok(())
    }

    #[cold]
    fn pass_cancel_on(&self, vm: &Vm) -> R<()> {
        let message = self.cancel_message();
        let awaited = self.waiting_on.get().map_or(Value::None, Value::Obj);
        if cancel_awaited(vm, &awaited, &message)? {
            self.set_must_cancel(false);
        }
        Ok(())
    }

    /// The next step throws in a `RuntimeError`.
    #[cold]
    pub(crate) fn throw_soon(&self, vm: &Vm, event_loop: &Ref<LoopObj>, text: &str) -> R<()> {
        let args = vec![vm.text(text)];
        let e = Ref::<ExceptionObj>::of_class(&vm.exceptions.RuntimeError, args);
        let old = self.with_rare(|r| r.throw.replace(e));
        drop(old);
        event_loop.push(vm, Ready::Step(self.clone()))
    }

    #[cold]
    fn already_done(&self, vm: &Vm, thrown: Option<Ref<ExceptionObj>>) -> Raised {
        let thrown = thrown.map_or(Value::None, Value::from);
        let text = format!(
            "__step(): already done: {} {}",
            vm.repr_or_name(&self.into()),
            vm.repr_or_name(&thrown)
        );
        vm.raise_text(vm.invalid_state_error(), &text)
    }
}

/// The lower bits of a task's number.
pub(crate) const NAMED_BITS: u32 = 16;

/// So many of the tasks that an exception ended are remembered.
const MOST_ENDED: usize = 20;

/// `Header::aux` of a task that no loop holds.
pub(crate) const UNREGISTERED: u32 = u32::MAX;

/// Drives a coroutine one step, throwing this in.
#[inline(always)]
pub(super) fn drive(vm: &Vm, co: &Ref<CoroutineObj>, thrown: Option<Ref<ExceptionObj>>) -> Flow {
    let throw = thrown.is_some();
    match thrown {
        None => drop(vm.passed.replace(Value::None)),
        Some(e) => drop(vm.raise_again(e)),
    }
    vm.drive(co, throw)
}

/// The exception that something awaited ended with, if not with a result.
#[cold]
fn outcome_of(vm: &Vm, awaited: &Value) -> Option<Ref<ExceptionObj>> {
    let outcome = match FutureObj::of(awaited) {
        // A cancellation is raised there, which gives it its context.
        Some(future) if future.is_cancelled() => {
            Err(vm.raise_exception(future.make_cancelled_error(vm)))
        }
        Some(future) => future.thrown(vm),
        None => vm
            .call_method(awaited, &vm.name("result"), &[])
            .map(|_| None),
    };
    match outcome {
        Ok(e) => e,
        Err(Raised) => Some(vm.take_raised()),
    }
}

/// Cancels what a task waits for, by the `cancel` of its class if that is written in the language.
fn cancel_awaited(vm: &Vm, awaited: &Value, message: &Value) -> R<bool> {
    match awaited.kind() {
        Some(Kind::Future | Kind::Task) => match FutureObj::of(awaited) {
            Some(future) => future.cancel(vm, message),
            None => Ok(false),
        },
        _ => {
            let cancel = vm.get_attr(awaited, &vm.name("cancel"))?;
            let message = message.or(Value::None);
            let done = vm.call_kw(&cancel, &[message], std::slice::from_ref(&vm.names.msg))?;
            vm.truth(&done)
        }
    }
}

#[cold]
fn not_a_coroutine(vm: &Vm, value: &Value) -> Raised {
    vm.type_error(format!(
        "a coroutine was expected, got {}",
        vm.repr_or_name(value)
    ))
}
