//! The short way to `list(x)`, `dict()`, `range(n)` and the like: without an empty object made by
//! `__new__` and filled by `__init__`.

use crate::builtins::{dict, list, range, set, tuple};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::str::Name;
use crate::value::{R, Value};
use crate::vm::Vm;

impl Vm {
    /// The result of calling a builtin container class with positional arguments, then the values
    /// of these keywords; `None` for other classes, and for a dict with keywords.
    #[inline]
    pub fn construct_container(
        &self,
        class: &Ref<ClassObj>,
        args: &[Value],
        kwnames: &[Name],
    ) -> Option<R> {
        let Layout::Native(kind) = class.layout else {
            return None;
        };
        let c = &self.classes;
        if !kwnames.is_empty() {
            let containers = [&c.list, &c.tuple, &c.set, &c.frozenset, &c.range];
            let class = containers.into_iter().find(|known| class.is(known))?;
            let text = format!("{}() takes no keyword arguments", class.name_text());
            return Some(Err(self.type_error(text)));
        }
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
