//! `int.to_bytes` and `int.from_bytes`.

use super::this;
use crate::number::{self, ByteOrder};
use crate::object::Kind;
use crate::objects::bytes::{ByteArrayObj, BytesObj, bytes};
use crate::objects::class::ClassObj;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) fn to_bytes(vm: &Vm, a: &[Value]) -> R {
    let n = this(vm, &a[0], "to_bytes")?;
    let length = if a[1].is_unbound() {
        1
    } else {
        crate::builtins::str::ssize(vm, &a[1])?
    };
    let order = byte_order(vm, &a[2], "to_bytes")?;
    let signed = vm.truth(&a[3].or(Value::False))?;
    vm.number(number::to_bytes(n, length, order, signed))
        .map(bytes)
}

pub(super) fn from_bytes(vm: &Vm, a: &[Value]) -> R {
    let order = byte_order(vm, &a[2], "from_bytes")?;
    let signed = vm.truth(&a[3].or(Value::False))?;
    let data = bytes_of(vm, &a[1])?;
    let n = Value::from(number::from_bytes(&data, order, signed));
    if a[0]
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is(&vm.classes.int))
    {
        return Ok(n);
    }
    vm.call(&a[0], &[n])
}

fn byte_order(vm: &Vm, v: &Value, method: &str) -> R<ByteOrder> {
    if v.is_unbound() {
        return Ok(ByteOrder::Big);
    }
    match vm
        .expect_str(v, &format!("{method}() argument 'byteorder'"))?
        .as_str()
    {
        "big" => Ok(ByteOrder::Big),
        "little" => Ok(ByteOrder::Little),
        _ => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

/// The bytes of a bytes-like object, or of an iterable of ints.
fn bytes_of(vm: &Vm, v: &Value) -> R<Vec<u8>> {
    if let Some(b) = v.downcast::<BytesObj>() {
        return Ok(b.data.to_vec());
    }
    if let Some(b) = v.downcast::<ByteArrayObj>() {
        return Ok(b.data.get());
    }
    // What `bytes(v)` makes of a number or a text is not meant here.
    let is_other = matches!(
        vm.native(v).kind(),
        None | Some(Kind::BigInt | Kind::Complex | Kind::Str)
    );
    if !is_other && (vm.iter(v).is_ok() || vm.special(v, &vm.names.bytes_).is_some()) {
        let made = vm.call(&(&vm.classes.bytes).into(), std::slice::from_ref(v))?;
        if let Some(b) = vm.native(&made).downcast::<BytesObj>() {
            return Ok(b.data.to_vec());
        }
    }
    Err(vm.type_error(format!(
        "cannot convert '{}' object to bytes",
        vm.type_name(v)
    )))
}
