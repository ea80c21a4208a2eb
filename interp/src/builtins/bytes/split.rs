//! `split`, `splitlines`, `strip` and their kin, and `join` of byte strings.

use super::view::{ByteString, View, bytes_like, expect_bytes, is_scattered, maybe_same, this};
use crate::builtins::str::{empty_separator, not_joinable, optional_limit};
use crate::objects::list::list;
use crate::text::bytes as cut;
use crate::value::{R, Value};
use crate::vm::Vm;

/// The separator of `split`; `None` for white space.
fn separator<'a>(vm: &Vm, v: &'a Value) -> R<Option<View<'a>>> {
    if v.is_missing() {
        return Ok(None);
    }
    let separator = expect_bytes(vm, v)?;
    if separator.is_empty() {
        return Err(empty_separator(vm));
    }
    Ok(Some(separator))
}

pub(crate) fn split<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "split")?;
    let limit = optional_limit(vm, &a[2])?;
    let by = vm.native(&a[1]);
    let by = separator(vm, &by)?;
    let data = s.view();
    let make = |part: &[u8]| T::make(part.to_vec());
    Ok(list(match by {
        Some(by) => cut::split(&data, &by, limit).map(make).collect(),
        None => cut::split_space(&data, limit).map(make).collect(),
    }))
}

pub(crate) fn rsplit<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "rsplit")?;
    let limit = optional_limit(vm, &a[2])?;
    let by = vm.native(&a[1]);
    let by = separator(vm, &by)?;
    let data = s.view();
    let make = |part: &[u8]| T::make(part.to_vec());
    let mut parts: Vec<Value> = match by {
        Some(by) => cut::rsplit(&data, &by, limit).map(make).collect(),
        None => cut::rsplit_space(&data, limit).map(make).collect(),
    };
    parts.reverse();
    Ok(list(parts))
}

pub(crate) fn splitlines<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "splitlines")?;
    let keep_ends = match a[1].bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    let data = s.view();
    Ok(list(
        cut::lines(&data, keep_ends)
            .map(|line| T::make(line.to_vec()))
            .collect(),
    ))
}

/// Takes bytes off the ends.
type Strip = for<'b> fn(&'b [u8]) -> &'b [u8];
/// Takes bytes of a set off the ends.
type StripSet = for<'b> fn(&'b [u8], &[u8]) -> &'b [u8];

/// The rows `strip`, `lstrip` and `rstrip`.
pub(crate) fn strip<T: ByteString>(
    vm: &Vm,
    a: &[Value],
    method: &str,
    space: Strip,
    set: StripSet,
) -> R {
    let s = this::<T>(vm, a, method)?;
    let chars = vm.native(&a[1]);
    if chars.is_missing() {
        let data = s.view();
        return Ok(maybe_same(s, space(&data)));
    }
    let chars = expect_bytes(vm, &chars)?;
    let data = s.view();
    Ok(maybe_same(s, set(&data, &chars)))
}

pub(crate) fn join<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "join")?;
    let items = match vm.collect(&a[1]) {
        Ok(items) => items,
        Err(raised) => return Err(not_joinable(vm, &a[1], raised)),
    };
    let separator = s.view().settled();
    let mut out = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let native = vm.native(item);
        let Some(part) = bytes_like(&native).filter(|_| !is_scattered(&native)) else {
            let name = vm.type_name(item);
            let text = format!("sequence item {i}: expected a bytes-like object, {name} found");
            return Err(vm.type_error(text));
        };
        if out.try_reserve(part.len() + separator.len()).is_err() {
            return Err(vm.out_of_memory());
        }
        if i > 0 {
            out.extend_from_slice(&separator);
        }
        out.extend_from_slice(&part);
    }
    Ok(T::make(out))
}
