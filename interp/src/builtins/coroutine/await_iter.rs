//! The iterators that `__await__` of coroutines and futures gives.
//!
//! An `await` looks through them at once; only code that drives an awaitable by hand sees them.

use crate::classes::ClassSpec;
use crate::coroutine::CoroutineObj;
use crate::event_loop::future::FutureObj;
use crate::native::method;
use crate::object::{Kind, Obj, Ref, trace_value};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::host::{HostData, HostObj};
use crate::value::{R, Value};
use crate::vm::Vm;

struct AwaitIter {
    /// A coroutine, a future or a task.
    awaitable: Value,
}

impl HostData for AwaitIter {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.awaitable, visit);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

static WRAPPER: ClassSpec = ClassSpec {
    name: "coroutine_wrapper",
    module: "builtins",
    doc: "A wrapper object implementing __await__ for coroutines.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        method("__iter__()", "Implement iter(self).", |_, a| {
            Ok(a[0].clone())
        }),
        method("__next__()", "Implement next(self).", |vm, a| {
            send(vm, &a[0], Value::None)
        }),
        method("send(arg, /)", "Send 'arg' in.", |vm, a| {
            send(vm, &a[0], a[1].clone())
        }),
        method(
            "throw(type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
            "Raise an exception inside.",
            throw,
        ),
        method("close()", "Raise GeneratorExit inside.", close),
    ],
    attributes: &[],
    subclassable: false,
};

struct WrapperClass(Ref<ClassObj>);

/// The iterator that drives a coroutine, future or task.
pub(crate) fn await_iterator_of(vm: &Vm, awaitable: &Value) -> Value {
    let class = vm.state("coroutine_wrapper", || {
        WrapperClass(vm.make_class(&WRAPPER, &[]))
    });
    let data = AwaitIter {
        awaitable: awaitable.clone(),
    };
    Ref::new(HostObj {
        class: class.0.clone(),
        data: Box::new(data),
    })
    .into()
}

/// What such an iterator drives.
pub(crate) fn awaited_by(iterator: &Value) -> Option<Value> {
    iterator
        .downcast::<HostObj>()?
        .get::<AwaitIter>()
        .map(|i| i.awaitable.clone())
}

fn this(vm: &Vm, v: &Value) -> R {
    awaited_by(v).ok_or_else(|| {
        vm.type_error(format!(
            "a 'coroutine_wrapper' object is expected, not '{}'",
            vm.type_name(v)
        ))
    })
}

fn send(vm: &Vm, v: &Value, value: Value) -> R {
    let awaitable = this(vm, v)?;
    if let Some(co) = awaitable.downcast::<CoroutineObj>() {
        return vm.coroutine_send(co, value);
    }
    let Some(future) = FutureObj::of(&awaitable) else {
        return Ok(Value::None);
    };
    if future.is_done() {
        let result = future.take_result(vm)?;
        return Err(vm.stop_iteration(result));
    }
    if future.is_blocking() {
        return Err(vm.runtime_error("await wasn't used with future"));
    }
    future.set_blocking(true);
    Ok(future.value())
}

fn throw(vm: &Vm, a: &[Value]) -> R {
    let awaitable = this(vm, &a[0])?;
    super::warn_of_three(vm, a, "throw")?;
    let e = super::thrown(vm, &a[1..])?;
    match awaitable.downcast::<CoroutineObj>() {
        Some(co) => vm.coroutine_throw(co, e),
        None => Err(vm.raise_exception(e)),
    }
}

fn close(vm: &Vm, a: &[Value]) -> R {
    let awaitable = this(vm, &a[0])?;
    match awaitable.downcast::<CoroutineObj>() {
        Some(co) => vm.coroutine_close(co).map(|_| Value::None),
        None => Ok(Value::None),
    }
}
