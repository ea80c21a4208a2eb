//! What stands in the ready queue, and the handles that `call_soon` and `call_later` return.
//!
//! Steps and wake-ups of tasks are plain entries of the queue: no handle object is made for them.

use std::cell::Cell;

use super::callbacks::{Callback, CallbackListObj};
use super::future::{AnyFuture, PlainFutureObj};
use super::report::Incident;
use super::task::TaskObj;
use super::{LoopObj, context};
use crate::coroutine::CoroutineObj;
use crate::object::{Kind, Obj, Object, Ref, trace_value};
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// One entry of the ready queue.
pub enum Ready {
    /// A task begins, or goes on after a bare yield; or its step throws in what it stored.
    Step(Ref<TaskObj>),
    /// A task goes on because what it waits for is done.
    Wakeup(Ref<TaskObj>),
    /// A sleeper is due.
    Sleeper(Ref<PlainFutureObj>),
    /// A done callback of a list, by its position.
    Listed(Ref<CallbackListObj>, u32),
    /// A done callback with its future, which was done when it was added.
    Late(Box<(Callback, Obj)>),
    /// What `call_soon` or a due timer gave.
    Handle(Ref<HandleObj>),
    /// An async generator that nobody will finish is closed, by a task of its own.
    Close(Ref<CoroutineObj>),
}

const _: () = assert!(size_of::<Ready>() == 16);

impl Ready {
    /// The entry for a callback of a future that is done.
    pub(crate) fn of_callback(callback: Callback, future: Value) -> Ready {
        match (callback, future) {
            (Callback::Wake(task), _) => Ready::Wakeup(task),
            (callback, Value::Obj(future)) => Ready::Late(Box::new((callback, future))),
            _ => unreachable!("a future is an object"),
        }
    }

    pub(crate) fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        match self {
            Ready::Step(task) | Ready::Wakeup(task) => visit(task.obj()),
            Ready::Sleeper(future) => visit(future.obj()),
            Ready::Listed(list, _) => visit(list.obj()),
            Ready::Late(parts) => {
                parts.0.trace(visit);
                visit(&parts.1);
            }
            Ready::Handle(handle) => visit(handle.obj()),
            Ready::Close(generator) => visit(generator.obj()),
        }
    }

    /// Runs it. Only `KeyboardInterrupt` and `SystemExit` come out; all else is reported.
    #[inline(always)]
    pub(crate) fn run(self, vm: &Vm, event_loop: &Ref<LoopObj>) -> R<()> {
        match self {
            Ready::Step(task) => {
                let result = task.step_stored(vm);
                settle(vm, event_loop, result, |vm| Incident::of_task(vm, &task))
            }
            Ready::Wakeup(task) => wake(vm, event_loop, &task),
            Ready::Sleeper(future) => future.wake_sleeper(vm),
            Ready::Listed(list, at) => match list.take_due(at) {
                Some((callback, future)) => run_callback(vm, event_loop, callback, future),
                None => Ok(()),
            },
            Ready::Late(parts) => run_callback(vm, event_loop, parts.0, parts.1),
            Ready::Handle(handle) => handle.run(vm, event_loop),
            Ready::Close(generator) => super::async_gens::close_in_task(vm, event_loop, &generator),
        }
    }
}

#[inline]
fn wake(vm: &Vm, event_loop: &Ref<LoopObj>, task: &Ref<TaskObj>) -> R<()> {
    let result = task.wakeup(vm);
    settle(vm, event_loop, result, |vm| Incident::of_task(vm, task))
}

/// Runs a done callback.
#[inline(always)]
fn run_callback(vm: &Vm, event_loop: &Ref<LoopObj>, callback: Callback, future: Obj) -> R<()> {
    match callback {
        Callback::Wake(task) => wake(vm, event_loop, &task),
        Callback::Call(f, context) => {
            let future = Value::Obj(future);
            let args = std::slice::from_ref(&future);
            let result = context::run_in(vm, context, || vm.call(&f, args)).map(drop);
            settle(vm, event_loop, result, |vm| {
                Incident::of_call(vm, event_loop, &f, &future)
            })
        }
        Callback::Native(f, owner) => {
            let result = (f.call)(vm, &owner, &Value::Obj(future));
            settle(vm, event_loop, result, |_| Incident::of_callback(f.name))
        }
    }
}

/// Reports what a callback raised, unless it is to end the program.
#[inline]
fn settle(
    vm: &Vm,
    event_loop: &Ref<LoopObj>,
    result: R<()>,
    incident: impl FnOnce(&Vm) -> Incident,
) -> R<()> {
    if result.is_ok() {
        return Ok(());
    }
    report_raised(vm, event_loop, incident)
}

#[cold]
fn report_raised(
    vm: &Vm,
    event_loop: &Ref<LoopObj>,
    incident: impl FnOnce(&Vm) -> Incident,
) -> R<()> {
    let e = vm.take_raised();
    if ends_program(vm, &e.class()) {
        return Err(vm.raise_again(e));
    }
    incident(vm)
        .with("exception", e.into())
        .report(vm, event_loop)
}

/// True for `KeyboardInterrupt` and `SystemExit`, which no callback's failure handling stops.
pub fn ends_program(vm: &Vm, class: &Ref<crate::objects::class::ClassObj>) -> bool {
    let e = &vm.exceptions;
    class.is_subclass(&e.KeyboardInterrupt) || class.is_subclass(&e.SystemExit)
}

/// What a handle does.
#[derive(Default)]
pub enum Action {
    /// It was cancelled.
    #[default]
    Nothing,
    /// A callable with its arguments, a tuple.
    Call(Value, Value),
    /// A function of the library, with its owner.
    Native(fn(&Vm, &Obj) -> R<()>, Obj),
}

/// `Handle` and `TimerHandle`.
pub struct HandleObj {
    pub(crate) action: Shared<Action>,
    /// The loop it belongs to.
    pub event_loop: Ref<LoopObj>,
    pub(crate) context: Option<Obj>,
    /// When it is due, as given; `Unbound` for a plain handle.
    pub(crate) when: Value,
    pub(crate) cancelled: Cell<bool>,
    /// It stands in the timer heap.
    pub(crate) scheduled: Cell<bool>,
}

impl Object for HandleObj {
    const KIND: Kind = Kind::Handle;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        match &*self.action.read() {
            Action::Nothing => {}
            Action::Call(f, args) => {
                trace_value(f, visit);
                trace_value(args, visit);
            }
            Action::Native(_, owner) => visit(owner),
        }
        visit(self.event_loop.obj());
        if let Some(context) = &self.context {
            visit(context);
        }
        trace_value(&self.when, visit);
    }
    fn clear(&self) {
        drop(self.action.replace(Action::Nothing));
    }
}

impl HandleObj {
    /// True for a `TimerHandle`.
    pub fn is_timer(&self) -> bool {
        !self.when.is_unbound()
    }

    /// True if it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }

    /// It will not run. What it held is let go.
    pub fn cancel(&self) {
        if self.cancelled.replace(true) {
            return;
        }
        if self.scheduled.get() {
            self.event_loop.timers.write().note_dead();
        }
        drop(self.action.replace(Action::Nothing));
    }
}

impl Ref<HandleObj> {
    /// A handle that is not scheduled yet.
    pub(crate) fn make(
        event_loop: &Ref<LoopObj>,
        action: Action,
        context: Option<Obj>,
        when: Value,
    ) -> Ref<HandleObj> {
        Ref::new(HandleObj {
            action: Shared::new(action),
            event_loop: event_loop.clone(),
            context,
            when,
            cancelled: Cell::new(false),
            scheduled: Cell::new(false),
        })
    }

    fn run(&self, vm: &Vm, event_loop: &Ref<LoopObj>) -> R<()> {
        if self.is_cancelled() {
            return Ok(());
        }
        // The action stays in place while it runs: `repr` of the handle shows it.
        let result = match &*self.action.read() {
            Action::Nothing => None,
            Action::Call(f, args) => Some((f.clone(), args.clone())),
            Action::Native(..) => None,
        };
        let result = match result {
            Some((f, args)) => {
                let context = self.context.clone();
                context::run_in(vm, context, || {
                    let args = args.downcast::<crate::objects::tuple::TupleObj>();
                    vm.call(&f, args.map_or(&[], |t| t.items()))
                })
                .map(drop)
            }
            None => {
                let native = match &*self.action.read() {
                    Action::Native(f, owner) => Some((*f, owner.clone())),
                    _ => None,
                };
                native.map_or(Ok(()), |(f, owner)| f(vm, &owner))
            }
        };
        settle(vm, event_loop, result, |vm| Incident::of_handle(vm, self))
    }
}

impl Callback {
    /// The task that this callback wakes.
    pub fn task(&self) -> Option<&Ref<TaskObj>> {
        if let Callback::Wake(task) = self {
            Some(task)
        } else {
            None
        }
    }
}

/// A done callback that needs its future as what it is.
pub(crate) fn future_of(vm: &Vm, value: &Value) -> R<AnyFuture> {
    super::future::FutureObj::of(value)
        .ok_or_else(|| vm.type_error(format!("a future is expected, not {}", vm.type_name(value))))
}
