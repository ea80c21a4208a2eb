//! Descriptors: what becomes of an attribute that was found in a class.

use crate::native::NativeKind;
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::function::{
    BoundMethodObj, ClassMethodObj, GetSetObj, MemberObj, NativeObj, PropertyObj, StaticMethodObj,
};
use crate::objects::host::{HostDescriptor, HostObj};
use crate::objects::instance::InstanceObj;
use crate::objects::str::Name;
use crate::value::{R, Value};
use crate::vm::Vm;

use super::read::own_dict;

fn host_descriptor(attr: &Value) -> Option<&dyn HostDescriptor> {
    attr.downcast::<HostObj>()?.data.as_descriptor()
}

impl Vm {
    /// The descriptor protocol's `__get__`: what `attr`, found in `class` (or an ancestor), is as
    /// an attribute of `obj`. `Unbound` as `obj` means an attribute of the class itself.
    pub fn bind(&self, attr: Value, obj: &Value, class: &Ref<ClassObj>) -> R {
        let Value::Obj(o) = &attr else {
            return Ok(attr);
        };
        match o.kind() {
            Kind::Function if !obj.is_unbound() => Ok(bound_method(attr, obj.clone())),
            Kind::Native if !obj.is_unbound() => {
                let is_method = o
                    .downcast::<NativeObj>()
                    .is_some_and(|n| n.row.kind == NativeKind::Method);
                Ok(if is_method {
                    bound_method(attr, obj.clone())
                } else {
                    attr
                })
            }
            Kind::ClassMethod => match o.downcast::<ClassMethodObj>() {
                Some(c) => Ok(bound_method(c.function.clone(), class.into())),
                None => Ok(attr),
            },
            Kind::StaticMethod => match o.downcast::<StaticMethodObj>() {
                Some(s) => Ok(s.function.clone()),
                None => Ok(attr),
            },
            Kind::Property | Kind::GetSet | Kind::Member if obj.is_unbound() => Ok(attr),
            Kind::Property => match o.downcast::<PropertyObj>() {
                Some(property) => self.property_get(property, obj),
                None => Ok(attr),
            },
            Kind::GetSet => match o.downcast::<GetSetObj>() {
                Some(getset) => (getset.row.get)(self, &self.receiver_for(getset, obj)),
                None => Ok(attr),
            },
            Kind::Member => match o.downcast::<MemberObj>() {
                Some(member) => self.member_get(member, obj),
                None => Ok(attr),
            },
            Kind::Instance | Kind::Host => match host_descriptor(&attr) {
                Some(descriptor) if !obj.is_unbound() => descriptor.get(self, obj),
                _ => self.bind_object(attr, obj, class),
            },
            Kind::Super if !obj.is_unbound() => {
                crate::builtins::super_object::get(self, &[attr.clone(), obj.clone()])
            }
            _ => Ok(attr),
        }
    }

    /// Calls `__get__` of an object that has one.
    fn bind_object(&self, attr: Value, obj: &Value, class: &Ref<ClassObj>) -> R {
        let Some(get) = self.special(&attr, &self.names.get_) else {
            return Ok(attr);
        };
        let obj = if obj.is_unbound() {
            Value::None
        } else {
            obj.clone()
        };
        self.call_unbound(&get, &attr, &[obj, class.into()], &[])
    }

    /// True if an attribute found in the class comes before the object's own when it is read: a
    /// data descriptor that has `__get__`.
    #[inline]
    pub(super) fn comes_first(&self, attr: &Value) -> bool {
        match attr.kind() {
            Some(Kind::Property | Kind::GetSet | Kind::Member) => true,
            Some(Kind::Instance | Kind::Host) => {
                host_descriptor(attr).is_some()
                    || self.is_data_descriptor(attr)
                        && self.special(attr, &self.names.get_).is_some()
            }
            _ => false,
        }
    }

    /// True if setting the attribute of an object goes to what was found in the class.
    #[inline]
    pub(crate) fn is_data_descriptor(&self, attr: &Value) -> bool {
        match attr.kind() {
            Some(Kind::Property | Kind::GetSet | Kind::Member) => true,
            Some(Kind::Instance | Kind::Host) => {
                let class = self.class_of(attr);
                class.lookup(self, &self.names.set_).is_some()
                    || class.lookup(self, &self.names.delete_).is_some()
            }
            _ => false,
        }
    }

    /// The descriptor protocol's `__set__`; `Unbound` as `value` means `__delete__`.
    pub(crate) fn descriptor_set(
        &self,
        attr: &Value,
        obj: &Value,
        name: &Name,
        value: &Value,
    ) -> R<()> {
        if let Some(property) = attr.downcast::<PropertyObj>() {
            return self.property_set(property, obj, value);
        }
        if let Some(getset) = attr.downcast::<GetSetObj>() {
            return self.getset_set(getset, obj, value);
        }
        if let Some(member) = attr.downcast::<MemberObj>() {
            return self.member_set(member, obj, value);
        }
        let (hook, args) = if value.is_unbound() {
            (&self.names.delete_, vec![obj.clone()])
        } else {
            (&self.names.set_, vec![obj.clone(), value.clone()])
        };
        match self.call_special(attr, hook, &args)? {
            Some(_) => Ok(()),
            None => Err(self.attribute_error(hook.as_str(), &name.into(), obj)),
        }
    }

    /// The object whose Rust side the getter of a builtin type wants to see.
    fn receiver_for(&self, getset: &GetSetObj, obj: &Value) -> Value {
        if getset.class.is_builtin && Vm::carries_payload(&getset.class) {
            self.native(obj)
        } else {
            obj.clone()
        }
    }

    fn getset_set(&self, getset: &GetSetObj, obj: &Value, value: &Value) -> R<()> {
        let Some(set) = getset.row.set else {
            let text = format!(
                "attribute '{}' of '{}' objects is not writable",
                getset.row.name,
                self.class_name(&getset.class)
            );
            return Err(self.attribute_error(text, &self.text(getset.row.name), obj));
        };
        set(self, &self.receiver_for(getset, obj), value)
    }

    fn property_get(&self, property: &Ref<PropertyObj>, obj: &Value) -> R {
        let fget = property.parts.borrow()[0].clone();
        if fget.is_missing() {
            return Err(self.property_error(property, obj, "getter"));
        }
        self.call(&fget, std::slice::from_ref(obj))
    }

    fn property_set(&self, property: &Ref<PropertyObj>, obj: &Value, value: &Value) -> R<()> {
        let (part, what) = if value.is_unbound() {
            (2, "deleter")
        } else {
            (1, "setter")
        };
        let accessor = property.parts.borrow()[part].clone();
        if accessor.is_missing() {
            return Err(self.property_error(property, obj, what));
        }
        if value.is_unbound() {
            self.call(&accessor, std::slice::from_ref(obj)).map(drop)
        } else {
            self.call(&accessor, &[obj.clone(), value.clone()])
                .map(drop)
        }
    }

    #[cold]
    fn property_error(&self, property: &PropertyObj, obj: &Value, what: &str) -> crate::Raised {
        let class = self.class_of(obj).qualname.borrow().as_str().to_owned();
        let name = property.name.borrow().clone();
        let text = if name.is_missing() {
            format!("property of '{class}' object has no {what}")
        } else {
            format!(
                "property {} of '{class}' object has no {what}",
                self.repr_or_name(&name)
            )
        };
        self.attribute_error(text, &name.or(Value::None), obj)
    }

    /// The value of a name in `__slots__`.
    fn member_get(&self, member: &MemberObj, obj: &Value) -> R {
        self.check_member(member, obj)?;
        let own = match obj.downcast::<InstanceObj>() {
            Some(instance) => instance.own(&member.name),
            None => own_dict(obj).and_then(|d| d.get_name(&member.name)),
        };
        own.ok_or_else(|| self.no_attribute(obj, &member.name))
    }

    fn member_set(&self, member: &MemberObj, obj: &Value, value: &Value) -> R<()> {
        self.check_member(member, obj)?;
        let name = &member.name;
        let found = match obj.downcast::<InstanceObj>() {
            Some(instance) if value.is_unbound() => instance.remove_own(name).is_some(),
            Some(instance) => {
                instance.set_own(name, value.clone());
                true
            }
            None => match own_dict(obj) {
                Some(dict) if value.is_unbound() => dict.remove_name(name).is_some(),
                dict => {
                    let dict = dict.or_else(|| exception_dict(obj));
                    dict.map(|d| d.set_name(name, value.clone())).is_some()
                }
            },
        };
        if found {
            Ok(())
        } else {
            Err(self.attribute_error(name.as_str(), &name.into(), obj))
        }
    }

    /// A slot can only be read from instances of the class that declares it.
    fn check_member(&self, member: &MemberObj, obj: &Value) -> R<()> {
        let Some(class) = member.class.borrow().clone() else {
            return Ok(());
        };
        let of = self.class_of(obj);
        if of.is_subclass(&class) {
            return Ok(());
        }
        Err(self.type_error(format!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            member.name.as_str(),
            class.name_text(),
            of.name_text()
        )))
    }
}

fn exception_dict(obj: &Value) -> Option<Ref<crate::objects::dict::DictObj>> {
    obj.downcast::<crate::objects::exception::ExceptionObj>()
        .map(|e| e.attrs())
}

/// `function` bound to `receiver`.
pub(crate) fn bound_method(function: Value, receiver: Value) -> Value {
    Ref::new(BoundMethodObj { function, receiver }).into()
}
