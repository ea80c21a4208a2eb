//! Objects of types that the library defines in Rust (`deque`, `Lock`, a compiled pattern, …).

use std::any::Any;
use std::cell::{Cell, RefCell};

use super::class::ClassObj;
use super::dict::DictObj;
use super::function::Attribute;
use super::str::Name;
use crate::event_loop::task::TaskObj;
use crate::event_loop::waits::Wait;
use crate::object::{Kind, Obj, Object, Ref};
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// The Rust side of a library type.
pub trait HostData: Any {
    /// Shows the collector every object held (see `Object::trace`).
    fn trace(&self, _visit: &mut dyn FnMut(&Obj)) {}
    /// Drops what is held, to break a cycle.
    fn clear(&self) {}
    /// For reports: what those wait for whose future (or coroutine) has this object as its owner.
    fn wait(&self, _this: &Obj) -> Option<Wait> {
        None
    }
    /// For reports: the future or task that goes on when the futures do whose callbacks have this
    /// object as their owner.
    fn waiter(&self) -> Option<Obj> {
        None
    }
    /// For reports: the task that a timer which has this object as its owner will reach.
    fn reaches(&self) -> Option<Ref<TaskObj>> {
        None
    }
    /// `self` for downcasts: write `self`.
    fn as_any(&self) -> &dyn Any;
    /// `self` of an iterator, which is then stepped without looking `__next__` up.
    fn as_iterator(&self) -> Option<&dyn HostIterator> {
        None
    }
    /// `self` of a data descriptor, which is then read without looking `__get__` up.
    fn as_descriptor(&self) -> Option<&dyn HostDescriptor> {
        None
    }
    /// `self` of something callable, which is then called without looking `__call__` up.
    fn as_callable(&self) -> Option<&dyn HostCallable> {
        None
    }
    /// The bytes of something bytes-like.
    fn bytes(&self) -> Option<Vec<u8>> {
        None
    }
    /// The bytes that a `memoryview` of it shares.
    fn buffer(&self) -> Option<HostBuffer<'_>> {
        None
    }
    /// `__dict__` of a type whose objects take any attribute; the class has `HOST_DICT` among its
    /// attributes.
    fn attrs(&self) -> Option<&HostAttrs> {
        None
    }
}

/// Bytes that a `memoryview` shares with an object of a library type.
pub struct HostBuffer<'a> {
    /// The bytes.
    pub data: &'a Shared<Vec<u8>>,
    /// The code of the items' format, as in `struct`.
    pub format: u8,
    /// The number of views: while there are any, the number of bytes must not change.
    pub exports: &'a Cell<u32>,
}

/// `__dict__` of an object of a library type, made when it is first wanted.
pub type HostAttrs = RefCell<Option<Ref<DictObj>>>;

/// The step of an iterator that the library defines.
pub trait HostIterator {
    /// The next item, or `None` at the end.
    fn next(&self, vm: &Vm) -> R<Option<Value>>;
}

/// A library type that is a data descriptor: it comes before the object's own attributes.
pub trait HostDescriptor {
    /// The attribute of `object`.
    fn get(&self, vm: &Vm, object: &Value) -> R;
}

/// The call of something callable that the library defines.
pub trait HostCallable {
    /// Calls it: positional arguments, then the values of the keywords `kwnames`.
    fn call(&self, vm: &Vm, args: &[Value], kwnames: &[Name]) -> R;
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

    /// `__dict__`, if the type has it and it was made.
    pub(crate) fn attrs_if_any(&self) -> Option<Ref<DictObj>> {
        self.data.attrs()?.borrow().clone()
    }

    /// `__dict__`, if the type has it.
    pub fn dict(&self) -> Option<Ref<DictObj>> {
        let attrs = self.data.attrs()?;
        Some(
            attrs
                .borrow_mut()
                .get_or_insert_with(super::dict::new_dict)
                .clone(),
        )
    }
}

/// `__dict__` of a library type whose objects take any attribute.
pub const HOST_DICT: Attribute = Attribute {
    name: "__dict__",
    get: |vm, v| match v.downcast::<HostObj>().and_then(|h| h.dict()) {
        Some(dict) => Ok(dict.into()),
        None => Err(vm.type_error("an object without a __dict__")),
    },
    set: Some(|vm, v, value| {
        let Some(dict) = value.downcast::<DictObj>() else {
            return Err(vm.type_error(format!(
                "__dict__ must be set to a dictionary, not a '{}'",
                vm.type_name(value)
            )));
        };
        let attrs = v.downcast::<HostObj>().and_then(|h| h.data.attrs());
        if let Some(attrs) = attrs {
            drop(attrs.replace(Some(dict.clone())));
        }
        Ok(())
    }),
};
