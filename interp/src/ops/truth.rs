//! Truth: `bool(x)`, `if x`, by `__bool__` and `__len__`.

use crate::object::{Kind, Obj};
use crate::objects::bytes::{ByteArrayObj, BytesObj, MemoryViewObj};
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::int::ComplexObj;
use crate::objects::iterator::DictViewObj;
use crate::objects::list::ListObj;
use crate::objects::range::RangeObj;
use crate::objects::set::SetObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

impl Vm {
    /// `bool(v)`
    #[inline]
    pub fn truth(&self, v: &Value) -> R<bool> {
        match v {
            Value::True => Ok(true),
            Value::False | Value::None | Value::Unbound => Ok(false),
            Value::Int(n) => Ok(*n != 0),
            Value::Float(x) => Ok(x.get() != 0.0),
            Value::Obj(o) => self.truth_of_object(o, v),
            Value::Ellipsis => Ok(true),
            Value::NotImplemented => self
                .warn(
                    &self.exceptions.DeprecationWarning,
                    "NotImplemented should not be used in a boolean context",
                )
                .map(|()| true),
        }
    }

    fn truth_of_object(&self, o: &Obj, v: &Value) -> R<bool> {
        match o.kind() {
            Kind::Instance | Kind::Host | Kind::Exception => self.truth_by_method(v),
            Kind::Class => {
                // Only a metaclass of the program's own can say that a class is false.
                let is_plain = o.downcast::<ClassObj>().is_some_and(|c| {
                    c.metaclass
                        .borrow()
                        .as_ref()
                        .is_none_or(|m| m.is(&self.classes.type_))
                });
                if is_plain {
                    Ok(true)
                } else {
                    self.truth_by_method(v)
                }
            }
            Kind::MappingProxy => self.truth_by_method(v),
            _ => Ok(has_items(o)),
        }
    }

    fn truth_by_method(&self, v: &Value) -> R<bool> {
        let _guard = self.enter_native()?;
        let method = self.special(v, &self.names.bool_);
        if let Some(method) = method {
            // Also of `__bool__ = None`, which says so when it is called.
            let result = self.call_unbound(&method, v, &[], &[])?;
            return match result.as_bool() {
                Some(truth) => Ok(truth),
                None => Err(self.type_error(format!(
                    "__bool__ should return bool, returned {}",
                    self.type_name(&result)
                ))),
            };
        }
        match self.call_special(v, &self.names.len_, &[])? {
            Some(length) => {
                let length = self.to_index(&length)?;
                if length < 0 {
                    return Err(self.value_error("__len__() should return >= 0"));
                }
                Ok(length > 0)
            }
            None => Ok(true),
        }
    }
}

/// False for an empty container and a complex zero; objects without a size are true.
fn has_items(o: &Obj) -> bool {
    fn size<T: crate::object::Object>(
        o: &Obj,
        len: impl Fn(&crate::object::Ref<T>) -> usize,
    ) -> bool {
        o.downcast::<T>().is_none_or(|t| len(t) > 0)
    }
    match o.kind() {
        Kind::Str => size::<StrObj>(o, |s| s.as_str().len()),
        Kind::List => size::<ListObj>(o, |l| l.len()),
        Kind::Tuple => size::<TupleObj>(o, |t| t.items().len()),
        Kind::Dict => size::<DictObj>(o, |d| d.len()),
        Kind::Set => size::<SetObj>(o, |s| s.len()),
        Kind::Bytes => size::<BytesObj>(o, |b| b.data.len()),
        Kind::ByteArray => size::<ByteArrayObj>(o, |b| b.data.read().len()),
        Kind::MemoryView => size::<MemoryViewObj>(o, |m| m.dims.first().map_or(1, |d| d.len)),
        Kind::DictView => size::<DictViewObj>(o, |d| d.dict.len()),
        Kind::Range => size::<RangeObj>(o, |r| usize::from(!r.is_empty())),
        Kind::Complex => o
            .downcast::<ComplexObj>()
            .is_none_or(|z| z.re != 0.0 || z.im != 0.0),
        _ => true,
    }
}
