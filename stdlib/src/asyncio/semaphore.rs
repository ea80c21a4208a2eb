//! `Semaphore` and `BoundedSemaphore`.

use std::cell::Cell;

use aio_interp::classes::ClassSpec;
use aio_interp::coroutine::native::Started;
use aio_interp::event_loop::future::{PlainFutureObj, Resume};
use aio_interp::event_loop::waits::Wait;
use aio_interp::native::{async_method, method, static_method};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::host::HostData;
use aio_interp::{R, Raised, Value, Vm};

use super::lock::{Waiters, object, repr_with, without_result};
use super::types::{Types, host_class, host_new, owned, receiver};

/// `Semaphore`.
pub(super) static SEMAPHORE: ClassSpec = host_class(
    "Semaphore",
    "asyncio.locks",
    "A Semaphore implementation.",
    &[
        static_method("__new__(cls, *args, **kwargs)", "Create a semaphore.", new),
        method("__init__(value=1)", "Initialize self.", init),
        async_method("acquire()", "Acquire a semaphore.", |vm, a| {
            acquire_then(vm, &a[0], resume_acquire)
        }),
        method("release()", "Release a semaphore.", |vm, a| {
            release(vm, &a[0])
        }),
        method(
            "locked()",
            "Returns True if semaphore cannot be acquired immediately.",
            |vm, a| Ok(this(vm, &a[0])?.is_locked().into()),
        ),
        async_method("__aenter__()", "Acquire a semaphore.", |vm, a| {
            without_result(acquire_then(vm, &a[0], |vm, f, owner, outcome| {
                without_result(resume_acquire(vm, f, owner, outcome))
            }))
        }),
        async_method(
            "__aexit__(exc_type, exc, tb, /)",
            "Release a semaphore.",
            |vm, a| release(vm, &a[0]).map(Started::Return),
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let semaphore = this(vm, &a[0])?;
            let state = match semaphore.is_locked() {
                true => "locked".to_owned(),
                false => format!("unlocked, value:{}", semaphore.value.get()),
            };
            repr_with(vm, &a[0], &state, semaphore.waiters.len())
        }),
    ],
    &[aio_interp::objects::function::Attribute {
        name: "_value",
        get: |vm, v| Ok(this(vm, v)?.value.get().into()),
        set: None,
    }],
    true,
);

/// `BoundedSemaphore`.
pub(super) static BOUNDED_SEMAPHORE: ClassSpec = host_class(
    "BoundedSemaphore",
    "asyncio.locks",
    "A bounded semaphore implementation.",
    &[],
    &[],
    true,
);

/// The data of a semaphore.
struct Semaphore {
    value: Cell<i64>,
    /// The most that `value` can be, of a bounded semaphore.
    bound: Cell<Option<i64>>,
    is_bounded: bool,
    waiters: Waiters,
}

impl HostData for Semaphore {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.waiters.trace(visit);
    }
    fn clear(&self) {
        self.waiters.clear();
    }
    fn wait(&self, this: &Obj) -> Option<Wait> {
        Some(Wait::of("semaphore").on(this, format!("value {}", self.value.get())))
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Semaphore {
    /// The count is used up, or others came first.
    fn is_locked(&self) -> bool {
        self.value.get() == 0 || !self.waiters.all_cancelled()
    }

    /// Gives one of the count to the first who waits; false if there is nobody.
    fn wake_next(&self, vm: &Vm) -> R<bool> {
        let Some(f) = self.waiters.first_pending() else {
            return Ok(false);
        };
        self.value.set(self.value.get() - 1);
        f.set_result(vm, Value::True)?;
        Ok(true)
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Semaphore> {
    receiver(vm, v, "Semaphore")
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let types = Types::of(vm);
    let is_bounded = a[0]
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is_subclass(&types.bounded_semaphore));
    let data = Semaphore {
        value: Cell::new(1),
        bound: Cell::new(is_bounded.then_some(1)),
        is_bounded,
        waiters: Waiters::default(),
    };
    let class = if is_bounded {
        &types.bounded_semaphore
    } else {
        &types.semaphore
    };
    host_new(vm, &a[0], class, data)
}

fn init(vm: &Vm, a: &[Value]) -> R {
    let semaphore = this(vm, &a[0])?;
    let value = if a[1].is_unbound() {
        1
    } else {
        vm.to_index(&a[1])?
    };
    if value < 0 {
        return Err(vm.value_error("Semaphore initial value must be >= 0"));
    }
    semaphore.value.set(value);
    semaphore.bound.set(semaphore.is_bounded.then_some(value));
    Ok(Value::None)
}

fn acquire_then(vm: &Vm, v: &Value, resume: Resume) -> R<Started> {
    let semaphore = this(vm, v)?;
    if !semaphore.is_locked() {
        semaphore.value.set(semaphore.value.get() - 1);
        return Ok(Started::Return(Value::True));
    }
    semaphore.waiters.add(vm, resume, object(v))
}

fn resume_acquire(vm: &Vm, f: &Ref<PlainFutureObj>, owner: &Obj, outcome: R) -> R<Started> {
    let Some(semaphore) = owned::<Semaphore>(owner) else {
        return outcome.map(Started::Return);
    };
    semaphore.waiters.remove(f);
    let was_given = f.is_done() && !f.is_cancelled();
    if outcome.is_err() && was_given && vm.is_raised(vm.cancelled_error()) {
        // It was given one of the count and does not take it.
        semaphore.value.set(semaphore.value.get() + 1);
    }
    let raised = outcome.is_err().then(|| vm.take_raised());
    // Those who came while others waited may take what is left.
    while semaphore.value.get() > 0 && semaphore.wake_next(vm)? {}
    match raised {
        Some(e) => {
            let Raised = vm.raise_again(e);
            Err(Raised)
        }
        None => Ok(Started::Return(Value::True)),
    }
}

fn release(vm: &Vm, v: &Value) -> R {
    let semaphore = this(vm, v)?;
    if semaphore
        .bound
        .get()
        .is_some_and(|bound| semaphore.value.get() >= bound)
    {
        return Err(vm.value_error("BoundedSemaphore released too many times"));
    }
    semaphore.value.set(semaphore.value.get() + 1);
    semaphore.wake_next(vm)?;
    Ok(Value::None)
}
