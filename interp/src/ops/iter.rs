//! Iteration: `iter()`, the step of every iterator, and what consumes one whole.
//!
//! The step itself is in `step`, unpacking in `unpack`. The classes of the builtin iterators are
//! in `builtins/iterator`.

mod construct;
mod step;
mod unpack;

use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::object::{Kind, Obj, Ref};
use crate::objects::bytes::MemoryViewObj;
use crate::objects::dict::DictObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{MappingProxyObj, NativeObj};
use crate::objects::host::{HostIterator, HostObj};
use crate::objects::instance::InstanceObj;
use crate::objects::iterator::{DictPart, DictViewObj, IterState, IteratorObj, iterator};
use crate::objects::list::ListObj;
use crate::objects::range::RangeObj;
use crate::objects::set::SetObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::{TupleObj, tuple_of};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// An iterator over a dict in its order.
pub(crate) fn dict_iterator(dict: &Ref<DictObj>, part: DictPart) -> Value {
    let size = dict.len();
    iterator(IterState::Dict {
        dict: dict.clone(),
        part,
        at: 0,
        left: size,
        size,
    })
}

/// An iterator over a dict against its order.
pub(crate) fn dict_reversed(dict: &Ref<DictObj>, part: DictPart) -> Value {
    let size = dict.len();
    let at = usize::MAX;
    iterator(IterState::DictReversed {
        dict: dict.clone(),
        part,
        at,
        left: size,
        size,
    })
}

/// An iterator over a set.
pub(crate) fn set_iterator(set: &Ref<SetObj>) -> Value {
    let size = set.len();
    iterator(IterState::Set {
        set: set.clone(),
        at: 0,
        left: size,
        size,
    })
}

/// An iterator over a range.
pub(crate) fn range_iterator(range: &RangeObj) -> Value {
    iterator(IterState::Range {
        next: range.start,
        left: range.len(),
        step: range.step,
    })
}

impl Vm {
    /// `iter(v)`: an iterator over the items of `v`.
    pub fn iter(&self, v: &Value) -> R {
        let Value::Obj(o) = v else {
            return Err(self.not_iterable(v));
        };
        match native_iterator(o) {
            Some(iterator) => Ok(iterator),
            None => self.iter_special(v, o),
        }
    }

    /// `iter` by the class's `__iter__` or `__getitem__`.
    fn iter_special(&self, v: &Value, o: &Obj) -> R {
        if let Some(co) = o.downcast::<CoroutineObj>() {
            if co.kind == CodeKind::Generator {
                return Ok(v.clone());
            }
        }
        if let Some(proxy) = o.downcast::<MappingProxyObj>() {
            return crate::builtins::mappingproxy::iter(self, proxy);
        }
        match self.special(v, &self.names.iter_) {
            Some(found) if found.is_none() => Err(self.not_iterable(v)),
            // A script subclass of a builtin iterator: its own `__next__` counts.
            Some(found) if found.is_kind(Kind::Native) && is_library_iterator(&self.native(v)) => {
                Ok(v.clone())
            }
            Some(found) => {
                let made = self.call_unbound(&found, v, &[], &[])?;
                if let Some(it) = made.downcast::<IteratorObj>()
                    && let IterState::Str { of_subclass, .. } = &mut *it.state.write()
                    && found.is_kind(Kind::Native)
                {
                    *of_subclass = true;
                }
                self.check_iterator(&made)?;
                Ok(made)
            }
            None if self.special(v, &self.names.getitem_).is_some() => {
                Ok(iterator(IterState::Sequence {
                    of: v.clone(),
                    at: 0,
                    step: 1,
                }))
            }
            None => Err(self.not_iterable(v)),
        }
    }

    fn check_iterator(&self, made: &Value) -> R<()> {
        if self.is_iterator(made) {
            return Ok(());
        }
        let name = self.type_name(made);
        Err(self.type_error(format!("iter() returned non-iterator of type '{name}'")))
    }

    /// True if `next()` works on `v`.
    pub fn is_iterator(&self, v: &Value) -> bool {
        v.is_kind(Kind::Iterator)
            || self
                .special(v, &self.names.next_)
                .is_some_and(|next| !next.is_none())
    }

    #[cold]
    fn not_iterable(&self, v: &Value) -> Raised {
        self.type_error(format!("'{}' object is not iterable", self.type_name(v)))
    }

    /// The next item of an iterator; `None` at its end (`StopIteration` is caught).
    #[inline]
    pub fn next(&self, iterator: &Value) -> R<Option<Value>> {
        if let Some(it) = iterator.downcast::<IteratorObj>() {
            return step::step(self, it).or_else(|_| self.ended());
        }
        self.next_other(iterator)
    }

    /// As `next`; at the end `stop_value` holds the value of the `StopIteration`.
    pub(crate) fn next_noting_stop(&self, iterator: &Value) -> R<Option<Value>> {
        drop(self.stop_value.replace(Value::None));
        self.next(iterator)
    }

    /// What an error of a step means: `StopIteration` from what it called is its end.
    #[cold]
    fn ended(&self) -> R<Option<Value>> {
        let Some(stop) = self.catch(&self.exceptions.StopIteration) else {
            return Err(Raised);
        };
        self.note_stop(&stop);
        Ok(None)
    }

    /// Keeps the value of a `StopIteration` that ends the iterators around it as well.
    fn note_stop(&self, stop: &Ref<ExceptionObj>) {
        let value = stop.first_arg();
        if !value.is_none() {
            drop(self.stop_value.replace(value));
        }
    }

    /// As `next`, with the step over a range, a list and a string inlined: for loops.
    ///
    /// `note` notes where it is done, for the others, which can raise.
    #[inline(always)]
    pub(crate) fn next_inline(&self, iterator: &Value, note: impl Fn()) -> R<Option<Value>> {
        if let Some(it) = iterator.downcast::<IteratorObj>() {
            match &mut *it.state.write() {
                IterState::Range { next, left, step } if *left > 0 => {
                    let item = *next;
                    *left -= 1;
                    *next = item.wrapping_add(*step);
                    return Ok(Some(Value::Int(item)));
                }
                IterState::List { list, at } => {
                    if let Some(item) = list.get(*at) {
                        *at += 1;
                        return Ok(Some(item));
                    }
                }
                IterState::Str { text, at, .. } => {
                    // An ASCII byte is a character.
                    let bytes = text.as_str().as_bytes();
                    if let Some(byte) = bytes.get(*at).filter(|b| b.is_ascii()) {
                        *at += 1;
                        return Ok(Some(Value::from(self.latin1(*byte))));
                    }
                }
                _ => {}
            }
        } else if let Some(co) = iterator.downcast::<CoroutineObj>() {
            if co.kind == CodeKind::Generator {
                note();
                return self.generator_next(co);
            }
        }
        note();
        self.next(iterator)
    }

    #[inline(never)]
    fn next_other(&self, iterator: &Value) -> R<Option<Value>> {
        if let Some(host) = host_iterator(iterator) {
            return self.next_of_host(host);
        }
        if let Some(co) = iterator.downcast::<CoroutineObj>() {
            if co.kind == CodeKind::Generator {
                return self.generator_next(co);
            }
        }
        let Some(next) = self.special(iterator, &self.names.next_) else {
            let name = self.type_name(iterator);
            return Err(self.type_error(format!("'{name}' object is not an iterator")));
        };
        if let Some(instance) = iterator.downcast::<InstanceObj>() {
            // A script subclass of a builtin iterator that keeps its `__next__`.
            let payload = instance.payload();
            if let (Some(it), Some(_)) = (
                payload.downcast::<IteratorObj>(),
                next.downcast::<NativeObj>(),
            ) {
                return step::step(self, it).or_else(|_| self.ended());
            }
            if let (Some(it), Some(_)) = (host_iterator(&payload), next.downcast::<NativeObj>()) {
                return self.next_of_host(it);
            }
        }
        let result = self.call_unbound(&next, iterator, &[], &[]);
        result.map(Some).or_else(|_| self.ended())
    }

    /// The step of an iterator of the library. What it calls counts its own level.
    #[inline]
    fn next_of_host(&self, host: &dyn HostIterator) -> R<Option<Value>> {
        if self.too_deep() {
            return Err(self.recursion_error());
        }
        host.next(self).or_else(|_| self.ended())
    }

    /// All items of an iterable.
    pub fn collect(&self, v: &Value) -> R<Vec<Value>> {
        if let Value::Obj(o) = v {
            if let Some(items) = native_items(self, o)? {
                return Ok(items);
            }
        }
        let iterator = self.iter(v)?;
        let mut items = Vec::with_capacity(self.room_for(&iterator)?);
        while let Some(item) = self.next(&iterator)? {
            if items.len() == items.capacity() && items.try_reserve(1).is_err() {
                return Err(self.out_of_memory());
            }
            items.push(item);
            self.poll()?;
        }
        Ok(items)
    }

    /// For how many items to make room at first. More than there can be is an error.
    fn room_for(&self, iterator: &Value) -> R<usize> {
        let known = match iterator.downcast::<IteratorObj>().map(|it| it.state.read()) {
            Some(state) => match &*state {
                IterState::Native(native) => native.length_hint(self)?,
                IterState::Range { left, .. } => usize::try_from(*left).unwrap_or(usize::MAX),
                _ => 0,
            },
            None => 0,
        };
        if known > MAX_ITEMS {
            return Err(self.out_of_memory());
        }
        Ok(known.max(self.length_hint(iterator)).min(1 << 20))
    }

    /// As `collect`, for `list` and `tuple`, which make room first: errors of `__len__` show,
    /// except a `TypeError`.
    pub(crate) fn collect_sized(&self, v: &Value) -> R<Vec<Value>> {
        if v.is_kind(Kind::Instance) && self.special(v, &self.names.len_).is_some() {
            let iterator = self.iter(v)?;
            if let Err(raised) = self.len(v) {
                if self.catch(&self.exceptions.TypeError).is_none() {
                    return Err(raised);
                }
            }
            return self.collect(&iterator);
        }
        self.collect(v)
    }

    /// As `collect`, with a `TypeError` of this text for what is not iterable.
    pub(crate) fn collect_or<T: AsRef<str>>(
        &self,
        v: &Value,
        text: impl FnOnce() -> T,
    ) -> R<Vec<Value>> {
        if matches!(v.kind(), Some(Kind::List | Kind::Tuple)) {
            return self.collect(v);
        }
        match self.iter(v) {
            Ok(iterator) => self.collect(&iterator),
            Err(Raised) => match self.catch(&self.exceptions.TypeError) {
                Some(_) => Err(self.type_error(text())),
                None => Err(Raised),
            },
        }
    }
}

/// The step of an iterator of the library.
#[inline(always)]
fn host_iterator(v: &Value) -> Option<&dyn HostIterator> {
    v.downcast::<HostObj>()?.data.as_iterator()
}

/// True for iterators written in Rust.
fn is_library_iterator(v: &Value) -> bool {
    v.is_kind(Kind::Iterator) || host_iterator(v).is_some()
}

/// The iterator of a builtin container, and an iterator itself.
#[inline]
fn native_iterator(o: &Obj) -> Option<Value> {
    Some(match o.kind() {
        Kind::List => iterator(IterState::List {
            list: o.downcast::<ListObj>()?.clone(),
            at: 0,
        }),
        Kind::Tuple => iterator(IterState::Tuple {
            tuple: o.downcast::<TupleObj>()?.clone(),
            at: 0,
        }),
        Kind::Range => range_iterator(o.downcast::<RangeObj>()?),
        Kind::Dict => dict_iterator(o.downcast::<DictObj>()?, DictPart::Keys),
        Kind::Str => iterator(IterState::Str {
            text: o.downcast::<StrObj>()?.clone(),
            at: 0,
            of_subclass: false,
        }),
        Kind::Iterator => Value::Obj(o.clone()),
        Kind::Host => {
            o.downcast::<HostObj>()?.data.as_iterator()?;
            Value::Obj(o.clone())
        }
        Kind::Set => set_iterator(o.downcast::<SetObj>()?),
        Kind::DictView => {
            let view = o.downcast::<DictViewObj>()?;
            dict_iterator(&view.dict, view.part)
        }
        Kind::MemoryView if o.downcast::<MemoryViewObj>()?.dims.len() != 1 => return None,
        Kind::Bytes | Kind::ByteArray | Kind::MemoryView => iterator(IterState::Bytes {
            data: Value::Obj(o.clone()),
            at: 0,
        }),
        _ => return None,
    })
}

/// The items of a builtin container without an iterator.
fn native_items(vm: &Vm, o: &Obj) -> R<Option<Vec<Value>>> {
    Ok(match o.kind() {
        Kind::List => o.downcast::<ListObj>().map(|l| l.to_vec()),
        Kind::Tuple => o.downcast::<TupleObj>().map(|t| t.items().to_vec()),
        Kind::Set => o.downcast::<SetObj>().map(|s| s.members()),
        Kind::Dict => o
            .downcast::<DictObj>()
            .map(|d| dict_items(d, DictPart::Keys)),
        Kind::DictView => o
            .downcast::<DictViewObj>()
            .map(|v| dict_items(&v.dict, v.part)),
        Kind::Range => match o.downcast::<RangeObj>() {
            Some(range) => Some(range_items(vm, range)?),
            None => None,
        },
        Kind::Host => {
            crate::builtins::range::check_length(vm, o)?;
            None
        }
        Kind::Str => o
            .downcast::<StrObj>()
            .map(|s| s.as_str().chars().map(|c| vm.char(c)).collect()),
        _ => None,
    })
}

fn dict_items(dict: &DictObj, part: DictPart) -> Vec<Value> {
    let entries = dict.entries().into_iter();
    match part {
        DictPart::Keys => entries.map(|(key, _)| key).collect(),
        DictPart::Values => entries.map(|(_, value)| value).collect(),
        DictPart::Items => entries.map(|(key, value)| tuple_of([key, value])).collect(),
    }
}

fn range_items(vm: &Vm, range: &RangeObj) -> R<Vec<Value>> {
    let len = range.len();
    let mut items = reserve(vm, usize::try_from(len).unwrap_or(usize::MAX))?;
    items.extend((0..len).map(|i| Value::Int(range.get(i))));
    Ok(items)
}

/// The most items a sequence can have: above that a count is absurd, not merely large.
pub(crate) const MAX_ITEMS: usize = isize::MAX as usize / size_of::<Value>();

/// A vector with room for `len` items, or `MemoryError`.
pub(crate) fn reserve(vm: &Vm, len: usize) -> R<Vec<Value>> {
    let mut items = Vec::new();
    if len > MAX_ITEMS || items.try_reserve_exact(len).is_err() {
        return Err(vm.raise_args(&vm.exceptions.MemoryError, vec![]));
    }
    Ok(items)
}
