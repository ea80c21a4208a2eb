//! Functions about loops: which runs, which is current, making new ones.

use aio_interp::event_loop::LoopObj;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::{R, Value, Vm};

pub(super) static ROWS: &[Native] = &[
    native(
        "get_running_loop()",
        "Return the running event loop.",
        |vm, _| Ok(vm.running_loop()?.into()),
    ),
    native(
        "_get_running_loop()",
        "Return the running event loop or None.",
        |vm, _| Ok(vm.loops.running().map_or(Value::None, Value::from)),
    ),
    native(
        "_set_running_loop(loop, /)",
        "Set the running event loop.",
        |vm, a| {
            vm.loops.set_running(optional_loop(vm, &a[0])?);
            Ok(Value::None)
        },
    ),
    native(
        "get_event_loop()",
        "Return the running or the current event loop.",
        |vm, _| Ok(vm.event_loop()?.into()),
    ),
    native(
        "set_event_loop(loop)",
        "Set the current event loop.",
        |vm, a| {
            vm.loops.set_current(optional_loop(vm, &a[0])?);
            Ok(Value::None)
        },
    ),
    native("new_event_loop()", "Return a new event loop.", |vm, _| {
        Ok(LoopObj::make(vm).into())
    }),
];

/// A loop or `None`.
fn optional_loop(vm: &Vm, v: &Value) -> R<Option<Ref<LoopObj>>> {
    if v.is_missing() {
        return Ok(None);
    }
    match v.downcast::<LoopObj>() {
        Some(event_loop) => Ok(Some(event_loop.clone())),
        None => Err(vm.type_error(format!(
            "loop must be an instance of AbstractEventLoop or None, not '{}'",
            vm.type_name(v)
        ))),
    }
}

/// The loop given as `loop=`, or the running one.
pub(super) fn loop_or_running(vm: &Vm, given: &Value) -> R<Ref<LoopObj>> {
    match optional_loop(vm, given)? {
        Some(event_loop) => Ok(event_loop),
        None => vm.running_loop(),
    }
}
