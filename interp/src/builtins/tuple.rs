//! `tuple`: its methods, `+`, `*`, comparisons and hash.

use aio_parser::ast::{BinaryOp, CmpOp};

use super::list::arith::{answers, by_length, decide, index_count, repeat_count, same};
use super::list::{bound, too_many, wrong_receiver};
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::range::SliceObj;
use crate::objects::tuple::{TupleObj, tuple};
use crate::ops::contains::find_in_slice;
use crate::ops::iter::reserve;
use crate::ops::subscript::generic_alias;
use crate::ops::subscript::index::{clamp, index_of, place};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `tuple`.
pub static TUPLE: ClassSpec = ClassSpec {
    name: "tuple",
    module: "builtins",
    doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
    layout: Layout::Native(Kind::Tuple),
    methods: &[
        static_method(
            "__new__(cls, iterable=(), /)",
            "Create a tuple of the items of `iterable`.",
            new,
        ),
        method(
            "count(value, /)",
            "Return number of occurrences of value.",
            count,
        ),
        method(
            "index(value, start=0, stop=9223372036854775807, /)",
            "Return first index of value.\n\nRaises ValueError if the value is not present.",
            index,
        ),
        method("__len__()", "Return len(self).", |vm, a| {
            Ok(this(vm, &a[0])?.items().len().into())
        }),
        method("__getitem__(key, /)", "Return self[key].", |vm, a| {
            get_item(vm, this(vm, &a[0])?, &a[1])
        }),
        method(
            "__contains__(key, /)",
            "Return bool(key in self).",
            |vm, a| {
                Ok(find_in_slice(vm, this(vm, &a[0])?.items(), &a[1])?
                    .is_some()
                    .into())
            },
        ),
        method("__iter__()", "Implement iter(self).", |vm, a| {
            vm.iter(&this(vm, &a[0])?.into())
        }),
        method("__add__(value, /)", "Return self+value.", |vm, a| {
            concat(vm, &a[0], &a[1])
        }),
        method("__mul__(value, /)", "Return self*value.", |vm, a| {
            repeat_row(vm, &a[0], &a[1])
        }),
        method("__rmul__(value, /)", "Return value*self.", |vm, a| {
            repeat_row(vm, &a[0], &a[1])
        }),
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
            vm.hash(&Value::from(this(vm, &a[0])?)).map(Value::Int)
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            vm.repr(&a[0]).map(Value::from)
        }),
        method(
            "__getnewargs__()",
            "Return the arguments of `__new__`.",
            |vm, a| Ok(tuple(vec![this(vm, &a[0])?.into()])),
        ),
        class_method("__class_getitem__(item, /)", "See PEP 585", |_, a| {
            Ok(generic_alias(&a[0], &a[1]))
        }),
    ],
    attributes: &[],
    subclassable: true,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<TupleObj>> {
    v.downcast::<TupleObj>()
        .ok_or_else(|| wrong_receiver(vm, "tuple", v))
}

/// `tuple(*args)`: what a call of the class itself gives.
pub fn construct(vm: &Vm, args: &[Value]) -> R {
    match args {
        [] => Ok(tuple(vec![])),
        [t] if t.is_kind(Kind::Tuple) => Ok(t.clone()),
        [iterable] => Ok(tuple(vm.collect_sized(iterable)?)),
        _ => Err(too_many(vm, "tuple", args.len())),
    }
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let given = usize::from(!a[1].is_unbound());
    let made = construct(vm, &a[1..1 + given])?;
    vm.wrap_new(&a[0], made)
}

fn count(vm: &Vm, a: &[Value]) -> R {
    let mut n = 0;
    for item in this(vm, &a[0])?.items() {
        n += i64::from(same(vm, item, &a[1])?);
    }
    Ok(Value::Int(n))
}

fn index(vm: &Vm, a: &[Value]) -> R {
    let items = this(vm, &a[0])?.items();
    let len = items.len();
    let start = clamp(bound(vm, &a[2], 0)?, len);
    let stop = clamp(bound(vm, &a[3], i64::MAX)?, len).max(start);
    match find_in_slice(vm, &items[start..stop], &a[1])? {
        Some(at) => Ok((start + at).into()),
        None => Err(vm.value_error("tuple.index(x): x not in tuple")),
    }
}

/// `tuple.__getitem__`.
pub fn get_item(vm: &Vm, this: &Ref<TupleObj>, key: &Value) -> R {
    let items = this.items();
    if let Some(slice) = key.downcast::<SliceObj>() {
        let p = vm.slice_numbers(slice)?.in_len(items.len());
        if p.count == items.len() && p.step == 1 {
            return Ok(this.into());
        }
        return Ok(Ref::<TupleObj>::from_fn(p.count, |i| items[p.place(i)].clone()).into());
    }
    let wrong = |name: &str| format!("tuple indices must be integers or slices, not {name}");
    let i = index_of(vm, key, wrong)?;
    match place(i, items.len()) {
        Some(at) => Ok(items[at].clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// The tuple that `v` is or carries.
fn as_tuple(vm: &Vm, v: &Value) -> Option<Ref<TupleObj>> {
    match v.kind()? {
        Kind::Tuple => v.downcast::<TupleObj>().cloned(),
        Kind::Instance => vm.native(v).downcast::<TupleObj>().cloned(),
        _ => None,
    }
}

/// `a + b`, `a * b` with a tuple among them; `NotImplemented` if that is not for tuples to
/// answer.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    match op {
        BinaryOp::Add if as_tuple(vm, a).is_some() => {
            if as_tuple(vm, b).is_none() && answers(vm, b, &vm.names.radd_) {
                return Ok(Value::NotImplemented);
            }
            concat(vm, a, b)
        }
        BinaryOp::Mult => {
            let (of, times, reflected) = match as_tuple(vm, a) {
                Some(of) => (of, b, &vm.names.rmul_),
                None => match as_tuple(vm, b) {
                    Some(of) => (of, a, &vm.names.mul_),
                    None => return Ok(Value::NotImplemented),
                },
            };
            match repeat_count(vm, times, Some(reflected))? {
                Some(n) => repeat(vm, &of, n),
                None => Ok(Value::NotImplemented),
            }
        }
        _ => Ok(Value::NotImplemented),
    }
}

/// `a += b` for a tuple `a`: there is nothing to change in place.
pub fn inplace(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    binary(vm, op, a, b)
}

fn concat(vm: &Vm, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (as_tuple(vm, a), as_tuple(vm, b)) else {
        let name = vm.type_name(b);
        let text = format!("can only concatenate tuple (not \"{name}\") to tuple");
        return Err(vm.type_error(text));
    };
    let (x, y) = (x.items(), y.items());
    let item = |i: usize| {
        if i < x.len() {
            x[i].clone()
        } else {
            y[i - x.len()].clone()
        }
    };
    Ok(Ref::<TupleObj>::from_fn(x.len() + y.len(), item).into())
}

fn repeat(vm: &Vm, of: &Ref<TupleObj>, n: usize) -> R {
    let items = of.items();
    let total = items.len().saturating_mul(n);
    // Room for the tuple is there if it is for a vector: memory is not touched before it is used.
    drop(reserve(vm, total.saturating_add(8))?);
    Ok(Ref::<TupleObj>::from_fn(total, |i| items[i % items.len()].clone()).into())
}

fn repeat_row(vm: &Vm, a: &Value, times: &Value) -> R {
    let (Some(this), Some(n)) = (as_tuple(vm, a), index_count(vm, times)?) else {
        return Ok(Value::NotImplemented);
    };
    repeat(vm, &this, n)
}

/// The comparison of two tuples, or `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (as_tuple(vm, a), as_tuple(vm, b)) else {
        return Ok(Value::NotImplemented);
    };
    compare_items(vm, op, x.items(), y.items())
}

/// The comparison of tuples with these items.
pub(crate) fn compare_items(vm: &Vm, op: CmpOp, x: &[Value], y: &[Value]) -> R {
    let _guard = vm.enter_native()?;
    for (i, j) in x.iter().zip(y) {
        if !same(vm, i, j)? {
            return decide(vm, op, i, j);
        }
    }
    Ok(Value::bool(by_length(op, x.len(), y.len())))
}

/// True if two tuples are equal.
pub fn equal(vm: &Vm, a: &Value, b: &Value) -> R<bool> {
    Ok(compare(vm, CmpOp::Eq, a, b)?.as_bool().unwrap_or(false))
}

/// The hash of a tuple with these items: the form of xxHash that CPython uses.
pub fn hash(vm: &Vm, items: &[Value]) -> R<i64> {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;
    let _guard = vm.enter_native()?;
    let mut acc = PRIME_5;
    for item in items {
        let lane = vm.hash(item)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(PRIME_2));
        acc = acc.rotate_left(31).wrapping_mul(PRIME_1);
    }
    acc = acc.wrapping_add(items.len() as u64 ^ (PRIME_5 ^ 3_527_539));
    Ok(if acc == u64::MAX {
        1_546_275_796
    } else {
        acc as i64
    })
}
