//! Builtin functions about objects: attributes, identity, classes.

use crate::builtins::evaluate;
use crate::native::{Native, native};
use crate::object::Kind;
use crate::objects::list::list;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const FUNCTIONS: &[Native] = &[
    native(
        "getattr(object, name, default=None, /)",
        "Get a named attribute of an object; `getattr(x, 'y')` is `x.y`.",
        getattr,
    ),
    native(
        "hasattr(obj, name, /)",
        "Return whether the object has an attribute with the given name.",
        hasattr,
    ),
    native(
        "setattr(obj, name, value, /)",
        "Set the named attribute; `setattr(x, 'y', v)` is `x.y = v`.",
        setattr,
    ),
    native(
        "delattr(obj, name, /)",
        "Delete the named attribute; `delattr(x, 'y')` is `del x.y`.",
        delattr,
    ),
    native(
        "dir(object=None, /)",
        "The names of an object's attributes, or of those in scope.",
        dir,
    ),
    native(
        "vars(object=None, /)",
        "The `__dict__` of an object, or the local names.",
        vars,
    ),
    native("id(obj, /)", "Return the identity of an object.", id),
    native("hash(obj, /)", "Return the hash value of an object.", hash),
    native(
        "callable(obj, /)",
        "Return whether the object can be called.",
        callable,
    ),
    native(
        "isinstance(obj, class_or_tuple, /)",
        "Return whether an object is an instance of a class or of a subclass.",
        isinstance,
    ),
    native(
        "issubclass(cls, class_or_tuple, /)",
        "Return whether a class is derived from another or the same class.",
        issubclass,
    ),
];

fn getattr(vm: &Vm, args: &[Value]) -> R {
    let name = vm.attribute_name(&args[1])?;
    if args[2].is_unbound() {
        return vm.get_attr(&args[0], &name);
    }
    Ok(vm
        .find_attr(&args[0], &name)?
        .unwrap_or_else(|| args[2].clone()))
}

fn hasattr(vm: &Vm, args: &[Value]) -> R {
    let name = vm.attribute_name(&args[1])?;
    Ok(Value::bool(vm.find_attr(&args[0], &name)?.is_some()))
}

fn setattr(vm: &Vm, args: &[Value]) -> R {
    let name = vm.attribute_name(&args[1])?;
    vm.set_attr(&args[0], &name, args[2].clone())?;
    Ok(Value::None)
}

fn delattr(vm: &Vm, args: &[Value]) -> R {
    let name = vm.attribute_name(&args[1])?;
    vm.del_attr(&args[0], &name)?;
    Ok(Value::None)
}

fn dir(vm: &Vm, args: &[Value]) -> R {
    let names = if args[0].is_unbound() {
        let scope = locals(vm)?;
        match scope.is_kind(Kind::Dict) {
            true => vm.collect(&scope)?,
            false => vm.collect(&vm.call_method(&scope, &vm.name("keys"), &[])?)?,
        }
    } else {
        match vm.call_special(&args[0], &vm.names.dir_, &[])? {
            Some(names) => vm.collect(&names)?,
            None => return Err(vm.type_error("object does not provide __dir__")),
        }
    };
    sorted(vm, names)
}

/// `locals()` of the caller.
fn locals(vm: &Vm) -> R {
    let row = evaluate::ROWS.iter().find(|r| r.name() == "locals");
    row.map_or(Ok(Value::None), |r| (r.call)(vm, &[]))
}

/// A sorted list of names.
fn sorted(vm: &Vm, mut names: Vec<Value>) -> R {
    if names.iter().all(|n| n.is_kind(Kind::Str)) {
        names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        return Ok(list(names));
    }
    let names = list(names);
    vm.call_method(&names, &vm.name("sort"), &[])?;
    Ok(names)
}

fn vars(vm: &Vm, args: &[Value]) -> R {
    if args[0].is_unbound() {
        return locals(vm);
    }
    match vm.find_attr(&args[0], &vm.names.dict_)? {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
    }
}

fn id(_: &Vm, args: &[Value]) -> R {
    // Values that are not on the heap have no address: each gets a number of its own that no
    // address is likely to be.
    Ok(match &args[0] {
        Value::Obj(o) => o.address().into(),
        Value::Int(i) => Value::from(scattered(*i as u64)),
        Value::Float(x) => Value::from(scattered(x.get().to_bits() ^ 0x5555)),
        Value::None => Value::Int(16),
        Value::False => Value::Int(32),
        Value::True => Value::Int(48),
        Value::NotImplemented => Value::Int(64),
        Value::Ellipsis | Value::Unbound => Value::Int(80),
    })
}

/// A number for a value without an address: odd, as no address is, and different for different
/// numbers below 2**62.
fn scattered(bits: u64) -> i64 {
    ((bits << 1) | 1) as i64 & i64::MAX
}

fn hash(vm: &Vm, args: &[Value]) -> R {
    vm.hash(&args[0]).map(Value::Int)
}

fn callable(vm: &Vm, args: &[Value]) -> R {
    Ok(Value::bool(vm.is_callable(&args[0])))
}

fn isinstance(vm: &Vm, args: &[Value]) -> R {
    vm.is_instance(&args[0], &args[1]).map(Value::bool)
}

fn issubclass(vm: &Vm, args: &[Value]) -> R {
    vm.is_subclass(&args[0], &args[1]).map(Value::bool)
}
