//! `run` and `Runner`.

use std::cell::{Cell, RefCell};

use aio_interp::classes::ClassSpec;
use aio_interp::coroutine::async_gen::{AsyncGenStepObj, StepKind};
use aio_interp::event_loop::future::{AnyFuture, FutureObj};
use aio_interp::event_loop::report::Incident;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::event_loop::{LoopObj, context, is_coroutine, run};
use aio_interp::native::{Native, method, native, static_method};
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::host::HostData;
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Raised, Value, Vm};

use super::types::{Types, host, host_class, receiver};
use super::{gather, shield};

pub(super) static ROWS: &[Native] = &[native(
    "run(main, *, debug=None, loop_factory=None)",
    "Execute the coroutine and return the result.",
    run_main,
)];

/// `Runner`.
pub(super) static RUNNER: ClassSpec = host_class(
    "Runner",
    "asyncio.runners",
    "A context manager that controls event loop life cycle.",
    &[
        static_method(
            "__new__(cls, *, debug=None, loop_factory=None)",
            "Create a runner.",
            |vm, a| Ok(make(vm, &a[1], &a[2])),
        ),
        method(
            "run(coro, *, context=None)",
            "Run a coroutine inside the embedded event loop.",
            |vm, a| this(vm, &a[0])?.run(vm, &a[1], &a[2]),
        ),
        method("get_loop()", "Return embedded event loop.", |vm, a| {
            Ok(this(vm, &a[0])?.event_loop(vm)?.into())
        }),
        method("close()", "Shutdown and close event loop.", |vm, a| {
            this(vm, &a[0])?.close(vm).map(|()| Value::None)
        }),
        method("__enter__()", "Make the loop.", |vm, a| {
            this(vm, &a[0])?.event_loop(vm)?;
            Ok(a[0].clone())
        }),
        method(
            "__exit__(exc_type, exc_val, exc_tb, /)",
            "Close the loop.",
            |vm, a| this(vm, &a[0])?.close(vm).map(|()| Value::None),
        ),
    ],
    &[],
    false,
);

/// The data of a runner.
struct Runner {
    debug: Value,
    loop_factory: Value,
    /// The loop, from its making to its closing.
    event_loop: RefCell<Option<Ref<LoopObj>>>,
    is_closed: Cell<bool>,
    /// The runner set the current loop.
    set_current: Cell<bool>,
    /// What all its tasks run in.
    context: RefCell<Value>,
}

impl HostData for Runner {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.debug, visit);
        trace_value(&self.loop_factory, visit);
        if let Some(event_loop) = &*self.event_loop.borrow() {
            visit(event_loop.obj());
        }
        trace_value(&self.context.borrow(), visit);
    }
    fn clear(&self) {
        drop(self.event_loop.take());
        drop(self.context.take());
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn make(vm: &Vm, debug: &Value, loop_factory: &Value) -> Value {
    let data = Runner {
        debug: debug.or(Value::None),
        loop_factory: loop_factory.or(Value::None),
        event_loop: RefCell::default(),
        is_closed: Cell::new(false),
        set_current: Cell::new(false),
        context: RefCell::default(),
    };
    host(&Types::of(vm).runner, data)
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Runner> {
    receiver(vm, v, "Runner")
}

fn run_main(vm: &Vm, a: &[Value]) -> R {
    if vm.loops.is_busy() {
        return Err(vm.runtime_error("asyncio.run() cannot be called from a running event loop"));
    }
    let runner = make(vm, &a[1], &a[2]);
    let runner = this(vm, &runner)?;
    runner.event_loop(vm)?;
    let result = runner.run(vm, &a[0], &Value::None);
    let raised = result.is_err().then(|| vm.take_raised());
    let closed = match &raised {
        Some(e) => vm.while_handling(e, || runner.close(vm)),
        None => runner.close(vm),
    };
    match (closed, raised) {
        (Ok(()), None) => result,
        (Ok(()), Some(e)) => Err(vm.raise_again(e)),
        (Err(Raised), None) => Err(Raised),
        (Err(Raised), Some(first)) => {
            // Both the main coroutine and the winding up failed.
            let second = vm.take_raised();
            if second.context.borrow().is_none() {
                drop(second.context.replace(Some(first)));
            }
            Err(vm.raise_again(second))
        }
    }
}

impl Runner {
    /// The loop, made at the first look.
    fn event_loop(&self, vm: &Vm) -> R<Ref<LoopObj>> {
        if self.is_closed.get() {
            return Err(vm.runtime_error("Runner is closed"));
        }
        let made = self.event_loop.borrow().clone();
        if let Some(event_loop) = made {
            return Ok(event_loop);
        }
        let event_loop = if self.loop_factory.is_none() {
            let event_loop = LoopObj::make(vm);
            vm.loops.set_current(Some(event_loop.clone()));
            self.set_current.set(true);
            event_loop
        } else {
            let made = vm.call(&self.loop_factory, &[])?;
            match made.downcast::<LoopObj>() {
                Some(event_loop) => event_loop.clone(),
                None => {
                    return Err(
                        vm.type_error("the loop factory made something that is no event loop")
                    );
                }
            }
        };
        if !self.debug.is_none() {
            let on = vm.truth(&self.debug)?;
            event_loop.set_debug(on);
        }
        let copy = context::copy_current(vm);
        let copy = copy.unwrap_or_else(|| context::new_context(vm, Default::default()));
        drop(self.context.replace(Value::Obj(copy)));
        drop(self.event_loop.replace(Some(event_loop.clone())));
        Ok(event_loop)
    }

    /// `run`. The first Ctrl-C cancels the coroutine; if that ends it, the interrupt is raised.
    fn run(&self, vm: &Vm, coroutine: &Value, given_context: &Value) -> R {
        if !is_coroutine(vm, coroutine) {
            let shown = vm.repr_or_name(coroutine);
            return Err(vm.value_error(format!("a coroutine was expected, got {shown}")));
        }
        if vm.loops.is_busy() {
            return Err(vm.runtime_error("Runner.run() cannot be called from a running event loop"));
        }
        let event_loop = self.event_loop(vm)?;
        let own_context = self.context.borrow().clone();
        let context = if given_context.is_missing() {
            own_context
        } else {
            given_context.clone()
        };
        let made = run::create_task(vm, &event_loop, coroutine, &Value::None, &context)?;
        let Some(AnyFuture::Task(task)) = FutureObj::of(&made) else {
            return event_loop.run_until_complete(vm, &made);
        };
        let outer = vm.loops.set_interrupted_first(Some(task.clone()));
        let result = event_loop.run_until_complete(vm, &made);
        let was_interrupted = vm.loops.set_interrupted_first(outer).is_none();
        if result.is_err()
            && was_interrupted
            && vm.is_raised(vm.cancelled_error())
            && task.uncancel() == 0
        {
            drop(vm.take_raised());
            return Err(vm.raise_args(&vm.exceptions.KeyboardInterrupt, vec![]));
        }
        result
    }

    /// `close`: cancels what is left, closes async generators, closes the loop.
    fn close(&self, vm: &Vm) -> R<()> {
        let Some(event_loop) = self.event_loop.take() else {
            return Ok(());
        };
        let result = wind_up(vm, &event_loop);
        let raised = result.is_err().then(|| vm.take_raised());
        if self.set_current.get() {
            vm.loops.set_current(None);
        }
        self.is_closed.set(true);
        event_loop.close(vm)?;
        match raised {
            Some(e) => Err(vm.raise_again(e)),
            None => Ok(()),
        }
    }
}

/// As asyncio does it: each step in a run of its own, which lets what is still ready run, too.
fn wind_up(vm: &Vm, event_loop: &Ref<LoopObj>) -> R<()> {
    cancel_all(vm, event_loop)?;
    for step in ["shutdown_asyncgens", "shutdown_default_executor"] {
        let coroutine = vm.call_method(&event_loop.into(), &vm.name(step), &[])?;
        event_loop.run_until_complete(vm, &coroutine)?;
    }
    Ok(())
}

/// True for a task that closes an async generator that was dropped: the loop made it, no script.
fn is_closing(task: &Ref<TaskObj>) -> bool {
    let coroutine = task.coroutine();
    let step = coroutine.downcast::<AsyncGenStepObj>();
    step.is_some_and(|step| !matches!(*step.kind.borrow(), StepKind::Send(_) | StepKind::Throw(_)))
}

/// Cancels the tasks that are left and waits for them.
fn cancel_all(vm: &Vm, event_loop: &Ref<LoopObj>) -> R<()> {
    let tasks = event_loop.tasks();
    if tasks.is_empty() {
        return Ok(());
    }
    for circle in vm.loops.findings.take_held() {
        // CPython goes round such a circle until the recursion limit.
        if !vm.options.compat {
            event_loop.break_circle(vm, &circle)?;
        }
    }
    tasks.iter().for_each(|task| shield::note_orphan(vm, task));
    // A `repr` may be a script's: not without need.
    let is_wanted = vm.loops.findings.is_wanted.get();
    for task in tasks.iter().filter(|t| is_wanted && !is_closing(t)) {
        let shown = vm.repr_or_name(&task.into());
        let text = format!("{shown} was pending at the end of asyncio.run()");
        vm.loops.findings.note("task", text);
    }
    for task in &tasks {
        task.cancel(vm, &Value::None)?;
    }
    let children = tuple(tasks.iter().map(Value::from).collect());
    let all = gather::gather(vm, &[children, Value::True])?;
    event_loop.run_until_complete(vm, &all)?;
    for task in tasks.iter().filter(|t| !t.is_cancelled()) {
        if let Some(e) = task.exception(vm)? {
            Incident::new("unhandled exception during asyncio.run() shutdown")
                .with("exception", e.into())
                .with("task", task.into())
                .report(vm, event_loop)?;
        }
    }
    Ok(())
}
