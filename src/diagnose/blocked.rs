//! A step that kept the event loop busy: which task, where, how long, and who was late because of it.

use aio_interp::Vm;
use aio_interp::event_loop::LoopObj;
use aio_interp::event_loop::observer::Blocked;
use aio_interp::event_loop::waits;
use aio_interp::object::Ref;

use super::message::Message;
use super::waiting::{quoted, title};

/// So many late tasks are named.
const SHOWN: usize = 5;

/// A step of the loop took long.
pub fn tell(vm: &Vm, event_loop: &Ref<LoopObj>, blocked: &Blocked) {
    // At a prompt that is of interest only if somebody had to wait.
    if event_loop.is_prompt.get() && blocked.late.is_empty() {
        return;
    }
    let took = format!("{:.2} s", blocked.seconds);
    let who = match &blocked.task {
        Some(task) => title(vm, task),
        None if event_loop.is_prompt.get() => "what was typed".to_owned(),
        None => "a callback".to_owned(),
    };
    let mut message = Message::warning(
        "loop-blocked",
        format!("{who} kept the event loop busy for {took} without an await"),
    );
    let seen = blocked.seen.as_ref();
    if let Some((seen, (source, at))) = seen.and_then(|seen| Some((seen, seen.place.find()?))) {
        message = message
            .note(format!("it was in {}()", seen.function.as_str()))
            .at_line(&source, at, "");
    } else if let Some(end) = end(blocked) {
        message = message.note(end);
    }
    if let Some(late) = late(vm, blocked) {
        message = message.note(late);
    }
    message
        .help("use the awaitable form (`await asyncio.sleep(...)`), or `await asyncio.sleep(0)` now and then")
        .write(vm);
}

/// Where the step ended, if nobody saw where it was meanwhile.
fn end(blocked: &Blocked) -> Option<String> {
    let (function, place) = waits::place(blocked.task.as_ref()?)?;
    let function = function.as_str().unwrap_or("?").to_owned();
    Some(format!("before {}, in {function}()", place.text()?))
}

/// "late: 'a' by 0.20 s, a callback by 0.10 s".
fn late(vm: &Vm, blocked: &Blocked) -> Option<String> {
    if blocked.late.is_empty() {
        return None;
    }
    let shown = blocked.late.iter().take(SHOWN).map(|(task, seconds)| {
        let who = task
            .as_ref()
            .map_or("a callback".to_owned(), |t| quoted(vm, t));
        format!("{who} by {seconds:.2} s")
    });
    let mut text = format!("late: {}", shown.collect::<Vec<_>>().join(", "));
    if blocked.late.len() > SHOWN {
        text.push_str(&format!(" and {} more", blocked.late.len() - SHOWN));
    }
    Some(text)
}
