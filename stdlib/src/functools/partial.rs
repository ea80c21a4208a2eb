//! `partial`: a function with some of its arguments.

use std::cell::RefCell;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{method, static_method};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::dict::{DictObj, new_dict};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HOST_DICT, HostAttrs, HostCallable, HostData};
use aio_interp::objects::str::Name;
use aio_interp::objects::tuple::{TupleObj, tuple};
use aio_interp::ops::repr::Mark;
use aio_interp::shared::Shared;
use aio_interp::stack::Args;
use aio_interp::{R, Value, Vm};

use crate::host::{CLASS_GETITEM, Held, args_of, data_of, host_class, new_host, receiver};
use crate::operator::with_keywords;

/// `partial`.
pub(super) static PARTIAL: ClassSpec = host_class(
    "partial",
    "functools",
    "Create a new function with partial application of the given arguments and keywords.",
    &[
        static_method("__new__(cls, /, *args, **keywords)", "Create it.", new),
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            |vm, a| {
                let (values, names) = with_keywords(vm, args_of(&a[1]), &a[2]);
                this(vm, &a[0])?.call(vm, &values, &names)
            },
        ),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance, which is of type owner.",
            get,
        ),
        method("__repr__()", "Return repr(self).", repr),
        method(
            "__reduce__()",
            "Return state information for pickling",
            reduce,
        ),
        method(
            "__setstate__(state, /)",
            "Set state information for unpickling.",
            set_state,
        ),
        CLASS_GETITEM,
    ],
    &[
        Attribute {
            name: "func",
            get: |vm, v| Ok(this(vm, v)?.function.get()),
            set: None,
        },
        Attribute {
            name: "args",
            get: |vm, v| Ok(this(vm, v)?.args.get()),
            set: None,
        },
        Attribute {
            name: "keywords",
            get: |vm, v| Ok(this(vm, v)?.keywords.get()),
            set: None,
        },
        HOST_DICT,
    ],
);

struct Partial {
    function: Shared<Value>,
    /// A tuple.
    args: Shared<Value>,
    /// A dict.
    keywords: Shared<Value>,
    attrs: HostAttrs,
}

impl HostData for Partial {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        for held in [&self.function, &self.args, &self.keywords] {
            held.trace(visit);
        }
        if let Some(dict) = &*self.attrs.borrow() {
            visit(dict.obj());
        }
    }
    fn clear(&self) {
        for held in [&self.function, &self.args, &self.keywords] {
            held.clear();
        }
        drop(self.attrs.take());
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn as_callable(&self) -> Option<&dyn HostCallable> {
        Some(self)
    }
    fn attrs(&self) -> Option<&HostAttrs> {
        Some(&self.attrs)
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Partial> {
    receiver(vm, v, "partial")
}

fn dict_of(v: &Value) -> Ref<DictObj> {
    v.downcast::<DictObj>().cloned().unwrap_or_else(new_dict)
}

/// A dict with the entries of both.
fn merged(vm: &Vm, old: &Value, new: &Value) -> R<Ref<DictObj>> {
    let dict = dict_of(old).copy();
    for (key, value) in dict_of(new).entries() {
        drop(dict.set(vm, key, value)?);
    }
    Ok(dict)
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let [function, args @ ..] = args_of(&a[1]) else {
        return Err(vm.type_error("type 'partial' takes at least one argument"));
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    // A plain partial of a partial is one partial.
    let inner = data_of::<Partial>(function).filter(|p| p.attrs.borrow().is_none());
    let (function, args, keywords) = match inner {
        Some(inner) => {
            let mut all = args_of(&inner.args.get()).to_vec();
            all.extend_from_slice(args);
            let keywords = merged(vm, &inner.keywords.get(), &a[2])?;
            (inner.function.get(), all, keywords)
        }
        None => (function.clone(), args.to_vec(), dict_of(&a[2])),
    };
    let data = Partial {
        function: Shared::new(function),
        args: Shared::new(tuple(args)),
        keywords: Shared::new(keywords.into()),
        attrs: RefCell::default(),
    };
    new_host(vm, &a[0], data)
}

impl HostCallable for Partial {
    fn call(&self, vm: &Vm, args: &[Value], kwnames: &[Name]) -> R {
        let (function, own) = (self.function.get(), self.args.get());
        let own = args_of(&own);
        let keywords = self.keywords.get();
        let has_keywords = keywords
            .downcast::<DictObj>()
            .is_some_and(|d| !d.is_empty());
        if has_keywords {
            return self.call_with(vm, &function, own, &keywords, args, kwnames);
        }
        let mut all = Args::reserve(vm, own.len() + args.len())?;
        for v in own.iter().chain(args) {
            all.push(v.clone());
        }
        vm.call_kw(&function, all.values(), kwnames)
    }
}

impl Partial {
    /// A call with keywords of its own, of which those of the call may be others.
    fn call_with(
        &self,
        vm: &Vm,
        function: &Value,
        own: &[Value],
        keywords: &Value,
        args: &[Value],
        kwnames: &[Name],
    ) -> R {
        let (positional, given) = args.split_at(args.len() - kwnames.len());
        let mut all = own.to_vec();
        all.extend_from_slice(positional);
        let first = all.len();
        let (mut all, mut names) = with_keywords(vm, &all, keywords);
        for (name, value) in kwnames.iter().zip(given) {
            match names.iter().position(|n| n.as_str() == name.as_str()) {
                Some(at) => all[first + at] = value.clone(),
                None => {
                    names.push(name.clone());
                    all.push(value.clone());
                }
            }
        }
        vm.call_kw(function, &all, &names)
    }
}

/// A partial is no method, but will be one in a later version of Python.
fn get(vm: &Vm, a: &[Value]) -> R {
    if !a[1].is_none() {
        let warnings = vm.import("warnings")?;
        let args = [
            vm.text(
                "functools.partial will be a method descriptor in future Python versions; wrap it \
                 in staticmethod() if you want to preserve the old behavior",
            ),
            (&vm.exceptions.FutureWarning).into(),
        ];
        vm.call_method(&warnings, &vm.name("warn"), &args)?;
    }
    Ok(a[0].clone())
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let data = this(vm, &a[0])?;
    let Some(_mark) = a[0].as_obj().and_then(Mark::set) else {
        return Ok(vm.text("..."));
    };
    let mut parts = vec![vm.repr(&data.function.get())?.as_str().to_owned()];
    for arg in args_of(&data.args.get()) {
        parts.push(vm.repr(arg)?.as_str().to_owned());
    }
    for (key, value) in dict_of(&data.keywords.get()).entries() {
        let key = vm.str(&key)?;
        parts.push(format!("{}={}", key.as_str(), vm.repr(&value)?.as_str()));
    }
    Ok(vm.text(&format!("functools.partial({})", parts.join(", "))))
}

fn reduce(vm: &Vm, a: &[Value]) -> R {
    let data = this(vm, &a[0])?;
    let attrs = data
        .attrs
        .borrow()
        .as_ref()
        .map_or(Value::None, Value::from);
    let function = data.function.get();
    let state = tuple(vec![
        function.clone(),
        data.args.get(),
        data.keywords.get(),
        attrs,
    ]);
    let class = vm.class_of(&a[0]).into();
    Ok(tuple(vec![class, tuple(vec![function]), state]))
}

fn set_state(vm: &Vm, a: &[Value]) -> R {
    let data = this(vm, &a[0])?;
    let state = args_of(&a[1]);
    let [function, args, keywords, attrs] = state else {
        return Err(vm.type_error("invalid partial state"));
    };
    let is_valid = vm.is_callable(function)
        && args.downcast::<TupleObj>().is_some()
        && (keywords.is_none() || keywords.downcast::<DictObj>().is_some())
        && (attrs.is_none() || attrs.downcast::<DictObj>().is_some());
    if !is_valid {
        return Err(vm.type_error("invalid partial state"));
    }
    drop(data.function.replace(function.clone()));
    drop(data.args.replace(args.clone()));
    drop(data.keywords.replace(dict_of(keywords).into()));
    drop(data.attrs.replace(attrs.downcast::<DictObj>().cloned()));
    Ok(Value::None)
}
