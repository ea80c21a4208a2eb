//! A coroutine that was never awaited: told at the line of its call, with what helps there.

use aio_interp::Vm;
use aio_interp::code::Source;
use aio_interp::coroutine::CoroutineObj;
use aio_interp::object::Ref;

use super::message::Message;
use super::{ErrorFormat, format};

/// Tells of a coroutine that is freed without having begun. False if it is not known where it was
/// made.
pub fn tell(vm: &Vm, co: &Ref<CoroutineObj>) -> bool {
    let Some((source, span)) = co.made_at() else {
        return false;
    };
    if format() == ErrorFormat::Python {
        return false;
    }
    let name = co.qualname();
    let name = name.as_str().unwrap_or("?");
    let call = Call::of(&source, span.start as usize, span.end as usize);
    if !call.names(name)
        && let Some(function) = co.function()
    {
        // The loop called it, from where the program runs it.
        let own = &function.code;
        let short = name.rsplit('.').next().unwrap_or(name);
        Message::warning(
            "await-missing",
            format!("RuntimeWarning: coroutine '{name}' was never awaited"),
        )
        .at_line(&own.source, own.span.start, "this was called as a plain function")
        .help(format!("who calls it does not await it: make it a plain `def`, which may start a task, `asyncio.create_task({short}(...))`"))
        .write(vm);
        return true;
    }
    let (label, help) = call.advice();
    Message::warning(
        "await-missing",
        format!("RuntimeWarning: coroutine '{name}' was never awaited"),
    )
    .at(&source, span.start, span.end, label)
    .help(help)
    .write(vm);
    true
}

/// A call in its line.
struct Call<'a> {
    /// The line before it, without indentation, and behind it.
    before: &'a str,
    after: &'a str,
    text: &'a str,
    function: Around,
}

/// What the call stands in.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Module,
    Plain,
    Async,
}

impl<'a> Call<'a> {
    fn of(source: &'a Source, start: usize, end: usize) -> Call<'a> {
        let text = source.text.as_str();
        let start = start.min(text.len());
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = end.clamp(start, line_end);
        Call {
            before: text[line_start..start].trim_start(),
            after: text[end..line_end].trim(),
            text: &text[start..end],
            function: around(&text[..line_end]),
        }
    }

    /// True unless it is the call of something that runs a loop, and not of this function.
    fn names(&self, function: &str) -> bool {
        const RUNNERS: [&str; 3] = [".run(", "run_until_complete(", "run_forever("];
        let short = function.rsplit('.').next().unwrap_or(function);
        !RUNNERS.iter().any(|runner| self.text.contains(runner)) || self.text.contains(short)
    }

    /// What to write beneath the call, and what helps.
    fn advice(&self) -> (&'static str, String) {
        let (call, before) = (self.text, self.before.trim_end());
        if !call.ends_with(')') {
            // An operation that called it: `x + y`, `await x`.
            let label = "this made a coroutine object, which nobody awaited";
            return (label, "make the special method a plain `def`".to_owned());
        }
        let is_test = ["if", "elif", "while", "not", "and", "or"]
            .iter()
            .any(|word| {
                let rest = before.strip_suffix(word);
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', '(']))
            });
        let label = if is_test {
            "a coroutine object, which is always true; its body did not run"
        } else if before.is_empty() && (self.after.is_empty() || self.after.starts_with('#')) {
            "this only makes a coroutine object; its body did not run"
        } else {
            "this makes a coroutine object, which nobody awaited"
        };
        let needs_brackets = self.after.starts_with(['[', '.']) || before.ends_with("**");
        let awaited = match needs_brackets {
            true => format!("(await {call})"),
            false => format!("await {call}"),
        };
        let help = match self.function {
            Around::Async => format!("write `{awaited}`"),
            Around::Module => format!("write `asyncio.run({call})`"),
            Around::Plain => {
                format!("make the function around it `async def`, and write `{awaited}`")
            }
        };
        (label, help)
    }
}

/// Which kind of function the last line of a text is in.
fn around(text: &str) -> Around {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().rev();
    let mut at = lines.next().map_or(0, indent);
    for line in lines {
        let code = line.trim_start();
        if code.is_empty() || code.starts_with('#') || indent(line) >= at {
            continue;
        }
        at = indent(line);
        if code.starts_with("async def ") {
            return Around::Async;
        }
        if code.starts_with("def ") {
            return Around::Plain;
        }
    }
    Around::Module
}
