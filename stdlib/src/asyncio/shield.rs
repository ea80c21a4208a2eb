//! `shield`: a future that ends as another does, but can be cancelled alone.

use aio_interp::event_loop::future::{
    AnyFuture, Callback, FutureObj, NativeCallback, PlainFutureObj,
};
use aio_interp::event_loop::observer::Finding;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::object::{Obj, Ref};
use aio_interp::{R, Value, Vm};

static INNER_DONE: NativeCallback = NativeCallback {
    name: "shield.<locals>._inner_done_callback",
    call: inner_done,
};

static OUTER_DONE: NativeCallback = NativeCallback {
    name: "shield.<locals>._outer_done_callback",
    call: outer_done,
};

/// `shield(arg)`.
pub(super) fn shield(vm: &Vm, a: &[Value]) -> R {
    let inner = AnyFuture::ensure(vm, &a[0])?;
    if inner.is_done() {
        return Ok(inner.value());
    }
    let outer = inner.event_loop(vm)?.create_future();
    inner.add_callback(vm, Callback::Native(&INNER_DONE, outer.obj().clone()))?;
    let any = AnyFuture::Plain(outer.clone());
    any.add_callback(vm, Callback::Native(&OUTER_DONE, inner.obj().clone()))?;
    Ok(outer.into())
}

/// The inner future is done: so is the outer one, unless it was cancelled meanwhile.
fn inner_done(vm: &Vm, outer: &Obj, inner: &Value) -> R<()> {
    let (Some(outer), Some(inner)) = (outer.downcast::<PlainFutureObj>(), FutureObj::of(inner))
    else {
        return Ok(());
    };
    if outer.is_cancelled() {
        if !inner.is_cancelled() {
            inner.mark_seen();
        }
        return Ok(());
    }
    if inner.is_cancelled() {
        return outer.cancel(vm, &Value::None).map(drop);
    }
    match inner.exception(vm)? {
        Some(e) => outer.set_exception(vm, e),
        None => outer.set_result(vm, inner.take_result(vm)?),
    }
}

/// The outer future is done: the inner one need not tell it any more.
fn outer_done(_: &Vm, inner: &Obj, outer: &Value) -> R<()> {
    if let (Some(inner), Some(outer)) = (AnyFuture::of_obj(inner), outer.as_obj()) {
        if !inner.is_done() {
            inner.remove_native(&INNER_DONE, outer);
            let is_cancelled =
                FutureObj::of(&Value::Obj(outer.clone())).is_some_and(|o| o.is_cancelled());
            if is_cancelled {
                inner.set_orphan();
            }
        }
    }
    Ok(())
}

/// The program ends while a task goes on that a `shield` saved from the cancellation of those who
/// wanted its result.
pub(super) fn note_orphan(vm: &Vm, task: &Ref<TaskObj>) {
    // Somebody else may wait for it by now.
    if !task.is_orphan() || !task.callbacks().is_empty() {
        return;
    }
    let name = task.name(vm);
    vm.loops.tell(
        vm,
        &Finding {
            code: "shield-orphan",
            text: format!(
                "task '{}' was still running at the end of asyncio.run(): shield() kept it when those who awaited it were cancelled",
                name.as_str().unwrap_or("?")
            ),
            place: task.created(),
            help: "keep the task, and await it before main() ends",
        },
    );
}
