//! Items and slices of `str`, `bytes` and `bytearray`.

use super::index::{Places, index_of, place};
use crate::builtins::bytearray::resizable;
use crate::object::Ref;
use crate::objects::bytes::{ByteArrayObj, BytesObj, bytearray, bytes};
use crate::objects::range::SliceObj;
use crate::objects::str::StrObj;
use crate::text::index::{CodePointIndex, Points};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `str.__getitem__`.
pub(super) fn str_item(vm: &Vm, s: &Ref<StrObj>, key: &Value) -> R {
    if let Some(slice) = key.downcast::<SliceObj>() {
        return str_slice(vm, s, slice);
    }
    let i = index_of(vm, key, |name| {
        format!("string indices must be integers, not '{name}'")
    })?;
    let Some(at) = place(i, s.char_len()) else {
        return Err(vm.index_error("string index out of range"));
    };
    match s.as_str()[s.byte_offset(at)..].chars().next() {
        Some(c) => Ok(vm.char(c)),
        None => Err(vm.index_error("string index out of range")),
    }
}

fn str_slice(vm: &Vm, s: &Ref<StrObj>, slice: &SliceObj) -> R {
    let p = vm.slice_numbers(slice)?.in_len(s.char_len());
    if p.count == s.char_len() && p.step == 1 {
        return Ok(s.into());
    }
    if p.count == 0 {
        return Ok(vm.text(""));
    }
    if p.step == 1 {
        let range = p.range();
        return Ok(vm.text(&s.as_str()[s.byte_offset(range.start)..s.byte_offset(range.end)]));
    }
    let index;
    let points = if s.is_ascii() {
        Points::Ascii
    } else {
        index = CodePointIndex::new(s.as_str());
        Points::Indexed(&index)
    };
    Ok(vm.text(&points.slice_step(s.as_str(), p.place(0), p.step as isize, p.count)))
}

/// The bytes at these places.
fn pick(data: &[u8], p: Places) -> Vec<u8> {
    if p.step == 1 {
        return data[p.range()].to_vec();
    }
    (0..p.count).map(|i| data[p.place(i)]).collect()
}

/// `bytes.__getitem__`.
pub(super) fn bytes_item(vm: &Vm, b: &Ref<BytesObj>, key: &Value) -> R {
    if let Some(slice) = key.downcast::<SliceObj>() {
        let p = vm.slice_numbers(slice)?.in_len(b.data.len());
        if p.count == b.data.len() && p.step == 1 {
            return Ok(b.into());
        }
        return Ok(bytes(pick(&b.data, p)));
    }
    let wrong = |name: &str| format!("byte indices must be integers or slices, not {name}");
    let i = index_of(vm, key, wrong)?;
    match place(i, b.data.len()) {
        Some(at) => Ok(Value::Int(i64::from(b.data[at]))),
        None => Err(vm.index_error("index out of range")),
    }
}

fn wrong_key(name: &str) -> String {
    format!("bytearray indices must be integers or slices, not {name}")
}

fn out_of_range(vm: &Vm) -> Raised {
    vm.index_error("bytearray index out of range")
}

/// `bytearray.__getitem__`.
pub(super) fn bytearray_item(vm: &Vm, b: &Ref<ByteArrayObj>, key: &Value) -> R {
    if let Some(slice) = key.downcast::<SliceObj>() {
        let bounds = vm.slice_numbers(slice)?;
        let data = b.data.read();
        return Ok(bytearray(pick(&data, bounds.in_len(data.len()))));
    }
    let i = index_of(vm, key, wrong_key)?;
    let data = b.data.read();
    let byte = place(i, data.len()).map(|at| data[at]);
    drop(data);
    byte.map(|b| Value::Int(i64::from(b)))
        .ok_or_else(|| out_of_range(vm))
}

/// `bytearray.__setitem__`.
pub(super) fn set_bytearray_item(
    vm: &Vm,
    b: &Ref<ByteArrayObj>,
    key: &Value,
    value: &Value,
) -> R<()> {
    if let Some(slice) = key.downcast::<SliceObj>() {
        return set_bytearray_slice(vm, b, slice, value);
    }
    let i = index_of(vm, key, wrong_key)?;
    let byte = byte_value(vm, value)?;
    let mut data = b.data.write();
    let found = place(i, data.len()).map(|at| data[at] = byte);
    drop(data);
    found.ok_or_else(|| out_of_range(vm))
}

/// The byte that an int is.
pub(crate) fn byte_value(vm: &Vm, value: &Value) -> R<u8> {
    match vm.to_integer(value)?.as_int().map(u8::try_from) {
        Some(Ok(byte)) => Ok(byte),
        _ => Err(vm.value_error("byte must be in range(0, 256)")),
    }
}

fn set_bytearray_slice(vm: &Vm, b: &Ref<ByteArrayObj>, slice: &SliceObj, value: &Value) -> R<()> {
    let bounds = vm.slice_numbers(slice)?;
    let new = new_bytes(vm, value)?;
    let p = bounds.in_len(b.data.read().len());
    if new.len() != p.count && (p.step == 1 || new.is_empty()) {
        resizable(vm, b)?;
    }
    let mut data = b.data.write();
    let p = bounds.in_len(data.len());
    if p.step == 1 {
        data.splice(p.range(), new);
        return Ok(());
    }
    if new.len() == p.count {
        for (i, byte) in new.into_iter().enumerate() {
            data[p.place(i)] = byte;
        }
        return Ok(());
    }
    drop(data);
    if new.is_empty() {
        return del_places(b, p);
    }
    Err(vm.value_error(format!(
        "attempt to assign bytes of size {} to extended slice of size {}",
        new.len(),
        p.count
    )))
}

/// The bytes assigned to a slice: a bytes-like object, or an iterable of ints.
fn new_bytes(vm: &Vm, value: &Value) -> R<Vec<u8>> {
    if let Some(data) = crate::builtins::bytes::bytes_of(&vm.native(value)) {
        return Ok(data);
    }
    if has_no_items(vm, value) {
        let text = "can assign only bytes, buffers, or iterables of ints in range(0, 256)";
        return Err(vm.type_error(text));
    }
    if let Err(raised) = vm.iter(value) {
        if vm.catch(&vm.exceptions.TypeError).is_none() {
            return Err(raised);
        }
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("cannot convert '{name}' object to bytearray")));
    }
    let items = vm.collect(value)?;
    items.iter().map(|item| byte_value(vm, item)).collect()
}

/// True for numbers, in CPython's sense, and texts.
fn has_no_items(vm: &Vm, value: &Value) -> bool {
    let c = &vm.names;
    let native = vm.native(value);
    matches!(
        native.kind(),
        Some(crate::object::Kind::Str | crate::object::Kind::Complex)
    ) || [&c.index_, &c.int_, &c.float_]
        .iter()
        .any(|name| vm.special(value, name).is_some())
}

/// `bytearray.__delitem__`.
pub(super) fn del_bytearray_item(vm: &Vm, b: &Ref<ByteArrayObj>, key: &Value) -> R<()> {
    if let Some(slice) = key.downcast::<SliceObj>() {
        let bounds = vm.slice_numbers(slice)?;
        let len = b.data.read().len();
        let places = bounds.in_len(len);
        if places.count > 0 {
            resizable(vm, b)?;
        }
        return del_places(b, places);
    }
    let i = index_of(vm, key, wrong_key)?;
    let len = b.data.read().len();
    if place(i, len).is_some() {
        resizable(vm, b)?;
    }
    let mut data = b.data.write();
    let found = place(i, data.len()).map(|at| data.remove(at));
    drop(data);
    match found {
        Some(_) => Ok(()),
        None => Err(out_of_range(vm)),
    }
}

fn del_places(b: &Ref<ByteArrayObj>, places: Places) -> R<()> {
    let p = places.ascending();
    let mut data = b.data.write();
    let (mut at, mut gone) = (0, 0);
    data.retain(|_| {
        let remove = gone < p.count && at == p.place(gone);
        gone += usize::from(remove);
        at += 1;
        !remove
    });
    Ok(())
}
