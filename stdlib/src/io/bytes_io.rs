//! `BytesIO`: a binary file in memory.
//!
//! The bytes are a `bytearray`, so that views of it (`getbuffer`) share them.

use std::cell::RefCell;
use std::collections::TryReserveError;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, static_method};
use aio_interp::object::{Kind, Obj, Ref};
use aio_interp::objects::bytes::{ByteArrayObj, bytes};
use aio_interp::objects::class::Layout;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HOST_DICT, HostAttrs, HostData, HostObj};
use aio_interp::objects::list::list;
use aio_interp::objects::tuple::tuple;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use super::{classes, size, unsupported};

/// The data of a `BytesIO`, `None` once it is closed; and its attributes.
struct Memory(RefCell<Option<Data>>, HostAttrs);

impl HostData for Memory {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(data) = &*self.0.borrow() {
            visit(data.array.obj());
        }
        if let Some(dict) = &*self.1.borrow() {
            visit(dict.obj());
        }
    }
    fn clear(&self) {
        drop(self.1.take());
    }
    fn attrs(&self) -> Option<&HostAttrs> {
        Some(&self.1)
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

struct Data {
    array: Ref<ByteArrayObj>,
    /// The position; it may be behind the end.
    at: usize,
}

impl Data {
    fn new(content: Vec<u8>) -> Data {
        let array = Ref::new(ByteArrayObj {
            data: Shared::new(content),
            exports: Default::default(),
        });
        Data { array, at: 0 }
    }

    fn read(&mut self, wanted: Option<usize>) -> Vec<u8> {
        let all = self.array.data.read();
        let start = self.at.min(all.len());
        let end = wanted.map_or(all.len(), |w| start.saturating_add(w).min(all.len()));
        let taken = all[start..end].to_vec();
        self.at = self.at.max(end);
        taken
    }

    fn read_line(&mut self, most: Option<usize>) -> Vec<u8> {
        let length = {
            let all = self.array.data.read();
            let rest = &all[self.at.min(all.len())..];
            let end = rest.iter().position(|b| *b == b'\n');
            end.map_or(rest.len(), |end| end + 1)
        };
        self.read(Some(most.map_or(length, |most| most.min(length))))
    }

    /// Fails if there is no memory for so much.
    fn write(&mut self, data: &[u8]) -> Result<(), TryReserveError> {
        if data.is_empty() {
            return Ok(());
        }
        let mut all = self.array.data.write();
        let end = self.at.saturating_add(data.len());
        let more = end.saturating_sub(all.len());
        all.try_reserve(more)?;
        if self.at > all.len() {
            all.resize(self.at, 0);
        }
        let over = (all.len() - self.at).min(data.len());
        all[self.at..self.at + over].copy_from_slice(&data[..over]);
        all.extend_from_slice(&data[over..]);
        self.at = end;
        Ok(())
    }
}

pub(super) static SPEC: ClassSpec = ClassSpec {
    name: "BytesIO",
    module: "_io",
    doc: "Buffered I/O implementation using an in-memory bytes buffer.",
    layout: Layout::Native(Kind::Host),
    methods: METHODS,
    attributes: &[
        Attribute {
            name: "closed",
            get: |vm, v| Ok(Value::bool(this(vm, v)?.0.borrow().is_none())),
            set: None,
        },
        HOST_DICT,
    ],
    subclassable: true,
};

const METHODS: &[Native] = &[
    static_method(
        "__new__(cls, *args, **kwargs)",
        "Create a file.",
        |vm, a| {
            let memory = Memory(RefCell::new(Some(Data::new(vec![]))), HostAttrs::default());
            super::open::made(vm, &a[0], &classes(vm).bytes_io, memory)
        },
    ),
    method(
        "__init__(initial_bytes=b'')",
        "Initialize self.",
        |vm, a| {
            let content = match a[1].is_missing() {
                true => vec![],
                false => content(vm, &a[1])?,
            };
            *this(vm, &a[0])?.0.borrow_mut() = Some(Data::new(content));
            Ok(Value::None)
        },
    ),
    method("__reduce__()", "Helper for pickle.", super::reduce),
    method("__getstate__()", "Helper for pickle.", |vm, a| {
        let parts = with(vm, &a[0], |d| {
            tuple(vec![bytes(d.array.data.read().to_vec()), d.at.into()])
        })?;
        super::with_attributes(parts, &this(vm, &a[0])?.1)
    }),
    method(
        "__setstate__(state, /)",
        "Helper for pickle.",
        super::set_state,
    ),
    method("getvalue()", "All bytes.", |vm, a| {
        with(vm, &a[0], |d| bytes(d.array.data.read().to_vec()))
    }),
    method("getbuffer()", "A view of all bytes.", |vm, a| {
        let array = with(vm, &a[0], |d| (&d.array).into())?;
        vm.call(&(&vm.classes.memoryview).into(), &[array])
    }),
    method("read(size=-1, /)", "Read bytes.", read),
    method("read1(size=-1, /)", "Read bytes.", read),
    method("readinto(buffer, /)", "Read into a bytearray.", readinto),
    method("readinto1(buffer, /)", "Read into a bytearray.", readinto),
    method("readline(size=-1, /)", "Read a line.", |vm, a| {
        let most = size(vm, &a[1])?;
        with(vm, &a[0], |d| bytes(d.read_line(most)))
    }),
    method("readlines(size=None, /)", "Read all lines.", readlines),
    method("write(b, /)", "Write bytes; return how many.", |vm, a| {
        with_open(vm, &a[0], |_| ())?;
        let data = content(vm, &a[1])?;
        write(vm, &a[0], &data)
    }),
    method("writelines(lines, /)", "Write several.", |vm, a| {
        with_open(vm, &a[0], |_| ())?;
        let lines = vm.iter(&a[1])?;
        while let Some(line) = vm.next(&lines)? {
            vm.poll()?;
            let data = content(vm, &line)?;
            write(vm, &a[0], &data)?;
        }
        Ok(Value::None)
    }),
    method("seek(pos, whence=0, /)", "Go to a position.", seek),
    method("tell()", "The position.", |vm, a| {
        with(vm, &a[0], |d| d.at.into())
    }),
    method("truncate(size=None, /)", "Cut the bytes.", truncate),
    method("flush()", "Does nothing.", |vm, a| {
        with(vm, &a[0], |_| Value::None)
    }),
    method("close()", "Close the file.", close),
    method("isatty()", "False.", |vm, a| {
        with(vm, &a[0], |_| Value::False)
    }),
    method("fileno()", "There is none.", |vm, a| {
        this(vm, &a[0])?;
        Err(unsupported(vm, "fileno"))
    }),
    method("detach()", "There is nothing below.", |vm, a| {
        this(vm, &a[0])?;
        Err(unsupported(vm, "detach"))
    }),
    method("readable()", "True.", |vm, a| {
        with(vm, &a[0], |_| Value::True)
    }),
    method("writable()", "True.", |vm, a| {
        with(vm, &a[0], |_| Value::True)
    }),
    method("seekable()", "True.", |vm, a| {
        with(vm, &a[0], |_| Value::True)
    }),
    method("__enter__()", "The file itself.", itself),
    method("__exit__(*args)", "Close the file.", close),
    method("__iter__()", "The file itself.", itself),
    method("__next__()", "The next line.", |vm, a| {
        let line = with_open(vm, &a[0], |d| d.read_line(None))?;
        match line.is_empty() {
            true => Err(vm.stop_iteration(Value::None)),
            false => Ok(bytes(line)),
        }
    }),
];

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Memory> {
    match v.downcast::<HostObj>().and_then(|h| h.get::<Memory>()) {
        Some(memory) => Ok(memory),
        None => Err(vm.type_error("a BytesIO is wanted")),
    }
}

/// Acts on the bytes; fails if the file is closed. Nothing in `act` may run script code.
fn with_open<T>(vm: &Vm, v: &Value, act: impl FnOnce(&mut Data) -> T) -> R<T> {
    match this(vm, v)?.0.borrow_mut().as_mut() {
        Some(data) => Ok(act(data)),
        None => Err(vm.value_error("I/O operation on closed file.")),
    }
}

fn with(vm: &Vm, v: &Value, act: impl FnOnce(&mut Data) -> Value) -> R {
    with_open(vm, v, act)
}

fn write(vm: &Vm, file: &Value, data: &[u8]) -> R {
    match with_open(vm, file, |d| d.write(data))? {
        Ok(()) => Ok(data.len().into()),
        Err(_) => Err(vm.out_of_memory()),
    }
}

fn content(vm: &Vm, v: &Value) -> R<Vec<u8>> {
    match bytes_of(&vm.native(v)) {
        Some(data) => Ok(data.to_vec()),
        None => Err(vm.type_error(format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(v)
        ))),
    }
}

fn itself(vm: &Vm, args: &[Value]) -> R {
    with(vm, &args[0], |_| args[0].clone())
}

fn close(vm: &Vm, args: &[Value]) -> R {
    let old = this(vm, &args[0])?.0.borrow_mut().take();
    drop(old);
    Ok(Value::None)
}

fn read(vm: &Vm, args: &[Value]) -> R {
    let wanted = size(vm, &args[1])?;
    with(vm, &args[0], |d| bytes(d.read(wanted)))
}

fn readinto(vm: &Vm, args: &[Value]) -> R {
    let wanted = vm.len(&args[1])?;
    let data = with_open(vm, &args[0], |d| d.read(Some(wanted)))?;
    super::binary::fill(vm, &args[1], &data)
}

fn readlines(vm: &Vm, args: &[Value]) -> R {
    let hint = size(vm, &args[1])?.filter(|h| *h > 0).unwrap_or(usize::MAX);
    let (mut lines, mut total) = (Vec::new(), 0);
    while total < hint {
        let line = with_open(vm, &args[0], |d| d.read_line(None))?;
        if line.is_empty() {
            break;
        }
        total += line.len();
        lines.push(bytes(line));
    }
    Ok(list(lines))
}

fn seek(vm: &Vm, args: &[Value]) -> R {
    let (at, end) = with_open(vm, &args[0], |d| (d.at, d.array.data.read().len()))?;
    let offset = vm.to_index(&args[1])?;
    let whence = match args[2].bound() {
        Some(v) => vm.to_index(v)?,
        None => 0,
    };
    let to = match whence {
        0 if offset < 0 => {
            return Err(vm.value_error(format!("negative seek value {offset}")));
        }
        0 => offset,
        1 => (at as i64).saturating_add(offset),
        2 => (end as i64).saturating_add(offset),
        _ => {
            return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)")));
        }
    };
    let to = usize::try_from(to).unwrap_or(0);
    with(vm, &args[0], |d| {
        d.at = to;
        to.into()
    })
}

fn truncate(vm: &Vm, args: &[Value]) -> R {
    let here = with_open(vm, &args[0], |d| d.at)?;
    let size = match args[1].is_missing() {
        true => here,
        false => {
            let size = vm.to_index(&args[1])?;
            match usize::try_from(size) {
                Ok(size) => size,
                Err(_) => {
                    return Err(vm.value_error(format!("negative size value {size}")));
                }
            }
        }
    };
    with(vm, &args[0], |d| {
        d.array.data.write().truncate(size);
        size.into()
    })
}
