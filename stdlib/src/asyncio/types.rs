//! The classes of the module, made once per interpreter.

use std::rc::Rc;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method};
use aio_interp::object::{Kind, Obj, Ref};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::{R, Raised, Value, Vm};

use super::{
    condition, lock, queue as queues, runner, semaphore as semaphores, task_group, timeout,
};

macro_rules! types {
    ($($field:ident = $name:literal: $spec:expr),* $(,)?) => {
        /// The classes that are objects of the library.
        pub(super) struct Types {
            $(pub(super) $field: Ref<ClassObj>,)*
            pub(super) bounded_semaphore: Ref<ClassObj>,
            pub(super) priority_queue: Ref<ClassObj>,
            pub(super) lifo_queue: Ref<ClassObj>,
            pub(super) queue_empty: Ref<ClassObj>,
            pub(super) queue_full: Ref<ClassObj>,
            pub(super) queue_shut_down: Ref<ClassObj>,
            pub(super) broken_barrier: Ref<ClassObj>,
            incomplete_read: Ref<ClassObj>,
            limit_overrun: Ref<ClassObj>,
        }

        /// Those that have no other of the module as base.
        struct Own {
            $($field: Ref<ClassObj>,)*
        }

        impl Types {
            fn new(vm: &Vm) -> Types {
                let made = Own { $($field: vm.make_class(&$spec, &[]),)* };
                let e = &vm.exceptions;
                Types {
                    bounded_semaphore: vm.make_class(&semaphores::BOUNDED_SEMAPHORE, &[&made.semaphore]),
                    priority_queue: vm.make_class(&queues::PRIORITY_QUEUE, &[&made.queue]),
                    lifo_queue: vm.make_class(&queues::LIFO_QUEUE, &[&made.queue]),
                    queue_empty: vm.make_class(&QUEUE_EMPTY, &[&e.Exception]),
                    queue_full: vm.make_class(&QUEUE_FULL, &[&e.Exception]),
                    queue_shut_down: vm.make_class(&QUEUE_SHUT_DOWN, &[&e.Exception]),
                    broken_barrier: vm.make_class(&BROKEN_BARRIER, &[&e.RuntimeError]),
                    incomplete_read: vm.make_class(&INCOMPLETE_READ, &[&e.EOFError]),
                    limit_overrun: vm.make_class(&LIMIT_OVERRUN, &[&e.Exception]),
                    $($field: made.$field,)*
                }
            }

            fn own(&self) -> Vec<(&'static str, Ref<ClassObj>)> {
                vec![$(($name, self.$field.clone())),*]
            }
        }
    };
}

types! {
    lock = "Lock": lock::LOCK,
    event = "Event": lock::EVENT,
    condition = "Condition": condition::CONDITION,
    semaphore = "Semaphore": semaphores::SEMAPHORE,
    queue = "Queue": queues::QUEUE,
    task_group = "TaskGroup": task_group::TASK_GROUP,
    timeout = "Timeout": timeout::TIMEOUT,
    runner = "Runner": runner::RUNNER,
}

const fn exception(
    name: &'static str,
    module: &'static str,
    doc: &'static str,
    methods: &'static [Native],
) -> ClassSpec {
    ClassSpec {
        name,
        module,
        doc,
        layout: Layout::Exception,
        methods,
        attributes: &[],
        subclassable: true,
    }
}

static QUEUE_EMPTY: ClassSpec = exception(
    "QueueEmpty",
    "asyncio.queues",
    "Raised when Queue.get_nowait() is called on an empty Queue.",
    &[],
);
static QUEUE_FULL: ClassSpec = exception(
    "QueueFull",
    "asyncio.queues",
    "Raised when the Queue.put_nowait() method is called on a full Queue.",
    &[],
);
static QUEUE_SHUT_DOWN: ClassSpec = exception(
    "QueueShutDown",
    "asyncio.queues",
    "Raised when putting on to or getting from a shut-down Queue.",
    &[],
);
static BROKEN_BARRIER: ClassSpec = exception(
    "BrokenBarrierError",
    "asyncio.exceptions",
    "Barrier is broken by barrier.abort() call.",
    &[],
);
static INCOMPLETE_READ: ClassSpec = exception(
    "IncompleteReadError",
    "asyncio.exceptions",
    "Incomplete read error.",
    &[method(
        "__init__(partial, expected)",
        "Initialize self.",
        init_incomplete_read,
    )],
);
static LIMIT_OVERRUN: ClassSpec = exception(
    "LimitOverrunError",
    "asyncio.exceptions",
    "Reached the buffer limit while looking for a separator.",
    &[method(
        "__init__(message, consumed)",
        "Initialize self.",
        |vm, a| {
            vm.set_attr(
                &a[0],
                &vm.name("args"),
                aio_interp::objects::tuple::tuple(vec![a[1].clone()]),
            )?;
            vm.set_attr(&a[0], &vm.name("consumed"), a[2].clone())?;
            Ok(Value::None)
        },
    )],
);

fn init_incomplete_read(vm: &Vm, a: &[Value]) -> R {
    let expected = if a[2].is_none() {
        "undefined".to_owned()
    } else {
        vm.repr(&a[2])?.as_str().to_owned()
    };
    let text = format!(
        "{} bytes read on a total of {expected} expected bytes",
        vm.len(&a[1])?
    );
    let args = aio_interp::objects::tuple::tuple(vec![vm.text(&text)]);
    vm.set_attr(&a[0], &vm.name("args"), args)?;
    vm.set_attr(&a[0], &vm.name("partial"), a[1].clone())?;
    vm.set_attr(&a[0], &vm.name("expected"), a[2].clone())?;
    Ok(Value::None)
}

impl Types {
    /// The classes of this interpreter.
    pub(super) fn of(vm: &Vm) -> Rc<Types> {
        vm.state("asyncio", || Types::new(vm))
    }

    /// All classes that scripts can name.
    pub(super) fn public(&self, vm: &Vm) -> Vec<(&'static str, Ref<ClassObj>)> {
        let c = &vm.classes;
        let mut all = self.own();
        for (name, class) in [
            ("BoundedSemaphore", &self.bounded_semaphore),
            ("PriorityQueue", &self.priority_queue),
            ("LifoQueue", &self.lifo_queue),
            ("QueueEmpty", &self.queue_empty),
            ("QueueFull", &self.queue_full),
            ("QueueShutDown", &self.queue_shut_down),
            ("BrokenBarrierError", &self.broken_barrier),
            ("IncompleteReadError", &self.incomplete_read),
            ("LimitOverrunError", &self.limit_overrun),
            ("CancelledError", vm.cancelled_error()),
            ("InvalidStateError", vm.invalid_state_error()),
            ("TimeoutError", &vm.exceptions.TimeoutError),
            ("Future", &c.future),
            ("Task", &c.task),
            ("Handle", &c.handle),
            ("TimerHandle", &c.timer_handle),
            ("AbstractEventLoop", &c.event_loop),
            ("BaseEventLoop", &c.event_loop),
            ("SelectorEventLoop", &c.event_loop),
            ("EventLoop", &c.event_loop),
        ] {
            all.push((name, class.clone()));
        }
        all
    }
}

/// The spec of a class whose objects are Rust data.
pub(super) const fn host_class(
    name: &'static str,
    module: &'static str,
    doc: &'static str,
    methods: &'static [Native],
    attributes: &'static [aio_interp::objects::function::Attribute],
    subclassable: bool,
) -> ClassSpec {
    let layout = Layout::Native(Kind::Host);
    ClassSpec {
        name,
        module,
        doc,
        layout,
        methods,
        attributes,
        subclassable,
    }
}

/// An object of a library class.
pub(super) fn host(class: &Ref<ClassObj>, data: impl HostData) -> Value {
    Ref::new(HostObj {
        class: class.clone(),
        data: Box::new(data),
    })
    .into()
}

/// The object of `__new__`, whose class is args[0]: of the library class itself, or carried by an
/// instance of a script subclass.
pub(super) fn host_new(vm: &Vm, class: &Value, builtin: &Ref<ClassObj>, data: impl HostData) -> R {
    // A library subclass (`PriorityQueue`) makes objects of its own.
    let exact = class
        .downcast::<ClassObj>()
        .filter(|c| c.is_builtin)
        .unwrap_or(builtin);
    vm.wrap_new(class, host(exact, data))
}

/// The data of a receiver.
#[inline]
pub(super) fn receiver<'a, T: HostData>(vm: &Vm, v: &'a Value, class: &str) -> R<&'a T> {
    v.downcast::<HostObj>()
        .and_then(|h| h.get::<T>())
        .ok_or_else(|| wrong_receiver(vm, v, class))
}

#[cold]
fn wrong_receiver(vm: &Vm, v: &Value, class: &str) -> Raised {
    let given = vm.type_name(v);
    vm.type_error(format!("a '{class}' object is expected, not '{given}'"))
}

/// The data of an owner of futures and callbacks.
#[inline]
pub(super) fn owned<T: HostData>(owner: &Obj) -> Option<&T> {
    owner.downcast::<HostObj>().and_then(|h| h.get::<T>())
}
