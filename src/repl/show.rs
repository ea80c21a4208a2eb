//! How values are shown: on one line if it fits, else one item a line, and never without end.

use aio_interp::{R, Value, Vm};

use super::layout::layout;
use super::session::{Purpose, Session};

/// More is left out.
const MOST_CHARS: usize = 20_000;
/// More is left out.
const MOST_LINES: usize = 400;

/// Shows the value of an input.
pub fn result(vm: &Vm, session: &Session, purpose: Purpose, value: &Value) -> R<()> {
    match purpose {
        Purpose::Forget => return Ok(()),
        Purpose::Type => {
            let name = vm.class_of(value).full_name(vm);
            return vm.streams.write_out(vm, &format!("{name}\n"));
        }
        Purpose::Show | Purpose::Time(_) => {}
    }
    let took = match purpose {
        Purpose::Time(start) => Some(vm.clock.monotonic() - start),
        _ => None,
    };
    if !value.is_none() {
        let text = layout(vm.repr(value)?.as_str(), width());
        vm.builtins.set_name(&vm.name("_"), value.clone());
        drop(session.last.replace(value.clone()));
        vm.streams.write_out(vm, &cut(text))?;
    }
    match took {
        Some(seconds) => vm
            .streams
            .write_out(vm, &format!("took {}\n", duration(seconds))),
        None => Ok(()),
    }
}

/// All of the last value.
pub fn whole(vm: &Vm, value: &Value) -> R<()> {
    let text = layout(vm.repr(value)?.as_str(), width());
    vm.streams.write_out(vm, &format!("{text}\n"))
}

fn width() -> usize {
    let size = crate::process::terminal_size();
    size.map_or(80, |(columns, _)| columns).clamp(20, 120)
}

/// With its line end, or the start and a word about the rest.
fn cut(mut text: String) -> String {
    let by_line = text.match_indices('\n').nth(MOST_LINES - 1).map(|m| m.0);
    let by_char = text.char_indices().nth(MOST_CHARS).map(|c| c.0);
    match by_line.into_iter().chain(by_char).min() {
        Some(end) => {
            let left = text[end..].chars().count();
            text.truncate(end);
            text.push_str(&format!("\n… {left} more characters; :all shows them\n"));
        }
        None => text.push('\n'),
    }
    text
}

/// Seconds in a unit that suits them.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.1} µs", s * 1e6),
    }
}
