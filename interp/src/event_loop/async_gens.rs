//! Async generators and loops: those that have begun are closed when the loop ends; one that is
//! dropped on the way is closed by a task of its own.

use super::LoopObj;
use super::handle::Ready;
use crate::coroutine::CoroutineObj;
use crate::coroutine::async_gen::{AsyncGenStepObj, StepKind};
use crate::object::{Ref, Remembered};
use crate::value::{R, Value};
use crate::vm::Vm;

/// The async generators that have begun, each with who closes it. They are not held: each is
/// forgotten when it is freed.
pub(crate) type Announced = Remembered<Closer>;

/// Who closes an async generator that is dropped.
pub(crate) enum Closer {
    /// The loop that ran when it began.
    Loop(Ref<LoopObj>),
    /// The finalizer that `sys.set_asyncgen_hooks` had set then.
    Hook(Value),
}

/// What `sys.set_asyncgen_hooks` sets; `None` stands for nothing.
#[derive(Clone)]
pub struct Hooks {
    /// Is called with each async generator that begins.
    pub firstiter: Value,
    /// Is called with each one that nobody reaches any more.
    pub finalizer: Value,
}

/// Remembers an async generator that begins, with the running loop or the finalizer.
///
/// # Errors
/// What the hook of a script raised.
pub(crate) fn announce(vm: &Vm, generator: &Ref<CoroutineObj>) -> R<()> {
    if let Some(hooks) = vm.loops.hooks.get() {
        if !hooks.finalizer.is_none() {
            let closer = Closer::Hook(hooks.finalizer);
            vm.loops.async_gens.insert(generator.obj(), closer);
        }
        if !hooks.firstiter.is_none() {
            vm.call(&hooks.firstiter, &[generator.into()])?;
        }
        return Ok(());
    }
    let Some(event_loop) = vm.loops.running() else {
        return Ok(());
    };
    if event_loop.closes_async_gens.get() {
        let shown = vm.repr_or_name(&generator.into());
        let text = format!(
            "ResourceWarning: asynchronous generator {shown} was scheduled after loop.shutdown_asyncgens() call\n"
        );
        vm.loops.findings.note("generator", text.trim_end());
        vm.streams.write_err(vm, &text);
    }
    let closer = Closer::Loop(event_loop);
    vm.loops.async_gens.insert(generator.obj(), closer);
    Ok(())
}

/// Forgets an async generator that is being freed.
pub(crate) fn forget(vm: &Vm, generator: &CoroutineObj) {
    let closer = vm
        .loops
        .async_gens
        .remove(crate::object::address_of(generator));
    drop(closer);
}

/// Hands an async generator that nobody reaches any more to its loop, which will close it, or to
/// the hook. False if there is neither.
pub(crate) fn finalize(vm: &Vm, generator: &Ref<CoroutineObj>) -> bool {
    let event_loop = match vm.loops.async_gens.remove(generator.obj().address()) {
        Some(Closer::Loop(event_loop)) => event_loop,
        Some(Closer::Hook(finalizer)) => {
            if vm.call(&finalizer, &[generator.into()]).is_err() {
                let e = vm.take_raised();
                vm.report_ignored(&e, &finalizer);
            }
            return true;
        }
        None => return false,
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
    let taken = vm
        .loops
        .async_gens
        .take(|closer| matches!(closer, Closer::Loop(owner) if owner.is(event_loop)));
    taken
        .into_iter()
        .filter_map(|o| o.into_ref::<CoroutineObj>().ok())
        .collect()
}
