//! `center`, `ljust`, `rjust`, `zfill` and `expandtabs`.

use std::borrow::Cow;

use super::{maybe_same, ssize, this};
use crate::object::Ref;
use crate::objects::str::StrObj;
use crate::text::{NoMemory, pad, split};
use crate::value::{R, Value};
use crate::vm::Vm;

/// Puts a text of some length into a field.
type Pad = for<'t> fn(&'t str, usize, usize, char) -> Result<Cow<'t, str>, NoMemory>;

/// The rows `center`, `ljust` and `rjust`.
pub(super) fn padded(vm: &Vm, a: &[Value], method: &str, pad: Pad) -> R {
    let s = this(vm, a, method)?;
    let width = width(vm, &a[1])?;
    let fill = match a[2].bound() {
        Some(v) => fill_char(vm, v)?,
        None => ' ',
    };
    finish(vm, s, pad(s.as_str(), s.char_len(), width, fill))
}

fn width(vm: &Vm, v: &Value) -> R<usize> {
    Ok(usize::try_from(ssize(vm, v)?).unwrap_or(0))
}

fn fill_char(vm: &Vm, v: &Value) -> R<char> {
    let native = vm.native(v);
    let Some(text) = native.as_str() else {
        let name = vm.type_name(v);
        let text = format!("The fill character must be a unicode character, not {name}");
        return Err(vm.type_error(text));
    };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(vm.type_error("The fill character must be exactly one character long")),
    }
}

fn finish(vm: &Vm, s: &Ref<StrObj>, made: Result<Cow<'_, str>, NoMemory>) -> R {
    match made {
        Ok(made) => Ok(maybe_same(vm, s, &made)),
        Err(NoMemory) => Err(vm.out_of_memory()),
    }
}

pub(super) fn zfill(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "zfill")?;
    let width = width(vm, &a[1])?;
    finish(vm, s, pad::zfill(s.as_str(), s.char_len(), width))
}

pub(super) fn expandtabs(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "expandtabs")?;
    let size = tab_size(vm, &a[1])?;
    finish(vm, s, split::expand_tabs(s.as_str(), size))
}

/// The argument of `expandtabs`.
pub(crate) fn tab_size(vm: &Vm, v: &Value) -> R<usize> {
    let Some(v) = v.bound() else { return Ok(8) };
    match vm.to_integer(v)?.as_int().map(i32::try_from) {
        Some(Ok(size)) => Ok(usize::try_from(size).unwrap_or(0)),
        _ => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}
