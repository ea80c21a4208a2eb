//! `cell`: a variable shared between a function and the functions inside it.

use crate::object::{Kind, Obj, Object, trace_value};
use crate::shared::Shared;
use crate::value::Value;

/// A cell. `Unbound` while the variable is not assigned.
#[derive(Default)]
pub struct CellObj {
    /// The content.
    pub value: Shared<Value>,
}

impl Object for CellObj {
    const KIND: Kind = Kind::Cell;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.value.read(), visit);
    }
    fn clear(&self) {
        drop(self.value.take());
    }
}
