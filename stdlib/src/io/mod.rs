//! `_io`: `open` and the files that it makes, and files in memory. `io` adds the abstract classes.

mod binary;
mod bytes_io;
mod open;
mod source;
pub(crate) mod stream;
mod string_io;
mod text;
mod text_rows;

use std::any::Any;
use std::io::SeekFrom;
use std::rc::Rc;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, native};
use aio_interp::object::{Kind, Obj, Ref};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::host::{HostAttrs, HostData};
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::{TupleObj, tuple};
use aio_interp::{R, Raised, Value, Vm};

use stream::Stream;

/// A binary file. The buffer of a text file shares its stream.
struct Bytes(Rc<Stream>);

impl HostData for Bytes {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.0.trace(visit);
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The classes of files.
pub(crate) struct Classes {
    base: Ref<ClassObj>,
    raw_base: Ref<ClassObj>,
    buffered_base: Ref<ClassObj>,
    text_base: Ref<ClassObj>,
    raw: Ref<ClassObj>,
    reader: Ref<ClassObj>,
    writer: Ref<ClassObj>,
    random: Ref<ClassObj>,
    text: Ref<ClassObj>,
    string_io: Ref<ClassObj>,
    bytes_io: Ref<ClassObj>,
    unsupported: Value,
}

const fn base(name: &'static str, doc: &'static str) -> ClassSpec {
    ClassSpec {
        name,
        module: "_io",
        doc,
        layout: Layout::Instance,
        methods: &[],
        attributes: &[],
        subclassable: true,
    }
}

static IO_BASE: ClassSpec = base("_IOBase", "The abstract base class for all I/O classes.");
static RAW_BASE: ClassSpec = base("_RawIOBase", "Base class for raw binary I/O.");
static BUFFERED_BASE: ClassSpec = base("_BufferedIOBase", "Base class for buffered IO objects.");
static TEXT_BASE: ClassSpec = base("_TextIOBase", "Base class for text I/O.");

const fn binary_spec(name: &'static str, doc: &'static str) -> ClassSpec {
    ClassSpec {
        name,
        module: "_io",
        doc,
        layout: Layout::Native(Kind::Host),
        methods: binary::METHODS,
        attributes: binary::ATTRIBUTES,
        subclassable: true,
    }
}

static FILE_IO: ClassSpec = binary_spec("FileIO", "Open a file.");
static READER: ClassSpec = binary_spec("BufferedReader", "A file that is read.");
static WRITER: ClassSpec = binary_spec("BufferedWriter", "A file that is written.");
static RANDOM: ClassSpec = binary_spec("BufferedRandom", "A file that is read and written.");

/// The classes, made at the first look.
fn classes(vm: &Vm) -> Rc<Classes> {
    vm.state("io classes", || {
        let base = vm.make_class(&IO_BASE, &[]);
        let raw_base = vm.make_class(&RAW_BASE, &[&base]);
        let buffered_base = vm.make_class(&BUFFERED_BASE, &[&base]);
        let text_base = vm.make_class(&TEXT_BASE, &[&base]);
        Classes {
            raw: vm.make_class(&FILE_IO, &[&raw_base]),
            reader: vm.make_class(&READER, &[&buffered_base]),
            writer: vm.make_class(&WRITER, &[&buffered_base]),
            random: vm.make_class(&RANDOM, &[&buffered_base]),
            text: vm.make_class(&text_rows::TEXT, &[&text_base]),
            string_io: vm.make_class(&string_io::SPEC, &[&text_base]),
            bytes_io: vm.make_class(&bytes_io::SPEC, &[&buffered_base]),
            unsupported: unsupported_class(vm),
            base,
            raw_base,
            buffered_base,
            text_base,
        }
    })
}

/// The class of text files, which those of the standard streams are derived from.
pub(crate) fn text_class(vm: &Vm) -> Ref<ClassObj> {
    classes(vm).text.clone()
}

/// The class of buffered writers.
pub(crate) fn writer_class(vm: &Vm) -> Ref<ClassObj> {
    classes(vm).writer.clone()
}

/// `io.UnsupportedOperation`.
fn unsupported_class(vm: &Vm) -> Value {
    let bases = aio_interp::objects::tuple::tuple(vec![
        (&vm.exceptions.OSError).into(),
        (&vm.exceptions.ValueError).into(),
    ]);
    let namespace = aio_interp::objects::dict::new_dict();
    namespace.set_name(&vm.names.module_, vm.text("io"));
    let args = [vm.text("UnsupportedOperation"), bases, namespace.into()];
    match vm.call(&(&vm.classes.type_).into(), &args) {
        Ok(class) => class,
        Err(Raised) => {
            drop(vm.take_raised());
            (&vm.exceptions.OSError).into()
        }
    }
}

/// Raises `io.UnsupportedOperation`.
fn unsupported(vm: &Vm, text: &str) -> Raised {
    match classes(vm).unsupported.downcast::<ClassObj>() {
        Some(class) => vm.raise_text(class, text),
        None => vm.raise_text(&vm.exceptions.OSError, text),
    }
}

/// `open` as a row, for the builtin name space.
pub static OPEN: &[Native] = &[native(
    "open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
    "Open file and return a stream.  Raise OSError upon failure.",
    open::open,
)];

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_io", "Files.");
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    let c = classes(vm);
    for (name, class) in [
        ("_IOBase", &c.base),
        ("_RawIOBase", &c.raw_base),
        ("_BufferedIOBase", &c.buffered_base),
        ("_TextIOBase", &c.text_base),
        ("FileIO", &c.raw),
        ("BufferedReader", &c.reader),
        ("BufferedWriter", &c.writer),
        ("BufferedRandom", &c.random),
        ("TextIOWrapper", &c.text),
        ("StringIO", &c.string_io),
        ("BytesIO", &c.bytes_io),
    ] {
        set(name, class.into());
    }
    set("UnsupportedOperation", c.unsupported.clone());
    set("BlockingIOError", (&vm.exceptions.BlockingIOError).into());
    set("DEFAULT_BUFFER_SIZE", Value::from(stream::CHUNK));
    let open = vm.builtins.get_name(&vm.name("open"));
    set("open", open.unwrap_or(Value::None));
    Ok(module)
}

/// An optional size: `None` for all there is.
fn size(vm: &Vm, v: &Value) -> R<Option<usize>> {
    if v.is_missing() {
        return Ok(None);
    }
    match vm.to_index(v) {
        Ok(size) => Ok(usize::try_from(size).ok()),
        Err(raised) => match vm.catch(&vm.exceptions.TypeError) {
            Some(_) => Err(vm.type_error(format!(
                "argument should be integer or None, not '{}'",
                vm.type_name(v)
            ))),
            None => Err(raised),
        },
    }
}

/// The arguments of `seek`.
fn target(vm: &Vm, offset: &Value, whence: &Value) -> R<SeekFrom> {
    let offset = vm.to_index(offset)?;
    let whence = if whence.is_unbound() {
        0
    } else {
        vm.to_index(whence)?
    };
    match whence {
        0 => match u64::try_from(offset) {
            Ok(offset) => Ok(SeekFrom::Start(offset)),
            Err(_) => Err(vm.value_error(format!("negative seek value {offset}"))),
        },
        1 => Ok(SeekFrom::Current(offset)),
        2 => Ok(SeekFrom::End(offset)),
        _ => Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    }
}

fn check_readable(vm: &Vm, stream: &Stream, text: &str) -> R<()> {
    stream.check_open(vm)?;
    match stream.readable {
        true => Ok(()),
        false if stream.unbuffered => Err(unsupported(vm, "File not open for reading")),
        false => Err(unsupported(vm, text)),
    }
}

fn check_writable(vm: &Vm, stream: &Stream, text: &str) -> R<()> {
    stream.check_open(vm)?;
    match stream.writable {
        true => Ok(()),
        false if stream.unbuffered => Err(unsupported(vm, "File not open for writing")),
        false => Err(unsupported(vm, text)),
    }
}

/// `__reduce__` of a file in memory: the class, no arguments, and `__getstate__()`.
fn reduce(vm: &Vm, a: &[Value]) -> R {
    let state = vm.call_method(&a[0], &vm.name("__getstate__"), &[])?;
    Ok(tuple(vec![vm.class_of(&a[0]).into(), tuple(vec![]), state]))
}

/// A state with the attributes of the object as its last part.
fn with_attributes(parts: Value, attrs: &HostAttrs) -> R {
    let mut parts = parts
        .downcast::<TupleObj>()
        .map_or_else(Vec::new, |t| t.items().to_vec());
    parts.push(attrs.borrow().as_ref().map_or(Value::None, Value::from));
    Ok(tuple(parts))
}

/// `__setstate__` of a file in memory: arguments of `__init__`, the position, attributes.
fn set_state(vm: &Vm, a: &[Value]) -> R {
    let state = a[1].downcast::<TupleObj>().map(|t| t.items().to_vec());
    let Some([content @ .., at, attrs]) = state.as_deref() else {
        let (class, given) = (vm.type_name(&a[0]), vm.type_name(&a[1]));
        let count = if class.ends_with("BytesIO") { 3 } else { 4 };
        return Err(vm.type_error(format!(
            "{class}.__setstate__ argument should be {count}-tuple, got {given}"
        )));
    };
    vm.call_method(&a[0], &vm.name("__init__"), content)?;
    vm.call_method(&a[0], &vm.name("seek"), std::slice::from_ref(at))?;
    if !attrs.is_none() {
        let dict = vm.get_attr(&a[0], &vm.name("__dict__"))?;
        vm.call_method(&dict, &vm.name("update"), std::slice::from_ref(attrs))?;
    }
    Ok(Value::None)
}
