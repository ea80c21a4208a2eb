//! Calls: arguments are evaluated straight into the callee's frame.

use std::mem::ManuallyDrop;

use aio_lexer::Span;

use super::call_cache::{ClassCache, Construct, MethodCache};
use super::name::LoadGlobal;
use super::operand::Part;
use crate::native::{Native, SMALL};
use crate::node::{Expr, ExprBox};
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{BoundMethodObj, FunctionObj, NativeObj};
use crate::objects::instance::InstanceObj;
use crate::objects::str::Name;
use crate::stack::{Args, Frame, StackFrame};
use crate::value::{R, Value};
use crate::vm::Vm;

/// What is called, with its positional arguments.
pub struct CallParts {
    /// The callee.
    pub callee: Callee,
    /// The positional arguments.
    pub args: Box<[Part]>,
    /// What is remembered of a class that is called.
    class: ClassCache,
    /// The place of the call.
    pub span: Span,
}

/// The callee of a call.
pub enum Callee {
    /// A global variable or builtin.
    Global(LoadGlobal),
    /// Any expression.
    Value(ExprBox),
    /// A method of an object, looked up without making a bound method.
    Method {
        /// The object.
        object: ExprBox,
        /// The method's name.
        name: Name,
        /// What it was before.
        cache: Box<MethodCache>,
        /// The place of `object.name`.
        span: Span,
    },
}

/// An argument that is not given.
pub(super) const U: Value = Value::Unbound;

/// A callee that has been evaluated: the function, and the receiver to come before the
/// arguments.
pub(super) enum Target {
    Function(Ref<FunctionObj>),
    Method(Ref<FunctionObj>, Value),
    Native(Ref<NativeObj>),
    NativeMethod(Ref<NativeObj>, Value),
    Other(Value),
}

/// Sorts what is called.
#[inline(always)]
pub(super) fn classify(callee: Value) -> Target {
    match callee.kind() {
        Some(Kind::Function) => match callee.downcast::<FunctionObj>() {
            Some(function) => Target::Function(function.clone()),
            None => Target::Other(callee),
        },
        Some(Kind::Native) => match callee.downcast::<NativeObj>() {
            Some(native) => Target::Native(native.clone()),
            None => Target::Other(callee),
        },
        Some(Kind::BoundMethod) => classify_bound(callee),
        _ => Target::Other(callee),
    }
}

fn classify_bound(callee: Value) -> Target {
    if let Some(bound) = callee.downcast::<BoundMethodObj>() {
        if let Some(function) = bound.function.downcast::<FunctionObj>() {
            return Target::Method(function.clone(), bound.receiver.clone());
        }
        if let Some(native) = bound.function.downcast::<NativeObj>() {
            if native.row.has_receiver() {
                return Target::NativeMethod(native.clone(), bound.receiver.clone());
            }
        }
    }
    Target::Other(callee)
}

impl Target {
    /// What is called, and what comes before the arguments.
    pub(super) fn into_callee(self) -> (Value, Option<Value>) {
        match self {
            Target::Function(function) => (function.into(), None),
            Target::Method(function, receiver) => (function.into(), Some(receiver)),
            Target::Native(native) => (native.into(), None),
            Target::NativeMethod(native, receiver) => (native.into(), Some(receiver)),
            Target::Other(callee) => (callee, None),
        }
    }
}

impl CallParts {
    /// The parts of a call.
    pub fn new(callee: Callee, args: Box<[Part]>, span: Span) -> CallParts {
        CallParts {
            callee,
            args,
            class: ClassCache::default(),
            span,
        }
    }

    #[inline(always)]
    pub(super) fn target(&self, vm: &Vm, f: Frame) -> R<Target> {
        match &self.callee {
            Callee::Global(global) => Ok(classify(global.load(vm, f)?)),
            Callee::Value(e) => Ok(classify(e.eval(vm, f)?)),
            Callee::Method {
                object,
                name,
                cache,
                span,
            } => {
                let object = object.eval(vm, f)?;
                cache.find(vm, f, object, name, *span)
            }
        }
    }

    #[inline(always)]
    fn run_value(&self, vm: &Vm, f: Frame, callee: Value) -> R {
        match callee {
            Value::Obj(callee) => match callee.into_ref::<FunctionObj>() {
                Ok(function) => self.call_script(vm, f, function, None),
                Err(other) => match other.downcast::<NativeObj>() {
                    Some(native) => self.call_native(vm, f, native, None),
                    None => match other.downcast::<ClassObj>() {
                        Some(class) => self.call_class(vm, f, class),
                        None => self.run_target(vm, f, classify(Value::Obj(other))),
                    },
                },
            },
            other => self.run_target(vm, f, Target::Other(other)),
        }
    }

    /// Calls.
    #[inline(always)]
    pub fn run(&self, vm: &Vm, f: Frame) -> R {
        match &self.callee {
            Callee::Global(global) => {
                let callee = global.load(vm, f)?;
                self.run_value(vm, f, callee)
            }
            Callee::Value(e) => {
                let callee = e.eval(vm, f)?;
                self.run_value(vm, f, callee)
            }
            Callee::Method {
                object,
                name,
                cache,
                span,
            } => {
                let object = object.eval(vm, f)?;
                match cache.script_method(&object) {
                    Some(function) => self.call_script(vm, f, function, Some(object)),
                    None => {
                        if let Some(native) = cache.native_method(&object) {
                            return self.call_native(vm, f, &native, Some(object));
                        }
                        if let Some(function) = cache.module_function(&object, name) {
                            return self.run_value(vm, f, function);
                        }
                        let target = cache.search(vm, f, object, name, *span)?;
                        self.run_target(vm, f, target)
                    }
                }
            }
        }
    }

    #[inline(never)]
    fn run_target(&self, vm: &Vm, f: Frame, target: Target) -> R {
        match target {
            Target::Function(function) => self.call_script(vm, f, function, None),
            Target::Method(function, receiver) => self.call_script(vm, f, function, Some(receiver)),
            Target::Native(native) => self.call_native(vm, f, &native, None),
            Target::NativeMethod(native, receiver) => {
                self.call_native(vm, f, &native, Some(receiver))
            }
            Target::Other(callee) => self.call_other(vm, f, callee),
        }
    }

    /// The frame of the call, with its arguments in place.
    #[inline(always)]
    pub(super) fn frame<'v>(
        &self,
        vm: &'v Vm,
        f: Frame,
        function: Ref<FunctionObj>,
        receiver: Option<Value>,
    ) -> R<StackFrame<'v>> {
        let first = usize::from(receiver.is_some());
        let code = &function.code;
        if !code.simple || code.params.positional != self.args.len() + first {
            return self.bound_frame(vm, f, function, receiver);
        }
        let frame = StackFrame::push(vm, function)?;
        if let Some(receiver) = receiver {
            frame.set_arg(0, receiver);
        }
        for (i, a) in self.args.iter().enumerate() {
            frame.set_arg(first + i, a.eval(vm, f)?);
        }
        f.set_span(self.span);
        Ok(frame)
    }

    #[inline(never)]
    fn bound_frame<'v>(
        &self,
        vm: &'v Vm,
        f: Frame,
        function: Ref<FunctionObj>,
        receiver: Option<Value>,
    ) -> R<StackFrame<'v>> {
        let mut values = Vec::with_capacity(self.args.len() + 1);
        values.extend(receiver);
        for a in &self.args {
            values.push(a.eval(vm, f)?);
        }
        f.set_span(self.span);
        let frame = StackFrame::push(vm, function)?;
        let function = frame.frame().function().clone();
        vm.bind_arguments(&function, &frame, &values, &[])?;
        Ok(frame)
    }

    #[inline(always)]
    fn call_script(
        &self,
        vm: &Vm,
        f: Frame,
        function: Ref<FunctionObj>,
        receiver: Option<Value>,
    ) -> R {
        let first = usize::from(receiver.is_some());
        if function.code.quick_arity != self.args.len() + first {
            return self.call_rare(vm, f, function, receiver);
        }
        let frame = StackFrame::push(vm, function)?;
        if let Some(receiver) = receiver {
            frame.set_arg(0, receiver);
        }
        for (i, a) in self.args.iter().enumerate() {
            frame.set_arg(first + i, a.eval(vm, f)?);
        }
        f.set_span(self.span);
        let result = vm.run_plain(&frame);
        frame.pop();
        result
    }

    /// A call that needs binding, or makes a generator or coroutine.
    #[inline(never)]
    fn call_rare(
        &self,
        vm: &Vm,
        f: Frame,
        function: Ref<FunctionObj>,
        receiver: Option<Value>,
    ) -> R {
        let frame = self.frame(vm, f, function, receiver)?;
        vm.run(&frame)
    }

    #[inline(always)]
    pub(super) fn call_native(
        &self,
        vm: &Vm,
        f: Frame,
        native: &Ref<NativeObj>,
        receiver: Option<Value>,
    ) -> R {
        let row = native.row;
        let is_instance = matches!(&receiver, Some(Value::Obj(o)) if o.kind() == Kind::Instance);
        if !is_instance && row.has_receiver() == receiver.is_some() {
            match &*self.args {
                [] if row.is_small(0) => {
                    return self.call_small(vm, f, row, receiver.unwrap_or_default(), U);
                }
                [a] if row.is_small(1) => {
                    let a = a.eval(vm, f)?;
                    return match receiver {
                        Some(receiver) => self.call_small(vm, f, row, receiver, a),
                        None => self.call_small(vm, f, row, a, U),
                    };
                }
                [a, b] if row.is_small(2) && receiver.is_none() => {
                    let (a, b) = (a.eval(vm, f)?, b.eval(vm, f)?);
                    return self.call_small(vm, f, row, a, b);
                }
                _ => {}
            }
        }
        self.call_native_general(vm, f, native, receiver)
    }

    /// A call with two values at most; the others are not given.
    #[inline(always)]
    fn call_small(&self, vm: &Vm, f: Frame, row: &Native, a: Value, b: Value) -> R {
        f.set_span(self.span);
        let values = ManuallyDrop::new([a, b, U, U]);
        let result = (row.call)(vm, &values[..row.total_slots().min(SMALL)]);
        let [a, b, none, none_too] = ManuallyDrop::into_inner(values);
        std::mem::forget((none, none_too));
        drop(a);
        drop(b);
        result
    }

    #[inline(never)]
    fn call_native_general(
        &self,
        vm: &Vm,
        f: Frame,
        native: &Ref<NativeObj>,
        receiver: Option<Value>,
    ) -> R {
        let row = native.row;
        let mut values = Args::reserve(vm, self.args.len() + 1 + row.total_slots())?;
        let given = self.args.len();
        let plain = match &receiver {
            // A receiver, or the class whose `__new__` it is.
            Some(Value::Obj(o)) if o.kind() == Kind::Class => {
                !row.has_receiver() && row.takes_plain(given + 1)
            }
            Some(Value::Obj(o)) if o.kind() == Kind::Instance => false,
            Some(_) => row.takes_plain(given),
            None => !row.has_receiver() && row.takes_plain(given),
        };
        if let Some(receiver) = receiver {
            values.push(receiver);
        }
        for a in &self.args {
            values.push(a.eval(vm, f)?);
        }
        f.set_span(self.span);
        if plain && row.start.is_none() {
            let result = (row.call)(vm, values.values_padded(row.total_slots()));
            values.pop();
            return result;
        }
        vm.call_native(native, values.values(), &[])
    }

    #[inline(never)]
    pub(super) fn call_other(&self, vm: &Vm, f: Frame, callee: Value) -> R {
        if let Some(class) = callee.downcast::<ClassObj>() {
            return self.call_class(vm, f, class);
        }
        let values = self.values(vm, f, None)?;
        vm.call_kw(&callee, values.values(), &[])
    }

    /// The arguments' values behind `first`.
    #[inline(always)]
    pub(super) fn values<'v>(&self, vm: &'v Vm, f: Frame, first: Option<Value>) -> R<Args<'v>> {
        let mut values = Args::reserve(vm, self.args.len() + 1)?;
        if let Some(first) = first {
            values.push(first);
        }
        for a in &self.args {
            values.push(a.eval(vm, f)?);
        }
        f.set_span(self.span);
        Ok(values)
    }

    #[inline(never)]
    fn call_class(&self, vm: &Vm, f: Frame, class: &Ref<ClassObj>) -> R {
        match self.class.construct(vm, class) {
            Construct::Init(init) => {
                let instance = Value::from(Ref::<InstanceObj>::of_class(class));
                let result = self.call_script(vm, f, init, Some(instance.clone()))?;
                vm.check_init_result(&result)?;
                Ok(instance)
            }
            Construct::New(new) if new.row.is_small(2) && self.args.len() == 1 => {
                let a = self.args[0].eval(vm, f)?;
                self.call_small(vm, f, new.row, class.into(), a)
            }
            Construct::New(new) => self.call_native(vm, f, &new, Some(class.into())),
            Construct::Exception(init) => {
                let values = self.values(vm, f, None)?;
                let made = Ref::<ExceptionObj>::of_class(class, values.values().to_vec());
                let made = Value::from(made);
                if let Some(init) = init {
                    let mut with_made = Args::reserve(vm, self.args.len() + 1)?;
                    with_made.push(made.clone());
                    for v in values.values() {
                        with_made.push(v.clone());
                    }
                    let result = vm.call_function(&init, with_made.values(), &[])?;
                    vm.check_init_result(&result)?;
                }
                Ok(made)
            }
            Construct::General => {
                let values = self.values(vm, f, None)?;
                vm.call_class(class, values.values(), &[])
            }
        }
    }
}

/// A call with positional arguments only.
pub struct Call(pub CallParts);

impl Expr for Call {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        self.0.run(vm, f)
    }
    fn span(&self) -> Span {
        self.0.span
    }
}
