//! Findings: what a good program does not do and nobody would notice, told on standard error.
//!
//! The interpreter tells what happened through `Observer`; here it becomes a message with a code,
//! a place and what helps. `message` renders them, `waiting` says what tasks wait for, `deadlock`
//! and `tasks` are reports of several tasks, `forgotten` is about coroutines never awaited.

pub mod advice;
mod deadlock;
mod forgotten;
pub mod message;
mod tasks;
pub mod waiting;

use std::sync::atomic::{AtomicU8, Ordering};

use aio_interp::Vm;
use aio_interp::event_loop::LoopObj;
use aio_interp::event_loop::observer::{Blocked, Finding, Observer};
use aio_interp::event_loop::waits;
use aio_interp::object::Ref;
use aio_interp::objects::exception::ExceptionObj;
use clap::ValueEnum;

use crate::report;
use message::Message;

/// How errors and findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum ErrorFormat {
    /// With excerpts of the source, for people.
    #[default]
    Fancy,
    /// As CPython writes them.
    Python,
    /// An object per line, for programs.
    Json,
}

static FORMAT: AtomicU8 = AtomicU8::new(0);

/// How errors and findings are written.
pub fn format() -> ErrorFormat {
    match FORMAT.load(Ordering::Relaxed) {
        1 => ErrorFormat::Python,
        2 => ErrorFormat::Json,
        _ => ErrorFormat::Fancy,
    }
}

/// Lets an interpreter tell its findings in this format.
pub fn install(vm: &Vm, format: ErrorFormat) {
    FORMAT.store(format as u8, Ordering::Relaxed);
    if format != ErrorFormat::Python {
        vm.loops.observer.set(Some(&OBSERVER));
    }
}

static OBSERVER: Observer = Observer {
    deadlock: deadlock::total,
    circle: deadlock::partial,
    never_awaited: forgotten::tell,
    lost,
    finding,
    blocked,
    tasks: tasks::print,
};

/// An exception came where nobody can catch it.
fn lost(vm: &Vm, text: &str, e: &Ref<ExceptionObj>) {
    report::lost(vm, text, e);
}

fn finding(vm: &Vm, finding: &Finding) {
    let mut message = Message::warning(finding.code, finding.text.clone()).help(finding.help);
    if let Some((source, at)) = finding.place.find() {
        message = message.at_line(&source, at, "");
    }
    message.write(vm);
}

/// A step of the loop took long.
fn blocked(vm: &Vm, _: &Ref<LoopObj>, blocked: &Blocked) {
    let took = format!("{:.2} s", blocked.seconds);
    let who = match &blocked.task {
        Some(task) => waiting::title(vm, task),
        None => "a callback".to_owned(),
    };
    let mut message = Message::warning(
        "loop-blocked",
        format!("{who} kept the event loop busy for {took} without an await"),
    );
    let frames = blocked.task.as_ref().map(waits::chain).unwrap_or_default();
    let leaf = frames
        .iter()
        .rev()
        .find_map(|co| Some((co.clone(), co.function()?)));
    if let Some((co, function)) = leaf {
        let source = &function.code.source;
        let (from, to) = (source.line(blocked.from), source.line(co.span().start));
        message = message.note(format!(
            "between {}:{from} and line {to}, in {}()",
            source.filename,
            co.qualname().as_str().unwrap_or("?")
        ));
    }
    let (timers, late) = blocked.late;
    if timers > 0 {
        message = message.note(format!(
            "{} late, the first by {late:.2} s",
            waits::counted(timers, "timer")
        ));
    }
    if blocked.ready > 0 {
        message = message.note(format!(
            "{} had to wait",
            waits::counted(blocked.ready, "step")
        ));
    }
    message
        .help("use the awaitable form (`await asyncio.sleep(...)`), or `await asyncio.sleep(0)` now and then")
        .write(vm);
}
