//! `compress`, `dropwhile`, `filterfalse`, `islice`, `takewhile`: some items of an iterable.

use std::cell::Cell;

use aio_interp::classes::ClassSpec;
use aio_interp::native::static_method;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::host::HostIterator;
use aio_interp::ops::convert::int_ref;
use aio_interp::{R, Raised, Value, Vm};

use crate::host::{ITER, NEXT, host_class, iterator_data, new_host};

/// `compress`.
pub(super) static COMPRESS: ClassSpec = host_class(
    "compress",
    "itertools",
    "Return data elements corresponding to true selector elements.",
    &[
        static_method("__new__(cls, /, data, selectors)", "Create it.", |vm, a| {
            let (data, selectors) = (vm.iter(&a[1])?, vm.iter(&a[2])?);
            new_host(vm, &a[0], Compress { data, selectors })
        }),
        ITER,
        NEXT,
    ],
    &[],
);

struct Compress {
    data: Value,
    selectors: Value,
}

iterator_data!(Compress: data, selectors);

impl HostIterator for Compress {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        loop {
            let Some(item) = vm.next(&self.data)? else {
                return Ok(None);
            };
            let Some(selector) = vm.next(&self.selectors)? else {
                return Ok(None);
            };
            if vm.truth(&selector)? {
                return Ok(Some(item));
            }
            vm.poll()?;
        }
    }
}

/// A test of items, and the iterator they come from.
struct Tested {
    predicate: Value,
    source: Value,
}

impl Tested {
    fn new(vm: &Vm, a: &[Value]) -> R<Tested> {
        Ok(Tested {
            predicate: a[1].clone(),
            source: vm.iter(&a[2])?,
        })
    }

    fn holds(&self, vm: &Vm, item: &Value) -> R<bool> {
        vm.truth(&vm.call(&self.predicate, std::slice::from_ref(item))?)
    }
}

impl crate::host::Held for Tested {
    fn trace(&self, visit: &mut dyn FnMut(&aio_interp::object::Obj)) {
        self.predicate.trace(visit);
        self.source.trace(visit);
    }
}

/// `dropwhile`.
pub(super) static DROPWHILE: ClassSpec = host_class(
    "dropwhile",
    "itertools",
    "Drop items from the iterable while predicate(item) is true.",
    &[
        static_method(
            "__new__(cls, predicate, iterable, /)",
            "Create it.",
            |vm, a| {
                let (tested, is_open) = (Tested::new(vm, a)?, Cell::new(false));
                new_host(vm, &a[0], DropWhile { tested, is_open })
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct DropWhile {
    tested: Tested,
    /// An item did not hold.
    is_open: Cell<bool>,
}

iterator_data!(DropWhile: tested);

impl HostIterator for DropWhile {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        while let Some(item) = vm.next(&self.tested.source)? {
            if self.is_open.get() {
                return Ok(Some(item));
            }
            if !self.tested.holds(vm, &item)? {
                self.is_open.set(true);
                return Ok(Some(item));
            }
            vm.poll()?;
        }
        Ok(None)
    }
}

/// `takewhile`.
pub(super) static TAKEWHILE: ClassSpec = host_class(
    "takewhile",
    "itertools",
    "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
    &[
        static_method(
            "__new__(cls, predicate, iterable, /)",
            "Create it.",
            |vm, a| {
                let (tested, is_over) = (Tested::new(vm, a)?, Cell::new(false));
                new_host(vm, &a[0], TakeWhile { tested, is_over })
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct TakeWhile {
    tested: Tested,
    is_over: Cell<bool>,
}

iterator_data!(TakeWhile: tested);

impl HostIterator for TakeWhile {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        if self.is_over.get() {
            return Ok(None);
        }
        let Some(item) = vm.next(&self.tested.source)? else {
            return Ok(None);
        };
        if self.tested.holds(vm, &item)? {
            return Ok(Some(item));
        }
        self.is_over.set(true);
        Ok(None)
    }
}

/// `filterfalse`.
pub(super) static FILTERFALSE: ClassSpec = host_class(
    "filterfalse",
    "itertools",
    "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.",
    &[
        static_method(
            "__new__(cls, function, iterable, /)",
            "Create it.",
            |vm, a| {
                let is_bool = |c: &aio_interp::object::Ref<ClassObj>| c.is(&vm.classes.bool_);
                let tests_truth =
                    a[1].is_none() || a[1].downcast::<ClassObj>().is_some_and(is_bool);
                let tested = Tested::new(vm, a)?;
                new_host(
                    vm,
                    &a[0],
                    FilterFalse {
                        tested,
                        tests_truth,
                    },
                )
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct FilterFalse {
    tested: Tested,
    tests_truth: bool,
}

iterator_data!(FilterFalse: tested);

impl HostIterator for FilterFalse {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        while let Some(item) = vm.next(&self.tested.source)? {
            let holds = match self.tests_truth {
                true => vm.truth(&item)?,
                false => self.tested.holds(vm, &item)?,
            };
            if !holds {
                return Ok(Some(item));
            }
            vm.poll()?;
        }
        Ok(None)
    }
}

/// `islice`.
pub(super) static ISLICE: ClassSpec = host_class(
    "islice",
    "itertools",
    "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.",
    &[
        static_method(
            "__new__(cls, iterable, start, stop=None, step=None, /)",
            "Create it.",
            islice,
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct Islice {
    source: Value,
    /// How many items were taken from the source.
    taken: Cell<u64>,
    /// The number of the item that comes next.
    wanted: Cell<u64>,
    /// `u64::MAX` for none.
    stop: u64,
    step: u64,
    is_over: Cell<bool>,
}

iterator_data!(Islice: source);

/// An index that is not negative, or `None`.
fn index(vm: &Vm, v: &Value) -> R<Option<u64>> {
    match vm.try_integer(v) {
        Ok(Some(n)) => Ok(int_ref(&n)
            .and_then(|n| n.to_i64())
            .and_then(|n| u64::try_from(n).ok())),
        Ok(None) => Ok(None),
        Err(Raised) => Err(Raised),
    }
}

fn islice(vm: &Vm, a: &[Value]) -> R {
    let only_stop = a[3].is_unbound();
    let (start, stop) = if only_stop {
        (&Value::None, &a[2])
    } else {
        (&a[2], &a[3])
    };
    let stop = match stop.is_missing() {
        true => u64::MAX,
        false => index(vm, stop)?.ok_or_else(|| {
            // CPython takes -1 for the mark of an error here.
            let is_other = stop.as_int().is_some_and(|stop| stop < -1);
            let text = if is_other && !only_stop {
                INDICES
            } else {
                STOP
            };
            vm.value_error(text)
        })?,
    };
    let start = match start.is_missing() {
        true => 0,
        false => index(vm, start)?.ok_or_else(|| vm.value_error(INDICES))?,
    };
    let step = match a[4].is_missing() {
        true => 1,
        false => index(vm, &a[4])?.filter(|step| *step > 0).ok_or_else(|| {
            vm.value_error("Step for islice() must be a positive integer or None.")
        })?,
    };
    let data = Islice {
        source: vm.iter(&a[1])?,
        taken: Cell::new(0),
        wanted: Cell::new(start),
        stop,
        step,
        is_over: Cell::new(false),
    };
    new_host(vm, &a[0], data)
}

const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";

impl Islice {
    /// Takes an item; notes the end.
    fn take(&self, vm: &Vm) -> R<Option<Value>> {
        let item = vm.next(&self.source)?;
        match &item {
            Some(_) => self.taken.set(self.taken.get() + 1),
            None => self.is_over.set(true),
        }
        Ok(item)
    }
}

impl HostIterator for Islice {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        if self.is_over.get() {
            return Ok(None);
        }
        // Items before the start are taken even if the stop comes first.
        let wanted = self.wanted.get();
        while self.taken.get() < wanted {
            if self.take(vm)?.is_none() {
                return Ok(None);
            }
            vm.poll()?;
        }
        if self.taken.get() >= self.stop {
            self.is_over.set(true);
            return Ok(None);
        }
        let item = self.take(vm)?;
        self.wanted
            .set(wanted.saturating_add(self.step).min(self.stop));
        Ok(item)
    }
}
