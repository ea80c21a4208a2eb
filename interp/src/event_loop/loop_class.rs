//! Event loops as scripts see them.

use super::LoopObj;
use super::async_gens;
use super::context;
use super::future::Callback;
use super::handle::Action;
use super::report;
use super::run;
use crate::classes::ClassSpec;
use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::coroutine::native::{NativeCoroutine, Started, Step};
use crate::native::{async_method, method, static_method};
use crate::object::{Kind, Obj, Ref};
use crate::objects::class::Layout;
use crate::objects::dict::DictObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{Attribute, BoundMethodObj, FunctionObj, NativeObj};
use crate::value::{R, Value};
use crate::vm::Vm;

/// The event loop.
pub static EVENT_LOOP: ClassSpec = ClassSpec {
    name: "_UnixSelectorEventLoop",
    module: "asyncio.unix_events",
    doc: "The event loop.",
    layout: Layout::Native(Kind::Loop),
    methods: &[
        static_method("__new__(cls)", "Create and return a new loop.", |vm, _| {
            Ok(LoopObj::make(vm).into())
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            Ok(vm.text(&repr_text(vm, &a[0])?))
        }),
        method(
            "run_until_complete(future)",
            "Run until the Future is done.",
            |vm, a| this(vm, &a[0])?.run_until_complete(vm, &a[1]),
        ),
        method("run_forever()", "Run until stop() is called.", |vm, a| {
            this(vm, &a[0])?.run_forever(vm).map(|()| Value::None)
        }),
        method("stop()", "Stop running the event loop.", |vm, a| {
            this(vm, &a[0])?.stop();
            Ok(Value::None)
        }),
        method("close()", "Close the event loop.", |vm, a| {
            this(vm, &a[0])?.close(vm).map(|()| Value::None)
        }),
        method(
            "is_running()",
            "Return True if the event loop is running.",
            |vm, a| Ok(this(vm, &a[0])?.is_running().into()),
        ),
        method(
            "is_closed()",
            "Return True if the event loop was closed.",
            |vm, a| Ok(this(vm, &a[0])?.is_closed().into()),
        ),
        method(
            "time()",
            "Return the time according to the event loop's clock.",
            |vm, a| Ok(this(vm, &a[0])?.time(vm).into()),
        ),
        method(
            "call_soon(callback, *args, context=None)",
            "Call as soon as possible.",
            call_soon,
        ),
        method(
            "call_soon_threadsafe(callback, *args, context=None)",
            "Like call_soon().",
            call_soon,
        ),
        method(
            "call_later(delay, callback, *args, context=None)",
            "Call after some seconds.",
            call_later,
        ),
        method(
            "call_at(when, callback, *args, context=None)",
            "Call at a time of the loop's clock.",
            call_at,
        ),
        method(
            "create_future()",
            "Create a Future attached to the loop.",
            |vm, a| Ok(this(vm, &a[0])?.create_future().into()),
        ),
        method(
            "create_task(coro, *, name=None, context=None)",
            "Schedule a coroutine.",
            |vm, a| run::create_task(vm, this(vm, &a[0])?, &a[1], &a[2], &a[3]),
        ),
        method(
            "ensure_future(coro_or_future, /)",
            "Wrap an awaitable in a future of this loop.",
            |vm, a| run::ensure_future(vm, &a[1], Some(this(vm, &a[0])?)),
        ),
        method(
            "set_exception_handler(handler)",
            "Set the exception handler.",
            set_exception_handler,
        ),
        method(
            "get_exception_handler()",
            "Return the exception handler, or None.",
            |vm, a| Ok(this(vm, &a[0])?.exception_handler.get()),
        ),
        method(
            "call_exception_handler(context)",
            "Call the exception handler.",
            |vm, a| {
                report::call_exception_handler(vm, this(vm, &a[0])?, this_dict(vm, &a[1])?)?;
                Ok(Value::None)
            },
        ),
        method(
            "default_exception_handler(context)",
            "Write an incident to standard error.",
            |vm, a| {
                report::default_exception_handler(vm, this(vm, &a[0])?, this_dict(vm, &a[1])?)?;
                Ok(Value::None)
            },
        ),
        method("get_debug()", "Return True in debug mode.", |vm, a| {
            Ok(this(vm, &a[0])?.debug.get().into())
        }),
        method(
            "set_debug(enabled)",
            "Switch debug mode on or off.",
            |vm, a| {
                let on = vm.truth(&a[1])?;
                this(vm, &a[0])?.debug.set(on);
                Ok(Value::None)
            },
        ),
        method(
            "set_task_factory(factory)",
            "Set what makes tasks.",
            set_task_factory,
        ),
        method(
            "get_task_factory()",
            "Return what makes tasks, or None.",
            |vm, a| Ok(this(vm, &a[0])?.task_factory.get()),
        ),
        method(
            "run_in_executor(executor, func, *args)",
            "Call a function in a turn of its own.",
            |vm, a| {
                let asyncio = vm.import("asyncio")?;
                let run = vm.get_attr(&asyncio, &vm.name("_run_in_executor"))?;
                vm.call(
                    &run,
                    &[a[0].clone(), a[1].clone(), a[2].clone(), a[3].clone()],
                )
            },
        ),
        method(
            "set_default_executor(executor)",
            "There is one thread: nothing to set.",
            |vm, a| {
                this(vm, &a[0])?;
                Ok(Value::None)
            },
        ),
        async_method(
            "shutdown_asyncgens()",
            "Close all async generators.",
            shutdown_async_gens,
        ),
        async_method(
            "shutdown_default_executor(timeout=None)",
            "Shut down the executor.",
            |_, _| Ok(Started::Return(Value::None)),
        ),
    ],
    attributes: &[Attribute {
        name: "slow_callback_duration",
        get: |vm, v| Ok(this(vm, v)?.slow_callback_duration.get()),
        set: Some(|vm, v, value| {
            drop(this(vm, v)?.slow_callback_duration.replace(value.clone()));
            Ok(())
        }),
    }],
    subclassable: false,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<LoopObj>> {
    crate::builtins::this(vm, v, "_UnixSelectorEventLoop", "run_forever")
}

fn this_dict<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<DictObj>> {
    v.downcast::<DictObj>()
        .ok_or_else(|| vm.type_error(format!("a dict is expected, not '{}'", vm.type_name(v))))
}

pub(super) fn repr_text(vm: &Vm, v: &Value) -> R<String> {
    let event_loop = this(vm, v)?;
    let flag = |on: bool| if on { "True" } else { "False" };
    Ok(format!(
        "<_UnixSelectorEventLoop running={} closed={} debug={}>",
        flag(event_loop.is_running()),
        flag(event_loop.is_closed()),
        flag(event_loop.debug.get())
    ))
}

fn call_soon(vm: &Vm, a: &[Value]) -> R {
    let event_loop = this(vm, &a[0])?;
    event_loop.check_open(vm)?;
    check_callback(vm, event_loop, &a[1], "call_soon")?;
    let context = context::given_or_copy(vm, &a[3])?;
    let action = Action::Call(a[1].clone(), a[2].clone());
    Ok(event_loop.call_soon(vm, action, context)?.into())
}

fn call_later(vm: &Vm, a: &[Value]) -> R {
    let event_loop = this(vm, &a[0])?;
    if a[1].is_none() {
        return Err(vm.type_error("delay must not be None"));
    }
    let when = event_loop.time(vm) + vm.to_f64(&a[1])?;
    schedule(vm, event_loop, when, Value::float(when), &a[2..])
}

fn call_at(vm: &Vm, a: &[Value]) -> R {
    let event_loop = this(vm, &a[0])?;
    if a[1].is_none() {
        return Err(vm.type_error("when cannot be None"));
    }
    let when = vm.to_f64(&a[1])?;
    schedule(vm, event_loop, when, a[1].clone(), &a[2..])
}

/// `rest` is callback, arguments, context.
fn schedule(vm: &Vm, event_loop: &Ref<LoopObj>, when: f64, shown: Value, rest: &[Value]) -> R {
    event_loop.check_open(vm)?;
    check_callback(vm, event_loop, &rest[0], "call_at")?;
    let context = context::given_or_copy(vm, &rest[2])?;
    let action = Action::Call(rest[0].clone(), rest[1].clone());
    Ok(event_loop.call_at(vm, when, shown, action, context)?.into())
}

/// In debug mode a callback is looked at when it is given, not only when it is called.
fn check_callback(vm: &Vm, event_loop: &Ref<LoopObj>, callback: &Value, method: &str) -> R<()> {
    if !event_loop.debug.get() {
        return Ok(());
    }
    if super::is_coroutine(vm, callback) || is_coroutine_function(callback) {
        return Err(vm.type_error(format!("coroutines cannot be used with {method}()")));
    }
    if !vm.is_callable(callback) {
        let shown = vm.repr_or_name(callback);
        return Err(vm.type_error(format!(
            "a callable object was expected by {method}(), got {shown}"
        )));
    }
    Ok(())
}

/// True for an `async def` function, also as a method, and for an async function in Rust.
pub fn is_coroutine_function(v: &Value) -> bool {
    if let Some(f) = v.downcast::<FunctionObj>() {
        return f.code.kind == CodeKind::Coroutine;
    }
    if let Some(m) = v.downcast::<BoundMethodObj>() {
        return is_coroutine_function(&m.function);
    }
    v.downcast::<NativeObj>()
        .is_some_and(|n| n.row.start.is_some())
}

fn set_exception_handler(vm: &Vm, a: &[Value]) -> R {
    if !a[1].is_none() && !vm.is_callable(&a[1]) {
        let shown = vm.repr_or_name(&a[1]);
        return Err(vm.type_error(format!(
            "A callable object or None is expected, got {shown}"
        )));
    }
    drop(this(vm, &a[0])?.exception_handler.replace(a[1].clone()));
    Ok(Value::None)
}

fn set_task_factory(vm: &Vm, a: &[Value]) -> R {
    if !a[1].is_none() && !vm.is_callable(&a[1]) {
        return Err(vm.type_error("task factory must be a callable or None"));
    }
    drop(this(vm, &a[0])?.task_factory.replace(a[1].clone()));
    Ok(Value::None)
}

fn shutdown_async_gens(vm: &Vm, a: &[Value]) -> R<Started> {
    let event_loop = this(vm, &a[0])?;
    let generators = async_gens::take_all(vm, event_loop);
    if generators.is_empty() {
        return Ok(Started::Return(Value::None));
    }
    Ok(Started::Coroutine(Box::new(Shutdown {
        event_loop: event_loop.clone(),
        generators,
        tasks: None,
        at: 0,
    })))
}

/// Closes async generators, each in a task of its own, and waits for all of them.
struct Shutdown {
    event_loop: Ref<LoopObj>,
    generators: Vec<Ref<CoroutineObj>>,
    /// The tasks, in order, once they are made.
    tasks: Option<Vec<Value>>,
    /// How many of them are done and looked at.
    at: usize,
}

impl NativeCoroutine for Shutdown {
    fn step(&mut self, vm: &Vm, outcome: R) -> R<Step> {
        outcome?;
        let tasks = match &self.tasks {
            Some(tasks) => tasks,
            None => {
                let mut tasks = Vec::new();
                for generator in &self.generators {
                    let step = async_gens::close_step(generator);
                    let none = Value::None;
                    tasks.push(run::create_task(vm, &self.event_loop, &step, &none, &none)?);
                }
                self.tasks.insert(tasks)
            }
        };
        for (task, generator) in tasks.iter().zip(&self.generators).skip(self.at) {
            let future = super::handle::future_of(vm, task)?;
            if !future.is_done() {
                // Not awaited itself: what it raises is reported, not passed on.
                let waiter = self.event_loop.create_future();
                let wake = Callback::Native(&WAKE, waiter.obj().clone());
                future.add_callback(vm, wake)?;
                return Ok(Step::Await(waiter.into()));
            }
            self.at += 1;
            if future.is_cancelled() {
                continue;
            }
            if let Some(e) = future.exception(vm)? {
                report_failure(vm, &self.event_loop, generator, e)?;
            }
        }
        Ok(Step::Return(Value::None))
    }

    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.event_loop.obj());
        self.generators.iter().for_each(|g| visit(g.obj()));
        for task in self.tasks.iter().flatten() {
            crate::object::trace_value(task, visit);
        }
    }
}

static WAKE: super::future::NativeCallback = super::future::NativeCallback {
    name: "_release_waiter",
    call: |vm, waiter, _| match waiter.downcast::<super::future::PlainFutureObj>() {
        Some(waiter) => waiter.set_result_if_pending(vm, Value::None),
        None => Ok(()),
    },
};

fn report_failure(
    vm: &Vm,
    event_loop: &Ref<LoopObj>,
    generator: &Ref<CoroutineObj>,
    e: Ref<ExceptionObj>,
) -> R<()> {
    let shown = vm.repr_or_name(&generator.into());
    let text = format!("an error occurred during closing of asynchronous generator {shown}");
    report::Incident::new(text)
        .with("exception", e.into())
        .with("asyncgen", generator.into())
        .report(vm, event_loop)
}
