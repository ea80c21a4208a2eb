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
        let c = &self.classes;
        Some(match kind {
            Kind::List if class.is(&c.list) => list::construct(self, args),
            Kind::Tuple if class.is(&c.tuple) => tuple::construct(self, args),
            Kind::Dict if class.is(&c.dict) => dict::construct(self, args),
            Kind::Set if class.is(&c.set) => set::construct(self, args, false),
            Kind::Set if class.is(&c.frozenset) => set::construct(self, args, true),
            Kind::Range => range::construct(self, args),
            _ => return None,
        })
    }
}
