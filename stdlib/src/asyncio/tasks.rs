//! Functions about tasks and futures, and `sleep`.

use aio_interp::coroutine::native::{NativeCoroutine, Started, Step};
use aio_interp::event_loop::future::{FutureObj, PlainFutureObj};
use aio_interp::event_loop::{is_coroutine, is_coroutine_function, is_future, run};
use aio_interp::native::{Native, async_native, native};
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::function::{BoundMethodObj, FunctionObj};
use aio_interp::objects::set::SetObj;
use aio_interp::{R, Value, Vm};

use super::loops::loop_or_running;
use super::{gather, shield, timeout, wait, wait_for};

pub(super) static ROWS: &[Native] = &[
    async_native(
        "sleep(delay, result=None)",
        "Coroutine that completes after a given time (in seconds).",
        sleep,
    ),
    native(
        "create_task(coro, *, name=None, context=None)",
        "Schedule the execution of a coroutine.",
        create_task,
    ),
    native(
        "ensure_future(coro_or_future, *, loop=None)",
        "Wrap a coroutine or an awaitable in a future.",
        ensure_future,
    ),
    native(
        "wrap_future(future, *, loop=None)",
        "Return the future.",
        wrap_future,
    ),
    native(
        "current_task(loop=None)",
        "Return a currently executed task.",
        current_task,
    ),
    native(
        "all_tasks(loop=None)",
        "Return a set of all tasks for the loop.",
        all_tasks,
    ),
    native("isfuture(obj)", "Check for a Future.", |vm, a| {
        Ok(is_future(vm, &a[0]).into())
    }),
    native(
        "iscoroutine(obj)",
        "Return True if obj is a coroutine object.",
        |vm, a| Ok(is_coroutine(vm, &a[0]).into()),
    ),
    native(
        "iscoroutinefunction(func)",
        "Return True if func is a coroutine function.",
        |vm, a| {
            if is_coroutine_function(&a[0]) {
                return Ok(Value::bool(true));
            }
            // So says a mock of itself. Functions are what they are.
            let marked = match a[0].downcast::<FunctionObj>() {
                Some(_) => None,
                None => vm.find_attr(&a[0], &vm.name("_is_coroutine"))?,
            };
            Ok(Value::bool(matches!(marked, Some(Value::True))))
        },
    ),
    native(
        "eager_task_factory(loop, coro, *, name=None, context=None)",
        "Start tasks at once.",
        eager_task_factory,
    ),
    native(
        "create_eager_task_factory(custom_task_constructor)",
        "Return a task factory that starts tasks at once.",
        create_eager_task_factory,
    ),
    native(
        "gather(*coros_or_futures, return_exceptions=False)",
        "Return a future aggregating results.",
        gather::gather,
    ),
    native(
        "shield(arg)",
        "Wait for a future, shielding it from cancellation.",
        shield::shield,
    ),
    async_native(
        "wait(fs, *, timeout=None, return_when='ALL_COMPLETED')",
        "Wait for the Futures or Tasks given by fs to complete.",
        wait::wait,
    ),
    async_native(
        "wait_for(fut, timeout)",
        "Wait for the single Future or coroutine to complete, with timeout.",
        wait_for::wait_for,
    ),
    native(
        "timeout(delay)",
        "Timeout async context manager.",
        timeout::timeout,
    ),
    native(
        "timeout_at(when)",
        "Schedule the timeout at absolute time.",
        timeout::timeout_at,
    ),
];

/// `sleep`: a bare yield for no time, else a future in the timer heap and nothing more.
fn sleep(vm: &Vm, a: &[Value]) -> R<Started> {
    if let (Value::Int(0), Value::Unbound) = (&a[0], &a[1]) {
        return Ok(Started::Yield);
    }
    let delay = match &a[0] {
        Value::Float(_) | Value::Int(_) => vm.to_f64(&a[0])?,
        other => {
            // Anything that compares with zero and adds to the time will do.
            if timeout::is_ahead(vm, other)? {
                vm.to_f64(other)?
            } else {
                0.0
            }
        }
    };
    if delay <= 0.0 {
        if a[1].is_missing() {
            return Ok(Started::Yield);
        }
        return Ok(Started::Coroutine(Box::new(SleepZero {
            result: a[1].clone(),
            has_yielded: false,
        })));
    }
    if delay.is_nan() {
        return Err(vm.value_error("Invalid delay: NaN (not a number)"));
    }
    let event_loop = vm.running_loop()?;
    let when = event_loop.time(vm) + delay;
    let result = a[1].or(Value::None);
    Ok(Started::Future(Ref::<PlainFutureObj>::sleeper(
        &event_loop,
        when,
        delay,
        result,
    )))
}

/// `sleep(0, result)`.
struct SleepZero {
    result: Value,
    has_yielded: bool,
}

impl NativeCoroutine for SleepZero {
    fn step(&mut self, _: &Vm, outcome: R) -> R<Step> {
        outcome?;
        if self.has_yielded {
            return Ok(Step::Return(self.result.clone()));
        }
        self.has_yielded = true;
        Ok(Step::Yield)
    }
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.result, visit);
    }
}

fn create_task(vm: &Vm, a: &[Value]) -> R {
    let event_loop = vm.running_loop()?;
    run::create_task(vm, &event_loop, &a[0], &a[1], &a[2])
}

fn ensure_future(vm: &Vm, a: &[Value]) -> R {
    if a[1].is_missing() {
        return run::ensure_future(vm, &a[0], None);
    }
    let event_loop = loop_or_running(vm, &a[1])?;
    run::ensure_future(vm, &a[0], Some(&event_loop))
}

fn wrap_future(vm: &Vm, a: &[Value]) -> R {
    if is_future(vm, &a[0]) {
        return Ok(a[0].clone());
    }
    let shown = vm.repr_or_name(&a[0]);
    Err(vm.assertion_error(format!(
        "concurrent.futures.Future is expected, got {shown}"
    )))
}

/// A task as scripts know it.
fn shown_task(task: &Ref<aio_interp::event_loop::task::TaskObj>) -> Value {
    task.script_value(task.obj())
}

fn current_task(vm: &Vm, a: &[Value]) -> R {
    let event_loop = loop_or_running(vm, &a[0])?;
    Ok(event_loop
        .current_task()
        .map_or(Value::None, |task| shown_task(&task)))
}

fn all_tasks(vm: &Vm, a: &[Value]) -> R {
    let event_loop = loop_or_running(vm, &a[0])?;
    let set = SetObj::empty(false);
    for task in event_loop.tasks() {
        set.add(vm, shown_task(&task))?;
    }
    Ok(set.into())
}

fn eager_task_factory(vm: &Vm, a: &[Value]) -> R {
    start_eagerly(vm, &(&vm.classes.task).into(), a)
}

fn start_eagerly(vm: &Vm, constructor: &Value, a: &[Value]) -> R {
    let args = [
        a[1].clone(),
        a[0].clone(),
        a[2].or(Value::None),
        a[3].or(Value::None),
        Value::True,
    ];
    let names = ["loop", "name", "context", "eager_start"].map(|n| vm.name(n));
    vm.call_kw(constructor, &args, &names)
}

fn create_eager_task_factory(vm: &Vm, a: &[Value]) -> R {
    static FACTORY: Native = aio_interp::native::method(
        "factory(loop, coro, *, name=None, context=None)",
        "Make a task and start it.",
        |vm, a| start_eagerly(vm, &a[0], &a[1..]),
    );
    let function = vm.native_function(&FACTORY, Some(vm.name("asyncio")));
    Ok(Ref::new(BoundMethodObj {
        function,
        receiver: a[0].clone(),
    })
    .into())
}

/// True if a value is a future or a coroutine, which some functions refuse as a list of such.
pub(super) fn is_single(vm: &Vm, v: &Value) -> bool {
    FutureObj::of(v).is_some() || is_coroutine(vm, v)
}
