//! `set` and `frozenset`: their methods. The set operations are in `algebra`.

mod algebra;

pub use algebra::{binary, compare, equal, inplace};
pub(crate) use algebra::{discard_all, fill, symmetric_update};

use aio_parser::ast::{BinaryOp, CmpOp};

use super::list::{too_many, wrong_receiver};
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::set::SetObj;
use crate::objects::tuple::TupleObj;
use crate::ops::iter::set_iterator;
use crate::ops::subscript::generic_alias;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The rows that `set` and `frozenset` share, and more. (Rows cannot be concatenated in a
/// constant otherwise.)
macro_rules! rows {
    ($($more:expr),* $(,)?) => {
        &[
            method("copy()", "Return a shallow copy of a set.", copy),
            method("difference(*others)", "Return a new set with elements in the set that are not in the others.", |vm, a| {
                algebra::difference_of(vm, this(vm, &a[0])?, others(a))
            }),
            method("intersection(*others)", "Return a new set with elements common to the set and all others.", |vm, a| {
                Ok(algebra::intersection_of(vm, this(vm, &a[0])?, others(a))?.into())
            }),
            method("isdisjoint(other, /)", "Return True if two sets have a null intersection.", |vm, a| {
                Ok(algebra::isdisjoint(vm, this(vm, &a[0])?, &a[1])?.into())
            }),
            method("issubset(other, /)", "Report whether another set contains this set.", |vm, a| {
                Ok(algebra::issubset(vm, this(vm, &a[0])?, &a[1])?.into())
            }),
            method("issuperset(other, /)", "Report whether this set contains another set.", |vm, a| {
                Ok(algebra::issuperset(vm, this(vm, &a[0])?, &a[1])?.into())
            }),
            method("symmetric_difference(other, /)", "Return a new set with elements in either the set or other but not both.", |vm, a| {
                algebra::symmetric_difference(vm, this(vm, &a[0])?, &a[1])
            }),
            method("union(*others)", "Return a new set with elements from the set and all others.", |vm, a| {
                algebra::union_of(vm, this(vm, &a[0])?, others(a))
            }),
            method("__len__()", "Return len(self).", |vm, a| Ok(this(vm, &a[0])?.len().into())),
            method("__contains__(key, /)", "Return bool(key in self).", |vm, a| {
                Ok(contains(vm, this(vm, &a[0])?, &a[1])?.into())
            }),
            method("__iter__()", "Implement iter(self).", |vm, a| {
                Ok(set_iterator(this(vm, &a[0])?))
            }),
            method("__repr__()", "Return repr(self).", |vm, a| vm.repr(&a[0]).map(Value::from)),
            method("__or__(value, /)", "Return self|value.", |vm, a| binary(vm, BinaryOp::BitOr, &a[0], &a[1])),
            method("__ror__(value, /)", "Return value|self.", |vm, a| binary(vm, BinaryOp::BitOr, &a[1], &a[0])),
            method("__and__(value, /)", "Return self&value.", |vm, a| binary(vm, BinaryOp::BitAnd, &a[0], &a[1])),
            method("__rand__(value, /)", "Return value&self.", |vm, a| binary(vm, BinaryOp::BitAnd, &a[1], &a[0])),
            method("__sub__(value, /)", "Return self-value.", |vm, a| binary(vm, BinaryOp::Sub, &a[0], &a[1])),
            method("__rsub__(value, /)", "Return value-self.", |vm, a| binary(vm, BinaryOp::Sub, &a[1], &a[0])),
            method("__xor__(value, /)", "Return self^value.", |vm, a| binary(vm, BinaryOp::BitXor, &a[0], &a[1])),
            method("__rxor__(value, /)", "Return value^self.", |vm, a| binary(vm, BinaryOp::BitXor, &a[1], &a[0])),
            method("__eq__(value, /)", "Return self==value.", |vm, a| compare(vm, CmpOp::Eq, &a[0], &a[1])),
            method("__ne__(value, /)", "Return self!=value.", |vm, a| compare(vm, CmpOp::NotEq, &a[0], &a[1])),
            method("__lt__(value, /)", "Return self<value.", |vm, a| compare(vm, CmpOp::Lt, &a[0], &a[1])),
            method("__le__(value, /)", "Return self<=value.", |vm, a| compare(vm, CmpOp::LtE, &a[0], &a[1])),
            method("__gt__(value, /)", "Return self>value.", |vm, a| compare(vm, CmpOp::Gt, &a[0], &a[1])),
            method("__ge__(value, /)", "Return self>=value.", |vm, a| compare(vm, CmpOp::GtE, &a[0], &a[1])),
            class_method("__class_getitem__(item, /)", "See PEP 585", |_, a| {
                Ok(generic_alias(&a[0], &a[1]))
            }),
            $($more),*
        ]
    };
}

/// `set`.
pub static SET: ClassSpec = ClassSpec {
    name: "set",
    module: "builtins",
    doc: "Build an unordered collection of unique elements.",
    layout: Layout::Native(Kind::Set),
    methods: rows![
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create an empty set.",
            |vm, a| { vm.wrap_new(&a[0], SetObj::empty(false).into()) }
        ),
        method(
            "__init__(iterable=(), /)",
            "Fill the set with the items of `iterable`.",
            init
        ),
        method(
            "add(object, /)",
            "Add an element to a set.\n\nThis has no effect if the element is already present.",
            |vm, a| {
                this(vm, &a[0])?.add(vm, a[1].clone())?;
                Ok(Value::None)
            }
        ),
        method("clear()", "Remove all elements from this set.", |vm, a| {
            this(vm, &a[0])?.clear_members();
            Ok(Value::None)
        }),
        method(
            "discard(object, /)",
            "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise an exception when an element is missing from the set.",
            |vm, a| {
                take(vm, &a[0], &a[1])?;
                Ok(Value::None)
            }
        ),
        method(
            "remove(object, /)",
            "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.",
            |vm, a| {
                if take(vm, &a[0], &a[1])? {
                    Ok(Value::None)
                } else {
                    Err(vm.key_error(&a[1]))
                }
            }
        ),
        method(
            "pop()",
            "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.",
            |vm, a| {
                let popped = this(vm, &a[0])?.pop();
                popped.ok_or_else(|| vm.key_error(&vm.text("pop from an empty set")))
            }
        ),
        method(
            "update(*others)",
            "Update the set, adding elements from all others.",
            |vm, a| {
                let this = this(vm, &a[0])?;
                for other in others(a) {
                    fill(vm, this, other)?;
                }
                Ok(Value::None)
            }
        ),
        method(
            "difference_update(*others)",
            "Update the set, removing elements found in others.",
            |vm, a| {
                let this = this(vm, &a[0])?;
                for other in others(a) {
                    discard_all(vm, this, other)?;
                }
                Ok(Value::None)
            }
        ),
        method(
            "intersection_update(*others)",
            "Update the set, keeping only elements found in it and all others.",
            |vm, a| {
                let this = this(vm, &a[0])?;
                let common = algebra::intersection_of(vm, this, others(a))?;
                this.swap(&common);
                Ok(Value::None)
            }
        ),
        method(
            "symmetric_difference_update(other, /)",
            "Update the set, keeping only elements found in either set, but not in both.",
            |vm, a| {
                symmetric_update(vm, this(vm, &a[0])?, &a[1])?;
                Ok(Value::None)
            }
        ),
        method("__ior__(value, /)", "Return self|=value.", |vm, a| inplace(
            vm,
            BinaryOp::BitOr,
            &a[0],
            &a[1]
        )),
        method(
            "__iand__(value, /)",
            "Return self&=value.",
            |vm, a| inplace(vm, BinaryOp::BitAnd, &a[0], &a[1])
        ),
        method(
            "__isub__(value, /)",
            "Return self-=value.",
            |vm, a| inplace(vm, BinaryOp::Sub, &a[0], &a[1])
        ),
        method(
            "__ixor__(value, /)",
            "Return self^=value.",
            |vm, a| inplace(vm, BinaryOp::BitXor, &a[0], &a[1])
        ),
    ],
    attributes: &[],
    subclassable: true,
};

/// `frozenset`.
pub static FROZENSET: ClassSpec = ClassSpec {
    name: "frozenset",
    module: "builtins",
    doc: "Build an immutable unordered collection of unique elements.",
    layout: Layout::Native(Kind::Set),
    methods: rows![
        static_method(
            "__new__(cls, iterable=(), /)",
            "Create a frozenset of the items of `iterable`.",
            |vm, a| {
                let given = usize::from(!a[1].is_unbound());
                let made = construct(vm, &a[1..1 + given], true)?;
                vm.wrap_new(&a[0], made)
            }
        ),
        method("__hash__()", "Return hash(self).", |vm, a| {
            vm.hash(&Value::from(this(vm, &a[0])?)).map(Value::Int)
        }),
    ],
    attributes: &[],
    subclassable: true,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<SetObj>> {
    v.downcast::<SetObj>()
        .ok_or_else(|| wrong_receiver(vm, "set", v))
}

/// The arguments gathered by `*others`.
fn others(a: &[Value]) -> &[Value] {
    a[1].downcast::<TupleObj>().map_or(&[], |t| t.items())
}

/// `set(*args)` or `frozenset(*args)`: what a call of the class itself gives.
pub fn construct(vm: &Vm, args: &[Value], frozen: bool) -> R {
    let set = SetObj::empty(frozen);
    match args {
        [] => {}
        [v] if frozen && v.downcast::<SetObj>().is_some_and(|s| s.frozen) => return Ok(v.clone()),
        [iterable] => fill(vm, &set, iterable)?,
        _ => {
            let name = if frozen { "frozenset" } else { "set" };
            return Err(too_many(vm, name, args.len()));
        }
    }
    Ok(set.into())
}

/// The set of a display whose items are three or more constants: CPython makes a frozenset of
/// them and copies it, which can give another order than adding them one by one.
pub fn from_constants(vm: &Vm, items: Vec<Value>) -> R {
    let frozen = SetObj::empty(true);
    for item in items {
        frozen.add(vm, item)?;
    }
    Ok(frozen.copy(false).into())
}

fn init(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    this.clear_members();
    if let Some(iterable) = a[1].bound() {
        fill(vm, this, iterable)?;
    }
    Ok(Value::None)
}

fn copy(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    Ok(if this.frozen {
        this.into()
    } else {
        this.copy(false).into()
    })
}

/// The hashable stand-in for a set that is looked for in a set: a frozenset of its members.
fn frozen_stand_in(vm: &Vm, key: &Value, raised: Raised) -> R {
    match vm.native(key).downcast::<SetObj>() {
        Some(set) if !set.frozen && vm.catch(&vm.exceptions.TypeError).is_some() => {
            Ok(set.copy(true).into())
        }
        _ => Err(raised),
    }
}

/// `key in set`; a set as key stands for the frozenset of its members.
pub fn contains(vm: &Vm, set: &Ref<SetObj>, key: &Value) -> R<bool> {
    match set.contains(vm, key) {
        Ok(found) => Ok(found),
        Err(raised) => set.contains(vm, &frozen_stand_in(vm, key, raised)?),
    }
}

/// Removes `key`, which may be a set; false if it was no member.
fn take(vm: &Vm, set: &Value, key: &Value) -> R<bool> {
    let set = this(vm, set)?;
    let removed = match set.remove(vm, key) {
        Ok(removed) => removed,
        Err(raised) => set.remove(vm, &frozen_stand_in(vm, key, raised)?)?,
    };
    Ok(removed.is_some())
}
