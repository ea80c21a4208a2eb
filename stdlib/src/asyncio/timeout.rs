//! `timeout`, `timeout_at` and `Timeout`.

use std::cell::{Cell, RefCell};

use aio_interp::classes::ClassSpec;
use aio_interp::coroutine::native::Started;
use aio_interp::event_loop::handle::HandleObj;
use aio_interp::event_loop::observer::Finding;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::event_loop::waits::{self, Wait};
use aio_interp::native::{async_method, method, static_method};
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::host::HostData;
use aio_interp::place::Place;
use aio_interp::{R, Value, Vm};

use super::lock::object;
use super::types::{Types, host, host_class, owned, receiver};

/// What helps where a cancellation was swallowed.
pub(super) const SWALLOWED: &str = "raise the CancelledError again once what had to be cleaned up is: `except asyncio.CancelledError: ...; raise`";

/// `Timeout`.
pub(super) static TIMEOUT: ClassSpec = host_class(
    "Timeout",
    "asyncio.timeouts",
    "Asynchronous context manager for cancelling overdue coroutines.",
    &[
        static_method("__new__(cls, when)", "Create a timeout.", |vm, a| {
            Ok(make(vm, a[1].clone(), None))
        }),
        method("when()", "Return the current deadline.", |vm, a| {
            Ok(this(vm, &a[0])?.when.borrow().clone())
        }),
        method("reschedule(when)", "Reschedule the timeout.", |vm, a| {
            Timeout::reschedule(vm, object_of(vm, &a[0])?, &a[1])?;
            Ok(Value::None)
        }),
        method(
            "expired()",
            "Is timeout expired during execution?",
            |vm, a| Ok(this(vm, &a[0])?.is_expired().into()),
        ),
        async_method("__aenter__()", "Start the timeout.", |vm, a| {
            Timeout::enter(vm, object_of(vm, &a[0])?)?;
            Ok(Started::Return(a[0].clone()))
        }),
        async_method(
            "__aexit__(exc_type, exc_val, exc_tb, /)",
            "End the timeout.",
            |vm, a| {
                this(vm, &a[0])?.exit(vm, a[2].downcast::<ExceptionObj>())?;
                Ok(Started::Return(Value::None))
            },
        ),
        method("__repr__()", "Return repr(self).", repr),
    ],
    &[],
    false,
);

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Created,
    Entered,
    Expiring,
    Expired,
    Exited,
}

impl State {
    fn text(self) -> &'static str {
        match self {
            State::Created => "created",
            State::Entered => "active",
            State::Expiring => "expiring",
            State::Expired => "expired",
            State::Exited => "finished",
        }
    }
}

/// The data of a timeout.
pub(super) struct Timeout {
    state: Cell<State>,
    when: RefCell<Value>,
    timer: RefCell<Option<Ref<HandleObj>>>,
    task: RefCell<Option<Ref<TaskObj>>>,
    /// How often the task had been asked to cancel when the timeout was entered.
    cancelling: Cell<u16>,
    /// Where it was made and how many seconds it gives, for reports.
    place: Place,
    limit: Option<f64>,
    /// What the task waited for when the time was over.
    interrupted: RefCell<Option<Interrupted>>,
}

/// What a task was doing when its time was over.
struct Interrupted {
    /// The function, and where in it.
    function: Value,
    place: Place,
    /// What it waited for (no objects of it).
    wait: Wait,
    now: f64,
}

impl HostData for Timeout {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.when.borrow(), visit);
        if let Some(timer) = &*self.timer.borrow() {
            visit(timer.obj());
        }
        if let Some(task) = &*self.task.borrow() {
            visit(task.obj());
        }
    }
    fn clear(&self) {
        drop(self.timer.take());
        drop(self.task.take());
    }
    fn reaches(&self) -> Option<Ref<TaskObj>> {
        self.task.borrow().clone()
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// `timeout(delay)`.
pub(super) fn timeout(vm: &Vm, a: &[Value]) -> R {
    let when = deadline(vm, &a[0])?;
    Ok(make(vm, when, vm.try_f64(&a[0])?))
}

/// `timeout_at(when)`.
pub(super) fn timeout_at(vm: &Vm, a: &[Value]) -> R {
    Ok(make(vm, a[0].clone(), None))
}

/// The time a delay from now; `None` stays.
pub(super) fn deadline(vm: &Vm, delay: &Value) -> R {
    let event_loop = vm.running_loop()?;
    if delay.is_none() {
        return Ok(Value::None);
    }
    Ok(Value::float(event_loop.time(vm) + vm.to_f64(delay)?))
}

/// True for a delay that is not over at once: not `delay <= 0`.
pub(super) fn is_ahead(vm: &Vm, delay: &Value) -> R<bool> {
    match delay {
        Value::Int(i) => Ok(*i > 0),
        Value::Float(x) => Ok(x.get() > 0.0 || x.get().is_nan()),
        _ => Ok(!vm.at_most(delay, &Value::Int(0))?),
    }
}

/// A timeout that was not entered, which gives so many seconds.
pub(super) fn make(vm: &Vm, when: Value, limit: Option<f64>) -> Value {
    let data = Timeout {
        state: Cell::new(State::Created),
        when: RefCell::new(when),
        timer: RefCell::default(),
        task: RefCell::default(),
        cancelling: Cell::new(0),
        place: vm.here(),
        limit,
        interrupted: RefCell::default(),
    };
    host(&Types::of(vm).timeout, data)
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Timeout> {
    receiver(vm, v, "Timeout")
}

fn object_of<'a>(vm: &Vm, v: &'a Value) -> R<&'a Obj> {
    this(vm, v)?;
    Ok(object(v))
}

fn data<'a>(vm: &Vm, o: &'a Obj) -> R<&'a Timeout> {
    owned::<Timeout>(o).ok_or_else(|| vm.system_error("a timer without its timeout"))
}

impl Timeout {
    fn is_expired(&self) -> bool {
        matches!(self.state.get(), State::Expiring | State::Expired)
    }

    fn cancel_timer(&self) {
        let timer = self.timer.take();
        if let Some(timer) = timer {
            timer.cancel();
        }
    }

    /// `reschedule`.
    fn reschedule(vm: &Vm, o: &Obj, when: &Value) -> R<()> {
        let timeout = data(vm, o)?;
        match timeout.state.get() {
            State::Entered => {}
            State::Created => return Err(vm.runtime_error("Timeout has not been entered")),
            state => {
                let text = format!("Cannot change state of {} Timeout", state.text());
                return Err(vm.runtime_error(text));
            }
        }
        drop(timeout.when.replace(when.clone()));
        timeout.cancel_timer();
        if when.is_none() {
            return Ok(());
        }
        let event_loop = vm.running_loop()?;
        let due = vm.to_f64(when)?;
        let timer = if due <= event_loop.time(vm) {
            event_loop.call_soon_native(vm, on_timeout, o)?
        } else {
            event_loop.call_at_native(vm, due, on_timeout, o)?
        };
        drop(timeout.timer.replace(Some(timer)));
        Ok(())
    }

    /// `__aenter__`.
    pub(super) fn enter(vm: &Vm, o: &Obj) -> R<()> {
        let timeout = data(vm, o)?;
        if timeout.state.get() != State::Created {
            return Err(vm.runtime_error("Timeout has already been entered"));
        }
        let Some(task) = vm.current_task() else {
            vm.running_loop()?;
            return Err(vm.runtime_error("Timeout should be used inside a task"));
        };
        timeout.state.set(State::Entered);
        timeout.cancelling.set(task.cancelling());
        drop(timeout.task.replace(Some(task)));
        let when = timeout.when.borrow().clone();
        Timeout::reschedule(vm, o, &when)
    }

    /// `__aexit__`, with the exception that ends the block. If the timeout is what cancelled the
    /// task, and nobody else did, the cancellation ends here, as a `TimeoutError`.
    pub(super) fn exit(&self, vm: &Vm, e: Option<&Ref<ExceptionObj>>) -> R<()> {
        self.cancel_timer();
        match self.state.get() {
            State::Expiring => {
                self.state.set(State::Expired);
                let task = self.task.borrow().clone();
                // One that the block never saw is not swallowed.
                let is_seen = task.as_ref().is_some_and(|task| !task.must_cancel());
                let left = task.map_or(0, |task| task.uncancel());
                let Some(e) = e else {
                    if is_seen {
                        self.note_swallowed(vm);
                    }
                    return Ok(());
                };
                if left > self.cancelling.get() {
                    return Ok(());
                }
                if e.class().is_subclass(vm.cancelled_error()) {
                    let raised = timeout_error(vm, e);
                    self.explain(&raised);
                    return Err(vm.raise_again(raised));
                }
                insert_timeout_error(vm, e);
                if e.class().is_subclass(&vm.exceptions.ExceptionGroup) {
                    let inner = vm.get_attr(&e.into(), &vm.names.exceptions)?;
                    for inner in vm.collect(&inner)? {
                        if let Some(inner) = inner.downcast::<ExceptionObj>() {
                            insert_timeout_error(vm, inner);
                        }
                    }
                }
            }
            State::Entered => self.state.set(State::Exited),
            _ => {}
        }
        Ok(())
    }

    /// The time was over, the block was cancelled, and went on as if nothing had happened.
    #[cold]
    fn note_swallowed(&self, vm: &Vm) {
        let limit = self.limit.map_or("…".to_owned(), |s| s.to_string());
        let at = self
            .place
            .text()
            .map_or(String::new(), |p| format!(" ({p})"));
        let interrupted = self.interrupted.take();
        let who = match &interrupted {
            Some(interrupted) => format!("{}()", interrupted.name()),
            None => "the block".to_owned(),
        };
        vm.loops.tell(
            vm,
            &Finding {
                code: "cancellation-swallowed",
                text: format!(
                    "{who} caught the CancelledError of timeout({limit}){at} and went on: no TimeoutError was raised"
                ),
                place: interrupted.map_or(self.place, |i| i.place),
                help: SWALLOWED,
            },
        );
    }

    /// Adds to an error what reports tell of it.
    #[cold]
    fn explain(&self, e: &Ref<ExceptionObj>) {
        let mut note = match self.limit {
            Some(limit) => format!("timed out after {limit} s"),
            None => "timed out".to_owned(),
        };
        if let Some(place) = self.place.text() {
            note.push_str(&format!(", limit at {place}"));
        }
        if let Some(interrupted) = self.interrupted.take() {
            note.push_str(&interrupted.text());
        }
        e.tell(|story| story.notes.push(note));
    }
}

impl Interrupted {
    #[cold]
    fn of(vm: &Vm, task: &Ref<TaskObj>) -> Option<Interrupted> {
        let wait = waits::of_task(task)?;
        let (function, place) = waits::place(task)?;
        Some(Interrupted {
            function,
            place,
            wait: Wait {
                what: wait.what,
                until: wait.until,
                delay: wait.delay,
                ..Wait::default()
            },
            now: vm.clock.monotonic(),
        })
    }

    fn name(&self) -> &str {
        self.function.as_str().unwrap_or("?")
    }

    fn text(&self) -> String {
        let mut text = format!("; was waiting in {}()", self.name());
        if let Some((source, at)) = self.place.find() {
            text.push_str(&format!(" line {}", source.line(at)));
        }
        text.push_str(&format!(" for {}", self.wait.kind()));
        if let Some(until) = self.wait.until {
            text.push_str(&format!(", {:.1} s left", until - self.now));
        }
        text
    }
}

/// `TimeoutError` from this cause.
pub(super) fn timeout_error(vm: &Vm, cause: &Ref<ExceptionObj>) -> Ref<ExceptionObj> {
    let e = Ref::<ExceptionObj>::of_class(&vm.exceptions.TimeoutError, vec![]);
    drop(e.cause.replace(Some(cause.clone())));
    drop(e.context.replace(Some(cause.clone())));
    e.suppress_context.set(true);
    e
}

/// The task is cancelled.
fn on_timeout(vm: &Vm, o: &Obj) -> R<()> {
    let timeout = data(vm, o)?;
    let task = timeout.task.borrow().clone();
    if let Some(task) = task {
        drop(timeout.interrupted.replace(Interrupted::of(vm, &task)));
        task.cancel(vm, &Value::None)?;
    }
    timeout.state.set(State::Expiring);
    drop(timeout.timer.take());
    Ok(())
}

/// Puts a `TimeoutError` before the first cancellation in the chain of contexts.
fn insert_timeout_error(vm: &Vm, e: &Ref<ExceptionObj>) {
    let mut at = e.clone();
    loop {
        let context = at.context.borrow().clone();
        let Some(context) = context else { return };
        if context.class().is_subclass(vm.cancelled_error()) {
            let inserted = timeout_error(vm, &context);
            drop(at.context.replace(Some(inserted)));
            return;
        }
        at = context;
    }
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let timeout = this(vm, &a[0])?;
    let state = timeout.state.get();
    let mut text = format!("<Timeout [{}]", state.text());
    if state == State::Entered {
        let when = timeout.when.borrow().clone();
        let shown = match when.is_none() {
            true => "None".to_owned(),
            false => {
                let rounded = (vm.to_f64(&when)? * 1000.0).round() / 1000.0;
                vm.repr(&Value::float(rounded))?.as_str().to_owned()
            }
        };
        text.push_str(&format!(" when={shown}"));
    }
    text.push('>');
    Ok(vm.text(&text))
}
