//! Findings: what a good program does not do and nobody would notice, told on standard error.
//!
//! The interpreter tells what happened through `Observer`; here it becomes a message with a code,
//! a place and what helps. `message` renders them, `waiting` says what tasks wait for, `deadlock`
//! and `tasks` are reports of several tasks, `forgotten` is about coroutines never awaited.

pub mod advice;
mod blocked;
mod deadlock;
mod forgotten;
pub mod message;
pub mod tasks;
pub mod waiting;

use std::sync::atomic::{AtomicU8, Ordering};

use aio_interp::Vm;
use aio_interp::event_loop::observer::{Finding, Observer};
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

/// Lets an interpreter tell its findings in this format; `compat`: not at all, as CPython does.
pub fn install(vm: &Vm, format: ErrorFormat, compat: bool) {
    FORMAT.store(format as u8, Ordering::Relaxed);
    if !compat {
        vm.loops.observer.set(Some(&OBSERVER));
    }
}

static OBSERVER: Observer = Observer {
    deadlock: deadlock::total,
    circle: deadlock::partial,
    never_awaited: forgotten::tell,
    lost,
    finding,
    blocked: blocked::tell,
    interrupted: tasks::note,
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
