//! The short way to `list(x)`, `dict()`, `range(n)` and the like: without an empty object made by
//! `__new__` and filled by `__init__`.

use crate::builtins::{dict, list, range, set, tuple};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::value::{R, Value};
use crate::vm::Vm;

impl Vm {
    /// The result of calling a builtin container class with positional arguments; `None` for
    /// other classes.
    #[inline]
    pub(crate) fn construct_container(&self, class: &Ref<ClassObj>, args: &[Value]) -> Option<R> {
        let Layout::Native(kind) = class.layout else {
            return None;
        };
        if !class.is_builtin {
            return None;
        }
        Some(match kind {
            Kind::List => list::construct(self, args),
            Kind::Tuple => tuple::construct(self, args),
            Kind::Dict => dict::construct(self, args),
            Kind::Set => set::construct(self, args, class.is(&self.classes.frozenset)),
            Kind::Range => range::construct(self, args),
            _ => return None,
        })
    }
}
