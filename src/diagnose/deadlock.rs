//! The report of a deadlock: every task that waits, where, for what, and the circles.

use aio_interp::Vm;
use aio_interp::event_loop::LoopObj;
use aio_interp::event_loop::circles;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::event_loop::waits::counted;
use aio_interp::object::Ref;
use aio_interp::objects::exception::ExceptionObj;

use super::waiting::{Names, Waiting, quoted, title};
use super::{ErrorFormat, format};

/// So many tasks are told of one by one.
const SHOWN: usize = 20;

/// Nothing can wake the loop again.
pub fn total(vm: &Vm, event_loop: &Ref<LoopObj>, e: &Ref<ExceptionObj>) {
    e.tell(|story| story.is_reported = true);
    let tasks = event_loop.tasks();
    let head = match tasks.len() {
        0 => "deadlock: the event loop runs, but nothing is left that it could wait for".to_owned(),
        1 => "deadlock: nothing can wake the only task of the event loop any more".to_owned(),
        n => format!("deadlock: nothing can wake any of the {n} tasks of the event loop any more"),
    };
    tell(vm, "deadlock", &head, &tasks, &tasks);
}

/// These tasks wait for each other while others go on.
pub fn partial(vm: &Vm, event_loop: &Ref<LoopObj>, circle: &[Ref<TaskObj>]) {
    let count = counted(circle.len(), "task");
    let verb = if circle.len() == 1 {
        "waits for itself"
    } else {
        "wait for each other"
    };
    let head = format!("deadlock: {count} {verb}, while others go on");
    tell(vm, "deadlock-partial", &head, circle, &event_loop.tasks());
}

fn tell(vm: &Vm, code: &str, head: &str, tasks: &[Ref<TaskObj>], live: &[Ref<TaskObj>]) {
    // What was printed stands before the report.
    let _ = vm.streams.finish();
    let waiting: Vec<Waiting> = tasks.iter().filter_map(Waiting::of).collect();
    let names = Names::of(&waiting, live);
    let circles = circles::circles(tasks);
    let circles: Vec<String> = circles.iter().map(|c| in_words(vm, c, &names)).collect();
    let help = help(&waiting, !circles.is_empty());
    if format() == ErrorFormat::Json {
        let tasks: Vec<_> = waiting.iter().map(|w| json(vm, w, &names, live)).collect();
        let value = serde_json::json!({
            "code": format!("aio::{code}"),
            "severity": "error",
            "message": head,
            "tasks": tasks,
            "circles": circles,
            "help": help,
        });
        vm.streams.write_err(vm, &format!("{value}\n"));
        return;
    }
    let mut text = format!("aio::{code}\n\n  × {head}\n");
    push_all(vm, &waiting, &names, live, &mut text);
    for circle in circles.iter().take(SHOWN) {
        text.push_str(&format!("  circle: {circle}\n"));
    }
    if let Some(help) = help {
        text.push_str(&format!("  help: {help}\n"));
    }
    vm.streams.write_err(vm, &(text + "\n"));
}

/// Appends a paragraph for each task, but one for many that wait for the same at the same place.
fn push_all(vm: &Vm, waiting: &[Waiting], names: &Names, live: &[Ref<TaskObj>], text: &mut String) {
    let key = |w: &Waiting| (w.place(), w.what(vm, names, live));
    let (mut at, mut shown) = (0, 0);
    while at < waiting.len() && shown < SHOWN {
        let first = &waiting[at];
        text.push_str(&paragraph(vm, first, names, live));
        let same = waiting[at + 1..]
            .iter()
            .take_while(|w| key(w) == key(first))
            .count();
        // A second one is told of in as few lines.
        if same > 1 {
            let like = counted(same, "more task");
            text.push_str(&format!("      and {like} for the same, there\n"));
            at += same;
        }
        at += 1;
        shown += 1;
    }
    if at < waiting.len() {
        let more = counted(waiting.len() - at, "more task");
        text.push_str(&format!("  … and {more}\n"));
    }
}

/// A task, where it waits, for what, and who made it.
fn paragraph(vm: &Vm, waiting: &Waiting, names: &Names, live: &[Ref<TaskObj>]) -> String {
    let mut text = format!("  • {}", title(vm, &waiting.task));
    if let Some(place) = waiting.task.created().text() {
        text.push_str(&format!(", created at {place}"));
    }
    text.push('\n');
    let what = waiting.what(vm, names, live);
    match waiting.place() {
        Some(place) => {
            let age = waiting.age(vm);
            text.push_str(&format!("      waits at {place}{age}\n      for {what}\n"));
        }
        None => text.push_str(&format!("      waits for {what}\n")),
    }
    if let Some(line) = waiting.line() {
        text.push_str(&format!("      │ {line}\n"));
    }
    text
}

/// "'a' holds `x` and waits for `y`; 'b' holds `y` and waits for `x`": each as its task calls them, if
/// no name is for one lock alone.
fn in_words(vm: &Vm, circle: &[Ref<TaskObj>], names: &Names) -> String {
    let waiting: Vec<_> = circle.iter().map(Waiting::of).collect();
    let lock = |of: &Option<Waiting>, as_seen_by: &Ref<TaskObj>| {
        let wait = &of.as_ref()?.wait;
        wait.holder?;
        let name = names.name_for(as_seen_by, wait.object.as_ref()?);
        Some(name.map_or("a lock".to_owned(), |name| format!("lock `{name}`")))
    };
    let mut seen: Vec<_> = circle
        .iter()
        .zip(&waiting)
        .filter_map(|(t, w)| lock(w, t))
        .collect();
    let count = seen.len();
    seen.sort();
    seen.dedup();
    let is_clear = seen.len() == count;
    let mut parts = Vec::new();
    for (i, task) in circle.iter().enumerate() {
        if let (false, Some(wanted)) = (is_clear, lock(&waiting[i], task)) {
            // Its names are no use to others.
            let next = &circle[(i + 1) % circle.len()];
            let held = lock(&waiting[i], next).unwrap_or_default();
            let (who, holder) = (quoted(vm, task), quoted(vm, next));
            parts.push(format!(
                "{who} waits for {wanted}, which {holder} holds as {held}"
            ));
            continue;
        }
        // What it holds is what the one before it wants.
        let before = if i == 0 { circle.len() - 1 } else { i - 1 };
        let mut part = quoted(vm, task);
        if let Some(held) = lock(&waiting[before], task) {
            part.push_str(&format!(" holds {held} and"));
        }
        let wanted = lock(&waiting[i], task).unwrap_or_else(|| {
            let next = &circle[(i + 1) % circle.len()];
            quoted(vm, next)
        });
        part.push_str(&format!(" waits for {wanted}"));
        parts.push(part);
    }
    parts.join("; ")
}

/// What helps, by what is waited for.
fn help(waiting: &[Waiting], is_circle: bool) -> Option<&'static str> {
    let is_for = |what: &str| waiting.iter().any(|w| w.wait.what == what);
    let holds_itself = waiting
        .iter()
        .any(|w| w.wait.holder.is_some_and(|h| h.task == w.task.order()));
    Some(if holds_itself {
        "asyncio.Lock is not reentrant: do not acquire it again in what already holds it"
    } else if is_circle && is_for("lock") {
        "acquire the locks in the same order in every task"
    } else if is_circle {
        "do not let tasks await each other: one of them must be able to end first"
    } else if waiting.iter().any(Waiting::is_at_barrier) {
        "let as many tasks come to the barrier as it was made for, or call abort() if one cannot"
    } else if waiting.iter().any(Waiting::is_join) {
        "call task_done() once for each item, in a `finally` block"
    } else if is_for("an item of queue") {
        "end the consumers once the producers are done: queue.shutdown(), or an item that says so"
    } else if is_for("room in queue") {
        "keep a consumer running until all items are out of the queue"
    } else if is_for("lock") {
        "release the lock in every case: `async with lock:`"
    } else if is_for("semaphore") {
        "release the semaphore in every case: `async with semaphore:`"
    } else if is_for("event") {
        "make sure that somebody calls set() on it, whatever happens"
    } else if is_for("condition") {
        "call notify() or notify_all() after each change of what is waited for"
    } else if is_for("future") {
        "make sure that somebody calls set_result() or set_exception() on it, whatever happens"
    } else {
        return None;
    })
}

fn json(vm: &Vm, waiting: &Waiting, names: &Names, live: &[Ref<TaskObj>]) -> serde_json::Value {
    serde_json::json!({
        "task": waiting.task.name(vm).as_str(),
        "at": waiting.place(),
        "for": waiting.what(vm, names, live),
        "created": waiting.task.created().text(),
    })
}
