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
        None => "a callback".to_owned(),
    };
    let mut message = Message::warning(
        "loop-blocked",
        format!("{who} kept the event loop busy for {took} without an await"),
    );
    let seen = blocked.seen.as_ref();
    if let Some((function, (source, at))) = seen.and_then(|(p, f)| Some((f, p.find()?))) {
        message = message
            .note(format!("it was in {}()", function.as_str()))
            .at_line(&source, at, "");
    } else if let Some(between) = between(blocked) {
        message = message.note(between);
    }
    if let Some(late) = late(vm, blocked) {
        message = message.note(late);
    }
    message
        .help("use the awaitable form (`await asyncio.sleep(...)`), or `await asyncio.sleep(0)` now and then")
        .write(vm);
}

/// Where the step began and ended, if nobody saw where it was meanwhile.
fn between(blocked: &Blocked) -> Option<String> {
    let frames = waits::chain(blocked.task.as_ref()?);
    let mut leaf = frames.iter().rev();
    let (co, function) = leaf.find_map(|co| Some((co, co.function()?)))?;
    let source = &function.code.source;
    let (from, to) = (source.line(blocked.from), source.line(co.span().start));
    Some(format!(
        "between {}:{from} and line {to}, in {}()",
        source.filename,
        co.qualname().as_str().unwrap_or("?")
    ))
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
