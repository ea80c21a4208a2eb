//! `module`.

use crate::object::{Kind, Obj, Object, Ref};
use crate::objects::dict::DictObj;

/// A module: its name space is an ordinary dict, which global-variable nodes look into.
pub struct ModuleObj {
    /// `__dict__`.
    pub dict: Ref<DictObj>,
}

impl Object for ModuleObj {
    const KIND: Kind = Kind::Module;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.dict.obj());
    }
}
