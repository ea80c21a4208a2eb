//! The tree of live tasks, for Ctrl-\: who waits for whom, and where.

use std::cell::RefCell;

use aio_interp::Vm;
use aio_interp::event_loop::future::AnyFuture;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::event_loop::waits;
use aio_interp::object::Ref;

use super::waiting::{Names, Waiting, title};

/// More tasks are counted only.
const SHOWN: usize = 100;

thread_local! {
    /// What all tasks were doing when Ctrl-C came.
    static NOTED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Writes it to standard error.
pub fn print(vm: &Vm) {
    let text = tree(vm).unwrap_or_else(|| "no event loop is running\n".to_owned());
    vm.streams.write_err(vm, &text);
}

/// Keeps it until it is known whether Ctrl-C ends the program.
pub fn note(vm: &Vm) {
    let text = tree(vm);
    NOTED.with_borrow_mut(|noted| *noted = text);
}

/// What was kept.
pub fn noted() -> Option<String> {
    NOTED.with_borrow_mut(Option::take)
}

/// A line for each live task; nothing if no loop runs.
fn tree(vm: &Vm) -> Option<String> {
    let event_loop = vm.loops.running()?;
    let tasks = event_loop.tasks();
    let mut text = format!("{}\n", waits::counted(tasks.len(), "live task"));
    let mut shown = Vec::new();
    let is_awaited = |task: &Ref<TaskObj>| {
        let task = AnyFuture::Task(task.clone());
        !waits::waiting_tasks(&task).is_empty()
    };
    // First those that nobody waits for; then what is left of circles.
    let (inner, roots): (Vec<_>, Vec<_>) = tasks.iter().partition(|task| is_awaited(task));
    for task in roots.into_iter().chain(inner) {
        branch(vm, task, &tasks, "", "", &mut shown, &mut text);
    }
    if tasks.len() > shown.len() {
        text.push_str(&format!("… and {} more\n", tasks.len() - shown.len()));
    }
    Some(text)
}

/// One task and those that it waits for.
fn branch(
    vm: &Vm,
    task: &Ref<TaskObj>,
    live: &[Ref<TaskObj>],
    first: &str,
    further: &str,
    shown: &mut Vec<u64>,
    text: &mut String,
) {
    const DEEPEST: usize = 60;
    if shown.contains(&task.order()) || shown.len() >= SHOWN || further.len() > DEEPEST {
        return;
    }
    shown.push(task.order());
    text.push_str(&format!("{first}{}", title(vm, task)));
    let waiting = Waiting::of(task);
    match &waiting {
        Some(waiting) => {
            let names = Names::of(std::slice::from_ref(waiting), live);
            if let Some(place) = waiting.place() {
                text.push_str(&format!(" at {place}"));
            }
            text.push_str(&format!(", waits for {}\n", waiting.what(vm, &names, live)));
        }
        None => text.push_str(&format!("{}\n", activity(vm, task))),
    }
    let children = waiting.map_or(vec![], |waiting| tasks_of(waiting.wait.others));
    let children: Vec<_> = children
        .iter()
        .filter(|t| !shown.contains(&t.order()))
        .collect();
    for (i, child) in children.iter().enumerate() {
        let is_last = i + 1 == children.len();
        let (first, more) = if is_last {
            ("╰─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        let (first, more) = (format!("{further}{first}"), format!("{further}{more}"));
        branch(vm, child, live, &first, &more, shown, text);
    }
}

/// ", ready to run", or where it runs.
fn activity(vm: &Vm, task: &Ref<TaskObj>) -> String {
    let runs = vm.current_task().is_some_and(|current| current.is(task));
    let place = vm.own_place().filter(|_| runs);
    match place.and_then(|(place, function)| Some((place.text()?, function))) {
        Some((place, function)) => format!(" at {place} in {}(), running", function.as_str()),
        None => ", ready to run".to_owned(),
    }
}

/// The tasks among these, or that these wait for.
fn tasks_of(futures: Vec<AnyFuture>) -> Vec<Ref<TaskObj>> {
    let mut tasks = Vec::new();
    for future in futures {
        match &future {
            AnyFuture::Task(task) => tasks.push(task.clone()),
            AnyFuture::Plain(_) => tasks.extend(
                waits::of_future(&future)
                    .others
                    .into_iter()
                    .filter_map(|other| match other {
                        AnyFuture::Task(task) => Some(task),
                        AnyFuture::Plain(_) => None,
                    }),
            ),
        }
    }
    tasks
}
