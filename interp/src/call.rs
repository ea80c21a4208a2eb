//! The call protocol: every way to call everything callable.
//!
//! Call nodes evaluate arguments straight into the callee's frame where they can (`eval/call`);
//! this is the general way, with arguments in a slice: positional ones, then the values of
//! keywords, whose names stand beside (as in CPython's vectorcall).

mod bind;
mod class;
mod library;
mod native;

pub(crate) use native::is_wrapped;

use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::event_loop::observer::Seen;
use crate::interrupt;
use crate::native::NativeKind;
use crate::node::Flow;
use crate::object::{Kind, Obj, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::function::{
    BoundMethodObj, ClassMethodObj, FunctionObj, NativeObj, StaticMethodObj,
};
use crate::objects::host::HostObj;
use crate::objects::instance::InstanceObj;
use crate::objects::str::Name;
use crate::place::Place;
use crate::stack::{Args, StackFrame};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Counts one level of native recursion; see `Vm::enter_native`.
pub struct NativeGuard<'v>(&'v Vm);

impl Drop for NativeGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.native_depth.set(self.0.native_depth.get() - 1);
    }
}

impl Vm {
    /// Counts one level of recursion in Rust over the program's data, and raises
    /// `RecursionError` at the limit or when the native stack is nearly used up.
    #[inline]
    pub fn enter_native(&self) -> R<NativeGuard<'_>> {
        if self.too_deep_in_rust() {
            return Err(self.recursion_error());
        }
        self.native_depth.set(self.native_depth.get() + 1);
        Ok(NativeGuard(self))
    }

    /// Serves requests (Ctrl-C, a collection). For long loops in Rust, too.
    #[inline(always)]
    pub fn poll(&self) -> R<()> {
        if interrupt::requested() {
            self.serve_requests()
        } else {
            Ok(())
        }
    }

    #[cold]
    fn serve_requests(&self) -> R<()> {
        let requests = interrupt::take();
        if requests & interrupt::COLLECT != 0 {
            crate::gc::collect_if_due();
        }
        if requests & interrupt::TASKS != 0
            && let Some(observer) = self.loops.observer.get()
        {
            (observer.tasks)(self);
        }
        if requests & interrupt::LONG_STEP != 0 {
            let seen = self.own_place().map(|(place, function)| Seen {
                at: self.clock.real(),
                place,
                function,
            });
            self.loops.long_step.set(seen);
        }
        if requests & interrupt::SIGINT != 0 {
            if let Some(observer) = self.loops.observer.get() {
                (observer.interrupted)(self);
            }
            if !self.loops.cancel_main_task(self)? {
                return Err(self.raise_args(&self.exceptions.KeyboardInterrupt, vec![]));
            }
        }
        Ok(())
    }

    /// Where the innermost frame of the program's own is, and its function.
    pub fn own_place(&self) -> Option<(Place, Name)> {
        let mut frame = self.frame()?;
        while frame.function().code.source.is_library {
            frame = frame.previous()?;
        }
        let code = &frame.function().code;
        let place = Place::new(&code.source, frame.span().start);
        Some((place, code.qualname.clone()))
    }

    /// Calls with positional arguments.
    #[inline]
    pub fn call(&self, f: &Value, args: &[Value]) -> R {
        self.call_kw(f, args, &[])
    }

    /// Calls with positional arguments, then the values of the keywords `kwnames`.
    pub fn call_kw(&self, f: &Value, args: &[Value], kwnames: &[Name]) -> R {
        let Value::Obj(o) = f else {
            return Err(self.not_callable(f));
        };
        match o.kind() {
            Kind::Function => match o.downcast::<FunctionObj>() {
                Some(function) => self.call_function(function, args, kwnames),
                None => Err(self.not_callable(f)),
            },
            Kind::Native => match o.downcast::<NativeObj>() {
                Some(native) => self.call_native(native, args, kwnames),
                None => Err(self.not_callable(f)),
            },
            Kind::BoundMethod => match o.downcast::<BoundMethodObj>() {
                Some(m) => self.call_bound(m, args, kwnames),
                None => Err(self.not_callable(f)),
            },
            Kind::Class => match o.downcast::<ClassObj>() {
                Some(class) => self.call_class(class, args, kwnames),
                None => Err(self.not_callable(f)),
            },
            Kind::StaticMethod => match o.downcast::<StaticMethodObj>() {
                Some(s) => self.call_kw(&s.function, args, kwnames),
                None => Err(self.not_callable(f)),
            },
            Kind::Host => {
                let callable = o.downcast::<HostObj>().and_then(|h| h.data.as_callable());
                let Some(callable) = callable else {
                    return self.call_object(f, args, kwnames);
                };
                // What it calls counts its own level.
                if self.too_deep() {
                    return Err(self.recursion_error());
                }
                callable.call(self, args, kwnames)
            }
            _ => self.call_object(f, args, kwnames),
        }
    }

    fn call_bound(&self, m: &Ref<BoundMethodObj>, args: &[Value], kwnames: &[Name]) -> R {
        let mut all = Args::reserve(self, args.len() + 1)?;
        all.push(m.receiver.clone());
        for a in args {
            all.push(a.clone());
        }
        self.call_kw(&m.function, all.values(), kwnames)
    }

    /// Calls an object by its class's `__call__`.
    fn call_object(&self, f: &Value, args: &[Value], kwnames: &[Name]) -> R {
        let _guard = self.enter_native()?;
        let Some(call) = self.special(f, &self.names.call_) else {
            return Err(self.not_callable(f));
        };
        self.call_unbound(&call, f, args, kwnames)
    }

    #[cold]
    pub(crate) fn not_callable(&self, f: &Value) -> Raised {
        self.type_error(format!("'{}' object is not callable", self.type_name(f)))
    }

    /// Calls what was found in a class as if it were bound to `receiver`.
    pub(crate) fn call_unbound(
        &self,
        found: &Value,
        receiver: &Value,
        args: &[Value],
        kwnames: &[Name],
    ) -> R {
        if is_method(found) {
            let mut all = Args::reserve(self, args.len() + 1)?;
            all.push(receiver.clone());
            for a in args {
                all.push(a.clone());
            }
            return self.call_kw(found, all.values(), kwnames);
        }
        let bound = self.bind(found.clone(), receiver, &self.class_of(receiver))?;
        self.call_kw(&bound, args, kwnames)
    }

    /// Calls the method `name` of `obj`, found as an attribute.
    pub fn call_method(&self, obj: &Value, name: &Name, args: &[Value]) -> R {
        let method = self.get_attr(obj, name)?;
        self.call(&method, args)
    }

    /// A special method of `obj`, looked up in its class, not bound.
    #[inline]
    pub fn special(&self, obj: &Value, name: &Name) -> Option<Value> {
        match obj.downcast::<InstanceObj>() {
            Some(i) => i.with_class(|c| c.lookup(self, name)),
            None => self.class_of(obj).lookup(self, name),
        }
    }

    /// Calls a special method of `obj` if its class has it (and not `None` for it).
    pub fn call_special(&self, obj: &Value, name: &Name, args: &[Value]) -> R<Option<Value>> {
        match self.special(obj, name) {
            Some(found) if !found.is_none() => self.call_unbound(&found, obj, args, &[]).map(Some),
            _ => Ok(None),
        }
    }

    /// The native object inside an instance of a subclass of a builtin type; else the value.
    #[inline]
    pub fn native(&self, v: &Value) -> Value {
        match v.downcast::<InstanceObj>() {
            Some(i) => {
                let payload = i.payload();
                if payload.is_unbound() {
                    v.clone()
                } else {
                    payload
                }
            }
            None => v.clone(),
        }
    }

    /// The result of a builtin `__new__`: `native` itself if `class` is a builtin class, else an
    /// instance of `class` that carries it.
    pub fn wrap_new(&self, class: &Value, native: Value) -> R {
        match class.downcast::<ClassObj>() {
            Some(c) if c.is_builtin => Ok(native),
            Some(c) => Ok(Ref::<InstanceObj>::with_payload(c, native).into()),
            None => Err(self.type_error("__new__(X): X is not a type object")),
        }
    }

    /// Calls a function written in the language.
    pub fn call_function(&self, f: &Ref<FunctionObj>, args: &[Value], kwnames: &[Name]) -> R {
        let code = &f.code;
        let frame = StackFrame::push(self, f.clone())?;
        if code.simple && kwnames.is_empty() && args.len() == code.params.positional {
            for (i, a) in args.iter().enumerate() {
                frame.set_arg(i, a.clone());
            }
        } else {
            self.bind_arguments(f, &frame, args, kwnames)?;
        }
        self.run(&frame)
    }

    /// Runs a frame whose arguments are in place, or makes the generator or coroutine.
    #[inline(always)]
    pub(crate) fn run(&self, frame: &StackFrame<'_>) -> R {
        if frame.frame().function().code.kind == CodeKind::Plain {
            self.run_plain(frame)
        } else {
            Ok(CoroutineObj::called(self, frame).into())
        }
    }

    /// Runs the frame of a plain function.
    #[inline(always)]
    pub(crate) fn run_plain(&self, frame: &StackFrame<'_>) -> R {
        if self.too_deep() {
            return Err(self.recursion_error());
        }
        self.poll()?;
        self.depth.set(self.depth.get() + 1);
        frame.enter();
        let f = frame.frame();
        let flow = f.function().code.body.exec(self, f);
        frame.leave();
        self.depth.set(self.depth.get() - 1);
        match flow {
            Flow::Return(v) => Ok(v),
            Flow::Raised => {
                self.trace_frame(f);
                Err(Raised)
            }
            _ => Ok(Value::None),
        }
    }

    /// The class's layout if it is one whose instances carry a native payload.
    pub(crate) fn carries_payload(class: &Ref<ClassObj>) -> bool {
        class.is_builtin && matches!(class.layout, Layout::Native(_))
    }

    /// What a classmethod or staticmethod wraps.
    pub fn unwrap_method(&self, v: &Value) -> Value {
        if let Some(c) = v.downcast::<ClassMethodObj>() {
            return c.function.clone();
        }
        if let Some(s) = v.downcast::<StaticMethodObj>() {
            return s.function.clone();
        }
        v.clone()
    }
}

/// True for kinds whose instances change in place, so that a method returning its receiver
/// returns the script instance around it.
pub(crate) fn is_mutable(o: &Obj) -> bool {
    matches!(
        o.kind(),
        Kind::List | Kind::Dict | Kind::Set | Kind::ByteArray | Kind::Host
    )
}

/// True for what takes its receiver first when it is found in a class: functions of scripts, and
/// methods in Rust (but not the functions of modules).
pub(crate) fn is_method(found: &Value) -> bool {
    match found.kind() {
        Some(Kind::Function) => true,
        Some(Kind::Native) => found
            .downcast::<NativeObj>()
            .is_some_and(|n| n.row.kind != NativeKind::Function),
        _ => false,
    }
}
