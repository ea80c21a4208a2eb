//! Setting and deleting attributes by the default protocol (`object.__setattr__`).

use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{ClassMethodObj, FunctionObj, StaticMethodObj};
use crate::objects::host::HostObj;
use crate::objects::instance::InstanceObj;
use crate::objects::module::ModuleObj;
use crate::objects::str::Name;
use crate::value::{R, Value};
use crate::vm::Vm;

impl Vm {
    /// `object.__setattr__` and `type.__setattr__`; `Unbound` deletes.
    pub(crate) fn plain_set_attr(
        &self,
        v: &Value,
        class: &Ref<ClassObj>,
        name: &Name,
        value: Value,
    ) -> R<()> {
        if let Some(this) = v.downcast::<ClassObj>() {
            return self.set_class_attr(this, class, name, value);
        }
        if let Some(attr) = class.lookup(self, name) {
            if self.is_data_descriptor(&attr) {
                return self.descriptor_set(&attr, v, name, &value);
            }
        }
        if let Some(instance) = v.downcast::<InstanceObj>() {
            return self.set_instance_attr(v, instance, class, name, value);
        }
        let Some(dict) = writable_dict(v) else {
            return Err(self.cannot_set(v, class, name));
        };
        if !value.is_unbound() {
            dict.set_name(name, value);
        } else if dict.remove_name(name).is_none() {
            return Err(self.nothing_to_delete(v, name));
        }
        Ok(())
    }

    fn set_instance_attr(
        &self,
        v: &Value,
        instance: &Ref<InstanceObj>,
        class: &Ref<ClassObj>,
        name: &Name,
        value: Value,
    ) -> R<()> {
        if class.slots.borrow().is_some() {
            return Err(self.cannot_set(v, class, name));
        }
        if !value.is_unbound() {
            instance.set_own(name, value);
        } else if instance.remove_own(name).is_none() {
            return Err(self.nothing_to_delete(v, name));
        }
        Ok(())
    }

    fn set_class_attr(
        &self,
        class: &Ref<ClassObj>,
        meta: &Ref<ClassObj>,
        name: &Name,
        value: Value,
    ) -> R<()> {
        if class.is_builtin {
            return Err(self.immutable_class(class, name.as_str()));
        }
        if let Some(attr) = meta.lookup(self, name) {
            if self.is_data_descriptor(&attr) {
                return self.descriptor_set(&attr, &class.into(), name, &value);
            }
        }
        if !value.is_unbound() {
            class.set_own(self, name, value);
        } else if class.own(self, name).is_none() {
            return Err(self.no_attribute(&class.into(), name));
        } else {
            drop(class.remove_own(self, name));
        }
        Ok(())
    }
}

/// The dict of an object's own attributes, made if need be.
fn writable_dict(v: &Value) -> Option<Ref<DictObj>> {
    match v.kind()? {
        Kind::Exception => Some(v.downcast::<ExceptionObj>()?.attrs()),
        Kind::Function => Some(v.downcast::<FunctionObj>()?.attrs()),
        Kind::Module => Some(v.downcast::<ModuleObj>()?.dict.clone()),
        Kind::ClassMethod => {
            let attrs = &v.downcast::<ClassMethodObj>()?.attrs;
            Some(attrs.borrow_mut().get_or_insert_with(new_dict).clone())
        }
        Kind::StaticMethod => {
            let attrs = &v.downcast::<StaticMethodObj>()?.attrs;
            Some(attrs.borrow_mut().get_or_insert_with(new_dict).clone())
        }
        Kind::Host => v.downcast::<HostObj>()?.dict(),
        _ => None,
    }
}
