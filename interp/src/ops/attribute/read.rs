//! Reading attributes by the default protocol: data descriptors of the class first, then the
//! object's own attributes, then whatever else the class has.

use crate::builtins::{alias, super_object};
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{BoundMethodObj, ClassMethodObj, FunctionObj, StaticMethodObj};
use crate::objects::host::HostObj;
use crate::objects::instance::InstanceObj;
use crate::objects::module::ModuleObj;
use crate::objects::str::Name;
use crate::value::{R, Value};
use crate::vm::Vm;

impl Vm {
    /// `object.__getattribute__`, and what stands in its place for classes, modules, `super`, …
    /// `None` if there is no such attribute.
    pub(crate) fn plain_attr(
        &self,
        v: &Value,
        class: &Ref<ClassObj>,
        name: &Name,
    ) -> R<Option<Value>> {
        match v.kind() {
            Some(Kind::Instance) => self.instance_attr(v, class, name),
            Some(Kind::Class) => self.class_attr(v, class, name),
            Some(Kind::Module) => self.module_attr(v, class, name),
            Some(Kind::Super) => super_object::attribute(self, v, name),
            Some(Kind::BoundMethod) => self.method_attr(v, class, name),
            Some(Kind::GenericAlias) => alias::attribute(self, v, name),
            _ => self.generic_attr(v, class, name),
        }
    }

    fn instance_attr(&self, v: &Value, class: &Ref<ClassObj>, name: &Name) -> R<Option<Value>> {
        let found = class.lookup(self, name);
        if let Some(attr) = &found {
            if self.comes_first(attr) {
                return self.bind(attr.clone(), v, class).map(Some);
            }
        }
        if let Some(own) = v.downcast::<InstanceObj>().and_then(|i| i.own(name)) {
            return Ok(Some(own));
        }
        found.map(|attr| self.bind(attr, v, class)).transpose()
    }

    /// The default protocol for objects whose own attributes, if any, stand in a dict.
    pub(crate) fn generic_attr(
        &self,
        v: &Value,
        class: &Ref<ClassObj>,
        name: &Name,
    ) -> R<Option<Value>> {
        let found = class.lookup(self, name);
        if let Some(attr) = &found {
            if self.comes_first(attr) {
                return self.bind(attr.clone(), v, class).map(Some);
            }
        }
        if let Some(own) = own_dict(v).and_then(|d| d.get_name(name)) {
            return Ok(Some(own));
        }
        found.map(|attr| self.bind(attr, v, class)).transpose()
    }

    /// `type.__getattribute__`: the metaclass takes the class's part, and attributes of the class
    /// itself are bound to it.
    fn class_attr(&self, v: &Value, meta: &Ref<ClassObj>, name: &Name) -> R<Option<Value>> {
        let of_meta = meta.lookup(self, name);
        if let Some(attr) = &of_meta {
            if self.comes_first(attr) {
                return self.bind(attr.clone(), v, meta).map(Some);
            }
        }
        if let Some(class) = v.downcast::<ClassObj>() {
            if let Some(found) = class.lookup(self, name) {
                return self.bind(found, &Value::Unbound, class).map(Some);
            }
        }
        of_meta.map(|attr| self.bind(attr, v, meta)).transpose()
    }

    fn module_attr(&self, v: &Value, class: &Ref<ClassObj>, name: &Name) -> R<Option<Value>> {
        if let Some(found) = self.generic_attr(v, class, name)? {
            return Ok(Some(found));
        }
        let dict = v.downcast::<ModuleObj>().map(|m| m.dict.clone());
        match dict.and_then(|d| d.get_name(&self.names.getattr_)) {
            Some(getattr) => self
                .call(&getattr, &[name.into()])
                .map(Some)
                .map_err(|raised| self.say_whose(raised, v, name)),
            None => Ok(None),
        }
    }

    /// A bound method has the attributes of its function besides its own.
    fn method_attr(&self, v: &Value, class: &Ref<ClassObj>, name: &Name) -> R<Option<Value>> {
        if let Some(found) = class.lookup(self, name) {
            return self.bind(found, v, class).map(Some);
        }
        match v.downcast::<BoundMethodObj>() {
            Some(method) => self.attr(&method.function, name),
            None => Ok(None),
        }
    }
}

/// The dict of an object's own attributes, if it has one already.
pub(super) fn own_dict(v: &Value) -> Option<Ref<DictObj>> {
    match v.kind()? {
        Kind::Exception => v.downcast::<ExceptionObj>()?.attrs_if_any(),
        Kind::Function => v.downcast::<FunctionObj>()?.attrs.borrow().clone(),
        Kind::Module => Some(v.downcast::<ModuleObj>()?.dict.clone()),
        Kind::ClassMethod => v.downcast::<ClassMethodObj>()?.attrs.borrow().clone(),
        Kind::StaticMethod => v.downcast::<StaticMethodObj>()?.attrs.borrow().clone(),
        Kind::Host => v.downcast::<HostObj>()?.attrs_if_any(),
        _ => None,
    }
}
