//! `memoryview` of bytes and bytearrays: one dimension, format `B`.
//!
//! A view does not keep its bytearray from being resized, as CPython's does; places beyond the
//! end read as nothing.

use std::cell::Cell;

use aio_parser::ast::CmpOp;

use super::list::wrong_receiver;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::bytes::{ByteArrayObj, BytesObj, MemoryViewObj, bytes};
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::list::list;
use crate::objects::range::SliceObj;
use crate::objects::tuple::tuple;
use crate::ops::subscript::index::{has_index, index_of, place};
use crate::ops::subscript::{byte_value, bytes_of};
use crate::text;
use crate::value::{R, Raised, Value};
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
            |vm, a| Ok(bytes(contents(usable(vm, &a[0])?))),
        ),
        method(
            "tolist()",
            "Return the data in the buffer as a list of elements.",
            |vm, a| {
                let data = contents(usable(vm, &a[0])?);
                Ok(list(
                    data.into_iter().map(|b| Value::Int(i64::from(b))).collect(),
                ))
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
                this(vm, &a[0])?.released.set(true);
                Ok(Value::None)
            },
        ),
        method(
            "toreadonly()",
            "Return a readonly version of the memoryview.",
            |vm, a| {
                let v = usable(vm, &a[0])?;
                let part = view(v.of.clone(), v.start, v.len, v.step, true);
                Ok(part)
            },
        ),
        method("cast(format)", "Cast a memoryview to a new format.", cast),
        method(
            "__enter__()",
            "Use the view as a context manager.",
            |vm, a| Ok(usable(vm, &a[0])?.into()),
        ),
        method("__exit__(*args)", "Release the view.", |vm, a| {
            this(vm, &a[0])?.released.set(true);
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
        method("__iter__()", "Implement iter(self).", |vm, a| {
            vm.iter(&usable(vm, &a[0])?.into())
        }),
        method("__eq__(value, /)", "Return self==value.", |vm, a| {
            compare(vm, CmpOp::Eq, &a[0], &a[1])
        }),
        method("__ne__(value, /)", "Return self!=value.", |vm, a| {
            compare(vm, CmpOp::NotEq, &a[0], &a[1])
        }),
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
            get: |vm, v| Ok(usable(vm, v)?.len.into()),
            set: None,
        },
        Attribute {
            name: "readonly",
            get: |vm, v| Ok(is_readonly(usable(vm, v)?).into()),
            set: None,
        },
        Attribute {
            name: "itemsize",
            get: |vm, v| usable(vm, v).map(|_| 1i64.into()),
            set: None,
        },
        Attribute {
            name: "ndim",
            get: |vm, v| usable(vm, v).map(|_| 1i64.into()),
            set: None,
        },
        Attribute {
            name: "format",
            get: |vm, v| usable(vm, v).map(|_| vm.text("B")),
            set: None,
        },
        Attribute {
            name: "shape",
            get: |vm, v| Ok(tuple(vec![usable(vm, v)?.len.into()])),
            set: None,
        },
        Attribute {
            name: "strides",
            get: |vm, v| Ok(tuple(vec![(usable(vm, v)?.step as i64).into()])),
            set: None,
        },
        Attribute {
            name: "suboffsets",
            get: |vm, v| usable(vm, v).map(|_| tuple(vec![])),
            set: None,
        },
        Attribute {
            name: "contiguous",
            get: contiguous,
            set: None,
        },
        Attribute {
            name: "c_contiguous",
            get: contiguous,
            set: None,
        },
        Attribute {
            name: "f_contiguous",
            get: contiguous,
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

fn check(vm: &Vm, view: &MemoryViewObj) -> R<()> {
    if view.released.get() {
        return Err(vm.value_error("operation forbidden on released memoryview object"));
    }
    Ok(())
}

fn view(of: Value, start: usize, len: usize, step: isize, readonly: bool) -> Value {
    Ref::new(MemoryViewObj {
        of,
        start,
        len,
        step,
        readonly,
        released: Cell::new(false),
    })
    .into()
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let of = vm.native(&a[1]);
    if let Some(v) = of.downcast::<MemoryViewObj>() {
        check(vm, v)?;
        return Ok(view(v.of.clone(), v.start, v.len, v.step, v.readonly));
    }
    match of.kind() {
        Some(Kind::Bytes | Kind::ByteArray) => {
            let len = vm.len(&of)?;
            Ok(view(of, 0, len, 1, false))
        }
        _ => {
            let name = vm.type_name(&a[1]);
            let text = format!("memoryview: a bytes-like object is required, not '{name}'");
            Err(vm.type_error(text))
        }
    }
}

fn is_readonly(view: &MemoryViewObj) -> bool {
    view.readonly || !view.of.is_kind(Kind::ByteArray)
}

fn contiguous(vm: &Vm, v: &Value) -> R {
    let v = usable(vm, v)?;
    Ok((v.step == 1 || v.len <= 1).into())
}

/// The place of item `i` in the underlying bytes.
fn at(view: &MemoryViewObj, i: usize) -> usize {
    (view.start as isize + i as isize * view.step) as usize
}

/// The byte at `i`, if there is one.
pub(crate) fn byte_at(view: &MemoryViewObj, i: usize) -> Option<u8> {
    if i >= view.len || view.released.get() {
        return None;
    }
    let at = at(view, i);
    match view.of.downcast::<BytesObj>() {
        Some(b) => b.data.get(at).copied(),
        None => view
            .of
            .downcast::<ByteArrayObj>()?
            .data
            .read()
            .get(at)
            .copied(),
    }
}

/// The bytes of the view.
pub(crate) fn contents(view: &Ref<MemoryViewObj>) -> Vec<u8> {
    (0..view.len).map_while(|i| byte_at(view, i)).collect()
}

/// `len(view)`.
pub fn len(vm: &Vm, view: &MemoryViewObj) -> R<usize> {
    check(vm, view)?;
    Ok(view.len)
}

fn bad_key(vm: &Vm) -> Raised {
    vm.type_error("memoryview: invalid slice key")
}

fn index(vm: &Vm, v: &MemoryViewObj, key: &Value) -> R<usize> {
    if !has_index(vm, key) {
        return Err(bad_key(vm));
    }
    let i = index_of(vm, key, |_| String::new())?;
    place(i, v.len).ok_or_else(|| vm.index_error("index out of bounds on dimension 1"))
}

/// `view[key]`.
pub fn get_item(vm: &Vm, v: &Ref<MemoryViewObj>, key: &Value) -> R {
    check(vm, v)?;
    if let Some(slice) = key.downcast::<SliceObj>() {
        let p = vm.slice_numbers(slice)?.in_len(v.len);
        let start = if p.count == 0 {
            v.start
        } else {
            at(v, p.place(0))
        };
        let step = v.step.saturating_mul(p.step as isize);
        return Ok(view(v.of.clone(), start, p.count, step, v.readonly));
    }
    let i = index(vm, v, key)?;
    match byte_at(v, i) {
        Some(byte) => Ok(Value::Int(i64::from(byte))),
        None => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

/// `view[key] = value`.
pub fn set_item(vm: &Vm, v: &Ref<MemoryViewObj>, key: &Value, value: &Value) -> R<()> {
    check(vm, v)?;
    let data = match v.of.downcast::<ByteArrayObj>() {
        Some(data) if !v.readonly => data,
        _ => return Err(vm.type_error("cannot modify read-only memory")),
    };
    let (places, new) = match key.downcast::<SliceObj>() {
        Some(slice) => {
            let p = vm.slice_numbers(slice)?.in_len(v.len);
            let new = slice_value(vm, value, p.count)?;
            (
                (0..p.count).map(|i| at(v, p.place(i))).collect::<Vec<_>>(),
                new,
            )
        }
        None => {
            let i = index(vm, v, key)?;
            (vec![at(v, i)], vec![item_value(vm, value)?])
        }
    };
    let mut data = data.data.write();
    for (place, byte) in places.into_iter().zip(new) {
        if let Some(old) = data.get_mut(place) {
            *old = byte;
        }
    }
    Ok(())
}

fn slice_value(vm: &Vm, value: &Value, count: usize) -> R<Vec<u8>> {
    let Some(new) = bytes_of(&vm.native(value)) else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
    };
    if new.len() != count {
        let text = "memoryview assignment: lvalue and rvalue have different structures";
        return Err(vm.value_error(text));
    }
    Ok(new)
}

fn item_value(vm: &Vm, value: &Value) -> R<u8> {
    if !has_index(vm, value) {
        return Err(vm.type_error("memoryview: invalid type for format 'B'"));
    }
    match byte_value(vm, value) {
        Ok(byte) => Ok(byte),
        Err(raised) => match vm.catch(&vm.exceptions.ValueError) {
            Some(_) => Err(vm.value_error("memoryview: invalid value for format 'B'")),
            None => Err(raised),
        },
    }
}

fn hex(vm: &Vm, a: &[Value]) -> R {
    let data = contents(usable(vm, &a[0])?);
    if a[1].is_unbound() {
        return Ok(vm.text(&text::bytes::hex(&data)));
    }
    let separator = a[1]
        .as_str()
        .and_then(|s| s.chars().next().filter(|_| s.len() == 1));
    let Some(separator) = separator else {
        return Err(vm.value_error("sep must be length 1."));
    };
    let group = match a[2].bound() {
        Some(v) => vm.to_index(v)?,
        None => 1,
    };
    Ok(vm.text(&text::bytes::hex_grouped(&data, separator, group as isize)))
}

/// The only format is `B`, so there is little to cast to.
fn cast(vm: &Vm, a: &[Value]) -> R {
    let v = usable(vm, &a[0])?;
    match a[1].as_str() {
        Some("B" | "@B") => Ok(view(v.of.clone(), v.start, v.len, v.step, v.readonly)),
        Some(_) => Err(vm.not_implemented("memoryview: only the format 'B' is supported")),
        None => Err(vm.type_error("format argument must be a string")),
    }
}

/// `a == b`, `a != b` of views and other bytes-like objects, or `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (bytes_of(a), bytes_of(&vm.native(b))) else {
        return Ok(Value::NotImplemented);
    };
    match op {
        CmpOp::Eq => Ok(Value::bool(x == y)),
        CmpOp::NotEq => Ok(Value::bool(x != y)),
        _ => Ok(Value::NotImplemented),
    }
}

fn hash(vm: &Vm, a: &[Value]) -> R {
    let v = usable(vm, &a[0])?;
    if !is_readonly(v) {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    vm.hash(&bytes(contents(v))).map(Value::Int)
}
