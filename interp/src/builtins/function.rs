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
pub(crate) use native::is_slot;
pub use native::{BUILTIN_FUNCTION, METHOD_DESCRIPTOR, METHOD_WRAPPER, WRAPPER_DESCRIPTOR};
pub(crate) use wrapper::PER_WRAPPER;
pub use wrapper::{CLASSMETHOD, CLASSMETHOD_DESCRIPTOR, STATICMETHOD};

use super::class::spread;
use super::{object, read_only, this};
use crate::classes::ClassSpec;
use crate::eval::function::new_function;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::cell::CellObj;
use crate::objects::class::Layout;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::function::{Attribute, CodeObj, FunctionObj};
use crate::objects::module::ModuleObj;
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
        static_method(
            "__new__(cls, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)",
            "Create a function object.",
            new,
        ),
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

fn new(vm: &Vm, args: &[Value]) -> R {
    let wrong = |at: &str, wanted: &str, given: &Value| {
        let given = vm.type_name(given);
        vm.type_error(format!("{at} must be {wanted}, not {given}"))
    };
    let code = args[1]
        .downcast::<CodeObj>()
        .ok_or_else(|| wrong("function() argument 'code'", "code", &args[1]))?;
    let globals = vm.native(&args[2]);
    let globals = globals
        .downcast::<DictObj>()
        .ok_or_else(|| wrong("function() argument 'globals'", "dict", &args[2]))?;
    let (name, defaults, closure) = (&args[3], &args[4], &args[5]);
    if !name.is_missing() && !name.is_kind(Kind::Str) {
        return Err(vm.type_error("arg 3 (name) must be None or string"));
    }
    if !defaults.is_missing() && !defaults.is_kind(Kind::Tuple) {
        return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
    }
    let wanted = code.code.free_names.len();
    let cells = match closure.downcast::<TupleObj>() {
        Some(cells) => cells.items().to_vec(),
        None if closure.is_missing() && wanted == 0 => vec![],
        None if wanted == 0 => {
            return Err(vm.type_error("arg 5 (closure) must be None or tuple"));
        }
        None => return Err(vm.type_error("arg 5 (closure) must be tuple")),
    };
    if cells.len() != wanted {
        return Err(vm.value_error(format!(
            "{} requires closure of length {wanted}, not {}",
            code.code.name.as_str(),
            cells.len()
        )));
    }
    let cells: R<Vec<Ref<CellObj>>> = cells
        .iter()
        .map(|c| match c.downcast::<CellObj>() {
            Some(cell) => Ok(cell.clone()),
            None => Err(vm.type_error(format!(
                "arg 5 (closure) expected cell, found {}",
                vm.type_name(c)
            ))),
        })
        .collect();
    let made = new_function(code.code.clone(), globals.clone(), cells?.into());
    if name.is_kind(Kind::Str) {
        made.special().set_name(&vm.names.name_, name.clone());
    }
    let made = Value::from(made);
    set_defaults(vm, &made, defaults)?;
    set_kwdefaults(vm, &made, &args[6])?;
    Ok(made)
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

/// Sets `__name__` or `__qualname__`.
fn set_text(vm: &Vm, f: &FunctionObj, name: &Name, value: &Value) -> R<()> {
    if !value.is_kind(Kind::Str) {
        let text = format!("{} must be set to a string object", name.as_str());
        return Err(vm.type_error(text));
    }
    f.special().set_name(name, value.clone());
    Ok(())
}

fn set_name(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__name__")?;
    set_text(vm, f, &vm.names.name_, value)
}

fn get_qualname(vm: &Vm, v: &Value) -> R {
    Ok(this_function(vm, v, "__qualname__")?.qualname())
}

fn set_qualname(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__qualname__")?;
    set_text(vm, f, &vm.names.qualname_, value)
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

fn get_builtins(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__builtins__")?;
    if let Some(builtins) = vm.common_builtins(&f.globals) {
        return Ok(builtins.into());
    }
    let own = f.globals.get_name(&vm.names.builtins_);
    let own = own.unwrap_or(Value::None);
    Ok(match own.downcast::<ModuleObj>() {
        Some(module) => (&module.dict).into(),
        None => own,
    })
}

/// What was set in the place of what code and globals say.
fn own(f: &FunctionObj, name: &Name) -> Option<Value> {
    f.special.borrow().as_ref().and_then(|d| d.get_name(name))
}

fn get_annotations(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__annotations__")?;
    let name = &vm.names.annotations_;
    if let Some(found) = own(f, name).filter(|v| !v.is_none()) {
        return Ok(found);
    }
    let dict = Value::from(new_dict());
    f.special().set_name(name, dict.clone());
    Ok(dict)
}

fn set_annotations(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__annotations__")?;
    if value.is_missing() {
        drop(f.special().remove_name(&vm.names.annotations_));
    } else if vm.native(value).is_kind(Kind::Dict) {
        f.special().set_name(&vm.names.annotations_, value.clone());
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
    f.special().set_name(&vm.names.type_params_, value.clone());
    Ok(())
}

fn get_doc(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__doc__")?;
    let doc = own(f, &vm.names.doc_).or_else(|| f.code.doc.clone());
    Ok(doc.unwrap_or(Value::None))
}

fn set_doc(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__doc__")?;
    f.special().set_name(&vm.names.doc_, value.or(Value::None));
    Ok(())
}

fn get_module(vm: &Vm, v: &Value) -> R {
    let f = this_function(vm, v, "__module__")?;
    let module = own(f, &vm.names.module_).or_else(|| f.globals.get_name(&vm.names.name_));
    Ok(module.unwrap_or(Value::None))
}

fn set_module(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let f = this_function(vm, v, "__module__")?;
    f.special()
        .set_name(&vm.names.module_, value.or(Value::None));
    Ok(())
}

/// The text of a value that should be a string, for messages.
fn text_or_unknown(v: &Value) -> String {
    v.downcast::<StrObj>()
        .map_or_else(|| "?".to_owned(), |s| s.as_str().to_owned())
}
