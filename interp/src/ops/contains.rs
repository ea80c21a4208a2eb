//! `item in container`.

use crate::builtins::bytes::view::{bytes_like, expect_bytes, not_bytes_like};
use crate::builtins::{dict_view, mappingproxy, range, set};
use crate::object::{Kind, Obj, Ref};
use crate::objects::bytes::{ByteArrayObj, BytesObj};
use crate::objects::dict::DictObj;
use crate::objects::function::MappingProxyObj;
use crate::objects::iterator::DictViewObj;
use crate::objects::list::ListObj;
use crate::objects::range::RangeObj;
use crate::objects::set::SetObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;
use crate::text;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

use super::subscript::index::has_index;

impl Vm {
    /// `item in container`.
    pub fn contains(&self, container: &Value, item: &Value) -> R<bool> {
        if let Value::Obj(o) = container {
            if let Some(result) = self.native_contains(o, item) {
                return result;
            }
        }
        match self.special(container, &self.names.contains_) {
            Some(found) if found.is_none() => {
                let name = self.type_name(container);
                Err(self.type_error(format!("'{name}' object is not a container")))
            }
            Some(found) => {
                let item = std::slice::from_ref(item);
                let result = self.call_unbound(&found, container, item, &[])?;
                self.truth(&result)
            }
            None => self.contains_by_iteration(container, item),
        }
    }

    #[inline]
    fn native_contains(&self, o: &Obj, item: &Value) -> Option<R<bool>> {
        Some(match o.kind() {
            Kind::Dict => {
                let dict = o.downcast::<DictObj>()?;
                match item.downcast::<StrObj>() {
                    Some(text) => Ok(dict.has_text(text)),
                    None => dict.get(self, item).map(|found| found.is_some()),
                }
            }
            Kind::Set => set::contains(self, o.downcast::<SetObj>()?, item),
            Kind::List => find_in_list(self, o.downcast::<ListObj>()?, item, 0, usize::MAX)
                .map(|found| found.is_some()),
            Kind::Tuple => find_in_slice(self, o.downcast::<TupleObj>()?.items(), item)
                .map(|found| found.is_some()),
            Kind::Str => self.str_contains(o.downcast::<StrObj>()?, item),
            Kind::Range => range::contains(self, o.downcast::<RangeObj>()?, item),
            Kind::DictView => dict_view::contains(self, o.downcast::<DictViewObj>()?, item),
            Kind::Bytes => self.bytes_contain(&o.downcast::<BytesObj>()?.data, item),
            Kind::ByteArray => {
                // A copy only for keys that may run code when they are read.
                let data = o.downcast::<ByteArrayObj>()?.data.get();
                self.bytes_contain(&data, item)
            }
            Kind::MappingProxy => {
                mappingproxy::contains(self, o.downcast::<MappingProxyObj>()?, item)
            }
            _ => return None,
        })
    }

    fn str_contains(&self, s: &Ref<StrObj>, item: &Value) -> R<bool> {
        if let Some(part) = item.as_str() {
            if let ([byte], text) = (part.as_bytes(), s.as_str().as_bytes()) {
                // For a short text a search is set up for longer than it takes.
                if text.len() <= 32 {
                    return Ok(text.contains(byte));
                }
            }
            return Ok(text::search::contains(s.as_str(), part));
        }
        if let Some(part) = self.native(item).as_str() {
            return Ok(text::search::contains(s.as_str(), part));
        }
        let name = self.type_name(item);
        Err(self.type_error(format!(
            "'in <string>' requires string as left operand, not {name}"
        )))
    }

    fn bytes_contain(&self, data: &[u8], item: &Value) -> R<bool> {
        if has_index(self, item) {
            return match self.to_integer(item)?.as_int().map(u8::try_from) {
                Some(Ok(byte)) => Ok(data.contains(&byte)),
                _ => Err(self.value_error("byte must be in range(0, 256)")),
            };
        }
        let native = self.native(item);
        if bytes_like(&native).is_none() {
            return Err(not_bytes_like(self, item));
        }
        let part = expect_bytes(self, &native)?;
        Ok(text::bytes::contains(data, &part))
    }

    /// Membership by walking an iterator.
    pub(crate) fn contains_by_iteration(&self, container: &Value, item: &Value) -> R<bool> {
        let iterator = match self.iter(container) {
            Ok(iterator) => iterator,
            Err(Raised) => {
                if self.catch(&self.exceptions.TypeError).is_some() {
                    let name = self.type_name(container);
                    let text = format!("argument of type '{name}' is not iterable");
                    return Err(self.type_error(text));
                }
                return Err(Raised);
            }
        };
        while let Some(candidate) = self.next(&iterator)? {
            if self.is_or_equal(&candidate, item)? {
                return Ok(true);
            }
            self.poll()?;
        }
        Ok(false)
    }
}

/// Whether two values are equal or the same, where that can be told without script code.
#[inline]
pub(crate) fn quick_equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x == y),
        (Value::Obj(x), Value::Obj(y)) => {
            if x.is(y) {
                return Some(true);
            }
            Some(x.downcast::<StrObj>()?.as_str() == y.downcast::<StrObj>()?.as_str())
        }
        (Value::Obj(x), Value::Int(_) | Value::None | Value::Float(_))
        | (Value::Int(_) | Value::None | Value::Float(_), Value::Obj(x)) => {
            matches!(x.kind(), Kind::Str | Kind::List | Kind::Tuple | Kind::Dict).then_some(false)
        }
        (Value::Float(x), Value::Float(y)) => Some(x.get() == y.get() || a.is(b)),
        (Value::None, Value::Int(_)) | (Value::Int(_), Value::None) => Some(false),
        _ if a.is(b) => Some(true),
        _ => None,
    }
}

/// The place of the first item equal to `x` among those from `start` to before `stop`. The list
/// may change while `==` runs.
pub(crate) fn find_in_list(
    vm: &Vm,
    list: &Ref<ListObj>,
    x: &Value,
    start: usize,
    stop: usize,
) -> R<Option<usize>> {
    let mut at = start;
    loop {
        let candidate = {
            let items = list.items.read();
            let stop = stop.min(items.len());
            loop {
                if at >= stop {
                    return Ok(None);
                }
                match quick_equal(&items[at], x) {
                    Some(true) => return Ok(Some(at)),
                    Some(false) => at += 1,
                    None => break items[at].clone(),
                }
            }
        };
        if vm.is_or_equal(&candidate, x)? {
            return Ok(Some(at));
        }
        at += 1;
    }
}

/// The place of the first item equal to `x`.
pub(crate) fn find_in_slice(vm: &Vm, items: &[Value], x: &Value) -> R<Option<usize>> {
    for (at, item) in items.iter().enumerate() {
        let equal = match quick_equal(item, x) {
            Some(equal) => equal,
            None => vm.is_or_equal(item, x)?,
        };
        if equal {
            return Ok(Some(at));
        }
    }
    Ok(None)
}
