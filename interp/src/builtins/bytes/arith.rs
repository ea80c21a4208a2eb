//! `+`, `*`, `%` and comparisons of byte strings.

use aio_parser::ast::{BinaryOp, CmpOp};

use super::view::{ByteString, View, bytes_like, is_scattered, this};
use crate::builtins::str::{check_size, ssize};
use crate::object::Ref;
use crate::objects::bytes::BytesObj;
use crate::ops::compare::ordered;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `a op b` for byte strings `a` of one type; `NotImplemented` for what they do not have.
pub(crate) fn binary_of<T: ByteString>(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    let Some(s) = a.downcast::<T>() else {
        return Ok(Value::NotImplemented);
    };
    match op {
        BinaryOp::Add => concat(vm, s, b),
        BinaryOp::Mult => repeat(vm, s, b),
        BinaryOp::Mod => {
            let template = s.view().settled();
            vm.percent_format_bytes(&template, b).map(T::make)
        }
        _ => Ok(Value::NotImplemented),
    }
}

/// `a op b` for a `bytes` `a`; `NotImplemented` for what `bytes` does not have.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    binary_of::<BytesObj>(vm, op, a, b)
}

/// `a + b`
pub(crate) fn concat<T: ByteString>(vm: &Vm, s: &Ref<T>, b: &Value) -> R {
    let other = vm.native(b);
    let Some(other) = bytes_like(&other).filter(|_| !is_scattered(&other)) else {
        let text = format!("can't concat {} to {}", vm.type_name(b), T::NAME);
        return Err(vm.type_error(text));
    };
    let data = s.view();
    if let (View::Slice(data), View::Slice(_)) = (&data, &other) {
        // `bytes` do not change.
        if other.is_empty() {
            return Ok(s.into());
        }
        if data.is_empty() {
            return Ok(T::make(other.to_vec()));
        }
    }
    Ok(T::make([&data[..], &other[..]].concat()))
}

/// `a * times`
pub(crate) fn repeat<T: ByteString>(vm: &Vm, s: &Ref<T>, times: &Value) -> R {
    let times = match times {
        Value::Int(n) => *n,
        _ => vm.to_index(times)?,
    };
    let times = usize::try_from(times).unwrap_or(0);
    let data = s.view();
    if times == 1 && matches!(data, View::Slice(_)) {
        return Ok(s.into());
    }
    match data.len().checked_mul(times) {
        Some(len) if len <= isize::MAX as usize => check_size(vm, len)?,
        _ if T::NAME == "bytes" => {
            return Err(vm.overflow_error("repeated bytes are too long"));
        }
        _ => return Err(vm.out_of_memory()),
    }
    Ok(T::make(data.repeat(times)))
}

/// The rows `__mul__` and `__rmul__`: the count must be an index.
pub(crate) fn repeat_row<T: ByteString>(vm: &Vm, a: &[Value], method: &str) -> R {
    let s = this::<T>(vm, a, method)?;
    let times = Value::Int(ssize(vm, &a[1])?);
    repeat(vm, s, &times)
}

/// The row `__rmod__`.
pub(crate) fn reflected_mod<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    this::<T>(vm, a, "__rmod__")?;
    match vm.native(&a[1]).downcast::<T>() {
        Some(template) => {
            let template = template.view().settled();
            vm.percent_format_bytes(&template, &a[0]).map(T::make)
        }
        None => Ok(Value::NotImplemented),
    }
}

/// The comparison of two bytes-like objects, or `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let other = vm.native(b);
    match (bytes_like(a), bytes_like(&other)) {
        (Some(a), Some(b)) => Ok(Value::bool(ordered(op, a.cmp(&b)))),
        _ => Ok(Value::NotImplemented),
    }
}

/// True if two byte strings are equal.
pub fn equal(vm: &Vm, a: &Value, b: &Value) -> R<bool> {
    Ok(compare(vm, CmpOp::Eq, a, b)?.as_bool().unwrap_or(false))
}
