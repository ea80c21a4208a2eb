//! `:tasks` and `:cancel`: what runs in the background.

use aio_interp::coroutine::CoroutineObj;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::object::Ref;
use aio_interp::{R, Vm};

use super::session::Session;

/// Lists the tasks; those that a task waits for stand beneath it.
pub fn list(vm: &Vm, session: &Session) -> R<()> {
    let tasks = session.event_loop.tasks();
    if tasks.is_empty() {
        return vm.streams.write_out(vm, "no tasks\n");
    }
    let is_awaited = |task: &Ref<TaskObj>| tasks.iter().any(|other| awaited(other, task));
    let mut text = String::new();
    for task in tasks.iter().filter(|task| !is_awaited(task)) {
        branch(vm, &tasks, task, 0, &mut text);
    }
    // Tasks that wait for each other in a circle have no root.
    if text.is_empty() {
        for task in &tasks {
            line(vm, task, 0, &mut text);
        }
    }
    vm.streams.write_out(vm, &text)
}

fn awaited(by: &Ref<TaskObj>, task: &Ref<TaskObj>) -> bool {
    by.waiting_on().is_some_and(|w| w.is(&task.into()))
}

fn branch(vm: &Vm, tasks: &[Ref<TaskObj>], task: &Ref<TaskObj>, depth: usize, text: &mut String) {
    line(vm, task, depth, text);
    if depth > tasks.len() {
        return;
    }
    for inner in tasks.iter().filter(|inner| awaited(task, inner)) {
        branch(vm, tasks, inner, depth + 1, text);
    }
}

/// Name, what it runs, its state, since when, and where it waits.
fn line(vm: &Vm, task: &Ref<TaskObj>, depth: usize, text: &mut String) {
    let name = task.name(vm);
    let name = name.as_str().unwrap_or("?");
    let state = if task.waiting_on().is_some() {
        "waits"
    } else {
        "ready"
    };
    let (mut what, mut place) = ("?".to_owned(), String::new());
    let coroutine = task.coroutine();
    if let Some(co) = coroutine.downcast::<CoroutineObj>() {
        what = co.qualname().as_str().unwrap_or("?").to_owned();
        let leaf = co.leaf();
        if let Some(function) = leaf.function() {
            let source = &function.code.source;
            let line = source.line(leaf.span().start);
            place = format!(" at {}:{line}", source.filename);
        }
    }
    let since = match task.since() {
        Some(since) => format!(
            " since {}",
            super::show::duration(vm.clock.monotonic() - since)
        ),
        None => String::new(),
    };
    let indent = "  ".repeat(depth);
    text.push_str(&format!(
        "{indent}{name}  {what}()  {state}{since}{place}\n"
    ));
}

/// Cancels a task by its name, or by the number of `Task-n`; true if there was one.
pub fn cancel(vm: &Vm, session: &Session, wanted: &str) -> R<bool> {
    let numbered = format!("Task-{wanted}");
    for task in session.event_loop.tasks() {
        let name = task.name(vm);
        if name.as_str().is_some_and(|n| n == wanted || n == numbered) {
            return task.cancel(vm, &aio_interp::Value::None);
        }
    }
    Ok(false)
}
