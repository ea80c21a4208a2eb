//! `find`, `count`, `startswith` and their kin, `replace`, `partition` of byte strings.

use std::ops::Range;

use super::view::{
    ByteString, View, bytes_like, bytes_of, expect_bytes, maybe_same, not_bytes_like, this,
};
use crate::builtins::str::{empty_separator, optional_limit, slice_bound};
use crate::objects::tuple::{TupleObj, tuple_of};
use crate::ops::subscript::byte_value;
use crate::ops::subscript::index::has_index;
use crate::text::bytes as find;
use crate::text::search::bounds;
use crate::value::{R, Value};
use crate::vm::Vm;

/// What is searched for: bytes, or one byte given as a number.
enum Needle<'a> {
    Bytes(View<'a>),
    Byte([u8; 1]),
}

impl<'a> Needle<'a> {
    /// `given` is what `v` was before a script subclass was looked through.
    fn of(vm: &Vm, v: &'a Value, given: &Value) -> R<Needle<'a>> {
        if let Some(view) = bytes_like(v) {
            expect_bytes(vm, v)?;
            return Ok(Needle::Bytes(view));
        }
        if !has_index(vm, v) {
            let name = vm.type_name(given);
            let text = format!("argument should be integer or bytes-like object, not '{name}'");
            return Err(vm.type_error(text));
        }
        Ok(Needle::Byte([byte_value(vm, v)?]))
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Needle::Bytes(view) => view,
            Needle::Byte(byte) => byte,
        }
    }
}

/// The arguments `start` and `end`, before they meet a length.
fn start_and_end(vm: &Vm, a: &[Value]) -> R<(isize, isize)> {
    let (start, end) = (
        slice_bound(vm, &a[2], 0)?,
        slice_bound(vm, &a[3], i64::MAX)?,
    );
    Ok((start as isize, end as isize))
}

/// What one of the searches does with bytes, needle and range.
type Find = fn(&[u8], &[u8], Range<usize>) -> Option<usize>;

fn place<T: ByteString>(vm: &Vm, a: &[Value], method: &str, find: Find) -> R<Option<usize>> {
    let s = this::<T>(vm, a, method)?;
    let (start, end) = start_and_end(vm, a)?;
    let needle = vm.native(&a[1]);
    let needle = Needle::of(vm, &needle, &a[1])?;
    let data = s.view();
    let range = bounds(start, end, data.len());
    Ok(range.and_then(|range| find(&data, needle.as_slice(), range)))
}

/// The rows `find` and `rfind`.
pub(crate) fn find<T: ByteString>(vm: &Vm, a: &[Value], method: &str, find: Find) -> R {
    Ok(place::<T>(vm, a, method, find)?.map_or(Value::Int(-1), Value::from))
}

/// The rows `index` and `rindex`.
pub(crate) fn index<T: ByteString>(vm: &Vm, a: &[Value], method: &str, find: Find) -> R {
    match place::<T>(vm, a, method, find)? {
        Some(at) => Ok(at.into()),
        None => Err(vm.value_error("subsection not found")),
    }
}

pub(crate) fn count<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "count")?;
    let (start, end) = start_and_end(vm, a)?;
    let needle = vm.native(&a[1]);
    let needle = Needle::of(vm, &needle, &a[1])?;
    let data = s.view();
    let range = bounds(start, end, data.len());
    Ok(range
        .map_or(0, |range| find::count(&data, needle.as_slice(), range))
        .into())
}

/// The rows `startswith` and `endswith`.
pub(crate) fn at_edge<T: ByteString>(
    vm: &Vm,
    a: &[Value],
    method: &str,
    test: fn(&[u8], &[u8], Range<usize>) -> bool,
) -> R {
    let s = this::<T>(vm, a, method)?;
    let (start, end) = start_and_end(vm, a)?;
    let holds = |part: &[u8]| {
        let data = s.view();
        bounds(start, end, data.len()).is_some_and(|range| test(&data, part, range))
    };
    let wanted = vm.native(&a[1]);
    if bytes_like(&wanted).is_some() {
        return Ok(holds(&expect_bytes(vm, &wanted)?).into());
    }
    let Some(parts) = wanted.downcast::<TupleObj>() else {
        let name = vm.type_name(&a[1]);
        let text = format!("{method} first arg must be bytes or a tuple of bytes, not {name}");
        return Err(vm.type_error(text));
    };
    for part in parts.items() {
        let native = vm.native(part);
        if bytes_like(&native).is_none() {
            return Err(not_bytes_like(vm, part));
        }
        if holds(&expect_bytes(vm, &native)?) {
            return Ok(Value::True);
        }
    }
    Ok(Value::False)
}

pub(crate) fn replace<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "replace")?;
    let (old, new) = (vm.native(&a[1]), vm.native(&a[2]));
    expect_bytes(vm, &old).and_then(|_| expect_bytes(vm, &new))?;
    let limit = optional_limit(vm, &a[3])?;
    let (old, new) = (expect_bytes(vm, &old)?, expect_bytes(vm, &new)?);
    let data = s.view();
    match find::replace(&data, &old, &new, limit) {
        Ok(made) => Ok(maybe_same(s, &made)),
        Err(_) => Err(vm.out_of_memory()),
    }
}

/// What `partition` does with bytes and separator.
type Partition = for<'b> fn(&'b [u8], &[u8]) -> Option<(&'b [u8], &'b [u8])>;

/// The rows `partition` and `rpartition`; `whole_first` says where all goes if the separator is
/// not there.
pub(crate) fn partition<T: ByteString>(
    vm: &Vm,
    a: &[Value],
    method: &str,
    cut: Partition,
    whole_first: bool,
) -> R {
    let s = this::<T>(vm, a, method)?;
    let given = vm.native(&a[1]);
    // A bytearray copies its separator, wherever the bytes of that lie.
    let separator = match bytes_of(&given) {
        Some(copied) if T::NAME == "bytearray" => copied,
        _ => expect_bytes(vm, &given)?.to_vec(),
    };
    if separator.is_empty() {
        return Err(empty_separator(vm));
    }
    let data = s.view();
    let make = |part: &[u8]| T::make(part.to_vec());
    Ok(match cut(&data, &separator) {
        Some((before, after)) => {
            tuple_of([make(before), T::separator(&given, &separator), make(after)])
        }
        None => {
            let whole = maybe_same(s, &data);
            match whole_first {
                true => tuple_of([whole, make(b""), make(b"")]),
                false => tuple_of([make(b""), make(b""), whole]),
            }
        }
    })
}

/// The rows `removeprefix` and `removesuffix`.
pub(crate) fn remove_edge<T: ByteString>(
    vm: &Vm,
    a: &[Value],
    method: &str,
    remove: for<'b> fn(&'b [u8], &[u8]) -> &'b [u8],
) -> R {
    let s = this::<T>(vm, a, method)?;
    let part = vm.native(&a[1]);
    let part = expect_bytes(vm, &part)?;
    let data = s.view();
    Ok(maybe_same(s, remove(&data, &part)))
}
