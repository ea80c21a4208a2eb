//! `Future`, `Handle` and `TimerHandle` as scripts see them. Tasks are in `task_class`, loops in
//! `loop_class`.

pub use super::loop_class::EVENT_LOOP;
pub use super::task_class::TASK;

use super::context;
use super::future::{AnyFuture, Callback, FutureObj, FutureState, PlainFutureObj};
use super::handle::{Action, HandleObj};
use super::trail::Deed;
use super::{LoopObj, repr};
use crate::builtins::coroutine::await_iterator_of;
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::exception::ExceptionObj;
use crate::objects::function::Attribute;
use crate::objects::instance::InstanceObj;
use crate::objects::list::list;
use crate::objects::set::SetObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::{tuple, tuple_of};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `Future`.
pub static FUTURE: ClassSpec = ClassSpec {
    name: "Future",
    module: "_asyncio",
    doc: "A result that is not there yet.",
    layout: Layout::Native(Kind::Future),
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create and return a new object.",
            new,
        ),
        method(
            "__init__(*, loop=None)",
            "Attach the future to a loop.",
            init,
        ),
        method(
            "result()",
            "Return the result, or raise the exception.",
            |vm, a| this(vm, &a[0])?.take_result(vm),
        ),
        method(
            "exception()",
            "Return the exception that was set, or None.",
            |vm, a| {
                Ok(this(vm, &a[0])?
                    .exception(vm)?
                    .map_or(Value::None, Value::from))
            },
        ),
        method(
            "set_result(result, /)",
            "Mark the future done and set its result.",
            |vm, a| {
                let future = this(vm, &a[0])?;
                note_settled(vm, &future, future.set_result(vm, a[1].clone()))
            },
        ),
        method(
            "set_exception(exception, /)",
            "Mark the future done and set its exception.",
            set_exception,
        ),
        method(
            "cancel(msg=None)",
            "Cancel the future and schedule callbacks.",
            |vm, a| {
                let future = this(vm, &a[0])?;
                let is_cancelled = future.cancel(vm, &a[1])?;
                if is_cancelled {
                    vm.note_deed(Deed::Settled, future.obj());
                    vm.note_deed(Deed::Cancelled, future.obj());
                }
                Ok(is_cancelled.into())
            },
        ),
        method(
            "cancelled()",
            "Return True if the future was cancelled.",
            |vm, a| Ok(this(vm, &a[0])?.is_cancelled().into()),
        ),
        method("done()", "Return True if the future is done.", |vm, a| {
            Ok(this(vm, &a[0])?.is_done().into())
        }),
        method(
            "add_done_callback(fn, /, *, context=None)",
            "Add a callback to be run when the future becomes done.",
            add_done_callback,
        ),
        method(
            "remove_done_callback(fn, /)",
            "Remove all instances of a callback.",
            |vm, a| Ok(this(vm, &a[0])?.remove_callable(vm, &a[1])?.into()),
        ),
        method(
            "get_loop()",
            "Return the event loop the Future is bound to.",
            |vm, a| Ok(this(vm, &a[0])?.event_loop(vm)?.into()),
        ),
        method(
            "_make_cancelled_error()",
            "Create the CancelledError to raise.",
            |vm, a| Ok(this(vm, &a[0])?.make_cancelled_error(vm).into()),
        ),
        method(
            "__await__()",
            "Return an iterator to be used in await expression.",
            iterate,
        ),
        method("__iter__()", "Implement iter(self).", iterate),
        method("__repr__()", "Return repr(self).", |vm, a| {
            Ok(repr(vm, &a[0])?.into())
        }),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            crate::builtins::alias::class_getitem,
        ),
    ],
    attributes: &[
        Attribute {
            name: "_state",
            get: get_state,
            set: None,
        },
        Attribute {
            name: "_result",
            get: get_result,
            set: None,
        },
        Attribute {
            name: "_exception",
            get: get_exception,
            set: None,
        },
        Attribute {
            name: "_callbacks",
            get: get_callbacks,
            set: None,
        },
        Attribute {
            name: "_cancel_message",
            get: |vm, v| Ok(this(vm, v)?.cancel_message()),
            set: None,
        },
        Attribute {
            name: "_asyncio_awaited_by",
            get: get_awaited_by,
            set: None,
        },
        Attribute {
            name: "_source_traceback",
            get: |_, _| Ok(Value::None),
            set: None,
        },
        Attribute {
            name: "_loop",
            get: |vm, v| Ok(this(vm, v)?.loop_if_any().map_or(Value::None, Value::from)),
            set: None,
        },
        Attribute {
            name: "_asyncio_future_blocking",
            get: |vm, v| Ok(this(vm, v)?.is_blocking().into()),
            set: Some(|vm, v, on| {
                let on = vm.truth(on)?;
                this(vm, v)?.set_blocking(on);
                Ok(())
            }),
        },
        Attribute {
            name: "_log_traceback",
            get: |vm, v| Ok(this(vm, v)?.is_unseen().into()),
            set: Some(|vm, v, on| {
                if vm.truth(on)? {
                    return Err(vm.value_error("_log_traceback can only be set to False"));
                }
                this(vm, v)?.mark_seen();
                Ok(())
            }),
        },
    ],
    subclassable: true,
};

/// `repr` of a future, task, handle or loop, by the class's own `__repr__`.
pub(crate) fn repr(vm: &Vm, v: &Value) -> R<Ref<StrObj>> {
    let text = match (FutureObj::of(v), v.downcast::<HandleObj>()) {
        (Some(future), _) => repr::future(vm, &future)?,
        (None, Some(handle)) => repr::handle(vm, handle)?,
        (None, None) => super::loop_class::repr_text(vm, v)?,
    };
    Ok(Ref::from_text(&text))
}

/// The receiver as a future or task.
pub(super) fn this(vm: &Vm, v: &Value) -> R<AnyFuture> {
    FutureObj::of(v)
        .ok_or_else(|| vm.type_error(format!("a Future is expected, not '{}'", vm.type_name(v))))
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let future = Ref::<PlainFutureObj>::uninitialised();
    wrapped(vm, &a[0], &AnyFuture::Plain(future))
}

/// What `__new__` returns: the future, or an instance of a script subclass around it, which the
/// future knows, so that callbacks get the instance.
pub(super) fn wrapped(vm: &Vm, class: &Value, future: &AnyFuture) -> R {
    let made = vm.wrap_new(class, Value::Obj(future.obj().clone()))?;
    if let Some(instance) = made.downcast::<InstanceObj>() {
        let wrapper = instance.obj().clone();
        let old = future.with_rare(|r| r.wrapper.replace(wrapper));
        drop(old);
    }
    Ok(made)
}

fn init(vm: &Vm, a: &[Value]) -> R {
    let future = this(vm, &a[0])?;
    future.set_loop(&given_loop(vm, &a[1])?);
    Ok(Value::None)
}

/// The loop given as `loop=`, or the current one.
pub(super) fn given_loop(vm: &Vm, given: &Value) -> R<Ref<LoopObj>> {
    if given.is_missing() {
        return vm.event_loop();
    }
    match given.downcast::<LoopObj>() {
        Some(event_loop) => Ok(event_loop.clone()),
        None => Err(vm.type_error(format!(
            "an event loop is expected, not '{}'",
            vm.type_name(given)
        ))),
    }
}

fn set_exception(vm: &Vm, a: &[Value]) -> R {
    let future = this(vm, &a[0])?;
    if future.is_done() {
        let refused = Err(vm.raise_text(vm.invalid_state_error(), "invalid state"));
        return note_settled(vm, &future, refused);
    }
    let e = match (a[1].downcast::<ExceptionObj>(), a[1].downcast::<ClassObj>()) {
        (Some(e), _) => e.clone(),
        (None, Some(class)) if class.is_subclass(&vm.exceptions.BaseException) => {
            vm.make_exception(class, &[])?
        }
        _ => return Err(vm.type_error("invalid exception object")),
    };
    let e = if e.class().is_subclass(&vm.exceptions.StopIteration) {
        refuse_stop_iteration(vm, &e)
    } else {
        e
    };
    let settled = future.set_exception(vm, e);
    note_settled(vm, &future, settled)
}

/// The future got its outcome, here; or it had one, which came from elsewhere.
fn note_settled(vm: &Vm, future: &AnyFuture, settled: R<()>) -> R {
    if settled.is_err() {
        let what = if future.is_cancelled() {
            "it was cancelled"
        } else {
            "it was set first"
        };
        vm.explain_deed(what, Deed::Settled, future.obj());
        return Err(Raised);
    }
    vm.note_deed(Deed::Settled, future.obj());
    Ok(Value::None)
}

fn refuse_stop_iteration(vm: &Vm, stop: &Ref<ExceptionObj>) -> Ref<ExceptionObj> {
    let text = "StopIteration interacts badly with generators and cannot be raised into a Future";
    let e = Ref::<ExceptionObj>::of_class(&vm.exceptions.RuntimeError, vec![vm.text(text)]);
    drop(e.cause.replace(Some(stop.clone())));
    drop(e.context.replace(Some(stop.clone())));
    e.suppress_context.set(true);
    e
}

fn add_done_callback(vm: &Vm, a: &[Value]) -> R {
    let context = context::given_or_copy(vm, &a[2])?;
    this(vm, &a[0])?.add_callback(vm, Callback::Call(a[1].clone(), context))?;
    Ok(Value::None)
}

fn iterate(vm: &Vm, a: &[Value]) -> R {
    let future = this(vm, &a[0])?;
    Ok(await_iterator_of(vm, &Value::Obj(future.obj().clone())))
}

/// The tasks and futures that wait for it; `None` if there are none.
fn get_awaited_by(vm: &Vm, v: &Value) -> R {
    let waiters = super::waits::awaited_by(&this(vm, v)?);
    if waiters.is_empty() {
        return Ok(Value::None);
    }
    let set = SetObj::empty(true);
    for waiter in waiters {
        set.add(vm, waiter.value())?;
    }
    Ok(set.into())
}

fn get_state(vm: &Vm, v: &Value) -> R {
    Ok(vm.text(match this(vm, v)?.state() {
        FutureState::Pending => "PENDING",
        FutureState::Cancelled => "CANCELLED",
        FutureState::Returned | FutureState::Raised => "FINISHED",
    }))
}

fn get_result(vm: &Vm, v: &Value) -> R {
    let future = this(vm, v)?;
    let is_returned = future.state() == FutureState::Returned;
    Ok(if is_returned {
        future.stored()
    } else {
        Value::None
    })
}

fn get_exception(vm: &Vm, v: &Value) -> R {
    let future = this(vm, v)?;
    let is_raised = future.state() == FutureState::Raised;
    Ok(if is_raised {
        future.stored()
    } else {
        Value::None
    })
}

fn get_callbacks(vm: &Vm, v: &Value) -> R {
    let callbacks = this(vm, v)?.callbacks();
    if callbacks.is_empty() {
        return Ok(Value::None);
    }
    let shown = callbacks.into_iter().map(|c| match c {
        Callback::Wake(task) => tuple_of([task.into(), Value::None]),
        Callback::Call(f, context) => tuple(vec![f, context.map_or(Value::None, Value::Obj)]),
        Callback::Native(n, _) => tuple_of([vm.text(n.name), Value::None]),
    });
    Ok(list(shown.collect()))
}

/// `Handle`.
pub static HANDLE: ClassSpec = ClassSpec {
    name: "Handle",
    module: "asyncio.events",
    doc: "Object returned by callback registration methods.",
    layout: Layout::Native(Kind::Handle),
    methods: &[
        method("cancel()", "Cancel the callback.", |vm, a| {
            this_handle(vm, &a[0])?.cancel();
            Ok(Value::None)
        }),
        method(
            "cancelled()",
            "Return True if the callback was cancelled.",
            |vm, a| Ok(this_handle(vm, &a[0])?.is_cancelled().into()),
        ),
        method(
            "get_context()",
            "Return the context the callback runs in.",
            |vm, a| {
                let handle = this_handle(vm, &a[0])?;
                let context = handle.context.clone();
                Ok(Value::Obj(context.unwrap_or_else(|| {
                    context::new_context(vm, Default::default())
                })))
            },
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            Ok(repr(vm, &a[0])?.into())
        }),
    ],
    attributes: &[
        Attribute {
            name: "_cancelled",
            get: |vm, v| Ok(this_handle(vm, v)?.is_cancelled().into()),
            set: None,
        },
        Attribute {
            name: "_callback",
            get: |vm, v| Ok(action_parts(this_handle(vm, v)?).0),
            set: None,
        },
        Attribute {
            name: "_args",
            get: |vm, v| Ok(action_parts(this_handle(vm, v)?).1),
            set: None,
        },
        Attribute {
            name: "_loop",
            get: |vm, v| Ok((&this_handle(vm, v)?.event_loop).into()),
            set: None,
        },
    ],
    subclassable: false,
};

/// `TimerHandle`.
pub static TIMER_HANDLE: ClassSpec = ClassSpec {
    name: "TimerHandle",
    module: "asyncio.events",
    doc: "Object returned by timed callback registration methods.",
    layout: Layout::Native(Kind::Handle),
    methods: &[
        method("when()", "Return a scheduled callback time.", |vm, a| {
            Ok(this_handle(vm, &a[0])?.when.or(Value::None))
        }),
        method("__hash__()", "Return hash(self).", |vm, a| {
            Ok(vm.hash(&this_handle(vm, &a[0])?.when)?.into())
        }),
        method("__eq__(other, /)", "Return self==other.", |vm, a| {
            compare_timers(vm, a, is_same_timer)
        }),
        method("__lt__(other, /)", "Return self<other.", |vm, a| {
            compare_timers(vm, a, |vm, x, y| vm.less(&x.when, &y.when))
        }),
        method("__le__(other, /)", "Return self<=other.", |vm, a| {
            compare_timers(vm, a, |vm, x, y| {
                Ok(vm.less(&x.when, &y.when)? || is_same_timer(vm, x, y)?)
            })
        }),
        method("__gt__(other, /)", "Return self>other.", |vm, a| {
            compare_timers(vm, a, |vm, x, y| vm.less(&y.when, &x.when))
        }),
        method("__ge__(other, /)", "Return self>=other.", |vm, a| {
            compare_timers(vm, a, |vm, x, y| {
                Ok(vm.less(&y.when, &x.when)? || is_same_timer(vm, x, y)?)
            })
        }),
    ],
    attributes: &[
        Attribute {
            name: "_when",
            get: |vm, v| Ok(this_handle(vm, v)?.when.or(Value::None)),
            set: None,
        },
        Attribute {
            name: "_scheduled",
            get: |vm, v| Ok(this_handle(vm, v)?.scheduled.get().into()),
            set: None,
        },
    ],
    subclassable: false,
};

fn this_handle<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<HandleObj>> {
    crate::builtins::this(vm, v, "Handle", "cancel")
}

/// A comparison of timers, which only other timers take part in.
fn compare_timers(
    vm: &Vm,
    a: &[Value],
    holds: impl FnOnce(&Vm, &HandleObj, &HandleObj) -> R<bool>,
) -> R {
    let this = this_handle(vm, &a[0])?;
    match a[1].downcast::<HandleObj>() {
        Some(other) if other.is_timer() => Ok(holds(vm, this, other)?.into()),
        _ => Ok(Value::NotImplemented),
    }
}

/// Due at the same time, and doing the same.
fn is_same_timer(vm: &Vm, x: &HandleObj, y: &HandleObj) -> R<bool> {
    if !vm.equal(&x.when, &y.when)? || x.is_cancelled() != y.is_cancelled() {
        return Ok(false);
    }
    let ((f, args), (g, others)) = (action_parts(x), action_parts(y));
    Ok(vm.equal(&f, &g)? && vm.equal(&args, &others)?)
}

fn action_parts(handle: &HandleObj) -> (Value, Value) {
    match &*handle.action.read() {
        Action::Call(f, args) => (f.clone(), args.clone()),
        _ => (Value::None, Value::None),
    }
}
