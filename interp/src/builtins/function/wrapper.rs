//! `classmethod` and `staticmethod`.
//!
//! CPython copies name, doc and the like from what they wrap; here the look goes through to it
//! until a script sets something else.

use std::cell::RefCell;

use super::get;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::function::{Attribute, ClassMethodObj, StaticMethodObj};
use crate::objects::str::Name;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `classmethod`.
pub static CLASSMETHOD: ClassSpec = ClassSpec {
    name: "classmethod",
    module: "builtins",
    doc: "Convert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\n",
    layout: Layout::Native(Kind::ClassMethod),
    methods: &[
        static_method(
            "__new__(cls, function, /)",
            "Create and return a new object.",
            new_class,
        ),
        method("__init__(function, /)", "Initialize self.", init),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
        ),
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: ATTRIBUTES,
    subclassable: true,
};

/// `classmethod_descriptor`: class methods of builtin types.
pub static CLASSMETHOD_DESCRIPTOR: ClassSpec = ClassSpec {
    name: "classmethod_descriptor",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::ClassMethod),
    methods: &[
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call_class_method,
        ),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
        ),
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: ATTRIBUTES,
    subclassable: false,
};

/// `dict.__dict__['fromkeys'](dict, …)`: the class comes first.
fn call_class_method(vm: &Vm, args: &[Value]) -> R {
    let function = get_func(vm, &args[0])?;
    let (values, names) = crate::builtins::class::spread(vm, &args[1], &args[2]);
    vm.call_kw(&function, &values, &names)
}

/// `staticmethod`.
pub static STATICMETHOD: ClassSpec = ClassSpec {
    name: "staticmethod",
    module: "builtins",
    doc: "Convert a function to be a static method.\n\nA static method does not receive an implicit first argument.\n",
    layout: Layout::Native(Kind::StaticMethod),
    methods: &[
        static_method(
            "__new__(cls, function, /)",
            "Create and return a new object.",
            new_static,
        ),
        method("__init__(function, /)", "Initialize self.", init),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
        ),
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: ATTRIBUTES,
    subclassable: true,
};

const ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "__func__",
        get: get_func,
        set: Some(crate::builtins::read_only),
    },
    Attribute {
        name: "__wrapped__",
        get: get_func,
        set: Some(crate::builtins::read_only),
    },
    Attribute {
        name: "__dict__",
        get: get_dict,
        set: None,
    },
    Attribute {
        name: "__isabstractmethod__",
        get: get_abstract,
        set: None,
    },
    Attribute {
        name: "__name__",
        get: |vm, v| through(vm, v, &vm.names.name_),
        set: Some(|vm, v, x| set_own(vm, v, &vm.names.name_, x)),
    },
    Attribute {
        name: "__qualname__",
        get: |vm, v| through(vm, v, &vm.names.qualname_),
        set: Some(|vm, v, x| set_own(vm, v, &vm.names.qualname_, x)),
    },
    Attribute {
        name: "__annotations__",
        get: |vm, v| through(vm, v, &vm.names.annotations_),
        set: Some(|vm, v, x| set_own(vm, v, &vm.names.annotations_, x)),
    },
];

/// What each of them has for itself, in spite of the entries of its type.
pub(crate) const PER_WRAPPER: &[Attribute] = &[
    Attribute {
        name: "__doc__",
        get: |vm, v| through(vm, v, &vm.names.doc_),
        set: Some(|vm, v, x| set_own(vm, v, &vm.names.doc_, x)),
    },
    Attribute {
        name: "__module__",
        get: |vm, v| through(vm, v, &vm.names.module_),
        set: Some(|vm, v, x| set_own(vm, v, &vm.names.module_, x)),
    },
];

fn new_class(vm: &Vm, args: &[Value]) -> R {
    let made = ClassMethodObj {
        function: args[1].clone(),
        attrs: RefCell::default(),
    };
    vm.wrap_new(&args[0], Ref::new(made).into())
}

fn new_static(vm: &Vm, args: &[Value]) -> R {
    let made = StaticMethodObj {
        function: args[1].clone(),
        attrs: RefCell::default(),
    };
    vm.wrap_new(&args[0], Ref::new(made).into())
}

fn init(_: &Vm, _: &[Value]) -> R {
    Ok(Value::None)
}

fn call(vm: &Vm, args: &[Value]) -> R {
    let (values, names) = crate::builtins::class::spread(vm, &args[1], &args[2]);
    vm.call_kw(&vm.unwrap_method(&args[0]), &values, &names)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let kind = if args[0].is_kind(Kind::ClassMethod) {
        "classmethod"
    } else {
        "staticmethod"
    };
    let wrapped = vm.repr(&vm.unwrap_method(&args[0]))?;
    Ok(vm.text(&format!("<{kind}({})>", wrapped.as_str())))
}

fn get_func(vm: &Vm, v: &Value) -> R {
    Ok(vm.unwrap_method(v))
}

fn attrs(v: &Value) -> Option<&RefCell<Option<Ref<DictObj>>>> {
    if let Some(c) = v.downcast::<ClassMethodObj>() {
        return Some(&c.attrs);
    }
    v.downcast::<StaticMethodObj>().map(|s| &s.attrs)
}

fn get_dict(_: &Vm, v: &Value) -> R {
    let dict = attrs(v).map(|a| a.borrow_mut().get_or_insert_with(new_dict).clone());
    Ok(dict.map_or(Value::None, Value::from))
}

fn get_abstract(vm: &Vm, v: &Value) -> R {
    crate::builtins::property::is_abstract(vm, &vm.unwrap_method(v)).map(Value::bool)
}

/// What was set, or else what the wrapped function has.
fn through(vm: &Vm, v: &Value, name: &Name) -> R {
    let own = attrs(v).and_then(|a| a.borrow().as_ref().and_then(|d| d.get_name(name)));
    match own {
        Some(own) => Ok(own),
        None => match vm.find_attr(&vm.unwrap_method(v), name)? {
            Some(found) => Ok(found),
            None => Err(vm.no_attribute(v, name)),
        },
    }
}

fn set_own(vm: &Vm, v: &Value, name: &Name, value: &Value) -> R<()> {
    let Some(attrs) = attrs(v) else {
        return Err(vm.no_attribute(v, name));
    };
    let dict = attrs.borrow_mut().get_or_insert_with(new_dict).clone();
    if value.is_unbound() {
        drop(dict.remove_name(name));
    } else {
        dict.set_name(name, value.clone());
    }
    Ok(())
}
