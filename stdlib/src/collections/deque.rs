//! `deque`: its data, rows and iterators. Subscripts, searches and arithmetic are in `deque_ops`.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{class_method, method, static_method};
use aio_interp::object::{Kind, Obj, Ref, trace_value};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::iterator::{IterState, NativeIterator, iterator};
use aio_interp::objects::list::list;
use aio_interp::objects::tuple::{tuple, tuple_of};
use aio_interp::ops::repr::Mark;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use super::deque_ops as ops;

/// `deque`.
pub(super) static DEQUE: ClassSpec = ClassSpec {
    name: "deque",
    module: "collections",
    doc: "A list-like sequence optimized for data accesses near its endpoints.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        static_method("__new__(cls, *args, **kwargs)", "Create a deque.", new),
        method(
            "__init__(iterable=(), maxlen=None)",
            "Initialize self.",
            init,
        ),
        method(
            "append(item, /)",
            "Add an element to the right side of the deque.",
            |vm, a| {
                this(vm, &a[0])?.push_back(a[1].clone());
                Ok(Value::None)
            },
        ),
        method(
            "appendleft(item, /)",
            "Add an element to the left side of the deque.",
            |vm, a| {
                this(vm, &a[0])?.push_front(a[1].clone());
                Ok(Value::None)
            },
        ),
        method(
            "pop()",
            "Remove and return the rightmost element.",
            |vm, a| {
                let popped = this(vm, &a[0])?.changing().pop_back();
                popped.ok_or_else(|| vm.index_error("pop from an empty deque"))
            },
        ),
        method(
            "popleft()",
            "Remove and return the leftmost element.",
            |vm, a| {
                let popped = this(vm, &a[0])?.changing().pop_front();
                popped.ok_or_else(|| vm.index_error("pop from an empty deque"))
            },
        ),
        method(
            "extend(iterable, /)",
            "Extend the right side of the deque with elements from the iterable.",
            |vm, a| {
                let this = this(vm, &a[0])?;
                this.extend(vm, &a[0], &a[1], Deque::push_back)?;
                Ok(Value::None)
            },
        ),
        method(
            "extendleft(iterable, /)",
            "Extend the left side of the deque with elements from the iterable.",
            |vm, a| {
                let this = this(vm, &a[0])?;
                this.extend(vm, &a[0], &a[1], Deque::push_front)?;
                Ok(Value::None)
            },
        ),
        method("clear()", "Remove all elements from the deque.", |vm, a| {
            let old = std::mem::take(&mut *this(vm, &a[0])?.changing());
            drop(old);
            Ok(Value::None)
        }),
        method(
            "rotate(n=1, /)",
            "Rotate the deque n steps to the right.  If n is negative, rotates left.",
            ops::rotate,
        ),
        method("reverse()", "Reverse *IN PLACE*.", |vm, a| {
            this(vm, &a[0])?.items.write().make_contiguous().reverse();
            Ok(Value::None)
        }),
        method(
            "count(value, /)",
            "Return number of occurrences of value.",
            ops::count,
        ),
        method(
            "index(value, start=0, stop=9223372036854775807, /)",
            "Return first index of value.\n\nRaises ValueError if the value is not present.",
            ops::index,
        ),
        method(
            "insert(index, value, /)",
            "Insert value before index.",
            ops::insert,
        ),
        method(
            "remove(value, /)",
            "Remove first occurrence of value.",
            ops::remove,
        ),
        method("copy()", "Return a shallow copy of a deque.", copy),
        method("__copy__()", "Return a shallow copy of a deque.", copy),
        method("__len__()", "Return len(self).", |vm, a| {
            Ok(this(vm, &a[0])?.len().into())
        }),
        method("__bool__()", "True if self else False", |vm, a| {
            Ok((this(vm, &a[0])?.len() > 0).into())
        }),
        method("__getitem__(key, /)", "Return self[key].", ops::get_item),
        method(
            "__setitem__(key, value, /)",
            "Set self[key] to value.",
            ops::set_item,
        ),
        method("__delitem__(key, /)", "Delete self[key].", ops::del_item),
        method(
            "__contains__(key, /)",
            "Return bool(key in self).",
            |vm, a| {
                let found = ops::find(vm, this(vm, &a[0])?, &a[1], 0, usize::MAX)?;
                Ok(found.is_some().into())
            },
        ),
        method("__iter__()", "Implement iter(self).", |vm, a| {
            iter(vm, &a[0], false)
        }),
        method(
            "__reversed__()",
            "Return a reverse iterator over the deque.",
            |vm, a| iter(vm, &a[0], true),
        ),
        method("__eq__(value, /)", "Return self==value.", ops::eq),
        method("__ne__(value, /)", "Return self!=value.", ops::ne),
        method("__lt__(value, /)", "Return self<value.", ops::lt),
        method("__le__(value, /)", "Return self<=value.", ops::le),
        method("__gt__(value, /)", "Return self>value.", ops::gt),
        method("__ge__(value, /)", "Return self>=value.", ops::ge),
        method("__add__(value, /)", "Return self+value.", ops::add),
        method("__iadd__(value, /)", "Implement self+=value.", |vm, a| {
            this(vm, &a[0])?.extend(vm, &a[0], &a[1], Deque::push_back)?;
            Ok(a[0].clone())
        }),
        method("__mul__(value, /)", "Return self*value.", ops::mul),
        method("__rmul__(value, /)", "Return value*self.", ops::mul),
        method("__imul__(value, /)", "Implement self*=value.", ops::imul),
        method("__repr__()", "Return repr(self).", repr),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            reduce,
        ),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            aio_interp::builtins::alias::class_getitem,
        ),
    ],
    attributes: &[Attribute {
        name: "maxlen",
        get: |vm, v| Ok(this(vm, v)?.maxlen.get().map_or(Value::None, Value::from)),
        set: None,
    }],
    subclassable: true,
};

/// The data of a deque.
pub(super) struct Deque {
    /// The class it was made of, which copies are made of.
    pub(super) class: Ref<ClassObj>,
    pub(super) items: Shared<VecDeque<Value>>,
    pub(super) maxlen: Cell<Option<usize>>,
    /// Changes whenever items come or go.
    version: Cell<u64>,
}

impl HostData for Deque {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.class.obj());
        self.items.read().iter().for_each(|v| trace_value(v, visit));
    }
    fn clear(&self) {
        drop(self.items.take());
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Deque {
    pub(super) fn len(&self) -> usize {
        self.items.read().len()
    }

    pub(super) fn get(&self, at: usize) -> Option<Value> {
        self.items.read().get(at).cloned()
    }

    pub(super) fn version(&self) -> u64 {
        self.version.get()
    }

    /// The items, to add some or take some away.
    pub(super) fn changing(&self) -> aio_interp::shared::Writing<'_, VecDeque<Value>> {
        self.version.set(self.version.get().wrapping_add(1));
        self.items.write()
    }

    fn is_over(&self, len: usize) -> bool {
        self.maxlen.get().is_some_and(|most| len > most)
    }

    pub(super) fn push_back(&self, item: Value) {
        let mut items = self.changing();
        items.push_back(item);
        let dropped = if self.is_over(items.len()) {
            items.pop_front()
        } else {
            None
        };
        drop(items);
        drop(dropped);
    }

    pub(super) fn push_front(&self, item: Value) {
        let mut items = self.changing();
        items.push_front(item);
        let dropped = if self.is_over(items.len()) {
            items.pop_back()
        } else {
            None
        };
        drop(items);
        drop(dropped);
    }

    /// Adds what `iterable` yields; of the deque itself, what it has now.
    pub(super) fn extend(
        &self,
        vm: &Vm,
        own: &Value,
        iterable: &Value,
        push: fn(&Deque, Value),
    ) -> R<()> {
        if vm.native(iterable).is(own) {
            let items: Vec<Value> = self.items.read().iter().cloned().collect();
            items.into_iter().for_each(|item| push(self, item));
            return Ok(());
        }
        let iterator = vm.iter(iterable)?;
        while let Some(item) = vm.next(&iterator)? {
            push(self, item);
            vm.poll()?;
        }
        Ok(())
    }
}

/// The data of a receiver.
pub(super) fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Deque> {
    deque_of(v).ok_or_else(|| {
        let given = vm.type_name(v);
        vm.type_error(format!(
            "descriptor requires a 'collections.deque' object but received a '{given}'"
        ))
    })
}

/// The data of a deque (not of an instance of a script subclass; see `Vm::native`).
pub(super) fn deque_of(v: &Value) -> Option<&Deque> {
    v.downcast::<HostObj>().and_then(|h| h.get::<Deque>())
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let builtin = super::types(vm).deque.clone();
    let class = a[0].downcast::<ClassObj>().unwrap_or(&builtin).clone();
    let data = Deque {
        class,
        items: Shared::default(),
        maxlen: Cell::new(None),
        version: Cell::new(0),
    };
    vm.wrap_new(
        &a[0],
        Ref::new(HostObj {
            class: builtin,
            data: Box::new(data),
        })
        .into(),
    )
}

fn init(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let maxlen = match a[2].bound() {
        None | Some(Value::None) => None,
        Some(given) => {
            let Some(most) = vm.try_integer(given)? else {
                return Err(vm.type_error("an integer is required"));
            };
            match usize::try_from(vm.to_index(&most)?) {
                Ok(most) => Some(most),
                Err(_) => return Err(vm.value_error("maxlen must be non-negative")),
            }
        }
    };
    this.maxlen.set(maxlen);
    let old = std::mem::take(&mut *this.changing());
    drop(old);
    if let Some(iterable) = a[1].bound() {
        this.extend(vm, &a[0], iterable, Deque::push_back)?;
    }
    Ok(Value::None)
}

/// A deque of the same class and `maxlen` with these items.
pub(super) fn similar(vm: &Vm, this: &Deque, items: Vec<Value>) -> R {
    let mut args = vec![list(items)];
    args.extend(this.maxlen.get().map(Value::from));
    vm.call(&(&this.class).into(), &args)
}

fn copy(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let items = this.items.read().iter().cloned().collect();
    similar(vm, this, items)
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let name = this.class.name_text();
    let Some(_mark) = a[0].as_obj().and_then(Mark::set) else {
        return Ok(vm.text("[...]"));
    };
    let items: Vec<Value> = this.items.read().iter().cloned().collect();
    let shown = vm.repr(&list(items))?;
    Ok(vm.text(&match this.maxlen.get() {
        Some(most) => format!("{name}({}, maxlen={most})", shown.as_str()),
        None => format!("{name}({})", shown.as_str()),
    }))
}

fn reduce(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let args = match this.maxlen.get() {
        Some(most) => tuple_of([tuple(vec![]), most.into()]),
        None => tuple(vec![]),
    };
    Ok(tuple_of([
        vm.class_of(&a[0]).into(),
        args,
        Value::None,
        iter(vm, &a[0], false)?,
    ]))
}

/// An iterator over a deque.
struct DequeIter {
    deque: Value,
    /// How many items were yielded.
    done: Cell<usize>,
    is_reversed: bool,
    version: u64,
}

impl NativeIterator for DequeIter {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let Some(deque) = deque_of(&self.deque) else {
            return Ok(None);
        };
        let done = self.done.get();
        if self.version != deque.version() {
            self.done.set(usize::MAX - 1);
            return Err(vm.runtime_error("deque mutated during iteration"));
        }
        let at = if self.is_reversed {
            deque.len().checked_sub(done + 1)
        } else {
            Some(done)
        };
        let item = at.and_then(|at| deque.get(at));
        self.done.set(done + usize::from(item.is_some()));
        Ok(item)
    }
    fn type_name(&self) -> &'static str {
        if self.is_reversed {
            "_deque_reverse_iterator"
        } else {
            "_deque_iterator"
        }
    }
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.deque, visit);
    }
}

fn iter(vm: &Vm, v: &Value, is_reversed: bool) -> R {
    let version = this(vm, v)?.version();
    Ok(iterator(IterState::Native(Rc::new(DequeIter {
        deque: v.clone(),
        done: Cell::new(0),
        is_reversed,
        version,
    }))))
}
