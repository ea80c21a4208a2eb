//! `tuple`: immutable, items inline.

use crate::object::{Kind, Obj, Object, Ref, trace_values};
use crate::value::Value;

/// A tuple; its items are the tail.
pub struct TupleObj {
    len: usize,
}

impl Object for TupleObj {
    const KIND: Kind = Kind::Tuple;
    const TRACKED: bool = true;
    type Tail = Value;
    fn tail_len(&self) -> usize {
        self.len
    }
    fn trace_tail(tail: &[Value], visit: &mut dyn FnMut(&Obj)) {
        trace_values(tail, visit);
    }
}

impl Ref<TupleObj> {
    /// A tuple of these items.
    #[inline]
    pub fn from_vec(items: Vec<Value>) -> Ref<TupleObj> {
        let mut items = items.into_iter();
        let len = items.len();
        Ref::with_tail(TupleObj { len }, len, |_| items.next().unwrap_or_default())
    }

    /// A tuple of clones of these items.
    #[inline]
    pub fn from_slice(items: &[Value]) -> Ref<TupleObj> {
        Ref::with_tail(TupleObj { len: items.len() }, items.len(), |i| {
            items[i].clone()
        })
    }

    /// A tuple of `item(0)`, `item(1)`, … up to `len`.
    pub fn from_fn(len: usize, item: impl FnMut(usize) -> Value) -> Ref<TupleObj> {
        Ref::with_tail(TupleObj { len }, len, item)
    }

    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        self.tail()
    }
}

/// A tuple value of these items.
pub fn tuple(items: Vec<Value>) -> Value {
    Ref::<TupleObj>::from_vec(items).into()
}

/// A tuple value of a fixed number of items.
#[inline]
pub fn tuple_of<const N: usize>(mut items: [Value; N]) -> Value {
    Ref::with_tail(TupleObj { len: N }, N, |i| std::mem::take(&mut items[i])).into()
}
