//! The attributes of classes: `__name__`, `__bases__`, `__dict__`, …

use super::layout_numbers as numbers;
use super::{TYPE, layout, this_class};
use crate::builtins::{function, property};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, flags};
use crate::objects::dict::new_dict;
use crate::objects::function::{Attribute, MappingProxyObj};
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const ATTRIBUTES: &[Attribute] = &[
    numbers::FLAGS,
    numbers::BASIC_SIZE,
    numbers::ITEM_SIZE,
    numbers::DICT_OFFSET,
    numbers::WEAKREF_OFFSET,
    numbers::TEXT_SIGNATURE,
    Attribute {
        name: "__name__",
        get: get_name,
        set: Some(set_name),
    },
    Attribute {
        name: "__qualname__",
        get: get_qualname,
        set: Some(set_qualname),
    },
    Attribute {
        name: "__bases__",
        get: get_bases,
        set: Some(set_bases),
    },
    Attribute {
        name: "__base__",
        get: get_base,
        set: None,
    },
    Attribute {
        name: "__mro__",
        get: get_mro,
        set: None,
    },
    Attribute {
        name: "__dict__",
        get: get_dict,
        set: None,
    },
    Attribute {
        name: "__annotations__",
        get: get_annotations,
        set: Some(set_annotations),
    },
    Attribute {
        name: "__abstractmethods__",
        get: get_abstract,
        set: Some(set_abstract),
    },
    Attribute {
        name: "__type_params__",
        get: get_type_params,
        set: Some(set_type_params),
    },
];

/// What each class has for itself, in spite of the entries of `type`.
pub(crate) const PER_CLASS: &[Attribute] = &[
    Attribute {
        name: "__doc__",
        get: get_doc,
        set: Some(set_doc),
    },
    Attribute {
        name: "__module__",
        get: get_module,
        set: Some(set_module),
    },
];

fn get_name(vm: &Vm, v: &Value) -> R {
    Ok(Value::from(&*this_class(vm, v, "__name__")?.name.borrow()))
}

/// A name that is assigned to `__name__` or `__qualname__`.
fn assigned_name(vm: &Vm, class: &Ref<ClassObj>, value: &Value, attribute: &str) -> R<Name> {
    let name = class.name_text();
    if value.is_unbound() {
        return Err(vm.type_error(format!(
            "cannot delete '{attribute}' attribute of immutable type '{name}'"
        )));
    }
    match value.downcast::<StrObj>() {
        Some(text) => Ok(vm.interned.name_of(text)),
        None => Err(vm.type_error(format!(
            "can only assign string to {name}.{attribute}, not '{}'",
            vm.type_name(value)
        ))),
    }
}

fn set_name(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__name__")?;
    *class.name.borrow_mut() = assigned_name(vm, class, value, "__name__")?;
    Ok(())
}

fn get_qualname(vm: &Vm, v: &Value) -> R {
    Ok(Value::from(
        &*this_class(vm, v, "__qualname__")?.qualname.borrow(),
    ))
}

fn set_qualname(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__qualname__")?;
    *class.qualname.borrow_mut() = assigned_name(vm, class, value, "__qualname__")?;
    Ok(())
}

fn get_bases(vm: &Vm, v: &Value) -> R {
    let bases = this_class(vm, v, "__bases__")?.bases.borrow();
    Ok(tuple(bases.iter().map(Value::from).collect()))
}

fn set_bases(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__bases__")?;
    let name = class.name_text();
    if class.is_builtin {
        return Err(vm.immutable_class(class, "__bases__"));
    }
    if value.is_unbound() {
        return Err(vm.type_error(format!(
            "cannot delete '__bases__' attribute of type '{name}'"
        )));
    }
    let Some(given) = value.downcast::<TupleObj>() else {
        let given = vm.type_name(value);
        return Err(vm.type_error(format!(
            "can only assign tuple to {name}.__bases__, not {given}"
        )));
    };
    if given.items().is_empty() {
        return Err(vm.type_error(format!(
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        )));
    }
    let mut bases: Vec<Ref<ClassObj>> = Vec::new();
    for base in given.items() {
        let Some(base) = base.downcast::<ClassObj>() else {
            return Err(vm.type_error(format!(
                "{name}.__bases__ must be tuple of classes, not '{}'",
                vm.type_name(base)
            )));
        };
        if base.is_subclass(class) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
        bases.push(base.clone());
    }
    if layout::layout(vm, &bases)? != class.layout {
        return Err(vm.type_error(format!(
            "__bases__ assignment: '{}' object layout differs from '{}'",
            bases[0].name_text(),
            class.bases.borrow()[0].name_text()
        )));
    }
    class.rebase(vm, bases)
}

fn get_base(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__base__")?;
    let best = layout::best_base(vm, &class.bases.borrow());
    Ok(best.map_or(Value::None, Value::from))
}

fn get_mro(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__mro__")?;
    Ok(tuple(class.mro().into_iter().map(Value::from).collect()))
}

fn get_dict(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__dict__")?;
    drop(class.own(vm, &vm.names.doc_));
    Ok(Ref::new(MappingProxyObj { of: class.into() }).into())
}

fn get_annotations(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__annotations__")?;
    if let Some(own) = class.own(vm, &vm.names.annotations_) {
        return Ok(own);
    }
    if class.is_builtin {
        return Err(vm.no_attribute(v, &vm.names.annotations_));
    }
    let dict = Value::from(new_dict());
    class.set_own(vm, &vm.names.annotations_, dict.clone());
    Ok(dict)
}

fn set_annotations(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__annotations__")?;
    set_or_remove(vm, class, &vm.names.annotations_, value)
}

/// Sets an entry of a class's namespace; `Unbound` removes it.
/// Raises where CPython does not let go of an attribute of a class: with its own words.
fn check_special(vm: &Vm, class: &Ref<ClassObj>, name: &str, value: &Value) -> R<()> {
    let what = match value.is_unbound() {
        true => "delete",
        false if class.is_builtin => "set",
        false => return Ok(()),
    };
    Err(vm.type_error(format!(
        "cannot {what} '{name}' attribute of immutable type '{}'",
        class.name_text()
    )))
}

fn set_or_remove(vm: &Vm, class: &Ref<ClassObj>, name: &Name, value: &Value) -> R<()> {
    if !value.is_unbound() {
        class.set_own(vm, name, value.clone());
        return Ok(());
    }
    match class.remove_own(vm, name) {
        Some(_) => Ok(()),
        None => Err(vm.attribute_error(name.as_str(), &name.into(), &class.into())),
    }
}

fn get_abstract(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__abstractmethods__")?;
    let name = &vm.names.abstractmethods_;
    let own = if class.is(&vm.classes.type_) {
        None
    } else {
        class.own(vm, name)
    };
    own.ok_or_else(|| vm.attribute_error(name.as_str(), &name.into(), v))
}

fn set_abstract(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__abstractmethods__")?;
    let is_abstract = !value.is_unbound() && vm.truth(value)?;
    set_or_remove(vm, class, &vm.names.abstractmethods_, value)?;
    let rest = class.flags.get() & !flags::ABSTRACT;
    class.flags.set(if is_abstract {
        rest | flags::ABSTRACT
    } else {
        rest
    });
    Ok(())
}

fn get_type_params(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__type_params__")?;
    let own = if class.is(&vm.classes.type_) {
        None
    } else {
        class.own(vm, &vm.names.type_params_)
    };
    Ok(own.unwrap_or_else(|| tuple(vec![])))
}

fn set_type_params(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__type_params__")?;
    check_special(vm, class, "__type_params__", value)?;
    set_or_remove(vm, class, &vm.names.type_params_, value)
}

fn get_doc(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__doc__")?;
    match class.own(vm, &vm.names.doc_) {
        // The descriptor of the instances' docs hides that of the class itself.
        Some(doc) if class.is_builtin && doc.is_kind(Kind::GetSet) => {
            Ok(builtin_doc(vm, class).map_or(Value::None, |d| vm.text(d)))
        }
        Some(doc) => vm.bind(doc, &Value::Unbound, class),
        None => Ok(Value::None),
    }
}

fn builtin_doc(vm: &Vm, class: &Ref<ClassObj>) -> Option<&'static str> {
    let c = &vm.classes;
    let specs = [
        (&c.type_, &TYPE),
        (&c.function, &function::FUNCTION),
        (&c.property, &property::PROPERTY),
        (&c.classmethod, &function::CLASSMETHOD),
        (&c.staticmethod, &function::STATICMETHOD),
    ];
    specs
        .iter()
        .find(|(of, _)| of.is(class))
        .map(|(_, spec)| spec.doc)
}

fn set_doc(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__doc__")?;
    check_special(vm, class, "__doc__", value)?;
    set_or_remove(vm, class, &vm.names.doc_, value)
}

fn get_module(vm: &Vm, v: &Value) -> R {
    let class = this_class(vm, v, "__module__")?;
    match class.own(vm, &vm.names.module_) {
        Some(module) if !module.is_kind(Kind::GetSet) => Ok(module),
        _ => Ok(vm.text("builtins")),
    }
}

fn set_module(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__module__")?;
    check_special(vm, class, "__module__", value)?;
    // It is not where that line is.
    drop(class.remove_own(vm, &vm.name("__firstlineno__")));
    set_or_remove(vm, class, &vm.names.module_, value)
}
