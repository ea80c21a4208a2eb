//! What `bytes(...)` and `bytearray(...)` make bytes from.

use super::view::{bytes_like, bytes_method};
use crate::builtins::int::new_class;
use crate::builtins::str::{check_size, codec, codec_name};
use crate::object::Kind;
use crate::objects::bytes::{BytesObj, bytes};
use crate::objects::class::ClassObj;
use crate::ops::subscript::index::has_index;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `bytes.__new__(cls, source, encoding, errors)`
pub(super) fn new(vm: &Vm, a: &[Value]) -> R {
    new_class(vm, &a[0], &vm.classes.bytes)?;
    let is_exact = a[0]
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is(&vm.classes.bytes));
    let is_alone = a[2].is_unbound() && a[3].is_unbound();
    if is_alone {
        if is_exact && a[1].is_kind(Kind::Bytes) {
            return Ok(a[1].clone());
        }
        if let Some(made) = bytes_method(vm, &a[1])? {
            if is_exact {
                return Ok(made);
            }
            let native = vm.native(&made);
            let data = native.downcast::<BytesObj>().map(|b| b.data.to_vec());
            return vm.wrap_new(&a[0], bytes(data.unwrap_or_default()));
        }
    }
    let data = contents(vm, &a[1..], "bytes")?;
    vm.wrap_new(&a[0], bytes(data))
}

/// The bytes that the arguments `source, encoding, errors` stand for; `name` is the type's.
pub(crate) fn contents(vm: &Vm, a: &[Value], name: &str) -> R<Vec<u8>> {
    let (source, encoding, errors) = (&a[0], &a[1], &a[2]);
    if !encoding.is_unbound() || !errors.is_unbound() {
        return encoded(vm, source, encoding, errors, name);
    }
    let Some(source) = source.bound() else {
        return Ok(Vec::new());
    };
    let native = vm.native(source);
    if native.is_kind(Kind::Str) {
        return Err(vm.type_error("string argument without an encoding"));
    }
    if let Some(view) = bytes_like(&native) {
        super::view::expect_usable(vm, &native)?;
        return Ok(view.to_vec());
    }
    if has_index(vm, source)
        && let Some(zeros) = zeros(vm, source, name)?
    {
        return Ok(zeros);
    }
    from_items(vm, source, name)
}

fn encoded(vm: &Vm, source: &Value, encoding: &Value, errors: &Value, name: &str) -> R<Vec<u8>> {
    let encoding_given = !encoding.is_unbound();
    let encoding = codec_name(
        vm,
        encoding,
        &format!("{name}() argument 'encoding'"),
        "utf-8",
    )?;
    let errors = codec_name(vm, errors, &format!("{name}() argument 'errors'"), "strict")?;
    let text = vm.native(source);
    match (text.is_kind(Kind::Str), encoding_given) {
        (true, true) => codec::encode(vm, &text, encoding.as_str(), errors.as_str()),
        (true, false) => Err(vm.type_error("string argument without an encoding")),
        (false, true) => Err(vm.type_error("encoding without a string argument")),
        (false, false) => Err(vm.type_error("errors without a string argument")),
    }
}

/// As many zeros as the number says; `None` if it is none after all.
fn zeros(vm: &Vm, source: &Value, name: &str) -> R<Option<Vec<u8>>> {
    let count = match vm.to_index(source) {
        Ok(count) => count,
        Err(raised) => {
            return match vm.catch(&vm.exceptions.TypeError) {
                Some(_) => Ok(None),
                None => Err(raised),
            };
        }
    };
    let Ok(count) = usize::try_from(count) else {
        return Err(vm.value_error("negative count"));
    };
    if name == "bytes" && count > isize::MAX as usize - 33 {
        return Err(vm.overflow_error("byte string is too large"));
    }
    check_size(vm, count)?;
    Ok(Some(vec![0; count]))
}

fn from_items(vm: &Vm, source: &Value, name: &str) -> R<Vec<u8>> {
    let message = if name == "bytes" {
        "bytes must be in range(0, 256)"
    } else {
        "byte must be in range(0, 256)"
    };
    let iterator = match vm.iter(source) {
        Ok(iterator) => iterator,
        Err(raised) => return Err(not_convertible(vm, source, name, raised)),
    };
    let mut data = Vec::with_capacity(vm.length_hint(source).min(1 << 20));
    while let Some(item) = vm.next(&iterator)? {
        data.push(byte(vm, &item, message)?);
        vm.poll()?;
    }
    Ok(data)
}

/// The byte that an item is.
pub(crate) fn byte(vm: &Vm, item: &Value, message: &str) -> R<u8> {
    let n = match item {
        Value::Int(n) => Some(*n),
        _ => vm.to_integer(item)?.as_int(),
    };
    match n.map(u8::try_from) {
        Some(Ok(byte)) => Ok(byte),
        _ => Err(vm.value_error(message)),
    }
}

#[cold]
fn not_convertible(vm: &Vm, source: &Value, name: &str, raised: Raised) -> Raised {
    match vm.catch(&vm.exceptions.TypeError) {
        Some(_) => {
            let of = vm.type_name(source);
            vm.type_error(format!("cannot convert '{of}' object to {name}"))
        }
        None => raised,
    }
}
