//! The statements at which a frame can suspend: `await`, `yield`, `yield from`.
//!
//! Each stores its result in a slot, or drops it.

use aio_lexer::Span;

use super::call::CallParts;
use super::call_cache::MethodCache;
use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::node::{ExprBox, Flow, Stmt};
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// What the suspending statements share.
pub struct Point {
    /// The number of the suspension point.
    pub number: u32,
    /// The slot for what the frame waits for.
    pub delegate: Slot,
    /// Where the result goes.
    pub result: Option<Slot>,
    /// The place of the expression.
    pub span: Span,
}

impl Point {
    /// Finishes or suspends.
    #[inline(always)]
    fn end(&self, f: Frame, flow: Flow) -> Flow {
        match flow {
            Flow::Return(v) => {
                match self.result {
                    Some(slot) => f.set(slot, v),
                    None => drop(v),
                }
                Flow::Next
            }
            Flow::Suspended => {
                f.set_pc(self.number);
                f.set_span(self.span);
                Flow::Suspended
            }
            flow => {
                f.set_span(self.span);
                flow
            }
        }
    }
}

/// `await value`.
pub struct Await {
    /// The awaitable.
    pub value: ExprBox,
    /// Where it suspends.
    pub point: Point,
}

impl Stmt for Await {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let Ok(value) = self.value.eval(vm, f) else {
            return Flow::Raised;
        };
        f.set_span(self.point.span);
        let flow = vm.begin_await(f, self.point.delegate, value);
        self.point.end(f, flow)
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let flow = vm.continue_await(f, self.point.delegate);
        self.point.end(f, flow)
    }
}

/// `await f(…)`: an async function runs on the value stack like a plain one, and becomes a
/// coroutine only if it suspends.
pub struct AwaitCall {
    /// The call.
    pub call: CallParts,
    /// Where it suspends.
    pub point: Point,
}

impl Stmt for AwaitCall {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let flow = self.call.run_awaited(vm, f, self.point.delegate);
        self.point.end(f, flow)
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let flow = vm.continue_await(f, self.point.delegate);
        self.point.end(f, flow)
    }
}

/// `yield value` of a generator.
pub struct Yield {
    /// The value.
    pub value: Option<ExprBox>,
    /// Where it suspends.
    pub point: Point,
    /// The function is an async generator.
    pub is_async: bool,
}

impl Stmt for Yield {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let value = match &self.value {
            Some(e) => match e.eval(vm, f) {
                Ok(v) => v,
                Err(Raised) => return Flow::Raised,
            },
            None => Value::None,
        };
        drop(vm.passed.replace(value));
        if self.is_async {
            vm.suspension.mark_async_yield();
        }
        self.point.end(f, Flow::Suspended)
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let flow = match vm.resumed() {
            Ok(v) => Flow::Return(v),
            Err(Raised) => Flow::Raised,
        };
        self.point.end(f, flow)
    }
}

/// `yield from iterable`.
pub struct YieldFrom {
    /// The iterable.
    pub value: ExprBox,
    /// Where it suspends.
    pub point: Point,
}

impl Stmt for YieldFrom {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let Ok(value) = self.value.eval(vm, f) else {
            return Flow::Raised;
        };
        f.set_span(self.point.span);
        let flow = vm.begin_yield_from(f, self.point.delegate, value);
        self.point.end(f, flow)
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let flow = vm.continue_await(f, self.point.delegate);
        self.point.end(f, flow)
    }
}

/// The async iterator of `async for`.
pub(crate) fn async_iterator(vm: &Vm, iterable: Value) -> R {
    if let Some(co) = iterable.downcast::<CoroutineObj>() {
        if co.kind == CodeKind::AsyncGenerator {
            return Ok(iterable);
        }
    }
    let Some(iterator) = vm.call_special(&iterable, &vm.names.aiter_, &[])? else {
        return Err(vm.type_error(format!(
            "'async for' requires an object with __aiter__ method, got {}",
            vm.type_name(&iterable)
        )));
    };
    let is_generator = iterator
        .downcast::<CoroutineObj>()
        .is_some_and(|co| co.kind == CodeKind::AsyncGenerator);
    if !is_generator && vm.special(&iterator, &vm.names.anext_).is_none() {
        return Err(vm.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            vm.type_name(&iterator)
        )));
    }
    Ok(iterator)
}

/// Begins to await the next item of the async iterator in `iterator`, which is no async generator.
#[inline(never)]
pub(crate) fn begin_anext(
    vm: &Vm,
    f: Frame,
    delegate: Slot,
    iterator: Slot,
    cache: &MethodCache,
) -> Flow {
    let iterator = f.get(iterator).clone();
    if let Some(anext) = cache.special_coroutine(vm, &iterator, &vm.names.anext_) {
        return super::awaited_call::await_method_of(vm, f, delegate, anext, iterator);
    }
    match vm.call_special(&iterator, &vm.names.anext_, &[]) {
        Ok(Some(awaitable)) if vm.is_awaitable(&awaitable) => {
            vm.begin_await(f, delegate, awaitable)
        }
        Ok(Some(other)) => vm
            .type_error(format!(
                "'async for' received an invalid object from __anext__: {}",
                vm.type_name(&other)
            ))
            .into(),
        Ok(None) => vm
            .type_error(format!(
                "'async for' requires an iterator with __anext__ method, got {}",
                vm.type_name(&iterator)
            ))
            .into(),
        Err(Raised) => Flow::Raised,
    }
}

/// Goes on with awaiting the next item.
pub(crate) fn continue_anext(vm: &Vm, f: Frame, delegate: Slot) -> Flow {
    let is_generator = f
        .get(delegate)
        .downcast::<CoroutineObj>()
        .is_some_and(|co| co.kind == CodeKind::AsyncGenerator);
    if is_generator {
        vm.continue_agen_next(f, delegate)
    } else {
        vm.continue_await(f, delegate)
    }
}
