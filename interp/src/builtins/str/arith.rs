//! `+`, `*`, `%`, comparisons of strings, and `s += x` in place.

use aio_parser::ast::{BinaryOp, CmpOp};

use super::ssize;
use crate::object::{Kind, Ref, grow_text};
use crate::objects::str::StrObj;
use crate::ops::compare::ordered;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Pieces of at least this many bytes are repeated one by one.
const PIECE: usize = 4096;

/// `a op b` for a string `a`; `NotImplemented` for what strings do not have.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    let Some(s) = a.downcast::<StrObj>() else {
        return Ok(Value::NotImplemented);
    };
    match op {
        BinaryOp::Add => concat(vm, s, b),
        BinaryOp::Mult => repeat(vm, s, b),
        BinaryOp::Mod => vm.percent_format(s, b),
        _ => Ok(Value::NotImplemented),
    }
}

/// `a + b`
pub(super) fn concat(vm: &Vm, a: &Ref<StrObj>, b: &Value) -> R {
    if let Some(b) = b.downcast::<StrObj>() {
        return Ok(join_two(a, b));
    }
    match vm.native(b).downcast::<StrObj>() {
        Some(b) => Ok(join_two(a, b)),
        None => {
            let name = vm.type_name(b);
            let text = format!("can only concatenate str (not \"{name}\") to str");
            Err(vm.type_error(text))
        }
    }
}

#[inline]
fn join_two(a: &Ref<StrObj>, b: &Ref<StrObj>) -> Value {
    if a.as_str().is_empty() {
        return b.into();
    }
    if b.as_str().is_empty() {
        return a.into();
    }
    Ref::<StrObj>::from_pieces(&[a.as_str(), b.as_str()]).into()
}

/// `a += b` for a string `a`: grows it in place if `a` holds the only count on it.
pub fn append(_: &Vm, a: Value, b: &Ref<StrObj>) -> Value {
    let a = match a {
        Value::Obj(o) => match o.into_ref::<StrObj>() {
            Ok(a) => a,
            Err(other) => return Value::Obj(other),
        },
        other => return other,
    };
    if a.as_str().is_empty() {
        return b.into();
    }
    match grow_text(a, b.as_str()) {
        Ok(grown) => grown.into(),
        Err(a) => join_two(&a, b),
    }
}

/// `a * times`
pub(super) fn repeat(vm: &Vm, a: &Ref<StrObj>, times: &Value) -> R {
    let times = match times {
        Value::Int(n) => *n,
        _ => vm.to_index(times)?,
    };
    let times = usize::try_from(times).unwrap_or(0);
    let text = a.as_str();
    if times == 1 {
        return Ok(a.into());
    }
    if text.is_empty() || times == 0 {
        return Ok(vm.text(""));
    }
    match text.len().checked_mul(times) {
        Some(len) if len <= isize::MAX as usize => check_size(vm, len)?,
        _ => return Err(vm.overflow_error("repeated string is too long")),
    }
    // Short texts are repeated in pieces, the rest of which is a shorter piece.
    let per_piece = (PIECE / text.len()).clamp(1, times);
    let piece = text.repeat(per_piece);
    if per_piece == times {
        return Ok(vm.text(&piece));
    }
    let mut pieces = vec![piece.as_str(); times / per_piece];
    pieces.push(&piece[..times % per_piece * text.len()]);
    Ok(Ref::<StrObj>::from_pieces(&pieces).into())
}

/// Raises `MemoryError` if there is no room for a string of this many bytes.
pub(crate) fn check_size(vm: &Vm, len: usize) -> R<()> {
    const CERTAIN: usize = 1 << 20;
    if len > CERTAIN && Vec::<u8>::new().try_reserve_exact(len).is_err() {
        return Err(out_of_memory(vm));
    }
    Ok(())
}

#[cold]
fn out_of_memory(vm: &Vm) -> Raised {
    vm.out_of_memory()
}

/// The row `__mul__`: the count must be an index.
pub(super) fn repeat_row(vm: &Vm, a: &Ref<StrObj>, times: &Value) -> R {
    let times = match times {
        Value::Int(_) => times.clone(),
        _ => Value::Int(ssize(vm, times)?),
    };
    repeat(vm, a, &times)
}

/// The row `__rmod__`.
pub(super) fn reflected_mod(vm: &Vm, a: &[Value]) -> R {
    match vm.native(&a[1]).downcast::<StrObj>() {
        Some(template) => vm.percent_format(template, &a[0]),
        None => Ok(Value::NotImplemented),
    }
}

/// The comparison of two strings, or `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let other = if b.is_kind(Kind::Instance) {
        vm.native(b)
    } else {
        b.clone()
    };
    match (a.as_str(), other.as_str()) {
        (Some(a), Some(b)) => Ok(Value::bool(ordered(op, a.cmp(b)))),
        _ => Ok(Value::NotImplemented),
    }
}

/// True if two strings are equal.
pub fn equal(vm: &Vm, a: &Value, b: &Value) -> R<bool> {
    Ok(compare(vm, CmpOp::Eq, a, b)?.as_bool().unwrap_or(false))
}
