//! Builtin functions about text.

use crate::native::{Native, native};
use crate::objects::bytes::{ByteArrayObj, BytesObj};
use crate::objects::str::StrObj;
use crate::text::surrogate;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const FUNCTIONS: &[Native] = &[
    native(
        "ascii(obj, /)",
        "Return an ASCII-only representation of an object.",
        ascii,
    ),
    native(
        "chr(i, /)",
        "Return a Unicode string of one character with ordinal i.",
        chr,
    ),
    native(
        "format(value, format_spec='', /)",
        "Return type(value).__format__(value, format_spec).",
        format,
    ),
    native("ord(c, /)", "Return the ordinal value of a character.", ord),
    native(
        "repr(obj, /)",
        "Return the canonical string representation of the object.",
        repr,
    ),
];

fn ascii(vm: &Vm, args: &[Value]) -> R {
    vm.ascii(&args[0]).map(Value::from)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    vm.repr_object(&args[0])
}

fn chr(vm: &Vm, args: &[Value]) -> R {
    let number = vm.to_integer(&args[0])?;
    let code = number.as_int().and_then(|i| u32::try_from(i).ok());
    match code.and_then(surrogate::from_code_point) {
        Some(c) => Ok(vm.char(c)),
        None => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(vm: &Vm, args: &[Value]) -> R {
    let native = vm.native(&args[0]);
    let (found, length) = if let Some(text) = native.downcast::<StrObj>() {
        let first = text.as_str().chars().next();
        (
            first.map(|c| i64::from(surrogate::code_point(c))),
            text.char_len(),
        )
    } else if let Some(bytes) = native.downcast::<BytesObj>() {
        (bytes.data.first().map(|b| i64::from(*b)), bytes.data.len())
    } else if let Some(bytes) = native.downcast::<ByteArrayObj>() {
        let data = bytes.data.read();
        (data.first().map(|b| i64::from(*b)), data.len())
    } else {
        let given = vm.type_name(&args[0]);
        let text = format!("ord() expected string of length 1, but {given} found");
        return Err(vm.type_error(text));
    };
    match found {
        Some(code) if length == 1 => Ok(Value::Int(code)),
        _ => Err(vm.type_error(format!(
            "ord() expected a character, but string of length {length} found"
        ))),
    }
}

fn format(vm: &Vm, args: &[Value]) -> R {
    if args[1].is_unbound() {
        return vm.format(&args[0], "").map(Value::from);
    }
    let spec = vm.native(&args[1]);
    let Some(spec) = spec.as_str() else {
        let given = match args[1].is_none() {
            true => "None".into(),
            false => vm.type_name(&args[1]),
        };
        return Err(vm.type_error(format!("format() argument 2 must be str, not {given}")));
    };
    vm.format(&args[0], spec).map(Value::from)
}
