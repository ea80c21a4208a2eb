//! `Queue`, `PriorityQueue` and `LifoQueue`: their data and what does not wait. Waiting is in
//! `queue_wait`.
//!
//! A script subclass may replace `_init`, `_put` and `_get`, as in asyncio; then everything about
//! the items goes through these methods and the attribute `_queue`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use aio_interp::classes::ClassSpec;
use aio_interp::event_loop::waits::{self, Wait};
use aio_interp::native::{async_method, class_method, method, static_method};
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::function::{Attribute, NativeObj};
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::list::list;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use super::lock::{Event, Waiters};
use super::queue_wait;
use super::types::{Types, host, host_class, host_new, receiver};

/// `Queue`.
pub(super) static QUEUE: ClassSpec = host_class(
    "Queue",
    "asyncio.queues",
    "A queue, useful for coordinating producer and consumer coroutines.",
    &[
        static_method("__new__(cls, *args, **kwargs)", "Create a queue.", new),
        method("__init__(maxsize=0)", "Initialize self.", init),
        async_method("put(item)", "Put an item into the queue.", queue_wait::put),
        async_method(
            "get()",
            "Remove and return an item from the queue.",
            queue_wait::get,
        ),
        async_method(
            "join()",
            "Block until all items have been gotten and processed.",
            queue_wait::join,
        ),
        method(
            "put_nowait(item)",
            "Put an item into the queue without blocking.",
            |vm, a| {
                this(vm, &a[0])?.put_nowait(vm, a[1].clone())?;
                Ok(Value::None)
            },
        ),
        method(
            "get_nowait()",
            "Remove and return an item from the queue.",
            |vm, a| this(vm, &a[0])?.get_nowait(vm),
        ),
        method("qsize()", "Number of items in the queue.", |vm, a| {
            Ok(this(vm, &a[0])?.own_len(vm)?.into())
        }),
        method(
            "empty()",
            "Return True if the queue is empty, False otherwise.",
            |vm, a| Ok((this(vm, &a[0])?.own_len(vm)? == 0).into()),
        ),
        method(
            "full()",
            "Return True if there are maxsize items in the queue.",
            |vm, a| Ok(this(vm, &a[0])?.own_is_full(vm)?.into()),
        ),
        method(
            "task_done()",
            "Indicate that a formerly enqueued task is complete.",
            task_done,
        ),
        method(
            "shutdown(immediate=False)",
            "Shut-down the queue.",
            shutdown,
        ),
        method(
            "_init(maxsize, /)",
            "Make the items' container.",
            |vm, a| {
                let queue = this(vm, &a[0])?;
                drop(queue.shown.replace(list(vec![])));
                Ok(Value::None)
            },
        ),
        method("_put(item, /)", "Add an item.", |vm, a| {
            this(vm, &a[0])?.store(vm, a[1].clone())?;
            Ok(Value::None)
        }),
        method("_get()", "Take an item.", |vm, a| this(vm, &a[0])?.take(vm)),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let queue = this(vm, &a[0])?;
            let address = a[0].as_obj().map_or(0, Obj::address);
            let name = queue.class_name(vm, &a[0]);
            Ok(vm.text(&format!("<{name} at {address:#x} {}>", queue.format(vm)?)))
        }),
        method("__str__()", "Return str(self).", |vm, a| {
            let queue = this(vm, &a[0])?;
            let name = queue.class_name(vm, &a[0]);
            Ok(vm.text(&format!("<{name} {}>", queue.format(vm)?)))
        }),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            aio_interp::builtins::alias::class_getitem,
        ),
    ],
    &[
        Attribute {
            name: "maxsize",
            get: |vm, v| Ok(this(vm, v)?.maxsize.borrow().clone()),
            set: None,
        },
        Attribute {
            name: "_queue",
            get: get_items,
            set: Some(|vm, v, items| {
                drop(this(vm, v)?.shown.replace(items.clone()));
                Ok(())
            }),
        },
        Attribute {
            name: "_unfinished_tasks",
            get: |vm, v| Ok(this(vm, v)?.unfinished.get().into()),
            set: None,
        },
    ],
    true,
);

/// `PriorityQueue`.
pub(super) static PRIORITY_QUEUE: ClassSpec = host_class(
    "PriorityQueue",
    "asyncio.queues",
    "A subclass of Queue; retrieves entries in priority order (lowest first).",
    &[],
    &[],
    true,
);

/// `LifoQueue`.
pub(super) static LIFO_QUEUE: ClassSpec = host_class(
    "LifoQueue",
    "asyncio.queues",
    "A subclass of Queue that retrieves most recently added entries first.",
    &[],
    &[],
    true,
);

/// What a script subclass may replace to store items in its own way.
const STORING: &[&str] = &["_init", "_put", "_get"];

/// What else a script subclass may replace.
const ASKING: &[&str] = &["qsize", "empty", "full", "put_nowait", "get_nowait"];

/// In which order items come out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Fifo,
    Lifo,
    Priority,
}

/// The data of a queue.
pub(super) struct Queue {
    order: Order,
    pub(super) items: Shared<VecDeque<Value>>,
    maxsize: RefCell<Value>,
    /// `maxsize` as a number; 0 for none.
    limit: Cell<usize>,
    pub(super) getters: Waiters,
    pub(super) putters: Waiters,
    /// How many items `task_done` was not called for.
    pub(super) unfinished: Cell<usize>,
    /// The `Event` that is set while there are none.
    pub(super) finished: Value,
    pub(super) is_shut_down: Cell<bool>,
    /// The instance of a script subclass that replaces something.
    custom: Shared<Option<Obj>>,
    /// That subclass stores items in its own way.
    stores: Cell<bool>,
    /// `_queue` of a script subclass that did not make its own.
    shown: RefCell<Value>,
}

impl HostData for Queue {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.items.read().iter().for_each(|v| trace_value(v, visit));
        trace_value(&self.maxsize.borrow(), visit);
        self.getters.trace(visit);
        self.putters.trace(visit);
        trace_value(&self.finished, visit);
        if let Some(custom) = &*self.custom.read() {
            visit(custom);
        }
        trace_value(&self.shown.borrow(), visit);
    }
    fn clear(&self) {
        drop(self.items.take());
        self.getters.clear();
        self.putters.clear();
        drop(self.custom.take());
        drop(self.shown.take());
    }
    fn wait(&self, this: &Obj) -> Option<Wait> {
        Some(Wait::of("an item of queue").on(this, "empty"))
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

#[inline(always)]
pub(super) fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Queue> {
    receiver(vm, v, "Queue")
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let types = Types::of(vm);
    let class = a[0].downcast::<ClassObj>();
    let is = |base: &Ref<ClassObj>| class.is_some_and(|c| c.is_subclass(base));
    let (order, builtin) = if is(&types.priority_queue) {
        (Order::Priority, &types.priority_queue)
    } else if is(&types.lifo_queue) {
        (Order::Lifo, &types.lifo_queue)
    } else {
        (Order::Fifo, &types.queue)
    };
    let finished = Event::default();
    finished.is_set.set(true);
    let data = Queue {
        order,
        items: Shared::default(),
        maxsize: RefCell::new(Value::Int(0)),
        limit: Cell::new(0),
        getters: Waiters::default(),
        putters: Waiters::default(),
        unfinished: Cell::new(0),
        finished: host(&types.event, finished),
        is_shut_down: Cell::new(false),
        custom: Shared::new(None),
        stores: Cell::new(false),
        shown: RefCell::default(),
    };
    let made = host_new(vm, &a[0], builtin, data)?;
    if let (Some(instance), Some(class)) = (made.downcast::<InstanceObj>(), class) {
        let is_replaced = |name: &&str| {
            let method = class.lookup(vm, &vm.name(name));
            method.is_some_and(|m| m.downcast::<NativeObj>().is_none())
        };
        let stores = STORING.iter().any(is_replaced);
        let payload = instance.payload();
        if let (true, Ok(queue)) = (stores || ASKING.iter().any(is_replaced), this(vm, &payload)) {
            queue.stores.set(stores);
            drop(queue.custom.replace(Some(instance.obj().clone())));
        }
    }
    Ok(made)
}

fn init(vm: &Vm, a: &[Value]) -> R {
    let queue = this(vm, &a[0])?;
    let maxsize = a[1].or(Value::Int(0));
    let limit = match &maxsize {
        Value::Int(i) => usize::try_from(*i).unwrap_or(0),
        other => {
            // Anything that compares with a number, as in asyncio (`float('inf')`).
            let limit = vm.to_f64(other)?;
            if limit <= 0.0 {
                0
            } else {
                limit.ceil() as usize
            }
        }
    };
    queue.limit.set(limit);
    drop(queue.maxsize.replace(maxsize.clone()));
    if let Some(custom) = queue.storage() {
        vm.call_method(&custom, &vm.name("_init"), &[maxsize])?;
    }
    Ok(Value::None)
}

impl Queue {
    /// What one waits for who has an item too many.
    pub(super) fn wait_for_room(&self, this: &Obj) -> Wait {
        let items = waits::counted(self.items.read().len(), "item");
        Wait::of("room in queue").on(this, format!("full: {items}"))
    }

    #[inline(always)]
    fn custom(&self) -> Option<Value> {
        self.custom.read().as_ref().map(|o| Value::Obj(o.clone()))
    }

    /// The instance of a script subclass that stores items in its own way.
    #[inline(always)]
    fn storage(&self) -> Option<Value> {
        self.custom().filter(|_| self.stores.get())
    }

    /// The number of items, whatever `qsize` says.
    #[inline(always)]
    fn own_len(&self, vm: &Vm) -> R<usize> {
        match self.storage() {
            Some(custom) => stored_len(vm, &custom),
            None => Ok(self.items.read().len()),
        }
    }

    /// A method of the subclass says it, if there is one.
    #[inline(always)]
    pub(super) fn is_empty(&self, vm: &Vm) -> R<bool> {
        match self.custom() {
            Some(custom) => vm.truth(&ask(vm, &custom, "empty", &[])?),
            None => Ok(self.items.read().is_empty()),
        }
    }

    /// A method of the subclass says it, if there is one.
    #[inline(always)]
    pub(super) fn is_full(&self, vm: &Vm) -> R<bool> {
        match self.custom() {
            Some(custom) => vm.truth(&ask(vm, &custom, "full", &[])?),
            None => self.own_is_full(vm),
        }
    }

    #[inline(always)]
    fn own_is_full(&self, vm: &Vm) -> R<bool> {
        let limit = self.limit.get();
        if limit == 0 {
            return Ok(false);
        }
        match self.custom() {
            Some(custom) => {
                let size = ask(vm, &custom, "qsize", &[])?;
                vm.at_most(&self.maxsize.borrow().clone(), &size)
            }
            None => Ok(self.own_len(vm)? >= limit),
        }
    }

    /// `put_nowait`, by the method of a subclass if there is one.
    #[inline(always)]
    pub(super) fn put_now(&self, vm: &Vm, item: Value) -> R<()> {
        match self.custom() {
            Some(custom) => ask(vm, &custom, "put_nowait", &[item]).map(drop),
            None => self.put_nowait(vm, item),
        }
    }

    /// `get_nowait`, by the method of a subclass if there is one.
    #[inline(always)]
    pub(super) fn get_now(&self, vm: &Vm) -> R {
        match self.custom() {
            Some(custom) => ask(vm, &custom, "get_nowait", &[]),
            None => self.get_nowait(vm),
        }
    }

    /// `_put` of the library's own queues.
    #[inline(always)]
    fn store(&self, vm: &Vm, item: Value) -> R<()> {
        if let Some(shown) = self.shown_list() {
            shown.push(item);
            return Ok(());
        }
        self.items.write().push_back(item);
        if self.order == Order::Priority {
            let last = self.items.read().len() - 1;
            self.sift_up(vm, 0, last)?;
        }
        Ok(())
    }

    /// `_get` of the library's own queues.
    #[inline(always)]
    fn take(&self, vm: &Vm) -> R {
        if let Some(shown) = self.shown_list() {
            let at = if self.order == Order::Lifo { -1 } else { 0 };
            return vm.call_method(&shown.into(), &vm.name("pop"), &[Value::Int(at)]);
        }
        let item = match self.order {
            Order::Fifo => self.items.write().pop_front(),
            Order::Lifo => self.items.write().pop_back(),
            Order::Priority => return self.pop_least(vm),
        };
        item.ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    #[inline(always)]
    fn shown_list(&self) -> Option<Ref<aio_interp::objects::list::ListObj>> {
        self.shown
            .borrow()
            .downcast::<aio_interp::objects::list::ListObj>()
            .cloned()
    }

    /// Puts an item in for which there is room, and wakes who waits for one.
    #[inline]
    pub(super) fn put_nowait(&self, vm: &Vm, item: Value) -> R<()> {
        if self.is_shut_down.get() {
            return Err(vm.raise_args(&Types::of(vm).queue_shut_down, vec![]));
        }
        if self.is_full(vm)? {
            return Err(vm.raise_args(&Types::of(vm).queue_full, vec![]));
        }
        match self.storage() {
            Some(custom) => drop(ask(vm, &custom, "_put", &[item])?),
            None => self.store(vm, item)?,
        }
        self.unfinished.set(self.unfinished.get() + 1);
        if let Some(finished) = self.finished_event() {
            finished.is_set.set(false);
        }
        wake_next(vm, &self.getters)
    }

    /// Takes an item out, and wakes who waits for room.
    #[inline]
    pub(super) fn get_nowait(&self, vm: &Vm) -> R {
        if self.is_empty(vm)? {
            let types = Types::of(vm);
            let class = match self.is_shut_down.get() {
                true => &types.queue_shut_down,
                false => &types.queue_empty,
            };
            return Err(vm.raise_args(class, vec![]));
        }
        let item = self.take_any(vm)?;
        wake_next(vm, &self.putters)?;
        Ok(item)
    }

    #[inline(always)]
    fn take_any(&self, vm: &Vm) -> R {
        match self.storage() {
            Some(custom) => ask(vm, &custom, "_get", &[]),
            None => self.take(vm),
        }
    }

    #[inline(always)]
    fn finished_event(&self) -> Option<&Event> {
        self.finished
            .downcast::<HostObj>()
            .and_then(|h| h.get::<Event>())
    }

    fn class_name(&self, vm: &Vm, v: &Value) -> String {
        vm.type_name(&self.custom().unwrap_or_else(|| v.clone()))
    }

    fn format(&self, vm: &Vm) -> R<String> {
        let mut text = format!(
            "maxsize={}",
            vm.repr(&self.maxsize.borrow().clone())?.as_str()
        );
        if !self.is_empty(vm)? {
            let items = match self.storage() {
                Some(custom) => vm.collect(&vm.get_attr(&custom, &vm.name("_queue"))?)?,
                None => self.items.read().iter().cloned().collect(),
            };
            text.push_str(&format!(" _queue={}", vm.repr(&list(items))?.as_str()));
        }
        for (name, waiters) in [("_getters", &self.getters), ("_putters", &self.putters)] {
            if waiters.len() > 0 {
                text.push_str(&format!(" {name}[{}]", waiters.len()));
            }
        }
        if self.unfinished.get() > 0 {
            text.push_str(&format!(" tasks={}", self.unfinished.get()));
        }
        if self.is_shut_down.get() {
            text.push_str(" shutdown");
        }
        Ok(text)
    }
}

/// Calls a method of a script subclass.
#[cold]
fn ask(vm: &Vm, custom: &Value, method: &str, args: &[Value]) -> R {
    vm.call_method(custom, &vm.name(method), args)
}

/// The number of items that a script subclass stores.
#[cold]
fn stored_len(vm: &Vm, custom: &Value) -> R<usize> {
    let items = vm.get_attr(custom, &vm.name("_queue"))?;
    vm.len(&items)
}

/// Wakes the first that still waits.
#[inline]
pub(super) fn wake_next(vm: &Vm, waiters: &Waiters) -> R<()> {
    while let Some(f) = waiters.pop() {
        if !f.is_done() {
            return f.set_result(vm, Value::None);
        }
    }
    Ok(())
}

fn get_items(vm: &Vm, v: &Value) -> R {
    let queue = this(vm, v)?;
    if let Some(shown) = queue.shown.borrow().bound() {
        return Ok(shown.clone());
    }
    let items = queue.items.read().iter().cloned().collect();
    Ok(list(items))
}

fn task_done(vm: &Vm, a: &[Value]) -> R {
    let queue = this(vm, &a[0])?;
    let Some(left) = queue.unfinished.get().checked_sub(1) else {
        return Err(vm.value_error("task_done() called too many times"));
    };
    queue.unfinished.set(left);
    if left == 0 {
        if let Some(finished) = queue.finished_event() {
            finished.set(vm)?;
        }
    }
    Ok(Value::None)
}

fn shutdown(vm: &Vm, a: &[Value]) -> R {
    let queue = this(vm, &a[0])?;
    queue.is_shut_down.set(true);
    if !a[1].is_unbound() && vm.truth(&a[1])? {
        while !queue.is_empty(vm)? {
            drop(queue.take_any(vm)?);
            queue
                .unfinished
                .set(queue.unfinished.get().saturating_sub(1));
        }
        if queue.unfinished.get() == 0 {
            if let Some(finished) = queue.finished_event() {
                finished.set(vm)?;
            }
        }
    }
    for waiters in [&queue.getters, &queue.putters] {
        while let Some(f) = waiters.pop() {
            f.set_result_if_pending(vm, Value::None)?;
        }
    }
    Ok(Value::None)
}
