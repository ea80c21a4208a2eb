//! The methods of text files.

use std::io::SeekFrom;
use std::os::fd::AsRawFd;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, static_method};
use aio_interp::object::Kind;
use aio_interp::objects::class::Layout;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::HostObj;
use aio_interp::objects::list::list;
use aio_interp::{R, Value, Vm};

use super::binary::{IntoValue, is_seekable};
use super::open::buffer_of;
use super::text::TextFile;
use super::{check_readable, check_writable, size, unsupported};

/// `TextIOWrapper`.
pub(super) static TEXT: ClassSpec = ClassSpec {
    name: "TextIOWrapper",
    module: "_io",
    doc: "Character and line based layer over a BufferedIOBase object, buffer.",
    layout: Layout::Native(Kind::Host),
    methods: METHODS,
    attributes: ATTRIBUTES,
    subclassable: true,
};

const METHODS: &[Native] = &[
    static_method(
        "__new__(cls, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
        "Create a text file over a binary one.",
        super::open::new_text,
    ),
    method("detach()", "Give up the buffer.", |vm, a| {
        let file = this(vm, &a[0])?;
        file.stream.flush(vm)?;
        match file.stream.detach(vm)? {
            Some(object) => Ok(object),
            None => Err(unsupported(vm, "detach")),
        }
    }),
    method("read(size=-1, /)", "Read characters.", |vm, a| {
        let file = readable(vm, &a[0])?;
        Ok(vm.text(&file.read(vm, size(vm, &a[1])?)?))
    }),
    method("readline(size=-1, /)", "Read a line.", |vm, a| {
        let file = readable(vm, &a[0])?;
        Ok(vm.text(&file.read_line(vm, size(vm, &a[1])?)?))
    }),
    method("readlines(hint=-1, /)", "Read all lines.", readlines),
    method("write(text, /)", "Write text; return its length.", write),
    method("writelines(lines, /)", "Write several texts.", |vm, a| {
        let lines = vm.iter(&a[1])?;
        while let Some(line) = vm.next(&lines)? {
            vm.poll()?;
            write(vm, &[a[0].clone(), line])?;
        }
        Ok(Value::None)
    }),
    method("seek(cookie, whence=0, /)", "Go to a position.", seek),
    method("tell()", "The position.", |vm, a| {
        Ok(this(vm, &a[0])?.tell(vm)?.into_value())
    }),
    method("truncate(pos=None, /)", "Cut the file.", truncate),
    method("flush()", "Write what waits.", |vm, a| {
        this(vm, &a[0])?.stream.flush(vm).map(|()| Value::None)
    }),
    method("close()", "Close the file.", |vm, a| {
        this(vm, &a[0])?.stream.close(vm).map(|()| Value::None)
    }),
    method("fileno()", "The number of the descriptor.", |vm, a| {
        let number = this(vm, &a[0])?.stream.with_file(vm, AsRawFd::as_raw_fd)?;
        Ok(Value::Int(i64::from(number)))
    }),
    method("isatty()", "True on a terminal.", |vm, a| {
        Ok(this(vm, &a[0])?.stream.is_terminal(vm)?.into())
    }),
    method("readable()", "True if it can be read.", |vm, a| {
        let stream = &this(vm, &a[0])?.stream;
        stream.check_open(vm).map(|()| stream.readable.into())
    }),
    method("writable()", "True if it can be written.", |vm, a| {
        let stream = &this(vm, &a[0])?.stream;
        stream.check_open(vm).map(|()| stream.writable.into())
    }),
    method("seekable()", "True if positions can be set.", |vm, a| {
        let stream = &this(vm, &a[0])?.stream;
        stream.check_open(vm)?;
        Ok(Value::bool(is_seekable(vm, stream)))
    }),
    method(
        "reconfigure(*, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
        "Change how text is written and read.",
        reconfigure,
    ),
    method("__enter__()", "The file itself.", itself),
    method("__exit__(*args)", "Close the file.", |vm, a| {
        this(vm, &a[0])?.stream.close(vm).map(|()| Value::None)
    }),
    method("__iter__()", "The file itself.", itself),
    method("__next__()", "The next line.", next),
    method("__repr__()", "Return repr(self).", repr),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "closed",
        get: |vm, v| Ok(Value::bool(this(vm, v)?.stream.is_closed())),
        set: None,
    },
    Attribute {
        name: "name",
        get: |vm, v| {
            let stream = &this(vm, v)?.stream;
            match stream.object() {
                Some(object) => vm.get_attr(&object, &vm.name("name")),
                None => Ok(stream.name.clone()),
            }
        },
        set: None,
    },
    Attribute {
        name: "mode",
        get: |vm, v| Ok(vm.text(&this(vm, v)?.mode)),
        set: None,
    },
    Attribute {
        name: "encoding",
        get: |vm, v| Ok(vm.text(&this(vm, v)?.encoding.borrow())),
        set: None,
    },
    Attribute {
        name: "errors",
        get: |vm, v| Ok(vm.text(&this(vm, v)?.errors.borrow())),
        set: None,
    },
    Attribute {
        name: "newlines",
        get: |vm, v| Ok(this(vm, v)?.newlines(vm)),
        set: None,
    },
    Attribute {
        name: "line_buffering",
        get: |vm, v| Ok(Value::bool(this(vm, v)?.line_buffering.get())),
        set: None,
    },
    Attribute {
        name: "write_through",
        get: |_, _| Ok(Value::False),
        set: None,
    },
    Attribute {
        name: "buffer",
        get: |vm, v| {
            let file = this(vm, v)?;
            if let Some(object) = file.stream.object() {
                return Ok(object);
            }
            // The same object each time.
            let made = || buffer_of(vm, &file.stream);
            Ok(file.buffer.borrow_mut().get_or_insert_with(made).clone())
        },
        set: None,
    },
];

fn reconfigure(vm: &Vm, args: &[Value]) -> R {
    let file = this(vm, &args[0])?;
    file.stream.flush(vm)?;
    if let Some(text) = args[1].as_str() {
        *file.encoding.borrow_mut() = text.to_owned();
    }
    if let Some(text) = args[2].as_str() {
        *file.errors.borrow_mut() = text.to_owned();
    } else if args[1].as_str().is_some() {
        *file.errors.borrow_mut() = "strict".to_owned();
    }
    if args[3].as_str().is_some() {
        file.newline
            .set(super::text::Newline::from_value(vm, &args[3])?);
    }
    if !args[4].is_missing() {
        file.line_buffering.set(vm.truth(&args[4])?);
    }
    Ok(Value::None)
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a TextFile> {
    match v.downcast::<HostObj>().and_then(|h| h.get::<TextFile>()) {
        Some(file) => Ok(file),
        None => Err(vm.type_error("a text file is wanted")),
    }
}

fn readable<'a>(vm: &Vm, v: &'a Value) -> R<&'a TextFile> {
    let file = this(vm, v)?;
    check_readable(vm, &file.stream, "not readable")?;
    Ok(file)
}

fn itself(vm: &Vm, args: &[Value]) -> R {
    this(vm, &args[0])?.stream.check_open(vm)?;
    Ok(args[0].clone())
}

fn next(vm: &Vm, args: &[Value]) -> R {
    let file = readable(vm, &args[0])?;
    let line = file.read_line(vm, None)?;
    file.set_iterating(!line.is_empty());
    if line.is_empty() {
        return Err(vm.stop_iteration(Value::None));
    }
    Ok(vm.text(&line))
}

fn readlines(vm: &Vm, args: &[Value]) -> R {
    let file = readable(vm, &args[0])?;
    let hint = size(vm, &args[1])?.filter(|h| *h > 0).unwrap_or(usize::MAX);
    let (mut lines, mut total) = (Vec::new(), 0);
    while total < hint {
        let line = file.read_line(vm, None)?;
        if line.is_empty() {
            break;
        }
        total += line.chars().count();
        lines.push(vm.text(&line));
    }
    Ok(list(lines))
}

fn write(vm: &Vm, args: &[Value]) -> R {
    let file = this(vm, &args[0])?;
    let native = vm.native(&args[1]);
    let Some(text) = native.as_str() else {
        return Err(vm.type_error(format!(
            "write() argument must be str, not {}",
            vm.type_name(&args[1])
        )));
    };
    check_writable(vm, &file.stream, "not writable")?;
    file.write(vm, text)?;
    Ok(text.chars().count().into())
}

fn seek(vm: &Vm, args: &[Value]) -> R {
    let file = this(vm, &args[0])?;
    file.stream.check_open(vm)?;
    let offset = vm.to_index(&args[1])?;
    let whence = match args[2].bound() {
        None => 0,
        Some(v) => vm.to_index(v)?,
    };
    let to = match (whence, offset) {
        (0, 0..) => SeekFrom::Start(offset.unsigned_abs()),
        (0, _) => return Err(vm.value_error(format!("negative seek position {offset}"))),
        (1, 0) => SeekFrom::Start(file.tell(vm)?),
        (1, _) => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
        (2, 0) => SeekFrom::End(0),
        (2, _) => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
        _ => {
            let text = format!("invalid whence ({whence}, should be 0, 1 or 2)");
            return Err(vm.value_error(text));
        }
    };
    Ok(file.seek(vm, to)?.into_value())
}

fn truncate(vm: &Vm, args: &[Value]) -> R {
    let file = this(vm, &args[0])?;
    check_writable(vm, &file.stream, "not writable")?;
    let size = match size(vm, &args[1])? {
        Some(size) => size as u64,
        None => file.tell(vm)?,
    };
    file.stream.truncate(vm, size)?;
    Ok(size.into_value())
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let file = this(vm, &args[0])?;
    let encoding = file.encoding.borrow();
    if let Some(object) = file.stream.object() {
        let name = match vm.find_attr(&object, &vm.name("name"))? {
            Some(name) => format!(" name={}", vm.repr(&name)?.as_str()),
            None => String::new(),
        };
        let text = format!("<_io.TextIOWrapper{name} encoding='{encoding}'>");
        return Ok(vm.text(&text));
    }
    let name = vm.repr(&file.stream.name)?;
    Ok(vm.text(&format!(
        "<_io.TextIOWrapper name={} mode='{}' encoding='{encoding}'>",
        name.as_str(),
        file.mode,
    )))
}
