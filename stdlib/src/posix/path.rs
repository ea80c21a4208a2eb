//! Paths as arguments and as results.
//!
//! A path is a text, bytes, or something with `__fspath__`. Bytes of a name that are no UTF-8
//! become surrogates, as in Python.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use aio_interp::builtins::str::codec;
use aio_interp::objects::bytes::{BytesObj, bytes};
use aio_interp::{R, Value, Vm};

/// A path that was given.
pub(super) struct PathArg {
    /// The path as the system wants it.
    pub(super) os: OsString,
    /// As it is shown in errors.
    pub(super) shown: Value,
    /// It was given as bytes: so are the results.
    pub(super) is_bytes: bool,
}

impl PathArg {
    pub(super) fn as_path(&self) -> &Path {
        Path::new(&self.os)
    }
}

/// What may stand for a path.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A path only.
    Path,
    /// A path or a descriptor.
    PathOrNumber,
    /// A path, a descriptor or `None`.
    PathNumberOrNone,
}

/// A path or a descriptor.
pub(super) enum Target {
    Path(PathArg),
    Number(i32),
}

/// The path that is the argument `name` of `function`.
pub(super) fn path(vm: &Vm, v: &Value, function: &str, name: &str) -> R<PathArg> {
    match target(vm, v, function, name, Kind::Path)? {
        Target::Path(path) => Ok(path),
        Target::Number(_) => Err(vm.system_error("a path was asked for")),
    }
}

/// The path or descriptor that is the argument `name` of `function`.
pub(super) fn target(vm: &Vm, v: &Value, function: &str, name: &str, kind: Kind) -> R<Target> {
    let label = format!("{function}: ");
    if let (Value::None | Value::Unbound, Kind::PathNumberOrNone) = (v, kind) {
        return Ok(Target::Path(PathArg {
            os: OsString::from("."),
            shown: Value::None,
            is_bytes: false,
        }));
    }
    if !matches!(kind, Kind::Path) && is_number(vm, v) {
        return Ok(Target::Number(super::small(vm, v)?));
    }
    let wanted = match kind {
        Kind::Path => "string, bytes or os.PathLike",
        Kind::PathOrNumber => "string, bytes, os.PathLike or integer",
        Kind::PathNumberOrNone => "string, bytes, os.PathLike, integer or None",
    };
    let found = match plain(vm, v) {
        Some(found) => found,
        None => {
            let wrong = || {
                vm.type_error(format!(
                    "{label}{name} should be {wanted}, not {}",
                    vm.type_name(v)
                ))
            };
            let method = vm.name("__fspath__");
            if vm.special(v, &method).is_none() {
                return Err(wrong());
            }
            let made = vm.call_method(v, &method, &[])?;
            plain(vm, &made).ok_or_else(|| {
                vm.type_error(format!(
                    "expected {}.__fspath__() to return str or bytes, not {}",
                    vm.type_name(v),
                    vm.type_name(&made)
                ))
            })?
        }
    };
    let (raw, is_bytes) = raw(vm, &found)?;
    if raw.contains(&0) {
        let text = format!("{label}embedded null character in {name}");
        return Err(vm.value_error(text));
    }
    Ok(Target::Path(PathArg {
        os: OsString::from_vec(raw),
        shown: found,
        is_bytes,
    }))
}

fn is_number(vm: &Vm, v: &Value) -> bool {
    matches!(vm.native(v), Value::Int(_) | Value::True | Value::False)
        || vm.special(v, &vm.name("__index__")).is_some()
}

/// A text or bytes, without a subclass.
fn plain(vm: &Vm, v: &Value) -> Option<Value> {
    let native = vm.native(v);
    let is_plain = native.as_str().is_some() || native.downcast::<BytesObj>().is_some();
    is_plain.then_some(native)
}

/// The bytes of a text or bytes.
fn raw(vm: &Vm, v: &Value) -> R<(Vec<u8>, bool)> {
    if let Some(data) = v.downcast::<BytesObj>() {
        return Ok((data.data.to_vec(), true));
    }
    Ok((codec::encode(vm, v, "utf-8", "surrogateescape")?, false))
}

/// A text or bytes as the system wants it, for what is no path.
pub(super) fn os_string(vm: &Vm, v: &Value) -> R<OsString> {
    match plain(vm, v) {
        Some(v) => Ok(OsString::from_vec(raw(vm, &v)?.0)),
        None => Err(vm.type_error(format!(
            "expected str, bytes or os.PathLike object, not {}",
            vm.type_name(v)
        ))),
    }
}

/// A name of the system as a value.
pub(super) fn shown(vm: &Vm, name: &OsStr, is_bytes: bool) -> R {
    if is_bytes {
        return Ok(bytes(name.as_bytes()));
    }
    codec::decode(vm, name.as_bytes(), "utf-8", "surrogateescape")
}
