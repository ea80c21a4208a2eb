//! What CPython tells of the memory of instances: `__flags__`, `__basicsize__` and the like. Ours
//! is laid out otherwise; these are the numbers that programs compare with.

use super::layout::has_dict;
use super::this_class;
use crate::object::Ref;
use crate::objects::class::{ClassObj, flags};
use crate::objects::function::Attribute;
use crate::value::{R, Value};
use crate::vm::Vm;

/// What sort of class it is.
pub(super) const FLAGS: Attribute = Attribute {
    name: "__flags__",
    get: get_flags,
    set: None,
};
/// The size of an instance.
pub(super) const BASIC_SIZE: Attribute = Attribute {
    name: "__basicsize__",
    get: |vm, v| Ok(Value::Int(sizes(vm, this_class(vm, v, "__basicsize__")?).0)),
    set: None,
};
/// The size of an item of an instance.
pub(super) const ITEM_SIZE: Attribute = Attribute {
    name: "__itemsize__",
    get: |vm, v| Ok(Value::Int(sizes(vm, this_class(vm, v, "__itemsize__")?).1)),
    set: None,
};
/// Whether instances have a `__dict__`.
pub(super) const DICT_OFFSET: Attribute = Attribute {
    name: "__dictoffset__",
    get: |vm, v| {
        let class = this_class(vm, v, "__dictoffset__")?;
        let is_own = !class.is_builtin && has_dict(class);
        Ok(Value::Int(if is_own { -1 } else { 0 }))
    },
    set: None,
};
/// Whether they can be referred to weakly.
pub(super) const WEAKREF_OFFSET: Attribute = Attribute {
    name: "__weakrefoffset__",
    get: |vm, v| {
        let class = this_class(vm, v, "__weakrefoffset__")?;
        let is_there = class.lookup(vm, &vm.name("__weakref__")).is_some();
        Ok(Value::Int(if is_there { -32 } else { 0 }))
    },
    set: None,
};
/// None.
pub(super) const TEXT_SIGNATURE: Attribute = Attribute {
    name: "__text_signature__",
    get: |_, _| Ok(Value::None),
    set: None,
};

/// Bits of `__flags__` by their position.
const IMMUTABLE: i64 = 8;
const HEAP: i64 = 9;
const BASE: i64 = 10;
const READY: i64 = 12;
const ABSTRACT: i64 = 20;

fn get_flags(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__flags__")?;
    let c = &vm.classes;
    let mut bits = 1 << READY;
    let mut set = |bit: i64, on: bool| bits |= i64::from(on) << bit;
    set(IMMUTABLE, class.is_builtin);
    set(HEAP, !class.is_builtin);
    set(BASE, class.can_subclass.get());
    set(ABSTRACT, class.has(flags::ABSTRACT));
    let kinds = [
        (24, &c.int),
        (25, &c.list),
        (26, &c.tuple),
        (27, &c.bytes),
        (28, &c.str),
        (29, &c.dict),
        (30, &vm.exceptions.BaseException),
        (31, &c.type_),
    ];
    for (bit, kind) in kinds {
        set(bit, class.is_subclass(kind));
    }
    Ok(Value::Int(bits))
}

/// The size of an instance, and that of each item of one that has any.
fn sizes(vm: &Vm, class: &Ref<ClassObj>) -> (i64, i64) {
    let c = &vm.classes;
    let known = [
        (&c.int, 24, 4),
        (&c.float, 24, 0),
        (&c.list, 40, 0),
        (&c.tuple, 24, 8),
        (&c.dict, 48, 0),
        (&c.str, 64, 0),
        (&c.bytes, 33, 1),
        (&c.set, 200, 0),
        (&vm.exceptions.BaseException, 72, 0),
        (&c.type_, 928, 40),
    ];
    let (base, item) = known
        .iter()
        .find(|(kind, ..)| class.is_subclass(kind))
        .map_or((16, 0), |(_, base, item)| (*base, *item));
    let slots = class.slots.borrow().as_ref().map_or(0, |names| names.len());
    (base + 8 * slots as i64, item)
}
