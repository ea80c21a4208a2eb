//! Exceptions with a few fields: `StopIteration`, `SystemExit`, `KeyError`, `ImportError`,
//! `NameError`, `AttributeError`.

use super::base::{base_str, init_args, refuse_keywords};
use super::{field, own_field, set_field, this};
use crate::builtins::class::keyword_pairs;
use crate::native::{Native, method};
use crate::objects::function::Attribute;
use crate::objects::tuple::tuple;
use crate::value::{R, Value};
use crate::vm::Vm;

/// A field that arguments do not give.
macro_rules! plain_field {
    ($name:literal, $field:ident) => {
        Attribute {
            name: $name,
            get: |vm, v| Ok(own_field(this(vm, v, $name)?, &vm.names.$field)),
            set: Some(|vm, v, value| set_field(vm, v, &vm.names.$field, value)),
        }
    };
}

pub(super) const STOP_ITERATION_FIELDS: &[Attribute] = &[Attribute {
    name: "value",
    get: |vm, v| Ok(field(this(vm, v, "value")?, &vm.names.value, 0)),
    set: Some(|vm, v, value| set_field(vm, v, &vm.names.value, value)),
}];

pub(super) const SYSTEM_EXIT_FIELDS: &[Attribute] = &[Attribute {
    name: "code",
    get: get_code,
    set: Some(|vm, v, value| set_field(vm, v, &vm.names.code, value)),
}];

fn get_code(vm: &Vm, v: &Value) -> R {
    let exception = this(vm, v, "code")?;
    let own = exception
        .attrs_if_any()
        .and_then(|d| d.get_name(&vm.names.code));
    Ok(own.unwrap_or_else(|| match exception.args().items() {
        [] => Value::None,
        [only] => only.clone(),
        several => tuple(several.to_vec()),
    }))
}

pub(super) const KEY_ERROR: &[Native] = &[method("__str__()", "Return str(self).", key_error_str)];

/// A key shows as its `repr`: a missing `''` would show as nothing.
fn key_error_str(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__str__")?;
    match exception.args().items() {
        [only] => vm.repr(only).map(Value::from),
        _ => base_str(vm, exception),
    }
}

/// `__init__` with these keywords, which set fields of the same names.
fn init_with(vm: &Vm, args: &[Value], allowed: &[&str], class: &str) -> R {
    let exception = this(vm, &args[0], "__init__")?;
    if allowed.is_empty() {
        refuse_keywords(vm, exception, &args[2])?;
    }
    if let Some(attrs) = exception.attrs_if_any() {
        for name in allowed {
            drop(attrs.remove_name(&vm.name(name)));
        }
    }
    for (name, value) in keyword_pairs(vm, &args[2]) {
        if !allowed.contains(&name.as_str()) {
            let name = name.as_str();
            let text = format!("{class}() got an unexpected keyword argument '{name}'");
            return Err(vm.type_error(text));
        }
        exception.attrs().set_name(&name, value);
    }
    init_args(exception, &args[1]);
    Ok(Value::None)
}

pub(super) const IMPORT_ERROR: &[Native] = &[
    method(
        "__init__(*args, **kwargs)",
        "Initialize self.",
        |vm, args| init_with(vm, args, &["name", "path", "name_from"], "ImportError"),
    ),
    method("__str__()", "Return str(self).", import_error_str),
];

pub(super) const IMPORT_FIELDS: &[Attribute] = &[
    Attribute {
        name: "msg",
        get: import_message,
        set: Some(|vm, v, value| set_field(vm, v, &vm.names.msg, value)),
    },
    plain_field!("name", name),
    plain_field!("path", path),
    Attribute {
        name: "name_from",
        get: |vm, v| Ok(own_field(this(vm, v, "name_from")?, &vm.name("name_from"))),
        set: Some(|vm, v, value| set_field(vm, v, &vm.name("name_from"), value)),
    },
];

fn import_message(vm: &Vm, v: &Value) -> R {
    let exception = this(vm, v, "msg")?;
    let own = exception
        .attrs_if_any()
        .and_then(|d| d.get_name(&vm.names.msg));
    Ok(own.unwrap_or_else(|| match exception.args().items() {
        [only] => only.clone(),
        _ => Value::None,
    }))
}

fn import_error_str(vm: &Vm, args: &[Value]) -> R {
    let message = import_message(vm, &args[0])?;
    if message.as_str().is_some() {
        return Ok(message);
    }
    base_str(vm, this(vm, &args[0], "__str__")?)
}

pub(super) const NAME_ERROR: &[Native] = &[method(
    "__init__(*args, **kwargs)",
    "Initialize self.",
    |vm, args| init_with(vm, args, &["name"], "NameError"),
)];

pub(super) const NAME_FIELDS: &[Attribute] = &[plain_field!("name", name)];

pub(super) const ATTRIBUTE_ERROR: &[Native] = &[method(
    "__init__(*args, **kwargs)",
    "Initialize self.",
    |vm, args| init_with(vm, args, &["name", "obj"], "AttributeError"),
)];

pub(super) const ATTRIBUTE_FIELDS: &[Attribute] =
    &[plain_field!("name", name), plain_field!("obj", obj)];
