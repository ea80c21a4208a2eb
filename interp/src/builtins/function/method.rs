//! `method`: a function bound to its first argument.

use super::{call, native::native_repr, text_or_unknown};
use crate::builtins::{object, read_only, this};
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::function::{Attribute, BoundMethodObj, NativeObj};
use crate::objects::tuple::tuple;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `method`.
pub static METHOD: ClassSpec = ClassSpec {
    name: "method",
    module: "builtins",
    doc: "Create a bound instance method object.",
    layout: Layout::Native(Kind::BoundMethod),
    methods: &[
        static_method(
            "__new__(cls, function, instance, /)",
            "Create and return a new object.",
            new,
        ),
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", repr),
        method("__reduce__()", "Helper for pickle.", reduce),
    ],
    attributes: &[
        Attribute {
            name: "__func__",
            get: get_func,
            set: Some(read_only),
        },
        Attribute {
            name: "__self__",
            get: get_self,
            set: Some(read_only),
        },
    ],
    subclassable: false,
};

/// What each bound method has for itself, in spite of the entries of its type.
pub(crate) const PER_METHOD: &[Attribute] = &[
    Attribute {
        name: "__doc__",
        get: get_doc,
        set: None,
    },
    Attribute {
        name: "__module__",
        get: get_module,
        set: None,
    },
];

fn this_method<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<BoundMethodObj>> {
    this(vm, v, "method", attribute)
}

fn new(vm: &Vm, args: &[Value]) -> R {
    if !vm.is_callable(&args[1]) {
        return Err(vm.type_error("first argument must be callable"));
    }
    if args[2].is_none() {
        return Err(vm.type_error("instance must not be None"));
    }
    Ok(Ref::new(BoundMethodObj {
        function: args[1].clone(),
        receiver: args[2].clone(),
    })
    .into())
}

pub(super) fn eq(vm: &Vm, args: &[Value]) -> R {
    let m = this_method(vm, &args[0], "__eq__")?;
    let Some(other) = args[1].downcast::<BoundMethodObj>() else {
        return Ok(Value::NotImplemented);
    };
    let same = m.receiver.is(&other.receiver) && vm.equal(&m.function, &other.function)?;
    Ok(Value::bool(same))
}

fn hash(vm: &Vm, args: &[Value]) -> R {
    this_method(vm, &args[0], "__hash__")?;
    vm.hash(&args[0]).map(Value::Int)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let m = this_method(vm, &args[0], "__repr__")?;
    method_repr(vm, m).map(|text| vm.text(&text))
}

/// `<bound method C.f of <C object at 0x7f…>>`.
pub(crate) fn method_repr(vm: &Vm, m: &Ref<BoundMethodObj>) -> R<String> {
    if let Some(native) = m.function.downcast::<NativeObj>() {
        if m.receiver.is_kind(Kind::Module) {
            return Ok(native_repr(native));
        }
        let (name, of) = (native.row.name(), vm.type_name(&m.receiver));
        let at = object::address(&m.receiver);
        let what = if name.starts_with("__") && name.ends_with("__") {
            return Ok(format!(
                "<method-wrapper '{name}' of {of} object at {at:#x}>"
            ));
        } else {
            "built-in method"
        };
        return Ok(format!("<{what} {name} of {of} object at {at:#x}>"));
    }
    let name = match vm.find_attr(&m.function, &vm.names.qualname_)? {
        Some(name) => name,
        None => vm
            .find_attr(&m.function, &vm.names.name_)?
            .unwrap_or(Value::None),
    };
    let receiver = vm.repr(&m.receiver)?;
    Ok(format!(
        "<bound method {} of {}>",
        text_or_unknown(&name),
        receiver.as_str()
    ))
}

pub(super) fn reduce(vm: &Vm, args: &[Value]) -> R {
    let m = this_method(vm, &args[0], "__reduce__")?;
    let getattr = vm
        .builtins
        .get_name(&vm.name("getattr"))
        .unwrap_or(Value::None);
    let name = vm.get_attr(&m.function, &vm.names.name_)?;
    Ok(tuple(vec![getattr, tuple(vec![m.receiver.clone(), name])]))
}

fn get_func(vm: &Vm, v: &Value) -> R {
    Ok(this_method(vm, v, "__func__")?.function.clone())
}

fn get_self(vm: &Vm, v: &Value) -> R {
    Ok(this_method(vm, v, "__self__")?.receiver.clone())
}

fn get_doc(vm: &Vm, v: &Value) -> R {
    vm.get_attr(&this_method(vm, v, "__doc__")?.function, &vm.names.doc_)
}

fn get_module(vm: &Vm, v: &Value) -> R {
    vm.get_attr(
        &this_method(vm, v, "__module__")?.function,
        &vm.names.module_,
    )
}
