//! Items and slices of an `array`, and its order among others.

use aio_interp::objects::range::SliceObj;
use aio_interp::ops::CmpOp;
use aio_interp::{R, Value, Vm};

use super::items::raw_of;
use super::{Array, made, place, remove, resizable, same_kind, this};
use crate::host::data_of;

/// Where a key leads: one item, or those of a slice (start, step, how many).
pub(super) enum Place {
    One(usize),
    Slice(i64, i64, usize),
}

pub(super) fn find(vm: &Vm, array: &Array, key: &Value, beyond: &str) -> R<Place> {
    if let Some(slice) = key.downcast::<SliceObj>() {
        let (start, _, step, count) = vm.slice_bounds(slice, array.len())?;
        return Ok(Place::Slice(start, step, count));
    }
    let Some(at) = vm.try_integer(key)? else {
        return Err(vm.type_error("array indices must be integers"));
    };
    match place(vm.to_index(&at)?, array.len()) {
        Some(at) => Ok(Place::One(at)),
        None => Err(vm.index_error(beyond)),
    }
}

/// The places of a slice.
pub(super) fn places(start: i64, step: i64, count: usize) -> impl Iterator<Item = usize> {
    (0..count as i64).map(move |i| (start + i * step) as usize)
}

pub(super) fn get_item(vm: &Vm, a: &[Value]) -> R {
    let array = this(vm, &a[0])?;
    if let Value::Int(at) = &a[1] {
        if let Some(item) = place(*at, array.len()).and_then(|at| array.get(vm, at)) {
            return Ok(item);
        }
    }
    match find(vm, array, &a[1], "array index out of range")? {
        Place::One(at) => Ok(array.get(vm, at).unwrap_or(Value::None)),
        Place::Slice(start, step, count) => {
            let (size, data) = (array.size(), array.data.read());
            let mut part = Vec::with_capacity(count * size);
            for at in places(start, step, count) {
                part.extend_from_slice(data.get(at * size..(at + 1) * size).unwrap_or_default());
            }
            Ok(made(vm, array.code, part))
        }
    }
}

pub(super) fn set_item(vm: &Vm, a: &[Value]) -> R {
    let array = this(vm, &a[0])?;
    let size = array.size();
    match find(vm, array, &a[1], "array assignment index out of range")? {
        Place::One(at) => {
            let raw = raw_of(vm, array.code, &a[2])?;
            if let Some(item) = array.data.write().get_mut(at * size..(at + 1) * size) {
                item.copy_from_slice(&raw[..size]);
            }
        }
        Place::Slice(start, step, count) => {
            let new = same_kind(
                vm,
                array,
                &a[2],
                "can only assign array (not \"{}\") to array slice",
                "bad argument type for built-in operation",
            )?;
            if step == 1 {
                let start = start as usize * size;
                let mut data = array.data.write();
                let start = start.min(data.len());
                let end = (start + count * size).min(data.len());
                data.splice(start..end, new);
                return Ok(Value::None);
            }
            if new.len() != count * size {
                let given = new.len() / size;
                return Err(vm.value_error(format!(
                    "attempt to assign array of size {given} to extended slice of size {count}"
                )));
            }
            let mut data = array.data.write();
            for (at, item) in places(start, step, count).zip(new.chunks_exact(size)) {
                if let Some(to) = data.get_mut(at * size..(at + 1) * size) {
                    to.copy_from_slice(item);
                }
            }
        }
    }
    Ok(Value::None)
}

pub(super) fn del_item(vm: &Vm, a: &[Value]) -> R {
    let array = resizable(vm, &a[0])?;
    match find(vm, array, &a[1], "array assignment index out of range")? {
        Place::One(at) => remove(array, at),
        Place::Slice(start, step, count) => {
            let mut gone: Vec<usize> = places(start, step, count).collect();
            gone.sort_unstable();
            let size = array.size();
            let data = array.data.get();
            let kept = data.chunks_exact(size).enumerate();
            let kept = kept.filter(|(at, _)| gone.binary_search(at).is_err());
            *array.data.write() = kept.flat_map(|(_, item)| item.iter().copied()).collect();
        }
    }
    Ok(Value::None)
}

pub(super) fn compare(vm: &Vm, a: &[Value], op: CmpOp) -> R {
    let array = this(vm, &a[0])?;
    let Some(other) = data_of::<Array>(&vm.native(&a[1])).map(|other| other.items(vm)) else {
        return Ok(Value::NotImplemented);
    };
    let own = array.items(vm);
    for (x, y) in own.iter().zip(&other) {
        if !vm.equal(x, y)? {
            return match op {
                CmpOp::Eq => Ok(Value::False),
                CmpOp::NotEq => Ok(Value::True),
                _ => vm.compare(op, x, y),
            };
        }
    }
    vm.compare(op, &own.len().into(), &other.len().into())
}
