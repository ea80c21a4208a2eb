//! Subscripted types (`list[int]`) and unions of types (`int | None`).

use crate::object::{Kind, Obj, Object, Ref, trace_value};
use crate::objects::tuple::TupleObj;
use crate::value::Value;

/// The sorts of aliases.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavour {
    /// `types.GenericAlias`: of a builtin type.
    Builtin,
    /// The same unpacked: `*tuple[int, ...]`.
    Starred,
    /// Of `typing.Generic` or a class made from it.
    Typing,
    /// `*Ts`: `typing.Unpack[Ts]`.
    Unpack,
}

/// `types.GenericAlias`, and the aliases of `typing`.
pub struct GenericAliasObj {
    /// `__origin__`.
    pub origin: Value,
    /// `__args__`.
    pub args: Ref<TupleObj>,
    /// Its sort.
    pub flavour: Flavour,
}

impl Object for GenericAliasObj {
    const KIND: Kind = Kind::GenericAlias;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.origin, visit);
        visit(self.args.obj());
    }
}

/// `types.UnionType`.
pub struct UnionObj {
    /// `__args__`.
    pub args: Ref<TupleObj>,
    /// Made with type variables: `typing.Union`.
    pub typing: bool,
}

impl Object for UnionObj {
    const KIND: Kind = Kind::Union;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.args.obj());
    }
}
