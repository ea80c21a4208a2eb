//! `count`, `cycle` and `repeat`: iterators without an end.

use std::cell::Cell;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{method, static_method};
use aio_interp::objects::host::HostIterator;
use aio_interp::ops::BinaryOp;
use aio_interp::ops::convert::{complex_of, int_ref};
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use crate::host::{ITER, NEXT, host_class, iterator_data, new_host, receiver};

/// `count`.
pub(super) static COUNT: ClassSpec = host_class(
    "count",
    "itertools",
    "Return a count object whose .__next__() method returns consecutive values.",
    &[
        static_method(
            "__new__(cls, /, start=0, step=1)",
            "Create a counter.",
            |vm, a| {
                let data = count(vm, a[1].or(Value::Int(0)), a[2].or(Value::Int(1)))?;
                new_host(vm, &a[0], data)
            },
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let count: &Count = receiver(vm, &a[0], "count")?;
            let (next, name) = (vm.repr(&count.next.get())?, "count");
            Ok(vm.text(&match count.step {
                Value::Int(1) => format!("{name}({})", next.as_str()),
                _ => format!(
                    "{name}({}, {})",
                    next.as_str(),
                    vm.repr(&count.step)?.as_str()
                ),
            }))
        }),
        ITER,
        NEXT,
    ],
    &[],
);

struct Count {
    next: Shared<Value>,
    step: Value,
}

iterator_data!(Count: next, step);

fn is_number(vm: &Vm, v: &Value) -> bool {
    let n = &vm.names;
    matches!(v, Value::Float(_))
        || int_ref(v).is_some()
        || complex_of(v).is_some()
        || [&n.index_, &n.float_, &vm.name("__int__")]
            .into_iter()
            .any(|name| vm.special(v, name).is_some())
}

fn count(vm: &Vm, start: Value, step: Value) -> R<Count> {
    if !is_number(vm, &start) || !is_number(vm, &step) {
        return Err(vm.type_error("a number is required"));
    }
    let (start, step) = match (int_ref(&start), int_ref(&step)) {
        // No bools.
        (Some(a), Some(b)) => (a.to_int().into(), b.to_int().into()),
        _ => (start, step),
    };
    Ok(Count {
        next: Shared::new(start),
        step,
    })
}

impl HostIterator for Count {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let item = self.next.get();
        let next = match (&item, &self.step) {
            (Value::Int(a), Value::Int(b)) if a.checked_add(*b).is_some() => Value::Int(a + b),
            _ => vm.binary(BinaryOp::Add, &item, &self.step)?,
        };
        drop(self.next.replace(next));
        Ok(Some(item))
    }
}

/// `cycle`.
pub(super) static CYCLE: ClassSpec = host_class(
    "cycle",
    "itertools",
    "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
    &[
        static_method("__new__(cls, iterable, /)", "Create a cycle.", |vm, a| {
            let data = Cycle {
                source: vm.iter(&a[1])?,
                is_first: Cell::new(true),
                saved: Shared::default(),
                at: Cell::new(0),
            };
            new_host(vm, &a[0], data)
        }),
        ITER,
        NEXT,
    ],
    &[],
);

struct Cycle {
    source: Value,
    /// The source has not ended yet.
    is_first: Cell<bool>,
    saved: Shared<Vec<Value>>,
    at: Cell<usize>,
}

iterator_data!(Cycle: source, saved);

impl HostIterator for Cycle {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        if self.is_first.get() {
            if let Some(item) = vm.next(&self.source)? {
                self.saved.write().push(item.clone());
                return Ok(Some(item));
            }
            self.is_first.set(false);
        }
        let saved = self.saved.read();
        let at = self.at.get();
        let item = saved.get(at).cloned();
        self.at.set(if at + 1 < saved.len() { at + 1 } else { 0 });
        Ok(item)
    }
}

/// `repeat`.
pub(super) static REPEAT: ClassSpec = host_class(
    "repeat",
    "itertools",
    "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.",
    &[
        static_method(
            "__new__(cls, /, object, times=<unrepresentable>)",
            "Create a repeating iterator.",
            |vm, a| {
                let left = match a[2].bound() {
                    Some(times) => vm.to_index(times)?.max(0),
                    None => ENDLESS,
                };
                let item = a[1].clone();
                new_host(
                    vm,
                    &a[0],
                    Repeat {
                        item,
                        left: Cell::new(left),
                    },
                )
            },
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let repeat: &Repeat = receiver(vm, &a[0], "repeat")?;
            let item = vm.repr(&repeat.item)?;
            Ok(vm.text(&match repeat.left.get() {
                ENDLESS => format!("repeat({})", item.as_str()),
                left => format!("repeat({}, {left})", item.as_str()),
            }))
        }),
        method(
            "__length_hint__()",
            "Private method returning an estimate of len(list(it)).",
            |vm, a| match receiver::<Repeat>(vm, &a[0], "repeat")?.left.get() {
                ENDLESS => Err(vm.type_error("len() of unsized object")),
                left => Ok(Value::Int(left)),
            },
        ),
        ITER,
        NEXT,
    ],
    &[],
);

const ENDLESS: i64 = -1;

struct Repeat {
    item: Value,
    left: Cell<i64>,
}

iterator_data!(Repeat: item);

impl HostIterator for Repeat {
    fn next(&self, _: &Vm) -> R<Option<Value>> {
        match self.left.get() {
            0 => return Ok(None),
            ENDLESS => {}
            left => self.left.set(left - 1),
        }
        Ok(Some(self.item.clone()))
    }
}
