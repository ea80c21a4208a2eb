//! Subscripts and lengths: `v[k]`, `v[k] = x`, `del v[k]`, `len(v)`.
//!
//! Indices and slice bounds are computed in `index`, those of text and bytes done in `text`; the
//! containers' own slices are in `builtins/`.

pub(crate) mod index;
mod text;

pub(crate) use text::byte_value;

use crate::builtins::{dict, list, mappingproxy, memoryview, range, tuple};
use crate::object::{Kind, Obj, Ref};
use crate::objects::alias::{Flavour, GenericAliasObj};
use crate::objects::bytes::{ByteArrayObj, BytesObj, MemoryViewObj};
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::function::{MappingProxyObj, NativeObj};
use crate::objects::instance::InstanceObj;
use crate::objects::iterator::{DictViewObj, IterState, IteratorObj};
use crate::objects::list::ListObj;
use crate::objects::range::RangeObj;
use crate::objects::set::SetObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// `v[key]`.
    pub fn get_item(&self, v: &Value, key: &Value) -> R {
        let Value::Obj(o) = v else {
            return Err(self.not_subscriptable(v));
        };
        match self.native_item(o, key) {
            Some(result) => result,
            None => self.item_special(v, key),
        }
    }

    /// The item of a builtin object; `None` for objects whose class decides.
    #[inline]
    fn native_item(&self, o: &Obj, key: &Value) -> Option<R> {
        Some(match o.kind() {
            Kind::List => list::get_item(self, o.downcast::<ListObj>()?, key),
            Kind::Dict => dict::get_item(self, o.downcast::<DictObj>()?, key),
            Kind::Tuple => tuple::get_item(self, o.downcast::<TupleObj>()?, key),
            Kind::Str => text::str_item(self, o.downcast::<StrObj>()?, key),
            Kind::Bytes => text::bytes_item(self, o.downcast::<BytesObj>()?, key),
            Kind::ByteArray => text::bytearray_item(self, o.downcast::<ByteArrayObj>()?, key),
            Kind::Range => range::get_item(self, o.downcast::<RangeObj>()?, key),
            Kind::MemoryView => memoryview::get_item(self, o.downcast::<MemoryViewObj>()?, key),
            Kind::MappingProxy => {
                mappingproxy::get_item(self, o.downcast::<MappingProxyObj>()?, key)
            }
            _ => return None,
        })
    }

    fn item_special(&self, v: &Value, key: &Value) -> R {
        let Some(found) = self.special(v, &self.names.getitem_) else {
            return match v.downcast::<ClassObj>() {
                Some(class) => self.class_item(v, class, key),
                None => Err(self.not_subscriptable(v)),
            };
        };
        if let (Some(i), Some(n)) = (v.downcast::<InstanceObj>(), found.downcast::<NativeObj>()) {
            if n.class.as_ref().is_some_and(|c| c.is(&self.classes.dict)) {
                if let Some(dict) = i.payload().downcast::<DictObj>() {
                    return self.item_or_missing(v, dict, key);
                }
            }
        }
        self.call_unbound(&found, v, std::slice::from_ref(key), &[])
    }

    /// An item of an instance of a subclass of `dict`, whose `__missing__` may make it.
    pub(crate) fn item_or_missing(&self, v: &Value, dict: &Ref<DictObj>, key: &Value) -> R {
        if let Some(value) = dict.get(self, key)? {
            return Ok(value);
        }
        match self.call_special(v, &self.names.missing_, std::slice::from_ref(key))? {
            Some(value) => Ok(value),
            None => Err(self.key_error(key)),
        }
    }

    /// `list[int]`.
    fn class_item(&self, v: &Value, class: &Ref<ClassObj>, key: &Value) -> R {
        if class.is(&self.classes.type_) {
            return Ok(generic_alias(v, key));
        }
        match self.find_attr(v, &self.names.class_getitem_)? {
            Some(make) => self.call(&make, std::slice::from_ref(key)),
            None => {
                Err(self.type_error(format!("type '{}' is not subscriptable", class.name_text())))
            }
        }
    }

    #[cold]
    fn not_subscriptable(&self, v: &Value) -> Raised {
        self.type_error(format!(
            "'{}' object is not subscriptable",
            self.type_name(v)
        ))
    }

    /// `v[key] = value`.
    pub fn set_item(&self, v: &Value, key: &Value, value: Value) -> R<()> {
        if let Value::Obj(o) = v {
            if let Some(list) = o.downcast::<ListObj>() {
                return list::set_item(self, list, key, value);
            }
            if let Some(dict) = o.downcast::<DictObj>() {
                let old = dict.set(self, key.clone(), value)?;
                drop(old);
                return Ok(());
            }
            if let Some(bytes) = o.downcast::<ByteArrayObj>() {
                return text::set_bytearray_item(self, bytes, key, &value);
            }
            if let Some(view) = o.downcast::<MemoryViewObj>() {
                return memoryview::set_item(self, view, key, &value);
            }
        }
        match self.call_special(v, &self.names.setitem_, &[key.clone(), value])? {
            Some(_) => Ok(()),
            None if self.special(v, &self.names.delitem_).is_some() => {
                let name = &self.names.setitem_;
                Err(self.raise_text(&self.exceptions.AttributeError, name.as_str()))
            }
            None => {
                let name = self.type_name(v);
                Err(self.type_error(format!("'{name}' object does not support item assignment")))
            }
        }
    }

    /// `del v[key]`.
    pub fn del_item(&self, v: &Value, key: &Value) -> R<()> {
        if let Value::Obj(o) = v {
            if let Some(list) = o.downcast::<ListObj>() {
                return list::del_item(self, list, key);
            }
            if let Some(dict) = o.downcast::<DictObj>() {
                return dict::del_item(self, dict, key);
            }
            if let Some(bytes) = o.downcast::<ByteArrayObj>() {
                return text::del_bytearray_item(self, bytes, key);
            }
            if let Some(view) = o.downcast::<MemoryViewObj>() {
                memoryview::check_writable(self, view)?;
                return Err(self.type_error("cannot delete memory"));
            }
        }
        match self.call_special(v, &self.names.delitem_, std::slice::from_ref(key))? {
            Some(_) => Ok(()),
            None if self.special(v, &self.names.setitem_).is_some()
                && v.is_kind(Kind::Instance) =>
            {
                let name = &self.names.delitem_;
                Err(self.raise_text(&self.exceptions.AttributeError, name.as_str()))
            }
            None => {
                let name = self.type_name(v);
                // CPython has two places that find this out.
                let is_range = self.class_of(v).is(&self.classes.range);
                let not = if (is_sequence(v) || is_range) && index::has_index(self, key) {
                    "doesn't"
                } else {
                    "does not"
                };
                Err(self.type_error(format!("'{name}' object {not} support item deletion")))
            }
        }
    }

    /// `len(v)`.
    pub fn len(&self, v: &Value) -> R<usize> {
        if let Some(len) = self.native_len(v)? {
            return Ok(len);
        }
        let Some(len) = self.call_special(v, &self.names.len_, &[])? else {
            let name = self.type_name(v);
            return Err(self.type_error(format!("object of type '{name}' has no len()")));
        };
        let name = self.type_name(&len);
        let len = self.to_integer(&len)?;
        match len.as_int().map(usize::try_from) {
            Some(Ok(len)) => Ok(len),
            None if self.bigint(&len).is_some_and(|i| i > 0.into()) => {
                Err(self.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
            _ => Err(self.value_error("__len__() should return >= 0")),
        }
    }

    /// `len` of the commonest.
    #[inline(always)]
    pub(crate) fn quick_len(&self, v: &Value) -> Option<usize> {
        let o = v.as_obj()?;
        match o.kind() {
            Kind::List => o.downcast::<ListObj>().map(|l| l.len()),
            Kind::Str => o.downcast::<StrObj>().map(|s| s.char_len()),
            Kind::Dict => o.downcast::<DictObj>().map(|d| d.len()),
            Kind::Tuple => o.downcast::<TupleObj>().map(|t| t.items().len()),
            _ => None,
        }
    }

    /// The length of a builtin object.
    fn native_len(&self, v: &Value) -> R<Option<usize>> {
        let Value::Obj(o) = v else { return Ok(None) };
        Ok(match o.kind() {
            Kind::List => o.downcast::<ListObj>().map(|l| l.len()),
            Kind::Str => o.downcast::<StrObj>().map(|s| s.char_len()),
            Kind::Dict => o.downcast::<DictObj>().map(|d| d.len()),
            Kind::Tuple => o.downcast::<TupleObj>().map(|t| t.items().len()),
            Kind::Set => o.downcast::<SetObj>().map(|s| s.len()),
            Kind::Bytes => o.downcast::<BytesObj>().map(|b| b.data.len()),
            Kind::ByteArray => o.downcast::<ByteArrayObj>().map(|b| b.data.read().len()),
            Kind::DictView => o.downcast::<DictViewObj>().map(|v| v.dict.len()),
            Kind::Range => match o.downcast::<RangeObj>() {
                Some(r) => Some(range::len(self, r)?),
                None => None,
            },
            Kind::MemoryView => match o.downcast::<MemoryViewObj>() {
                Some(m) => Some(memoryview::len(self, m)?),
                None => None,
            },
            Kind::MappingProxy => match o.downcast::<MappingProxyObj>() {
                Some(p) => Some(mappingproxy::len(self, p)?),
                None => None,
            },
            _ => None,
        })
    }

    /// How many items iterating over `v` may give, as far as that is known without running code.
    pub fn length_hint(&self, v: &Value) -> usize {
        let Some(it) = v.downcast::<IteratorObj>() else {
            return match v.kind() {
                Some(Kind::Range) => v
                    .downcast::<RangeObj>()
                    .map_or(0, |r| usize::try_from(r.len()).unwrap_or(usize::MAX)),
                Some(Kind::MemoryView | Kind::MappingProxy) => 0,
                _ => self.native_len(v).ok().flatten().unwrap_or(0),
            };
        };
        let inner = match &*it.state.read() {
            IterState::List { list, at } => return list.len().saturating_sub(*at),
            IterState::ListReversed { list, at } => return (*at).min(list.len()),
            IterState::Tuple { tuple, at } => return tuple.items().len() - at,
            IterState::Str { text, at, .. } => return text.as_str()[*at..].chars().count(),
            IterState::Range { left, .. } => return usize::try_from(*left).unwrap_or(usize::MAX),
            IterState::Dict {
                dict, left, size, ..
            }
            | IterState::DictReversed {
                dict, left, size, ..
            } => {
                return if dict.len() == *size { *left } else { 0 };
            }
            IterState::Set {
                set, left, size, ..
            } => {
                return if set.len() == *size { *left } else { 0 };
            }
            IterState::Sequence { at, step, .. } if *step < 0 => return (*at + 1).max(0) as usize,
            IterState::Bytes { data, at } => (data.clone(), *at),
            IterState::Enumerate { of, .. } => (of.clone(), 0),
            IterState::Map { of, .. } if of.len() == 1 => (of[0].clone(), 0),
            _ => return 0,
        };
        self.length_hint(&inner.0).saturating_sub(inner.1)
    }
}

/// True for objects whose type has CPython's sequence functions, be it only `in`.
fn is_sequence(v: &Value) -> bool {
    matches!(
        v.kind(),
        Some(
            Kind::Tuple
                | Kind::Str
                | Kind::Bytes
                | Kind::Range
                | Kind::Set
                | Kind::DictView
                | Kind::MappingProxy
                | Kind::Instance
        )
    )
}

/// `origin[key]` of a class that can be subscripted.
pub(crate) fn generic_alias(origin: &Value, key: &Value) -> Value {
    let args = match key.downcast::<TupleObj>() {
        Some(args) => args.clone(),
        None => Ref::<TupleObj>::from_slice(std::slice::from_ref(key)),
    };
    Ref::new(GenericAliasObj {
        origin: origin.clone(),
        args,
        flavour: Flavour::Builtin,
    })
    .into()
}
