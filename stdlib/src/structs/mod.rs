//! `struct`: values as packed bytes.

pub(crate) mod format;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, native, static_method};
use aio_interp::object::Ref;
use aio_interp::objects::bytes::{ByteArrayObj, bytes};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostIterator};
use aio_interp::objects::list::list;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Raised, Value, Vm};

use self::format::Format;
use crate::host::{ITER, NEXT, args_of, host, host_class, new_host, receiver};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module(
        "struct",
        "Functions to convert between Python values and C structs.",
    );
    vm.add_natives(&module, ROWS);
    let types = types(vm);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("Struct", (&types.structs).into());
    set("error", (&types.error).into());
    let public = [
        "calcsize",
        "pack",
        "pack_into",
        "unpack",
        "unpack_from",
        "iter_unpack",
        "Struct",
        "error",
    ];
    set("__all__", list(public.map(|name| vm.text(name)).to_vec()));
    Ok(module)
}

struct Types {
    structs: Ref<ClassObj>,
    iterator: Ref<ClassObj>,
    error: Ref<ClassObj>,
    /// Formats that were parsed lately.
    formats: RefCell<HashMap<String, Rc<Format>>>,
}

fn types(vm: &Vm) -> Rc<Types> {
    vm.state("struct", || Types {
        structs: vm.make_class(&STRUCT, &[]),
        iterator: vm.make_class(&ITERATOR, &[]),
        error: vm.make_class(&ERROR, &[&vm.exceptions.Exception]),
        formats: RefCell::default(),
    })
}

static ERROR: ClassSpec = ClassSpec {
    layout: Layout::Exception,
    ..host_class("error", "struct", "", &[], &[])
};

/// Raises `struct.error`.
#[cold]
pub(crate) fn fail(vm: &Vm, text: &str) -> Raised {
    vm.raise_text(&types(vm).error, text)
}

/// The format in a `str` or `bytes`.
fn parse(vm: &Vm, v: &Value) -> R<Rc<Format>> {
    let native = vm.native(v);
    let text = match (native.as_str(), bytes_of(&native)) {
        (Some(text), _) if text.is_ascii() => text.to_owned(),
        (Some(_), _) => {
            vm.call_method(&native, &vm.name("encode"), &[vm.text("ascii")])?;
            return Err(fail(vm, "bad char in struct format"));
        }
        (None, Some(data)) => String::from_utf8_lossy(&data).into_owned(),
        (None, None) => {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!(
                "Struct() argument 1 must be a str or bytes object, not {name}"
            )));
        }
    };
    let types = types(vm);
    if let Some(known) = types.formats.borrow().get(&text) {
        return Ok(known.clone());
    }
    let parsed = Rc::new(Format::parse(vm, &text)?);
    let mut formats = types.formats.borrow_mut();
    if formats.len() >= 100 {
        formats.clear();
    }
    formats.insert(text, parsed.clone());
    Ok(parsed)
}

static ROWS: &[Native] = &[
    native(
        "calcsize(format, /)",
        "Return size in bytes of the struct described by the format string.",
        |vm, a| Ok(parse(vm, &a[0])?.size.into()),
    ),
    native(
        "pack(*args)",
        "pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, ... packed according\nto the format string.  See help(struct) for more on format strings.",
        |vm, a| {
            let (format, values) = with_format(vm, &a[0])?;
            pack(vm, &format, values)
        },
    ),
    native(
        "pack_into(*args)",
        "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string and write\nthe packed bytes into the writable buffer buf starting at offset.  Note\nthat the offset is a required argument.  See help(struct) for more\non format strings.",
        |vm, a| {
            let (format, values) = with_format(vm, &a[0])?;
            pack_into(vm, &format, values)
        },
    ),
    native(
        "unpack(format, buffer, /)",
        "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size in bytes must be calcsize(format).\n\nSee help(struct) for more on format strings.",
        |vm, a| unpack(vm, &*parse(vm, &a[0])?, &a[1]),
    ),
    native(
        "unpack_from(format, /, buffer, offset=0)",
        "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size, minus offset, must be at least calcsize(format).\n\nSee help(struct) for more on format strings.",
        |vm, a| unpack_from(vm, &*parse(vm, &a[0])?, &a[1..]),
    ),
    native(
        "iter_unpack(format, buffer, /)",
        "Return an iterator yielding tuples unpacked from the given bytes.\n\nThe bytes are unpacked according to the format string, like\na repeated invocation of unpack_from().\n\nRequires that the bytes length be a multiple of the format struct size.",
        |vm, a| iter_unpack(vm, parse(vm, &a[0])?, &a[1]),
    ),
];

static STRUCT: ClassSpec = host_class(
    "Struct",
    "_struct",
    "Struct(fmt) --> compiled struct object",
    &[
        static_method(
            "__new__(cls, /, *args, **kwargs)",
            "Create a compiled struct object.",
            new,
        ),
        method(
            "__init__(*args, **kwargs)",
            "Initialize self.  See help(type(self)) for accurate signature.",
            |vm, a| {
                let this = receiver::<Struct>(vm, &a[0], "Struct")?;
                if this.format.get().is_none() {
                    let _ = this.format.set(given_format(vm, &a[1..])?);
                }
                Ok(Value::None)
            },
        ),
        method(
            "pack(*args)",
            "Return a bytes object containing the values packed.",
            |vm, a| pack(vm, this(vm, &a[0])?, args_of(&a[1])),
        ),
        method(
            "pack_into(*args)",
            "Pack values and write them into a buffer.",
            |vm, a| pack_into(vm, this(vm, &a[0])?, args_of(&a[1])),
        ),
        method(
            "unpack(buffer, /)",
            "Return a tuple containing unpacked values.",
            |vm, a| unpack(vm, this(vm, &a[0])?, &a[1]),
        ),
        method(
            "unpack_from(buffer, offset=0)",
            "Return a tuple containing unpacked values.",
            |vm, a| unpack_from(vm, this(vm, &a[0])?, &a[1..]),
        ),
        method(
            "iter_unpack(buffer, /)",
            "Return an iterator yielding tuples.",
            |vm, a| iter_unpack(vm, this(vm, &a[0])?.clone(), &a[1]),
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            Ok(vm.text(&format!("Struct('{}')", this(vm, &a[0])?.text)))
        }),
    ],
    &[
        Attribute {
            name: "format",
            get: |vm, v| Ok(vm.text(&this(vm, v)?.text)),
            set: None,
        },
        Attribute {
            name: "size",
            get: |vm, v| Ok(this(vm, v)?.size.into()),
            set: None,
        },
    ],
);

/// The format among the arguments of `Struct(format)`.
fn given_format(vm: &Vm, args: &[Value]) -> R<Rc<Format>> {
    let named = args[1]
        .downcast::<DictObj>()
        .and_then(|d| d.get_name(&vm.name("format")));
    match args_of(&args[0]).first().or(named.as_ref()) {
        Some(format) => parse(vm, format),
        None => Err(vm.type_error("Struct() missing required argument 'format' (pos 1)")),
    }
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let format = OnceCell::new();
    let is_own = a[0].downcast::<ClassObj>().is_some_and(|c| c.is_builtin);
    if is_own || !args_of(&a[1]).is_empty() {
        let _ = format.set(given_format(vm, &a[1..])?);
    }
    new_host(vm, &a[0], Struct { format })
}

/// Without a format only until the `__init__` of a subclass gives it one.
struct Struct {
    format: OnceCell<Rc<Format>>,
}

impl HostData for Struct {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Rc<Format>> {
    let format = receiver::<Struct>(vm, v, "Struct")?.format.get();
    format.ok_or_else(|| vm.runtime_error("Struct object is not initialized"))
}

/// The format that comes first, and what follows.
fn with_format<'a>(vm: &Vm, args: &'a Value) -> R<(Rc<Format>, &'a [Value])> {
    match args_of(args) {
        [format, values @ ..] => Ok((parse(vm, format)?, values)),
        [] => Err(vm.type_error("missing format argument")),
    }
}

fn check_count(vm: &Vm, what: &str, format: &Format, given: usize) -> R<()> {
    if given == format.values {
        return Ok(());
    }
    let wanted = format.values;
    Err(fail(
        vm,
        &format!("{what} expected {wanted} items for packing (got {given})"),
    ))
}

fn pack(vm: &Vm, format: &Format, values: &[Value]) -> R {
    check_count(vm, "pack", format, values.len())?;
    Ok(bytes(format.pack(vm, values)?))
}

/// Where the format begins in a buffer: `offset`, counted from the end if negative.
fn place(vm: &Vm, format: &Format, offset: &Value, len: usize, does: [&str; 4]) -> R<usize> {
    let [function, room, verb, purpose] = does;
    let given = vm.to_index(offset)?;
    let size = format.size;
    if given < 0 {
        if given.saturating_add_unsigned(size as u64) > 0 {
            let text = format!("{room} {verb} {size} bytes at offset {given}");
            return Err(fail(vm, &text));
        }
        let Ok(at) = usize::try_from(given + len as i64) else {
            let text = format!("offset {given} out of range for {len}-byte buffer");
            return Err(fail(vm, &text));
        };
        return Ok(at);
    }
    let at = given as usize;
    if len < at || len - at < size {
        let wanted = at.saturating_add(size);
        return Err(fail(
            vm,
            &format!(
                "{function} requires a buffer of at least {wanted} bytes for {purpose} {size} \
                 bytes at offset {at} (actual buffer size is {len})"
            ),
        ));
    }
    Ok(at)
}

fn pack_into(vm: &Vm, format: &Format, args: &[Value]) -> R {
    let (buffer, offset, values) = match args {
        [] => return Err(fail(vm, "pack_into expected buffer argument")),
        [_] => return Err(fail(vm, "pack_into expected offset argument")),
        [buffer, offset, values @ ..] => (buffer, offset, values),
    };
    check_count(vm, "pack_into", format, values.len())?;
    let native = raw_view(vm, &vm.native(buffer))?;
    let len = match native.downcast::<ByteArrayObj>() {
        Some(array) => array.data.read().len(),
        None if is_writable_view(vm, &native)? => vm.len(&native)?,
        None => {
            let name = vm.type_name(buffer);
            return Err(vm.type_error(format!(
                "argument must be read-write bytes-like object, not {name}"
            )));
        }
    };
    let does = ["pack_into", "no space to", "pack", "packing"];
    let at = place(vm, format, offset, len, does)?;
    let data = format.pack(vm, values)?;
    match native.downcast::<ByteArrayObj>() {
        Some(array) => match array.data.write().get_mut(at..at + data.len()) {
            Some(to) => to.copy_from_slice(&data),
            None => return Err(fail(vm, "the buffer changed its size")),
        },
        None => {
            for (i, byte) in data.iter().enumerate() {
                vm.set_item(&native, &(at + i).into(), Value::Int(i64::from(*byte)))?;
            }
        }
    }
    Ok(Value::None)
}

/// What a view or an array holds, as a view of bytes; other objects as they are.
fn raw_view(vm: &Vm, v: &Value) -> R {
    use aio_interp::object::Kind;
    let view = match v.kind() {
        Some(Kind::Host) if bytes_of(v).is_some() => {
            vm.call(&(&vm.classes.memoryview).into(), std::slice::from_ref(v))?
        }
        Some(Kind::MemoryView) => v.clone(),
        _ => return Ok(v.clone()),
    };
    if vm.get_attr(&view, &vm.name("format"))?.as_str() == Some("B") {
        return Ok(view);
    }
    vm.call_method(&view, &vm.name("cast"), &[vm.text("B")])
}

fn is_writable_view(vm: &Vm, v: &Value) -> R<bool> {
    if !v.is_kind(aio_interp::object::Kind::MemoryView) {
        return Ok(false);
    }
    let readonly = vm.get_attr(v, &vm.name("readonly"))?;
    vm.truth(&readonly).map(|readonly| !readonly)
}

fn buffer(vm: &Vm, v: &Value) -> R<Vec<u8>> {
    bytes_of(&vm.native(v)).ok_or_else(|| {
        let name = vm.type_name(v);
        vm.type_error(format!("a bytes-like object is required, not '{name}'"))
    })
}

fn unpack(vm: &Vm, format: &Format, data: &Value) -> R {
    let data = buffer(vm, data)?;
    if data.len() != format.size {
        let text = format!("unpack requires a buffer of {} bytes", format.size);
        return Err(fail(vm, &text));
    }
    format.unpack(vm, &data).map(tuple)
}

fn unpack_from(vm: &Vm, format: &Format, a: &[Value]) -> R {
    let data = buffer(vm, &a[0])?;
    let does = ["unpack_from", "not enough data to", "unpack", "unpacking"];
    let at = place(vm, format, &a[1].or(Value::Int(0)), data.len(), does)?;
    format
        .unpack(vm, data.get(at..at + format.size).unwrap_or_default())
        .map(tuple)
}

fn iter_unpack(vm: &Vm, format: Rc<Format>, data: &Value) -> R {
    if format.size == 0 {
        return Err(fail(
            vm,
            "cannot iteratively unpack with a struct of length 0",
        ));
    }
    let data = buffer(vm, data)?;
    if data.len() % format.size != 0 {
        let size = format.size;
        let text = format!("iterative unpacking requires a buffer of a multiple of {size} bytes");
        return Err(fail(vm, &text));
    }
    let steps = Steps {
        format,
        data,
        at: 0.into(),
    };
    Ok(host(&types(vm).iterator, steps))
}

static ITERATOR: ClassSpec = host_class(
    "unpack_iterator",
    "_struct",
    "",
    &[
        ITER,
        NEXT,
        method(
            "__length_hint__()",
            "Return the number of tuples left.",
            |vm, a| {
                let steps: &Steps = receiver(vm, &a[0], "unpack_iterator")?;
                Ok(((steps.data.len() - steps.at.get()) / steps.format.size).into())
            },
        ),
    ],
    &[],
);

struct Steps {
    format: Rc<Format>,
    data: Vec<u8>,
    at: std::cell::Cell<usize>,
}

impl HostData for Steps {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn as_iterator(&self) -> Option<&dyn HostIterator> {
        Some(self)
    }
}

impl HostIterator for Steps {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let at = self.at.get();
        let Some(data) = self.data.get(at..at + self.format.size) else {
            return Ok(None);
        };
        self.at.set(at + self.format.size);
        self.format
            .unpack(vm, data)
            .map(|values| Some(tuple(values)))
    }
}
