//! `function`, as scripts see it.
//!
//! The other callables and descriptors are in `function/`: functions in Rust (`native`), bound
//! methods (`method`), `classmethod` and `staticmethod` (`wrapper`), descriptors of builtin types
//! and slots (`descriptor`), cells (`cell`).

mod cell;
mod descriptor;
mod method;
mod native;
mod wrapper;

pub use cell::CELL;
pub use descriptor::{GETSET_DESCRIPTOR, MEMBER_DESCRIPTOR};
pub use method::METHOD;
pub(crate) use method::PER_METHOD;
pub(crate) use native::PER_NATIVE;
pub use native::{BUILTIN_FUNCTION, METHOD_DESCRIPTOR};
pub(crate) use wrapper::PER_WRAPPER;
pub use wrapper::{CLASSMETHOD, STATICMETHOD};

use std::cell::RefCell;

use super::class::spread;
use super::{object, read_only, this};
use crate::classes::ClassSpec;
use crate::native::method;
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::function::{Attribute, CodeObj, FunctionObj};
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `function`.
pub static FUNCTION: ClassSpec = ClassSpec {
    name: "function",
    module: "builtins",
    doc: "Create a function object.",
    layout: Layout::Native(Kind::Function),
    methods: &[
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
        ),
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: &[
        Attribute {
            name: "__name__",
            get: get_name,
            set: Some(set_name),
        },
        Attribute {
            name: "__qualname__",
            get: get_qualname,
            set: Some(set_qualname),
        },
        Attribute {
            name: "__defaults__",
            get: get_defaults,
            set: Some(set_defaults),
        },
        Attribute {
            name: "__kwdefaults__",
            get: get_kwdefaults,
            set: Some(set_kwdefaults),
        },
        Attribute {
            name: "__dict__",
            get: get_dict,
            set: Some(set_dict),
        },
        Attribute {
            name: "__closure__",
            get: get_closure,
            set: Some(read_only),
        },
        Attribute {
            name: "__code__",
            get: get_code,
            set: Some(set_code),
        },
        Attribute {
            name: "__globals__",
            get: get_globals,
            set: Some(read_only),
        },
        Attribute {
            name: "__builtins__",
            get: get_builtins,
            set: Some(read_only),
        },
        Attribute {
            name: "__annotations__",
            get: get_annotations,
            set: Some(set_annotations),
        },
        Attribute {
            name: "__type_params__",
            get: get_type_params,
            set: Some(set_type_params),
        },
    ],
    subclassable: false,
};

/// What each function has for itself, in spite of the entries of its type.
pub(crate) const PER_FUNCTION: &[Attribute] = &[
    Attribute {
        name: "__doc__",
        get: get_doc,
        set: Some(set_doc),
    },
    Attribute {
        name: "__module__",
        get: get_module,
        set: Some(set_module),
    },
];

fn this_function<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<FunctionObj>> {
    this(vm, v, "function", attribute)
}

/// `__call__` of anything callable.
fn call(vm: &Vm, args: &[Value]) -> R {
    let (values, names) = spread(vm, &args[1], &args[2]);
    vm.call_kw(&args[0], &values, &names)
}

/// `__get__` of the builtin descriptors.
pub(super) fn get(vm: &Vm, args: &[Value]) -> R {
    let (descriptor, obj, owner) = (&args[0], &args[1], &args[2]);
    if obj.is_missing() && owner.is_missing() {
        return Err(vm.type_error("__get__(None, None) is invalid"));
    }
    let class = match owner.downcast() {
        Some(class) => Ref::clone(class),
        None => vm.class_of(obj),
    };
    let obj = if obj.is_missing() {
        Value::Unbound
    } else {
        obj.clone()
    };
    vm.bind(descriptor.clone(), &obj, &class)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let f = this_function(vm, &args[0], "__repr__")?;
    Ok(vm.text(&format!(
        "<function {} at {:#x}>",
        f.qualname_text(),
        object::address(&args[0])
    )))
}

fn get_name(vm: &Vm, v: &Value) -> R {
    Ok(this_function(vm, v, "__name__")?.name())
}

/// Puts a string into `slot`.
fn set_text(vm: &Vm, slot: &RefCell<Option<Value>>, name: &str, value: &Value) -> R<()> {
    if !value.is_kind(Kind::Str) {
        return Err(vm.type_error(format!("{name} must be set to a string object")));
    }
    drop(slot.replace(Some(value.clone())));
    Ok(())
}

fn set_name(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    set_text(
        vm,
        &this_function(vm, v, "__name__")?.name,
        "__name__",
        value,
    )
}

fn get_qualname(vm: &Vm, v: &Value) -> R {
    Ok(this_function(vm, v, "__qualname__")?.qualname())
}

fn set_qualname(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    set_text(
        vm,
        &this_function(vm, v, "__qualname__")?.qualname,
        "__qualname__",
        value,
    )
}

fn get_defaults(vm: &Vm, v: &Value) -> R {
    let defaults = this_function(vm, v, "__defaults__")?
        .defaults
        .borrow()
        .clone();
    Ok(defaults.map_or(Value::None, Value::from))
}

fn set_defaults(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__defaults__")?;
    let defaults = match value.downcast::<TupleObj>() {
        Some(tuple) => Some(tuple.clone()),
        None if value.is_missing() => None,
        None => return Err(vm.type_error("__defaults__ must be set to a tuple object")),
    };
    drop(f.defaults.replace(defaults));
    Ok(())
}

fn get_kwdefaults(vm: &Vm, v: &Value) -> R {
    let defaults = this_function(vm, v, "__kwdefaults__")?
        .kwdefaults
        .borrow()
        .clone();
    Ok(defaults.map_or(Value::None, Value::from))
}

fn set_kwdefaults(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__kwdefaults__")?;
    let defaults = match value.downcast::<DictObj>() {
        Some(dict) => Some(dict.clone()),
        None if value.is_missing() => None,
        None => return Err(vm.type_error("__kwdefaults__ must be set to a dict object")),
    };
    drop(f.kwdefaults.replace(defaults));
    Ok(())
}

fn get_dict(vm: &Vm, v: &Value) -> R {
    Ok(this_function(vm, v, "__dict__")?.attrs().into())
}

fn set_dict(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__dict__")?;
    if value.is_unbound() {
        return Err(vm.type_error("cannot delete __dict__"));
    }
    let Some(dict) = value.downcast::<DictObj>() else {
        return Err(vm.type_error(format!(
            "__dict__ must be set to a dictionary, not a '{}'",
            vm.type_name(value)
        )));
    };
    drop(f.attrs.replace(Some(dict.clone())));
    Ok(())
}

fn get_closure(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__closure__")?;
    if f.closure.is_empty() {
        return Ok(Value::None);
    }
    Ok(tuple(f.closure.iter().map(Value::from).collect()))
}

fn get_code(vm: &Vm, v: &Value) -> R {
    let code = this_function(vm, v, "__code__")?.code.clone();
    Ok(Ref::new(CodeObj { code }).into())
}

fn set_code(vm: &Vm, _: &Value, value: &Value) -> R<()> {
    if value.is_kind(Kind::Code) {
        return Err(vm.type_error("__code__ of a function cannot be replaced"));
    }
    Err(vm.type_error("__code__ must be set to a code object"))
}

fn get_globals(vm: &Vm, v: &Value) -> R {
    Ok((&this_function(vm, v, "__globals__")?.globals).into())
}

fn get_builtins(vm: &Vm, _: &Value) -> R {
    Ok((&vm.builtins).into())
}

/// What was set in the function's own dict under `name`.
fn own(f: &FunctionObj, name: &Name) -> Option<Value> {
    f.attrs.borrow().as_ref().and_then(|d| d.get_name(name))
}

fn get_annotations(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__annotations__")?;
    let name = &vm.names.annotations_;
    if let Some(found) = own(f, name).filter(|v| !v.is_none()) {
        return Ok(found);
    }
    let dict = Value::from(new_dict());
    f.attrs().set_name(name, dict.clone());
    Ok(dict)
}

fn set_annotations(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__annotations__")?;
    if value.is_missing() {
        drop(f.attrs().remove_name(&vm.names.annotations_));
    } else if vm.native(value).is_kind(Kind::Dict) {
        f.attrs().set_name(&vm.names.annotations_, value.clone());
    } else {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    Ok(())
}

fn get_type_params(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__type_params__")?;
    Ok(own(f, &vm.names.type_params_).unwrap_or_else(|| tuple(vec![])))
}

fn set_type_params(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__type_params__")?;
    if !value.is_kind(Kind::Tuple) {
        return Err(vm.type_error("__type_params__ must be set to a tuple"));
    }
    f.attrs().set_name(&vm.names.type_params_, value.clone());
    Ok(())
}

fn get_doc(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__doc__")?;
    let doc = own(f, &vm.names.doc_).or_else(|| f.code.doc.clone());
    Ok(doc.unwrap_or(Value::None))
}

fn set_doc(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__doc__")?;
    f.attrs().set_name(&vm.names.doc_, value.or(Value::None));
    Ok(())
}

fn get_module(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__module__")?;
    let module = own(f, &vm.names.module_).or_else(|| f.globals.get_name(&vm.names.name_));
    Ok(module.unwrap_or(Value::None))
}

fn set_module(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__module__")?;
    f.attrs().set_name(&vm.names.module_, value.or(Value::None));
    Ok(())
}

/// The text of a value that should be a string, for messages.
fn text_or_unknown(v: &Value) -> String {
    v.downcast::<StrObj>()
        .map_or_else(|| "?".to_owned(), |s| s.as_str().to_owned())
}
