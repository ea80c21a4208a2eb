//! `UnicodeDecodeError`, `UnicodeEncodeError`, `UnicodeTranslateError`: what and where it went
//! wrong.
//!
//! Their fields are their arguments, until a script sets one.

use super::base::{init_args, refuse_keywords};
use super::{field, set_field, this};
use crate::native::{Native, method};
use crate::object::Kind;
use crate::objects::bytes::{ByteArrayObj, BytesObj, bytes};
use crate::objects::exception::ExceptionObj;
use crate::objects::function::Attribute;
use crate::objects::str::Name;
use crate::text::codec::{Object, message};
use crate::text::repr::write_escape;
use crate::text::surrogate::code_point;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const DECODE: &[Native] = &[
    method(
        "__init__(*args, **kwargs)",
        "Initialize self.",
        |vm, args| {
            init(
                vm,
                args,
                &[
                    Wants::Text,
                    Wants::Bytes,
                    Wants::Int,
                    Wants::Int,
                    Wants::Text,
                ],
            )
        },
    ),
    method("__str__()", "Return str(self).", codec_str),
];

pub(super) const ENCODE: &[Native] = &[
    method(
        "__init__(*args, **kwargs)",
        "Initialize self.",
        |vm, args| {
            init(
                vm,
                args,
                &[
                    Wants::Text,
                    Wants::Text,
                    Wants::Int,
                    Wants::Int,
                    Wants::Text,
                ],
            )
        },
    ),
    method("__str__()", "Return str(self).", codec_str),
];

pub(super) const TRANSLATE: &[Native] = &[
    method(
        "__init__(*args, **kwargs)",
        "Initialize self.",
        |vm, args| {
            init(
                vm,
                args,
                &[Wants::Text, Wants::Int, Wants::Int, Wants::Text],
            )
        },
    ),
    method("__str__()", "Return str(self).", translate_str),
];

macro_rules! argument {
    ($name:ident, $position:literal) => {
        Attribute {
            name: stringify!($name),
            get: |vm, v| {
                let exception = this(vm, v, stringify!($name))?;
                Ok(field(exception, &name_of(vm, stringify!($name)), $position))
            },
            set: Some(|vm, v, value| set_field(vm, v, &name_of(vm, stringify!($name)), value)),
        }
    };
}

pub(super) const FIELDS: &[Attribute] = &[
    argument!(encoding, 0),
    argument!(object, 1),
    argument!(start, 2),
    argument!(end, 3),
    argument!(reason, 4),
];

pub(super) const TRANSLATE_FIELDS: &[Attribute] = &[
    argument!(object, 0),
    argument!(start, 1),
    argument!(end, 2),
    argument!(reason, 3),
];

fn name_of(vm: &Vm, name: &str) -> Name {
    vm.name(name)
}

/// What an argument must be.
enum Wants {
    Text,
    Bytes,
    Int,
}

fn init(vm: &Vm, args: &[Value], wants: &[Wants]) -> R {
    let exception = this(vm, &args[0], "__init__")?;
    refuse_keywords(vm, exception, &args[2])?;
    init_args(exception, &args[1]);
    let given = exception.args();
    let given = given.items();
    if given.len() != wants.len() {
        let (count, wanted) = (given.len(), wants.len());
        let text = format!("function takes exactly {wanted} arguments ({count} given)");
        return Err(vm.type_error(text));
    }
    for (i, (value, wants)) in given.iter().zip(wants).enumerate() {
        check(vm, value, wants, i + 1)?;
        if matches!(wants, Wants::Bytes) && !vm.native(value).is_kind(Kind::Bytes) {
            // What can change is copied.
            let copy = crate::builtins::bytes::bytes_of(&vm.native(value)).unwrap_or_default();
            set_field(vm, &args[0], &vm.name("object"), &bytes(copy))?;
        }
    }
    Ok(Value::None)
}

fn check(vm: &Vm, value: &Value, wants: &Wants, position: usize) -> R<()> {
    let kind = vm.native(value).kind();
    match wants {
        Wants::Text if kind != Some(Kind::Str) => Err(vm.type_error(format!(
            "argument {position} must be str, not {}",
            vm.type_name(value)
        ))),
        Wants::Bytes if !matches!(kind, Some(Kind::Bytes | Kind::ByteArray | Kind::MemoryView)) => {
            Err(vm.type_error(format!(
                "a bytes-like object is required, not '{}'",
                vm.type_name(value)
            )))
        }
        Wants::Int => vm.to_index(value).map(drop),
        _ => Ok(()),
    }
}

/// The fields `start` and `end` as indices; nonsense counts as 0.
fn bounds(vm: &Vm, exception: &ExceptionObj, position: usize) -> (usize, usize) {
    let index = |name: &str, at: usize| {
        let value = field(exception, &vm.name(name), at).as_int();
        value.and_then(|i| usize::try_from(i).ok()).unwrap_or(0)
    };
    (index("start", position), index("end", position + 1))
}

fn codec_str(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__str__")?;
    let object = vm.native(&field(exception, &vm.names.object, 1));
    let encoding = vm.str(&field(exception, &vm.names.encoding, 0))?;
    let reason = vm.str(&field(exception, &vm.names.reason, 4))?;
    let (start, end) = bounds(vm, exception, 2);
    let bytes;
    let object = if let Some(text) = object.as_str() {
        Object::Text(text)
    } else if let Some(b) = object.downcast::<BytesObj>() {
        Object::Bytes(&b.data)
    } else if let Some(b) = object.downcast::<ByteArrayObj>() {
        bytes = b.data.get();
        Object::Bytes(&bytes)
    } else {
        // Not initialised by `__init__`.
        return Ok(vm.text(""));
    };
    Ok(vm.text(&message(
        object,
        encoding.as_str(),
        start,
        end,
        reason.as_str(),
    )))
}

fn translate_str(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__str__")?;
    let object = vm.native(&field(exception, &vm.names.object, 0));
    let reason = vm.str(&field(exception, &vm.names.reason, 3))?;
    let (start, end) = bounds(vm, exception, 1);
    let one = object
        .as_str()
        .and_then(|t| t.chars().nth(start))
        .filter(|_| end == start + 1);
    Ok(vm.text(&match one {
        Some(c) => {
            let mut shown = String::new();
            write_escape(&mut shown, code_point(c));
            format!(
                "can't translate character '{shown}' in position {start}: {}",
                reason.as_str()
            )
        }
        None => format!(
            "can't translate characters in position {start}-{}: {}",
            end as isize - 1,
            reason.as_str()
        ),
    }))
}
