//! `Task` as scripts see it.

use super::classes::{given_loop, this, wrapped};
use super::future::{AnyFuture, FutureObj, FutureState};
use super::task::TaskObj;
use crate::builtins::code::frame_of_entry;
use crate::builtins::coroutine::coroutine_frame;
use crate::classes::ClassSpec;
use crate::coroutine::CoroutineObj;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::Attribute;
use crate::objects::list::list;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `Task`.
pub static TASK: ClassSpec = ClassSpec {
    name: "Task",
    module: "_asyncio",
    doc: "A coroutine wrapped in a Future.",
    layout: Layout::Native(Kind::Task),
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create and return a new object.",
            |vm, a| {
                let task = Ref::<TaskObj>::blank();
                wrapped(vm, &a[0], &AnyFuture::Task(task))
            },
        ),
        method(
            "__init__(coro, *, loop=None, name=None, context=None, eager_start=False)",
            "Schedule the coroutine.",
            init,
        ),
        method(
            "cancel(msg=None)",
            "Request that this task cancel itself.",
            |vm, a| Ok(this_task(vm, &a[0])?.cancel(vm, &a[1])?.into()),
        ),
        method(
            "cancelling()",
            "Return the count of the task's cancellation requests.",
            |vm, a| Ok(i64::from(this_task(vm, &a[0])?.cancelling()).into()),
        ),
        method(
            "uncancel()",
            "Decrement the count of cancellation requests.",
            |vm, a| Ok(i64::from(this_task(vm, &a[0])?.uncancel()).into()),
        ),
        method("get_name()", "Return the task's name.", |vm, a| {
            Ok(this_task(vm, &a[0])?.name(vm))
        }),
        method("set_name(value, /)", "Set the task's name.", |vm, a| {
            this_task(vm, &a[0])?.set_name(vm, &a[1])?;
            Ok(Value::None)
        }),
        method("get_coro()", "Return the coroutine.", |vm, a| {
            Ok(this_task(vm, &a[0])?.coroutine())
        }),
        method("get_context()", "Return the context.", |vm, a| {
            Ok(Value::Obj(this_task(vm, &a[0])?.context(vm)))
        }),
        method(
            "get_stack(*, limit=None)",
            "Return the frames of the task's coroutine.",
            get_stack,
        ),
        method(
            "print_stack(*, limit=None, file=None)",
            "Print the stack of the task.",
            print_stack,
        ),
        method("set_result(result, /)", "Not for tasks.", |vm, _| {
            Err(vm.runtime_error("Task does not support set_result operation"))
        }),
        method("set_exception(exception, /)", "Not for tasks.", |vm, _| {
            Err(vm.runtime_error("Task does not support set_exception operation"))
        }),
    ],
    attributes: &[
        Attribute {
            name: "_coro",
            get: |vm, v| Ok(this_task(vm, v)?.coroutine()),
            set: None,
        },
        Attribute {
            name: "_fut_waiter",
            get: |vm, v| Ok(this_task(vm, v)?.waiting_on().unwrap_or(Value::None)),
            set: None,
        },
        Attribute {
            name: "_must_cancel",
            get: |vm, v| Ok(this_task(vm, v)?.must_cancel().into()),
            set: None,
        },
        Attribute {
            name: "_num_cancels_requested",
            get: |vm, v| Ok(i64::from(this_task(vm, v)?.cancelling()).into()),
            set: None,
        },
        Attribute {
            name: "_log_destroy_pending",
            get: |vm, v| Ok((!this(vm, v)?.is_quiet()).into()),
            set: Some(|vm, v, on| {
                let on = vm.truth(on)?;
                this(vm, v)?.set_quiet(!on);
                Ok(())
            }),
        },
    ],
    subclassable: true,
};

fn this_task(vm: &Vm, v: &Value) -> R<Ref<TaskObj>> {
    match FutureObj::of(v) {
        Some(AnyFuture::Task(task)) => Ok(task),
        _ => Err(vm.type_error(format!("a Task is expected, not '{}'", vm.type_name(v)))),
    }
}

fn init(vm: &Vm, a: &[Value]) -> R {
    let task = this_task(vm, &a[0])?;
    let event_loop = given_loop(vm, &a[2])?;
    task.initialise(vm, &event_loop, &a[1], &a[3], &a[4])?;
    let is_eager = !a[5].is_unbound() && vm.truth(&a[5])?;
    if is_eager && event_loop.is_running() {
        task.start_eagerly(vm, &event_loop)?;
    } else {
        task.schedule_first(vm)?;
    }
    Ok(Value::None)
}

/// The exception that ended a task.
fn failure(task: &Ref<TaskObj>) -> Option<Ref<ExceptionObj>> {
    match task.state() {
        FutureState::Raised => task.stored().downcast::<ExceptionObj>().cloned(),
        _ => None,
    }
}

/// The frames of the task, outermost first. As in asyncio, of a suspended coroutine there is one;
/// of a failed one those that the exception passed through.
fn get_stack(vm: &Vm, a: &[Value]) -> R {
    let task = this_task(vm, &a[0])?;
    let limit = if a[1].is_missing() {
        i64::MAX
    } else {
        vm.to_index(&a[1])?
    };
    if limit <= 0 {
        return Ok(list(vec![]));
    }
    if let Some(e) = failure(&task) {
        let frames = e.trace.borrow();
        let frames = frames.iter().rev().take(limit as usize);
        return Ok(list(frames.map(frame_of_entry).collect()));
    }
    let coroutine = task.coroutine();
    if task.is_done() || coroutine.downcast::<CoroutineObj>().is_none() {
        return Ok(list(vec![]));
    }
    let frame = coroutine_frame(vm, &coroutine)?;
    Ok(list(if frame.is_none() { vec![] } else { vec![frame] }))
}

fn print_stack(vm: &Vm, a: &[Value]) -> R {
    let text = stack_text(vm, a)?;
    if a[2].is_missing() {
        vm.streams.write_err(vm, &text);
    } else {
        vm.call_method(&a[2], &vm.names.write, &[vm.text(&text)])?;
    }
    Ok(Value::None)
}

fn stack_text(vm: &Vm, a: &[Value]) -> R<String> {
    let task = this_task(vm, &a[0])?;
    let shown = vm.repr(&a[0])?;
    if let Some(e) = failure(&task) {
        let head = format!(
            "Traceback for {} (most recent call last):\n",
            shown.as_str()
        );
        let trace = super::report::traceback_lines(vm, &e);
        return Ok(head + &trace);
    }
    let mut text = format!("Stack for {} (most recent call last):\n", shown.as_str());
    let coroutine = task.coroutine();
    match coroutine
        .downcast::<CoroutineObj>()
        .and_then(|co| Some((co, co.function()?)))
    {
        Some((co, f)) if !task.is_done() => {
            let source = &f.code.source;
            let line = source.line(co.span().start);
            let name = f.code.name.as_str();
            text.push_str(&format!(
                "  File \"{}\", line {line}, in {name}\n",
                source.filename
            ));
            let code = source
                .text
                .lines()
                .nth(line.saturating_sub(1))
                .map_or("", str::trim);
            if !code.is_empty() {
                text.push_str(&format!("    {code}\n"));
            }
        }
        _ => text = format!("No stack for {}\n", shown.as_str()),
    }
    Ok(text)
}
