//! `property`.

use std::cell::RefCell;

use super::{function, read_only, this};
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::function::{Attribute, PropertyObj};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `property`.
pub static PROPERTY: ClassSpec = ClassSpec {
    name: "property",
    module: "builtins",
    doc: "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n",
    layout: Layout::Native(Kind::Property),
    methods: &[
        static_method(
            "__new__(cls, /, *args, **kwargs)",
            "Create and return a new object.",
            new,
        ),
        method(
            "__init__(fget=None, fset=None, fdel=None, doc=None)",
            "Initialize self.",
            init,
        ),
        method(
            "getter(fget, /)",
            "Descriptor to obtain a copy of the property with a different getter.",
            getter,
        ),
        method(
            "setter(fset, /)",
            "Descriptor to obtain a copy of the property with a different setter.",
            setter,
        ),
        method(
            "deleter(fdel, /)",
            "Descriptor to obtain a copy of the property with a different deleter.",
            deleter,
        ),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            function::get,
        ),
        method(
            "__set__(instance, value, /)",
            "Set an attribute of instance.",
            set,
        ),
        method(
            "__delete__(instance, /)",
            "Delete an attribute of instance.",
            delete,
        ),
        method(
            "__set_name__(owner, name, /)",
            "Method to set name of a property.",
            set_name,
        ),
    ],
    attributes: &[
        Attribute {
            name: "fget",
            get: |vm, v| part(vm, v, 0),
            set: Some(read_only),
        },
        Attribute {
            name: "fset",
            get: |vm, v| part(vm, v, 1),
            set: Some(read_only),
        },
        Attribute {
            name: "fdel",
            get: |vm, v| part(vm, v, 2),
            set: Some(read_only),
        },
        Attribute {
            name: "__name__",
            get: get_name,
            set: Some(assign_name),
        },
        Attribute {
            name: "__isabstractmethod__",
            get: get_abstract,
            set: None,
        },
    ],
    subclassable: true,
};

/// What each property has for itself, in spite of the entries of its type.
pub(crate) const PER_PROPERTY: &[Attribute] = &[Attribute {
    name: "__doc__",
    get: |vm, v| part(vm, v, 3),
    set: Some(set_doc),
}];

fn this_property<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<PropertyObj>> {
    this(vm, v, "property", attribute)
}

fn new(vm: &Vm, args: &[Value]) -> R {
    super::int::new_class(vm, &args[0], &vm.classes.property)?;
    vm.wrap_new(&args[0], Ref::new(PropertyObj::default()).into())
}

fn init(vm: &Vm, args: &[Value]) -> R {
    let property = this_property(vm, &args[0], "__init__")?;
    let accessor = |v: &Value| v.or(Value::None);
    let mut doc = args[4].or(Value::None);
    if doc.is_none() && !args[1].is_missing() {
        doc = vm
            .find_attr(&args[1], &vm.names.doc_)?
            .unwrap_or(Value::None);
    }
    let parts = [
        accessor(&args[1]),
        accessor(&args[2]),
        accessor(&args[3]),
        doc,
    ];
    let old = property.parts.replace(parts);
    drop(old);
    Ok(Value::None)
}

/// A copy with another accessor.
fn copy_with(vm: &Vm, v: &Value, at: usize, accessor: &Value) -> R {
    let property = this_property(vm, v, "getter")?;
    let mut parts = property.parts.borrow().clone();
    let had_docs_of_getter = match &parts[0] {
        Value::None | Value::Unbound => false,
        fget => vm
            .find_attr(fget, &vm.names.doc_)?
            .is_some_and(|d| d.is(&parts[3])),
    };
    // None leaves the one that is there.
    if !accessor.is_none() {
        parts[at] = accessor.clone();
    }
    if at == 0 && !accessor.is_none() && (had_docs_of_getter || parts[3].is_missing()) {
        parts[3] = vm
            .find_attr(accessor, &vm.names.doc_)?
            .unwrap_or(Value::None);
    }
    let name = property.name.borrow().clone();
    let copy = PropertyObj {
        parts: RefCell::new(parts),
        name: RefCell::new(name),
    };
    Ok(Ref::new(copy).into())
}

fn getter(vm: &Vm, args: &[Value]) -> R {
    copy_with(vm, &args[0], 0, &args[1])
}

fn setter(vm: &Vm, args: &[Value]) -> R {
    copy_with(vm, &args[0], 1, &args[1])
}

fn deleter(vm: &Vm, args: &[Value]) -> R {
    copy_with(vm, &args[0], 2, &args[1])
}

fn set(vm: &Vm, args: &[Value]) -> R {
    vm.descriptor_set(&args[0], &args[1], &vm.names.set_, &args[2])?;
    Ok(Value::None)
}

fn delete(vm: &Vm, args: &[Value]) -> R {
    vm.descriptor_set(&args[0], &args[1], &vm.names.delete_, &Value::Unbound)?;
    Ok(Value::None)
}

fn set_name(vm: &Vm, args: &[Value]) -> R {
    let property = this_property(vm, &args[0], "__set_name__")?;
    drop(property.name.replace(args[2].clone()));
    Ok(Value::None)
}

fn part(vm: &Vm, v: &Value, at: usize) -> R {
    let part = this_property(vm, v, "fget")?.parts.borrow()[at].clone();
    Ok(part.or(Value::None))
}

fn get_name(vm: &Vm, v: &Value) -> R {
    let property = this_property(vm, v, "__name__")?;
    let name = property.name.borrow().clone();
    if !name.is_missing() {
        return Ok(name);
    }
    let fget = property.parts.borrow()[0].clone();
    match vm.find_attr(&fget, &vm.names.name_)? {
        Some(name) => Ok(name),
        None => Err(vm.no_attribute(v, &vm.names.name_)),
    }
}

fn assign_name(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let property = this_property(vm, v, "__name__")?;
    drop(property.name.replace(value.or(Value::None)));
    Ok(())
}

fn set_doc(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let property = this_property(vm, v, "__doc__")?;
    let old = std::mem::replace(&mut property.parts.borrow_mut()[3], value.or(Value::None));
    drop(old);
    Ok(())
}

fn get_abstract(vm: &Vm, v: &Value) -> R {
    let parts = this_property(vm, v, "__isabstractmethod__")?
        .parts
        .borrow()
        .clone();
    for accessor in &parts[..3] {
        if is_abstract(vm, accessor)? {
            return Ok(Value::True);
        }
    }
    Ok(Value::False)
}

/// True if `__isabstractmethod__` of a function is there and true.
pub(crate) fn is_abstract(vm: &Vm, function: &Value) -> R<bool> {
    if function.is_missing() {
        return Ok(false);
    }
    match vm.find_attr(function, &vm.names.isabstractmethod_)? {
        Some(flag) => vm.truth(&flag),
        None => Ok(false),
    }
}
