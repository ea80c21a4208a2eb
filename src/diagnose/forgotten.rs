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
    let (label, help) = call.advice(name.rsplit('.').next().unwrap_or(name));
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

    /// True if this function is an argument of the call, not what is called.
    fn passes(&self, function: &str) -> bool {
        let Some((called, arguments)) = self.text.split_once('(') else {
            return false;
        };
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let has = |text: &str| text.split(|c| !is_name(c)).any(|word| word == function);
        !has(called) && has(arguments) && !arguments.contains(&format!("{function}("))
    }

    /// True if a lambda makes the call.
    fn is_in_lambda(&self) -> bool {
        let Some((_, behind)) = self.before.rsplit_once("lambda") else {
            return false;
        };
        let Some((_, body)) = behind.split_once(':') else {
            return false;
        };
        // A comma or a bracket behind its body ends it.
        let mut depth = 0;
        body.chars().all(|c| {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            depth > 0 || depth == 0 && c != ','
        })
    }

    /// True if it is what a list or the like is made of: `[f(x) for x in ...]`.
    fn is_one_of_many(&self) -> bool {
        let before = self.before.trim_end();
        self.after.starts_with("for ") && before.ends_with(['[', '(', '{'])
    }

    /// What to write beneath the call, and what helps.
    fn advice(&self, function: &str) -> (&'static str, String) {
        let (call, before) = (self.text, self.before.trim_end());
        let is_special = function.starts_with("__") && function.ends_with("__");
        if is_special && !call.contains(function) {
            // What called it: `x + y`, `await x`, `Class()`.
            let label = "this made a coroutine object, which nobody awaited";
            let help = match function {
                "__init__" => {
                    "make `__init__` a plain `def`, and await the rest in a method that is called after it"
                }
                _ => "make the special method a plain `def`",
            };
            return (label, help.to_owned());
        }
        if self.passes(function) {
            let label = "this called it as a plain function, and nobody awaited its coroutine";
            let help = format!(
                "make `{function}` a plain `def`, or await its values before: `[await {function}(x) for x in ...]`"
            );
            return (label, help);
        }
        if self.is_in_lambda() {
            let label = "this makes a coroutine object, which nobody awaited";
            let help = format!(
                "a lambda cannot await: let it start a task, `asyncio.create_task({call})`, or make it an `async def`"
            );
            return (label, help);
        }
        let is_test = ["if", "elif", "while", "not", "and", "or"]
            .iter()
            .any(|word| {
                let rest = before.strip_suffix(word);
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', '(']))
            });
        let is_whole = |after: &str| {
            let after = after.trim_start();
            after.is_empty()
                || after.starts_with([':', ')', ']', '}', ','])
                || ["and ", "or ", "else "]
                    .iter()
                    .any(|w| after.starts_with(w))
        };
        let label = if is_test && is_whole(self.after) {
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
            Around::Async if self.is_one_of_many() => {
                format!(
                    "write `{awaited}`, or await all of them at once: `await asyncio.gather(*...)`"
                )
            }
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
    let header = |line: &str| {
        let code = line.trim_start();
        if code.starts_with("async def ") {
            Some(Around::Async)
        } else {
            code.starts_with("def ").then_some(Around::Plain)
        }
    };
    let mut lines = text.lines().rev();
    let last = lines.next().unwrap_or_default();
    // A body on the line of its function.
    let body = last.split_once("):").map_or("", |(_, body)| body.trim());
    if let (Some(around), false) = (header(last), body.is_empty() || body.starts_with('#')) {
        return around;
    }
    let mut at = indent(last);
    for line in lines {
        let code = line.trim_start();
        if code.is_empty() || code.starts_with('#') || indent(line) >= at {
            continue;
        }
        at = indent(line);
        if let Some(around) = header(line) {
            return around;
        }
    }
    Around::Module
}
