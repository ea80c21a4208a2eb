//! `memoryview` of bytes and bytearrays, in the native formats and with any dimensions.

mod access;
mod format;

pub(crate) use access::{check_writable, contents, is_contiguous, item_at};
pub use access::{compare, get_item, set_item};

use std::cell::Cell;

use aio_parser::ast::CmpOp;
use num_traits::ToPrimitive;

use super::list::wrong_receiver;
use crate::builtins::bytes::convert::hex_text;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::bytes::{Dim, MemoryViewObj, bytes};
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::host::{HostBuffer, HostObj};
use crate::objects::list::ListObj;
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `memoryview`.
pub static MEMORYVIEW: ClassSpec = ClassSpec {
    name: "memoryview",
    module: "builtins",
    doc: "Create a new memoryview object which references the given object.",
    layout: Layout::Native(Kind::MemoryView),
    methods: &[
        static_method("__new__(cls, object)", "Create a memoryview.", new),
        method(
            "tobytes(order='C')",
            "Return the data in the buffer as a byte string.",
            to_bytes,
        ),
        method(
            "tolist()",
            "Return the data in the buffer as a list of elements.",
            |vm, a| {
                let v = usable(vm, &a[0])?;
                Ok(access::nested_list(v, v.start, &v.dims))
            },
        ),
        method(
            "hex(sep=<unrepresentable>, bytes_per_sep=1)",
            "Return the data in the buffer as a str of hexadecimal numbers.",
            hex,
        ),
        method(
            "release()",
            "Release the underlying buffer exposed by the memoryview object.",
            |vm, a| {
                this(vm, &a[0])?.release();
                Ok(Value::None)
            },
        ),
        method(
            "toreadonly()",
            "Return a readonly version of the memoryview.",
            |vm, a| {
                let v = usable(vm, &a[0])?;
                Ok(view(v, v.start, v.dims.to_vec(), true))
            },
        ),
        method(
            "cast(format, shape=<unrepresentable>)",
            "Cast a memoryview to a new format or shape.",
            cast,
        ),
        method(
            "__enter__()",
            "Use the view as a context manager.",
            |vm, a| Ok(usable(vm, &a[0])?.into()),
        ),
        method("__exit__(*args)", "Release the view.", |vm, a| {
            this(vm, &a[0])?.release();
            Ok(Value::None)
        }),
        method("__len__()", "Return len(self).", |vm, a| {
            Ok(len(vm, this(vm, &a[0])?)?.into())
        }),
        method("__getitem__(key, /)", "Return self[key].", |vm, a| {
            get_item(vm, this(vm, &a[0])?, &a[1])
        }),
        method(
            "__setitem__(key, value, /)",
            "Set self[key] to value.",
            |vm, a| set_item(vm, this(vm, &a[0])?, &a[1], &a[2]).map(|()| Value::None),
        ),
        method("__delitem__(key, /)", "Delete self[key].", |vm, a| {
            vm.del_item(&a[0], &a[1]).map(|()| Value::None)
        }),
        method(
            "__buffer__(flags, /)",
            "Return a buffer object that exposes the underlying memory of the object.",
            |vm, a| new(vm, &[Value::Unbound, a[0].clone()]),
        ),
        method("__iter__()", "Implement iter(self).", |vm, a| {
            iter(vm, &a[0])
        }),
        method("__eq__(value, /)", "Return self==value.", |vm, a| {
            compare(vm, CmpOp::Eq, &a[0], &a[1])
        }),
        method("__ne__(value, /)", "Return self!=value.", |vm, a| {
            compare(vm, CmpOp::NotEq, &a[0], &a[1])
        }),
        method("__lt__(value, /)", "Return self<value.", not_ordered),
        method("__le__(value, /)", "Return self<=value.", not_ordered),
        method("__gt__(value, /)", "Return self>value.", not_ordered),
        method("__ge__(value, /)", "Return self>=value.", not_ordered),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", |vm, a| {
            vm.repr(&a[0]).map(Value::from)
        }),
    ],
    attributes: &[
        Attribute {
            name: "obj",
            get: |vm, v| Ok(usable(vm, v)?.of.clone()),
            set: None,
        },
        Attribute {
            name: "nbytes",
            get: |vm, v| {
                let v = usable(vm, v)?;
                Ok((access::count(v) * access::item_size(v)).into())
            },
            set: None,
        },
        Attribute {
            name: "readonly",
            get: |vm, v| Ok(is_readonly(usable(vm, v)?).into()),
            set: None,
        },
        Attribute {
            name: "itemsize",
            get: |vm, v| usable(vm, v).map(|v| access::item_size(v).into()),
            set: None,
        },
        Attribute {
            name: "ndim",
            get: |vm, v| usable(vm, v).map(|v| v.dims.len().into()),
            set: None,
        },
        Attribute {
            name: "format",
            get: |vm, v| usable(vm, v).map(|v| vm.text(&format::text(v))),
            set: None,
        },
        Attribute {
            name: "shape",
            get: |vm, v| {
                let dims = &usable(vm, v)?.dims;
                Ok(tuple(dims.iter().map(|d| d.len.into()).collect()))
            },
            set: None,
        },
        Attribute {
            name: "strides",
            get: |vm, v| {
                let dims = &usable(vm, v)?.dims;
                let strides = dims.iter().map(|d| (d.stride as i64).into());
                Ok(tuple(strides.collect()))
            },
            set: None,
        },
        Attribute {
            name: "suboffsets",
            get: |vm, v| usable(vm, v).map(|_| tuple(vec![])),
            set: None,
        },
        Attribute {
            name: "contiguous",
            get: |vm, v| {
                let v = usable(vm, v)?;
                Ok((is_contiguous(v) || access::is_fortran(v)).into())
            },
            set: None,
        },
        Attribute {
            name: "c_contiguous",
            get: |vm, v| Ok(is_contiguous(usable(vm, v)?).into()),
            set: None,
        },
        Attribute {
            name: "f_contiguous",
            get: |vm, v| Ok(access::is_fortran(usable(vm, v)?).into()),
            set: None,
        },
    ],
    subclassable: false,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<MemoryViewObj>> {
    v.downcast::<MemoryViewObj>()
        .ok_or_else(|| wrong_receiver(vm, "memoryview", v))
}

/// The view, unless it was released.
fn usable<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<MemoryViewObj>> {
    let view = this(vm, v)?;
    check(vm, view)?;
    Ok(view)
}

/// Raises if the view was released.
pub(crate) fn check(vm: &Vm, view: &MemoryViewObj) -> R<()> {
    if view.released.get() {
        return Err(vm.value_error("operation forbidden on released memoryview object"));
    }
    Ok(())
}

/// A further view of the bytes of `like`, in its format.
fn view(like: &MemoryViewObj, start: usize, dims: Vec<Dim>, readonly: bool) -> Value {
    made(MemoryViewObj {
        of: like.of.clone(),
        start,
        dims: dims.into(),
        format: like.format,
        is_prefixed: like.is_prefixed,
        readonly,
        released: Cell::new(false),
    })
}

fn made(view: MemoryViewObj) -> Value {
    view.lend();
    Ref::new(view).into()
}

/// A view of a bytes-like object, if it is one.
fn over(vm: &Vm, of: &Value) -> R<Option<Value>> {
    if let Some(v) = of.downcast::<MemoryViewObj>() {
        check(vm, v)?;
        return Ok(Some(view(v, v.start, v.dims.to_vec(), v.readonly)));
    }
    let format = match of.kind() {
        Some(Kind::Bytes | Kind::ByteArray) => b'B',
        _ => match host_buffer(of) {
            Some(buffer) => buffer.format,
            None => return Ok(None),
        },
    };
    let len = vm.len(of)?;
    let stride = format::size(format).unwrap_or(1) as isize;
    Ok(Some(made(MemoryViewObj {
        of: of.clone(),
        start: 0,
        dims: Box::new([Dim { len, stride }]),
        format,
        is_prefixed: false,
        readonly: false,
        released: Cell::new(false),
    })))
}

fn new(vm: &Vm, a: &[Value]) -> R {
    match over(vm, &vm.native(&a[1]))? {
        Some(view) => Ok(view),
        None => {
            let name = vm.type_name(&a[1]);
            let text = format!("memoryview: a bytes-like object is required, not '{name}'");
            Err(vm.type_error(text))
        }
    }
}

fn is_readonly(view: &MemoryViewObj) -> bool {
    view.readonly || !matches!(view.of.kind(), Some(Kind::ByteArray | Kind::Host))
}

/// The bytes of an object of the library that views share with it.
fn host_buffer(of: &Value) -> Option<HostBuffer<'_>> {
    of.downcast::<HostObj>()?.data.buffer()
}

/// `len(view)`.
pub fn len(vm: &Vm, view: &MemoryViewObj) -> R<usize> {
    check(vm, view)?;
    match view.dims.first() {
        Some(dim) => Ok(dim.len),
        None => Err(vm.type_error("0-dim memory has no length")),
    }
}

fn iter(vm: &Vm, v: &Value) -> R {
    let v = usable(vm, v)?;
    match v.dims.len() {
        1 => vm.iter(&v.into()),
        0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
        _ => Err(vm.not_implemented("multi-dimensional sub-views are not implemented")),
    }
}

fn not_ordered(vm: &Vm, a: &[Value]) -> R {
    this(vm, &a[0]).map(|_| Value::NotImplemented)
}

fn to_bytes(vm: &Vm, a: &[Value]) -> R {
    let v = usable(vm, &a[0])?;
    match a[1].bound() {
        None | Some(Value::None) => {}
        Some(order) => match vm.native(order).as_str() {
            Some(text) if crate::text::surrogate::contains(text) => {
                // Raises.
                crate::builtins::str::codec::encode(vm, &vm.native(order), "utf-8", "strict")?;
            }
            Some(text) if text.contains('\0') => {
                return Err(vm.value_error("embedded null character"));
            }
            Some("C" | "A") => {}
            Some("F") => {
                let mut dims = v.dims.to_vec();
                dims.reverse();
                let turned = view(v, v.start, dims, v.readonly);
                return Ok(bytes(contents(this(vm, &turned)?)));
            }
            Some(_) => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
            None => {
                let name = vm.type_name(order);
                let text = format!("tobytes() argument 'order' must be str or None, not {name}");
                return Err(vm.type_error(text));
            }
        },
    }
    Ok(bytes(contents(v)))
}

fn hex(vm: &Vm, a: &[Value]) -> R {
    let v = usable(vm, &a[0])?.clone();
    hex_text(vm, || contents(&v), &a[1], &a[2])
}

fn cast(vm: &Vm, a: &[Value]) -> R {
    let v = usable(vm, &a[0])?;
    let format = vm.expect_str(&a[1], "cast() argument 'format'")?;
    if !is_contiguous(v) {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let shape = a[2].bound();
    if (shape.is_some() || v.dims.len() != 1) && v.dims.iter().any(|d| d.len == 0) {
        let text = "memoryview: cannot cast view with zeros in shape or strides";
        return Err(vm.type_error(text));
    }
    let shape = match shape {
        Some(shape) => Some(shape_of(vm, v, shape)?),
        None => None,
    };
    if !format.is_ascii() {
        // Raises.
        super::str::codec::encode(vm, &Value::from(&format), "ascii", "strict")?;
    }
    let Some((code, is_prefixed)) = format::parse(format.as_str()) else {
        return Err(vm.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    if !format::is_bytes(v.format) && !format::is_bytes(code) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let size = format::size(code).unwrap_or(1);
    let total = access::count(v) * access::item_size(v);
    if !total.is_multiple_of(size) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let lens = match shape {
        Some(shape) => sizes(vm, &shape, total, size)?,
        None => vec![total / size],
    };
    let mut stride = size as isize;
    let mut dims: Vec<Dim> = lens
        .into_iter()
        .rev()
        .map(|len| {
            let dim = Dim { len, stride };
            stride = stride.saturating_mul(len as isize);
            dim
        })
        .collect();
    dims.reverse();
    Ok(made(MemoryViewObj {
        of: v.of.clone(),
        start: v.start,
        dims: dims.into(),
        format: code,
        is_prefixed,
        readonly: v.readonly,
        released: Cell::new(false),
    }))
}

/// The items of the `shape` given to `cast`.
fn shape_of(vm: &Vm, v: &MemoryViewObj, shape: &Value) -> R<Vec<Value>> {
    let native = vm.native(shape);
    let items = if let Some(items) = native.downcast::<ListObj>() {
        items.to_vec()
    } else if let Some(items) = native.downcast::<TupleObj>() {
        items.items().to_vec()
    } else {
        return Err(vm.type_error("shape must be a list or a tuple"));
    };
    if items.len() > 64 {
        return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    if v.dims.len() != 1 && items.len() != 1 {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    Ok(items)
}

fn sizes(vm: &Vm, shape: &[Value], total: usize, size: usize) -> R<Vec<usize>> {
    let mut lens = Vec::new();
    let mut product = size;
    for item in shape {
        let Some(n) = vm.bigint(&vm.native(item)) else {
            let text = "memoryview.cast(): elements of shape must be integers";
            return Err(vm.type_error(text));
        };
        let len = n.to_usize().filter(|n| *n > 0);
        let Some(len) = len else {
            let text = "memoryview.cast(): elements of shape must be integers > 0";
            return Err(vm.value_error(text));
        };
        product = match product.checked_mul(len) {
            Some(product) => product,
            None => return Err(vm.value_error("memoryview.cast(): product(shape) > SSIZE_MAX")),
        };
        lens.push(len);
    }
    if product != total {
        let text = "memoryview: product(shape) * itemsize != buffer size";
        return Err(vm.type_error(text));
    }
    Ok(lens)
}

fn hash(vm: &Vm, a: &[Value]) -> R {
    let v = usable(vm, &a[0])?;
    if !is_readonly(v) {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    if !format::is_bytes(v.format) {
        let text = "memoryview: hashing is restricted to formats 'B', 'b' or 'c'";
        return Err(vm.value_error(text));
    }
    // Of what can change there is none, be the view read-only.
    vm.hash(&v.of)?;
    vm.hash(&bytes(contents(v))).map(Value::Int)
}
