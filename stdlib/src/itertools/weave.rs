//! `accumulate`, `batched`, `chain`, `pairwise`, `starmap`, `zip_longest`: new items made of those
//! of iterables.

use std::cell::Cell;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{class_method, static_method};
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::host::HostIterator;
use aio_interp::objects::tuple::{TupleObj, tuple, tuple_of};
use aio_interp::ops::BinaryOp;
use aio_interp::shared::Shared;
use aio_interp::{R, Raised, Value, Vm};

use crate::host::{CLASS_GETITEM, ITER, NEXT, args_of, host_class, iterator_data, new_host};

/// `accumulate`.
pub(super) static ACCUMULATE: ClassSpec = host_class(
    "accumulate",
    "itertools",
    "Return series of accumulated sums.",
    &[
        static_method(
            "__new__(cls, /, iterable, func=None, *, initial=None)",
            "Create it.",
            |vm, a| {
                let data = Accumulate {
                    source: vm.iter(&a[1])?,
                    function: a[2].or(Value::None),
                    total: Shared::default(),
                    initial: Shared::new(if a[3].is_missing() {
                        Value::Unbound
                    } else {
                        a[3].clone()
                    }),
                };
                new_host(vm, &a[0], data)
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct Accumulate {
    source: Value,
    function: Value,
    total: Shared<Value>,
    /// What comes first, until then.
    initial: Shared<Value>,
}

iterator_data!(Accumulate: source, function, total, initial);

impl HostIterator for Accumulate {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let initial = self.initial.take();
        if !initial.is_unbound() {
            drop(self.total.replace(initial.clone()));
            return Ok(Some(initial));
        }
        let Some(item) = vm.next(&self.source)? else {
            return Ok(None);
        };
        let total = self.total.get();
        let total = if total.is_unbound() {
            item
        } else if self.function.is_none() {
            vm.binary(BinaryOp::Add, &total, &item)?
        } else {
            vm.call(&self.function, &[total, item])?
        };
        drop(self.total.replace(total.clone()));
        Ok(Some(total))
    }
}

/// `batched`.
pub(super) static BATCHED: ClassSpec = host_class(
    "batched",
    "itertools",
    "Batch data into tuples of length n. The last batch may be shorter than n.",
    &[
        static_method(
            "__new__(cls, /, iterable, n, *, strict=False)",
            "Create it.",
            |vm, a| {
                let size = vm.to_index(&a[2])?;
                let Some(size) = usize::try_from(size).ok().filter(|n| *n > 0) else {
                    return Err(vm.value_error("n must be at least one"));
                };
                let data = Batched {
                    source: vm.iter(&a[1])?,
                    size,
                    is_strict: a[3].bound().map_or(Ok(false), |v| vm.truth(v))?,
                    is_over: Cell::new(false),
                };
                new_host(vm, &a[0], data)
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct Batched {
    source: Value,
    size: usize,
    is_strict: bool,
    is_over: Cell<bool>,
}

iterator_data!(Batched: source);

impl HostIterator for Batched {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        if self.is_over.get() {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(self.size.min(1024));
        while items.len() < self.size {
            match vm.next(&self.source) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {
                    self.is_over.set(true);
                    break;
                }
                Err(Raised) => {
                    self.is_over.set(true);
                    return Err(Raised);
                }
            }
            vm.poll()?;
        }
        if items.is_empty() {
            return Ok(None);
        }
        if self.is_strict && items.len() < self.size {
            return Err(vm.value_error("batched(): incomplete batch"));
        }
        Ok(Some(tuple(items)))
    }
}

/// `chain`.
pub(super) static CHAIN: ClassSpec = host_class(
    "chain",
    "itertools",
    "Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.",
    &[
        static_method("__new__(cls, /, *iterables)", "Create it.", chain),
        class_method(
            "from_iterable(iterable, /)",
            "Alternative chain() constructor taking a single iterable argument that evaluates lazily.",
            chain,
        ),
        CLASS_GETITEM,
        ITER,
        NEXT,
    ],
    &[],
);

fn chain(vm: &Vm, a: &[Value]) -> R {
    let data = Chain {
        sources: vm.iter(&a[1])?,
        current: Shared::default(),
        is_over: Cell::new(false),
    };
    new_host(vm, &a[0], data)
}

struct Chain {
    /// The iterator of iterables.
    sources: Value,
    /// The iterator of the iterable at hand; `Unbound` before the first and between two.
    current: Shared<Value>,
    is_over: Cell<bool>,
}

iterator_data!(Chain: sources, current);

impl HostIterator for Chain {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        while !self.is_over.get() {
            let current = self.current.get();
            if current.is_unbound() {
                match vm
                    .next(&self.sources)
                    .and_then(|s| s.map(|s| vm.iter(&s)).transpose())
                {
                    Ok(Some(source)) => drop(self.current.replace(source)),
                    Ok(None) => self.is_over.set(true),
                    Err(Raised) => {
                        self.is_over.set(true);
                        return Err(Raised);
                    }
                }
                vm.poll()?;
                continue;
            }
            if let Some(item) = vm.next(&current)? {
                return Ok(Some(item));
            }
            drop(self.current.take());
        }
        Ok(None)
    }
}

/// `pairwise`.
pub(super) static PAIRWISE: ClassSpec = host_class(
    "pairwise",
    "itertools",
    "Return an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ...",
    &[
        static_method("__new__(cls, iterable, /)", "Create it.", |vm, a| {
            let (source, last) = (vm.iter(&a[1])?, Shared::default());
            new_host(vm, &a[0], Pairwise { source, last })
        }),
        ITER,
        NEXT,
    ],
    &[],
);

struct Pairwise {
    source: Value,
    /// The item that comes first in the next pair.
    last: Shared<Value>,
}

iterator_data!(Pairwise: source, last);

impl HostIterator for Pairwise {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let mut first = self.last.get();
        if first.is_unbound() {
            match vm.next(&self.source)? {
                Some(item) => first = item,
                None => return Ok(None),
            }
            // The step may have come back here.
            drop(self.last.replace(first.clone()));
        }
        let Some(second) = vm.next(&self.source)? else {
            drop(self.last.take());
            return Ok(None);
        };
        drop(self.last.replace(second.clone()));
        Ok(Some(tuple_of([first, second])))
    }
}

/// `starmap`.
pub(super) static STARMAP: ClassSpec = host_class(
    "starmap",
    "itertools",
    "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.",
    &[
        static_method(
            "__new__(cls, function, iterable, /)",
            "Create it.",
            |vm, a| {
                let data = StarMap {
                    function: a[1].clone(),
                    source: vm.iter(&a[2])?,
                };
                new_host(vm, &a[0], data)
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

struct StarMap {
    function: Value,
    source: Value,
}

iterator_data!(StarMap: function, source);

impl HostIterator for StarMap {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let Some(item) = vm.next(&self.source)? else {
            return Ok(None);
        };
        match item.downcast::<TupleObj>() {
            Some(args) => vm.call(&self.function, args.items()).map(Some),
            None => vm.call(&self.function, &vm.collect(&item)?).map(Some),
        }
    }
}

/// `zip_longest`.
pub(super) static ZIP_LONGEST: ClassSpec = host_class(
    "zip_longest",
    "itertools",
    "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.\n",
    &[
        static_method(
            "__new__(cls, /, *iterables, **kwargs)",
            "Create it.",
            zip_longest,
        ),
        ITER,
        NEXT,
    ],
    &[],
);

fn zip_longest(vm: &Vm, a: &[Value]) -> R {
    let mut fill = Value::None;
    let given = a[2]
        .downcast::<DictObj>()
        .map_or_else(Vec::new, |d| d.entries());
    for (name, value) in given {
        if name.as_str() != Some("fillvalue") {
            return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = value;
    }
    let sources = args_of(&a[1]).iter().map(|v| vm.iter(v));
    let sources = sources.collect::<R<Vec<_>>>()?;
    let data = ZipLongest {
        active: Cell::new(sources.len()),
        sources: Shared::new(sources),
        fill,
    };
    new_host(vm, &a[0], data)
}

struct ZipLongest {
    /// `Unbound` in the place of each that has ended.
    sources: Shared<Vec<Value>>,
    /// How many have not ended.
    active: Cell<usize>,
    fill: Value,
}

iterator_data!(ZipLongest: sources, fill);

impl ZipLongest {
    /// The item number `i`; `None` if that was the last iterator to end.
    fn part(&self, vm: &Vm, i: usize) -> R<Option<Value>> {
        let source = self.sources.read().get(i).cloned().unwrap_or_default();
        if source.is_unbound() {
            return Ok(Some(self.fill.clone()));
        }
        match vm.next(&source) {
            Ok(Some(item)) => Ok(Some(item)),
            Ok(None) => {
                self.active.set(self.active.get().saturating_sub(1));
                if self.active.get() == 0 {
                    return Ok(None);
                }
                let old = self.sources.write().get_mut(i).map(std::mem::take);
                drop(old);
                Ok(Some(self.fill.clone()))
            }
            Err(Raised) => {
                self.active.set(0);
                Err(Raised)
            }
        }
    }
}

impl HostIterator for ZipLongest {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let count = self.sources.read().len();
        if self.active.get() == 0 {
            return Ok(None);
        }
        if count == 2 {
            let (Some(a), Some(b)) = (self.part(vm, 0)?, self.part(vm, 1)?) else {
                return Ok(None);
            };
            return Ok(Some(tuple_of([a, b])));
        }
        let mut items = Vec::with_capacity(count);
        for i in 0..count {
            match self.part(vm, i)? {
                Some(item) => items.push(item),
                None => return Ok(None),
            }
        }
        Ok(Some(tuple(items)))
    }
}
