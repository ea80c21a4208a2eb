//! Async generators and loops: those that have begun are closed when the loop ends; one that is
//! dropped on the way is closed by a task of its own.

use super::LoopObj;
use super::handle::Ready;
use crate::coroutine::CoroutineObj;
use crate::coroutine::async_gen::{AsyncGenStepObj, StepKind};
use crate::object::{Ref, Remembered};
use crate::value::{R, Value};
use crate::vm::Vm;

/// The async generators that have begun, each with the loop that ran then. They are not held:
/// each is forgotten when it is freed.
pub(crate) type Announced = Remembered<Ref<LoopObj>>;

/// Remembers an async generator that begins, with the running loop.
pub(crate) fn announce(vm: &Vm, generator: &Ref<CoroutineObj>) {
    let Some(event_loop) = vm.loops.running() else {
        return;
    };
    if event_loop.closes_async_gens.get() {
        let shown = vm.repr_or_name(&generator.into());
        let text = format!(
            "ResourceWarning: asynchronous generator {shown} was scheduled after loop.shutdown_asyncgens() call\n"
        );
        vm.loops.findings.note("generator", text.trim_end());
        vm.streams.write_err(vm, &text);
    }
    vm.loops.async_gens.insert(generator.obj(), event_loop);
}

/// Forgets an async generator that is being freed.
pub(crate) fn forget(vm: &Vm, generator: &CoroutineObj) {
    let event_loop = vm
        .loops
        .async_gens
        .remove(crate::object::address_of(generator));
    drop(event_loop);
}

/// Hands an async generator that nobody reaches any more to its loop, which will close it. False
/// if there is no such loop (any more).
pub(crate) fn finalize(vm: &Vm, generator: &Ref<CoroutineObj>) -> bool {
    let Some(event_loop) = vm.loops.async_gens.remove(generator.obj().address()) else {
        return false;
    };
    if event_loop.is_closed() {
        // As in asyncio: it is too late for its cleanup.
        return true;
    }
    let pushed = event_loop.push(vm, Ready::Close(generator.clone()));
    pushed.is_ok()
}

/// Makes the task that closes an async generator, as `loop.create_task` does.
pub(crate) fn close_in_task(
    vm: &Vm,
    event_loop: &Ref<LoopObj>,
    generator: &Ref<CoroutineObj>,
) -> R<()> {
    let step = close_step(generator);
    super::run::create_task(vm, event_loop, &step, &Value::None, &Value::None).map(drop)
}

/// `generator.aclose()`.
pub fn close_step(generator: &Ref<CoroutineObj>) -> Value {
    AsyncGenStepObj::make(generator, StepKind::Close).into()
}

/// Takes out the async generators that this loop has to close.
pub fn take_all(vm: &Vm, event_loop: &Ref<LoopObj>) -> Vec<Ref<CoroutineObj>> {
    event_loop.closes_async_gens.set(true);
    let taken = vm.loops.async_gens.take(|owner| owner.is(event_loop));
    taken
        .into_iter()
        .filter_map(|o| o.into_ref::<CoroutineObj>().ok())
        .collect()
}
