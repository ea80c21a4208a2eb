//! `type`: the table of its methods and the attributes of classes.
//!
//! How a class comes to be is in `class/`: `statement` runs a `class` statement, `create` is
//! `type.__new__`, `layout` decides what instances are made of, `slots` reads `__slots__`; `attributes`
//! holds what classes have for attributes.

mod attributes;
mod create;
mod layout;
mod layout_numbers;
mod slots;
mod statement;

pub(crate) use attributes::PER_CLASS;
pub use slots::INSTANCE_DICT;

use super::{exceptions, this};
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::Ref;
use crate::objects::class::{ClassObj, Layout};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::list::list;
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::TupleObj;
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
    attributes: attributes::ATTRIBUTES,
    subclassable: true,
};

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
    if !meta.is_subclass(&vm.classes.type_) {
        let name = meta.name_text();
        let text = format!("type.__new__({name}): {name} is not a subtype of type");
        return Err(vm.type_error(text));
    }
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
pub fn spread(vm: &Vm, args: &Value, kwargs: &Value) -> (Vec<Value>, Vec<Name>) {
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

/// Adds to the exception on its way where it came from, as a note.
fn note_pending(vm: &Vm, text: &str) -> crate::Raised {
    let exception = vm.take_raised();
    exceptions::add_note_text(vm, &exception, text);
    vm.raise_again(exception)
}
