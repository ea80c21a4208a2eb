//! `repr` of futures, tasks and handles, in asyncio's words.

use super::future::{AnyFuture, Callback, FutureObj, FutureState};
use super::handle::{Action, HandleObj};
use super::task::TaskObj;
use crate::coroutine::{CoroutineObj, State};
use crate::object::{IN_REPR, Ref};
use crate::objects::function::FunctionObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `repr` of a future or task.
pub(crate) fn future(vm: &Vm, future: &AnyFuture) -> R<String> {
    let obj = future.obj();
    if obj.has_flag(IN_REPR) {
        return Ok("...".to_owned());
    }
    let _guard = vm.enter_native()?;
    obj.set_flag(IN_REPR, true);
    let info = match future {
        AnyFuture::Plain(_) => future_info(vm, future),
        AnyFuture::Task(task) => task_info(vm, task),
    };
    obj.set_flag(IN_REPR, false);
    let class = future.class_name(vm);
    Ok(format!("<{class} {}>", info?.join(" ")))
}

fn future_info(vm: &Vm, future: &FutureObj) -> R<Vec<String>> {
    let mut info = Vec::new();
    match future.state() {
        FutureState::Pending => info.push("pending".to_owned()),
        FutureState::Cancelled => info.push("cancelled".to_owned()),
        FutureState::Returned => {
            info.push("finished".to_owned());
            info.push(format!("result={}", short(vm, &future.stored(), 6)?));
        }
        FutureState::Raised => {
            info.push("finished".to_owned());
            info.push(format!("exception={}", vm.repr(&future.stored())?.as_str()));
        }
    }
    let callbacks = future.callbacks();
    if !callbacks.is_empty() {
        let shown = |c: &Callback| match c {
            Callback::Wake(_) => "Task.task_wakeup()".to_owned(),
            Callback::Call(f, _) => callback_source(vm, f),
            Callback::Native(n, _) => format!("{}()", n.name),
        };
        info.push(match &callbacks[..] {
            [one] => format!("cb=[{}]", shown(one)),
            [one, two] => format!("cb=[{}, {}]", shown(one), shown(two)),
            [first, middle @ .., last] => {
                format!(
                    "cb=[{}, <{} more>, {}]",
                    shown(first),
                    middle.len(),
                    shown(last)
                )
            }
            [] => String::new(),
        });
    }
    Ok(info)
}

fn task_info(vm: &Vm, task: &Ref<TaskObj>) -> R<Vec<String>> {
    let mut info = future_info(vm, task)?;
    if task.cancelling() > 0 && !task.is_done() {
        "cancelling".clone_into(&mut info[0]);
    }
    info.insert(1, format!("name={}", vm.repr(&task.name(vm))?.as_str()));
    if let Some(awaited) = task.waiting_on() {
        info.insert(2, format!("wait_for={}", vm.repr(&awaited)?.as_str()));
    }
    let coroutine = task.coroutine();
    if !coroutine.is_none() {
        info.insert(2, format!("coro=<{}>", coroutine_source(vm, &coroutine)));
    }
    Ok(info)
}

/// `f() running at file:line`.
fn coroutine_source(vm: &Vm, coroutine: &Value) -> String {
    let Some(co) = coroutine.downcast::<CoroutineObj>() else {
        return callable_name(vm, coroutine) + "()";
    };
    let name = format!("{}()", co.qualname().as_str().unwrap_or("?"));
    let Some(function) = co.function() else {
        let runs = co.state() == State::Running;
        return if runs {
            format!("{name} running")
        } else {
            name
        };
    };
    let source = &function.code.source;
    if co.state() == State::Done {
        let line = function.code.first_line();
        return format!("{name} done, defined at {}:{line}", source.filename);
    }
    let line = match co.state() {
        State::Created => function.code.first_line(),
        _ => source.line(co.span().start),
    };
    format!("{name} running at {}:{line}", source.filename)
}

/// `f() at file:line`.
pub(crate) fn callback_source(vm: &Vm, callback: &Value) -> String {
    let mut f = callback.clone();
    while vm.class_of(&f).name_text() == "partial" {
        match vm.find_attr(&f, &vm.name("func")) {
            Ok(Some(inner)) => f = inner,
            Ok(None) => break,
            Err(_) => {
                drop(vm.take_raised());
                break;
            }
        }
    }
    let name = callable_name(vm, &f) + "()";
    match f.downcast::<FunctionObj>() {
        Some(f) => format!(
            "{name} at {}:{}",
            f.code.source.filename,
            f.code.first_line()
        ),
        None => name,
    }
}

fn callable_name(vm: &Vm, f: &Value) -> String {
    for name in [&vm.names.qualname_, &vm.names.name_] {
        match vm.find_attr(f, name) {
            Ok(Some(found)) => {
                if let Some(text) = found.as_str().filter(|t| !t.is_empty()) {
                    return text.to_owned();
                }
            }
            Ok(None) => {}
            Err(_) => drop(vm.take_raised()),
        }
    }
    vm.repr_or_name(f)
}

/// `repr` of a handle.
pub(crate) fn handle(vm: &Vm, handle: &Ref<HandleObj>) -> R<String> {
    let mut info = vec![
        if handle.is_timer() {
            "TimerHandle"
        } else {
            "Handle"
        }
        .to_owned(),
    ];
    if handle.is_cancelled() {
        info.push("cancelled".to_owned());
    }
    if handle.is_timer() {
        info.push(format!("when={}", vm.str(&handle.when)?.as_str()));
    }
    let callback = match &*handle.action.read() {
        Action::Call(f, _) => Some(f.clone()),
        Action::Native(..) | Action::Nothing => None,
    };
    if let Some(f) = callback {
        info.push(callback_source(vm, &f));
    }
    Ok(format!("<{}>", info.join(" ")))
}

/// `reprlib.repr`: long values are shortened.
fn short(vm: &Vm, value: &Value, level: usize) -> R<String> {
    use crate::object::Kind;
    let _guard = vm.enter_native()?;
    let (open, close, limit) = match value.kind() {
        Some(Kind::List) => ("[", "]", 6),
        Some(Kind::Tuple) => ("(", ")", 6),
        Some(Kind::Dict) => ("{", "}", 4),
        Some(Kind::Str) => return short_text(vm, value),
        _ => {
            let whole = vm.repr(value)?;
            let limit = if matches!(value, Value::Int(_)) || value.is_kind(Kind::BigInt) {
                40
            } else {
                30
            };
            return Ok(shorten(whole.as_str(), limit));
        }
    };
    let total = vm.len(value)?;
    if level == 0 && total > 0 {
        return Ok(format!("{open}...{close}"));
    }
    let mut parts = Vec::new();
    let items = vm.collect(value)?;
    for item in items.iter().take(limit) {
        let mut part = short(vm, item, level.saturating_sub(1))?;
        if value.is_kind(Kind::Dict) {
            part = format!(
                "{part}: {}",
                short(vm, &vm.get_item(value, item)?, level.saturating_sub(1))?
            );
        }
        parts.push(part);
    }
    if items.len() > limit {
        parts.push("...".to_owned());
    }
    let comma = if value.is_kind(Kind::Tuple) && total == 1 {
        ","
    } else {
        ""
    };
    Ok(format!("{open}{}{comma}{close}", parts.join(", ")))
}

fn short_text(vm: &Vm, value: &Value) -> R<String> {
    let text: Vec<char> = value.as_str().unwrap_or("").chars().collect();
    let head: String = text.iter().take(30).collect();
    let whole = vm.repr(&vm.text(&head))?;
    if whole.char_len() <= 30 && text.len() <= 30 {
        return Ok(whole.as_str().to_owned());
    }
    let ends: String = text[..13.min(text.len())]
        .iter()
        .chain(&text[text.len().saturating_sub(14)..])
        .collect();
    Ok(cut(vm.repr(&vm.text(&ends))?.as_str(), 30))
}

/// The middle of a text longer than `limit` replaced by dots.
fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        text.to_owned()
    } else {
        cut(text, limit)
    }
}

/// As much of both ends of a text as fits into `limit` with dots in between.
fn cut(text: &str, limit: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let head = (limit - 3) / 2;
    let tail = limit - 3 - head;
    let (head, tail) = (&chars[..head], &chars[chars.len().saturating_sub(tail)..]);
    format!(
        "{}...{}",
        head.iter().collect::<String>(),
        tail.iter().collect::<String>()
    )
}
