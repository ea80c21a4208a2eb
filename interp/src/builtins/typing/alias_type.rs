//! `typing.TypeAliasType`: what a `type` statement makes.

use std::cell::RefCell;

use super::param::{Lazy, attrs_of_caller, empty, force, items};
use super::typing;
use crate::builtins::alias::{generic_alias, union};
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Obj, Ref, trace_value};
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::host::{HostAttrs, HostData, HostObj};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `typing.TypeAliasType`.
pub static TYPE_ALIAS_TYPE: ClassSpec = ClassSpec {
    name: "TypeAliasType",
    module: "typing",
    doc: "Type alias.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        static_method(
            "__new__(cls, name, value, *, type_params=())",
            "Create a type alias.",
            new,
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            Ok(this(vm, &a[0])?.name.clone())
        }),
        method("__getitem__(key, /)", "Return self[key].", getitem),
        method("__or__(value, /)", "Return self|value.", |vm, a| {
            union(vm, &a[0], &a[1])
        }),
        method("__ror__(value, /)", "Return value|self.", |vm, a| {
            union(vm, &a[1], &a[0])
        }),
        method("__reduce__()", "Helper for pickle.", |vm, a| {
            Ok(this(vm, &a[0])?.name.clone())
        }),
    ],
    attributes: &[
        Attribute {
            name: "__name__",
            get: |vm, v| Ok(this(vm, v)?.name.clone()),
            set: None,
        },
        Attribute {
            name: "__value__",
            get: |vm, v| force(vm, &this(vm, v)?.value, &Value::None),
            set: None,
        },
        Attribute {
            name: "__type_params__",
            get: |vm, v| Ok(this(vm, v)?.params.clone()),
            set: None,
        },
        Attribute {
            name: "__parameters__",
            get: parameters,
            set: None,
        },
    ],
    subclassable: false,
};

/// A type alias.
struct Alias {
    name: Value,
    value: RefCell<Lazy>,
    params: Value,
    attrs: HostAttrs,
}

impl HostData for Alias {
    fn attrs(&self) -> Option<&HostAttrs> {
        Some(&self.attrs)
    }
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(dict) = &*self.attrs.borrow() {
            visit(dict.obj());
        }
        trace_value(&self.params, visit);
        if let Lazy::Waiting(v) | Lazy::Ready(v) = &*self.value.borrow() {
            trace_value(v, visit);
        }
    }
    fn clear(&self) {
        drop(self.value.replace(Lazy::Absent));
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Alias> {
    match v.downcast::<HostObj>().and_then(|h| h.get::<Alias>()) {
        Some(alias) => Ok(alias),
        None => Err(vm.type_error(format!(
            "expected a TypeAliasType, got '{}'",
            vm.type_name(v)
        ))),
    }
}

fn object(vm: &Vm, name: &Value, value: Lazy, params: Value) -> Value {
    Ref::new(HostObj {
        class: typing(vm).alias_type.clone(),
        data: Box::new(Alias {
            name: name.clone(),
            value: RefCell::new(value),
            params,
            attrs: attrs_of_caller(vm),
        }),
    })
    .into()
}

/// What `type name[params] = …` makes; `value` computes the type.
pub fn type_alias(vm: &Vm, name: &Value, value: Value, params: Value) -> Value {
    object(vm, name, Lazy::Waiting(value), params)
}

/// The type parameters, those for several types unpacked.
fn parameters(vm: &Vm, v: &Value) -> R {
    let mut unpacked = Vec::new();
    for param in items(&this(vm, v)?.params) {
        if vm.special(&param, &vm.names.iter_).is_some() {
            unpacked.extend(vm.collect(&param)?);
        } else {
            unpacked.push(param);
        }
    }
    Ok(crate::objects::tuple::tuple(unpacked))
}

fn new(vm: &Vm, args: &[Value]) -> R {
    if args[1].as_str().is_none() {
        return Err(vm.type_error(format!(
            "TypeAliasType() argument 'name' must be str, not {}",
            vm.type_name(&args[1])
        )));
    }
    let params = args[3].or(empty());
    if !params.is_kind(Kind::Tuple) {
        return Err(vm.type_error("type_params must be a tuple"));
    }
    Ok(object(vm, &args[1], Lazy::Ready(args[2].clone()), params))
}

fn getitem(vm: &Vm, args: &[Value]) -> R {
    if items(&this(vm, &args[0])?.params).is_empty() {
        return Err(vm.type_error("Only generic type aliases are subscriptable"));
    }
    Ok(generic_alias(&args[0], &args[1]))
}

/// True for a type alias.
pub(crate) fn is_type_alias(v: &Value) -> bool {
    v.downcast::<HostObj>()
        .is_some_and(|h| h.get::<Alias>().is_some())
}
