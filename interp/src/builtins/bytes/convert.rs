//! Padding, case, `hex`, `translate`, `decode` of byte strings: methods that make another text of
//! the whole.

use std::borrow::Cow;

use super::view::{ByteString, bytes_like, expect_bytes, maybe_same, this};
use crate::builtins::str::{codec, codec_name, ssize, tab_size};
use crate::object::Kind;
use crate::object::Ref;
use crate::objects::bytes::bytes;
use crate::objects::class::ClassObj;
use crate::text::{NoMemory, bytes as text};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The rows `lower`, `upper` and the like.
pub(crate) fn mapped<T: ByteString>(
    vm: &Vm,
    a: &[Value],
    method: &str,
    map: fn(&[u8]) -> Vec<u8>,
) -> R {
    let made = map(&this::<T>(vm, a, method)?.view());
    Ok(T::make(made))
}

/// The rows `isalpha` and the like.
pub(crate) fn test<T: ByteString>(
    vm: &Vm,
    a: &[Value],
    method: &str,
    holds: fn(&[u8]) -> bool,
) -> R {
    Ok(holds(&this::<T>(vm, a, method)?.view()).into())
}

/// Puts bytes into a field of some width.
type Pad = for<'b> fn(&'b [u8], usize, u8) -> Result<Cow<'b, [u8]>, NoMemory>;

/// The rows `center`, `ljust` and `rjust`.
pub(crate) fn padded<T: ByteString>(vm: &Vm, a: &[Value], method: &str, pad: Pad) -> R {
    let s = this::<T>(vm, a, method)?;
    let width = width(vm, &a[1])?;
    let fill = match a[2].bound() {
        Some(v) => fill_byte(vm, v, method)?,
        None => b' ',
    };
    check_width::<T>(vm, width)?;
    finish(vm, s, |data| pad(data, width, fill))
}

fn check_width<T: ByteString>(vm: &Vm, width: usize) -> R<()> {
    if T::NAME == "bytes" && width > isize::MAX as usize - 33 {
        return Err(vm.overflow_error("byte string is too large"));
    }
    Ok(())
}

fn width(vm: &Vm, v: &Value) -> R<usize> {
    Ok(usize::try_from(ssize(vm, v)?).unwrap_or(0))
}

fn fill_byte(vm: &Vm, v: &Value, method: &str) -> R<u8> {
    let native = vm.native(v);
    let byte = bytes_like(&native).and_then(|view| match view[..] {
        [byte] => Some(byte),
        _ => None,
    });
    byte.ok_or_else(|| {
        let name = vm.type_name(v);
        vm.type_error(format!(
            "{method}() argument 2 must be a byte string of length 1, not {name}"
        ))
    })
}

fn finish<T: ByteString>(
    vm: &Vm,
    s: &Ref<T>,
    make: impl for<'b> FnOnce(&'b [u8]) -> Result<Cow<'b, [u8]>, NoMemory>,
) -> R {
    let data = s.view();
    match make(&data) {
        Ok(made) => Ok(maybe_same(s, &made)),
        Err(NoMemory) => Err(vm.out_of_memory()),
    }
}

pub(crate) fn zfill<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "zfill")?;
    let width = width(vm, &a[1])?;
    check_width::<T>(vm, width)?;
    finish(vm, s, |data| text::zfill(data, width))
}

pub(crate) fn expandtabs<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "expandtabs")?;
    let size = tab_size(vm, &a[1])?;
    finish(vm, s, |data| text::expand_tabs(data, size))
}

/// `hex(sep, bytes_per_sep)`
pub(crate) fn hex<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "hex")?;
    hex_text(vm, || s.view().to_vec(), &a[1], &a[2])
}

/// `hex(sep, bytes_per_sep)` of these bytes.
pub(crate) fn hex_text(vm: &Vm, data: impl Fn() -> Vec<u8>, separator: &Value, group: &Value) -> R {
    let group = match group.bound() {
        Some(v) => c_int(vm, v)?,
        None => 1,
    };
    let Some(separator) = separator.bound() else {
        return Ok(vm.text(&text::hex(&data())));
    };
    let separator = hex_separator(vm, separator)?;
    Ok(vm.text(&text::hex_grouped(&data(), separator, group as isize)))
}

fn c_int(vm: &Vm, v: &Value) -> R<i32> {
    match vm.to_integer(v)?.as_int().map(i32::try_from) {
        Some(Ok(n)) => Ok(n),
        _ => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

fn hex_separator(vm: &Vm, v: &Value) -> R<char> {
    if vm.len(v)? != 1 {
        return Err(vm.value_error("sep must be length 1."));
    }
    let native = vm.native(v);
    let c = if let Some(text) = native.as_str() {
        text.chars().next()
    } else {
        match bytes_like(&native).filter(|_| native.is_kind(Kind::Bytes)) {
            Some(view) => view.first().map(|byte| char::from(*byte)),
            None => return Err(vm.type_error("sep must be str or bytes.")),
        }
    };
    c.filter(char::is_ascii)
        .ok_or_else(|| vm.value_error("sep must be ASCII."))
}

/// `fromhex(string)`: of a script subclass, by calling it.
pub(crate) fn fromhex<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let string = vm.expect_str(&a[1], "fromhex() argument")?;
    match text::fromhex(string.as_str()) {
        Ok(data) => match a[0].downcast::<ClassObj>() {
            Some(class) if !class.is_builtin => vm.call(&a[0], &[bytes(data)]),
            _ => Ok(T::make(data)),
        },
        Err(error) => Err(vm.value_error(error.to_string())),
    }
}

/// `translate(table, delete)`
pub(crate) fn translate<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "translate")?;
    let (table, delete) = (vm.native(&a[1]), vm.native(&a[2]));
    let table = match table {
        Value::None => None,
        ref table => Some(expect_bytes(vm, table)?),
    };
    let table = match &table {
        Some(view) => match <&[u8; 256]>::try_from(&view[..]) {
            Ok(table) => Some(table),
            Err(_) => return Err(wrong_table(vm)),
        },
        None => None,
    };
    let delete = match delete.bound() {
        Some(v) => Some(expect_bytes(vm, v)?),
        None => None,
    };
    Ok(T::make(text::translate(
        &s.view(),
        table,
        delete.as_deref().unwrap_or_default(),
    )))
}

#[cold]
fn wrong_table(vm: &Vm) -> Raised {
    vm.value_error("translation table must be 256 characters long")
}

/// `maketrans(from, to)`, the same for both types.
pub(crate) fn maketrans(vm: &Vm, a: &[Value]) -> R {
    let (from, to) = (vm.native(&a[0]), vm.native(&a[1]));
    let (from, to) = (expect_bytes(vm, &from)?, expect_bytes(vm, &to)?);
    match text::maketrans(&from, &to) {
        Some(table) => Ok(bytes(table.to_vec())),
        None => Err(vm.value_error("maketrans arguments must have same length")),
    }
}

/// `decode(encoding, errors)`
pub(crate) fn decode<T: ByteString>(vm: &Vm, a: &[Value]) -> R {
    let s = this::<T>(vm, a, "decode")?;
    if a[1].is_unbound() && a[2].is_unbound() {
        return codec::decode(vm, &s.view().settled(), "utf-8", "strict");
    }
    let encoding = codec_name(vm, &a[1], "decode() argument 'encoding'", "utf-8")?;
    let errors = codec_name(vm, &a[2], "decode() argument 'errors'", "strict")?;
    if s.view().is_empty() {
        return Ok(vm.text(""));
    }
    // Error handlers may run the program's code.
    codec::decode(vm, &s.view().settled(), encoding.as_str(), errors.as_str())
}
