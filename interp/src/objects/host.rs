//! Objects of types that the library defines in Rust (`deque`, `Lock`, a compiled pattern, …).

use std::any::Any;

use super::class::ClassObj;
use crate::object::{Kind, Obj, Object, Ref};

/// The Rust side of a library type.
pub trait HostData: Any {
    /// Shows the collector every object held (see `Object::trace`).
    fn trace(&self, _visit: &mut dyn FnMut(&Obj)) {}
    /// Drops what is held, to break a cycle.
    fn clear(&self) {}
    /// `self` for downcasts: write `self`.
    fn as_any(&self) -> &dyn Any;
}

/// An object of a library type.
pub struct HostObj {
    /// Its class.
    pub class: Ref<ClassObj>,
    /// Its data.
    pub data: Box<dyn HostData>,
}

impl Object for HostObj {
    const KIND: Kind = Kind::Host;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.class.obj());
        self.data.trace(visit);
    }
    fn clear(&self) {
        self.data.clear();
    }
}

impl HostObj {
    /// The data as `T`, if it is one.
    #[inline]
    pub fn get<T: HostData>(&self) -> Option<&T> {
        self.data.as_any().downcast_ref::<T>()
    }
}
