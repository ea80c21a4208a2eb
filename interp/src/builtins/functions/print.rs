//! `print` and `input`.

use crate::native::{Native, native};
use crate::objects::tuple::TupleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const FUNCTIONS: &[Native] = &[
    native(
        "print(*args, sep=' ', end='\\n', file=None, flush=False)",
        "Print the values to a stream, or to sys.stdout by default.",
        print,
    ),
    native(
        "input(prompt='', /)",
        "Read a line from standard input, after printing the prompt.",
        input,
    ),
];

fn print(vm: &Vm, args: &[Value]) -> R {
    let items = args[0]
        .downcast::<TupleObj>()
        .map(|t| t.items())
        .unwrap_or_default();
    let sep = separator(vm, &args[1], "sep", " ")?;
    let end = separator(vm, &args[2], "end", "\n")?;
    let target = vm.print_target(&args[3].or(Value::None))?;
    match &target {
        None => print_native(vm, items, &sep, &end)?,
        // `sys.stdout` may be switched off.
        Some(Value::None) => return Ok(Value::None),
        Some(file) => print_to(vm, file, items, &sep, &end)?,
    }
    if !args[4].is_unbound() && vm.truth(&args[4])? {
        match target {
            Some(file) => drop(vm.call_method(&file, &vm.names.flush, &[])?),
            None => vm.streams.flush_out(vm)?,
        }
    }
    Ok(Value::None)
}

fn separator(vm: &Vm, given: &Value, name: &str, default: &str) -> R<String> {
    if given.is_missing() {
        return Ok(default.to_owned());
    }
    match vm.native(given).as_str() {
        Some(text) => Ok(text.to_owned()),
        None => {
            let given = vm.type_name(given);
            Err(vm.type_error(format!("{name} must be None or a string, not {given}")))
        }
    }
}

/// Prints to the native stream. What is to be printed before an item is written before the item's
/// `__str__` runs, since that may print, too, or raise.
fn print_native(vm: &Vm, items: &[Value], sep: &str, end: &str) -> R<()> {
    let mut text = String::new();
    for (i, item) in items.iter().enumerate() {
        vm.poll()?;
        if i > 0 {
            text += sep;
        }
        if let Some(s) = item.as_str() {
            text += s;
            continue;
        }
        if item.as_obj().is_some() && !text.is_empty() {
            vm.streams.write_out(vm, &text)?;
            text.clear();
        }
        text += vm.str(item)?.as_str();
    }
    text += end;
    vm.streams.write_out(vm, &text)
}

/// Prints to anything that has `write`.
fn print_to(vm: &Vm, file: &Value, items: &[Value], sep: &str, end: &str) -> R<()> {
    let write = vm.get_attr(file, &vm.names.write)?;
    for (i, item) in items.iter().enumerate() {
        vm.poll()?;
        if i > 0 {
            vm.call(&write, &[vm.text(sep)])?;
        }
        let text = vm.str(item)?;
        vm.call(&write, &[text.into()])?;
    }
    vm.call(&write, &[vm.text(end)]).map(drop)
}

fn input(vm: &Vm, args: &[Value]) -> R {
    if !args[0].is_unbound() {
        let prompt = vm.str(&args[0])?;
        match vm.print_target(&Value::None)? {
            None => vm.streams.write_out(vm, prompt.as_str())?,
            Some(Value::None) => {}
            Some(file) => drop(vm.call_method(&file, &vm.names.write, &[prompt.into()])?),
        }
        vm.streams.flush_out(vm)?;
    }
    match vm.streams.read_line(vm)? {
        Some(line) => {
            let line = line.strip_suffix('\n').unwrap_or(&line);
            Ok(vm.text(line))
        }
        None => Err(vm.eof_error("EOF when reading a line")),
    }
}
