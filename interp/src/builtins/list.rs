//! `list`: its methods.
//!
//! Items and slices are in `slice`; `+`, `*` and comparisons in `arith`, whose parts `tuple`
//! shares; sorting in `builtins/sort`.

pub(crate) mod arith;
mod slice;

pub use arith::{binary, compare, equal, inplace};
pub use slice::{del_item, get_item, set_item};

use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::iterator::{IterState, iterator};
use crate::objects::list::{ListObj, list};
use crate::ops::contains::find_in_list;
use crate::ops::subscript::generic_alias;
use crate::ops::subscript::index::{clamp, place};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;
use aio_parser::ast::{BinaryOp, CmpOp};

/// `list`.
pub static LIST: ClassSpec = ClassSpec {
    name: "list",
    module: "builtins",
    doc: "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
    layout: Layout::Native(Kind::List),
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create an empty list.",
            new,
        ),
        method(
            "__init__(iterable=(), /)",
            "Fill the list with the items of `iterable`.",
            init,
        ),
        method(
            "append(object, /)",
            "Append object to the end of the list.",
            append,
        ),
        method("clear()", "Remove all items from list.", clear),
        method("copy()", "Return a shallow copy of the list.", copy),
        method(
            "count(value, /)",
            "Return number of occurrences of value.",
            count,
        ),
        method(
            "extend(iterable, /)",
            "Extend list by appending elements from the iterable.",
            extend,
        ),
        method(
            "index(value, start=0, stop=9223372036854775807, /)",
            "Return first index of value.\n\nRaises ValueError if the value is not present.",
            index,
        ),
        method(
            "insert(index, object, /)",
            "Insert object before index.",
            insert,
        ),
        method(
            "pop(index=-1, /)",
            "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.",
            pop,
        ),
        method(
            "remove(value, /)",
            "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.",
            remove,
        ),
        method("reverse()", "Reverse *IN PLACE*.", reverse),
        method(
            "sort(*, key=None, reverse=False)",
            "Sort the list in ascending order and return None.\n\nThe sort is in-place and stable. If a key function is given, apply it once to each list item and sort by the results. The reverse flag can be set to sort in descending order.",
            sort,
        ),
        method("__len__()", "Return len(self).", |vm, a| {
            Ok(this(vm, &a[0])?.len().into())
        }),
        method("__getitem__(index, /)", "Return self[index].", |vm, a| {
            get_item(vm, this(vm, &a[0])?, &a[1])
        }),
        method(
            "__setitem__(key, value, /)",
            "Set self[key] to value.",
            |vm, a| set_item(vm, this(vm, &a[0])?, &a[1], a[2].clone()).map(|()| Value::None),
        ),
        method("__delitem__(key, /)", "Delete self[key].", |vm, a| {
            del_item(vm, this(vm, &a[0])?, &a[1]).map(|()| Value::None)
        }),
        method(
            "__contains__(key, /)",
            "Return bool(key in self).",
            |vm, a| {
                let found = find_in_list(vm, this(vm, &a[0])?, &a[1], 0, usize::MAX)?;
                Ok(found.is_some().into())
            },
        ),
        method("__iter__()", "Implement iter(self).", |vm, a| {
            vm.iter(&this(vm, &a[0])?.into())
        }),
        method(
            "__reversed__()",
            "Return a reverse iterator over the list.",
            |vm, a| {
                let list = this(vm, &a[0])?.clone();
                let at = list.len();
                Ok(iterator(IterState::ListReversed { list, at }))
            },
        ),
        method("__add__(value, /)", "Return self+value.", |vm, a| {
            arith::concat_list(vm, &a[0], &a[1])
        }),
        method("__iadd__(value, /)", "Implement self+=value.", |vm, a| {
            extend_by(vm, this(vm, &a[0])?, &a[1])?;
            Ok(a[0].clone())
        }),
        method("__mul__(value, /)", "Return self*value.", |vm, a| {
            arith::repeat_row(vm, &a[0], &a[1])
        }),
        method("__rmul__(value, /)", "Return value*self.", |vm, a| {
            arith::repeat_row(vm, &a[0], &a[1])
        }),
        method("__imul__(value, /)", "Implement self*=value.", |vm, a| {
            inplace(vm, BinaryOp::Mult, &a[0], &a[1])
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
        method("__repr__()", "Return repr(self).", |vm, a| {
            vm.repr(&a[0]).map(Value::from)
        }),
        class_method("__class_getitem__(item, /)", "See PEP 585", |_, a| {
            Ok(generic_alias(&a[0], &a[1]))
        }),
    ],
    attributes: &[],
    subclassable: true,
};

/// The complaint about a method called on an object of another type.
#[cold]
pub(crate) fn wrong_receiver(vm: &Vm, expected: &str, v: &Value) -> Raised {
    let name = vm.type_name(v);
    vm.type_error(format!(
        "descriptor requires a '{expected}' object but received a '{name}'"
    ))
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<ListObj>> {
    v.downcast::<ListObj>()
        .ok_or_else(|| wrong_receiver(vm, "list", v))
}

/// `list(*args)`: what a call of the class itself gives.
pub fn construct(vm: &Vm, args: &[Value]) -> R {
    match args {
        [] => Ok(list(vec![])),
        [iterable] => Ok(list(vm.collect_sized(iterable)?)),
        _ => Err(too_many(vm, "list", args.len())),
    }
}

/// The complaint about a constructor's second argument.
#[cold]
pub(crate) fn too_many(vm: &Vm, name: &str, given: usize) -> Raised {
    vm.type_error(format!("{name} expected at most 1 argument, got {given}"))
}

fn new(vm: &Vm, a: &[Value]) -> R {
    super::int::new_class(vm, &a[0], &vm.classes.list)?;
    vm.wrap_new(&a[0], list(vec![]))
}

fn init(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let items = match a[1].bound() {
        Some(iterable) => vm.collect_sized(iterable)?,
        None => vec![],
    };
    let old = this.items.replace(items);
    drop(old);
    Ok(Value::None)
}

fn append(vm: &Vm, a: &[Value]) -> R {
    this(vm, &a[0])?.push(a[1].clone());
    Ok(Value::None)
}

fn clear(vm: &Vm, a: &[Value]) -> R {
    let old = this(vm, &a[0])?.items.take();
    drop(old);
    Ok(Value::None)
}

fn copy(vm: &Vm, a: &[Value]) -> R {
    Ok(list(this(vm, &a[0])?.to_vec()))
}

fn count(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let (mut n, mut at) = (0i64, 0);
    while let Some(found) = find_in_list(vm, this, &a[1], at, usize::MAX)? {
        n += 1;
        at = found + 1;
    }
    Ok(Value::Int(n))
}

fn extend(vm: &Vm, a: &[Value]) -> R {
    extend_by(vm, this(vm, &a[0])?, &a[1])?;
    Ok(Value::None)
}

/// Appends the items of an iterable, one by one as they come.
pub fn extend_by(vm: &Vm, this: &Ref<ListObj>, iterable: &Value) -> R<()> {
    if matches!(
        iterable.kind(),
        Some(Kind::List | Kind::Tuple | Kind::Range | Kind::Set)
    ) {
        let items = vm.collect(iterable)?;
        this.items.write().extend(items);
        return Ok(());
    }
    let iterator = vm.iter(iterable)?;
    if let Value::Obj(o) = iterable {
        super::range::check_length(vm, o)?;
    }
    while let Some(item) = vm.next(&iterator)? {
        this.push(item);
        vm.poll()?;
    }
    Ok(())
}

/// An optional bound of `index(x, start, stop)`.
pub(crate) fn bound(vm: &Vm, v: &Value, missing: i64) -> R<i64> {
    match v {
        Value::Unbound => Ok(missing),
        Value::Int(i) => Ok(*i),
        v if crate::ops::subscript::index::has_index(vm, v) => vm.to_index_clamped(v),
        _ => Err(vm.type_error("slice indices must be integers or have an __index__ method")),
    }
}

fn index(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let (start, stop) = (bound(vm, &a[2], 0)?, bound(vm, &a[3], i64::MAX)?);
    let len = this.len();
    // A stop beyond the end stays there: the list may grow while it is searched.
    let stop = if stop < 0 {
        clamp(stop, len)
    } else {
        stop as usize
    };
    match find_in_list(vm, this, &a[1], clamp(start, len), stop)? {
        Some(at) => Ok(at.into()),
        None => {
            let shown = vm.repr(&a[1])?;
            Err(vm.value_error(format!("{} is not in list", shown.as_str())))
        }
    }
}

fn insert(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let at = match &a[1] {
        Value::Int(i) => *i,
        v => super::str::ssize(vm, v)?,
    };
    let mut items = this.items.write();
    let at = clamp(at, items.len());
    items.insert(at, a[2].clone());
    Ok(Value::None)
}

fn pop(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    if a[1].is_unbound() {
        let last = this.items.write().pop();
        return last.ok_or_else(|| vm.index_error("pop from empty list"));
    }
    let i = super::str::ssize(vm, &a[1])?;
    let mut items = this.items.write();
    match place(i, items.len()) {
        Some(at) => Ok(items.remove(at)),
        None => {
            let empty = items.is_empty();
            drop(items);
            Err(vm.index_error(if empty {
                "pop from empty list"
            } else {
                "pop index out of range"
            }))
        }
    }
}

fn remove(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    match find_in_list(vm, this, &a[1], 0, usize::MAX)? {
        Some(at) => {
            let mut items = this.items.write();
            let removed = (at < items.len()).then(|| items.remove(at));
            drop(items);
            drop(removed);
            Ok(Value::None)
        }
        None => Err(vm.value_error("list.remove(x): x not in list")),
    }
}

fn reverse(vm: &Vm, a: &[Value]) -> R {
    this(vm, &a[0])?.items.write().reverse();
    Ok(Value::None)
}

fn sort(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let reverse = match a[2].bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    crate::builtins::sort::sort_list(vm, this, &a[1], reverse)?;
    Ok(Value::None)
}
