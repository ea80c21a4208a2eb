//! `object`: what every class inherits.

mod copying;

use copying::{getstate, reduce, reduce_ex};

use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout, expect_class, flags};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::exception::ExceptionObj;
use crate::objects::function::Attribute;
use crate::objects::instance::InstanceObj;
use crate::objects::list::list;
use crate::objects::module::ModuleObj;
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::TupleObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `object`.
pub static OBJECT: ClassSpec = ClassSpec {
    name: "object",
    module: "builtins",
    doc: "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    layout: Layout::Instance,
    methods: &[
        static_method(
            "__new__(*args, **kwargs)",
            "Create and return a new object.",
            new,
        ),
        method("__init__(*args, **kwargs)", "Initialize self.", init),
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
        method("__str__()", "Return str(self).", str),
        method(
            "__format__(format_spec, /)",
            "Default object formatter.",
            format,
        ),
        method("__hash__()", "Return hash(self).", hash),
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__ne__(value, /)", "Return self!=value.", ne),
        method("__lt__(value, /)", "Return self<value.", unordered),
        method("__le__(value, /)", "Return self<=value.", unordered),
        method("__gt__(value, /)", "Return self>value.", unordered),
        method("__ge__(value, /)", "Return self>=value.", unordered),
        method("__dir__()", "Default dir() implementation.", dir),
        method(
            "__sizeof__()",
            "Size of object in memory, in bytes.",
            sizeof,
        ),
        method("__reduce__()", "Helper for pickle.", reduce),
        method(
            "__reduce_ex__(protocol, /)",
            "Helper for pickle.",
            reduce_ex,
        ),
        method("__getstate__()", "Helper for pickle.", getstate),
        class_method(
            "__init_subclass__(*args, **kwargs)",
            "This method is called when a class is subclassed.",
            init_subclass,
        ),
        class_method(
            "__subclasshook__(subclass, /)",
            "Abstract classes can override this to customize issubclass().",
            subclasshook,
        ),
    ],
    attributes: &[Attribute {
        name: "__class__",
        get: get_class,
        set: Some(set_class),
    }],
    subclassable: true,
};

/// True if a call of a row with `*args, **kwargs` got any, which begin at `from`.
fn has_arguments(args: &[Value], from: usize) -> bool {
    let positional = args.get(from).and_then(|a| a.downcast::<TupleObj>());
    let keywords = args.get(from + 1).and_then(|a| a.downcast::<DictObj>());
    positional.is_some_and(|t| !t.items().is_empty()) || keywords.is_some_and(|d| !d.is_empty())
}

fn new(vm: &Vm, args: &[Value]) -> R {
    let Some(given) = args.first().and_then(|a| a.downcast::<TupleObj>()) else {
        return Err(vm.type_error("object.__new__(): not enough arguments"));
    };
    let Some(class) = given.items().first() else {
        return Err(vm.type_error("object.__new__(): not enough arguments"));
    };
    let class = expect_class(vm, class, "object.__new__")?;
    let keywords = args.get(1).and_then(|a| a.downcast::<DictObj>());
    if given.items().len() > 1 || keywords.is_some_and(|d| !d.is_empty()) {
        check_no_arguments_for_new(vm, class)?;
    }
    if class.has(flags::ABSTRACT) {
        return Err(abstract_class(vm, class));
    }
    if class.layout != Layout::Instance {
        let by_script = class.has(flags::NEW);
        let native = class.native_base.borrow().clone().filter(|_| by_script);
        let safe = native.unwrap_or_else(|| class.clone());
        return Err(vm.type_error(format!(
            "object.__new__({}) is not safe, use {}.__new__()",
            class.name_text(),
            safe.name_text()
        )));
    }
    Ok(Ref::<InstanceObj>::of_class(class).into())
}

/// `object.__new__` takes arguments only on behalf of an `__init__` that wants them.
fn check_no_arguments_for_new(vm: &Vm, class: &Ref<ClassObj>) -> R<()> {
    if !is_own(vm, class, &vm.names.new_) {
        return Err(
            vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
        );
    }
    if is_own(vm, class, &vm.names.init_) {
        return Err(vm.type_error(format!("{}() takes no arguments", class.name_text())));
    }
    Ok(())
}

fn init(vm: &Vm, args: &[Value]) -> R {
    if !has_arguments(args, 1) {
        return Ok(Value::None);
    }
    let class = vm.class_of(&args[0]);
    if !is_own(vm, &class, &vm.names.init_) {
        return Err(vm.type_error(
            "object.__init__() takes exactly one argument (the instance to initialize)",
        ));
    }
    // Builtin types of which the program makes no instances have no `__new__` at all.
    let has_new =
        !class.is_builtin || class.is(&vm.classes.object) || class.layout == Layout::Instance;
    if has_new && is_own(vm, &class, &vm.names.new_) {
        return Err(vm.type_error(format!(
            "{}.__init__() takes exactly one argument (the instance to initialize)",
            class.name_text()
        )));
    }
    Ok(Value::None)
}

/// True if the class's `name` is the one of `object`.
fn is_own(vm: &Vm, class: &Ref<ClassObj>, name: &Name) -> bool {
    class
        .lookup(vm, name)
        .is_some_and(|found| vm.is_objects_own(&vm.unwrap_method(&found)))
}

#[cold]
fn abstract_class(vm: &Vm, class: &Ref<ClassObj>) -> Raised {
    let missing = class
        .own(vm, &vm.names.abstractmethods_)
        .unwrap_or(Value::None);
    let Ok(methods) = vm.collect(&missing) else {
        return Raised;
    };
    let mut names: Vec<String> = methods
        .iter()
        .filter_map(|m| m.as_str().map(|m| format!("'{m}'")))
        .collect();
    names.sort();
    let plural = if names.len() == 1 { "" } else { "s" };
    vm.type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} \
         {}",
        class.name_text(),
        names.join(", ")
    ))
}

fn getattribute(vm: &Vm, args: &[Value]) -> R {
    let name = vm.attribute_name(&args[1])?;
    let class = vm.class_of(&args[0]);
    match vm.plain_attr(&args[0], &class, &name)? {
        Some(found) => Ok(found),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

fn setattr(vm: &Vm, args: &[Value]) -> R {
    let name = vm.attribute_name(&args[1])?;
    refuse_class(vm, &args[0], "__setattr__")?;
    vm.plain_set_attr(&args[0], &vm.class_of(&args[0]), &name, args[2].clone())?;
    Ok(Value::None)
}

fn delattr(vm: &Vm, args: &[Value]) -> R {
    let name = vm.attribute_name(&args[1])?;
    refuse_class(vm, &args[0], "__delattr__")?;
    vm.plain_set_attr(&args[0], &vm.class_of(&args[0]), &name, Value::Unbound)?;
    Ok(Value::None)
}

/// `object.__setattr__(cls, …)` would go around the metaclass.
fn refuse_class(vm: &Vm, v: &Value, method: &str) -> R<()> {
    if !v.is_kind(Kind::Class) {
        return Ok(());
    }
    let meta = vm.type_name(v);
    Err(vm.type_error(format!("can't apply this {method} to {meta} object")))
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    Ok(vm.text(&default_repr(vm, &args[0])))
}

/// `<module.Class object at 0x7f…>`.
pub(crate) fn default_repr(vm: &Vm, v: &Value) -> String {
    let name = vm.class_of(v).full_name(vm);
    format!("<{name} object at {:#x}>", address(v))
}

/// The address shown for a value in a `repr`.
pub(crate) fn address(v: &Value) -> usize {
    v.as_obj().map_or(0, |o| o.address())
}

fn str(vm: &Vm, args: &[Value]) -> R {
    vm.repr(&args[0]).map(Value::from)
}

fn format(vm: &Vm, args: &[Value]) -> R {
    match args[1].downcast::<StrObj>() {
        Some(spec) if spec.as_str().is_empty() => vm.str(&args[0]).map(Value::from),
        Some(_) => Err(vm.type_error(format!(
            "unsupported format string passed to {}.__format__",
            vm.type_name(&args[0])
        ))),
        None => Err(vm.type_error(format!(
            "__format__() argument must be str, not {}",
            vm.type_name(&args[1])
        ))),
    }
}

fn hash(vm: &Vm, args: &[Value]) -> R {
    match args[0].as_obj() {
        Some(o) => Ok(Value::Int(identity_hash(o.address()))),
        None => vm.hash(&args[0]).map(Value::Int),
    }
}

/// The hash of objects that are equal to themselves only.
pub(crate) fn identity_hash(address: usize) -> i64 {
    (address as u64).rotate_right(4) as i64
}

fn eq(_: &Vm, args: &[Value]) -> R {
    Ok(if args[0].is(&args[1]) {
        Value::True
    } else {
        Value::NotImplemented
    })
}

fn ne(vm: &Vm, args: &[Value]) -> R {
    // The inverse of `__eq__`, unless that does not know.
    match vm.call_special(&args[0], &vm.names.eq_, &args[1..2])? {
        None | Some(Value::NotImplemented) => Ok(Value::NotImplemented),
        Some(equal) => Ok(Value::bool(!vm.truth(&equal)?)),
    }
}

fn unordered(_: &Vm, _: &[Value]) -> R {
    Ok(Value::NotImplemented)
}

fn dir(vm: &Vm, args: &[Value]) -> R {
    let names = new_dict();
    let own = match args[0].downcast::<InstanceObj>() {
        // Asking for `__dict__` would make the instance keep its attributes in one.
        Some(instance)
            if !vm
                .class_of(&args[0])
                .has(flags::GETATTRIBUTE | flags::GETATTR) =>
        {
            instance.own_entries()
        }
        _ => {
            let dict = vm
                .find_attr(&args[0], &vm.names.dict_)?
                .map(|d| vm.native(&d));
            let dict = dict.as_ref().and_then(|d| d.downcast::<DictObj>());
            dict.map(|d| d.entries()).unwrap_or_default()
        }
    };
    for (name, _) in own {
        names.set(vm, name, Value::None)?;
    }
    if let Some(class) = vm.find_attr(&args[0], &vm.names.class_)? {
        if let Some(class) = class.downcast::<ClassObj>() {
            super::class::collect_names(vm, class, &names);
        }
    }
    Ok(list(names.entries().into_iter().map(|e| e.0).collect()))
}

fn sizeof(_: &Vm, _: &[Value]) -> R {
    Ok(Value::Int(16))
}

fn init_subclass(vm: &Vm, args: &[Value]) -> R {
    if !has_arguments(args, 1) {
        return Ok(Value::None);
    }
    let positional = args[1]
        .downcast::<TupleObj>()
        .map_or(0, |t| t.items().len());
    let name = args[0]
        .downcast::<ClassObj>()
        .map(|c| c.name_text())
        .unwrap_or_default();
    if positional > 0 {
        return Err(vm.type_error(format!(
            "{name}.__init_subclass__() takes no arguments ({positional} given)"
        )));
    }
    Err(vm.type_error(format!(
        "{name}.__init_subclass__() takes no keyword arguments"
    )))
}

fn subclasshook(_: &Vm, _: &[Value]) -> R {
    Ok(Value::NotImplemented)
}

fn get_class(vm: &Vm, v: &Value) -> R {
    Ok(vm.class_of(v).into())
}

fn set_class(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    if value.is_unbound() {
        return Err(vm.type_error("can't delete __class__ attribute"));
    }
    let Some(new) = value.downcast::<ClassObj>() else {
        return Err(vm.type_error(format!(
            "__class__ must be set to a class, not '{}' object",
            vm.type_name(value)
        )));
    };
    if let Some(module) = v.downcast::<ModuleObj>()
        && new.is_subclass(&vm.classes.module)
    {
        drop(module.class.replace(Some(new.clone())));
        return Ok(());
    }
    let old = vm.class_of(v);
    if old.is_builtin || new.is_builtin {
        return Err(vm.type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    }
    let same_base = match (&*old.native_base.borrow(), &*new.native_base.borrow()) {
        (Some(a), Some(b)) => a.is(b),
        (None, None) => true,
        _ => false,
    };
    if old.layout != new.layout || !same_base || *old.slots.borrow() != *new.slots.borrow() {
        return Err(vm.type_error(format!(
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.name_text(),
            old.name_text()
        )));
    }
    if let Some(instance) = v.downcast::<InstanceObj>() {
        instance.set_class(new);
    } else if let Some(exception) = v.downcast::<ExceptionObj>() {
        drop(exception.class.replace(new.clone()));
    } else if let Some(class) = v.downcast::<ClassObj>() {
        let old = class.metaclass.replace(Some(new.clone()));
        class.changed(vm, true);
        drop(old);
    }
    Ok(())
}
