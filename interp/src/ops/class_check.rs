//! `isinstance` and `issubclass`, with the hooks of metaclasses, tuples and unions.

use crate::object::{Kind, Ref};
use crate::objects::alias::{Flavour, GenericAliasObj, UnionObj};
use crate::objects::class::{ClassObj, flags};
use crate::objects::function::{GetSetObj, NativeObj};
use crate::objects::str::Name;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// Python's `isinstance`.
    pub fn is_instance(&self, v: &Value, class: &Value) -> R<bool> {
        if let Some(c) = class.downcast::<ClassObj>() {
            if self.class_of(v).is(c) {
                return Ok(true);
            }
            return match self.class_hook(c, &self.names.instancecheck_) {
                Some(hook) => self.ask(&hook, class, v),
                None => self.is_instance_plain(v, c),
            };
        }
        let _guard = self.enter_native()?;
        if let Some(members) = members(class) {
            for member in members.items() {
                if self.is_instance(v, member)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if class.is_kind(Kind::GenericAlias) {
            return Err(self.parameterized(class, "isinstance"));
        }
        match self.special(class, &self.names.instancecheck_) {
            Some(hook) => self.ask(&hook, class, v),
            None if self.abstract_bases(class)?.is_some() => {
                match self.find_attr(v, &self.names.class_)? {
                    Some(of) => self.is_abstract_subclass(&of, class),
                    None => Ok(false),
                }
            }
            None => {
                Err(self
                    .type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"))
            }
        }
    }

    #[cold]
    fn parameterized(&self, alias: &Value, function: &str) -> Raised {
        let alias = alias.downcast::<GenericAliasObj>();
        if alias.is_some_and(|a| a.flavour == Flavour::Typing) {
            let text = "Subscripted generics cannot be used with class and instance checks";
            return self.type_error(text);
        }
        let text = format!("{function}() argument 2 cannot be a parameterized generic");
        self.type_error(text)
    }

    /// `__bases__` of an object that plays a class.
    fn abstract_bases(&self, v: &Value) -> R<Option<Ref<TupleObj>>> {
        let bases = self.find_attr(v, &self.name("__bases__"))?;
        Ok(bases.and_then(|b| b.downcast::<TupleObj>().cloned()))
    }

    /// `issubclass` by `__bases__`.
    fn is_abstract_subclass(&self, c: &Value, class: &Value) -> R<bool> {
        if c.is(class) {
            return Ok(true);
        }
        let _guard = self.enter_native()?;
        let Some(bases) = self.abstract_bases(c)? else {
            return Ok(false);
        };
        for base in bases.items() {
            if self.is_abstract_subclass(base, class)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `type.__instancecheck__`: by the class, or by what the object says its class is.
    pub(crate) fn is_instance_plain(&self, v: &Value, class: &Ref<ClassObj>) -> R<bool> {
        let of = self.class_of(v);
        if of.is_subclass(class) {
            return Ok(true);
        }
        // Only a class that redefines `__class__` (a proxy, a mock) can say something else.
        let says = of.lookup(self, &self.names.class_);
        let plain = !of.has(flags::GETATTRIBUTE);
        if plain && says.is_none_or(|s| s.downcast::<GetSetObj>().is_some()) {
            return Ok(false);
        }
        let claimed = self.find_attr(v, &self.names.class_)?;
        Ok(claimed
            .and_then(|c| c.downcast::<ClassObj>().map(|c| c.is_subclass(class)))
            .unwrap_or(false))
    }

    /// Python's `issubclass`.
    pub fn is_subclass(&self, c: &Value, class: &Value) -> R<bool> {
        if let Some(of) = class.downcast::<ClassObj>() {
            return match self.class_hook(of, &self.names.subclasscheck_) {
                Some(hook) => self.ask(&hook, class, c),
                None => self.is_subclass_plain(c, of),
            };
        }
        let _guard = self.enter_native()?;
        if let Some(members) = members(class) {
            for member in members.items() {
                if self.is_subclass(c, member)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if class.is_kind(Kind::GenericAlias) {
            return Err(self.parameterized(class, "issubclass"));
        }
        match self.special(class, &self.names.subclasscheck_) {
            Some(hook) => self.ask(&hook, class, c),
            None => {
                if self.abstract_bases(c)?.is_none() {
                    return Err(self.type_error("issubclass() arg 1 must be a class"));
                }
                if self.abstract_bases(class)?.is_some() {
                    return self.is_abstract_subclass(c, class);
                }
                let text = "issubclass() arg 2 must be a class, a tuple of classes, or a union";
                Err(self.type_error(text))
            }
        }
    }

    /// `type.__subclasscheck__`.
    pub(crate) fn is_subclass_plain(&self, c: &Value, class: &Ref<ClassObj>) -> R<bool> {
        match c.downcast::<ClassObj>() {
            Some(c) => Ok(c.is_subclass(class)),
            None if self.abstract_bases(c)?.is_some() => {
                self.is_abstract_subclass(c, &class.into())
            }
            None => Err(self.type_error("issubclass() arg 1 must be a class")),
        }
    }

    /// The metaclass's own `__instancecheck__` or `__subclasscheck__`, if it is not that of `type`.
    fn class_hook(&self, class: &Ref<ClassObj>, name: &Name) -> Option<Value> {
        let meta = class.metaclass.borrow().clone()?;
        if meta.is(&self.classes.type_) {
            return None;
        }
        let hook = meta.lookup(self, name)?;
        let of_type = hook.downcast::<NativeObj>().and_then(|n| n.class.as_ref());
        if of_type.is_some_and(|c| c.is(&self.classes.type_)) {
            None
        } else {
            Some(hook)
        }
    }

    fn ask(&self, hook: &Value, class: &Value, v: &Value) -> R<bool> {
        let _guard = self.enter_native()?;
        let answer = self.call_unbound(hook, class, std::slice::from_ref(v), &[])?;
        self.truth(&answer)
    }
}

/// The members of a tuple of classes or of a union.
fn members(classes: &Value) -> Option<Ref<TupleObj>> {
    if let Some(union) = classes.downcast::<UnionObj>() {
        return Some(union.args.clone());
    }
    classes.downcast::<TupleObj>().cloned()
}
