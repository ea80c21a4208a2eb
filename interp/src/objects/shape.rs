//! Shapes (hidden classes): which attribute of an instance stands in which slot.
//!
//! Instances of one class that got the same attributes in the same order share a shape. A cache
//! at a node compares the instance's shape `id`; whatever changes the meaning of an attribute of
//! the class (a method, a descriptor) gives all of its shapes new ids, and so empties the caches.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::str::Name;

/// A hidden class. Owned by its class's tree of shapes.
pub struct Shape {
    id: Cell<u64>,
    /// The attribute names in slot order.
    names: Box<[Name]>,
    /// The shapes with one more attribute.
    next: RefCell<Vec<Rc<Shape>>>,
    /// The instance keeps its attributes in a dict (its `__dict__` was asked for, or it has very
    /// many). Such a shape has no slots and is never cached.
    pub is_dict: bool,
}

/// Beyond this many attributes an instance keeps them in a dict.
pub const MAX_SLOTS: usize = 64;

thread_local! {
    static NEXT_ID: Cell<u64> = const { Cell::new(1) };
    static DICT: Rc<Shape> = Shape::with_names(Box::new([]), true);
}

fn fresh_id() -> u64 {
    NEXT_ID.with(|n| {
        let id = n.get();
        n.set(id + 1);
        id
    })
}

impl Shape {
    /// The shape without attributes.
    pub fn root() -> Rc<Shape> {
        Shape::with_names(Box::new([]), false)
    }

    /// The shape of instances that keep a dict: never cached, so it may be one for all.
    pub fn dict() -> Rc<Shape> {
        DICT.with(Rc::clone)
    }

    /// What stands in place of a root where there are no instances with a shape.
    pub fn of_none() -> Rc<Shape> {
        Shape::dict()
    }

    /// A shape of instances that keep a dict besides these slots.
    pub fn dict_with(slots: Vec<Name>) -> Rc<Shape> {
        Shape::with_names(slots.into(), true)
    }

    fn with_names(names: Box<[Name]>, is_dict: bool) -> Rc<Shape> {
        Rc::new(Shape {
            id: Cell::new(fresh_id()),
            names,
            next: RefCell::default(),
            is_dict,
        })
    }

    /// What caches compare. Never 0.
    #[inline(always)]
    pub fn id(&self) -> u64 {
        self.id.get()
    }

    /// The number of attributes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// True for the root.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The attribute names in slot order.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// The slot of an attribute.
    pub fn slot(&self, name: &Name) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// The shape with `name` added behind.
    pub fn with(&self, name: &Name) -> Rc<Shape> {
        if let Some(found) = self
            .next
            .borrow()
            .iter()
            .find(|s| s.names.last() == Some(name))
        {
            return found.clone();
        }
        let names = self.names.iter().chain([name]).cloned().collect();
        let shape = Shape::with_names(names, false);
        self.next.borrow_mut().push(shape.clone());
        shape
    }

    /// Gives this shape and all that grew from it new ids.
    pub fn renew_ids(&self) {
        self.id.set(fresh_id());
        for shape in self.next.borrow().iter() {
            shape.renew_ids();
        }
    }
}
