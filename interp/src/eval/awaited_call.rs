//! Calls as the operand of `await`: an async function runs on the value stack like a plain one, and
//! becomes a coroutine only if it suspends.

use super::call::{CallParts, Callee, Target, U};
use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::interrupt;
use crate::native::SMALL;
use crate::node::Flow;
use crate::object::{Kind, Ref};
use crate::objects::function::{FunctionObj, NativeObj};
use crate::stack::{Args, Frame, Slot, StackFrame};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl CallParts {
    /// The call as the operand of `await`.
    #[inline(always)]
    pub fn run_awaited(&self, vm: &Vm, f: Frame, delegate: Slot) -> Flow {
        if let Callee::Method {
            object,
            name,
            cache,
            ..
        } = &self.callee
        {
            let Ok(object) = object.eval(vm, f) else {
                return Flow::Raised;
            };
            if let Some(native) = cache.native_method(&object) {
                return self.await_native(vm, f, delegate, &native, Some(object));
            }
            if let Some(function) = cache.module_function(&object, name) {
                if let Some(native) = function.downcast::<NativeObj>() {
                    return self.await_native(vm, f, delegate, native, None);
                }
            }
            return self.await_method(vm, f, delegate, object);
        }
        let target = match self.target(vm, f) {
            Ok(target) => target,
            Err(Raised) => return Flow::Raised,
        };
        self.await_target(vm, f, delegate, target)
    }

    #[inline(never)]
    fn await_method(&self, vm: &Vm, f: Frame, delegate: Slot, object: Value) -> Flow {
        let Callee::Method {
            name, cache, span, ..
        } = &self.callee
        else {
            unreachable!("the call of a method");
        };
        match cache.find(vm, f, object, name, *span) {
            Ok(target) => self.await_target(vm, f, delegate, target),
            Err(Raised) => Flow::Raised,
        }
    }

    #[inline(always)]
    fn await_target(&self, vm: &Vm, f: Frame, delegate: Slot, target: Target) -> Flow {
        let result = match target {
            Target::Function(function) => {
                return self.await_script(vm, f, delegate, function, None);
            }
            Target::Method(function, receiver) => {
                return self.await_script(vm, f, delegate, function, Some(receiver));
            }
            Target::Native(native) => return self.await_native(vm, f, delegate, &native, None),
            Target::NativeMethod(native, receiver) => {
                return self.await_native(vm, f, delegate, &native, Some(receiver));
            }
            Target::Other(callee) => self.call_other(vm, f, callee),
        };
        await_result(vm, f, delegate, result)
    }

    #[inline(always)]
    fn await_script(
        &self,
        vm: &Vm,
        f: Frame,
        delegate: Slot,
        function: Ref<FunctionObj>,
        receiver: Option<Value>,
    ) -> Flow {
        match self.frame(vm, f, function, receiver) {
            Ok(frame) => run_awaited_frame(vm, f, delegate, &frame),
            Err(Raised) => Flow::Raised,
        }
    }

    #[inline(always)]
    fn await_native(
        &self,
        vm: &Vm,
        f: Frame,
        delegate: Slot,
        native: &Ref<NativeObj>,
        receiver: Option<Value>,
    ) -> Flow {
        let row = native.row;
        let is_instance = receiver.as_ref().is_some_and(|r| r.is_kind(Kind::Instance));
        let (Some(start), true, false) = (
            row.start,
            row.takes_plain(self.args.len()) && receiver.is_some() == row.has_receiver(),
            is_instance,
        ) else {
            let result = self.call_native(vm, f, native, receiver);
            return await_result(vm, f, delegate, result);
        };
        if let (true, [] | [_]) = (row.total_slots() <= SMALL, &*self.args) {
            let first = match self.args.first() {
                None => None,
                Some(a) => match a.eval(vm, f) {
                    Ok(v) => Some(v),
                    Err(Raised) => return Flow::Raised,
                },
            };
            f.set_span(self.span);
            let values = match (receiver, first) {
                (Some(receiver), first) => [receiver, first.unwrap_or_default(), U, U],
                (None, first) => [first.unwrap_or_default(), U, U, U],
            };
            let values = &values[..row.total_slots()];
            return vm.await_native(f, delegate, native, start, values);
        }
        let Ok(mut values) = Args::reserve(vm, self.args.len() + 1 + row.total_slots()) else {
            return Flow::Raised;
        };
        if let Some(receiver) = receiver {
            values.push(receiver);
        }
        for a in &self.args {
            match a.eval(vm, f) {
                Ok(v) => values.push(v),
                Err(Raised) => return Flow::Raised,
            }
        }
        f.set_span(self.span);
        vm.await_native(
            f,
            delegate,
            native,
            start,
            values.values_padded(row.total_slots()),
        )
    }
}

fn await_result(vm: &Vm, f: Frame, delegate: Slot, result: R) -> Flow {
    match result {
        Ok(awaitable) => vm.begin_await(f, delegate, awaitable),
        Err(Raised) => Flow::Raised,
    }
}

/// Awaits the call whose frame is ready.
#[inline(always)]
fn run_awaited_frame(vm: &Vm, f: Frame, delegate: Slot, frame: &StackFrame<'_>) -> Flow {
    if frame.frame().function().code.kind != CodeKind::Coroutine {
        let result = vm.run(frame);
        return await_result(vm, f, delegate, result);
    }
    if vm.too_deep() {
        return vm.recursion_error().into();
    }
    if interrupt::requested() && vm.poll().is_err() {
        return Flow::Raised;
    }
    let outer = vm.handled_exception();
    vm.depth.set(vm.depth.get() + 1);
    frame.enter();
    let flow = {
        let f = frame.frame();
        f.function().code.body.exec(vm, f)
    };
    frame.leave();
    vm.depth.set(vm.depth.get() - 1);
    match flow {
        Flow::Return(v) => Flow::Return(v),
        Flow::Raised => {
            vm.trace_frame(frame.frame());
            vm.convert_stop_iteration(CodeKind::Coroutine);
            Flow::Raised
        }
        Flow::Suspended => {
            let co = CoroutineObj::suspend_from_stack(vm, frame, outer);
            f.set(delegate, co.into());
            Flow::Suspended
        }
        _ => Flow::Return(Value::None),
    }
}

/// Awaits the call of an async function with these arguments.
pub(crate) fn await_function(
    vm: &Vm,
    f: Frame,
    delegate: Slot,
    function: &Value,
    args: &[Value],
) -> Flow {
    if let Some(function) = function.downcast::<FunctionObj>() {
        let code = &function.code;
        if code.kind == CodeKind::Coroutine && code.simple && code.params.positional == args.len() {
            let Ok(frame) = StackFrame::push(vm, function.clone()) else {
                return Flow::Raised;
            };
            for (i, a) in args.iter().enumerate() {
                frame.set_arg(i, a.clone());
            }
            return run_awaited_frame(vm, f, delegate, &frame);
        }
    }
    await_result(vm, f, delegate, vm.call(function, args))
}

/// Awaits the call of a special method without arguments.
#[inline(always)]
pub(crate) fn await_method_of(
    vm: &Vm,
    f: Frame,
    delegate: Slot,
    method: Ref<FunctionObj>,
    receiver: Value,
) -> Flow {
    if !method.code.simple || method.code.params.positional != 1 {
        return await_result(vm, f, delegate, vm.call(&method.into(), &[receiver]));
    }
    let Ok(frame) = StackFrame::push(vm, method) else {
        return Flow::Raised;
    };
    frame.set_arg(0, receiver);
    run_awaited_frame(vm, f, delegate, &frame)
}
