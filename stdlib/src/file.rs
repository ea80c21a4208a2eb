//! The standard streams as file objects (`sys.stdout`, `sys.stderr`, `sys.stdin`).

use std::any::Any;
use std::io::IsTerminal;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method};
use aio_interp::object::{Kind, Ref};
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::list::list;
use aio_interp::{R, Value, Vm};

/// Which of the streams.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    In,
    Out,
    Err,
}

impl HostData for Stream {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

static CLASS: ClassSpec = ClassSpec {
    name: "TextIOWrapper",
    module: "_io",
    doc: "A text stream.",
    layout: Layout::Native(Kind::Host),
    methods: METHODS,
    attributes: ATTRIBUTES,
    subclassable: false,
};

static METHODS: &[Native] = &[
    method("write(text, /)", "Write text; return its length.", write),
    method("writelines(lines, /)", "Write several texts.", writelines),
    method("flush()", "Write what is buffered.", flush),
    method("read(size=-1, /)", "Read to the end.", read),
    method("readline(size=-1, /)", "Read a line.", readline),
    method("readlines(hint=-1, /)", "Read all lines.", readlines),
    method("isatty()", "True on a terminal.", isatty),
    method("fileno()", "The number of the file descriptor.", fileno),
    method("seekable()", "False.", |_, _| Ok(Value::False)),
    method("readable()", "True if it can be read.", readable),
    method("writable()", "True if it can be written.", writable),
    method(
        "close()",
        "Does nothing: the stream is the process's.",
        close,
    ),
    method(
        "reconfigure(*, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
        "Accepted and ignored.",
        reconfigure,
    ),
    method("__iter__()", "The stream itself.", iter),
    method("__next__()", "The next line.", next),
    method("__enter__()", "The stream itself.", iter),
    method("__exit__(*args)", "Nothing.", reconfigure),
    method("__repr__()", "A short text.", repr),
];

static ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "encoding",
        get: |vm, _| Ok(vm.text("utf-8")),
        set: None,
    },
    Attribute {
        name: "errors",
        get: |vm, _| Ok(vm.text("strict")),
        set: None,
    },
    Attribute {
        name: "closed",
        get: |_, _| Ok(Value::False),
        set: None,
    },
    Attribute {
        name: "name",
        get: |vm, v| Ok(vm.text(name(stream(vm, v)?))),
        set: None,
    },
    Attribute {
        name: "mode",
        get: |vm, v| {
            Ok(vm.text(if stream(vm, v)? == Stream::In {
                "r"
            } else {
                "w"
            }))
        },
        set: None,
    },
    Attribute {
        name: "buffer",
        get: buffer,
        set: None,
    },
    Attribute {
        name: "newlines",
        get: |_, _| Ok(Value::None),
        set: None,
    },
];

/// The bytes below a standard stream: `sys.stdout.buffer`.
struct Buffer(Stream);

impl HostData for Buffer {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

static BUFFER: ClassSpec = ClassSpec {
    name: "BufferedWriter",
    module: "_io",
    doc: "The bytes of a standard stream.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        method("__repr__()", "A short text.", |vm, a| {
            let (class, name) = (vm.type_name(&a[0]), name(of_buffer(&a[0])));
            Ok(vm.text(&format!("<{class} name='{name}'>")))
        }),
        method("write(buffer, /)", "Write bytes.", write_bytes),
        method("flush()", "Write what is buffered.", |vm, _| {
            vm.streams.flush_out(vm).map(|()| Value::None)
        }),
        method("read(size=-1, /)", "Read to the end.", |vm, _| {
            Ok(bytes(vm.streams.read_all(vm)?.into_bytes()))
        }),
        method("readline(size=-1, /)", "Read a line.", |vm, _| {
            let line = vm.streams.read_line(vm)?.unwrap_or_default();
            Ok(bytes(line.into_bytes()))
        }),
        method("readlines(hint=-1, /)", "Read all lines.", |vm, _| {
            let mut lines = Vec::new();
            while let Some(line) = vm.streams.read_line(vm)? {
                lines.push(bytes(line.into_bytes()));
            }
            Ok(list(lines))
        }),
        method("readable()", "True if it can be read.", |_, a| {
            Ok((of_buffer(&a[0]) == Stream::In).into())
        }),
        method("writable()", "True if it can be written.", |_, a| {
            Ok((of_buffer(&a[0]) != Stream::In).into())
        }),
        method("seekable()", "False.", |_, _| Ok(Value::False)),
        method("isatty()", "True on a terminal.", |_, a| {
            Ok(is_terminal(of_buffer(&a[0])).into())
        }),
        method("fileno()", "The number of the file descriptor.", |_, a| {
            Ok(Value::Int(number(of_buffer(&a[0]))))
        }),
        method(
            "close()",
            "Does nothing: the stream is the process's.",
            close,
        ),
        method("detach()", "The stream itself.", iter),
        method("__iter__()", "The stream itself.", iter),
        method("__next__()", "The next line.", |vm, _| {
            match vm.streams.read_line(vm)? {
                Some(line) => Ok(bytes(line.into_bytes())),
                None => Err(vm.stop_iteration(Value::None)),
            }
        }),
    ],
    attributes: &[
        Attribute {
            name: "closed",
            get: |_, _| Ok(Value::False),
            set: None,
        },
        Attribute {
            name: "name",
            get: |vm, v| Ok(vm.text(name(of_buffer(v)))),
            set: None,
        },
        Attribute {
            name: "raw",
            get: |_, v| Ok(v.clone()),
            set: None,
        },
    ],
    subclassable: false,
};

fn of_buffer(v: &Value) -> Stream {
    let buffer = v.downcast::<HostObj>().and_then(|h| h.get::<Buffer>());
    buffer.map_or(Stream::Out, |b| b.0)
}

fn write_bytes(vm: &Vm, args: &[Value]) -> R {
    let Some(data) = bytes_of(&vm.native(&args[1])) else {
        return Err(vm.type_error(format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(&args[1])
        )));
    };
    match of_buffer(&args[0]) {
        Stream::Err => vm.streams.write_err(vm, &String::from_utf8_lossy(&data)),
        _ => vm.streams.write_out_bytes(vm, &data)?,
    }
    Ok(data.len().into())
}

fn buffer(vm: &Vm, v: &Value) -> R {
    let of = stream(vm, v)?;
    let class = vm.state("stream buffer", || {
        BufferClass(vm.make_class(&BUFFER, &[&crate::io::writer_class(vm)]))
    });
    Ok(Ref::new(HostObj {
        class: class.0.clone(),
        data: Box::new(Buffer(of)),
    })
    .into())
}

struct BufferClass(Ref<ClassObj>);

/// The three streams as values.
pub(crate) fn streams(vm: &Vm) -> [Value; 3] {
    let class = vm.make_class(&CLASS, &[&crate::io::text_class(vm)]);
    [Stream::In, Stream::Out, Stream::Err].map(|s| {
        Ref::new(HostObj {
            class: class.clone(),
            data: Box::new(s),
        })
        .into()
    })
}

fn name(stream: Stream) -> &'static str {
    match stream {
        Stream::In => "<stdin>",
        Stream::Out => "<stdout>",
        Stream::Err => "<stderr>",
    }
}

fn stream(vm: &Vm, v: &Value) -> R<Stream> {
    match v
        .downcast::<HostObj>()
        .and_then(|h| h.get::<Stream>().copied())
    {
        Some(s) => Ok(s),
        None => Err(vm.type_error("a stream is wanted")),
    }
}

fn not_readable(vm: &Vm) -> aio_interp::Raised {
    vm.raise_text(&vm.exceptions.OSError, "not readable")
}

fn write(vm: &Vm, args: &[Value]) -> R {
    let stream = stream(vm, &args[0])?;
    let native = vm.native(&args[1]);
    let Some(text) = native.as_str() else {
        let text = format!(
            "write() argument must be str, not {}",
            vm.type_name(&args[1])
        );
        return Err(vm.type_error(text));
    };
    match stream {
        Stream::Out => vm.streams.write_out(vm, text)?,
        Stream::Err => vm.streams.write_err(vm, text),
        Stream::In => return Err(vm.raise_text(&vm.exceptions.OSError, "not writable")),
    }
    Ok(Value::from(text.chars().count()))
}

fn writelines(vm: &Vm, args: &[Value]) -> R {
    for line in vm.collect(&args[1])? {
        write(vm, &[args[0].clone(), line])?;
    }
    Ok(Value::None)
}

fn flush(vm: &Vm, args: &[Value]) -> R {
    if stream(vm, &args[0])? == Stream::Out {
        vm.streams.flush_out(vm)?;
    }
    Ok(Value::None)
}

fn read(vm: &Vm, args: &[Value]) -> R {
    if stream(vm, &args[0])? != Stream::In {
        return Err(not_readable(vm));
    }
    let text = vm.streams.read_all(vm)?;
    Ok(vm.text(&text))
}

fn readline(vm: &Vm, args: &[Value]) -> R {
    if stream(vm, &args[0])? != Stream::In {
        return Err(not_readable(vm));
    }
    let line = vm.streams.read_line(vm)?.unwrap_or_default();
    Ok(vm.text(&line))
}

fn readlines(vm: &Vm, args: &[Value]) -> R {
    if stream(vm, &args[0])? != Stream::In {
        return Err(not_readable(vm));
    }
    let mut lines = Vec::new();
    while let Some(line) = vm.streams.read_line(vm)? {
        lines.push(vm.text(&line));
    }
    Ok(list(lines))
}

fn isatty(vm: &Vm, args: &[Value]) -> R {
    Ok(is_terminal(stream(vm, &args[0])?).into())
}

fn is_terminal(stream: Stream) -> bool {
    match stream {
        Stream::In => std::io::stdin().is_terminal(),
        Stream::Out => std::io::stdout().is_terminal(),
        Stream::Err => std::io::stderr().is_terminal(),
    }
}

fn fileno(vm: &Vm, args: &[Value]) -> R {
    Ok(Value::Int(number(stream(vm, &args[0])?)))
}

fn number(stream: Stream) -> i64 {
    match stream {
        Stream::In => 0,
        Stream::Out => 1,
        Stream::Err => 2,
    }
}

fn readable(vm: &Vm, args: &[Value]) -> R {
    Ok(Value::bool(stream(vm, &args[0])? == Stream::In))
}

fn writable(vm: &Vm, args: &[Value]) -> R {
    Ok(Value::bool(stream(vm, &args[0])? != Stream::In))
}

fn close(_: &Vm, _: &[Value]) -> R {
    Ok(Value::None)
}

fn reconfigure(_: &Vm, _: &[Value]) -> R {
    Ok(Value::None)
}

fn iter(_: &Vm, args: &[Value]) -> R {
    Ok(args[0].clone())
}

fn next(vm: &Vm, args: &[Value]) -> R {
    if stream(vm, &args[0])? != Stream::In {
        return Err(not_readable(vm));
    }
    match vm.streams.read_line(vm)? {
        Some(line) => Ok(vm.text(&line)),
        None => Err(vm.stop_iteration(Value::None)),
    }
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let s = stream(vm, &args[0])?;
    let mode = if s == Stream::In { "r" } else { "w" };
    Ok(vm.text(&format!(
        "<_io.TextIOWrapper name='{}' mode='{mode}' encoding='utf-8'>",
        name(s)
    )))
}
