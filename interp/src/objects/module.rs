//! `module`.

use std::cell::RefCell;

use crate::object::{Kind, Obj, Object, Ref};
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;

/// A module: its name space is an ordinary dict, which global-variable nodes look into.
pub struct ModuleObj {
    /// `__dict__`.
    pub dict: Ref<DictObj>,
    /// Its class, if a subclass of `module` was assigned to `__class__`.
    pub class: RefCell<Option<Ref<ClassObj>>>,
}

impl ModuleObj {
    /// A module with this namespace.
    pub fn of(dict: Ref<DictObj>) -> Ref<ModuleObj> {
        let class = RefCell::new(None);
        Ref::new(ModuleObj { dict, class })
    }
}

impl Object for ModuleObj {
    const KIND: Kind = Kind::Module;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.dict.obj());
        if let Some(class) = &*self.class.borrow() {
            visit(class.obj());
        }
    }
}
