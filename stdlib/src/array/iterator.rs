//! The iterator of an `array`.

use aio_interp::classes::ClassSpec;
use aio_interp::objects::host::HostIterator;
use aio_interp::{R, Raised, Value, Vm};

use super::this;
use crate::host::{ITER, NEXT, host_class, iterator_data};

pub(super) static ITERATOR: ClassSpec = ClassSpec {
    subclassable: false,
    ..host_class("arrayiterator", "array", "", &[ITER, NEXT], &[])
};

pub(super) struct Steps {
    pub(super) array: Value,
    pub(super) at: std::cell::Cell<usize>,
}

iterator_data!(Steps: array);

impl HostIterator for Steps {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let at = self.at.get();
        let item = this(vm, &self.array)?.get(vm, at);
        if item.is_some() {
            self.at.set(at + 1);
        }
        Ok::<_, Raised>(item)
    }
}
