//! `open`: from the arguments to an open file.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom};
use std::path::PathBuf;
use std::rc::Rc;

use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::{R, Raised, Value, Vm};

use super::source::Source;
use super::stream::Stream;
use super::text::{Newline, TextFile};
use super::{Bytes, classes};
use crate::posix::descriptor;

/// What the letters of a mode say.
struct Mode {
    action: char,
    update: bool,
    binary: bool,
}

fn mode(vm: &Vm, text: &str) -> R<Mode> {
    let invalid = || vm.value_error(format!("invalid mode: '{text}'"));
    let mut seen = Vec::new();
    for c in text.chars() {
        if !"rwxabt+".contains(c) || seen.contains(&c) {
            return Err(invalid());
        }
        seen.push(c);
    }
    let has = |c: char| seen.contains(&c);
    if has('t') && has('b') {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    let actions: Vec<char> = seen
        .iter()
        .copied()
        .filter(|c| "rwxa".contains(*c))
        .collect();
    if actions.is_empty() {
        return Err(vm.value_error(
            "Must have exactly one of create/read/write/append mode and at most one plus",
        ));
    }
    let [action] = actions[..] else {
        return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
    };
    Ok(Mode {
        action,
        update: has('+'),
        binary: has('b'),
    })
}

/// `open(file, mode, buffering, encoding, errors, newline, closefd, opener)`.
pub(super) fn open(vm: &Vm, args: &[Value]) -> R {
    let [file, mode_value, buffering, encoding, errors, newline, ..] = args else {
        return Err(vm.system_error("open() got too few values"));
    };
    let text = match mode_value.bound() {
        None => "r".to_owned(),
        Some(v) => match vm.native(v).as_str() {
            Some(text) => text.to_owned(),
            None => {
                let given = vm.type_name(v);
                return Err(
                    vm.type_error(format!("open() argument 'mode' must be str, not {given}"))
                );
            }
        },
    };
    let mode = mode(vm, &text)?;
    for (value, what) in [
        (encoding, "an encoding argument"),
        (errors, "an errors argument"),
        (newline, "a newline argument"),
    ] {
        if mode.binary && !value.is_missing() {
            return Err(vm.value_error(format!("binary mode doesn't take {what}")));
        }
    }
    let buffering = match buffering.bound() {
        None => -1,
        Some(v) => vm.to_index(v)?,
    };
    if buffering == 0 && !mode.binary {
        return Err(vm.value_error("can't have unbuffered text I/O"));
    }
    let newline = Newline::from_value(vm, newline)?;
    let close = match args.get(6).and_then(Value::bound) {
        Some(v) => vm.truth(v)?,
        None => true,
    };
    let opening = Opening {
        unbuffered: buffering == 0,
        opener: args.get(7),
        close,
    };
    let stream = open_stream(vm, file, &mode, &opening)?;
    if mode.binary {
        return Ok(binary(vm, stream, &mode));
    }
    let file = TextFile::new(vm, stream, encoding, errors, newline, &text, buffering)?;
    Ok(Ref::new(HostObj {
        class: classes(vm).text.clone(),
        data: Box::new(file),
    })
    .into())
}

fn binary(vm: &Vm, stream: Rc<Stream>, mode: &Mode) -> Value {
    let classes = classes(vm);
    let class = match (stream.unbuffered, mode.update, mode.action) {
        (true, ..) => &classes.raw,
        (_, true, _) => &classes.random,
        (_, _, 'r') => &classes.reader,
        _ => &classes.writer,
    };
    Ref::new(HostObj {
        class: class.clone(),
        data: Box::new(Bytes(stream)),
    })
    .into()
}

/// The binary file under a text file.
pub(super) fn buffer_of(vm: &Vm, stream: &Rc<Stream>) -> Value {
    let classes = classes(vm);
    let class = match (stream.readable, stream.writable) {
        (true, true) => &classes.random,
        (true, false) => &classes.reader,
        _ => &classes.writer,
    };
    Ref::new(HostObj {
        class: class.clone(),
        data: Box::new(Bytes(stream.clone())),
    })
    .into()
}

/// How a file is opened, besides its mode.
struct Opening<'a> {
    unbuffered: bool,
    opener: Option<&'a Value>,
    /// `closefd`
    close: bool,
}

fn open_stream(vm: &Vm, file: &Value, mode: &Mode, opening: &Opening) -> R<Rc<Stream>> {
    let readable = mode.action == 'r' || mode.update;
    let writable = mode.action != 'r' || mode.update;
    let raw_mode = match (mode.action, mode.update) {
        ('r', false) => "rb",
        ('a', false) => "ab",
        ('a', true) => "ab+",
        ('x', false) => "xb",
        ('x', true) => "xb+",
        ('w', false) => "wb",
        _ => "rb+",
    };
    let (found, name) = find(vm, file, mode, opening)?;
    let opened = found.and_then(|mut f: File| {
        if f.metadata()?.is_dir() {
            return Err(std::io::Error::from_raw_os_error(IS_A_DIRECTORY));
        }
        if mode.action == 'a' {
            // A pipe has no end to go to.
            let _ = f.seek(SeekFrom::End(0));
        }
        Ok(f)
    });
    match opened {
        Ok(f) => {
            let stream = Rc::new(Stream::new(
                Source::File(f),
                name,
                raw_mode,
                (readable, writable),
                opening.unbuffered,
            ));
            descriptor::register(vm, &stream);
            Ok(stream)
        }
        Err(e) => Err(vm.os_error(&e, Some(&name))),
    }
}

/// The file that is meant, and its name.
fn find(
    vm: &Vm,
    file: &Value,
    mode: &Mode,
    opening: &Opening,
) -> R<(std::io::Result<File>, Value)> {
    if let Some(opener) = opening.opener.filter(|o| !o.is_missing()) {
        let number = vm.call(opener, &[file.clone(), Value::Int(flags(mode))])?;
        let number = vm.to_index(&number)?;
        if number < 0 {
            return Err(vm.value_error(format!("opener returned {number}")));
        }
        return Ok((of_number(vm, number, true)?, file.clone()));
    }
    let native = vm.native(file);
    let number = match &native {
        Value::Int(number) => Some(*number),
        Value::True => Some(1),
        Value::False => Some(0),
        _ => None,
    };
    if let Some(number) = number {
        if number < 0 {
            return Err(vm.value_error("negative file descriptor"));
        }
        return Ok((of_number(vm, number, opening.close)?, native));
    }
    if !opening.close {
        return Err(vm.value_error("Cannot use closefd=False with file name"));
    }
    let mut options = OpenOptions::new();
    match mode.action {
        'r' => options.read(true).write(mode.update),
        'w' => options
            .write(true)
            .create(true)
            .truncate(true)
            .read(mode.update),
        'a' => options.append(true).create(true).read(mode.update),
        _ => options.write(true).create_new(true).read(mode.update),
    };
    let (path, name) = path(vm, file)?;
    Ok((options.open(&path), name))
}

fn of_number(vm: &Vm, number: i64, is_own: bool) -> R<std::io::Result<File>> {
    let number = i32::try_from(number).unwrap_or(-1);
    let fd = descriptor::take(vm, number, is_own)?;
    Ok(Ok(File::from(fd)))
}

/// A text of an object's attribute `mode`, or a default.
fn mode_of(vm: &Vm, object: &Value) -> &'static str {
    let found = vm.find_attr(object, &vm.name("mode"));
    match found.ok().flatten().as_ref().and_then(Value::as_str) {
        Some("rb+") => "rb+",
        Some("wb") => "wb",
        Some("ab") => "ab",
        _ => "rb",
    }
}

/// A stream over another object.
fn over(vm: &Vm, object: &Value, can: (bool, bool), unbuffered: bool) -> Rc<Stream> {
    Rc::new(Stream::new(
        Source::Object(object.clone()),
        Value::None,
        mode_of(vm, object),
        can,
        unbuffered,
    ))
}

/// `FileIO(file, mode)`, `BufferedReader(raw)` and the like.
pub(super) fn new_binary(vm: &Vm, args: &[Value]) -> R {
    let classes = classes(vm);
    let Some(class) = args[0].downcast::<ClassObj>() else {
        return Err(vm.type_error("__new__(X): X is not a type object"));
    };
    if class.is_subclass(&classes.raw) {
        let mut text = match args[2].as_str() {
            Some(text) => text.to_owned(),
            None => "r".to_owned(),
        };
        if !text.contains('b') {
            text.push('b');
        }
        let mode = mode(vm, &text)?;
        let close = args[3].is_unbound() || vm.truth(&args[3])?;
        let opening = Opening {
            unbuffered: true,
            opener: args.get(4),
            close,
        };
        let stream = open_stream(vm, &args[1], &mode, &opening)?;
        return made(vm, &args[0], &classes.raw, Bytes(stream));
    }
    let (exact, can) = match class {
        c if c.is_subclass(&classes.random) => (&classes.random, (true, true)),
        c if c.is_subclass(&classes.writer) => (&classes.writer, (false, true)),
        _ => (&classes.reader, (true, false)),
    };
    for (wanted, method, text) in [
        (can.0, "readable", "File or stream is not readable."),
        (can.1, "writable", "File or stream is not writable."),
    ] {
        if wanted {
            let can = vm.call_method(&args[1], &vm.name(method), &[])?;
            if !vm.truth(&can)? {
                return Err(super::unsupported(vm, text));
            }
        }
    }
    let stream = over(vm, &args[1], can, false);
    made(vm, &args[0], exact, Bytes(stream))
}

/// `TextIOWrapper(buffer, ...)`
pub(super) fn new_text(vm: &Vm, args: &[Value]) -> R {
    let [class, buffer, encoding, errors, newline, by_line, ..] = args else {
        return Err(vm.system_error("TextIOWrapper() got too few values"));
    };
    let newline = Newline::from_value(vm, newline)?;
    let can = |method: &str| -> R<bool> {
        match vm.find_attr(buffer, &vm.name(method))? {
            Some(method) => vm.truth(&vm.call(&method, &[])?),
            None => Err(vm.attribute_error(
                format!(
                    "'{}' object has no attribute '{method}'",
                    vm.type_name(buffer)
                ),
                &vm.text(method),
                buffer,
            )),
        }
    };
    let can = (can("readable")?, can("writable")?);
    let stream = over(vm, buffer, can, false);
    let buffering = if by_line.is_unbound() || !vm.truth(by_line)? {
        0
    } else {
        1
    };
    let file = TextFile::new(vm, stream, encoding, errors, newline, "", buffering)?;
    made(vm, class, &classes(vm).text, file)
}

/// An object of a class of files, or of a script's subclass of it.
pub(super) fn made(vm: &Vm, class: &Value, exact: &Ref<ClassObj>, data: impl HostData) -> R {
    let native = Ref::new(HostObj {
        class: exact.clone(),
        data: Box::new(data),
    });
    vm.wrap_new(class, native.into())
}

/// `EISDIR`.
const IS_A_DIRECTORY: i32 = 21;

/// The flags of `os.open` for a mode.
fn flags(mode: &Mode) -> i64 {
    const CREATE: i64 = 0o100;
    const EXCLUSIVE: i64 = 0o200;
    const TRUNCATE: i64 = 0o1000;
    const APPEND: i64 = 0o2000;
    const CLOSE_ON_EXEC: i64 = 0o2_000_000;
    let access = match (mode.action, mode.update) {
        (_, true) => 2,
        ('r', false) => 0,
        _ => 1,
    };
    let how = match mode.action {
        'w' => CREATE | TRUNCATE,
        'a' => CREATE | APPEND,
        'x' => CREATE | EXCLUSIVE,
        _ => 0,
    };
    access | how | CLOSE_ON_EXEC
}

/// The path that a value names, and the value as `name` shows it.
fn path(vm: &Vm, file: &Value) -> R<(PathBuf, Value)> {
    let native = vm.native(file);
    if let Some(text) = native.as_str() {
        if text.contains('\0') {
            return Err(vm.value_error("embedded null byte"));
        }
        return Ok((PathBuf::from(text), file.clone()));
    }
    if let Some(bytes) = native.downcast::<aio_interp::objects::bytes::BytesObj>() {
        let text = String::from_utf8_lossy(&bytes.data).into_owned();
        return Ok((PathBuf::from(text), file.clone()));
    }
    let wrong = |vm: &Vm| -> Raised {
        let given = vm.type_name(file);
        vm.type_error(format!(
            "expected str, bytes or os.PathLike object, not {given}"
        ))
    };
    let found = match vm.special(file, &vm.name("__fspath__")) {
        Some(_) => vm.call_method(file, &vm.name("__fspath__"), &[])?,
        None => return Err(wrong(vm)),
    };
    match vm.native(&found).as_str() {
        Some(text) => Ok((PathBuf::from(text), found.clone())),
        None => Err(vm.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            vm.type_name(file),
            vm.type_name(&found)
        ))),
    }
}
