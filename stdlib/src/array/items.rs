//! The items of an `array`: from bytes to numbers and back.

use aio_interp::builtins::float::plain_bits;
use aio_interp::ops::convert::int_ref;
use aio_interp::{R, Value, Vm};

use super::size_of_code;
use crate::structs::format::read;

pub(super) fn item_of(vm: &Vm, code: u8, data: &[u8]) -> Value {
    match (code, data) {
        (b'u' | b'w', [a, b, c, d]) => {
            let c = u32::from_ne_bytes([*a, *b, *c, *d]);
            vm.char(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
        }
        _ => read(code, data, cfg!(target_endian = "big")),
    }
}

/// The bytes of an item, the first ones of eight.
pub(super) fn raw_of(vm: &Vm, code: u8, v: &Value) -> R<[u8; 8]> {
    let mut raw = [0; 8];
    match code {
        b'f' => raw[..4].copy_from_slice(&(vm.to_f64(v)? as f32).to_ne_bytes()),
        b'd' => raw = plain_bits(vm.to_f64(v)?).to_ne_bytes(),
        b'u' | b'w' => {
            let native = vm.native(v);
            let mut chars = native.as_str().unwrap_or_default().chars();
            let (Some(c), None) = (chars.next(), chars.next()) else {
                return Err(vm.type_error("array item must be unicode character"));
            };
            raw[..4].copy_from_slice(&u32::from(c).to_ne_bytes());
        }
        _ => {
            let number = whole(vm, code, v)?;
            let size = size_of_code(code);
            let le = (number as u64).to_le_bytes();
            raw[..size].copy_from_slice(&le[..size]);
            if cfg!(target_endian = "big") {
                raw[..size].reverse();
            }
        }
    }
    Ok(raw)
}

/// An int that fits an item. The texts are those of CPython's conversions to types of C.
pub(super) fn whole(vm: &Vm, code: u8, v: &Value) -> R<i128> {
    let number = vm.to_integer(v)?;
    let n = int_ref(&number).map(|n| n.to_int().into_big());
    let n =
        n.and_then(|n| i128::try_from(&n).ok())
            .unwrap_or(if vm.less(&number, &Value::Int(0))? {
                i128::MIN
            } else {
                i128::MAX
            });
    let bits = 8 * size_of_code(code) as u32;
    let is_signed = code.is_ascii_lowercase();
    let (low, high) = match is_signed {
        true => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        false => (0, (1i128 << bits) - 1),
    };
    if (low..=high).contains(&n) {
        return Ok(n);
    }
    let fits_long = i64::try_from(n).is_ok();
    let text = match code {
        b'q' => "int too big to convert",
        b'Q' if n < 0 => "can't convert negative int to unsigned",
        b'Q' => "int too big to convert",
        b'I' | b'L' if n < 0 => "can't convert negative value to unsigned int",
        b'I' if u64::try_from(n).is_ok() => "unsigned int is greater than maximum",
        b'I' | b'L' => "Python int too large to convert to C unsigned long",
        _ if !fits_long => "Python int too large to convert to C long",
        _ => {
            let name = match code {
                b'b' => "signed char",
                b'B' => "unsigned byte integer",
                b'h' => "signed short integer",
                b'H' => "unsigned short",
                _ => "signed integer",
            };
            let side = if n < 0 {
                "less than minimum"
            } else {
                "greater than maximum"
            };
            return Err(vm.overflow_error(format!("{name} is {side}")));
        }
    };
    Err(vm.overflow_error(text))
}
