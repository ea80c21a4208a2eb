//! `aiter` and `anext`.

use crate::coroutine::CoroutineObj;
use crate::coroutine::native::{NativeCoroutine, Step};
use crate::eval::awaiting::async_iterator;
use crate::native::{Native, native};
use crate::object::{Obj, trace_value};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The functions.
pub static ROWS: &[Native] = &[
    native(
        "aiter(async_iterable, /)",
        "The async iterator of an async iterable.",
        aiter,
    ),
    native(
        "anext(aiterator, default=<unrepresentable>, /)",
        "An awaitable of the next item of an async iterator.",
        anext,
    ),
];

fn aiter(vm: &Vm, args: &[Value]) -> R {
    if vm.special(&args[0], &vm.names.aiter_).is_none() {
        return Err(vm.type_error(format!(
            "'{}' object is not an async iterable",
            vm.type_name(&args[0])
        )));
    }
    async_iterator(vm, args[0].clone())
}

fn anext(vm: &Vm, args: &[Value]) -> R {
    let Some(awaitable) = vm.call_special(&args[0], &vm.names.anext_, &[])? else {
        return Err(vm.type_error(format!(
            "'{}' object is not an async iterator",
            vm.type_name(&args[0])
        )));
    };
    match args[1].bound() {
        None => Ok(awaitable),
        Some(default) => {
            let body = WithDefault {
                awaitable: Some(awaitable),
                default: default.clone(),
            };
            Ok(CoroutineObj::from_native("anext", vm, Box::new(body)).into())
        }
    }
}

/// Awaits an item; at the end of the iterator gives the default.
struct WithDefault {
    awaitable: Option<Value>,
    default: Value,
}

impl NativeCoroutine for WithDefault {
    fn step(&mut self, vm: &Vm, outcome: R) -> R<Step> {
        match self.awaitable.take() {
            Some(awaitable) => outcome.map(|_| Step::Await(awaitable)),
            None => match outcome {
                Ok(value) => Ok(Step::Return(value)),
                Err(Raised) => match vm.catch(&vm.exceptions.StopAsyncIteration) {
                    Some(_) => Ok(Step::Return(self.default.clone())),
                    None => Err(Raised),
                },
            },
        }
    }

    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(v) = &self.awaitable {
            trace_value(v, visit);
        }
        trace_value(&self.default, visit);
    }
}
