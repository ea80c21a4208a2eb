//! Calls: arguments are evaluated straight into the callee's frame.

use std::cell::Cell;

use aio_lexer::Span;

use super::at;
use super::attribute::module_variable;
use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::interrupt;
use crate::node::{Expr, ExprBox, Flow};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, flags};
use crate::objects::dict::DictObj;
use crate::objects::function::{BoundMethodObj, FunctionObj, NativeObj};
use crate::objects::instance::InstanceObj;
use crate::objects::str::Name;
use crate::shared::Shared;
use crate::stack::{Args, Frame, Slot, StackFrame};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// What is called, with its positional arguments.
pub struct CallParts {
    /// The callee.
    pub callee: Callee,
    /// The positional arguments.
    pub args: Box<[ExprBox]>,
    /// The place of the call.
    pub span: Span,
}

/// The callee of a call.
pub enum Callee {
    /// Any expression.
    Value(ExprBox),
    /// A method of an object, looked up without making a bound method.
    Method {
        /// The object.
        object: ExprBox,
        /// The method's name.
        name: Name,
        /// What it was last time.
        cache: MethodCache,
        /// The place of `object.name`.
        span: Span,
    },
}

/// Remembers the method of instances of one shape.
#[derive(Default)]
pub struct MethodCache {
    shape: Cell<u64>,
    function: Shared<Option<Ref<FunctionObj>>>,
    /// For objects of builtin kinds: the kind plus one, and the method.
    kind: Cell<u8>,
    native: Shared<Option<Ref<NativeObj>>>,
}

/// A callee that has been evaluated: the function, and the receiver to come before the
/// arguments.
enum Target {
    Function(Ref<FunctionObj>),
    Method(Ref<FunctionObj>, Value),
    Native(Ref<NativeObj>),
    NativeMethod(Ref<NativeObj>, Value),
    Other(Value),
}

impl MethodCache {
    /// The remembered method, for an instance of the remembered shape.
    #[inline(always)]
    fn script_method(&self, object: &Value) -> Option<Ref<FunctionObj>> {
        let instance = object.downcast::<InstanceObj>()?;
        if instance.shape_id() == self.shape.get() {
            self.function.read().clone()
        } else {
            None
        }
    }

    /// The remembered method of a builtin kind.
    #[inline(always)]
    fn native_method(&self, object: &Value) -> Option<Ref<NativeObj>> {
        let kind = object.kind()?;
        if kind as u8 + 1 == self.kind.get() {
            self.native.read().clone()
        } else {
            None
        }
    }

    #[inline(always)]
    fn find(&self, vm: &Vm, f: Frame, object: Value, name: &Name, span: Span) -> R<Target> {
        if let Some(function) = self.script_method(&object) {
            return Ok(Target::Method(function, object));
        }
        if let Some(kind) = object.kind() {
            if kind as u8 + 1 == self.kind.get() {
                if let Some(native) = &*self.native.read() {
                    return Ok(Target::NativeMethod(native.clone(), object));
                }
            }
        }
        self.search(vm, f, object, name, span)
    }

    #[inline(never)]
    fn search(&self, vm: &Vm, f: Frame, object: Value, name: &Name, span: Span) -> R<Target> {
        f.set_span(span);
        if let Some(value) = module_variable(&object, name) {
            return Ok(classify(value));
        }
        match object.downcast::<InstanceObj>() {
            Some(instance) => {
                let class = instance.class();
                if !class.has(flags::GETATTRIBUTE) && instance.own(name).is_none() {
                    match class.lookup(vm, name) {
                        Some(found) if found.is_kind(Kind::Function) => {
                            if let Some(function) = found.downcast::<FunctionObj>() {
                                if !instance.shape().is_dict {
                                    self.shape.set(instance.shape_id());
                                    drop(self.function.replace(Some(function.clone())));
                                }
                                return Ok(Target::Method(function.clone(), object.clone()));
                            }
                        }
                        Some(found) if found.is_kind(Kind::Native) => {
                            if let Some(native) = found.downcast::<NativeObj>() {
                                return Ok(Target::NativeMethod(native.clone(), object.clone()));
                            }
                        }
                        _ => {}
                    }
                }
            }
            None => {
                // Kinds with one class each, whose attributes never change.
                let class = vm.class_of(&object);
                let fixed = matches!(
                    object.kind(),
                    Some(
                        Kind::Str
                            | Kind::List
                            | Kind::Dict
                            | Kind::Tuple
                            | Kind::Bytes
                            | Kind::ByteArray
                    )
                );
                if class.is_builtin
                    && (fixed
                        || matches!(
                            object.kind(),
                            Some(
                                Kind::Set
                                    | Kind::Host
                                    | Kind::Future
                                    | Kind::Task
                                    | Kind::Loop
                                    | Kind::Coroutine
                                    | Kind::Iterator
                            )
                        ))
                {
                    if let Some(found) = class.lookup(vm, name) {
                        if let Some(native) = found.downcast::<NativeObj>() {
                            if let (true, Some(kind)) = (fixed, object.kind()) {
                                self.kind.set(kind as u8 + 1);
                                drop(self.native.replace(Some(native.clone())));
                            }
                            return Ok(Target::NativeMethod(native.clone(), object.clone()));
                        }
                    }
                }
            }
        }
        let method = at(f, span, vm.get_attr(&object, name))?;
        drop(object);
        Ok(classify(method))
    }
}

/// Sorts what is called.
#[inline(always)]
fn classify(callee: Value) -> Target {
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

impl CallParts {
    #[inline(always)]
    fn target(&self, vm: &Vm, f: Frame) -> R<Target> {
        match &self.callee {
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

    /// Calls.
    #[inline(always)]
    pub fn run(&self, vm: &Vm, f: Frame) -> R {
        match &self.callee {
            Callee::Value(e) => match e.eval(vm, f)? {
                Value::Obj(callee) => match callee.into_ref::<FunctionObj>() {
                    Ok(function) => self.call_script(vm, f, function, None),
                    Err(other) => match other.downcast::<NativeObj>() {
                        Some(native) => self.call_native(vm, f, native, None),
                        None => self.run_target(vm, f, classify(Value::Obj(other))),
                    },
                },
                other => self.run_target(vm, f, Target::Other(other)),
            },
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
                        let target = cache.find(vm, f, object, name, *span)?;
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
    fn frame<'v>(
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
        vm.run_plain(&frame)
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
    fn call_native(
        &self,
        vm: &Vm,
        f: Frame,
        native: &Ref<NativeObj>,
        receiver: Option<Value>,
    ) -> R {
        let row = native.row;
        let mut values = Args::reserve(vm, self.args.len() + 1 + row.total_slots())?;
        let plain = receiver.is_some()
            && row.takes_plain(self.args.len())
            && !matches!(receiver, Some(Value::Obj(ref o)) if o.kind() == Kind::Instance);
        let is_function =
            receiver.is_none() && !row.has_receiver() && row.takes_plain(self.args.len());
        if let Some(receiver) = receiver {
            values.push(receiver);
        }
        for a in &self.args {
            values.push(a.eval(vm, f)?);
        }
        f.set_span(self.span);
        if (plain || is_function) && row.start.is_none() {
            return (row.call)(vm, values.values_padded(row.total_slots()));
        }
        vm.call_native(native, values.values(), &[])
    }

    #[inline(never)]
    fn call_other(&self, vm: &Vm, f: Frame, callee: Value) -> R {
        if let Some(class) = callee.downcast::<ClassObj>() {
            if let Some(init) = self.script_init(vm, class) {
                let instance = Value::from(Ref::<InstanceObj>::of_class(class));
                let result = self.call_script(vm, f, init, Some(instance.clone()))?;
                vm.check_init_result(&result)?;
                return Ok(instance);
            }
        }
        let mut values = Args::reserve(vm, self.args.len())?;
        for a in &self.args {
            values.push(a.eval(vm, f)?);
        }
        f.set_span(self.span);
        vm.call_kw(&callee, values.values(), &[])
    }

    /// The `__init__` of a class whose instances are plain and whose making calls nothing else.
    fn script_init(&self, vm: &Vm, class: &Ref<ClassObj>) -> Option<Ref<FunctionObj>> {
        let is_type = class
            .metaclass
            .borrow()
            .as_ref()
            .is_some_and(|m| m.is(&vm.classes.type_));
        if !is_type || !vm.makes_plain_instances(class) {
            return None;
        }
        class
            .lookup(vm, &vm.names.init_)?
            .downcast::<FunctionObj>()
            .cloned()
    }

    /// The call as the operand of `await`.
    #[inline(always)]
    pub fn run_awaited(&self, vm: &Vm, f: Frame, delegate: Slot) -> Flow {
        let target = match self.target(vm, f) {
            Ok(target) => target,
            Err(Raised) => return Flow::Raised,
        };
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

/// One argument of a general call.
pub enum Argument {
    /// `value`.
    Positional(ExprBox),
    /// `*iterable`.
    Starred(ExprBox),
    /// `name=value`.
    Keyword(Name, ExprBox),
    /// `**mapping`.
    DoubleStarred(ExprBox),
}

/// A call with keywords or stars.
pub struct GeneralCall {
    /// The callee.
    pub callee: ExprBox,
    /// The arguments, in the order of their evaluation.
    pub args: Vec<Argument>,
    /// Its place.
    pub span: Span,
}

impl Expr for GeneralCall {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let callee = self.callee.eval(vm, f)?;
        let (values, names) = self.arguments(vm, f, &callee)?;
        f.set_span(self.span);
        vm.call_kw(&callee, &values, &names)
    }
    fn span(&self) -> Span {
        self.span
    }
}

impl GeneralCall {
    fn arguments(&self, vm: &Vm, f: Frame, callee: &Value) -> R<(Vec<Value>, Vec<Name>)> {
        let mut values = Vec::with_capacity(self.args.len());
        let mut names = Vec::new();
        let mut named = Vec::new();
        for arg in &self.args {
            match arg {
                Argument::Positional(e) => values.push(e.eval(vm, f)?),
                Argument::Starred(e) => {
                    let iterable = e.eval(vm, f)?;
                    f.set_span(e.span());
                    match vm.iter(&iterable) {
                        Ok(_) => values.extend(vm.collect(&iterable)?),
                        Err(Raised) => return Err(self.not_iterable(vm, callee, &iterable)),
                    }
                }
                Argument::Keyword(name, e) => {
                    let value = e.eval(vm, f)?;
                    self.add_named(vm, callee, &mut names, name.clone())?;
                    named.push(value);
                }
                Argument::DoubleStarred(e) => {
                    let mapping = e.eval(vm, f)?;
                    f.set_span(self.span);
                    for (key, value) in self.mapping_entries(vm, callee, &mapping)? {
                        let Some(text) = key.downcast() else {
                            return Err(vm.type_error("keywords must be strings"));
                        };
                        self.add_named(vm, callee, &mut names, vm.interned.name_of(text))?;
                        named.push(value);
                    }
                }
            }
        }
        values.append(&mut named);
        Ok((values, names))
    }

    fn add_named(&self, vm: &Vm, callee: &Value, names: &mut Vec<Name>, name: Name) -> R<()> {
        if names.contains(&name) {
            return Err(vm.type_error(format!(
                "{} got multiple values for keyword argument '{}'",
                vm.callee_name(callee),
                name.as_str()
            )));
        }
        names.push(name);
        Ok(())
    }

    fn mapping_entries(&self, vm: &Vm, callee: &Value, mapping: &Value) -> R<Vec<(Value, Value)>> {
        if let Some(dict) = vm.native(mapping).downcast::<DictObj>() {
            return Ok(dict.entries());
        }
        let Some(keys) = vm.find_attr(mapping, &vm.names.keys)? else {
            return Err(vm.type_error(format!(
                "{} argument after ** must be a mapping, not {}",
                vm.callee_name(callee),
                vm.type_name(mapping)
            )));
        };
        let keys = vm.call(&keys, &[])?;
        let keys = vm.collect(&keys)?;
        keys.into_iter()
            .map(|k| Ok((k.clone(), vm.get_item(mapping, &k)?)))
            .collect()
    }

    #[cold]
    fn not_iterable(&self, vm: &Vm, callee: &Value, iterable: &Value) -> Raised {
        if !vm.is_raised(&vm.exceptions.TypeError) {
            return Raised;
        }
        drop(vm.take_raised());
        vm.type_error(format!(
            "{} argument after * must be an iterable, not {}",
            vm.callee_name(callee),
            vm.type_name(iterable)
        ))
    }
}

impl Vm {
    /// `f()` or `module.f()`: what messages call a callee.
    pub(crate) fn callee_name(&self, callee: &Value) -> String {
        let function = match callee.downcast::<BoundMethodObj>() {
            Some(m) => m.function.clone(),
            None => callee.clone(),
        };
        if let Some(f) = function.downcast::<FunctionObj>() {
            let module = f.globals.get_name(&self.names.name_);
            return match module.as_ref().and_then(|m| m.as_str()) {
                Some(m) => format!("{m}.{}()", f.qualname_text()),
                None => format!("{}()", f.qualname_text()),
            };
        }
        if let Some(n) = function.downcast::<NativeObj>() {
            return format!("{}()", self.native_name(n));
        }
        if let Some(c) = function.downcast::<ClassObj>() {
            return format!("{}()", c.full_name(self));
        }
        format!("{} object", self.type_name(callee))
    }
}
