//! `SyntaxError`: message and place.

use super::base::{init_args, refuse_keywords};
use super::{field, own_field, set_field, this};
use crate::native::{Native, method};
use crate::objects::function::Attribute;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const METHODS: &[Native] = &[
    method("__init__(*args, **kwargs)", "Initialize self.", init),
    method("__str__()", "Return str(self).", to_str),
];

macro_rules! place {
    ($name:ident) => {
        Attribute {
            name: stringify!($name),
            get: |vm, v| Ok(own_field(this(vm, v, stringify!($name))?, &vm.names.$name)),
            set: Some(|vm, v, value| set_field(vm, v, &vm.names.$name, value)),
        }
    };
}

pub(super) const FIELDS: &[Attribute] = &[
    Attribute {
        name: "msg",
        get: |vm, v| Ok(field(this(vm, v, "msg")?, &vm.names.msg, 0)),
        set: Some(|vm, v, value| set_field(vm, v, &vm.names.msg, value)),
    },
    place!(filename),
    place!(lineno),
    place!(offset),
    place!(text),
    place!(end_lineno),
    place!(end_offset),
    place!(print_file_and_line),
];

fn init(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__init__")?;
    refuse_keywords(vm, exception, &args[2])?;
    init_args(exception, &args[1]);
    let given = exception.args();
    let [_, place] = given.items() else {
        return Ok(Value::None);
    };
    let place = vm.collect(place)?;
    let count = place.len();
    if !(4..=6).contains(&count) {
        let bound = if count < 4 { "at least 4" } else { "at most 6" };
        let text = format!("function takes {bound} arguments ({count} given)");
        return Err(vm.type_error(text));
    }
    if count == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    let n = &vm.names;
    let fields = [
        &n.filename,
        &n.lineno,
        &n.offset,
        &n.text,
        &n.end_lineno,
        &n.end_offset,
    ];
    for (name, value) in fields.into_iter().zip(place) {
        exception.attrs().set_name(name, value);
    }
    Ok(Value::None)
}

fn to_str(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__str__")?;
    let message = vm.str(&field(exception, &vm.names.msg, 0))?;
    let message = message.as_str();
    let filename = own_field(exception, &vm.names.filename);
    let file = filename.as_str().map(|f| f.rsplit('/').next().unwrap_or(f));
    let line = own_field(exception, &vm.names.lineno).as_int();
    Ok(vm.text(&match (file, line) {
        (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
        (Some(file), None) => format!("{message} ({file})"),
        (None, Some(line)) => format!("{message} (line {line})"),
        (None, None) => message.to_owned(),
    }))
}
