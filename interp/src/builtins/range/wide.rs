//! Ranges with bounds or a step beyond 64 bits. They are rare, so they are objects of their own,
//! whose class is `range` all the same.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::object::{Obj, Ref};
use crate::objects::host::{HostData, HostObj};
use crate::objects::iterator::{IterState, NativeIterator, iterator};
use crate::objects::range::{RangeObj, SliceObj};
use crate::objects::tuple::tuple;
use crate::value::{R, Value};
use crate::vm::Vm;

/// A range of any ints.
pub(crate) struct Wide {
    pub(super) start: BigInt,
    pub(super) stop: BigInt,
    pub(super) step: BigInt,
}

impl HostData for Wide {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The wide range that a value is.
pub(super) fn wide(v: &Value) -> Option<&Wide> {
    v.downcast::<HostObj>()?.get::<Wide>()
}

/// The range of these ints: an ordinary one if they fit.
pub(super) fn make(vm: &Vm, start: BigInt, stop: BigInt, step: BigInt) -> Value {
    if let (Some(start), Some(stop), Some(step)) = (start.to_i64(), stop.to_i64(), step.to_i64()) {
        return Ref::new(RangeObj { start, stop, step }).into();
    }
    Ref::new(HostObj {
        class: vm.classes.range.clone(),
        data: Box::new(Wide { start, stop, step }),
    })
    .into()
}

/// A range of either sort as a wide one.
pub(super) fn widened(v: &Value) -> Option<Wide> {
    if let Some(range) = v.downcast::<RangeObj>() {
        return Some(Wide {
            start: range.start.into(),
            stop: range.stop.into(),
            step: range.step.into(),
        });
    }
    wide(v).map(|w| Wide {
        start: w.start.clone(),
        stop: w.stop.clone(),
        step: w.step.clone(),
    })
}

/// The start, stop and step that a slice means for a length.
pub(super) fn indices(vm: &Vm, slice: &SliceObj, len: &BigInt) -> R<[BigInt; 3]> {
    let part = |v: &Value| -> R<Option<BigInt>> {
        if v.is_none() {
            return Ok(None);
        }
        if !super::has_index(vm, v) {
            let text = "slice indices must be integers or None or have an __index__ method";
            return Err(vm.type_error(text));
        }
        let v = vm.to_integer(v)?;
        Ok(vm.bigint(&v))
    };
    let [start, stop, step] = &slice.parts;
    let step = part(step)?.unwrap_or_else(|| 1.into());
    if step.is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let (lowest, highest) = if step.is_negative() {
        (BigInt::from(-1), len - 1u8)
    } else {
        (BigInt::zero(), len.clone())
    };
    let place = |given: Option<BigInt>, default: &BigInt| match given {
        None => default.clone(),
        Some(i) if i.is_negative() => (i + len).max(lowest.clone()),
        Some(i) => i.min(highest.clone()),
    };
    let (first, last) = if step.is_negative() {
        (&highest, &lowest)
    } else {
        (&lowest, &highest)
    };
    Ok([place(part(start)?, first), place(part(stop)?, last), step])
}

impl Wide {
    /// The number of items.
    pub(super) fn len(&self) -> BigInt {
        let (low, high) = if self.step.is_positive() {
            (&self.start, &self.stop)
        } else {
            (&self.stop, &self.start)
        };
        if low >= high {
            return BigInt::zero();
        }
        (high - low - 1u8) / self.step.abs() + 1u8
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len().is_zero()
    }

    fn at(&self, index: &BigInt) -> BigInt {
        &self.start + index * &self.step
    }

    /// The index of an int.
    pub(super) fn find(&self, x: &BigInt) -> Option<BigInt> {
        let (index, rest) = (x - &self.start).div_mod_floor(&self.step);
        let inside = rest.is_zero() && !index.is_negative() && index < self.len();
        inside.then_some(index)
    }

    pub(super) fn get(&self, vm: &Vm, key: &Value) -> R {
        if let Some(slice) = key.downcast::<SliceObj>() {
            return self.slice(vm, slice);
        }
        if !super::has_index(vm, key) {
            let name = vm.type_name(key);
            let text = format!("range indices must be integers or slices, not {name}");
            return Err(vm.type_error(text));
        }
        let index = vm.to_integer(key)?;
        let len = self.len();
        let index = vm.bigint(&index).unwrap_or_default();
        let index = if index.is_negative() {
            index + &len
        } else {
            index
        };
        if index.is_negative() || index >= len {
            return Err(vm.index_error("range object index out of range"));
        }
        Ok(self.at(&index).into())
    }

    /// A slice of the range.
    pub(super) fn slice(&self, vm: &Vm, slice: &SliceObj) -> R {
        let [start, stop, step] = indices(vm, slice, &self.len())?;
        Ok(make(vm, self.at(&start), self.at(&stop), &self.step * step))
    }

    /// Hash and equality look at these: ranges are equal if they give the same ints.
    pub(super) fn key(&self) -> (BigInt, Option<BigInt>, Option<BigInt>) {
        let len = self.len();
        let is_long = len > BigInt::from(1);
        let start = (!len.is_zero()).then(|| self.start.clone());
        (len, start, is_long.then(|| self.step.clone()))
    }

    pub(super) fn hash(&self, vm: &Vm) -> R {
        let (len, start, step) = self.key();
        let part = |p: Option<BigInt>| p.map_or(Value::None, Value::from);
        let parts = tuple(vec![len.into(), part(start), part(step)]);
        vm.hash(&parts).map(Value::Int)
    }

    pub(super) fn repr(&self, vm: &Vm) -> R {
        let mut shown = Vec::new();
        for part in [&self.start, &self.stop, &self.step] {
            shown.push(vm.repr(&part.clone().into())?.as_str().to_owned());
        }
        if shown[2] == "1" {
            shown.pop();
        }
        Ok(vm.text(&format!("range({})", shown.join(", "))))
    }

    pub(super) fn iter(&self) -> Value {
        self.iterator(self.start.clone(), self.step.clone())
    }

    pub(super) fn reversed(&self) -> Value {
        let last = self.at(&(self.len() - 1u8));
        self.iterator(last, -&self.step)
    }

    fn iterator(&self, next: BigInt, step: BigInt) -> Value {
        let left = self.len();
        iterator(IterState::Native(Rc::new(WideIterator {
            state: RefCell::new((next, left)),
            step,
        })))
    }
}

/// Iterates over a wide range.
struct WideIterator {
    /// The next int, and how many are left.
    state: RefCell<(BigInt, BigInt)>,
    step: BigInt,
}

impl NativeIterator for WideIterator {
    fn next(&self, _vm: &Vm) -> R<Option<Value>> {
        let mut state = self.state.borrow_mut();
        if state.1.is_zero() {
            return Ok(None);
        }
        let next = &state.0 + &self.step;
        state.1 -= 1u8;
        Ok(Some(std::mem::replace(&mut state.0, next).into()))
    }
    fn rest(&self) -> Option<Value> {
        let state = self.state.borrow();
        let stop = &state.0 + &state.1 * &self.step;
        let mut range = None;
        Vm::with_current(|vm| {
            range = Some(make(vm, state.0.clone(), stop, self.step.clone()));
        });
        range
    }
    fn exact_length(&self) -> Option<Value> {
        Some(self.state.borrow().1.clone().into())
    }
    fn length_hint(&self, vm: &Vm) -> R<usize> {
        let left = self.state.borrow().1.to_i64();
        left.map(|n| n as usize).ok_or_else(|| super::too_long(vm))
    }
    fn type_name(&self) -> &'static str {
        "longrange_iterator"
    }
    fn trace(&self, _visit: &mut dyn FnMut(&Obj)) {}
}
