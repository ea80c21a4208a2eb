//! Indices and slice bounds.

use crate::object::Kind;
use crate::objects::range::SliceObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// The parts of a slice as numbers, before they meet a length; `None` for a missing bound.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
}

/// The places a slice names in a sequence of known length.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    /// The first place.
    pub start: i64,
    /// The bound that is not reached.
    pub stop: i64,
    /// The distance between places.
    pub step: i64,
    /// The number of places.
    pub count: usize,
}

impl Bounds {
    /// The places in a sequence of this length.
    pub(crate) fn in_len(self, len: usize) -> Places {
        let len = len as i64;
        let (low, high) = if self.step < 0 {
            (-1, len - 1)
        } else {
            (0, len)
        };
        let place = |bound: Option<i64>, missing: i64| match bound {
            None => missing,
            Some(i) if i < 0 => (i + len).max(low),
            Some(i) => i.min(high),
        };
        let (first, last) = if self.step < 0 {
            (high, low)
        } else {
            (low, high)
        };
        let (start, stop) = (place(self.start, first), place(self.stop, last));
        let count = crate::objects::range::range_len(start, stop, self.step) as usize;
        Places {
            start,
            stop,
            step: self.step,
            count,
        }
    }
}

impl Places {
    /// Place number `i`, below `count`.
    #[inline]
    pub(crate) fn place(&self, i: usize) -> usize {
        (self.start + i as i64 * self.step) as usize
    }

    /// The range of places of a slice with step 1.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        let start = self.start.max(0) as usize;
        start..start.max(self.stop.max(0) as usize)
    }

    /// The same places in ascending order.
    pub(crate) fn ascending(self) -> Places {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        let first = self.start + (self.count as i64 - 1) * self.step;
        Places {
            start: first,
            stop: self.start + 1,
            step: -self.step,
            count: self.count,
        }
    }
}

/// True for an int, a bool, or anything whose class has `__index__`.
pub(crate) fn has_index(vm: &Vm, v: &Value) -> bool {
    match v {
        Value::Int(_) | Value::False | Value::True => true,
        Value::Obj(o) => match o.kind() {
            Kind::BigInt => true,
            Kind::Str | Kind::List | Kind::Tuple | Kind::Dict | Kind::Slice => false,
            _ => vm
                .special(v, &vm.names.index_)
                .is_some_and(|index| !index.is_none()),
        },
        _ => false,
    }
}

/// The index that `key` is; `wrong` makes the text for a key of another type from its name.
#[inline]
pub(crate) fn index_of(vm: &Vm, key: &Value, wrong: impl FnOnce(&str) -> String) -> R<i64> {
    if let Value::Int(i) = key {
        return Ok(*i);
    }
    if !has_index(vm, key) {
        return Err(vm.type_error(wrong(&vm.type_name(key))));
    }
    match vm.to_integer(key)? {
        Value::Int(i) => Ok(i),
        _ => {
            let name = vm.type_name(key);
            Err(vm.index_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// The place of index `i`, counted from the end if negative, if it is one.
#[inline]
pub(crate) fn place(i: i64, len: usize) -> Option<usize> {
    let i = if i < 0 { i + len as i64 } else { i };
    usize::try_from(i).ok().filter(|i| *i < len)
}

/// The place of index `i` for `index(x, start, stop)`: clamped.
pub(crate) fn clamp(i: i64, len: usize) -> usize {
    let i = if i < 0 { (i + len as i64).max(0) } else { i };
    (i as usize).min(len)
}

impl Vm {
    /// The numbers of a slice. May run script code (`__index__`).
    pub(crate) fn slice_numbers(&self, slice: &SliceObj) -> R<Bounds> {
        let [start, stop, step] = &slice.parts;
        let step = match step {
            Value::None => 1,
            step => self.slice_part(step)?.max(-i64::MAX),
        };
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let bound = |v: &Value| match v {
            Value::None => Ok(None),
            v => self.slice_part(v).map(Some),
        };
        Ok(Bounds {
            start: bound(start)?,
            stop: bound(stop)?,
            step,
        })
    }

    fn slice_part(&self, v: &Value) -> R<i64> {
        match v {
            Value::Int(i) => Ok(*i),
            v if has_index(self, v) => self.to_index_clamped(v),
            _ => Err(self
                .type_error("slice indices must be integers or None or have an __index__ method")),
        }
    }

    /// What a slice selects of a sequence of `len` items: start, stop, step, and the number of
    /// items.
    pub fn slice_bounds(&self, slice: &SliceObj, len: usize) -> R<(i64, i64, i64, usize)> {
        let p = self.slice_numbers(slice)?.in_len(len);
        Ok((p.start, p.stop, p.step, p.count))
    }
}
