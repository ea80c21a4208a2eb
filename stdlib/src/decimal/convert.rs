//! Values as decimal numbers, and numbers as values.

use std::any::Any;
use std::borrow::Cow;

use aio_interp::number::{IntRef, decimal_digit, is_space};
use aio_interp::object::Ref;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::list::ListObj;
use aio_interp::objects::str::StrObj;
use aio_interp::objects::tuple::TupleObj;
use aio_interp::ops::convert::int_ref;
use aio_interp::{R, Raised, Value, Vm};
use num_bigint::BigUint;
use num_traits::Zero;

use super::context::{Ctx, MAX, status};
use super::context_class::ContextObj;
use super::number::{Dec, Kind, parse};

/// The data of a `Decimal`.
pub(super) struct Number(pub(super) Dec);

impl HostData for Number {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A `Decimal`.
pub(super) fn make(vm: &Vm, d: Dec) -> Value {
    Ref::new(HostObj {
        class: super::state(vm).decimal.clone(),
        data: Box::new(Number(d)),
    })
    .into()
}

/// The number in a `Decimal` or in an instance of a subclass.
pub(super) fn decimal<'a>(vm: &Vm, v: &'a Value) -> Option<Cow<'a, Dec>> {
    if let Some(number) = v.downcast::<HostObj>().and_then(|h| h.get::<Number>()) {
        return Some(Cow::Borrowed(&number.0));
    }
    let native = vm.native(v);
    let host = native.downcast::<HostObj>();
    host.and_then(|h| h.get::<Number>())
        .map(|number| Cow::Owned(number.0.clone()))
}

/// The receiver of a method.
pub(super) fn this<'a>(vm: &Vm, v: &'a Value) -> R<Cow<'a, Dec>> {
    decimal(vm, v).ok_or_else(|| vm.wrong_receiver("__new__", "decimal.Decimal", v))
}

/// The number that an operand stands for: a `Decimal` or an int.
pub(super) fn operand<'a>(vm: &Vm, v: &'a Value) -> Option<Cow<'a, Dec>> {
    if let Value::Int(n) = v {
        return Some(Cow::Owned(Dec::from_int(IntRef::Small(*n))));
    }
    if let Some(found) = decimal(vm, v) {
        return Some(found);
    }
    let native = vm.native(v);
    int_ref(&native).map(|n| Cow::Owned(Dec::from_int(n)))
}

/// The number of an argument, which must stand for one.
pub(super) fn argument<'a>(vm: &Vm, v: &'a Value) -> R<Cow<'a, Dec>> {
    operand(vm, v).ok_or_else(|| not_supported(vm, v))
}

fn not_supported(vm: &Vm, v: &Value) -> Raised {
    vm.type_error(format!(
        "conversion from {} to Decimal is not supported",
        vm.type_name(v)
    ))
}

/// What `Decimal(v)` makes of its argument: exact.
pub(super) fn from_value(vm: &Vm, v: &Value, context: &ContextObj) -> R<Dec> {
    if let Some(found) = operand(vm, v) {
        return Ok(found.into_owned());
    }
    let native = vm.native(v);
    if let Some(text) = native.downcast::<StrObj>() {
        return from_text(vm, text.as_str(), context);
    }
    if let Value::Float(x) = native {
        context.signal(vm, status::FLOAT)?;
        return Ok(Dec::from_f64(x.get()));
    }
    let items = match (native.downcast::<TupleObj>(), native.downcast::<ListObj>()) {
        (Some(tuple), _) => tuple.items().to_vec(),
        (None, Some(_)) => vm.collect(&native)?,
        _ => return Err(not_supported(vm, v)),
    };
    let d = from_items(vm, &items)?;
    checked(vm, d, context)
}

/// What `Context.create_decimal(v)` begins with: a text must be a number and nothing else.
pub(super) fn from_plain(vm: &Vm, v: &Value, context: &ContextObj) -> R<Dec> {
    let native = vm.native(v);
    let Some(text) = native.as_str() else {
        return from_value(vm, v, context);
    };
    let is_plain = !text.contains('_') && text.trim_matches(is_space).len() == text.len();
    let d = from_text(vm, if is_plain { text } else { "?" }, context)?;
    if d.is_nan() && !d.coef.is_zero() && !context.ctx().holds_payload(&d) {
        context.signal(vm, status::SYNTAX)?;
        return Ok(Dec::nan());
    }
    Ok(d)
}

/// A text with digits of any script, underscores, and white space around it.
fn from_text(vm: &Vm, text: &str, context: &ContextObj) -> R<Dec> {
    let trimmed = text.trim_matches(is_space);
    let mut plain = String::with_capacity(trimmed.len());
    for c in trimmed.chars() {
        match c {
            '_' => {}
            _ if c.is_ascii() => plain.push(c),
            _ => match decimal_digit(c).and_then(|d| char::from_digit(d, 10)) {
                Some(digit) => plain.push(digit),
                None => plain.push('?'),
            },
        }
    }
    match parse(&plain) {
        Some(d) => checked(vm, d, context),
        None => {
            context.signal(vm, status::SYNTAX)?;
            Ok(Dec::nan())
        }
    }
}

/// A number that is in the limits of all numbers; else an invalid operation.
fn checked(vm: &Vm, d: Dec, context: &ContextObj) -> R<Dec> {
    let is_right = !d.is_finite() || (d.adjusted() <= MAX && d.exp >= Ctx::max().etiny());
    if is_right {
        return Ok(d);
    }
    context.signal(vm, status::INVALID)?;
    Ok(Dec::nan())
}

/// Sign, digits and exponent.
fn from_items(vm: &Vm, items: &[Value]) -> R<Dec> {
    let [sign, digits, exp] = items else {
        return Err(vm.value_error("argument must be a sequence of length 3"));
    };
    let neg = match int_ref(&vm.native(sign)).and_then(|n| n.to_i64()) {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(vm.value_error("sign must be an integer with the value 0 or 1")),
    };
    let native = vm.native(exp);
    let (kind, exp) = match native.as_str() {
        Some("F") => (Kind::Infinite, 0),
        Some("n") => (Kind::Quiet, 0),
        Some("N") => (Kind::Signaling, 0),
        Some(_) => {
            return Err(
                vm.value_error("string argument in the third position must be 'F', 'n' or 'N'")
            );
        }
        None => match int_ref(&native) {
            Some(n) => (Kind::Finite, n.to_i64().unwrap_or(super::number::FAR)),
            None => return Err(vm.value_error("exponent must be an integer")),
        },
    };
    let coef = coefficient(vm, digits)?;
    Ok(match kind {
        Kind::Infinite => Dec::infinity(neg),
        _ => Dec {
            neg,
            kind,
            coef,
            exp,
        },
    })
}

fn coefficient(vm: &Vm, digits: &Value) -> R<BigUint> {
    let wrong = || vm.value_error("coefficient must be a tuple of digits");
    let native = vm.native(digits);
    let items = match (native.downcast::<TupleObj>(), native.downcast::<ListObj>()) {
        (Some(tuple), _) => tuple.items().to_vec(),
        (None, Some(_)) => vm.collect(&native)?,
        _ => return Err(wrong()),
    };
    let mut text = String::with_capacity(items.len());
    for item in &items {
        let digit = int_ref(&vm.native(item)).and_then(|n| n.to_i64());
        match digit.and_then(|d| char::from_digit(u32::try_from(d).ok()?, 10)) {
            Some(digit) => text.push(digit),
            None => return Err(wrong()),
        }
    }
    if text.is_empty() {
        return Ok(BigUint::zero());
    }
    match parse(&text) {
        Some(d) => Ok(d.coef),
        None => Err(wrong()),
    }
}
