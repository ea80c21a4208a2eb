//! `enumerate`, `zip`, `map`, `filter`, `reversed`, and what all builtin iterators share.
//!
//! Their steps are in `ops/iter/step`.

mod copying;

use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Obj};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::dict::DictObj;
use crate::objects::iterator::{DictPart, DictViewObj, IterState, IteratorObj, iterator};
use crate::objects::list::ListObj;
use crate::objects::range::RangeObj;
use crate::objects::tuple::TupleObj;
use crate::ops::iter::dict_reversed;
use crate::ops::subscript::generic_alias;
use crate::value::{R, Value};
use crate::vm::Vm;

/// The classes of builtin iterators that have no name of their own.
pub static ITERATOR: ClassSpec = ClassSpec {
    name: "iterator",
    module: "builtins",
    doc: "A builtin iterator.",
    layout: Layout::Native(Kind::Iterator),
    methods: &[
        method("__iter__()", "Implement iter(self).", itself),
        method("__next__()", "Implement next(self).", next),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            copying::reduce,
        ),
        method(
            "__setstate__(object, /)",
            "Set state information for unpickling.",
            copying::set_state,
        ),
        method(
            "__length_hint__()",
            "Private method returning an estimate of len(list(it)).",
            length_hint,
        ),
    ],
    attributes: &[],
    subclassable: false,
};

/// `enumerate`.
pub static ENUMERATE: ClassSpec = ClassSpec {
    name: "enumerate",
    module: "builtins",
    doc: "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    layout: Layout::Native(Kind::Iterator),
    methods: &[
        static_method(
            "__new__(cls, iterable, start=0)",
            "Create an enumerate object.",
            enumerate,
        ),
        method("__iter__()", "Implement iter(self).", itself),
        method("__next__()", "Implement next(self).", next),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            copying::reduce,
        ),
        class_method("__class_getitem__(item, /)", "See PEP 585", |_, a| {
            Ok(generic_alias(&a[0], &a[1]))
        }),
    ],
    attributes: &[],
    subclassable: true,
};

/// `zip`.
pub static ZIP: ClassSpec = ClassSpec {
    name: "zip",
    module: "builtins",
    doc: "The zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    layout: Layout::Native(Kind::Iterator),
    methods: &[
        static_method(
            "__new__(cls, *iterables, strict=False)",
            "Create a zip object.",
            zip,
        ),
        method("__iter__()", "Implement iter(self).", itself),
        method("__next__()", "Implement next(self).", next),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            copying::reduce,
        ),
        method(
            "__setstate__(object, /)",
            "Set state information for unpickling.",
            copying::set_state,
        ),
    ],
    attributes: &[],
    subclassable: true,
};

/// `map`.
pub static MAP: ClassSpec = ClassSpec {
    name: "map",
    module: "builtins",
    doc: "Make an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.",
    layout: Layout::Native(Kind::Iterator),
    methods: &[
        static_method("__new__(cls, *args, **kwargs)", "Create a map object.", map),
        method("__iter__()", "Implement iter(self).", itself),
        method("__next__()", "Implement next(self).", next),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            copying::reduce,
        ),
    ],
    attributes: &[],
    subclassable: true,
};

/// `filter`.
pub static FILTER: ClassSpec = ClassSpec {
    name: "filter",
    module: "builtins",
    doc: "Return an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.",
    layout: Layout::Native(Kind::Iterator),
    methods: &[
        static_method(
            "__new__(cls, function, iterable, /)",
            "Create a filter object.",
            filter,
        ),
        method("__iter__()", "Implement iter(self).", itself),
        method("__next__()", "Implement next(self).", next),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            copying::reduce,
        ),
    ],
    attributes: &[],
    subclassable: true,
};

/// `reversed`.
pub static REVERSED: ClassSpec = ClassSpec {
    name: "reversed",
    module: "builtins",
    doc: "Return a reverse iterator over the values of the given sequence.",
    layout: Layout::Native(Kind::Iterator),
    methods: &[
        static_method(
            "__new__(cls, object, /)",
            "Create a reverse iterator.",
            reversed,
        ),
        method("__iter__()", "Implement iter(self).", itself),
        method("__next__()", "Implement next(self).", next),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            copying::reduce,
        ),
        method(
            "__setstate__(object, /)",
            "Set state information for unpickling.",
            copying::set_state,
        ),
        method(
            "__length_hint__()",
            "Private method returning an estimate of len(list(it)).",
            length_hint,
        ),
    ],
    attributes: &[],
    subclassable: true,
};

fn itself(_: &Vm, a: &[Value]) -> R {
    Ok(a[0].clone())
}

fn next(vm: &Vm, a: &[Value]) -> R {
    if !a[0].is_kind(Kind::Iterator) {
        return Err(super::list::wrong_receiver(vm, "iterator", &a[0]));
    }
    match vm.next(&a[0])? {
        Some(item) => Ok(item),
        None => Err(vm.stop_iteration(Value::None)),
    }
}

fn length_hint(vm: &Vm, a: &[Value]) -> R {
    let native = match a[0].downcast::<IteratorObj>().map(|it| it.state.read()) {
        Some(state) => match &*state {
            IterState::Native(native) => Some(native.clone()),
            _ => None,
        },
        None => None,
    };
    if let Some(exact) = native.and_then(|native| native.exact_length()) {
        return Ok(exact);
    }
    let sequence = match a[0].downcast::<IteratorObj>().map(|it| it.state.read()) {
        Some(state) => match &*state {
            IterState::Sequence { of, at, step } => Some((of.clone(), *at, *step)),
            _ => None,
        },
        None => None,
    };
    if let Some((of, at, step)) = sequence {
        if vm.special(&of, &vm.names.len_).is_none() {
            return Ok(Value::NotImplemented);
        }
        let len = vm.len(&of)? as i64;
        let left = if step > 0 { len - at } else { at + 1 };
        let is_cut = step < 0 && len <= at;
        return Ok(Value::Int(if is_cut { 0 } else { left.max(0) }));
    }
    Ok(vm.length_hint(&a[0]).into())
}

fn enumerate(vm: &Vm, a: &[Value]) -> R {
    let next = match a[2].bound() {
        Some(start) => vm.to_integer(start)?,
        None => Value::Int(0),
    };
    let of = vm.iter(&a[1])?;
    vm.wrap_new(&a[0], iterator(IterState::Enumerate { of, next }))
}

fn iterators(vm: &Vm, iterables: &[Value]) -> R<Box<[Value]>> {
    iterables.iter().map(|v| vm.iter(v)).collect()
}

fn arguments(v: &Value) -> &[Value] {
    v.downcast::<TupleObj>().map_or(&[], |t| t.items())
}

fn zip(vm: &Vm, a: &[Value]) -> R {
    let strict = match a[2].bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    let of = iterators(vm, arguments(&a[1]))?;
    vm.wrap_new(&a[0], iterator(IterState::Zip { of, strict }))
}

fn map(vm: &Vm, a: &[Value]) -> R {
    let is_plain = a[0]
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is(&vm.classes.map));
    if is_plain && a[2].downcast::<DictObj>().is_some_and(|d| !d.is_empty()) {
        return Err(vm.type_error("map() takes no keyword arguments"));
    }
    let [function, iterables @ ..] = arguments(&a[1]) else {
        return Err(vm.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(vm.type_error("map() must have at least two arguments."));
    }
    let of = iterators(vm, iterables)?;
    vm.wrap_new(
        &a[0],
        iterator(IterState::Map {
            function: function.clone(),
            of,
        }),
    )
}

fn filter(vm: &Vm, a: &[Value]) -> R {
    let of = vm.iter(&a[2])?;
    vm.wrap_new(
        &a[0],
        iterator(IterState::Filter {
            function: a[1].clone(),
            of,
        }),
    )
}

fn reversed(vm: &Vm, a: &[Value]) -> R {
    let plain = a[0]
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is(&vm.classes.reversed));
    let made = reverse_iterator(vm, &a[1])?;
    if plain {
        Ok(made)
    } else {
        vm.wrap_new(&a[0], made)
    }
}

/// `reversed(v)`.
pub fn reverse_iterator(vm: &Vm, v: &Value) -> R {
    if let Value::Obj(o) = v {
        if let Some(made) = native_reversed(vm, o)? {
            return Ok(made);
        }
    }
    let refused = match vm.special(v, &vm.names.reversed_) {
        Some(found) if found.is_none() => true,
        Some(found) => return vm.call_unbound(&found, v, &[], &[]),
        None => vm.special(v, &vm.names.getitem_).is_none() || v.is_kind(Kind::MappingProxy),
    };
    if refused {
        let name = vm.type_name(v);
        return Err(vm.type_error(format!("'{name}' object is not reversible")));
    }
    Ok(backwards(v, vm.len(v)?))
}

fn backwards(v: &Value, len: usize) -> Value {
    iterator(IterState::Sequence {
        of: v.clone(),
        at: len as i64 - 1,
        step: -1,
    })
}

fn native_reversed(vm: &Vm, o: &Obj) -> R<Option<Value>> {
    let v = Value::Obj(o.clone());
    Ok(match o.kind() {
        Kind::List => o.downcast::<ListObj>().map(|list| {
            iterator(IterState::ListReversed {
                list: list.clone(),
                at: list.len(),
            })
        }),
        Kind::Range => o.downcast::<RangeObj>().map(|r| super::range::reversed(r)),
        Kind::Dict => o
            .downcast::<DictObj>()
            .map(|d| dict_reversed(d, DictPart::Keys)),
        Kind::DictView => o
            .downcast::<DictViewObj>()
            .map(|v| dict_reversed(&v.dict, v.part)),
        Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::MemoryView => {
            Some(backwards(&v, vm.len(&v)?))
        }
        _ => None,
    })
}
