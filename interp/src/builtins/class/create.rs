//! `type.__new__`: makes a class out of a name, bases and a namespace.

use std::cell::RefCell;

use super::{layout, note_pending, slots};
use crate::object::{Kind, Ref};
use crate::objects::cell::CellObj;
use crate::objects::class::{ClassObj, linearize};
use crate::objects::dict::DictObj;
use crate::objects::function::{ClassMethodObj, FunctionObj, NativeObj, StaticMethodObj};
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::TupleObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `type.__new__(meta, name, bases, dict, **keywords)`.
pub(super) fn new_class(
    vm: &Vm,
    meta: &Ref<ClassObj>,
    arguments: &[Value],
    keywords: Vec<(Name, Value)>,
) -> R {
    let [name, bases, namespace] = arguments else {
        let text = if meta.is(&vm.classes.type_) {
            "type() takes 1 or 3 arguments".to_owned()
        } else {
            format!(
                "type.__new__() takes exactly 3 arguments ({} given)",
                arguments.len()
            )
        };
        return Err(vm.type_error(text));
    };
    let wrong = |at: usize, wanted: &str, given: &Value| {
        vm.type_error(format!(
            "type.__new__() argument {at} must be {wanted}, not {}",
            match given {
                Value::None => "None".to_owned(),
                _ => vm.type_name(given).to_string(),
            }
        ))
    };
    let (name_value, bases_value, ns_value) =
        (vm.native(name), vm.native(bases), vm.native(namespace));
    let name = name_value
        .downcast::<StrObj>()
        .ok_or_else(|| wrong(1, "str", name))?;
    let bases = bases_value
        .downcast::<TupleObj>()
        .ok_or_else(|| wrong(2, "tuple", bases))?;
    let namespace = ns_value
        .downcast::<DictObj>()
        .ok_or_else(|| wrong(3, "dict", namespace))?;
    if name.as_str().contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    refuse_stand_ins(vm, bases.items())?;
    let winner = layout::metaclass(vm, meta, bases.items())?;
    if !winner.is(meta) {
        let new = winner
            .lookup(vm, &vm.names.new_)
            .map(|n| vm.unwrap_method(&n));
        let own = vm.classes.type_.lookup(vm, &vm.names.new_);
        let own = own.map(|n| vm.unwrap_method(&n)).unwrap_or(Value::None);
        if let Some(new) = new.filter(|n| !n.is(&own)) {
            return call_other_new(vm, &new, &winner, arguments, keywords);
        }
    }
    let bases = base_classes(vm, bases.items())?;
    make(
        vm,
        &winner,
        &vm.interned.name_of(name),
        bases,
        &namespace.copy(),
        keywords,
    )
}

/// Leaves the making to the `__new__` of the metaclass of a base.
fn call_other_new(
    vm: &Vm,
    new: &Value,
    winner: &Ref<ClassObj>,
    arguments: &[Value],
    keywords: Vec<(Name, Value)>,
) -> R {
    let mut args = vec![Value::from(winner)];
    args.extend_from_slice(arguments);
    let (names, values): (Vec<_>, Vec<_>) = keywords.into_iter().unzip();
    args.extend(values);
    vm.call_kw(new, &args, &names)
}

/// Only a `class` statement asks a base that is no class what stands for it.
fn refuse_stand_ins(vm: &Vm, bases: &[Value]) -> R<()> {
    for base in bases {
        let is_class = base.is_kind(Kind::Class);
        if !is_class && vm.find_attr(base, &vm.names.mro_entries_)?.is_some() {
            return Err(
                vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    Ok(())
}

fn base_classes(vm: &Vm, bases: &[Value]) -> R<Vec<Ref<ClassObj>>> {
    let mut classes: Vec<Ref<ClassObj>> = Vec::new();
    for base in bases {
        let Some(class) = base.downcast::<ClassObj>() else {
            return Err(vm.type_error("bases must be types"));
        };
        classes.push(class.clone());
    }
    if classes.is_empty() {
        classes.push(vm.classes.object.clone());
    }
    Ok(classes)
}

fn make(
    vm: &Vm,
    meta: &Ref<ClassObj>,
    name: &Name,
    bases: Vec<Ref<ClassObj>>,
    namespace: &Ref<DictObj>,
    keywords: Vec<(Name, Value)>,
) -> R {
    let layout = layout::layout(vm, &bases)?;
    let slots = slots::read(vm, name.as_str(), namespace, &bases)?;
    let ancestors = order(vm, &bases)?;
    let class = Ref::new(ClassObj::unlinked(name, layout, false));
    *class.metaclass.borrow_mut() = Some(meta.clone());
    let builtin = ancestors
        .iter()
        .find(|c| c.is_builtin && !c.is(&vm.classes.object))
        .cloned();
    *class.native_base.borrow_mut() = builtin;
    class.link(bases, ancestors);
    let cell = namespace.remove_name(&vm.names.classcell_);
    take_qualname(vm, &class, namespace)?;
    fill(vm, &class, namespace);
    slots::install(&class, vm, &slots);
    complete(vm, &class);
    custom_order(vm, &class, meta)?;
    class.compute_flags(vm);
    expect_slots(vm, &class);
    if let Some(cell) = cell {
        set_cell(vm, &cell, &class)?;
    }
    call_set_name(vm, &class, namespace)?;
    call_init_subclass(vm, &class, keywords)?;
    Ok(class.into())
}

/// How many attributes the instances will have: as many as `__init__` sets, beside those of the
/// base.
fn expect_slots(vm: &Vm, class: &Ref<ClassObj>) {
    let of_base = |b: &Ref<ClassObj>| b.expected_slots.get();
    let inherited = class.bases.borrow().iter().map(of_base).max();
    let own = class.own(vm, &vm.names.init_);
    let own = own
        .as_ref()
        .and_then(|init| init.downcast::<FunctionObj>())
        .map_or(0, |init| init.code.self_attributes);
    let expected = inherited.unwrap_or(0).saturating_add(own);
    class.expected_slots.set(expected.min(MOST_EXPECTED));
}

/// More slots than this are not set aside before they are needed.
const MOST_EXPECTED: u16 = 32;

fn order(vm: &Vm, bases: &[Ref<ClassObj>]) -> R<Vec<Ref<ClassObj>>> {
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].iter().any(|b| b.is(base)) {
            return Err(vm.type_error(format!("duplicate base class {}", base.name_text())));
        }
    }
    linearize(bases).ok_or_else(|| {
        let names: Vec<String> = conflicting(bases).iter().map(|c| c.name_text()).collect();
        vm.type_error(format!(
            "Cannot create a consistent method resolution order (MRO) for bases {}",
            names.join(", ")
        ))
    })
}

/// The classes none of which can come next where the orders of the bases contradict each other.
fn conflicting(bases: &[Ref<ClassObj>]) -> Vec<Ref<ClassObj>> {
    let mut lists: Vec<Vec<Ref<ClassObj>>> = bases.iter().map(|b| b.mro()).collect();
    lists.push(bases.to_vec());
    loop {
        lists.retain(|l| !l.is_empty());
        let is_behind = |c: &Ref<ClassObj>| lists.iter().any(|l| l[1..].iter().any(|o| o.is(c)));
        let Some(next) = lists.iter().map(|l| l[0].clone()).find(|c| !is_behind(c)) else {
            break;
        };
        for list in &mut lists {
            if list[0].is(&next) {
                list.remove(0);
            }
        }
    }
    let mut heads: Vec<Ref<ClassObj>> = Vec::new();
    for list in &lists {
        if !heads.iter().any(|h| h.is(&list[0])) {
            heads.push(list[0].clone());
        }
    }
    heads
}

/// The order by a metaclass's own `mro`.
fn custom_order(vm: &Vm, class: &Ref<ClassObj>, meta: &Ref<ClassObj>) -> R<()> {
    let Some(mro) = meta
        .lookup(vm, &vm.names.mro)
        .filter(|m| !m.is_kind(Kind::Native))
    else {
        return Ok(());
    };
    let order = vm.call_unbound(&mro, &class.into(), &[], &[])?;
    let mut ancestors = Vec::new();
    for c in vm.collect(&order)? {
        match c.downcast::<ClassObj>() {
            Some(c) if c.is(class) => {}
            Some(c) => ancestors.push(c.clone()),
            None => {
                let text = format!("mro() returned a non-class ('{}')", vm.type_name(&c));
                return Err(vm.type_error(text));
            }
        }
    }
    let old = class.ancestors.replace(ancestors);
    drop(old);
    class.changed(vm, true);
    Ok(())
}

fn take_qualname(vm: &Vm, class: &Ref<ClassObj>, namespace: &DictObj) -> R<()> {
    let Some(qualname) = namespace.remove_name(&vm.names.qualname_) else {
        return Ok(());
    };
    let Some(text) = qualname.downcast::<StrObj>() else {
        let given = vm.type_name(&qualname);
        return Err(vm.type_error(format!("type __qualname__ must be a str, not {given}")));
    };
    *class.qualname.borrow_mut() = vm.interned.name_of(text);
    Ok(())
}

/// Puts the names of the class body into the class. Some functions become static or class
/// methods by their names.
fn fill(vm: &Vm, class: &Ref<ClassObj>, namespace: &DictObj) {
    let names = &vm.names;
    for (key, value) in namespace.entries() {
        let Some(key) = key.downcast::<StrObj>() else {
            continue;
        };
        let name = vm.interned.name_of(key);
        let is_function = value.is_kind(Kind::Function);
        let value = if is_function && name == names.new_ {
            Ref::new(StaticMethodObj {
                function: value,
                attrs: RefCell::default(),
            })
            .into()
        } else if is_function && (name == names.init_subclass_ || name == names.class_getitem_) {
            Ref::new(ClassMethodObj {
                function: value,
                attrs: RefCell::default(),
            })
            .into()
        } else {
            value
        };
        class.namespace.write().insert(name, value);
    }
}

/// The entries that every class has.
fn complete(vm: &Vm, class: &Ref<ClassObj>) {
    let names = &vm.names;
    let module = vm
        .frame()
        .and_then(|f| f.function().globals.get_name(&names.name_));
    let mut namespace = class.namespace.write();
    if let Some(module) = module {
        namespace.entry(names.module_.clone()).or_insert(module);
    }
    namespace.entry(names.doc_.clone()).or_insert(Value::None);
    if namespace.contains_key(&names.eq_) {
        namespace.entry(names.hash_.clone()).or_insert(Value::None);
    }
}

fn set_cell(vm: &Vm, cell: &Value, class: &Ref<ClassObj>) -> R<()> {
    let Some(cell) = cell.downcast::<CellObj>() else {
        let given = vm.repr_or_name(&vm.class_of(cell).into());
        return Err(vm.type_error(format!(
            "type.__new__: __classcell__ must be a nonlocal cell, not {given}"
        )));
    };
    let old = cell.value.replace(class.into());
    drop(old);
    Ok(())
}

fn call_set_name(vm: &Vm, class: &Ref<ClassObj>, namespace: &DictObj) -> R<()> {
    for (key, value) in namespace.entries() {
        if !matches!(
            value.kind(),
            Some(Kind::Instance | Kind::Host | Kind::Property | Kind::Class | Kind::Exception)
        ) {
            continue;
        }
        let arguments = [class.into(), key.clone()];
        if let Err(Raised) = vm.call_special(&value, &vm.names.set_name_, &arguments) {
            let text = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                vm.type_name(&value),
                vm.repr_or_name(&key),
                class.name_text()
            );
            return Err(note_pending(vm, &text));
        }
    }
    Ok(())
}

/// `super(class, class).__init_subclass__(**keywords)`.
fn call_init_subclass(vm: &Vm, class: &Ref<ClassObj>, keywords: Vec<(Name, Value)>) -> R<()> {
    let ancestors = class.ancestors.get();
    let Some(hook) = ancestors
        .iter()
        .find_map(|c| c.own(vm, &vm.names.init_subclass_))
    else {
        return Ok(());
    };
    let wrapped = vm.unwrap_method(&hook);
    let of_object = wrapped.downcast::<NativeObj>().is_some() && vm.is_objects_own(&wrapped);
    if of_object && keywords.is_empty() {
        return Ok(());
    }
    let bound = vm.bind(hook, &Value::Unbound, class)?;
    let (names, values): (Vec<_>, Vec<_>) = keywords.into_iter().unzip();
    vm.call_kw(&bound, &values, &names).map(drop)
}
