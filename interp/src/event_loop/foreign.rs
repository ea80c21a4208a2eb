//! What tasks meet besides coroutines and futures: coroutines and futures written by hand, and
//! things that nobody should yield to a loop.

use super::LoopObj;
use super::future::{AnyFuture, Callback, NativeCallback};
use super::task::TaskObj;
use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::coroutine::async_gen::AsyncGenStepObj;
use crate::native::{Native, method};
use crate::node::Flow;
use crate::object::{Kind, Obj, Ref};
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{BoundMethodObj, NativeObj};
use crate::objects::host::{HostData, HostObj};
use crate::value::{R, Value};
use crate::vm::Vm;

/// Drives an object with `send` and `throw` one step.
pub(super) fn drive(vm: &Vm, coroutine: &Value, thrown: Option<Ref<ExceptionObj>>) -> Flow {
    if let Some(step) = coroutine.downcast::<AsyncGenStepObj>() {
        let thrown = thrown.filter(|e| !step.throw_first(e));
        return super::task::drive(vm, &step.root(vm), thrown);
    }
    let result = match thrown {
        None => vm.call_method(coroutine, &vm.names.send, &[Value::None]),
        Some(e) => vm.call_method(coroutine, &vm.names.throw, &[e.into()]),
    };
    match result {
        Ok(yielded) => {
            drop(vm.passed.replace(yielded));
            Flow::Suspended
        }
        Err(_) => match vm.catch(&vm.exceptions.StopIteration) {
            Some(stop) => Flow::Return(stop.first_arg()),
            None => Flow::Raised,
        },
    }
}

/// What follows when a task yields something that is neither `None` nor a future of ours.
#[cold]
pub(super) fn follow_yield(
    vm: &Vm,
    task: &Ref<TaskObj>,
    event_loop: &Ref<LoopObj>,
    yielded: Value,
) -> R<()> {
    let mark = vm.name("_asyncio_future_blocking");
    let blocking = vm.find_attr(&yielded, &mark)?.unwrap_or(Value::None);
    if blocking.is_none() {
        let is_generator = yielded
            .downcast::<CoroutineObj>()
            .is_some_and(|co| co.kind == CodeKind::Generator);
        let (task_repr, yielded) = (vm.repr_or_name(&task.into()), vm.repr_or_name(&yielded));
        let text = if is_generator {
            format!(
                "yield was used instead of yield from for generator in task {task_repr} with {yielded}"
            )
        } else {
            format!("Task got bad yield: {yielded}")
        };
        return task.throw_soon(vm, event_loop, &text);
    }
    let own = vm.call_method(&yielded, &vm.name("get_loop"), &[])?;
    if !own.is(&event_loop.into()) {
        return task.throw_soon(vm, event_loop, &other_loop(vm, task, &yielded));
    }
    if !vm.truth(&blocking)? {
        return task.throw_soon(vm, event_loop, &bare_yield(vm, task, &yielded));
    }
    vm.set_attr(&yielded, &mark, Value::False)?;
    let add = vm.get_attr(&yielded, &vm.name("add_done_callback"))?;
    vm.call(&add, &[wakeup_callable(task)])?;
    task.set_waiting_on(vm, yielded)
}

/// True for an instance of a script subclass of `Future` or `Task` with an `add_done_callback` of
/// its own.
pub(super) fn has_own_add(vm: &Vm, future: &Value) -> bool {
    future.is_kind(Kind::Instance)
        && vm
            .special(future, &vm.name("add_done_callback"))
            .is_some_and(|method| method.downcast::<NativeObj>().is_none())
}

/// Adds a callback of the library to a future, by its own `add_done_callback` if it has one.
pub fn add_native_callback(
    vm: &Vm,
    value: &Value,
    future: &AnyFuture,
    callback: &'static NativeCallback,
    owner: &Obj,
) -> R<()> {
    if !has_own_add(vm, value) {
        return future.add_callback(vm, Callback::Native(callback, owner.clone()));
    }
    static CALL: Native = method("_done_callback(future, /)", "The callback.", |vm, args| {
        let call = args[0].downcast::<HostObj>().and_then(|h| h.get());
        if let Some(NativeCall { callback, owner }) = call {
            (callback.call)(vm, owner, &args[1])?;
        }
        Ok(Value::None)
    });
    let owner = owner.clone();
    let call = HostObj {
        class: vm.classes.object.clone(),
        data: Box::new(NativeCall { callback, owner }),
    };
    let add = vm.get_attr(value, &vm.name("add_done_callback"))?;
    vm.call(&add, &[bound(&CALL, Ref::new(call).into())])?;
    Ok(())
}

/// A callback of the library with its owner, as a callable has it.
struct NativeCall {
    callback: &'static NativeCallback,
    owner: Obj,
}

impl HostData for NativeCall {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(&self.owner);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// A callable that wakes the task.
pub(super) fn wakeup_callable(task: &Ref<TaskObj>) -> Value {
    static WAKEUP: Native = method("task_wakeup(future, /)", "Wake the task.", |vm, args| {
        if let Some(task) = args[0].downcast::<TaskObj>() {
            task.wakeup(vm)?;
        }
        Ok(Value::None)
    });
    bound(&WAKEUP, task.into())
}

fn bound(row: &'static Native, receiver: Value) -> Value {
    let function = NativeObj {
        row,
        signature: Default::default(),
        class: None,
        module: None,
    };
    let function = Ref::new(function).into();
    Ref::new(BoundMethodObj { function, receiver }).into()
}

pub(super) fn other_loop(vm: &Vm, task: &Ref<TaskObj>, future: &Value) -> String {
    format!(
        "Task {} got Future {} attached to a different loop",
        vm.repr_or_name(&task.into()),
        vm.repr_or_name(future)
    )
}

pub(super) fn bare_yield(vm: &Vm, task: &Ref<TaskObj>, future: &Value) -> String {
    format!(
        "yield was used instead of yield from in task {} with {}",
        vm.repr_or_name(&task.into()),
        vm.repr_or_name(future)
    )
}

/// True for a future of ours or anything that says it is one.
pub fn is_future(vm: &Vm, value: &Value) -> bool {
    match value.kind() {
        Some(Kind::Future | Kind::Task) => true,
        Some(Kind::Instance) => {
            super::future::FutureObj::of(value).is_some()
                || vm
                    .special(value, &vm.name("_asyncio_future_blocking"))
                    .is_some_and(|mark| !mark.is_none())
        }
        _ => false,
    }
}
