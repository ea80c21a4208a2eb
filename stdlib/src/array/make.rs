//! How an `array` is made: from a type code and items, bytes or another array.

use std::cell::Cell;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

use super::{Array, made, this};
use crate::host::{args_of, new_host};
use aio_interp::objects::class::ClassObj;

pub(super) fn new(vm: &Vm, a: &[Value]) -> R {
    let is_own = a[0].downcast::<ClassObj>().is_some_and(|c| c.is_builtin);
    if is_own && vm.truth(&a[2])? {
        return Err(vm.type_error("array.array() takes no keyword arguments"));
    }
    let given = args_of(&a[1]);
    let count = given.len();
    let (typecode, initial) = match given {
        [typecode] => (typecode, None),
        [typecode, initial] => (typecode, Some(initial)),
        _ => {
            let bound = match count {
                0 => "at least 1 argument",
                _ => "at most 2 arguments",
            };
            return Err(vm.type_error(format!("array() takes {bound} ({count} given)")));
        }
    };
    let native = vm.native(typecode);
    let mut chars = native.as_str().unwrap_or_default().chars();
    let (Some(code), None) = (chars.next(), chars.next()) else {
        let name = vm.type_name(typecode);
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
    if code == b'u' {
        let text = "The 'u' type code is deprecated and will be removed in Python 3.16";
        vm.warn(&vm.exceptions.DeprecationWarning, text)?;
    }
    let exports = Cell::new(0);
    let array = Array {
        exports,
        code,
        data: Shared::default(),
    };
    if let Some(initial) = initial {
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
        let other = this(vm, &native);
        let is_text = other.as_ref().is_ok_and(|other| other.is_text());
        if other.is_err() {
            drop(vm.take_raised());
        }
        if is_text && !array.is_text() {
            let code = char::from(code);
            return Err(vm.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{code}'"
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
