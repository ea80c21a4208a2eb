//! `with` and `async with`, one context manager each (several items nest).

use aio_lexer::Span;

use super::assign::Target;
use super::block::{Block, Points};
use crate::code::CodeKind;
use crate::node::{ExprBox, Flow, Stmt};
use crate::object::{Kind, Ref};
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{FunctionObj, NativeObj};
use crate::objects::str::Name;
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// What `with` and `async with` share.
pub struct Manager {
    /// The context manager.
    pub context: ExprBox,
    /// What the result of entering is assigned to.
    pub target: Option<Box<dyn Target>>,
    /// The block.
    pub body: Block,
    /// Its suspension points.
    pub body_points: Points,
    /// The slot of the context manager.
    pub manager: Slot,
    /// The slot of its unbound `__exit__` or `__aexit__`.
    pub exit: Slot,
}

/// `with`.
pub struct With(pub Manager);

impl Manager {
    /// Evaluates the context manager and looks up its methods; returns the entering one.
    fn begin(&self, vm: &Vm, f: Frame, enter: &Name, exit: &Name, what: &str) -> R {
        let context = self.context.eval(vm, f)?;
        f.set_span(self.context.span());
        let enter_method = vm.special(&context, enter);
        let exit_method = vm.special(&context, exit);
        let (Some(enter_method), Some(exit_method)) = (&enter_method, exit_method) else {
            return Err(self.lacks(vm, &context, what, enter_method.is_some()));
        };
        f.set(self.manager, context);
        f.set(self.exit, exit_method);
        Ok(enter_method.clone())
    }

    #[cold]
    fn lacks(&self, vm: &Vm, context: &Value, what: &str, has_enter: bool) -> Raised {
        let protocol = if what == "a" {
            "asynchronous context manager"
        } else {
            "context manager"
        };
        let missing = if has_enter {
            format!(" (missed __{what}exit__ method)")
        } else {
            String::new()
        };
        vm.type_error(format!(
            "'{}' object does not support the {protocol} protocol{missing}",
            vm.type_name(context)
        ))
    }

    fn assign(&self, vm: &Vm, f: Frame, value: Value) -> R<()> {
        match &self.target {
            Some(target) => target.assign(vm, f, value),
            None => Ok(()),
        }
    }

    /// The arguments of `__exit__` after its receiver.
    fn exit_args(&self, vm: &Vm, exception: Option<&Ref<ExceptionObj>>) -> [Value; 3] {
        match exception {
            None => [Value::None, Value::None, Value::None],
            Some(e) => [e.class().into(), e.into(), vm.traceback_of(e)],
        }
    }
}

impl With {
    fn after_body(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        if matches!(flow, Flow::Suspended) {
            return flow;
        }
        let manager = f.take(self.0.manager);
        let exit = f.take(self.0.exit);
        if !matches!(flow, Flow::Raised) {
            let args = self.0.exit_args(vm, None);
            f.set_span(self.0.context.span());
            return match vm.call_unbound(&exit, &manager, &args, &[]) {
                Ok(_) => flow,
                Err(Raised) => Flow::Raised,
            };
        }
        vm.trace_frame(f);
        let exception = vm.take_raised();
        let outer = vm.handled.replace(Some(exception.clone()));
        let args = self.0.exit_args(vm, Some(&exception));
        f.set_span(self.0.context.span());
        let result = vm.call_unbound(&exit, &manager, &args, &[]);
        let swallowed = result.and_then(|v| vm.truth(&v));
        drop(vm.handled.replace(outer));
        settle(vm, f, exception, swallowed)
    }
}

/// After `__exit__` saw an exception: swallowed, replaced, or raised again.
fn settle(vm: &Vm, f: Frame, exception: Ref<ExceptionObj>, swallowed: R<bool>) -> Flow {
    match swallowed {
        Ok(true) => Flow::Next,
        Ok(false) => {
            super::trying::untrace(f, &exception);
            vm.raise_again(exception).into()
        }
        Err(Raised) => Flow::Raised,
    }
}

impl Stmt for With {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let begin = || {
            let enter = self.0.begin(vm, f, &vm.names.enter_, &vm.names.exit_, "")?;
            let manager = f.get(self.0.manager).clone();
            vm.call_unbound(&enter, &manager, &[], &[])
        };
        match begin() {
            Err(Raised) => {
                drop(f.take(self.0.manager));
                drop(f.take(self.0.exit));
                Flow::Raised
            }
            Ok(value) => {
                let flow = match self.0.assign(vm, f, value) {
                    Ok(()) => self.0.body.exec(vm, f),
                    Err(Raised) => Flow::Raised,
                };
                self.after_body(vm, f, flow)
            }
        }
    }

    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let flow = self.0.body.resume(vm, f);
        self.after_body(vm, f, flow)
    }
}

/// `async with`.
pub struct AsyncWith {
    /// What it shares with `with`.
    pub with: Manager,
    /// The slot for what the frame waits for.
    pub delegate: Slot,
    /// The suspension point of entering.
    pub entering: u32,
    /// The suspension point of leaving.
    pub leaving: u32,
    /// Where the outcome of the body waits while leaving is suspended: how it ended, its value or
    /// exception, and the exception handled around.
    pub kept: [Slot; 3],
    /// Its place.
    pub span: Span,
}

const NEXT: i64 = 0;
const BREAK: i64 = 1;
const CONTINUE: i64 = 2;
const RETURN: i64 = 3;
const RAISED: i64 = 4;

impl AsyncWith {
    /// Calls an unbound method and awaits the result, without making a coroutine if it need not.
    fn await_method(&self, vm: &Vm, f: Frame, method: &Value, args: &[Value], name: &str) -> Flow {
        f.set_span(self.with.context.span());
        if let Some(native) = method.downcast::<NativeObj>() {
            if let Some(start) = native.row.start {
                let plain = native.row.takes_plain(args.len() - 1);
                if plain
                    && args.len() == native.row.total_slots()
                    && !args[0].is_kind(Kind::Instance)
                {
                    return vm.await_native(f, self.delegate, native, start, args);
                }
            }
        }
        let is_coroutine_function = method
            .downcast::<FunctionObj>()
            .is_some_and(|function| function.code.kind == CodeKind::Coroutine);
        if is_coroutine_function {
            return super::awaited_call::await_function(vm, f, self.delegate, method, args);
        }
        match vm.call_unbound(method, &args[0], &args[1..], &[]) {
            Ok(awaitable) if vm.is_awaitable(&awaitable) => {
                vm.begin_await(f, self.delegate, awaitable)
            }
            Ok(other) => vm
                .type_error(format!(
                    "'async with' received an object from {name} that does not implement __await__: {}",
                    vm.type_name(&other)
                ))
                .into(),
            Err(Raised) => Flow::Raised,
        }
    }

    fn entered(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        match flow {
            Flow::Return(value) => {
                let flow = match self.with.assign(vm, f, value) {
                    Ok(()) => self.with.body.exec(vm, f),
                    Err(Raised) => Flow::Raised,
                };
                self.after_body(vm, f, flow)
            }
            Flow::Suspended => {
                f.set_pc(self.entering);
                Flow::Suspended
            }
            _ => {
                f.set_span(self.with.context.span());
                drop(f.take(self.with.manager));
                drop(f.take(self.with.exit));
                Flow::Raised
            }
        }
    }

    fn after_body(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        if matches!(flow, Flow::Next) {
            return self.leave_at_once(vm, f);
        }
        self.leave(vm, f, flow)
    }

    /// Leaves after the end of the body. What leaving may have to remember is set only if it
    /// suspends.
    #[inline(always)]
    fn leave_at_once(&self, vm: &Vm, f: Frame) -> Flow {
        let manager = f.take(self.with.manager);
        let exit = f.take(self.with.exit);
        let args = [manager, Value::None, Value::None, Value::None];
        match self.await_method(vm, f, &exit, &args, "__aexit__") {
            Flow::Return(_) => Flow::Next,
            Flow::Suspended => {
                let [number, value, _] = self.kept;
                f.set(number, Value::Int(NEXT));
                f.set(value, Value::None);
                self.left(vm, f, Flow::Suspended)
            }
            flow => {
                f.set_span(self.with.context.span());
                flow
            }
        }
    }

    fn leave(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        let [number, value, handled] = self.kept;
        let (ended, kept) = match flow {
            Flow::Suspended => return flow,
            Flow::Next => (NEXT, Value::None),
            Flow::Break => (BREAK, Value::None),
            Flow::Continue => (CONTINUE, Value::None),
            Flow::Return(v) => (RETURN, v),
            Flow::Raised => (RAISED, Value::None),
        };
        let manager = f.take(self.with.manager);
        let exit = f.take(self.with.exit);
        f.set(number, Value::Int(ended));
        let args = if ended == RAISED {
            vm.trace_frame(f);
            let exception = vm.take_raised();
            let outer = vm.handled.replace(Some(exception.clone()));
            f.set(handled, vm.suspension.keep_around(outer));
            let [class, e, traceback] = self.with.exit_args(vm, Some(&exception));
            f.set(value, exception.into());
            [manager, class, e, traceback]
        } else {
            f.set(value, kept);
            [manager, Value::None, Value::None, Value::None]
        };
        let flow = self.await_method(vm, f, &exit, &args, "__aexit__");
        self.left(vm, f, flow)
    }

    fn left(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        let result = match flow {
            Flow::Suspended => {
                if f.get(self.kept[0]).as_int() == Some(RAISED) {
                    vm.suspension.note_handling();
                }
                f.set_pc(self.leaving);
                f.set_span(self.with.context.span());
                return Flow::Suspended;
            }
            Flow::Return(v) => Ok(v),
            _ => {
                f.set_span(self.with.context.span());
                Err(Raised)
            }
        };
        let [number, value, handled] = self.kept;
        let ended = f.take(number).as_int().unwrap_or(NEXT);
        let kept = f.take(value);
        let outer = vm.suspension.kept_around(f.take(handled));
        if ended == RAISED {
            let swallowed = result.and_then(|v| vm.truth(&v));
            drop(vm.handled.replace(outer));
            return match kept.downcast::<ExceptionObj>() {
                Some(exception) => {
                    let exception = exception.clone();
                    drop(kept);
                    settle(vm, f, exception, swallowed)
                }
                None => Flow::Raised,
            };
        }
        if result.is_err() {
            return Flow::Raised;
        }
        match ended {
            BREAK => Flow::Break,
            CONTINUE => Flow::Continue,
            RETURN => Flow::Return(kept),
            _ => Flow::Next,
        }
    }
}

impl Stmt for AsyncWith {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        match self
            .with
            .begin(vm, f, &vm.names.aenter_, &vm.names.aexit_, "a")
        {
            Ok(enter) => {
                let manager = f.get(self.with.manager).clone();
                let flow = self.await_method(vm, f, &enter, &[manager], "__aenter__");
                self.entered(vm, f, flow)
            }
            Err(Raised) => Flow::Raised,
        }
    }

    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let pc = f.pc();
        if pc == self.entering {
            let flow = vm.continue_await(f, self.delegate);
            self.entered(vm, f, flow)
        } else if pc == self.leaving {
            let flow = vm.continue_await(f, self.delegate);
            self.left(vm, f, flow)
        } else {
            let flow = self.with.body.resume(vm, f);
            self.after_body(vm, f, flow)
        }
    }
}
