//! `bisect`: places in sorted sequences.

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::list::ListObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Value, Vm};

use crate::order::quick_less;

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("bisect", "Bisection algorithms.");
    vm.add_natives(&module, ROWS);
    for (name, same) in [("bisect", "bisect_right"), ("insort", "insort_right")] {
        if let Some(function) = module.dict.get_name(&vm.name(same)) {
            module.dict.set_name(&vm.name(name), function);
        }
    }
    Ok(module)
}

const LEFT: &str = "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\ninsert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
const RIGHT: &str = "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\ninsert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
const INSORT_LEFT: &str = "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
const INSORT_RIGHT: &str = "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";

static ROWS: &[Native] = &[
    native(
        "bisect_left(a, x, lo=0, hi=None, *, key=None)",
        LEFT,
        |vm, a| place(vm, a, &a[1], Side::Left),
    ),
    native(
        "bisect_right(a, x, lo=0, hi=None, *, key=None)",
        RIGHT,
        |vm, a| place(vm, a, &a[1], Side::Right),
    ),
    native(
        "insort_left(a, x, lo=0, hi=None, *, key=None)",
        INSORT_LEFT,
        |vm, a| insert(vm, a, Side::Left),
    ),
    native(
        "insort_right(a, x, lo=0, hi=None, *, key=None)",
        INSORT_RIGHT,
        |vm, a| insert(vm, a, Side::Right),
    ),
];

/// Of the items equal to the one that is looked for, where the place is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Whether the place is behind this item.
fn is_before(vm: &Vm, item: &Value, x: &Value, side: Side) -> R<bool> {
    let (a, b) = if side == Side::Left {
        (item, x)
    } else {
        (x, item)
    };
    let less = match quick_less(a, b) {
        Some(less) => less,
        None => vm.less(a, b)?,
    };
    Ok(less == (side == Side::Left))
}

/// The place of `x` in the sequence `a[0]` between `a[2]` and `a[3]`, by the key `a[4]`.
fn place(vm: &Vm, a: &[Value], x: &Value, side: Side) -> R {
    let low = match a[2].bound() {
        Some(low) => vm.to_index(low)?,
        None => 0,
    };
    if low < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    let high = match a[3].is_missing() {
        true => vm.len(&a[0])? as i64,
        // CPython's stands for "not given" as -1.
        false => match vm.to_index(&a[3])? {
            -1 => vm.len(&a[0])? as i64,
            high => high,
        },
    };
    let list = a[0].downcast::<ListObj>();
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        let item = match list.and_then(|list| list.get(middle as usize)) {
            Some(item) => item,
            None => vm.get_item(&a[0], &Value::Int(middle))?,
        };
        let item = match a[4].is_missing() {
            true => item,
            false => vm.call(&a[4], &[item])?,
        };
        if is_before(vm, &item, x, side)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(Value::Int(low))
}

fn insert(vm: &Vm, a: &[Value], side: Side) -> R {
    let at = match a[4].is_missing() {
        true => place(vm, a, &a[1], side)?,
        false => {
            let key = vm.call(&a[4], &[a[1].clone()])?;
            place(vm, a, &key, side)?
        }
    };
    vm.call_method(&a[0], &vm.name("insert"), &[at, a[1].clone()])?;
    Ok(Value::None)
}
