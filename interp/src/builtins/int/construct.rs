//! `int(x)`, `int(text, base)`.

use crate::builtins::bytes::view::bytes_like;
use crate::number;
use crate::object::{Kind, Ref};
use crate::objects::bytes::{ByteArrayObj, BytesObj, bytes};
use crate::objects::class::{ClassObj, expect_class};
use crate::ops::convert::int_ref;
use crate::ops::patience::LONG_TEXT;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Texts shorter than this are under every limit of digits.
const SHORT: usize = 640;

pub(super) fn new(vm: &Vm, a: &[Value]) -> R {
    let (class, x, base) = (&a[0], &a[1], &a[2]);
    let classes = &vm.classes;
    new_class(vm, class, &classes.int)?;
    if class
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is(&classes.bool_))
    {
        return Err(vm.type_error("int.__new__(bool) is not safe, use bool.__new__()"));
    }
    let made = match (x.bound(), base.bound()) {
        (None, None) => Value::Int(0),
        (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
        (Some(x), None) => int_of(vm, x)?,
        (Some(x), Some(base)) => with_base(vm, x, base)?,
    };
    vm.wrap_new(class, made)
}

/// Checks the first argument of a builtin type's `__new__`.
pub fn new_class(vm: &Vm, class: &Value, of: &Ref<ClassObj>) -> R<()> {
    if class
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is_subclass(of))
    {
        return Ok(());
    }
    Err(wrong_class(vm, class, of))
}

#[cold]
fn wrong_class(vm: &Vm, class: &Value, of: &Ref<ClassObj>) -> Raised {
    let of = of.name_text();
    match expect_class(vm, class, &format!("{of}.__new__")) {
        Ok(class) => {
            let name = class.name_text();
            vm.type_error(format!(
                "{of}.__new__({name}): {name} is not a subtype of {of}"
            ))
        }
        Err(raised) => raised,
    }
}

/// `int(x)`
pub fn int_of(vm: &Vm, x: &Value) -> R {
    match x {
        Value::Int(_) => return Ok(x.clone()),
        Value::Float(x) => return vm.number(number::float_to_int(x.get())).map(Value::from),
        _ => {}
    }
    if let Some(n) = int_ref(x) {
        return Ok(n.to_int().into());
    }
    if let Some(parsed) = parse(vm, x, 10) {
        return parsed;
    }
    if !matches!(x, Value::Obj(_)) {
        return Err(not_a_number(vm, x));
    }
    if let Some(n) = by_method(vm, x)? {
        return Ok(n);
    }
    if matches!(x.kind(), Some(Kind::MemoryView | Kind::Host))
        && let Some(data) = bytes_like(x)
    {
        return int_of(vm, &bytes(data.to_vec()));
    }
    match parse(vm, &vm.native(x), 10) {
        Some(parsed) => parsed,
        None => Err(not_a_number(vm, x)),
    }
}

/// By `__int__`, `__index__` or `__trunc__`.
fn by_method(vm: &Vm, x: &Value) -> R<Option<Value>> {
    let names = &vm.names;
    if let Some(result) = vm.call_special(x, &names.int_, &[])? {
        return whole(vm, &result, "__int__ returned non-int").map(Some);
    }
    if let Some(n) = vm.try_integer(x)? {
        return Ok(Some(n));
    }
    let Some(result) = vm.call_special(x, &names.trunc_, &[])? else {
        return Ok(None);
    };
    vm.warn(
        &vm.exceptions.DeprecationWarning,
        "The delegation of int() to __trunc__ is deprecated.",
    )?;
    match vm.try_integer(&result)? {
        Some(n) => Ok(Some(n)),
        None => whole(vm, &result, "__trunc__ returned non-Integral").map(Some),
    }
}

/// The int that a conversion method returned, or its error.
fn whole(vm: &Vm, result: &Value, error: &str) -> R {
    match int_ref(&vm.native(result)) {
        Some(n) => {
            vm.expect_exact(result, error, "int")?;
            Ok(n.to_int().into())
        }
        None => Err(vm.type_error(format!("{error} (type {})", vm.type_name(result)))),
    }
}

fn with_base(vm: &Vm, x: &Value, base: &Value) -> R {
    let base = vm.to_index_clamped(base)?;
    if base != 0 && !(2..=36).contains(&base) {
        return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    match parse(vm, &vm.native(x), base as u32) {
        Some(parsed) => parsed,
        None => Err(vm.type_error("int() can't convert non-string with explicit base")),
    }
}

/// The number that a `str`, `bytes` or `bytearray` writes; `None` for other values.
fn parse(vm: &Vm, x: &Value, base: u32) -> Option<R> {
    let limit = |len: usize| if len < SHORT { 0 } else { vm.int_digit_limit() };
    let parsed = match x.kind()? {
        Kind::Str => {
            let text = x.as_str()?;
            if text.len() > LONG_TEXT && limit(text.len()) == 0 && !base.is_power_of_two() {
                return Some(parse_patiently(vm, text.to_owned(), base));
            }
            number::parse_int(text, base, limit(text.len()), || vm.repr_or_name(x))
        }
        Kind::Bytes => parse_bytes(vm, &x.downcast::<BytesObj>()?.data, base, limit),
        Kind::ByteArray => {
            let data = x.downcast::<ByteArrayObj>()?.data.get();
            parse_bytes(vm, &data, base, limit)
        }
        _ => return None,
    };
    Some(vm.number(parsed).map(Value::from))
}

/// Parses a text that takes long.
#[cold]
fn parse_patiently(vm: &Vm, text: String, base: u32) -> R {
    // An error shows the start of the text.
    let start: String = text.chars().take(300).collect();
    let shown = vm.repr_or_name(&vm.text(&start));
    let parsed = vm.patiently(move || number::parse_int(&text, base, 0, || shown));
    parsed.map(Value::from)
}

fn parse_bytes(
    vm: &Vm,
    data: &[u8],
    base: u32,
    limit: impl FnOnce(usize) -> usize,
) -> number::NumResult<number::Int> {
    let repr = || vm.repr_or_name(&crate::objects::bytes::bytes(data));
    number::parse_int_bytes(data, base, limit(data.len()), repr)
}

#[cold]
fn not_a_number(vm: &Vm, x: &Value) -> Raised {
    vm.type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        vm.type_name(x)
    ))
}
