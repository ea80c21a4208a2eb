//! How an `array` is made: from a type code and items, bytes or another array.

use std::cell::Cell;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use super::{Array, made, this};
use crate::host::new_host;

pub(super) fn new(vm: &Vm, a: &[Value]) -> R {
    let native = vm.native(&a[1]);
    let mut chars = native.as_str().unwrap_or_default().chars();
    let (Some(code), None) = (chars.next(), chars.next()) else {
        let name = vm.type_name(&a[1]);
        return Err(vm.type_error(format!(
            "array() argument 1 must be a unicode character, not {name}"
        )));
    };
    let Some(code) = u8::try_from(code)
        .ok()
        .filter(|c| b"bBuwhHiIlLqQfd".contains(c))
    else {
        return Err(
            vm.value_error("bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)")
        );
    };
    let exports = Cell::new(0);
    let array = Array {
        exports,
        code,
        data: Shared::default(),
    };
    if let Some(initial) = a[2].bound() {
        let native = vm.native(initial);
        let is_bytes = matches!(
            native.kind(),
            Some(aio_interp::object::Kind::Bytes | aio_interp::object::Kind::ByteArray)
        );
        if native.as_str().is_some() && !array.is_text() {
            let code = char::from(code);
            return Err(vm.type_error(format!(
                "cannot use a str to initialize an array with typecode '{code}'"
            )));
        }
        match bytes_of(&native) {
            Some(data) if is_bytes => drop(add_bytes(vm, &array, &data)?),
            _ => array.extend(vm, initial)?,
        }
    }
    new_host(vm, &a[0], array)
}

pub(super) fn add_bytes(vm: &Vm, array: &Array, data: &[u8]) -> R {
    if !data.len().is_multiple_of(array.size()) {
        return Err(vm.value_error("bytes length not a multiple of item size"));
    }
    array.data.write().extend_from_slice(data);
    Ok(Value::None)
}

pub(super) fn copy(vm: &Vm, a: &[Value]) -> R {
    let array = this(vm, &a[0])?;
    Ok(made(vm, array.code, array.data.get()))
}
