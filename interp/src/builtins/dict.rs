//! `dict`: its methods, `|` and equality. Views are in `dict_view`, filling in `update`.

mod update;

pub use update::{update_from, update_keywords};

use aio_parser::ast::{BinaryOp, CmpOp};

use super::list::{too_many, wrong_receiver};
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::iterator::{DictPart, DictViewObj};
use crate::objects::tuple::{TupleObj, tuple_of};
use crate::ops::iter::{dict_iterator, dict_reversed};
use crate::ops::subscript::generic_alias;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `dict`.
pub static DICT: ClassSpec = ClassSpec {
    name: "dict",
    module: "builtins",
    doc: "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
    layout: Layout::Native(Kind::Dict),
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create an empty dict.",
            new,
        ),
        method("__init__(*args, **kwargs)", "Fill the dict.", |vm, a| {
            update(vm, a, "dict")
        }),
        class_method(
            "fromkeys(iterable, value=None, /)",
            "Create a new dictionary with keys from iterable and values set to value.",
            fromkeys,
        ),
        method("clear()", "Remove all items from the dict.", |vm, a| {
            this(vm, &a[0])?.clear_entries();
            Ok(Value::None)
        }),
        method("copy()", "Return a shallow copy of the dict.", |vm, a| {
            Ok(this(vm, &a[0])?.copy().into())
        }),
        method(
            "get(key, default=None, /)",
            "Return the value for key if key is in the dictionary, else default.",
            get,
        ),
        method(
            "items()",
            "Return a set-like object providing a view on the dict's items.",
            |vm, a| view(vm, &a[0], DictPart::Items),
        ),
        method(
            "keys()",
            "Return a set-like object providing a view on the dict's keys.",
            |vm, a| view(vm, &a[0], DictPart::Keys),
        ),
        method(
            "values()",
            "Return an object providing a view on the dict's values.",
            |vm, a| view(vm, &a[0], DictPart::Values),
        ),
        method(
            "pop(key, default=<unrepresentable>, /)",
            "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
            pop,
        ),
        method(
            "popitem()",
            "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.",
            popitem,
        ),
        method(
            "setdefault(key, default=None, /)",
            "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
            setdefault,
        ),
        method(
            "update(*args, **kwargs)",
            "Update D from mapping/iterable E and F.",
            |vm, a| update(vm, a, "update"),
        ),
        method("__len__()", "Return len(self).", |vm, a| {
            Ok(this(vm, &a[0])?.len().into())
        }),
        method("__getitem__(key, /)", "Return self[key].", |vm, a| {
            let dict = this(vm, &a[0])?;
            match vm.class_of(&a[0]).is(&vm.classes.dict) {
                true => get_item(vm, dict, &a[1]),
                false => vm.item_or_missing(&a[0], dict, &a[1]),
            }
        }),
        method(
            "__setitem__(key, value, /)",
            "Set self[key] to value.",
            |vm, a| {
                let old = this(vm, &a[0])?.set(vm, a[1].clone(), a[2].clone())?;
                drop(old);
                Ok(Value::None)
            },
        ),
        method("__delitem__(key, /)", "Delete self[key].", |vm, a| {
            del_item(vm, this(vm, &a[0])?, &a[1]).map(|()| Value::None)
        }),
        method(
            "__contains__(key, /)",
            "True if the dictionary has the specified key, else False.",
            |vm, a| Ok(this(vm, &a[0])?.get(vm, &a[1])?.is_some().into()),
        ),
        method("__iter__()", "Implement iter(self).", |vm, a| {
            Ok(dict_iterator(this(vm, &a[0])?, DictPart::Keys))
        }),
        method(
            "__reversed__()",
            "Return a reverse iterator over the dict keys.",
            |vm, a| Ok(dict_reversed(this(vm, &a[0])?, DictPart::Keys)),
        ),
        method("__eq__(value, /)", "Return self==value.", |vm, a| {
            compare(vm, CmpOp::Eq, &a[0], &a[1])
        }),
        method("__ne__(value, /)", "Return self!=value.", |vm, a| {
            compare(vm, CmpOp::NotEq, &a[0], &a[1])
        }),
        method("__or__(value, /)", "Return self|value.", |vm, a| {
            binary(vm, BinaryOp::BitOr, &a[0], &a[1])
        }),
        method("__ror__(value, /)", "Return value|self.", |vm, a| {
            binary(vm, BinaryOp::BitOr, &a[1], &a[0])
        }),
        method("__ior__(value, /)", "Return self|=value.", |vm, a| {
            inplace(vm, BinaryOp::BitOr, &a[0], &a[1])
        }),
        method("__lt__(value, /)", "Return self<value.", unordered),
        method("__le__(value, /)", "Return self<=value.", unordered),
        method("__gt__(value, /)", "Return self>value.", unordered),
        method("__ge__(value, /)", "Return self>=value.", unordered),
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

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<DictObj>> {
    v.downcast::<DictObj>()
        .ok_or_else(|| wrong_receiver(vm, "dict", v))
}

/// `dict(*args)`: what a call of the class itself without keywords gives.
pub fn construct(vm: &Vm, args: &[Value]) -> R {
    let dict = new_dict();
    match args {
        [] => {}
        [from] => update_from(vm, &dict, from)?,
        _ => return Err(too_many(vm, "dict", args.len())),
    }
    Ok(dict.into())
}

fn unordered(vm: &Vm, a: &[Value]) -> R {
    this(vm, &a[0]).map(|_| Value::NotImplemented)
}

fn new(vm: &Vm, a: &[Value]) -> R {
    super::int::new_class(vm, &a[0], &vm.classes.dict)?;
    vm.wrap_new(&a[0], new_dict().into())
}

/// `dict.__init__` and `dict.update`.
fn update(vm: &Vm, a: &[Value], name: &str) -> R {
    let this = this(vm, &a[0])?;
    let args = a[1].downcast::<TupleObj>().map_or(&[][..], |t| t.items());
    match args {
        [] => {}
        [from] => update_from(vm, this, from)?,
        _ => return Err(too_many(vm, name, args.len())),
    }
    update_keywords(this, &a[2]);
    Ok(Value::None)
}

fn fromkeys(vm: &Vm, a: &[Value]) -> R {
    let value = a[2].or(Value::None);
    let plain = a[0]
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is(&vm.classes.dict));
    let made = if plain {
        new_dict().into()
    } else {
        vm.call(&a[0], &[])?
    };
    let iterator = vm.iter(&a[1])?;
    let dict = made.downcast::<DictObj>();
    while let Some(key) = vm.next(&iterator)? {
        vm.poll()?;
        match dict {
            Some(dict) => drop(dict.set(vm, key, value.clone())?),
            None => vm.set_item(&made, &key, value.clone())?,
        }
    }
    Ok(made)
}

fn get(vm: &Vm, a: &[Value]) -> R {
    Ok(this(vm, &a[0])?
        .get(vm, &a[1])?
        .unwrap_or_else(|| a[2].or(Value::None)))
}

fn view(vm: &Vm, v: &Value, part: DictPart) -> R {
    Ok(Ref::new(DictViewObj {
        dict: this(vm, v)?.clone(),
        part,
        ordered: false,
    })
    .into())
}

fn pop(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    // Of an empty dict the key is not even hashed.
    let removed = if this.is_empty() {
        None
    } else {
        this.remove(vm, &a[1])?
    };
    match removed {
        Some((_, value)) => Ok(value),
        None if a[2].is_unbound() => Err(vm.key_error(&a[1])),
        None => Ok(a[2].clone()),
    }
}

fn popitem(vm: &Vm, a: &[Value]) -> R {
    match this(vm, &a[0])?.pop_last() {
        Some((key, value)) => Ok(tuple_of([key, value])),
        None => Err(vm.key_error(&vm.text("popitem(): dictionary is empty"))),
    }
}

fn setdefault(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let hash = vm.hash(&a[1])?;
    this.get_or_add(vm, hash, &a[1], || a[2].or(Value::None))
}

/// `dict.__getitem__`.
#[inline]
pub fn get_item(vm: &Vm, this: &Ref<DictObj>, key: &Value) -> R {
    match this.get(vm, key)? {
        Some(value) => Ok(value),
        None => Err(vm.key_error(key)),
    }
}

/// `dict.__delitem__`.
pub fn del_item(vm: &Vm, this: &Ref<DictObj>, key: &Value) -> R<()> {
    match this.remove(vm, key)? {
        Some(removed) => {
            drop(removed);
            Ok(())
        }
        None => Err(vm.key_error(key)),
    }
}

/// The dict that `v` is or carries.
pub(crate) fn as_dict(vm: &Vm, v: &Value) -> Option<Ref<DictObj>> {
    match v.kind()? {
        Kind::Dict => v.downcast::<DictObj>().cloned(),
        Kind::Instance => vm.native(v).downcast::<DictObj>().cloned(),
        _ => None,
    }
}

/// `a | b` of dicts, or `NotImplemented`.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    if op != BinaryOp::BitOr {
        return Ok(Value::NotImplemented);
    }
    let (Some(x), Some(_)) = (as_dict(vm, a), as_dict(vm, b)) else {
        return Ok(Value::NotImplemented);
    };
    let union = x.copy();
    update_from(vm, &union, b)?;
    Ok(union.into())
}

/// `a |= b` for a dict `a`.
pub fn inplace(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    match as_dict(vm, a) {
        Some(this) if op == BinaryOp::BitOr => {
            update_from(vm, &this, b)?;
            Ok(a.clone())
        }
        _ => Ok(Value::NotImplemented),
    }
}

/// `a == b`, `a != b` of dicts, or `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (as_dict(vm, a), as_dict(vm, b)) else {
        return Ok(Value::NotImplemented);
    };
    match op {
        CmpOp::Eq => Ok(Value::bool(equal_dicts(vm, &x, &y)?)),
        CmpOp::NotEq => Ok(Value::bool(!equal_dicts(vm, &x, &y)?)),
        _ => Ok(Value::NotImplemented),
    }
}

/// True if two dicts are equal.
pub fn equal(vm: &Vm, a: &Value, b: &Value) -> R<bool> {
    Ok(compare(vm, CmpOp::Eq, a, b)?.as_bool().unwrap_or(false))
}

fn equal_dicts(vm: &Vm, x: &Ref<DictObj>, y: &Ref<DictObj>) -> R<bool> {
    if x.len() != y.len() {
        return Ok(false);
    }
    let _guard = vm.enter_native()?;
    let mut at = 0;
    // Either may change while values are compared; positions only ever go up.
    while let Some((next, hash, key, value)) = x.next_hashed(at) {
        at = next;
        let Some(other) = y.get_hashed(vm, hash, &key)? else {
            return Ok(false);
        };
        if !super::list::arith::same(vm, &value, &other)? {
            return Ok(false);
        }
    }
    Ok(true)
}
