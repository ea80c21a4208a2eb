//! `wait`: until some or all of several futures are done.

use std::cell::{Cell, RefCell};

use aio_interp::coroutine::native::Started;
use aio_interp::event_loop::LoopObj;
use aio_interp::event_loop::future::{
    AnyFuture, FutureObj, FutureState, NativeCallback, PlainFutureObj,
};
use aio_interp::event_loop::handle::HandleObj;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::event_loop::waits::{self, Needs, Wait};
use aio_interp::event_loop::{add_native_callback, is_coroutine};
use aio_interp::object::{Kind, Obj, Ref, trace_values};
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::set::SetObj;
use aio_interp::objects::tuple::tuple_of;
use aio_interp::{R, Raised, Value, Vm};

use super::tasks::is_single;
use super::types::owned;

#[derive(Clone, Copy, PartialEq, Eq)]
enum ReturnWhen {
    FirstCompleted,
    FirstException,
    AllCompleted,
}

/// One call of `wait` that waits.
struct Waiting {
    futures: Vec<Value>,
    return_when: ReturnWhen,
    /// How many are still to come.
    left: Cell<usize>,
    waiter: RefCell<Option<Ref<PlainFutureObj>>>,
    timer: RefCell<Option<Ref<HandleObj>>>,
}

impl HostData for Waiting {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_values(&self.futures, visit);
        if let Some(waiter) = &*self.waiter.borrow() {
            visit(waiter.obj());
        }
        if let Some(timer) = &*self.timer.borrow() {
            visit(timer.obj());
        }
    }
    fn clear(&self) {
        drop(self.waiter.take());
        drop(self.timer.take());
    }
    fn wait(&self, _: &Obj) -> Option<Wait> {
        let pending = self.futures.iter().filter_map(FutureObj::of);
        let others = pending.filter(|future| !future.is_done()).collect();
        let timer = self.timer.borrow();
        let has_timer = timer.as_ref().is_some_and(|timer| !timer.is_cancelled());
        Some(Wait {
            others,
            needs: match self.return_when {
                _ if has_timer => Needs::Unknown,
                ReturnWhen::AllCompleted => Needs::All,
                _ => Needs::Any,
            },
            ..Wait::of("asyncio.wait")
        })
    }
    fn waiter(&self) -> Option<Obj> {
        self.waiter
            .borrow()
            .as_ref()
            .map(|waiter| waiter.obj().clone())
    }
    fn reaches(&self) -> Option<Ref<TaskObj>> {
        let waiter = self.waiter.borrow().clone()?;
        waits::waiting_tasks(&AnyFuture::Plain(waiter)).pop()
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Waiting {
    fn cancel_timer(&self) {
        if let Some(timer) = &*self.timer.borrow() {
            timer.cancel();
        }
    }

    fn release(&self, vm: &Vm) -> R<()> {
        let waiter = self.waiter.borrow().clone();
        waiter.map_or(Ok(()), |w| w.set_result_if_pending(vm, Value::None))
    }
}

static ON_COMPLETION: NativeCallback = NativeCallback {
    name: "_wait.<locals>._on_completion",
    call: on_completion,
};

/// `wait(fs, *, timeout=None, return_when=ALL_COMPLETED)`.
pub(super) fn wait(vm: &Vm, a: &[Value]) -> R<Started> {
    if is_single(vm, &a[0]) {
        let name = vm.type_name(&a[0]);
        return Err(vm.type_error(format!("expect a list of futures, not {name}")));
    }
    if !vm.truth(&a[0])? {
        return Err(vm.value_error("Set of Tasks/Futures is empty."));
    }
    let return_when = return_when(vm, &a[2])?;
    let set = SetObj::empty(false);
    for future in vm.collect(&a[0])? {
        set.add(vm, future)?;
    }
    let futures = set.members();
    if futures.iter().any(|f| is_coroutine(vm, f)) {
        return Err(vm.type_error("Passing coroutines is forbidden, use tasks explicitly."));
    }
    let event_loop = vm.running_loop()?;
    if futures.is_empty() {
        return Err(vm.assertion_error("Set of Futures is empty."));
    }
    start(vm, &event_loop, futures, &a[1], return_when)
}

fn return_when(vm: &Vm, v: &Value) -> R<ReturnWhen> {
    match v.as_str() {
        Some("FIRST_COMPLETED") => Ok(ReturnWhen::FirstCompleted),
        Some("FIRST_EXCEPTION") => Ok(ReturnWhen::FirstException),
        Some("ALL_COMPLETED") => Ok(ReturnWhen::AllCompleted),
        None if v.is_unbound() => Ok(ReturnWhen::AllCompleted),
        _ => Err(vm.value_error(format!(
            "Invalid return_when value: {}",
            vm.str(v)?.as_str()
        ))),
    }
}

fn start(
    vm: &Vm,
    event_loop: &Ref<LoopObj>,
    futures: Vec<Value>,
    timeout: &Value,
    return_when: ReturnWhen,
) -> R<Started> {
    let left = futures.len();
    let owner = Ref::new(HostObj {
        class: vm.classes.object.clone(),
        data: Box::new(Waiting {
            futures: futures.clone(),
            return_when,
            left: Cell::new(left),
            waiter: RefCell::default(),
            timer: RefCell::default(),
        }),
    })
    .into_obj();
    let Some(waiting) = owned::<Waiting>(&owner) else {
        return Err(vm.system_error("wait without state"));
    };
    let waiter = Ref::<PlainFutureObj>::with_resume(event_loop, resume, &owner);
    drop(waiting.waiter.replace(Some(waiter.clone())));
    if !timeout.is_missing() {
        let when = event_loop.time(vm) + vm.to_f64(timeout)?;
        let timer = event_loop.call_at_native(vm, when, on_timeout, &owner)?;
        drop(waiting.timer.replace(Some(timer)));
    }
    for value in &futures {
        match FutureObj::of(value) {
            Some(future) => add_native_callback(vm, value, &future, &ON_COMPLETION, &owner)?,
            None => return Err(no_future(vm, value)),
        }
    }
    Ok(Started::Future(waiter))
}

/// `wait` asks everything to tell when it is done.
fn no_future(vm: &Vm, v: &Value) -> Raised {
    // The library's functions are plain functions in asyncio.
    let name = match v.kind() {
        Some(Kind::Native) => "function".to_owned(),
        _ => vm.type_name(v),
    };
    let attribute = vm.text("add_done_callback");
    let text = format!("'{name}' object has no attribute 'add_done_callback'");
    vm.attribute_error(text, &attribute, v)
}

fn on_timeout(vm: &Vm, owner: &Obj) -> R<()> {
    owned::<Waiting>(owner).map_or(Ok(()), |w| w.release(vm))
}

fn on_completion(vm: &Vm, owner: &Obj, future: &Value) -> R<()> {
    let (Some(waiting), Some(future)) = (owned::<Waiting>(owner), FutureObj::of(future)) else {
        return Ok(());
    };
    let left = waiting.left.get().saturating_sub(1);
    waiting.left.set(left);
    let is_failure = future.state() == FutureState::Raised;
    if waiting.return_when == ReturnWhen::FirstException && is_failure && left > 0 {
        // asyncio has looked at the exception. Who waits need not have: that is no reason to lose it.
        if vm.loops.observer.get().is_none() {
            future.mark_seen();
        }
    }
    let is_over = match waiting.return_when {
        ReturnWhen::FirstCompleted => true,
        ReturnWhen::FirstException => left == 0 || is_failure,
        ReturnWhen::AllCompleted => left == 0,
    };
    if is_over {
        waiting.cancel_timer();
        waiting.release(vm)?;
    }
    Ok(())
}

fn resume(vm: &Vm, _: &Ref<PlainFutureObj>, owner: &Obj, outcome: R) -> R<Started> {
    let Some(waiting) = owned::<Waiting>(owner) else {
        return outcome.map(Started::Return);
    };
    waiting.cancel_timer();
    let futures: Vec<AnyFuture> = waiting.futures.iter().filter_map(FutureObj::of).collect();
    for future in &futures {
        if !future.is_done() {
            future.remove_native(&ON_COMPLETION, owner);
        }
    }
    waiting.clear();
    outcome?;
    let (done, pending) = (SetObj::empty(false), SetObj::empty(false));
    for (future, value) in futures.iter().zip(&waiting.futures) {
        let set = if future.is_done() { &done } else { &pending };
        set.add(vm, value.clone())?;
    }
    Ok(Started::Return(tuple_of([done.into(), pending.into()])))
}
