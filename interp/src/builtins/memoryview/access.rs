//! Reading, slicing and writing the items of a `memoryview`.

use aio_parser::ast::CmpOp;

use super::format::{pack, size, unpack};
use super::{check, usable, view};
use crate::object::Ref;
use crate::objects::bytes::{ByteArrayObj, BytesObj, Dim, MemoryViewObj};
use crate::objects::list::list;
use crate::objects::range::SliceObj;
use crate::objects::tuple::TupleObj;
use crate::ops::subscript::index::{has_index, index_of, place};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The size of an item.
pub(super) fn item_size(view: &MemoryViewObj) -> usize {
    size(view.format).unwrap_or(1)
}

/// The number of items.
pub(super) fn count(view: &MemoryViewObj) -> usize {
    view.dims.iter().map(|d| d.len).product()
}

/// True if the items lie one behind the other, the last index running fastest.
pub(crate) fn is_contiguous(view: &MemoryViewObj) -> bool {
    packed(view, view.dims.iter().rev())
}

/// As `is_contiguous`, the first index running fastest.
pub(super) fn is_fortran(view: &MemoryViewObj) -> bool {
    packed(view, view.dims.iter())
}

fn packed<'a>(view: &MemoryViewObj, dims: impl Iterator<Item = &'a Dim>) -> bool {
    let mut expected = item_size(view);
    if let [dim] = *view.dims {
        return dim.len == 1 || dim.stride == expected as isize;
    }
    if count(view) == 0 {
        return true;
    }
    for dim in dims {
        if dim.len > 1 && dim.stride != expected as isize {
            return false;
        }
        expected *= dim.len;
    }
    true
}

/// Calls `f` with the bytes below the view.
fn with_bytes<T>(view: &MemoryViewObj, f: impl FnOnce(&[u8]) -> T) -> T {
    if view.released.get() {
        return f(&[]);
    }
    if let Some(b) = view.of.downcast::<BytesObj>() {
        return f(&b.data);
    }
    match view.of.downcast::<ByteArrayObj>() {
        Some(b) => f(&b.data.read()),
        None => match super::host_buffer(&view.of) {
            Some(buffer) => f(&buffer.data.read()),
            None => f(&[]),
        },
    }
}

fn step(at: usize, dim: Dim, i: usize) -> usize {
    at.wrapping_add_signed((i as isize).wrapping_mul(dim.stride))
}

/// The places of all items, in the order of the indices.
fn places(view: &MemoryViewObj) -> Vec<usize> {
    let mut places = vec![view.start];
    for dim in &view.dims {
        let mut next = Vec::with_capacity(places.len() * dim.len);
        for at in places {
            next.extend((0..dim.len).map(|i| step(at, *dim, i)));
        }
        places = next;
    }
    places
}

/// The bytes of the items, in the order of the indices.
pub(crate) fn contents(view: &Ref<MemoryViewObj>) -> Vec<u8> {
    let size = item_size(view);
    with_bytes(view, |data| {
        if is_contiguous(view) {
            let end = view.start + count(view) * size;
            return data.get(view.start..end).unwrap_or_default().to_vec();
        }
        let mut out = Vec::with_capacity(count(view) * size);
        for at in places(view) {
            out.extend_from_slice(data.get(at..at + size).unwrap_or_default());
        }
        out
    })
}

fn unpack_at(view: &MemoryViewObj, at: usize) -> Option<Value> {
    let size = item_size(view);
    let raw = with_bytes(view, |data| {
        let mut raw = [0; 8];
        raw[..size].copy_from_slice(data.get(at..at.checked_add(size)?)?);
        Some(raw)
    })?;
    Some(unpack(view.format, raw))
}

/// Item `i` of a view of one dimension, if there is one.
pub(crate) fn item_at(view: &MemoryViewObj, i: usize) -> Option<Value> {
    let dim = *view.dims.first()?;
    if i >= dim.len || view.released.get() {
        return None;
    }
    unpack_at(view, step(view.start, dim, i))
}

/// `tolist()`
pub(super) fn nested_list(view: &MemoryViewObj, at: usize, dims: &[Dim]) -> Value {
    match dims {
        [] => unpack_at(view, at).unwrap_or(Value::None),
        [dim, rest @ ..] => list(
            (0..dim.len)
                .map(|i| nested_list(view, step(at, *dim, i), rest))
                .collect(),
        ),
    }
}

/// All items, for comparisons.
fn items(view: &MemoryViewObj) -> Vec<Value> {
    places(view)
        .into_iter()
        .filter_map(|at| unpack_at(view, at))
        .collect()
}

fn out_of_bounds(vm: &Vm, dimension: usize) -> Raised {
    vm.index_error(format!("index out of bounds on dimension {dimension}"))
}

/// The place of an item by an index of each dimension.
fn place_of(vm: &Vm, v: &MemoryViewObj, keys: &[Value]) -> R<usize> {
    if keys.len() > v.dims.len() {
        return Err(vm.type_error(format!(
            "cannot index {}-dimension view with {}-element tuple",
            v.dims.len(),
            keys.len()
        )));
    }
    let mut at = v.start;
    for (n, (key, dim)) in keys.iter().zip(&v.dims).enumerate() {
        let i = index_of(vm, key, |_| "memoryview: invalid slice key".to_owned())?;
        // The index may have run the program's code.
        check(vm, v)?;
        let i = place(i, dim.len).ok_or_else(|| out_of_bounds(vm, n + 1))?;
        at = step(at, *dim, i);
    }
    Ok(at)
}

/// The indices that a key is, if it is one index or a tuple of them.
fn indices(vm: &Vm, key: &Value) -> Option<Vec<Value>> {
    if let Some(keys) = vm.native(key).downcast::<TupleObj>() {
        let all = keys.items().iter().all(|k| has_index(vm, k));
        return all.then(|| keys.items().to_vec());
    }
    has_index(vm, key).then(|| vec![key.clone()])
}

fn is_slices(vm: &Vm, key: &Value) -> bool {
    vm.native(key)
        .downcast::<TupleObj>()
        .is_some_and(|t| t.items().iter().all(|k| k.downcast::<SliceObj>().is_some()))
}

fn is_whole(key: &Value) -> bool {
    matches!(key, Value::Ellipsis)
        || key
            .downcast::<TupleObj>()
            .is_some_and(|t| t.items().is_empty())
}

fn sliced(vm: &Vm, v: &Ref<MemoryViewObj>, slice: &SliceObj) -> R<Value> {
    let mut dims = v.dims.to_vec();
    let mut start = v.start;
    let bounds = vm.slice_numbers(slice)?;
    check(vm, v)?;
    if let Some(dim) = dims.first_mut() {
        let p = bounds.in_len(dim.len);
        if p.count > 0 {
            start = step(start, *dim, p.place(0));
        }
        *dim = Dim {
            len: p.count,
            stride: dim.stride.saturating_mul(p.step as isize),
        };
    }
    Ok(view(v, start, dims, v.readonly))
}

/// `view[key]`.
pub fn get_item(vm: &Vm, v: &Ref<MemoryViewObj>, key: &Value) -> R {
    check(vm, v)?;
    if v.dims.is_empty() {
        return match key {
            Value::Ellipsis => Ok(v.into()),
            key if is_whole(key) => Ok(unpack_at(v, v.start).unwrap_or(Value::None)),
            _ => Err(vm.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if let Some(slice) = key.downcast::<SliceObj>() {
        return sliced(vm, v, slice);
    }
    if let Some(keys) = indices(vm, key) {
        if keys.len() < v.dims.len() {
            return Err(
                vm.not_implemented(if vm.native(key).downcast::<TupleObj>().is_some() {
                    "sub-views are not implemented"
                } else {
                    "multi-dimensional sub-views are not implemented"
                }),
            );
        }
        let at = place_of(vm, v, &keys)?;
        return unpack_at(v, at).ok_or_else(|| out_of_bounds(vm, 1));
    }
    if is_slices(vm, key) {
        return Err(vm.not_implemented("multi-dimensional slicing is not implemented"));
    }
    Err(vm.type_error("memoryview: invalid slice key"))
}

/// Raises for a view that was released or that only reads.
pub(crate) fn check_writable(vm: &Vm, v: &MemoryViewObj) -> R<()> {
    check(vm, v)?;
    if super::is_readonly(v) {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    Ok(())
}

/// `view[key] = value`.
pub fn set_item(vm: &Vm, v: &Ref<MemoryViewObj>, key: &Value, value: &Value) -> R<()> {
    check_writable(vm, v)?;
    if v.dims.is_empty() {
        if !is_whole(key) {
            return Err(vm.type_error("invalid indexing of 0-dim memory"));
        }
        return put(vm, v, v.start, value);
    }
    if let Some(slice) = key.downcast::<SliceObj>() {
        if v.dims.len() == 1 {
            return set_slice(vm, v, slice, value);
        }
    } else if let Some(keys) = indices(vm, key) {
        if keys.len() < v.dims.len() {
            return Err(vm.not_implemented("sub-views are not implemented"));
        }
        let at = place_of(vm, v, &keys)?;
        return put(vm, v, at, value);
    } else if !is_slices(vm, key) {
        return Err(vm.type_error("memoryview: invalid slice key"));
    }
    let text = "memoryview slice assignments are currently restricted to ndim = 1";
    Err(vm.not_implemented(text))
}

fn put(vm: &Vm, v: &Ref<MemoryViewObj>, at: usize, value: &Value) -> R<()> {
    let raw = pack(vm, v, value)?;
    check(vm, v)?;
    write(v, at, &raw);
    Ok(())
}

fn write(v: &MemoryViewObj, at: usize, raw: &[u8]) {
    let put = |data: &mut Vec<u8>| {
        if let Some(old) = data.get_mut(at..at + raw.len()) {
            old.copy_from_slice(raw);
        }
    };
    if let Some(b) = v.of.downcast::<ByteArrayObj>() {
        put(&mut b.data.write());
    } else if let Some(buffer) = super::host_buffer(&v.of) {
        put(&mut buffer.data.write());
    }
}

fn set_slice(vm: &Vm, v: &Ref<MemoryViewObj>, slice: &SliceObj, value: &Value) -> R<()> {
    let native = vm.native(value);
    let Some(source) = super::over(vm, &native)? else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
    };
    let (Some(source), target) = (
        source.downcast::<MemoryViewObj>().cloned(),
        sliced(vm, v, slice)?,
    ) else {
        return Ok(());
    };
    let Some(target) = target.downcast::<MemoryViewObj>() else {
        return Ok(());
    };
    let fits =
        source.format == target.format && source.dims.len() == 1 && count(&source) == count(target);
    if !fits {
        let text = "memoryview assignment: lvalue and rvalue have different structures";
        return Err(vm.value_error(text));
    }
    let new = contents(&source);
    let size = item_size(target);
    for (at, raw) in places(target).into_iter().zip(new.chunks_exact(size)) {
        write(target, at, raw);
    }
    Ok(())
}

/// `a == b`, `a != b` of views and other bytes-like objects, or `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    if !matches!(op, CmpOp::Eq | CmpOp::NotEq) {
        return Ok(Value::NotImplemented);
    }
    let is_released = |v: &Value| {
        v.downcast::<MemoryViewObj>()
            .is_some_and(|v| v.released.get())
    };
    let equal = if is_released(a) || is_released(b) {
        a.is(b)
    } else {
        let (Some(x), Some(y)) = (
            super::over(vm, &vm.native(a))?,
            super::over(vm, &vm.native(b))?,
        ) else {
            return Ok(Value::NotImplemented);
        };
        same(vm, usable(vm, &x)?, usable(vm, &y)?)?
    };
    Ok(Value::bool(equal == (op == CmpOp::Eq)))
}

fn same(vm: &Vm, a: &Ref<MemoryViewObj>, b: &Ref<MemoryViewObj>) -> R<bool> {
    let lens = |v: &MemoryViewObj| v.dims.iter().map(|d| d.len).collect::<Vec<_>>();
    if lens(a) != lens(b) {
        return Ok(false);
    }
    if a.format == b.format && !matches!(a.format, b'f' | b'd') {
        return Ok(contents(a) == contents(b));
    }
    for (x, y) in items(a).iter().zip(&items(b)) {
        if !vm.equal(x, y)? {
            return Ok(false);
        }
    }
    Ok(true)
}
