//! `dict_keys`, `dict_values`, `dict_items`: live views of a dict; keys and items act as sets.

use aio_parser::ast::{BinaryOp, CmpOp};

use super::list::wrong_receiver;
use super::set;
use crate::classes::ClassSpec;
use crate::native::{Native, method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::function::{Attribute, MappingProxyObj};
use crate::objects::iterator::{DictPart, DictViewObj};
use crate::objects::set::SetObj;
use crate::objects::tuple::TupleObj;
use crate::ops::iter::{dict_iterator, dict_reversed};
use crate::value::{R, Value};
use crate::vm::Vm;

/// The types of the views of an `OrderedDict`.
struct Ordered([Ref<ClassObj>; 3]);

/// The type of a view of an `OrderedDict`.
pub(crate) fn ordered_class(vm: &Vm, part: DictPart) -> Ref<ClassObj> {
    let classes = vm.state("views of ordered dicts", || {
        let c = &vm.classes;
        Ordered([
            vm.make_class(&ODICT_KEYS, &[&c.dict_keys]),
            vm.make_class(&ODICT_VALUES, &[&c.dict_values]),
            vm.make_class(&ODICT_ITEMS, &[&c.dict_items]),
        ])
    });
    let [keys, values, items] = &classes.0;
    match part {
        DictPart::Keys => keys.clone(),
        DictPart::Values => values.clone(),
        DictPart::Items => items.clone(),
    }
}

const fn ordered_view(name: &'static str) -> ClassSpec {
    ClassSpec {
        name,
        module: "builtins",
        doc: "A view of an ordered dict.",
        layout: Layout::Native(Kind::DictView),
        methods: &[],
        attributes: &[],
        subclassable: false,
    }
}

static ODICT_KEYS: ClassSpec = ordered_view("odict_keys");
static ODICT_VALUES: ClassSpec = ordered_view("odict_values");
static ODICT_ITEMS: ClassSpec = ordered_view("odict_items");

const SET_LIKE: &[Native] = &[
    method("__len__()", "Return len(self).", len_row),
    method("__iter__()", "Implement iter(self).", iter_row),
    method(
        "__reversed__()",
        "Return a reverse iterator over the view.",
        reversed_row,
    ),
    method("__repr__()", "Return repr(self).", repr_row),
    method(
        "__contains__(key, /)",
        "Return bool(key in self).",
        |vm, a| Ok(contains(vm, this(vm, &a[0])?, &a[1])?.into()),
    ),
    method(
        "isdisjoint(other, /)",
        "Return True if the view and the given iterable have a null intersection.",
        isdisjoint,
    ),
    method("__and__(value, /)", "Return self&value.", |vm, a| {
        binary(vm, BinaryOp::BitAnd, &a[0], &a[1])
    }),
    method("__rand__(value, /)", "Return value&self.", |vm, a| {
        binary(vm, BinaryOp::BitAnd, &a[1], &a[0])
    }),
    method("__or__(value, /)", "Return self|value.", |vm, a| {
        binary(vm, BinaryOp::BitOr, &a[0], &a[1])
    }),
    method("__ror__(value, /)", "Return value|self.", |vm, a| {
        binary(vm, BinaryOp::BitOr, &a[1], &a[0])
    }),
    method("__sub__(value, /)", "Return self-value.", |vm, a| {
        binary(vm, BinaryOp::Sub, &a[0], &a[1])
    }),
    method("__rsub__(value, /)", "Return value-self.", |vm, a| {
        binary(vm, BinaryOp::Sub, &a[1], &a[0])
    }),
    method("__xor__(value, /)", "Return self^value.", |vm, a| {
        binary(vm, BinaryOp::BitXor, &a[0], &a[1])
    }),
    method("__rxor__(value, /)", "Return value^self.", |vm, a| {
        binary(vm, BinaryOp::BitXor, &a[1], &a[0])
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
];

const MAPPING: &[Attribute] = &[Attribute {
    name: "mapping",
    get: |vm, v| {
        let dict = this(vm, v)?.dict.clone();
        Ok(Ref::new(MappingProxyObj { of: dict.into() }).into())
    },
    set: None,
}];

/// `dict_keys`.
pub static DICT_KEYS: ClassSpec = ClassSpec {
    name: "dict_keys",
    module: "builtins",
    doc: "A view of the keys of a dict.",
    layout: Layout::Native(Kind::DictView),
    methods: SET_LIKE,
    attributes: MAPPING,
    subclassable: false,
};

/// `dict_values`.
pub static DICT_VALUES: ClassSpec = ClassSpec {
    name: "dict_values",
    module: "builtins",
    doc: "A view of the values of a dict.",
    layout: Layout::Native(Kind::DictView),
    methods: &[
        method("__len__()", "Return len(self).", len_row),
        method("__iter__()", "Implement iter(self).", iter_row),
        method(
            "__reversed__()",
            "Return a reverse iterator over the view.",
            reversed_row,
        ),
        method("__repr__()", "Return repr(self).", repr_row),
    ],
    attributes: MAPPING,
    subclassable: false,
};

/// `dict_items`.
pub static DICT_ITEMS: ClassSpec = ClassSpec {
    name: "dict_items",
    module: "builtins",
    doc: "A view of the items of a dict.",
    layout: Layout::Native(Kind::DictView),
    methods: SET_LIKE,
    attributes: MAPPING,
    subclassable: false,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<DictViewObj>> {
    v.downcast::<DictViewObj>()
        .ok_or_else(|| wrong_receiver(vm, "dict_keys", v))
}

fn len_row(vm: &Vm, a: &[Value]) -> R {
    Ok(this(vm, &a[0])?.dict.len().into())
}

fn iter_row(vm: &Vm, a: &[Value]) -> R {
    let view = this(vm, &a[0])?;
    Ok(dict_iterator(&view.dict, view.part))
}

fn reversed_row(vm: &Vm, a: &[Value]) -> R {
    let view = this(vm, &a[0])?;
    Ok(dict_reversed(&view.dict, view.part))
}

fn repr_row(vm: &Vm, a: &[Value]) -> R {
    vm.repr(&a[0]).map(Value::from)
}

/// The view, if it is one of keys or items.
fn set_like(v: &Value) -> Option<&Ref<DictViewObj>> {
    v.downcast::<DictViewObj>()
        .filter(|view| view.part != DictPart::Values)
}

/// `item in view`.
pub fn contains(vm: &Vm, view: &Ref<DictViewObj>, item: &Value) -> R<bool> {
    match view.part {
        DictPart::Keys => Ok(view.dict.get(vm, item)?.is_some()),
        DictPart::Values => vm.contains_by_iteration(&Value::from(view), item),
        DictPart::Items => {
            let Some(pair) = item.downcast::<TupleObj>() else {
                return Ok(false);
            };
            let [key, value] = pair.items() else {
                return Ok(false);
            };
            match view.dict.get(vm, key)? {
                Some(found) => vm.is_or_equal(&found, value),
                None => Ok(false),
            }
        }
    }
}

/// A set of what the view (or any iterable) gives.
fn to_set(vm: &Vm, v: &Value) -> R<Ref<SetObj>> {
    let made = SetObj::empty(false);
    match set_like(v) {
        Some(view) if view.part == DictPart::Keys => {
            set::fill(vm, &made, &Value::from(&view.dict))?;
        }
        _ => set::fill(vm, &made, v)?,
    }
    Ok(made)
}

/// `a | b`, `a & b`, `a - b`, `a ^ b` with a view of keys or items among them; the other may be
/// any iterable.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    if set_like(a).is_none() && set_like(b).is_none() {
        return Ok(Value::NotImplemented);
    }
    match op {
        BinaryOp::BitAnd => return intersection(vm, a, b),
        BinaryOp::BitOr | BinaryOp::Sub | BinaryOp::BitXor => {}
        _ => return Ok(Value::NotImplemented),
    }
    let result = to_set(vm, a)?;
    match op {
        BinaryOp::BitOr => set::fill(vm, &result, b)?,
        BinaryOp::Sub => set::discard_all(vm, &result, b)?,
        _ => set::symmetric_update(vm, &result, b)?,
    }
    Ok(result.into())
}

/// There is nothing to change in place.
pub fn inplace(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    binary(vm, op, a, b)
}

fn intersection(vm: &Vm, a: &Value, b: &Value) -> R {
    let (mut view, mut other) = match (set_like(a), set_like(b)) {
        (Some(view), _) => (view, b),
        (None, Some(view)) => (view, a),
        (None, None) => return Ok(Value::NotImplemented),
    };
    if let Some(s) = other.downcast::<SetObj>() {
        if view.dict.len() <= s.len() {
            let common = SetObj::empty(false);
            let iterator = dict_iterator(&view.dict, view.part);
            while let Some(item) = vm.next(&iterator)? {
                vm.poll()?;
                let hash = vm.hash(&item)?;
                if s.contains_hashed(vm, hash, &item)? {
                    common.add_hashed(vm, hash, item)?;
                }
            }
            return Ok(common.into());
        }
    }
    if let (Some(second), Some(first)) = (set_like(other), set_like(a)) {
        if second.dict.len() > first.dict.len() {
            (view, other) = (second, a);
        }
    }
    let common = SetObj::empty(false);
    let iterator = vm.iter(other)?;
    while let Some(item) = vm.next(&iterator)? {
        if contains(vm, view, &item)? {
            common.add(vm, item)?;
        }
        vm.poll()?;
    }
    Ok(common.into())
}

fn isdisjoint(vm: &Vm, a: &[Value]) -> R {
    let view = this(vm, &a[0])?;
    if vm.native(&a[1]).is(&a[0]) {
        return Ok(view.dict.is_empty().into());
    }
    let other_len = match a[1].kind() {
        Some(Kind::Set | Kind::DictView) => vm.len(&a[1])?,
        _ => 0,
    };
    let (walked, asked) = if other_len > view.dict.len() {
        (&a[0], &a[1])
    } else {
        (&a[1], &a[0])
    };
    let iterator = vm.iter(walked)?;
    while let Some(item) = vm.next(&iterator)? {
        vm.poll()?;
        if vm.contains(asked, &item)? {
            return Ok(Value::False);
        }
    }
    Ok(Value::True)
}

/// True for what a view of keys or items can be compared with: sets and such views.
fn comparable(vm: &Vm, v: &Value) -> bool {
    set_like(v).is_some() || vm.native(v).is_kind(Kind::Set)
}

fn all_contained(vm: &Vm, items: &Value, container: &Value) -> R<bool> {
    let iterator = vm.iter(items)?;
    while let Some(item) = vm.next(&iterator)? {
        vm.poll()?;
        if !vm.contains(container, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn reflected(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::LtE => CmpOp::GtE,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::GtE => CmpOp::LtE,
        op => op,
    }
}

/// The comparison (inclusion) of a view of keys or items with another or a set, or
/// `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    if set_like(a).is_none() {
        return match set_like(b) {
            Some(_) => compare(vm, reflected(op), b, a),
            None => Ok(Value::NotImplemented),
        };
    }
    if !comparable(vm, b) {
        return Ok(Value::NotImplemented);
    }
    let _guard = vm.enter_native()?;
    let (x, y) = (vm.len(a)?, vm.len(b)?);
    let result = match op {
        CmpOp::Eq => x == y && all_contained(vm, a, b)?,
        CmpOp::NotEq => !(x == y && all_contained(vm, a, b)?),
        CmpOp::Lt => x < y && all_contained(vm, a, b)?,
        CmpOp::LtE => x <= y && all_contained(vm, a, b)?,
        CmpOp::Gt => x > y && all_contained(vm, b, a)?,
        CmpOp::GtE => x >= y && all_contained(vm, b, a)?,
        _ => return Ok(Value::NotImplemented),
    };
    Ok(Value::bool(result))
}

/// True if two views of keys or items (or a view and a set) have the same members.
pub fn equal(vm: &Vm, a: &Value, b: &Value) -> R<bool> {
    Ok(compare(vm, CmpOp::Eq, a, b)?.as_bool().unwrap_or(false))
}
