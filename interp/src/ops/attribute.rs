//! Attributes: `x.name`, `x.name = value`, `del x.name`, with the hooks a class may define.
//!
//! `read` and `write` hold the default protocol (`object.__getattribute__` and
//! `object.__setattr__`) for every kind of object, `descriptor` the binding of what was found in a
//! class, `missing` the texts of errors. Caches are not here; they belong to the nodes in `eval`.

mod descriptor;
mod missing;
mod read;
mod write;

use crate::builtins::super_object;
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, flags};
use crate::objects::str::Name;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// `v.name`.
    pub fn get_attr(&self, v: &Value, name: &Name) -> R {
        match self.attr(v, name) {
            Ok(Some(found)) => Ok(found),
            Ok(None) => Err(self.no_attribute(v, name)),
            Err(Raised) => Err(Raised),
        }
    }

    /// `v.name`, or `None` where reading it raises `AttributeError`.
    pub fn find_attr(&self, v: &Value, name: &Name) -> R<Option<Value>> {
        let found = self.attr(v, name);
        match found {
            Err(Raised) if self.catch(&self.exceptions.AttributeError).is_some() => Ok(None),
            found => found,
        }
    }

    /// `v.name`; `None` instead of an `AttributeError` that would only say that it is absent.
    #[inline]
    fn attr(&self, v: &Value, name: &Name) -> R<Option<Value>> {
        let class = self.class_of(v);
        if class.has(flags::GETATTRIBUTE | flags::GETATTR) {
            return self.hooked_attr(v, &class, name);
        }
        self.plain_attr(v, &class, name)
    }

    /// `v.name` where the class has `__getattribute__` or `__getattr__`.
    fn hooked_attr(&self, v: &Value, class: &Ref<ClassObj>, name: &Name) -> R<Option<Value>> {
        let hook = if class.has(flags::GETATTRIBUTE) {
            class.lookup(self, &self.names.getattribute_)
        } else {
            None
        };
        let found = match &hook {
            Some(hook) if hook.is_kind(Kind::Native) => {
                // Of a subclass of `super`: what that finds comes first.
                match super_object::behind(self, &self.native(v), name)? {
                    Some(found) => Ok(Some(found)),
                    None => self.plain_attr(v, class, name),
                }
            }
            Some(hook) => self.call_unbound(hook, v, &[name.into()], &[]).map(Some),
            None => self.plain_attr(v, class, name),
        };
        let absent = match &found {
            Ok(found) => found.is_none(),
            Err(Raised) => self.is_raised(&self.exceptions.AttributeError),
        };
        if !absent || !class.has(flags::GETATTR) {
            return found;
        }
        let Some(getattr) = class.lookup(self, &self.names.getattr_) else {
            return found;
        };
        if found.is_err() {
            drop(self.take_raised());
        }
        self.call_unbound(&getattr, v, &[name.into()], &[])
            .map(Some)
            .map_err(|raised| self.say_whose(raised, v, name))
    }

    /// An `AttributeError` that does not say what was asked for of which object: this one.
    #[cold]
    pub(super) fn say_whose(&self, raised: Raised, v: &Value, name: &Name) -> Raised {
        if self.is_raised(&self.exceptions.AttributeError) {
            if let Some(e) = self.pending.borrow().as_ref() {
                let attrs = e.attrs();
                let is_unsaid = |n: &Name| attrs.get_name(n).is_none_or(|v| v.is_none());
                if is_unsaid(&self.names.name) && is_unsaid(&self.names.obj) {
                    attrs.set_name(&self.names.name, name.into());
                    attrs.set_name(&self.names.obj, v.clone());
                }
            }
        }
        raised
    }

    /// `v.name = value`.
    pub fn set_attr(&self, v: &Value, name: &Name, value: Value) -> R<()> {
        let class = self.class_of(v);
        if class.has(flags::SETATTR) {
            if let Some(hook) = class.lookup(self, &self.names.setattr_) {
                return self
                    .call_unbound(&hook, v, &[name.into(), value], &[])
                    .map(drop);
            }
        }
        self.plain_set_attr(v, &class, name, value)
    }

    /// `del v.name`.
    pub fn del_attr(&self, v: &Value, name: &Name) -> R<()> {
        let class = self.class_of(v);
        if class.has(flags::SETATTR) {
            if let Some(hook) = class.lookup(self, &self.names.delattr_) {
                return self.call_unbound(&hook, v, &[name.into()], &[]).map(drop);
            }
        }
        self.plain_set_attr(v, &class, name, Value::Unbound)
    }

    /// The attribute name in a value given to `getattr` and the like.
    pub(crate) fn attribute_name(&self, v: &Value) -> R<Name> {
        match self.native(v).downcast() {
            Some(text) => Ok(self.interned.name_of(text)),
            None => Err(self.type_error(format!(
                "attribute name must be string, not '{}'",
                self.type_name(v)
            ))),
        }
    }

    /// Python's `callable`.
    pub fn is_callable(&self, v: &Value) -> bool {
        match v.kind() {
            None => false,
            Some(
                Kind::Function
                | Kind::Native
                | Kind::BoundMethod
                | Kind::Class
                | Kind::StaticMethod,
            ) => true,
            Some(_) => self
                .special(v, &self.names.call_)
                .is_some_and(|c| !c.is_none()),
        }
    }
}
