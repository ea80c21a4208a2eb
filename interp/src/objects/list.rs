//! `list`.

use crate::object::{Kind, Obj, Object, Ref, trace_values};
use crate::shared::Shared;
use crate::value::Value;

/// A list.
#[derive(Default)]
pub struct ListObj {
    /// The items. See `Shared` for the rule on borrows.
    pub items: Shared<Vec<Value>>,
}

impl Object for ListObj {
    const KIND: Kind = Kind::List;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_values(&self.items.read(), visit);
    }
    fn clear(&self) {
        drop(self.items.take());
    }
}

impl Drop for ListObj {
    fn drop(&mut self) {
        // From the end, as in CPython: `__del__` of the items runs in that order.
        let mut items = self.items.take();
        while let Some(item) = items.pop() {
            drop(item);
        }
    }
}

impl ListObj {
    /// The number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.read().len()
    }

    /// True if there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, if there is one.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items.read().get(index).cloned()
    }

    /// Puts `value` at `index` and returns the old item; gives `value` back if there is none.
    #[inline(always)]
    pub fn set(&self, index: usize, value: Value) -> Result<Value, Value> {
        match self.items.write().get_mut(index) {
            Some(item) => Ok(std::mem::replace(item, value)),
            None => Err(value),
        }
    }

    /// Appends.
    #[inline(always)]
    pub fn push(&self, value: Value) {
        self.items.write().push(value);
    }

    /// A copy of the items, to be walked while script code may change the list.
    pub fn to_vec(&self) -> Vec<Value> {
        self.items.get()
    }
}

impl Ref<ListObj> {
    /// A list of these items.
    #[inline]
    pub fn from_vec(items: Vec<Value>) -> Ref<ListObj> {
        Ref::new(ListObj {
            items: Shared::new(items),
        })
    }
}

/// A list value of these items.
pub fn list(items: Vec<Value>) -> Value {
    Ref::<ListObj>::from_vec(items).into()
}
