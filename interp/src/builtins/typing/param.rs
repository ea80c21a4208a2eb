//! Type parameters: the data of `TypeVar`, `ParamSpec` and `TypeVarTuple`.

use std::cell::RefCell;

use super::typing;
use crate::object::{Obj, Ref, trace_value};
use crate::objects::dict::new_dict;
use crate::objects::host::{HostAttrs, HostData, HostObj};
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// The sorts of type parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    /// `T`.
    TypeVar,
    /// `**P`.
    ParamSpec,
    /// `*Ts`.
    TypeVarTuple,
}

/// A value that may still have to be computed by calling a function.
pub(super) enum Lazy {
    /// There is none.
    Absent,
    /// What computes it.
    Waiting(Value),
    /// The value.
    Ready(Value),
}

impl Lazy {
    fn value(&self) -> Option<&Value> {
        match self {
            Lazy::Absent => None,
            Lazy::Waiting(v) | Lazy::Ready(v) => Some(v),
        }
    }
}

/// Gives the value, computed at the first look; `absent` if there is none.
pub(super) fn force(vm: &Vm, lazy: &RefCell<Lazy>, absent: &Value) -> R {
    let waiting = match &*lazy.borrow() {
        Lazy::Absent => return Ok(absent.clone()),
        Lazy::Ready(v) => return Ok(v.clone()),
        Lazy::Waiting(f) => f.clone(),
    };
    let value = vm.call(&waiting, &[])?;
    drop(lazy.replace(Lazy::Ready(value.clone())));
    Ok(value)
}

/// Which way a type parameter varies.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Variance {
    pub(super) covariant: bool,
    pub(super) contravariant: bool,
    pub(super) inferred: bool,
}

/// A type parameter.
pub(super) struct Param {
    pub(super) kind: ParamKind,
    /// `__name__`.
    pub(super) name: Value,
    pub(super) bound: RefCell<Lazy>,
    pub(super) constraints: RefCell<Lazy>,
    pub(super) default: RefCell<Lazy>,
    pub(super) variance: Variance,
    /// `__module__`, and what the program adds.
    pub(super) attrs: HostAttrs,
}

/// Attributes with the `__module__` of the code that runs.
pub(super) fn attrs_of_caller(vm: &Vm) -> HostAttrs {
    let globals = vm.frame().map(|f| f.function().globals.clone());
    let module = globals.and_then(|g| g.get_name(&vm.names.name_));
    let dict = new_dict();
    dict.set_name(&vm.names.module_, module.unwrap_or(Value::None));
    RefCell::new(Some(dict))
}

impl HostData for Param {
    fn attrs(&self) -> Option<&HostAttrs> {
        Some(&self.attrs)
    }
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(dict) = &*self.attrs.borrow() {
            visit(dict.obj());
        }
        for lazy in [&self.bound, &self.constraints, &self.default] {
            if let Some(v) = lazy.borrow().value() {
                trace_value(v, visit);
            }
        }
    }
    fn clear(&self) {
        for lazy in [&self.bound, &self.constraints, &self.default] {
            drop(lazy.replace(Lazy::Absent));
        }
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// A new object of this parameter.
pub(super) fn object(vm: &Vm, param: Param) -> Value {
    let types = typing(vm);
    let class = match param.kind {
        ParamKind::TypeVar => &types.type_var,
        ParamKind::ParamSpec => &types.param_spec,
        ParamKind::TypeVarTuple => &types.type_var_tuple,
    };
    Ref::new(HostObj {
        class: class.clone(),
        data: Box::new(param),
    })
    .into()
}

/// A type parameter of `def f[T: bound = default]`: bound (or the tuple of constraints) and default
/// are functions that compute them.
pub fn type_param(
    vm: &Vm,
    kind: ParamKind,
    name: &Value,
    bound: Option<(Value, bool)>,
    default: Option<Value>,
) -> Value {
    let waiting = |f: Option<Value>| RefCell::new(f.map_or(Lazy::Absent, Lazy::Waiting));
    let (bound, constraints) = match bound {
        Some((f, true)) => (None, Some(f)),
        Some((f, false)) => (Some(f), None),
        None => (None, None),
    };
    let param = Param {
        kind,
        name: name.clone(),
        bound: waiting(bound),
        constraints: waiting(constraints),
        default: waiting(default),
        variance: Variance {
            inferred: kind != ParamKind::TypeVarTuple,
            ..Variance::default()
        },
        attrs: attrs_of_caller(vm),
    };
    object(vm, param)
}

/// The type parameter that a value is.
pub(super) fn param(v: &Value) -> Option<&Param> {
    v.downcast::<HostObj>()?.get::<Param>()
}

/// The sort of type parameter that a value is.
pub(crate) fn kind_of(v: &Value) -> Option<ParamKind> {
    param(v).map(|p| p.kind)
}

/// The receiver of a method as the type parameter it must be.
pub(super) fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Param> {
    match param(v) {
        Some(p) => Ok(p),
        None => Err(vm.type_error(format!(
            "expected a type parameter, got '{}'",
            vm.type_name(v)
        ))),
    }
}

/// `__default__` if there is one.
pub(crate) fn default_of(vm: &Vm, v: &Value) -> R<Option<Value>> {
    let Some(p) = param(v) else {
        return Ok(None);
    };
    if matches!(&*p.default.borrow(), Lazy::Absent) {
        return Ok(None);
    }
    force(vm, &p.default, &Value::None).map(Some)
}

/// The items of a tuple.
pub(super) fn items(v: &Value) -> Vec<Value> {
    v.downcast::<TupleObj>()
        .map_or_else(Vec::new, |t| t.items().to_vec())
}

/// A tuple without items.
pub(super) fn empty() -> Value {
    tuple(vec![])
}
