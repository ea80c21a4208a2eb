//! `tee`: several iterators over the items of one.
//!
//! The items stand in a chain of blocks; each iterator holds the block where it is, so that what
//! all of them have passed is freed.

use std::cell::Cell;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{method, static_method};
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::host::{HostData, HostIterator};
use aio_interp::objects::tuple::tuple;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use crate::host::{Held, ITER, NEXT, data_of, host, host_class, iterator_data, new_host, receiver};

/// The iterators that `tee` returns.
static TEE: ClassSpec = host_class(
    "_tee",
    "itertools",
    "Iterator wrapped to make it copyable.",
    &[
        static_method("__new__(cls, iterable, /)", "Create it.", |vm, a| {
            new_host(vm, &a[0], Tee::over(vm, &a[1])?)
        }),
        method("__copy__()", "Returns an independent iterator.", |vm, a| {
            let copy = receiver::<Tee>(vm, &a[0], "_tee")?.copy();
            Ok(host(&classes(vm).tee, copy))
        }),
        ITER,
        NEXT,
    ],
    &[],
);

static BLOCK: ClassSpec = host_class(
    "_tee_dataobject",
    "itertools",
    "Data container common to multiple tee objects.",
    &[],
    &[],
);

/// The classes of what `tee` makes.
pub(super) struct Classes {
    /// `_tee`.
    pub(super) tee: Ref<ClassObj>,
    /// `_tee_dataobject`.
    pub(super) block: Ref<ClassObj>,
}

pub(super) fn classes(vm: &Vm) -> std::rc::Rc<Classes> {
    vm.state("itertools.tee", || Classes {
        tee: vm.make_class(&TEE, &[]),
        block: vm.make_class(&BLOCK, &[]),
    })
}

/// How many items a block holds.
const SIZE: usize = 57;

/// Some items in a row.
struct Block {
    source: Value,
    items: Shared<Vec<Value>>,
    /// The block that follows, once it is needed.
    next: Shared<Value>,
    /// The source is being stepped.
    is_running: Cell<bool>,
}

impl HostData for Block {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.source, visit);
        self.items.trace(visit);
        self.next.trace(visit);
    }
    fn clear(&self) {
        self.items.clear();
        self.next.clear();
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Block {
    fn make(vm: &Vm, source: Value) -> Value {
        let block = Block {
            source,
            items: Shared::default(),
            next: Shared::default(),
            is_running: Cell::new(false),
        };
        host(&classes(vm).block, block)
    }

    fn item(&self, vm: &Vm, at: usize) -> R<Option<Value>> {
        if let Some(item) = self.items.read().get(at) {
            return Ok(Some(item.clone()));
        }
        if self.is_running.get() {
            return Err(vm.runtime_error("cannot re-enter the tee iterator"));
        }
        self.is_running.set(true);
        let item = vm.next(&self.source);
        self.is_running.set(false);
        let item = item?;
        if let Some(item) = &item {
            self.items.write().push(item.clone());
        }
        Ok(item)
    }

    fn next(&self, vm: &Vm) -> Value {
        let next = self.next.get();
        if !next.is_unbound() {
            return next;
        }
        let made = Block::make(vm, self.source.clone());
        drop(self.next.replace(made.clone()));
        made
    }
}

/// One of the iterators.
struct Tee {
    block: Shared<Value>,
    at: Cell<usize>,
}

iterator_data!(Tee: block);

impl Tee {
    fn over(vm: &Vm, iterable: &Value) -> R<Tee> {
        let source = vm.iter(iterable)?;
        Ok(match data_of::<Tee>(&source) {
            Some(tee) => tee.copy(),
            None => Tee {
                block: Shared::new(Block::make(vm, source)),
                at: Cell::new(0),
            },
        })
    }

    fn copy(&self) -> Tee {
        Tee {
            block: Shared::new(self.block.get()),
            at: self.at.clone(),
        }
    }
}

impl HostIterator for Tee {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let mut block = self.block.get();
        if self.at.get() == SIZE {
            let Some(data) = data_of::<Block>(&block) else {
                return Ok(None);
            };
            let next = data.next(vm);
            drop(self.block.replace(next.clone()));
            self.at.set(0);
            block = next;
        }
        let Some(data) = data_of::<Block>(&block) else {
            return Ok(None);
        };
        let item = data.item(vm, self.at.get())?;
        if item.is_some() {
            self.at.set(self.at.get() + 1);
        }
        Ok(item)
    }
}

/// `tee(iterable, n=2)`.
pub(super) fn tee(vm: &Vm, a: &[Value]) -> R {
    let count = match a[1].bound() {
        Some(n) => vm.to_index(n)?,
        None => 2,
    };
    let Ok(count) = usize::try_from(count) else {
        return Err(vm.value_error("n must be >= 0"));
    };
    if count >= 1 << 24 {
        return Err(vm.out_of_memory());
    }
    if count == 0 {
        return Ok(tuple(vec![]));
    }
    let first = Tee::over(vm, &a[0])?;
    let class = &classes(vm).tee;
    let mut made: Vec<Value> = (1..count).map(|_| host(class, first.copy())).collect();
    made.insert(0, host(class, first));
    Ok(tuple(made))
}
