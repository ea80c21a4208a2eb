//! `mappingproxy`: a read-only view of a mapping, or of a class's namespace.
//!
//! A class's namespace is no dict; what needs one (views, iteration) works on a copy.

use aio_parser::ast::{BinaryOp, CmpOp};

use super::list::wrong_receiver;
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::function::MappingProxyObj;
use crate::objects::str::StrObj;
use crate::ops::subscript::generic_alias;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `types.MappingProxyType`.
pub static MAPPINGPROXY: ClassSpec = ClassSpec {
    name: "mappingproxy",
    module: "builtins",
    doc: "Read-only proxy of a mapping.",
    layout: Layout::Native(Kind::MappingProxy),
    methods: &[
        static_method("__new__(cls, mapping)", "Create a proxy.", new),
        method(
            "get(key, default=None, /)",
            "Return the value for key if key is in the mapping, else default.",
            |vm, a| get(vm, this(vm, &a[0])?, a),
        ),
        method(
            "keys()",
            "a set-like object providing a view on D's keys",
            |vm, a| call_of(vm, &a[0], "keys"),
        ),
        method(
            "values()",
            "an object providing a view on D's values",
            |vm, a| call_of(vm, &a[0], "values"),
        ),
        method(
            "items()",
            "a set-like object providing a view on D's items",
            |vm, a| call_of(vm, &a[0], "items"),
        ),
        method("copy()", "a shallow copy of D", |vm, a| {
            call_of(vm, &a[0], "copy")
        }),
        method("__str__()", "Return str(self).", |vm, a| {
            vm.str(&mapping(vm, this(vm, &a[0])?)).map(Value::from)
        }),
        method("__len__()", "Return len(self).", |vm, a| {
            Ok(len(vm, this(vm, &a[0])?)?.into())
        }),
        method("__getitem__(key, /)", "Return self[key].", |vm, a| {
            get_item(vm, this(vm, &a[0])?, &a[1])
        }),
        method(
            "__contains__(key, /)",
            "Return bool(key in self).",
            |vm, a| Ok(contains(vm, this(vm, &a[0])?, &a[1])?.into()),
        ),
        method("__iter__()", "Implement iter(self).", |vm, a| {
            iter(vm, this(vm, &a[0])?)
        }),
        method(
            "__reversed__()",
            "D.__reversed__() -> reverse iterator",
            |vm, a| super::iterator::reverse_iterator(vm, &mapping(vm, this(vm, &a[0])?)),
        ),
        method("__eq__(value, /)", "Return self==value.", |vm, a| {
            compare(vm, CmpOp::Eq, &a[0], &a[1])
        }),
        method("__ne__(value, /)", "Return self!=value.", |vm, a| {
            compare(vm, CmpOp::NotEq, &a[0], &a[1])
        }),
        method("__or__(value, /)", "Return self|value.", |vm, a| {
            binary(vm, BinaryOp::BitOr, &a[0], &a[1])
        }),
        method("__ror__(value, /)", "Return value|self.", |vm, a| {
            binary(vm, BinaryOp::BitOr, &a[1], &a[0])
        }),
        method("__ior__(value, /)", "Return self|=value.", |vm, _| {
            Err(no_inplace(vm))
        }),
        method("__hash__()", "Return hash(self).", |vm, a| {
            vm.hash(&mapping(vm, this(vm, &a[0])?)).map(Value::Int)
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            vm.repr(&a[0]).map(Value::from)
        }),
        class_method("__class_getitem__(item, /)", "See PEP 585", |_, a| {
            Ok(generic_alias(&a[0], &a[1]))
        }),
    ],
    attributes: &[],
    subclassable: false,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<MappingProxyObj>> {
    v.downcast::<MappingProxyObj>()
        .ok_or_else(|| wrong_receiver(vm, "mappingproxy", v))
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let refused = match a[1].kind() {
        Some(Kind::List | Kind::Tuple | Kind::Class) | None => true,
        _ => vm.special(&a[1], &vm.names.getitem_).is_none(),
    };
    if refused {
        let name = vm.type_name(&a[1]);
        let text = format!("mappingproxy() argument must be a mapping, not {name}");
        return Err(vm.type_error(text));
    }
    Ok(Ref::new(MappingProxyObj { of: a[1].clone() }).into())
}

/// A class's namespace as a new dict.
pub fn namespace_dict(vm: &Vm, class: &Ref<ClassObj>) -> Ref<DictObj> {
    // A look makes sure that a builtin class is filled.
    drop(class.own(vm, &vm.names.doc_));
    let dict = new_dict();
    for (name, value) in class.namespace.read().iter() {
        dict.set_name(name, value.clone());
    }
    dict
}

/// The mapping behind the proxy: itself, or a dict made from a class's namespace.
pub fn mapping(vm: &Vm, proxy: &MappingProxyObj) -> Value {
    match proxy.of.downcast::<ClassObj>() {
        Some(class) => namespace_dict(vm, class).into(),
        None => proxy.of.clone(),
    }
}

fn call_of(vm: &Vm, v: &Value, name: &str) -> R {
    vm.call_method(&mapping(vm, this(vm, v)?), &vm.name(name), &[])
}

fn own_of(vm: &Vm, class: &Ref<ClassObj>, key: &Value) -> Option<Value> {
    let text = key.downcast::<StrObj>()?;
    class.own(vm, &vm.interned.name_of(text))
}

/// `proxy[key]`.
pub fn get_item(vm: &Vm, proxy: &MappingProxyObj, key: &Value) -> R {
    match proxy.of.downcast::<ClassObj>() {
        Some(class) => match own_of(vm, class, key) {
            Some(value) => Ok(value),
            None => {
                vm.hash(key)?;
                Err(vm.key_error(key))
            }
        },
        None => vm.get_item(&proxy.of, key),
    }
}

fn get(vm: &Vm, proxy: &MappingProxyObj, a: &[Value]) -> R {
    match proxy.of.downcast::<ClassObj>() {
        Some(class) => Ok(own_of(vm, class, &a[1]).unwrap_or_else(|| a[2].or(Value::None))),
        None => {
            let args = [a[1].clone(), a[2].or(Value::None)];
            vm.call_method(&proxy.of, &vm.names.get, &args)
        }
    }
}

/// `key in proxy`.
pub fn contains(vm: &Vm, proxy: &MappingProxyObj, key: &Value) -> R<bool> {
    match proxy.of.downcast::<ClassObj>() {
        Some(class) => Ok(own_of(vm, class, key).is_some()),
        None => vm.contains(&proxy.of, key),
    }
}

/// `len(proxy)`.
pub fn len(vm: &Vm, proxy: &MappingProxyObj) -> R<usize> {
    vm.len(&mapping(vm, proxy))
}

/// `iter(proxy)`.
pub fn iter(vm: &Vm, proxy: &MappingProxyObj) -> R {
    vm.iter(&mapping(vm, proxy))
}

/// The mapping behind a proxy; any other value itself.
fn behind(vm: &Vm, v: &Value) -> Value {
    match v.downcast::<MappingProxyObj>() {
        Some(proxy) => mapping(vm, proxy),
        None => v.clone(),
    }
}

/// `a | b` with a proxy among them.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    if op != BinaryOp::BitOr {
        return Ok(Value::NotImplemented);
    }
    vm.binary(op, &behind(vm, a), &behind(vm, b))
}

/// The comparison of what is behind the proxies.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let _guard = vm.enter_native()?;
    vm.compare(op, &behind(vm, a), &behind(vm, b))
}

/// The error of `proxy |= mapping`.
#[cold]
pub(crate) fn no_inplace(vm: &Vm) -> Raised {
    vm.type_error("'|=' is not supported by mappingproxy; use '|' instead")
}
