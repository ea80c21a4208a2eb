//! `:tasks` and `:cancel`: what runs in the background.

use aio_interp::coroutine::CoroutineObj;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::object::Ref;
use aio_interp::{R, Vm};

use super::session::Session;

/// More are not listed.
const MOST: usize = 200;

/// Lists the tasks; those that a task waits for stand beneath it.
pub fn list(vm: &Vm, session: &Session) -> R<()> {
    let tasks = session.event_loop.tasks();
    if tasks.is_empty() {
        return vm.streams.write_out(vm, "no tasks\n");
    }
    if tasks.len() > MOST {
        return crowd(vm, &tasks);
    }
    let is_awaited = |task: &Ref<TaskObj>| tasks.iter().any(|other| awaited(other, task));
    let mut text = String::new();
    let mut told = Vec::new();
    let (roots, others): (Vec<_>, Vec<_>) = tasks.iter().partition(|task| !is_awaited(task));
    // Tasks that wait for each other in a circle have no root.
    for task in roots.into_iter().chain(others) {
        branch(vm, &tasks, task, 0, &mut told, &mut text);
    }
    vm.streams.write_out(vm, &text)
}

/// So many that nobody looks at a tree: the first of them.
fn crowd(vm: &Vm, tasks: &[Ref<TaskObj>]) -> R<()> {
    let mut text = String::new();
    for task in &tasks[..MOST] {
        line(vm, task, 0, &mut text);
    }
    text.push_str(&format!("… and {} more\n", tasks.len() - MOST));
    vm.streams.write_out(vm, &text)
}

fn awaited(by: &Ref<TaskObj>, task: &Ref<TaskObj>) -> bool {
    !by.is(task) && by.waits_for(task)
}

/// A task and those that it waits for, each told once.
fn branch(
    vm: &Vm,
    tasks: &[Ref<TaskObj>],
    task: &Ref<TaskObj>,
    depth: usize,
    told: &mut Vec<u64>,
    text: &mut String,
) {
    if told.contains(&task.order()) {
        return;
    }
    told.push(task.order());
    line(vm, task, depth, text);
    for inner in tasks.iter().filter(|inner| awaited(task, inner)) {
        branch(vm, tasks, inner, depth + 1, told, text);
    }
}

/// A time that somebody waits.
fn how_long(seconds: f64) -> String {
    match seconds {
        s if s < 60.0 => format!("{s:.1} s"),
        s if s < 3600.0 => format!("{} min {} s", (s / 60.0) as u64, (s % 60.0) as u64),
        s => format!(
            "{} h {} min",
            (s / 3600.0) as u64,
            (s % 3600.0 / 60.0) as u64
        ),
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
        let inner = co.innermost_of_script();
        if let Some((inner, function)) = inner.and_then(|i| Some((i.clone(), i.function()?))) {
            let source = &function.code.source;
            let line = source.line(inner.span().start);
            place = format!(" at {}:{line}", source.filename);
        }
    }
    let since = match task.since() {
        Some(since) => format!(" {}", how_long(vm.clock.monotonic() - since)),
        None => String::new(),
    };
    let indent = "  ".repeat(depth);
    text.push_str(&format!(
        "{indent}{name}  {what}()  {state}{since}{place}\n"
    ));
}

/// The names of the tasks.
pub fn names(vm: &Vm, session: &Session) -> Vec<String> {
    let tasks = session.event_loop.tasks();
    let names = tasks.iter().map(|task| task.name(vm));
    names
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
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
