//! `str(x)`, `str(data, encoding, errors)` and `encode`.

use super::{codec, this};
use crate::builtins::bytes::view::{bytes_like, is_scattered};
use crate::builtins::int::new_class;
use crate::object::{Kind, Ref};
use crate::objects::bytes::bytes;
use crate::objects::class::ClassObj;
use crate::objects::str::StrObj;
use crate::text::surrogate;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `str(*args)` with at most one argument: what a call of the class itself gives.
pub fn construct(vm: &Vm, args: &[Value]) -> R {
    match args.first() {
        Some(object) => vm.str(object).map(Value::from),
        None => Ok(vm.text("")),
    }
}

pub(super) fn new(vm: &Vm, a: &[Value]) -> R {
    new_class(vm, &a[0], &vm.classes.str)?;
    let made = if a[2].is_unbound() && a[3].is_unbound() {
        match a[1].bound() {
            Some(object) if is_str(vm, &a[0]) => return vm.str_object(object),
            Some(object) => vm.str(object)?.into(),
            None => vm.text(""),
        }
    } else {
        decoded(vm, a)?
    };
    vm.wrap_new(&a[0], made)
}

fn is_str(vm: &Vm, class: &Value) -> bool {
    class
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is(&vm.classes.str))
}

/// `str(data, encoding, errors)`
fn decoded(vm: &Vm, a: &[Value]) -> R {
    for (v, name) in [(&a[2], "encoding"), (&a[3], "errors")] {
        if v.is_none() {
            let text = format!("str() argument '{name}' must be str, not NoneType");
            return Err(vm.type_error(text));
        }
    }
    let encoding = codec_name(vm, &a[2], "str() argument 'encoding'", "utf-8")?;
    let errors = codec_name(vm, &a[3], "str() argument 'errors'", "strict")?;
    let Some(object) = a[1].bound() else {
        return Ok(vm.text(""));
    };
    let native = vm.native(object);
    if native.is_kind(Kind::Str) {
        return Err(vm.type_error("decoding str is not supported"));
    }
    match bytes_like(&native).filter(|_| !is_scattered(&native)) {
        // Error handlers may run the program's code: a copy of what can change.
        Some(view) if view.is_empty() => Ok(vm.text("")),
        Some(view) => codec::decode(vm, &view.settled(), encoding.as_str(), errors.as_str()),
        None => Err(vm.type_error(format!(
            "decoding to str: need a bytes-like object, {} found",
            vm.type_name(object)
        ))),
    }
}

/// The name of an encoding or error handler.
pub(crate) fn codec_name(vm: &Vm, v: &Value, what: &str, default: &str) -> R<Ref<StrObj>> {
    match v.bound() {
        Some(v) => {
            let name = vm.expect_str(v, what)?;
            if surrogate::contains(name.as_str()) {
                codec::encode(vm, &Value::from(&name), "utf-8", "strict")?;
            }
            Ok(name)
        }
        None => Ok(vm.string(default)),
    }
}

pub(super) fn encode(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "encode")?;
    if a[1].is_unbound() && a[2].is_unbound() && s.is_ascii() {
        return Ok(bytes(s.as_str().as_bytes()));
    }
    let encoding = codec_name(vm, &a[1], "encode() argument 'encoding'", "utf-8")?;
    let errors = codec_name(vm, &a[2], "encode() argument 'errors'", "strict")?;
    Ok(bytes(codec::encode(
        vm,
        &a[0],
        encoding.as_str(),
        errors.as_str(),
    )?))
}
