//! `groupby`: runs of items with equal keys.
//!
//! The groups share one iterator: once the next group is asked for, the one before gives nothing
//! any more.

use std::cell::Cell;
use std::rc::Rc;

use aio_interp::classes::ClassSpec;
use aio_interp::native::static_method;
use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::host::HostIterator;
use aio_interp::objects::tuple::tuple_of;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use crate::host::{ITER, NEXT, data_of, host, host_class, iterator_data, new_host};

/// `groupby`.
pub(super) static GROUPBY: ClassSpec = host_class(
    "groupby",
    "itertools",
    "make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.",
    &[
        static_method(
            "__new__(cls, /, iterable, key=None)",
            "Create it.",
            |vm, a| {
                let inner = Inner {
                    source: vm.iter(&a[1])?,
                    key_function: a[2].or(Value::None),
                    item: Shared::default(),
                    key: Shared::default(),
                    wanted: Shared::default(),
                    group: Cell::new(0),
                };
                let runs = host(&classes(vm).runs, inner);
                new_host(vm, &a[0], GroupBy { runs })
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

/// The class of what a `groupby` and its groups share, which no script sees.
static RUNS: ClassSpec = host_class("_runs", "itertools", "The items of a groupby.", &[], &[]);

/// A group.
static GROUPER: ClassSpec = ClassSpec {
    subclassable: false,
    ..host_class("_grouper", "itertools", "A group.", &[ITER, NEXT], &[])
};

/// The classes of what `groupby` makes.
pub(super) struct Classes {
    runs: Ref<ClassObj>,
    /// `_grouper`.
    pub(super) grouper: Ref<ClassObj>,
}

pub(super) fn classes(vm: &Vm) -> Rc<Classes> {
    vm.state("itertools.groupby", || Classes {
        runs: vm.make_class(&RUNS, &[]),
        grouper: vm.make_class(&GROUPER, &[]),
    })
}

/// What a `groupby` and its groups share.
struct Inner {
    source: Value,
    key_function: Value,
    /// The item that comes next, and its key; `Unbound` before the first and after one is taken.
    item: Shared<Value>,
    key: Shared<Value>,
    /// The key of the group at hand.
    wanted: Shared<Value>,
    /// The number of the group at hand.
    group: Cell<u64>,
}

impl Inner {
    /// Takes the next item from the source; false at the end.
    fn step(&self, vm: &Vm) -> R<bool> {
        let Some(item) = vm.next(&self.source)? else {
            return Ok(false);
        };
        let key = match self.key_function.is_none() {
            true => item.clone(),
            false => vm.call(&self.key_function, std::slice::from_ref(&item))?,
        };
        drop(self.item.replace(item));
        drop(self.key.replace(key));
        Ok(true)
    }

    fn is_in_group(&self, vm: &Vm) -> R<bool> {
        vm.is_or_equal(&self.wanted.get(), &self.key.get())
    }
}

impl aio_interp::objects::host::HostData for Inner {
    fn trace(&self, visit: &mut dyn FnMut(&aio_interp::object::Obj)) {
        use crate::host::Held;
        self.source.trace(visit);
        self.key_function.trace(visit);
        for held in [&self.item, &self.key, &self.wanted] {
            held.trace(visit);
        }
    }
    fn clear(&self) {
        for held in [&self.item, &self.key, &self.wanted] {
            drop(held.take());
        }
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

struct GroupBy {
    runs: Value,
}

iterator_data!(GroupBy: runs);

impl HostIterator for GroupBy {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let Some(inner) = data_of::<Inner>(&self.runs) else {
            return Ok(None);
        };
        inner.group.set(inner.group.get() + 1);
        // What is left of the group at hand is skipped.
        loop {
            let is_new = inner.key.read().is_unbound()
                || !(inner.wanted.read().is_unbound() || inner.is_in_group(vm)?);
            let is_fresh = inner.wanted.read().is_unbound() && !inner.key.read().is_unbound();
            if !inner.key.read().is_unbound() && (is_new || is_fresh) {
                break;
            }
            if !inner.step(vm)? {
                return Ok(None);
            }
            vm.poll()?;
        }
        let key = inner.key.get();
        drop(inner.wanted.replace(key.clone()));
        let group = Grouper {
            runs: self.runs.clone(),
            key: key.clone(),
            number: inner.group.get(),
        };
        Ok(Some(tuple_of([key, host(&classes(vm).grouper, group)])))
    }
}

struct Grouper {
    runs: Value,
    key: Value,
    number: u64,
}

iterator_data!(Grouper: runs, key);

impl HostIterator for Grouper {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let Some(inner) = data_of::<Inner>(&self.runs) else {
            return Ok(None);
        };
        if inner.group.get() != self.number {
            return Ok(None);
        }
        if inner.item.read().is_unbound() && !inner.step(vm)? {
            return Ok(None);
        }
        if !vm.is_or_equal(&self.key, &inner.key.get())? {
            return Ok(None);
        }
        Ok(Some(inner.item.take()))
    }
}
