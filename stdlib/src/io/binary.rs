//! The methods of binary files.

use std::os::fd::AsRawFd;
use std::rc::Rc;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::native::{Native, method, static_method};
use aio_interp::objects::bytes::{ByteArrayObj, bytes};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::HostObj;
use aio_interp::objects::list::list;
use aio_interp::{R, Value, Vm};

use super::stream::Stream;
use super::{Bytes, check_readable, check_writable, size, target};

pub(super) const METHODS: &[Native] = &[
    static_method(
        "__new__(cls, raw, mode='r', closefd=True, opener=None, *, buffer_size=8192)",
        "Create a file over another object.",
        super::open::new_binary,
    ),
    method("detach()", "Give up the raw stream.", |vm, a| {
        match this(vm, &a[0])?.detach(vm)? {
            Some(object) => Ok(object),
            None => Err(super::unsupported(vm, "detach")),
        }
    }),
    method("read(size=-1, /)", "Read bytes.", read),
    method("read1(size=-1, /)", "Read what one read gives.", read1),
    method("readall()", "Read to the end.", |vm, a| {
        let stream = readable(vm, &a[0])?;
        Ok(bytes(stream.read(vm, None)?))
    }),
    method("readinto(buffer, /)", "Read into a bytearray.", readinto),
    method("readinto1(buffer, /)", "Read into a bytearray.", readinto),
    method("peek(size=0, /)", "Bytes without going on.", |vm, a| {
        let stream = readable(vm, &a[0])?;
        Ok(bytes(stream.peek(vm)?))
    }),
    method("readline(size=-1, /)", "Read a line.", readline),
    method("readlines(hint=-1, /)", "Read all lines.", readlines),
    method("write(buffer, /)", "Write bytes.", write),
    method("writelines(lines, /)", "Write several.", |vm, a| {
        for line in vm.collect(&a[1])? {
            write(vm, &[a[0].clone(), line])?;
        }
        Ok(Value::None)
    }),
    method("seek(target, whence=0, /)", "Go to a position.", |vm, a| {
        let to = target(vm, &a[1], &a[2])?;
        Ok(this(vm, &a[0])?.seek(vm, to)?.into_value())
    }),
    method("tell()", "The position.", |vm, a| {
        Ok(this(vm, &a[0])?.tell(vm)?.into_value())
    }),
    method("truncate(pos=None, /)", "Cut the file.", truncate),
    method("flush()", "Write what waits.", |vm, a| {
        this(vm, &a[0])?.flush(vm).map(|()| Value::None)
    }),
    method("close()", "Close the file.", |vm, a| {
        this(vm, &a[0])?.close(vm).map(|()| Value::None)
    }),
    method("fileno()", "The number of the descriptor.", |vm, a| {
        let number = this(vm, &a[0])?.with_file(vm, AsRawFd::as_raw_fd)?;
        Ok(Value::Int(i64::from(number)))
    }),
    method("isatty()", "True on a terminal.", |vm, a| {
        Ok(this(vm, &a[0])?.is_terminal(vm)?.into())
    }),
    method("readable()", "True if it can be read.", |vm, a| {
        let stream = this(vm, &a[0])?;
        stream.check_open(vm).map(|()| stream.readable.into())
    }),
    method("writable()", "True if it can be written.", |vm, a| {
        let stream = this(vm, &a[0])?;
        stream.check_open(vm).map(|()| stream.writable.into())
    }),
    method("seekable()", "True if positions can be set.", |vm, a| {
        let stream = this(vm, &a[0])?;
        stream.check_open(vm)?;
        Ok(Value::bool(is_seekable(vm, stream)))
    }),
    method("__enter__()", "The file itself.", |vm, a| {
        this(vm, &a[0])?.check_open(vm)?;
        Ok(a[0].clone())
    }),
    method("__exit__(*args)", "Close the file.", |vm, a| {
        this(vm, &a[0])?.close(vm).map(|()| Value::None)
    }),
    method("__iter__()", "The file itself.", |vm, a| {
        this(vm, &a[0])?.check_open(vm)?;
        Ok(a[0].clone())
    }),
    method("__next__()", "The next line.", |vm, a| {
        let line = readable(vm, &a[0])?.read_line(vm, usize::MAX)?;
        if line.is_empty() {
            return Err(vm.stop_iteration(Value::None));
        }
        Ok(bytes(line))
    }),
    method("__repr__()", "Return repr(self).", repr),
];

pub(super) const ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "closed",
        get: |vm, v| Ok(Value::bool(this(vm, v)?.is_closed())),
        set: None,
    },
    Attribute {
        name: "name",
        get: |vm, v| Ok(this(vm, v)?.name.clone()),
        set: None,
    },
    Attribute {
        name: "mode",
        get: |vm, v| Ok(vm.text(this(vm, v)?.raw_mode)),
        set: None,
    },
    Attribute {
        name: "raw",
        get: |vm, v| Ok(this(vm, v)?.object().unwrap_or_else(|| v.clone())),
        set: None,
    },
    Attribute {
        name: "closefd",
        get: |_, _| Ok(Value::True),
        set: None,
    },
];

/// A position as a value.
pub(super) trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for u64 {
    fn into_value(self) -> Value {
        Value::Int(i64::try_from(self).unwrap_or(i64::MAX))
    }
}

/// True unless the file is a pipe or the like.
pub(super) fn is_seekable(vm: &Vm, stream: &Stream) -> bool {
    let seekable = stream.tell(vm).is_ok();
    if !seekable {
        drop(vm.take_raised());
    }
    seekable
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Rc<Stream>> {
    match v.downcast::<HostObj>().and_then(|h| h.get::<Bytes>()) {
        Some(file) => Ok(&file.0),
        None => Err(vm.type_error("a binary file is wanted")),
    }
}

fn readable<'a>(vm: &Vm, v: &'a Value) -> R<&'a Rc<Stream>> {
    let stream = this(vm, v)?;
    check_readable(vm, stream, "read")?;
    Ok(stream)
}

fn read(vm: &Vm, args: &[Value]) -> R {
    let stream = readable(vm, &args[0])?;
    Ok(bytes(stream.read(vm, size(vm, &args[1])?)?))
}

fn read1(vm: &Vm, args: &[Value]) -> R {
    let stream = readable(vm, &args[0])?;
    let most = size(vm, &args[1])?.unwrap_or(super::stream::CHUNK);
    Ok(bytes(stream.read_some(vm, most)?))
}

fn readinto(vm: &Vm, args: &[Value]) -> R {
    let stream = readable(vm, &args[0])?;
    let wanted = vm.len(&args[1])?;
    let data = stream.read(vm, Some(wanted))?;
    fill(vm, &args[1], &data)
}

/// Writes bytes into a buffer that is as long at least; returns how many.
pub(super) fn fill(vm: &Vm, buffer: &Value, data: &[u8]) -> R {
    let native = vm.native(buffer);
    if let Some(array) = native.downcast::<ByteArrayObj>() {
        let mut array = array.data.write();
        let end = data.len().min(array.len());
        array[..end].copy_from_slice(&data[..end]);
        return Ok(end.into());
    }
    for (i, b) in data.iter().enumerate() {
        vm.set_item(buffer, &i.into(), Value::Int(i64::from(*b)))?;
    }
    Ok(data.len().into())
}

fn readline(vm: &Vm, args: &[Value]) -> R {
    let stream = readable(vm, &args[0])?;
    let most = size(vm, &args[1])?.unwrap_or(usize::MAX);
    Ok(bytes(stream.read_line(vm, most)?))
}

fn readlines(vm: &Vm, args: &[Value]) -> R {
    let stream = readable(vm, &args[0])?;
    let hint = size(vm, &args[1])?.filter(|h| *h > 0).unwrap_or(usize::MAX);
    let (mut lines, mut total) = (Vec::new(), 0);
    while total < hint {
        let line = stream.read_line(vm, usize::MAX)?;
        if line.is_empty() {
            break;
        }
        total += line.len();
        lines.push(bytes(line));
    }
    Ok(list(lines))
}

fn write(vm: &Vm, args: &[Value]) -> R {
    let stream = this(vm, &args[0])?;
    check_writable(vm, stream, "write")?;
    let Some(data) = bytes_of(&vm.native(&args[1])) else {
        return Err(vm.type_error(format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(&args[1])
        )));
    };
    stream.write(vm, &data)?;
    Ok(data.len().into())
}

fn truncate(vm: &Vm, args: &[Value]) -> R {
    let stream = this(vm, &args[0])?;
    check_writable(vm, stream, "write")?;
    let size = match size(vm, &args[1])? {
        Some(size) => size as u64,
        None => stream.tell(vm)?,
    };
    stream.truncate(vm, size)?;
    Ok(size.into_value())
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let stream = this(vm, &args[0])?;
    let class = vm.type_name(&args[0]);
    if stream.object().is_some() {
        return Ok(vm.text(&format!("<{class}>")));
    }
    let name = vm.repr(&stream.name)?;
    let name = name.as_str();
    Ok(vm.text(&if stream.unbuffered {
        if stream.is_closed() {
            "<_io.FileIO [closed]>".to_owned()
        } else {
            let mode = stream.raw_mode;
            format!("<_io.FileIO name={name} mode='{mode}' closefd=True>")
        }
    } else {
        format!("<{class} name={name}>")
    }))
}
