//! `_traceback`: what `traceback`, `warnings` and `linecache` ask the interpreter for. The rest of
//! them is written in the language.

use std::cell::RefCell;
use std::collections::HashMap;

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::tuple;
use aio_interp::traceback::carets;
use aio_interp::{R, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_traceback", "Places in sources.");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "place(traceback, /)",
        "First and last line, first and last column of a step.",
        place,
    ),
    native(
        "text(object, /)",
        "The source of a step, frame or code.",
        text,
    ),
    native(
        "line(filename, number, /)",
        "A line of a file, or an empty text.",
        line,
    ),
    native("lines(filename, /)", "The text of a file, or None.", lines),
    native(
        "anchors(segment, /)",
        "The part of an expression to point at.",
        anchors,
    ),
    native(
        "plain_call(text, /)",
        "The columns of a call that need not be pointed at.",
        plain_call,
    ),
    native(
        "suggest(wrong, known, /)",
        "The known name closest to a wrong one.",
        suggest,
    ),
];

fn place(vm: &Vm, args: &[Value]) -> R {
    Ok(match vm.traceback_place(&args[0]) {
        Some(numbers) => tuple(numbers.iter().map(|n| Value::from(*n)).collect()),
        None => Value::None,
    })
}

fn text(vm: &Vm, args: &[Value]) -> R {
    Ok(match vm.source_of(&args[0]) {
        Some(source) => vm.text(&source.text),
        None => Value::None,
    })
}

/// The texts of files looked at, so that each is read once.
type Cache = RefCell<HashMap<String, Option<String>>>;

fn read(vm: &Vm, filename: &str) -> Option<String> {
    let cache = vm.state::<Cache>("source lines", RefCell::default);
    let mut cache = cache.borrow_mut();
    let read = || {
        let bytes = std::fs::read(filename).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    cache
        .entry(filename.to_owned())
        .or_insert_with(read)
        .clone()
}

fn lines(vm: &Vm, args: &[Value]) -> R {
    let text = args[0].as_str().and_then(|f| read(vm, f));
    Ok(text.map_or(Value::None, |t| vm.text(&t)))
}

fn line(vm: &Vm, args: &[Value]) -> R {
    let text = args[0]
        .as_str()
        .and_then(|f| read(vm, f))
        .unwrap_or_default();
    let number = args[1].as_int().and_then(|n| usize::try_from(n - 1).ok());
    let line = number.and_then(|n| text.split_inclusive('\n').nth(n));
    Ok(vm.text(line.unwrap_or_default()))
}

fn anchors(vm: &Vm, args: &[Value]) -> R {
    let segment = vm.str(&args[0])?;
    Ok(match carets::anchors(segment.as_str()) {
        Some((left, right)) => {
            let numbers = [left.0, left.1, right.0, right.1];
            tuple(numbers.iter().map(|n| Value::from(*n)).collect())
        }
        None => Value::None,
    })
}

fn plain_call(vm: &Vm, args: &[Value]) -> R {
    let text = vm.str(&args[0])?;
    let text = text.as_str();
    let column = |at: usize| text.get(..at).map(|t| Value::from(t.chars().count()));
    let columns = carets::plain_call(text).and_then(|(a, b)| Some((column(a)?, column(b)?)));
    Ok(match columns {
        Some((start, end)) => tuple(vec![start, end]),
        None => Value::None,
    })
}

fn suggest(vm: &Vm, args: &[Value]) -> R {
    let wrong = vm.str(&args[0])?;
    let mut known = Vec::new();
    for name in vm.collect(&args[1])? {
        if let Some(name) = name.as_str() {
            known.push(name.to_owned());
        }
    }
    let known = known.iter().map(String::as_str);
    Ok(
        match aio_interp::ops::suggest::closest(wrong.as_str(), known) {
            Some(name) => vm.text(name),
            None => Value::None,
        },
    )
}

/// Issues a warning of the interpreter's through the module `warnings`: about this file and line,
/// or else about the script's innermost frame.
pub fn warn(
    vm: &Vm,
    category: &Ref<ClassObj>,
    message: &str,
    place: Option<(&str, usize)>,
) -> R<()> {
    let warnings = vm.import("warnings")?;
    let mut args = vec![vm.text(message), category.into()];
    let function = match place {
        Some((filename, line)) => {
            args.extend([vm.text(filename), Value::from(line)]);
            "warn_explicit"
        }
        None => "warn",
    };
    let function = vm.get_attr(&warnings, &vm.name(function))?;
    vm.call(&function, &args).map(drop)
}

/// Leaves a warning to the program if it records, hides or raises warnings or shows them in its own
/// way; false if it does not.
pub fn warned(
    vm: &Vm,
    category: &Ref<ClassObj>,
    message: &str,
    filename: &str,
    line: usize,
) -> R<bool> {
    let Some(warnings) = vm.modules.get_name(&vm.name("warnings")) else {
        return Ok(false);
    };
    let Some(told) = vm.find_attr(&warnings, &vm.name("_told"))? else {
        return Ok(false);
    };
    let args = [
        vm.text(message),
        category.into(),
        vm.text(filename),
        Value::from(line),
    ];
    vm.truth(&vm.call(&told, &args)?)
}
