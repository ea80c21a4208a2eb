//! Instances of classes written in the language.
//!
//! Attributes stand in slots, inline as far as the class expected them when the instance was
//! made, the rest in an overflow vector. An instance of a subclass of a builtin type (`int`,
//! `list`, …) carries the native object as its `payload`; methods of the builtin type see that.
//!
//! One of the few modules with `unsafe`: slots are written in place.

use std::rc::Rc;

use super::class::ClassObj;
use super::dict::{DictObj, new_dict};
use super::shape::{MAX_SLOTS, Shape};
use super::str::Name;
use crate::object::{Kind, Obj, Object, Ref, trace_value, trace_values};
use crate::shared::Shared;
use crate::value::Value;

/// An instance.
pub struct InstanceObj {
    class: Shared<Ref<ClassObj>>,
    shape: Shared<Rc<Shape>>,
    /// The number of inline slots.
    inline: usize,
    more: Shared<Option<Box<More>>>,
}

/// What few instances have.
#[derive(Default)]
struct More {
    /// Slots beyond the inline ones.
    slots: Vec<Value>,
    /// `__dict__`, if the shape says that attributes are kept there.
    dict: Option<Ref<DictObj>>,
    /// The native object of an instance of a subclass of a builtin type.
    payload: Value,
}

impl Object for InstanceObj {
    const KIND: Kind = Kind::Instance;
    const TRACKED: bool = true;
    type Tail = Value;
    fn tail_len(&self) -> usize {
        self.inline
    }
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.class.read().obj());
        if let Some(more) = &*self.more.read() {
            trace_values(&more.slots, visit);
            if let Some(dict) = &more.dict {
                visit(dict.obj());
            }
            trace_value(&more.payload, visit);
        }
    }
    fn trace_tail(tail: &[Value], visit: &mut dyn FnMut(&Obj)) {
        trace_values(tail, visit);
    }
    fn clear(&self) {
        let more = self.more.write().take();
        drop(more);
        let this = crate::object::body_as_ref(self);
        for i in 0..self.inline {
            drop(this.replace_inline(i, Value::Unbound));
        }
    }
}

impl Ref<InstanceObj> {
    /// An instance without attributes.
    #[inline]
    pub fn of_class(class: &Ref<ClassObj>) -> Ref<InstanceObj> {
        let inline = class.expected_slots.get() as usize;
        let body = InstanceObj {
            class: Shared::new(class.clone()),
            shape: Shared::new(class.shape.clone()),
            inline,
            more: Shared::new(None),
        };
        Ref::with_tail(body, inline, |_| Value::Unbound)
    }

    /// An instance of a subclass of a builtin type.
    pub fn with_payload(class: &Ref<ClassObj>, payload: Value) -> Ref<InstanceObj> {
        let instance = Ref::<InstanceObj>::of_class(class);
        *instance.more.write() = Some(Box::new(More {
            payload,
            ..More::default()
        }));
        instance
    }

    /// The class.
    #[inline]
    pub fn class(&self) -> Ref<ClassObj> {
        self.class.read().clone()
    }

    /// A borrow of the class, for a look.
    #[inline(always)]
    pub fn with_class<T>(&self, look: impl FnOnce(&Ref<ClassObj>) -> T) -> T {
        look(&self.class.read())
    }

    /// The id of the shape.
    #[inline(always)]
    pub fn shape_id(&self) -> u64 {
        self.shape.read().id()
    }

    /// The shape.
    pub fn shape(&self) -> Rc<Shape> {
        self.shape.get()
    }

    /// The native object of an instance of a subclass of a builtin type (else `Unbound`).
    #[inline]
    pub fn payload(&self) -> Value {
        self.more
            .read()
            .as_ref()
            .map_or(Value::Unbound, |m| m.payload.clone())
    }

    /// Puts a native object in (`__new__` and `__init__` of builtin types).
    pub fn set_payload(&self, payload: Value) {
        let old = std::mem::replace(
            &mut self.more.write().get_or_insert_default().payload,
            payload,
        );
        drop(old);
    }

    #[inline(always)]
    fn replace_inline(&self, slot: usize, value: Value) -> Value {
        debug_assert!(slot < self.inline);
        // SAFETY: the slot is inside the tail; one thread, and no borrow of a slot is ever
        // handed out across a call (`slot` clones).
        unsafe { std::mem::replace(&mut *self.tail_ptr().add(slot), value) }
    }

    /// The value in a slot of the shape, if it is one of the inline ones.
    #[inline(always)]
    pub fn near_slot(&self, slot: usize) -> Option<&Value> {
        self.tail().get(slot)
    }

    /// The value in a slot of the shape.
    #[inline(always)]
    pub fn slot(&self, slot: usize) -> Value {
        if slot < self.inline {
            self.tail()[slot].clone()
        } else {
            self.far_slot(slot)
        }
    }

    #[inline(never)]
    fn far_slot(&self, slot: usize) -> Value {
        let more = self.more.read();
        more.as_ref()
            .and_then(|m| m.slots.get(slot - self.inline))
            .cloned()
            .unwrap_or_default()
    }

    /// Sets a slot of the shape; returns the old value.
    #[inline(always)]
    pub fn set_slot(&self, slot: usize, value: Value) -> Value {
        if slot < self.inline {
            self.replace_inline(slot, value)
        } else {
            self.set_far_slot(slot, value)
        }
    }

    #[inline(never)]
    fn set_far_slot(&self, slot: usize, value: Value) -> Value {
        let mut more = self.more.write();
        let slots = &mut more.get_or_insert_default().slots;
        let at = slot - self.inline;
        if at >= slots.len() {
            slots.resize(at + 1, Value::Unbound);
        }
        std::mem::replace(&mut slots[at], value)
    }

    /// Adds an attribute whose slot is the next one, and takes on the shape that has it.
    #[inline]
    pub fn grow(&self, shape: &Rc<Shape>, value: Value) {
        let slot = shape.len() - 1;
        if slot >= self.inline {
            self.with_class(|c| {
                if (c.expected_slots.get() as usize) <= slot {
                    c.expected_slots.set(slot as u16 + 1);
                }
            });
        }
        let old = self.set_slot(slot, value);
        debug_assert!(old.is_unbound());
        *self.shape.write() = shape.clone();
    }

    /// The attribute `name` of the instance itself.
    pub fn own(&self, name: &Name) -> Option<Value> {
        let shape = self.shape.read();
        if let Some(slot) = shape.slot(name) {
            return self.slot(slot).bound().cloned();
        }
        if shape.is_dict {
            self.dict_if_kept().and_then(|d| d.get_name(name))
        } else {
            None
        }
    }

    /// Sets an attribute of the instance itself.
    pub fn set_own(&self, name: &Name, value: Value) {
        let shape = self.shape.get();
        if let Some(slot) = shape.slot(name) {
            drop(self.set_slot(slot, value));
        } else if shape.is_dict {
            if let Some(dict) = self.dict_if_kept() {
                dict.set_name(name, value);
            }
        } else if shape.len() >= MAX_SLOTS {
            self.dict().set_name(name, value);
        } else {
            self.grow(&shape.with(name), value);
        }
    }

    /// Removes an attribute of the instance itself; returns its value.
    pub fn remove_own(&self, name: &Name) -> Option<Value> {
        let shape = self.shape.get();
        if shape.is_dict {
            if let Some(slot) = shape.slot(name) {
                return self.set_slot(slot, Value::Unbound).bound().cloned();
            }
            return self.dict_if_kept().and_then(|d| d.remove_name(name));
        }
        let removed_slot = shape.slot(name)?;
        let mut values: Vec<Value> = (0..shape.len())
            .map(|i| self.set_slot(i, Value::Unbound))
            .collect();
        let removed = values.remove(removed_slot);
        let mut smaller = self.with_class(|c| c.shape.clone());
        for (n, v) in shape.names().iter().filter(|n| *n != name).zip(values) {
            let slot = smaller.len();
            smaller = smaller.with(n);
            drop(self.set_slot(slot, v));
        }
        *self.shape.write() = smaller;
        removed.bound().cloned()
    }

    fn dict_if_kept(&self) -> Option<Ref<DictObj>> {
        self.more.read().as_ref().and_then(|m| m.dict.clone())
    }

    /// `__dict__`: from now on the attributes live in it.
    pub fn dict(&self) -> Ref<DictObj> {
        if let Some(dict) = self.dict_if_kept() {
            return dict;
        }
        let dict = new_dict();
        let shape = self.shape.get();
        let is_slot = |name: &Name| self.with_class(|c| c.declares_slot(name));
        let mut kept = Vec::new();
        for (slot, name) in shape.names().iter().enumerate() {
            let value = self.set_slot(slot, Value::Unbound);
            if is_slot(name) {
                kept.push((name.clone(), value));
            } else if !value.is_unbound() {
                dict.set_name(name, value);
            }
        }
        // Slots that are not set yet must not get into the dict later.
        for class in self.with_class(|c| c.mro()) {
            for name in class.slots.borrow().iter().flat_map(|s| s.iter()) {
                if is_slot(name) && !kept.iter().any(|(k, _)| k == name) {
                    kept.push((name.clone(), Value::Unbound));
                }
            }
        }
        self.more.write().get_or_insert_default().dict = Some(dict.clone());
        if kept.is_empty() {
            *self.shape.write() = self.with_class(|c| c.dict_shape.clone());
            return dict;
        }
        let (names, values): (Vec<Name>, Vec<Value>) = kept.into_iter().unzip();
        *self.shape.write() = Shape::dict_with(names);
        for (slot, value) in values.into_iter().enumerate() {
            drop(self.set_slot(slot, value));
        }
        dict
    }

    /// Replaces `__dict__`.
    pub fn set_dict(&self, dict: Ref<DictObj>) {
        drop(self.dict());
        let old = self.more.write().get_or_insert_default().dict.replace(dict);
        drop(old);
    }

    /// Assigns `__class__`: attributes keep their values.
    pub fn set_class(&self, class: &Ref<ClassObj>) {
        let shape = self.shape.get();
        let moved = if shape.is_dict {
            class.dict_shape.clone()
        } else {
            shape
                .names()
                .iter()
                .fold(class.shape.clone(), |s, n| s.with(n))
        };
        *self.shape.write() = moved;
        let old = self.class.replace(class.clone());
        drop(old);
    }

    /// Names and values of the instance's own attributes, in order.
    pub fn own_entries(&self) -> Vec<(Value, Value)> {
        if let Some(dict) = self.dict_if_kept() {
            return dict.entries();
        }
        let shape = self.shape.get();
        let named = shape.names().iter().enumerate();
        named
            .map(|(slot, name)| (Value::from(name), self.slot(slot)))
            .filter(|(_, v)| !v.is_unbound())
            .collect()
    }
}
