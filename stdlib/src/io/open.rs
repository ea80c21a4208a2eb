//! `open`: from the arguments to an open file.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom};
use std::path::PathBuf;
use std::rc::Rc;

use aio_interp::object::Ref;
use aio_interp::objects::host::HostObj;
use aio_interp::{R, Raised, Value, Vm};

use super::stream::Stream;
use super::text::{Newline, TextFile};
use super::{Bytes, classes};

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
    let stream = open_stream(vm, file, &mode, buffering == 0, args.get(7))?;
    if mode.binary {
        return Ok(binary(vm, Rc::new(stream), &mode));
    }
    let file = TextFile::new(
        vm,
        Rc::new(stream),
        encoding,
        errors,
        newline,
        &text,
        buffering,
    )?;
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

fn open_stream(
    vm: &Vm,
    file: &Value,
    mode: &Mode,
    unbuffered: bool,
    opener: Option<&Value>,
) -> R<Stream> {
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
    let (path, name) = match opener.filter(|o| !o.is_missing()) {
        Some(opener) => {
            let flags = flags(mode);
            let number = vm.call(opener, &[file.clone(), Value::Int(flags)])?;
            (descriptor_path(vm.to_index(&number)?), file.clone())
        }
        None => path(vm, file)?,
    };
    let opened = options.open(&path).and_then(|mut f: File| {
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
        Ok(f) => Ok(Stream::new(
            f,
            name,
            raw_mode,
            (readable, writable),
            unbuffered,
        )),
        Err(e) => Err(vm.os_error(&e, Some(&name))),
    }
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

fn descriptor_path(number: i64) -> PathBuf {
    PathBuf::from(format!("/dev/fd/{number}"))
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
    if let Value::Int(number) = &native {
        return Ok((descriptor_path(*number), native));
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
