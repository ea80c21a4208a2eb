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
use aio_interp::event_loop::findings::Findings;
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

/// What was found more than once in the same place, to be told when all is over.
pub fn unsaid(findings: &Findings) -> impl Iterator<Item = Message> {
    findings.unsaid().into_iter().map(|(text, times)| {
        let again = match times {
            1 => "once more".to_owned(),
            times => format!("{times} times more"),
        };
        Message::warning("await-missing", format!("{text}, {again}"))
    })
}

fn finding(vm: &Vm, finding: &Finding) {
    let place = finding.place.find();
    let help = match &place {
        Some((source, at)) if finding.code == "cancellation-swallowed" => {
            catcher(&source.text, *at as usize).unwrap_or(finding.help)
        }
        _ => finding.help,
    };
    let mut message = Message::warning(finding.code, finding.text.clone()).help(help);
    if let Some((source, at)) = place {
        message = message.at_line(&source, at, "");
    }
    message.write(vm);
}

/// What helps if what is awaited at this offset stands in a `try` that catches everything.
fn catcher(text: &str, at: usize) -> Option<&'static str> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let start = text.get(..at)?.rfind('\n').map_or(0, |at| at + 1);
    let mut lines = text[start..].lines();
    let mut outer = indent(lines.next()?);
    for line in lines.filter(|line| !line.trim().is_empty()) {
        if indent(line) >= outer {
            continue;
        }
        outer = indent(line);
        let head = line.trim_start();
        if head.starts_with("except:") || head.starts_with("except BaseException") {
            return Some(
                "this catches cancellations, too: write `except Exception:`, which lets them pass",
            );
        }
        let is_end = ["except", "def ", "async def ", "class "];
        if is_end.iter().any(|word| head.starts_with(word)) {
            return None;
        }
        // Of the same `try`, the next part.
        outer += 1;
    }
    None
}
