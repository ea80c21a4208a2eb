//! `getset_descriptor` and `member_descriptor`: attributes of builtin types and of `__slots__`.

use super::get;
use crate::classes::ClassSpec;
use crate::native::method;
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::function::{Attribute, GetSetObj, MemberObj};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `getset_descriptor`.
pub static GETSET_DESCRIPTOR: ClassSpec = ClassSpec {
    name: "getset_descriptor",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::GetSet),
    methods: &[
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
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
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: ATTRIBUTES,
    subclassable: false,
};

/// `member_descriptor`.
pub static MEMBER_DESCRIPTOR: ClassSpec = ClassSpec {
    name: "member_descriptor",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::Member),
    methods: &[
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
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
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: ATTRIBUTES,
    subclassable: false,
};

const ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "__name__",
        get: get_name,
        set: None,
    },
    Attribute {
        name: "__qualname__",
        get: get_qualname,
        set: None,
    },
    Attribute {
        name: "__objclass__",
        get: get_objclass,
        set: None,
    },
];

/// The name and the class that a descriptor belongs to.
fn parts(v: &Value) -> (String, Option<Ref<ClassObj>>) {
    if let Some(getset) = v.downcast::<GetSetObj>() {
        return (getset.row.name.to_owned(), Some(getset.class.clone()));
    }
    match v.downcast::<MemberObj>() {
        Some(member) => (
            member.name.as_str().to_owned(),
            member.class.borrow().clone(),
        ),
        None => (String::new(), None),
    }
}

pub(super) fn set(vm: &Vm, args: &[Value]) -> R {
    let name = vm.name(&parts(&args[0]).0);
    vm.descriptor_set(&args[0], &args[1], &name, &args[2])?;
    Ok(Value::None)
}

pub(super) fn delete(vm: &Vm, args: &[Value]) -> R {
    let name = vm.name(&parts(&args[0]).0);
    vm.descriptor_set(&args[0], &args[1], &name, &Value::Unbound)?;
    Ok(Value::None)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    Ok(vm.text(&descriptor_repr(&args[0])))
}

/// `<attribute 'real' of 'int' objects>`.
pub(crate) fn descriptor_repr(v: &Value) -> String {
    let (name, class) = parts(v);
    let what = if v.is_kind(Kind::Member) {
        "member"
    } else {
        "attribute"
    };
    let class = class.map(|c| c.name_text()).unwrap_or_default();
    format!("<{what} '{name}' of '{class}' objects>")
}

fn get_name(vm: &Vm, v: &Value) -> R {
    Ok(vm.text(&parts(v).0))
}

fn get_qualname(vm: &Vm, v: &Value) -> R {
    let (name, class) = parts(v);
    let class = class
        .map(|c| c.qualname.borrow().as_str().to_owned())
        .unwrap_or_default();
    Ok(vm.text(&format!("{class}.{name}")))
}

fn get_objclass(_: &Vm, v: &Value) -> R {
    Ok(parts(v).1.map_or(Value::None, Value::from))
}
