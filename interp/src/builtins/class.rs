//! `type`: the table of its methods and the attributes of classes.
//!
//! How a class comes to be is in `class/`: `statement` runs a `class` statement, `create` is
//! `type.__new__`, `layout` decides what instances are made of, `slots` reads `__slots__`.

mod create;
mod layout;
mod slots;
mod statement;

use super::{exceptions, this};
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout, flags};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::function::{Attribute, MappingProxyObj};
use crate::objects::list::list;
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `type`.
pub static TYPE: ClassSpec = ClassSpec {
    name: "type",
    module: "builtins",
    doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    layout: Layout::Class,
    methods: &[
        static_method(
            "__new__(*args, **kwargs)",
            "Create and return a new object.",
            new,
        ),
        method("__init__(*args, **kwargs)", "Initialize self.", init),
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method(
            "__getattribute__(name, /)",
            "Return getattr(self, name).",
            getattribute,
        ),
        method(
            "__setattr__(name, value, /)",
            "Implement setattr(self, name, value).",
            setattr,
        ),
        method(
            "__delattr__(name, /)",
            "Implement delattr(self, name).",
            delattr,
        ),
        method("__repr__()", "Return repr(self).", repr),
        method(
            "__dir__()",
            "Specialized __dir__ implementation for types.",
            dir,
        ),
        method(
            "__instancecheck__(instance, /)",
            "Check if an object is an instance.",
            instancecheck,
        ),
        method(
            "__subclasscheck__(subclass, /)",
            "Check if a class is a subclass.",
            subclasscheck,
        ),
        method(
            "__subclasses__()",
            "Return a list of immediate subclasses.",
            subclasses,
        ),
        method("mro()", "Return a type's method resolution order.", mro),
        method("__or__(value, /)", "Return self|value.", or),
        method("__ror__(value, /)", "Return value|self.", ror),
        class_method(
            "__prepare__(*args, **kwargs)",
            "Create the namespace for the class statement.",
            prepare,
        ),
    ],
    attributes: &[
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
    ],
    subclassable: true,
};

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

fn this_class<'a>(vm: &Vm, v: &'a Value, method: &str) -> R<&'a Ref<ClassObj>> {
    this(vm, v, "type", method)
}

fn new(vm: &Vm, args: &[Value]) -> R {
    let Some(given) = args[0].downcast::<TupleObj>() else {
        return Err(vm.type_error("type.__new__(): not enough arguments"));
    };
    let (Some(meta), arguments) = (given.items().first(), given.items().get(1..).unwrap_or(&[]))
    else {
        return Err(vm.type_error("type.__new__(): not enough arguments"));
    };
    let meta = crate::objects::class::expect_class(vm, meta, "type.__new__")?;
    let keywords = keyword_pairs(vm, &args[1]);
    if meta.is(&vm.classes.type_) && arguments.len() == 1 && keywords.is_empty() {
        return Ok(vm.class_of(&arguments[0]).into());
    }
    create::new_class(vm, meta, arguments, keywords)
}

/// The entries of a `**kwargs` dict by name.
pub(crate) fn keyword_pairs(vm: &Vm, kwargs: &Value) -> Vec<(Name, Value)> {
    let Some(dict) = kwargs.downcast::<DictObj>() else {
        return Vec::new();
    };
    let named = dict
        .entries()
        .into_iter()
        .filter_map(|(k, v)| k.downcast::<StrObj>().map(|k| (vm.interned.name_of(k), v)));
    named.collect()
}

/// A call's arguments out of the `*args` and `**kwargs` of a row.
pub(crate) fn spread(vm: &Vm, args: &Value, kwargs: &Value) -> (Vec<Value>, Vec<Name>) {
    let mut values = args
        .downcast::<TupleObj>()
        .map(|t| t.items().to_vec())
        .unwrap_or_default();
    let mut names = Vec::new();
    for (name, value) in keyword_pairs(vm, kwargs) {
        names.push(name);
        values.push(value);
    }
    (values, names)
}

fn init(vm: &Vm, args: &[Value]) -> R {
    match args[1]
        .downcast::<TupleObj>()
        .map_or(0, |t| t.items().len())
    {
        1 | 3 => Ok(Value::None),
        _ => Err(vm.type_error("type.__init__() takes 1 or 3 arguments")),
    }
}

fn call(vm: &Vm, args: &[Value]) -> R {
    let class = this_class(vm, &args[0], "__call__")?;
    let (values, names) = spread(vm, &args[1], &args[2]);
    vm.instantiate(class, &values, &names)
}

fn getattribute(vm: &Vm, args: &[Value]) -> R {
    this_class(vm, &args[0], "__getattribute__")?;
    let name = vm.attribute_name(&args[1])?;
    match vm.plain_attr(&args[0], &vm.class_of(&args[0]), &name)? {
        Some(found) => Ok(found),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

fn setattr(vm: &Vm, args: &[Value]) -> R {
    this_class(vm, &args[0], "__setattr__")?;
    let name = vm.attribute_name(&args[1])?;
    vm.plain_set_attr(&args[0], &vm.class_of(&args[0]), &name, args[2].clone())?;
    Ok(Value::None)
}

fn delattr(vm: &Vm, args: &[Value]) -> R {
    this_class(vm, &args[0], "__delattr__")?;
    let name = vm.attribute_name(&args[1])?;
    vm.plain_set_attr(&args[0], &vm.class_of(&args[0]), &name, Value::Unbound)?;
    Ok(Value::None)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let class = this_class(vm, &args[0], "__repr__")?;
    Ok(vm.text(&class_repr(vm, class)))
}

/// `<class 'module.Name'>`.
pub(crate) fn class_repr(vm: &Vm, class: &Ref<ClassObj>) -> String {
    format!("<class '{}'>", class.full_name(vm))
}

fn dir(vm: &Vm, args: &[Value]) -> R {
    let class = this_class(vm, &args[0], "__dir__")?;
    let names = new_dict();
    collect_names(vm, class, &names);
    Ok(list(names.entries().into_iter().map(|e| e.0).collect()))
}

/// Enters the names of all attributes of a class and its ancestors.
pub(crate) fn collect_names(vm: &Vm, class: &Ref<ClassObj>, names: &DictObj) {
    for c in class.mro() {
        // The look fills a builtin class.
        drop(c.own(vm, &vm.names.doc_));
        for name in c.namespace.read().keys() {
            names.set_name(name, Value::None);
        }
    }
}

fn instancecheck(vm: &Vm, args: &[Value]) -> R {
    let class = this_class(vm, &args[0], "__instancecheck__")?;
    vm.is_instance_plain(&args[1], class).map(Value::bool)
}

fn subclasscheck(vm: &Vm, args: &[Value]) -> R {
    let class = this_class(vm, &args[0], "__subclasscheck__")?;
    vm.is_subclass_plain(&args[1], class).map(Value::bool)
}

fn subclasses(vm: &Vm, args: &[Value]) -> R {
    let class = this_class(vm, &args[0], "__subclasses__")?;
    Ok(list(
        class.subclasses().into_iter().map(Value::from).collect(),
    ))
}

fn mro(vm: &Vm, args: &[Value]) -> R {
    let class = this_class(vm, &args[0], "mro")?;
    Ok(list(class.mro().into_iter().map(Value::from).collect()))
}

fn or(vm: &Vm, args: &[Value]) -> R {
    super::alias::union(vm, &args[0], &args[1])
}

fn ror(vm: &Vm, args: &[Value]) -> R {
    super::alias::union(vm, &args[1], &args[0])
}

fn prepare(_: &Vm, _: &[Value]) -> R {
    Ok(new_dict().into())
}

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
    let class = this_class(vm, v, "__bases__")?.name_text();
    if value.is_kind(Kind::Tuple) {
        return Err(vm.type_error(format!("__bases__ of class '{class}' cannot be changed")));
    }
    let given = vm.type_name(value);
    Err(vm.type_error(format!(
        "can only assign tuple to {class}.__bases__, not {given}"
    )))
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
        (&c.function, &super::function::FUNCTION),
        (&c.property, &super::property::PROPERTY),
        (&c.classmethod, &super::function::CLASSMETHOD),
        (&c.staticmethod, &super::function::STATICMETHOD),
    ];
    specs
        .iter()
        .find(|(of, _)| of.is(class))
        .map(|(_, spec)| spec.doc)
}

fn set_doc(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let class = this_class(vm, v, "__doc__")?;
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
    set_or_remove(vm, class, &vm.names.module_, value)
}

/// Adds to the exception on its way where it came from, as a note.
fn note_pending(vm: &Vm, text: &str) -> crate::Raised {
    let exception = vm.take_raised();
    exceptions::add_note_text(vm, &exception, text);
    vm.raise_again(exception)
}
