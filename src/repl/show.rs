//! How values are shown: on one line if it fits, else one item a line, and never without end.

use aio_interp::object::Kind;
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::list::ListObj;
use aio_interp::objects::tuple::TupleObj;
use aio_interp::{R, Value, Vm};

use super::session::{Purpose, Session};

/// More is left out.
const MOST_CHARS: usize = 20_000;
/// More is left out.
const MOST_LINES: usize = 400;
/// Deeper containers stand on one line.
const DEEPEST: usize = 20;

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
        let text = pretty(vm, value, width())?;
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
    let text = pretty(vm, value, width())?;
    vm.streams.write_out(vm, &format!("{text}\n"))
}

fn width() -> usize {
    let columns = crate::process::terminal_width().unwrap_or(80);
    columns.clamp(20, 120)
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

/// `repr`, on several lines if it is wider than `width`.
fn pretty(vm: &Vm, value: &Value, width: usize) -> R<String> {
    let flat = vm.repr(value)?.as_str().to_owned();
    if flat.len() <= width {
        return Ok(flat);
    }
    let mut text = String::new();
    push(vm, value, flat, 0, width, &mut text)?;
    Ok(text)
}

/// Appends a value, `flat` on one line, that begins `indent` columns from the left.
fn push(
    vm: &Vm,
    value: &Value,
    flat: String,
    indent: usize,
    width: usize,
    text: &mut String,
) -> R<()> {
    // What is left of the line, with room for a comma.
    let line = text.rsplit('\n').next().map_or(0, |l| l.chars().count());
    let is_narrow = line + flat.chars().count() < width;
    let parts = if is_narrow || indent / 4 >= DEEPEST {
        None
    } else {
        parts(value)
    };
    let Some((open, items, close)) = parts.filter(|(_, items, _)| !items.is_empty()) else {
        text.push_str(&flat);
        return Ok(());
    };
    text.push_str(open);
    let inner = indent + 4;
    for (key, item) in &items {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', inner));
        if let Some(key) = key {
            text.push_str(vm.repr(key)?.as_str());
            text.push_str(": ");
        }
        let flat = vm.repr(item)?.as_str().to_owned();
        // Within itself a container is shown as `[...]`.
        if item.is(value) {
            text.push_str("...");
        } else {
            push(vm, item, flat, inner, width, text)?;
        }
        text.push(',');
        if text.len() > 40 * MOST_CHARS {
            // Nobody reads on, and containers can hold each other many times.
            break;
        }
    }
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
    text.push_str(close);
    Ok(())
}

type Items = Vec<(Option<Value>, Value)>;

/// The items of a plain container, with its brackets.
fn parts(value: &Value) -> Option<(&'static str, Items, &'static str)> {
    let plain = |items: Vec<Value>| items.into_iter().map(|v| (None, v)).collect();
    match value.kind()? {
        Kind::List => {
            let list = value.downcast::<ListObj>()?;
            Some(("[", plain(list.to_vec()), "]"))
        }
        Kind::Tuple => {
            let tuple = value.downcast::<TupleObj>()?;
            Some(("(", plain(tuple.items().to_vec()), ")"))
        }
        Kind::Dict => {
            let dict = value.downcast::<DictObj>()?;
            let entries = dict.entries().into_iter();
            Some(("{", entries.map(|(k, v)| (Some(k), v)).collect(), "}"))
        }
        _ => None,
    }
}

/// Seconds in a unit that suits them.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.1} µs", s * 1e6),
    }
}
