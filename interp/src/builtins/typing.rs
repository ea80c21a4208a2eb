//! What type parameters need at run time: `TypeVar`, `ParamSpec`, `TypeVarTuple`, type aliases and
//! `Generic`. The classes say they are from `typing`, which takes them from here.

mod alias_type;
mod generic;
mod param;
mod param_rows;

pub(crate) use alias_type::is_type_alias;
pub use alias_type::type_alias;
pub(crate) use generic::MRO_ENTRIES;
pub use generic::subscript_generic;
pub use param::{ParamKind, type_param};
pub(crate) use param::{default_of, kind_of};

use std::rc::Rc;

use crate::object::{Obj, Ref};
use crate::objects::class::ClassObj;
use crate::objects::host::{HostData, HostObj};
use crate::value::Value;
use crate::vm::Vm;

/// The classes and the one marker.
pub struct Typing {
    type_var: Ref<ClassObj>,
    param_spec: Ref<ClassObj>,
    type_var_tuple: Ref<ClassObj>,
    param_spec_args: Ref<ClassObj>,
    param_spec_kwargs: Ref<ClassObj>,
    alias_type: Ref<ClassObj>,
    /// `Generic`.
    pub generic: Ref<ClassObj>,
    /// `NoDefault`.
    no_default: Value,
    /// What `*Ts` is an alias of.
    unpack: Value,
}

/// An object that is nothing but its class.
struct Marker;

impl HostData for Marker {
    fn trace(&self, _visit: &mut dyn FnMut(&Obj)) {}
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// The classes, made at the first look.
pub fn typing(vm: &Vm) -> Rc<Typing> {
    vm.state("typing parameters", || {
        let marker = |class: Ref<ClassObj>| -> Value {
            Ref::new(HostObj {
                class,
                data: Box::new(Marker),
            })
            .into()
        };
        Typing {
            type_var: vm.make_class(&param_rows::TYPE_VAR, &[]),
            param_spec: vm.make_class(&param_rows::PARAM_SPEC, &[]),
            type_var_tuple: vm.make_class(&param_rows::TYPE_VAR_TUPLE, &[]),
            param_spec_args: vm.make_class(&param_rows::PARAM_SPEC_ARGS, &[]),
            param_spec_kwargs: vm.make_class(&param_rows::PARAM_SPEC_KWARGS, &[]),
            alias_type: vm.make_class(&alias_type::TYPE_ALIAS_TYPE, &[]),
            generic: vm.make_class(&generic::GENERIC, &[]),
            no_default: marker(vm.make_class(&param_rows::NO_DEFAULT, &[])),
            unpack: marker(vm.make_class(&param_rows::UNPACK, &[])),
        }
    })
}

/// The names that `typing` has from here.
pub fn names(vm: &Vm) -> Vec<(&'static str, Value)> {
    let t = typing(vm);
    vec![
        ("TypeVar", (&t.type_var).into()),
        ("ParamSpec", (&t.param_spec).into()),
        ("TypeVarTuple", (&t.type_var_tuple).into()),
        ("ParamSpecArgs", (&t.param_spec_args).into()),
        ("ParamSpecKwargs", (&t.param_spec_kwargs).into()),
        ("TypeAliasType", (&t.alias_type).into()),
        ("Generic", (&t.generic).into()),
        ("NoDefault", t.no_default.clone()),
        ("Unpack", t.unpack.clone()),
        ("_GenericAlias", (&vm.classes.typing_alias).into()),
    ]
}
