//! What makes and changes a bytearray.

use aio_parser::ast::BinaryOp;

use crate::builtins::bytes::construct::{byte, contents};
use crate::builtins::bytes::view::{bytes_like, is_scattered, this as receiver};
use crate::builtins::int::new_class;
use crate::builtins::str::{check_size, ssize};
use crate::object::{Kind, Ref};
use crate::objects::bytes::{ByteArrayObj, bytearray};
use crate::objects::tuple::tuple_of;
use crate::ops::subscript::byte_value;
use crate::ops::subscript::index::{clamp, place};
use crate::value::{R, Value};
use crate::vm::Vm;

fn this<'a>(vm: &Vm, a: &'a [Value], method: &str) -> R<&'a Ref<ByteArrayObj>> {
    receiver::<ByteArrayObj>(vm, a, method)
}

pub(super) fn new(vm: &Vm, a: &[Value]) -> R {
    new_class(vm, &a[0], &vm.classes.bytearray)?;
    vm.wrap_new(&a[0], bytearray(Vec::new()))
}

/// Raises if views of the bytes are in use: then their number must stay as it is.
pub(crate) fn resizable(vm: &Vm, b: &ByteArrayObj) -> R<()> {
    if b.exports.get() > 0 {
        return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

pub(super) fn init(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, a, "__init__")?;
    if !this.data.read().is_empty() {
        resizable(vm, this)?;
    }
    let data = contents(vm, &a[1..], "bytearray")?;
    *this.data.write() = data;
    Ok(Value::None)
}

pub(super) fn append(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, a, "append")?;
    let byte = byte_value(vm, &a[1])?;
    resizable(vm, this)?;
    this.data.write().push(byte);
    Ok(Value::None)
}

pub(super) fn clear(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, a, "clear")?;
    if !this.data.read().is_empty() {
        resizable(vm, this)?;
    }
    drop(this.data.take());
    Ok(Value::None)
}

pub(super) fn copy(vm: &Vm, a: &[Value]) -> R {
    Ok(bytearray(this(vm, a, "copy")?.data.get()))
}

pub(super) fn extend(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, a, "extend")?;
    let more = items(vm, &a[1])?;
    if !more.is_empty() {
        resizable(vm, this)?;
    }
    this.data.write().extend(more);
    Ok(Value::None)
}

/// The bytes of a bytes-like object or of an iterable of ints.
fn items(vm: &Vm, v: &Value) -> R<Vec<u8>> {
    let native = vm.native(v);
    if let Some(view) = bytes_like(&native) {
        if is_scattered(&native) {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!("can't set bytearray slice from {name}")));
        }
        return Ok(view.to_vec());
    }
    if native.as_str() == Some("") {
        return Ok(Vec::new());
    }
    if native.is_kind(Kind::Str) {
        let name = vm.type_name(v);
        return Err(vm.type_error(format!("expected iterable of integers; got: '{name}'")));
    }
    let iterator = match vm.iter(v) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if vm.catch(&vm.exceptions.TypeError).is_none() {
                return Err(raised);
            }
            let name = vm.type_name(v);
            return Err(vm.type_error(format!("can't extend bytearray with {name}")));
        }
    };
    let mut data = Vec::new();
    while let Some(item) = vm.next(&iterator)? {
        data.push(byte(vm, &item, "byte must be in range(0, 256)")?);
        vm.poll()?;
    }
    Ok(data)
}

pub(super) fn insert(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, a, "insert")?;
    let at = ssize(vm, &a[1])?;
    let byte = byte_value(vm, &a[2])?;
    resizable(vm, this)?;
    let mut data = this.data.write();
    let at = clamp(at, data.len());
    data.insert(at, byte);
    Ok(Value::None)
}

pub(super) fn pop(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, a, "pop")?;
    let at = match a[1].bound() {
        Some(v) => ssize(vm, v)?,
        None => -1,
    };
    let len = this.data.read().len();
    if place(at, len).is_some() {
        resizable(vm, this)?;
    }
    let (byte, was_empty) = {
        let mut data = this.data.write();
        (
            place(at, data.len()).map(|at| data.remove(at)),
            data.is_empty(),
        )
    };
    match byte {
        Some(byte) => Ok(Value::Int(i64::from(byte))),
        None if was_empty => Err(vm.index_error("pop from empty bytearray")),
        None => Err(vm.index_error("pop index out of range")),
    }
}

pub(super) fn remove(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, a, "remove")?;
    let byte = byte_value(vm, &a[1])?;
    if this.data.read().contains(&byte) {
        resizable(vm, this)?;
    }
    let found = {
        let mut data = this.data.write();
        let at = memchr::memchr(byte, &data);
        at.map(|at| data.remove(at))
    };
    match found {
        Some(_) => Ok(Value::None),
        None => Err(vm.value_error("value not found in bytearray")),
    }
}

pub(super) fn reverse(vm: &Vm, a: &[Value]) -> R {
    this(vm, a, "reverse")?.data.write().reverse();
    Ok(Value::None)
}

/// `a += b`, `a *= b` for a bytearray `a`.
pub fn inplace(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    let Some(this) = a.downcast::<ByteArrayObj>() else {
        return Ok(Value::NotImplemented);
    };
    match op {
        BinaryOp::Add => {
            let native = vm.native(b);
            if native.is(a) && !this.data.read().is_empty() {
                // As CPython, which has lent its bytes to itself by then.
                let text = "Existing exports of data: object cannot be re-sized";
                return Err(vm.buffer_error(text));
            }
            let Some(more) = bytes_like(&native).map(|view| view.to_vec()) else {
                let text = format!("can't concat {} to bytearray", vm.type_name(b));
                return Err(vm.type_error(text));
            };
            if !more.is_empty() {
                resizable(vm, this)?;
            }
            this.data.write().extend(more);
        }
        BinaryOp::Mult => {
            let times = usize::try_from(ssize(vm, b)?).unwrap_or(0);
            let len = this.data.read().len();
            match len.checked_mul(times) {
                Some(len) if len <= isize::MAX as usize => check_size(vm, len)?,
                _ => return Err(vm.out_of_memory()),
            }
            if times != 1 && len > 0 {
                resizable(vm, this)?;
            }
            let repeated = this.data.read().repeat(times);
            *this.data.write() = repeated;
        }
        _ => return Ok(Value::NotImplemented),
    }
    Ok(a.clone())
}

/// `__reduce__` and `__reduce_ex__`: the bytes travel as text in Latin-1.
pub(super) fn reduce(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, a, "__reduce__")?;
    let text: String = this
        .data
        .read()
        .iter()
        .map(|byte| char::from(*byte))
        .collect();
    let args = tuple_of([vm.text(&text), vm.text("latin-1")]);
    let class = vm.class_of(&a[0]);
    Ok(tuple_of([class.into(), args, Value::None]))
}
