//! `__slots__`: which attributes instances may have, and the descriptors that reach them.

use std::cell::RefCell;

use super::layout::has_dict;
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{Attribute, GetSetObj, MemberObj};
use crate::objects::instance::InstanceObj;
use crate::objects::module::ModuleObj;
use crate::objects::str::{Name, StrObj};
use crate::value::{R, Value};
use crate::vm::Vm;

/// What `__slots__` says.
#[derive(Default)]
pub(super) struct Slots {
    /// The names, mangled.
    names: Vec<Name>,
    /// `__dict__` is among them, or there is no `__slots__`.
    pub(super) dict: bool,
    /// `__weakref__` is among them, or there is no `__slots__`.
    pub(super) weakref: bool,
}

/// Reads `__slots__` out of a class's namespace.
pub(super) fn read(
    vm: &Vm,
    class_name: &str,
    namespace: &DictObj,
    bases: &[Ref<ClassObj>],
) -> R<Slots> {
    let Some(declared) = namespace.get_name(&vm.names.slots_) else {
        return Ok(Slots {
            names: vec![],
            dict: true,
            weakref: true,
        });
    };
    let items = if declared.is_kind(Kind::Str) {
        vec![declared]
    } else {
        vm.collect(&declared)?
    };
    let mut slots = Slots::default();
    check_base(vm, items.len(), bases)?;
    for item in &items {
        let name = slot_name(vm, item)?;
        match name {
            "__dict__" if slots.dict || bases.iter().any(has_dict) => {
                return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
            }
            "__dict__" => slots.dict = true,
            "__weakref__" if slots.weakref || bases.iter().any(has_weakref) => {
                return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
            }
            "__weakref__" => slots.weakref = true,
            _ => slots.names.push(vm.name(&mangle(class_name, name))),
        }
    }
    for name in &slots.names {
        if namespace.get_name(name).is_some() {
            let text = format!(
                "'{}' in __slots__ conflicts with class variable",
                name.as_str()
            );
            return Err(vm.value_error(text));
        }
    }
    Ok(slots)
}

fn has_weakref(class: &Ref<ClassObj>) -> bool {
    !class.is_builtin && class.slots.borrow().is_none()
}

fn slot_name<'a>(vm: &Vm, item: &'a Value) -> R<&'a str> {
    let Some(text) = item.downcast::<StrObj>() else {
        return Err(vm.type_error(format!(
            "__slots__ items must be strings, not '{}'",
            vm.type_name(item)
        )));
    };
    let text = text.as_str();
    let mut chars = text.chars();
    let starts = chars
        .next()
        .is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c));
    if !starts || !chars.all(unicode_ident::is_xid_continue) {
        return Err(vm.type_error("__slots__ must be identifiers"));
    }
    Ok(text)
}

fn is_set(vm: &Vm, class: &Ref<ClassObj>) -> bool {
    class.is_subclass(&vm.classes.set) || class.is_subclass(&vm.classes.frozenset)
}

/// True for classes whose instances are of variable size in CPython.
fn is_sized(vm: &Vm, class: &Ref<ClassObj>) -> bool {
    let c = &vm.classes;
    [&c.int, &c.tuple, &c.bytes, &c.type_]
        .iter()
        .any(|sized| class.is_subclass(sized))
}

/// Objects of variable size have no room for slots.
fn check_base(vm: &Vm, count: usize, bases: &[Ref<ClassObj>]) -> R<()> {
    if count == 0 {
        return Ok(());
    }
    if let Some(base) = bases.iter().find(|b| is_sized(vm, b)) {
        return Err(vm.type_error(format!(
            "nonempty __slots__ not supported for subtype of '{}'",
            base.name_text()
        )));
    }
    Ok(())
}

/// A private name (`__x`) as it is inside a class.
fn mangle(class_name: &str, name: &str) -> String {
    let class = class_name.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || class.is_empty() {
        return name.to_owned();
    }
    format!("_{class}{name}")
}

/// Puts descriptors into the class, and notes which attributes its instances may have.
pub(super) fn install(class: &Ref<ClassObj>, vm: &Vm, slots: &Slots) {
    let bases = class.bases.borrow().clone();
    for name in &slots.names {
        let member = MemberObj {
            name: name.clone(),
            class: RefCell::new(Some(class.clone())),
        };
        class
            .namespace
            .write()
            .insert(name.clone(), Ref::new(member).into());
    }
    // Exceptions have a `__dict__`, but cannot be referred to weakly.
    let is_exception =
        |b: &Ref<ClassObj>| b.is_builtin && b.is_subclass(&vm.exceptions.BaseException);
    let inherits_dict = bases.iter().any(has_dict);
    let rows = [
        (&DICT, slots.dict && !inherits_dict),
        (
            &WEAKREF,
            slots.weakref
                && !bases.iter().any(|b| has_dict(b) && !is_exception(b))
                && !bases.iter().any(has_weakref)
                && !bases.iter().any(|b| is_sized(vm, b) || is_set(vm, b)),
        ),
    ];
    for (row, wanted) in rows {
        if wanted {
            let descriptor = Ref::new(GetSetObj {
                row,
                class: class.clone(),
            });
            let name = vm.name(row.name);
            class
                .namespace
                .write()
                .entry(name)
                .or_insert(descriptor.into());
        }
    }
    if !slots.dict && !inherits_dict {
        let inherited = bases
            .iter()
            .flat_map(|b| b.slots.borrow().clone().into_iter());
        let mut allowed: Vec<Name> = inherited.flat_map(|names| names.to_vec()).collect();
        allowed.extend(slots.names.iter().cloned());
        *class.slots.borrow_mut() = Some(allowed.into());
    }
}

/// `__dict__` of plain instances, for builtin classes whose instances are such.
pub const INSTANCE_DICT: Attribute = Attribute {
    name: "__dict__",
    get: get_dict,
    set: Some(set_dict),
};
static DICT: Attribute = Attribute {
    name: "__dict__",
    get: get_dict,
    set: Some(set_dict),
};
static WEAKREF: Attribute = Attribute {
    name: "__weakref__",
    get: get_weakref,
    set: None,
};

fn get_dict(vm: &Vm, v: &Value) -> R {
    if let Some(instance) = v.downcast::<InstanceObj>() {
        return Ok(instance.dict().into());
    }
    if let Some(module) = v.downcast::<ModuleObj>() {
        return Ok((&module.dict).into());
    }
    match v.downcast::<ExceptionObj>() {
        Some(exception) => Ok(exception.attrs().into()),
        None => Err(vm.no_attribute(v, &vm.names.dict_)),
    }
}

fn set_dict(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let Some(instance) = v.downcast::<InstanceObj>() else {
        return Err(vm.no_attribute(v, &vm.names.dict_));
    };
    if value.is_unbound() {
        instance.set_dict(crate::objects::dict::new_dict());
        return Ok(());
    }
    let native = vm.native(value);
    let Some(dict) = native.downcast::<DictObj>() else {
        return Err(vm.type_error(format!(
            "__dict__ must be set to a dictionary, not a '{}'",
            vm.type_name(value)
        )));
    };
    instance.set_dict(dict.clone());
    Ok(())
}

fn get_weakref(vm: &Vm, v: &Value) -> R {
    Ok(v.as_obj()
        .map_or(Value::None, |o| crate::builtins::weakref::first(vm, o)))
}
