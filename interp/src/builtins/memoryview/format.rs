//! The formats of a `memoryview`'s items: the native single characters of `struct`.

use crate::objects::bytes::{BytesObj, MemoryViewObj, bytes};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The size of an item, if the character is a format.
pub(super) fn size(format: u8) -> Option<usize> {
    Some(match format {
        b'B' | b'b' | b'c' | b'?' => 1,
        b'h' | b'H' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

/// The format that a text names, and whether an `@` stands before it.
pub(super) fn parse(text: &str) -> Option<(u8, bool)> {
    let (code, prefixed) = match text.as_bytes() {
        [code] => (*code, false),
        [b'@', code] => (*code, true),
        _ => return None,
    };
    size(code).map(|_| (code, prefixed))
}

/// True for formats whose items are bytes.
pub(super) fn is_bytes(format: u8) -> bool {
    matches!(format, b'B' | b'b' | b'c')
}

/// The `format` of a view.
pub(super) fn text(view: &MemoryViewObj) -> String {
    let prefix = if view.is_prefixed { "@" } else { "" };
    format!("{prefix}{}", char::from(view.format))
}

/// The item that these bytes are; as many as the format has count.
pub(super) fn unpack(format: u8, raw: [u8; 8]) -> Value {
    let [a, b, c, d, ..] = raw;
    match format {
        b'b' => Value::Int((a as i8).into()),
        b'c' => bytes(vec![a]),
        b'?' => Value::bool(a != 0),
        b'h' => Value::Int(i16::from_ne_bytes([a, b]).into()),
        b'H' => Value::Int(u16::from_ne_bytes([a, b]).into()),
        b'i' => Value::Int(i32::from_ne_bytes([a, b, c, d]).into()),
        b'I' => Value::Int(u32::from_ne_bytes([a, b, c, d]).into()),
        b'f' => f64::from(f32::from_ne_bytes([a, b, c, d])).into(),
        b'l' | b'q' | b'n' => Value::Int(i64::from_ne_bytes(raw)),
        b'L' | b'Q' | b'N' | b'P' => u64::from_ne_bytes(raw).into(),
        b'd' => f64::from_ne_bytes(raw).into(),
        _ => Value::Int(a.into()),
    }
}

fn wrong(vm: &Vm, view: &MemoryViewObj, what: &str) -> String {
    let _ = vm;
    format!("memoryview: invalid {what} for format '{}'", text(view))
}

fn invalid_type(vm: &Vm, view: &MemoryViewObj) -> Raised {
    vm.type_error(wrong(vm, view, "type"))
}

fn invalid_value(vm: &Vm, view: &MemoryViewObj) -> Raised {
    vm.value_error(wrong(vm, view, "value"))
}

/// The bytes of an item.
pub(super) fn pack(vm: &Vm, view: &MemoryViewObj, item: &Value) -> R<Vec<u8>> {
    match view.format {
        b'c' => match vm.native(item).downcast::<BytesObj>() {
            Some(b) if b.data.len() == 1 => Ok(b.data.to_vec()),
            Some(_) => Err(invalid_value(vm, view)),
            None => Err(invalid_type(vm, view)),
        },
        b'?' => Ok(vec![u8::from(vm.truth(item)?)]),
        b'f' | b'd' => {
            let x = match vm.to_f64(item) {
                Ok(x) => x,
                Err(_) if vm.catch(&vm.exceptions.TypeError).is_some() => {
                    return Err(invalid_type(vm, view));
                }
                Err(raised) => return Err(raised),
            };
            Ok(if view.format == b'f' {
                (x as f32).to_ne_bytes().to_vec()
            } else {
                crate::builtins::float::plain_bits(x).to_ne_bytes().to_vec()
            })
        }
        format => pack_int(vm, view, format, item),
    }
}

fn pack_int(vm: &Vm, view: &MemoryViewObj, format: u8, item: &Value) -> R<Vec<u8>> {
    let item = match vm.to_integer(item) {
        Ok(item) => item,
        Err(_) if vm.catch(&vm.exceptions.TypeError).is_some() => {
            return Err(invalid_type(vm, view));
        }
        Err(raised) => return Err(raised),
    };
    let Some(n) = vm.bigint(&item).and_then(|n| i128::try_from(n).ok()) else {
        return Err(invalid_value(vm, view));
    };
    let size = size(format).unwrap_or(1);
    let bits = 8 * size as u32;
    let (low, high) = if format.is_ascii_lowercase() {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    };
    if n < low || n > high {
        return Err(invalid_value(vm, view));
    }
    let raw = (n as u64).to_le_bytes();
    let mut raw = raw[..size].to_vec();
    if cfg!(target_endian = "big") {
        raw.reverse();
    }
    Ok(raw)
}
