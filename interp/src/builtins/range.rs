//! `range`, and in `slice` the `slice` type.

mod slice;
mod wide;

pub use slice::{SLICE, compare_slices};

use aio_parser::ast::CmpOp;
use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::list::wrong_receiver;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Obj, Ref};
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::host::HostObj;
use crate::objects::iterator::{IterState, iterator};
use crate::objects::range::{RangeObj, SliceObj};
use crate::objects::tuple::tuple;
use crate::ops::iter::range_iterator;
use crate::ops::subscript::index::has_index;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;
use wide::{Wide, wide};

/// `range`.
pub static RANGE: ClassSpec = ClassSpec {
    name: "range",
    module: "builtins",
    doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
    layout: Layout::Native(Kind::Range),
    methods: &[
        static_method(
            "__new__(cls, start=<unrepresentable>, stop=<unrepresentable>, step=<unrepresentable>, /)",
            "Create a range.",
            new,
        ),
        method(
            "count(value, /)",
            "rangeobject.count(value) -> integer -- return number of occurrences of value",
            |vm, a| match wide(&a[0]) {
                Some(w) => wide_count(vm, w, &a[0], &a[1]),
                None => count(vm, this(vm, &a[0])?, &a[1]),
            },
        ),
        method(
            "index(value, /)",
            "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.",
            |vm, a| match wide(&a[0]) {
                Some(w) => wide_index(vm, w, &a[1]),
                None => index(vm, this(vm, &a[0])?, &a[1]),
            },
        ),
        method("__reduce__()", "Helper for pickle.", |vm, a| {
            let part = |name: &str| vm.get_attr(&a[0], &vm.name(name));
            let parts = vec![part("start")?, part("stop")?, part("step")?];
            Ok(tuple(vec![vm.class_of(&a[0]).into(), tuple(parts)]))
        }),
        method("__len__()", "Return len(self).", |vm, a| {
            match wide(&a[0]) {
                Some(w) => match w.len().to_i64() {
                    Some(len) => Ok(Value::Int(len)),
                    None => Err(too_long(vm)),
                },
                None => Ok(len(vm, this(vm, &a[0])?)?.into()),
            }
        }),
        method(
            "__bool__()",
            "True if self else False",
            |vm, a| match wide(&a[0]) {
                Some(w) => Ok((!w.is_empty()).into()),
                None => Ok((!this(vm, &a[0])?.is_empty()).into()),
            },
        ),
        method(
            "__getitem__(key, /)",
            "Return self[key].",
            |vm, a| match wide(&a[0]) {
                Some(w) => w.get(vm, &a[1]),
                None => get_item(vm, this(vm, &a[0])?, &a[1]),
            },
        ),
        method(
            "__contains__(key, /)",
            "Return bool(key in self).",
            |vm, a| match wide(&a[0]) {
                Some(w) => wide_contains(vm, w, &a[0], &a[1]).map(Value::bool),
                None => Ok(contains(vm, this(vm, &a[0])?, &a[1])?.into()),
            },
        ),
        method("__iter__()", "Implement iter(self).", |vm, a| {
            match wide(&a[0]) {
                Some(w) => Ok(w.iter()),
                None => Ok(range_iterator(this(vm, &a[0])?)),
            }
        }),
        method(
            "__reversed__()",
            "Return a reverse iterator.",
            |vm, a| match wide(&a[0]) {
                Some(w) => Ok(w.reversed()),
                None => Ok(reversed(this(vm, &a[0])?)),
            },
        ),
        method("__eq__(value, /)", "Return self==value.", |vm, a| {
            compare(vm, CmpOp::Eq, &a[0], &a[1])
        }),
        method("__ne__(value, /)", "Return self!=value.", |vm, a| {
            compare(vm, CmpOp::NotEq, &a[0], &a[1])
        }),
        method("__lt__(value, /)", "Return self<value.", |vm, a| {
            compare(vm, CmpOp::Lt, &a[0], &a[1])
        }),
        method("__le__(value, /)", "Return self<=value.", |vm, a| {
            compare(vm, CmpOp::LtE, &a[0], &a[1])
        }),
        method("__gt__(value, /)", "Return self>value.", |vm, a| {
            compare(vm, CmpOp::Gt, &a[0], &a[1])
        }),
        method("__ge__(value, /)", "Return self>=value.", |vm, a| {
            compare(vm, CmpOp::GtE, &a[0], &a[1])
        }),
        method("__hash__()", "Return hash(self).", |vm, a| {
            match wide(&a[0]) {
                Some(w) => w.hash(vm),
                None => vm.hash(&Value::from(this(vm, &a[0])?)).map(Value::Int),
            }
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            match wide(&a[0]) {
                Some(w) => w.repr(vm),
                None => vm.repr(&a[0]).map(Value::from),
            }
        }),
    ],
    attributes: &[
        Attribute {
            name: "start",
            get: |vm, v| match wide(v) {
                Some(w) => Ok(w.start.clone().into()),
                None => Ok(this(vm, v)?.start.into()),
            },
            set: None,
        },
        Attribute {
            name: "stop",
            get: |vm, v| match wide(v) {
                Some(w) => Ok(w.stop.clone().into()),
                None => Ok(this(vm, v)?.stop.into()),
            },
            set: None,
        },
        Attribute {
            name: "step",
            get: |vm, v| match wide(v) {
                Some(w) => Ok(w.step.clone().into()),
                None => Ok(this(vm, v)?.step.into()),
            },
            set: None,
        },
    ],
    subclassable: false,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<RangeObj>> {
    v.downcast::<RangeObj>()
        .ok_or_else(|| wrong_receiver(vm, "range", v))
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let given = a[1..].iter().take_while(|v| !v.is_unbound()).count();
    construct(vm, &a[1..1 + given])
}

/// `range(*args)`: what a call of the class itself gives.
pub fn construct(vm: &Vm, args: &[Value]) -> R {
    let one = Value::Int(1);
    let (start, stop, step) = match args {
        [stop] => (Value::Int(0), vm.to_integer(stop)?, one),
        [start, stop] => (vm.to_integer(start)?, vm.to_integer(stop)?, one),
        [start, stop, step] => (
            vm.to_integer(start)?,
            vm.to_integer(stop)?,
            vm.to_integer(step)?,
        ),
        [] => return Err(vm.type_error("range expected at least 1 argument, got 0")),
        _ => {
            let text = format!("range expected at most 3 arguments, got {}", args.len());
            return Err(vm.type_error(text));
        }
    };
    if let (Value::Int(start), Value::Int(stop), Value::Int(step)) = (&start, &stop, &step) {
        let (start, stop, step) = (*start, *stop, *step);
        if step == 0 {
            return Err(vm.value_error("range() arg 3 must not be zero"));
        }
        return Ok(Ref::new(RangeObj { start, stop, step }).into());
    }
    let big = |v: &Value| vm.bigint(v).unwrap_or_default();
    let (start, stop, step) = (big(&start), big(&stop), big(&step));
    if step.is_zero() {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    Ok(wide::make(vm, start, stop, step))
}

#[cold]
fn too_long(vm: &Vm) -> Raised {
    vm.overflow_error("Python int too large to convert to C ssize_t")
}

/// Raises if this is a range of more items than an index can count.
pub(crate) fn check_length(vm: &Vm, o: &Obj) -> R<()> {
    match o.downcast::<HostObj>().and_then(|h| h.get::<Wide>()) {
        Some(range) if range.len().to_i64().is_none() => Err(too_long(vm)),
        _ => Ok(()),
    }
}

fn wide_contains(vm: &Vm, range: &Wide, of: &Value, item: &Value) -> R<bool> {
    match exact_big(vm, item) {
        Some(i) => Ok(range.find(&i).is_some()),
        None => vm.contains_by_iteration(of, item),
    }
}

fn wide_count(vm: &Vm, range: &Wide, of: &Value, item: &Value) -> R {
    wide_contains(vm, range, of, item).map(|found| i64::from(found).into())
}

fn wide_index(vm: &Vm, range: &Wide, x: &Value) -> R {
    match exact_big(vm, x).and_then(|i| range.find(&i)) {
        Some(at) => Ok(at.into()),
        None if exact_big(vm, x).is_none() => {
            Err(vm.value_error("sequence.index(x): x not in sequence"))
        }
        None => Err(vm.value_error(format!("{} is not in range", vm.repr(x)?.as_str()))),
    }
}

/// The int that a value is, subclasses left out.
fn exact_big(vm: &Vm, v: &Value) -> Option<BigInt> {
    let is_int = exact_int(v).is_some() || v.is_kind(Kind::BigInt);
    is_int.then(|| vm.bigint(v)).flatten()
}

/// `len(range)`.
pub fn len(vm: &Vm, range: &RangeObj) -> R<usize> {
    match i64::try_from(range.len()) {
        Ok(len) => Ok(len as usize),
        Err(_) => Err(too_long(vm)),
    }
}

/// `range.__getitem__`.
pub fn get_item(vm: &Vm, this: &Ref<RangeObj>, key: &Value) -> R {
    if let Some(slice) = key.downcast::<SliceObj>() {
        return get_slice(vm, this, slice);
    }
    if !has_index(vm, key) {
        let name = vm.type_name(key);
        let text = format!("range indices must be integers or slices, not {name}");
        return Err(vm.type_error(text));
    }
    let len = i128::from(this.len());
    let key = vm.to_integer(key)?;
    if key.is_kind(Kind::BigInt) {
        return match wide::widened(&this.into()) {
            Some(range) => range.get(vm, &key),
            None => Err(too_long(vm)),
        };
    }
    let i = key.as_int().map_or(len, i128::from);
    let i = if i < 0 { i + len } else { i };
    if i < 0 || i >= len {
        return Err(vm.index_error("range object index out of range"));
    }
    Ok(Value::Int(this.get(i as u64)))
}

fn get_slice(vm: &Vm, this: &Ref<RangeObj>, slice: &SliceObj) -> R {
    let is_wide = slice.parts[2].is_kind(Kind::BigInt) || slice.parts[2].as_int() == Some(i64::MIN);
    let Ok(len) = usize::try_from(this.len()) else {
        return wide_slice(vm, this, slice);
    };
    if is_wide {
        return wide_slice(vm, this, slice);
    }
    let p = vm.slice_numbers(slice)?.in_len(len);
    let at = |i: i64| i128::from(this.start) + i128::from(i) * i128::from(this.step);
    let step = i128::from(this.step) * i128::from(p.step);
    let parts = (
        i64::try_from(at(p.start)),
        i64::try_from(at(p.stop)),
        i64::try_from(step),
    );
    let (Ok(start), Ok(stop), Ok(step)) = parts else {
        return wide_slice(vm, this, slice);
    };
    Ok(Ref::new(RangeObj { start, stop, step }).into())
}

#[cold]
fn wide_slice(vm: &Vm, this: &Ref<RangeObj>, slice: &SliceObj) -> R {
    match wide::widened(&this.into()) {
        Some(range) => range.slice(vm, slice),
        None => Err(too_long(vm)),
    }
}

/// The index of an int in the range.
fn find(range: &RangeObj, x: i64) -> Option<u64> {
    let (low, high) = if range.step > 0 {
        (range.start, range.stop)
    } else {
        (range.stop, range.start)
    };
    let inside = if range.step > 0 {
        low <= x && x < high
    } else {
        low < x && x <= high
    };
    if !inside {
        return None;
    }
    let distance = x.abs_diff(range.start);
    let step = range.step.unsigned_abs();
    distance.is_multiple_of(step).then(|| distance / step)
}

fn exact_int(v: &Value) -> Option<i64> {
    match v {
        Value::Int(i) => Some(*i),
        Value::False => Some(0),
        Value::True => Some(1),
        _ => None,
    }
}

/// `item in range`.
pub fn contains(vm: &Vm, range: &Ref<RangeObj>, item: &Value) -> R<bool> {
    match exact_int(item) {
        Some(i) => Ok(find(range, i).is_some()),
        None if item.is_kind(Kind::BigInt) => Ok(false),
        None => vm.contains_by_iteration(&Value::from(range), item),
    }
}

fn count(vm: &Vm, range: &Ref<RangeObj>, x: &Value) -> R {
    if let Some(i) = exact_int(x) {
        return Ok(i64::from(find(range, i).is_some()).into());
    }
    if x.is_kind(Kind::BigInt) {
        return Ok(Value::Int(0));
    }
    let mut n = 0;
    for i in 0..range.len() {
        n += i64::from(vm.is_or_equal(&Value::Int(range.get(i)), x)?);
        vm.poll()?;
    }
    Ok(n.into())
}

fn index(vm: &Vm, range: &Ref<RangeObj>, x: &Value) -> R {
    if let Some(i) = exact_int(x) {
        if let Some(at) = find(range, i) {
            return Ok(Value::from(at));
        }
        return Err(vm.value_error(format!("{} is not in range", vm.repr(x)?.as_str())));
    }
    if x.is_kind(Kind::BigInt) {
        return Err(vm.value_error(format!("{} is not in range", vm.repr(x)?.as_str())));
    }
    for i in 0..range.len() {
        if vm.is_or_equal(&Value::Int(range.get(i)), x)? {
            return Ok(Value::from(i));
        }
        vm.poll()?;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

/// An iterator against the order.
pub(crate) fn reversed(range: &RangeObj) -> Value {
    let left = range.len();
    let next = if left == 0 { 0 } else { range.get(left - 1) };
    iterator(IterState::Range {
        next,
        left,
        step: range.step.wrapping_neg(),
    })
}

/// `a == b`, `a != b` of ranges: equal if they give the same numbers.
pub fn compare(_vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let equal = if let (Some(x), Some(y)) = (a.downcast::<RangeObj>(), b.downcast::<RangeObj>()) {
        let len = x.len();
        len == y.len() && (len == 0 || (x.start == y.start && (len == 1 || x.step == y.step)))
    } else if let (Some(x), Some(y)) = (wide::widened(a), wide::widened(b)) {
        x.key() == y.key()
    } else {
        return Ok(Value::NotImplemented);
    };
    match op {
        CmpOp::Eq => Ok(Value::bool(equal)),
        CmpOp::NotEq => Ok(Value::bool(!equal)),
        _ => Ok(Value::NotImplemented),
    }
}

/// True if two ranges give the same numbers.
pub fn equal(vm: &Vm, a: &Value, b: &Value) -> R<bool> {
    Ok(compare(vm, CmpOp::Eq, a, b)?.as_bool().unwrap_or(false))
}
