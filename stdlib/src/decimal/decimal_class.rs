//! `Decimal`.

use std::borrow::Cow;
use std::cmp::Ordering;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, class_method, method, static_method};
use aio_interp::number::IntRef;
use aio_interp::object::{Kind as ObjectKind, Ref};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::HostObj;
use aio_interp::objects::int::ComplexObj;
use aio_interp::objects::tuple::{tuple, tuple_of};
use aio_interp::ops::convert::{complex_of, int_ref};
use aio_interp::{R, Value, Vm};
use num_bigint::{BigInt, BigUint};

use super::context::{Ctx, Rounding, status};
use super::context_class::{ContextObj, current, given, rounding};
use super::convert::{Number, argument, from_value, make, operand, this};
use super::number::{Dec, Kind, pow10, take_too_large};
use super::{arith, functions, logical, state};

pub(super) static DECIMAL: ClassSpec = ClassSpec {
    name: "Decimal",
    module: "decimal",
    doc: "Construct a new Decimal object. 'value' can be an integer, string, tuple,\nor another Decimal object. If no value is given, return Decimal('0'). The\ncontext does not affect the conversion and is only passed to determine if\nthe InvalidOperation trap is active.\n\n",
    layout: Layout::Native(ObjectKind::Host),
    methods: METHODS,
    attributes: ATTRIBUTES,
    subclassable: true,
};

static ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "real",
        get: |_, v| Ok(v.clone()),
        set: None,
    },
    Attribute {
        name: "imag",
        get: |vm, _| Ok(make(vm, Dec::zero(false, 0))),
        set: None,
    },
];

/// An object of this class for a number.
fn of_class(vm: &Vm, class: &Value, d: Dec) -> R {
    let made = make(vm, d);
    match class.downcast::<ClassObj>() {
        Some(c) if c.is_builtin => Ok(made),
        _ => vm.wrap_new(class, made),
    }
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let Some(value) = a[1].bound() else {
        return of_class(vm, &a[0], Dec::zero(false, 0));
    };
    // An exact Decimal is its own copy.
    let is_exact = a[0].downcast::<ClassObj>().is_some_and(|c| c.is_builtin);
    let is_number = |v: &Value| {
        v.downcast::<HostObj>()
            .is_some_and(|h| h.get::<Number>().is_some())
    };
    if is_exact && a[2].is_missing() && is_number(value) {
        return Ok(value.clone());
    }
    // Integers need no context.
    if a[2].is_missing() {
        if let Some(n) = int_ref(value) {
            return of_class(vm, &a[0], Dec::from_int(n));
        }
    }
    let context = given(vm, &a[2])?;
    let d = from_value(vm, value, &context)?;
    of_class(vm, &a[0], d)
}

/// The exact value of a float or an int.
pub(super) fn float_or_int(vm: &Vm, v: &Value) -> R<Dec> {
    let native = vm.native(v);
    match (&native, int_ref(&native)) {
        (Value::Float(x), _) => Ok(Dec::from_f64(x.get())),
        (_, Some(n)) => Ok(Dec::from_int(n)),
        _ => Err(vm.type_error("argument must be int or float")),
    }
}

fn from_float(vm: &Vm, a: &[Value]) -> R {
    let d = float_or_int(vm, &a[1])?;
    let is_exact = a[0].downcast::<ClassObj>().is_some_and(|c| c.is_builtin);
    let made = make(vm, d);
    if is_exact {
        Ok(made)
    } else {
        vm.call(&a[0], &[made])
    }
}

type One = fn(&Dec, &Ctx) -> Dec;
type Two = fn(&Dec, &Dec, &Ctx) -> Dec;

/// An operator on two numbers; `swapped` for the reflected one.
fn operator(vm: &Vm, a: &[Value], op: Two, swapped: bool) -> R {
    let (Some(x), Some(y)) = (operand(vm, &a[0]), operand(vm, &a[1])) else {
        return Ok(Value::NotImplemented);
    };
    let d = current(vm)?.run(vm, |ctx| {
        if swapped {
            op(&y, &x, ctx)
        } else {
            op(&x, &y, ctx)
        }
    })?;
    Ok(make(vm, d))
}

fn divmod(vm: &Vm, a: &[Value], swapped: bool) -> R {
    let (Some(x), Some(y)) = (operand(vm, &a[0]), operand(vm, &a[1])) else {
        return Ok(Value::NotImplemented);
    };
    let (x, y) = if swapped { (y, x) } else { (x, y) };
    let (quotient, rest) = current(vm)?.run(vm, |ctx| arith::divmod(&x, &y, ctx))?;
    Ok(tuple_of([make(vm, quotient), make(vm, rest)]))
}

fn power(vm: &Vm, a: &[Value], swapped: bool) -> R {
    let (Some(x), Some(y)) = (operand(vm, &a[0]), operand(vm, &a[1])) else {
        return Ok(Value::NotImplemented);
    };
    let (x, y) = if swapped { (y, x) } else { (x, y) };
    let context = current(vm)?;
    if a[2].is_missing() {
        return Ok(make(
            vm,
            context.run(vm, |ctx| functions::power(&x, &y, ctx))?,
        ));
    }
    let Some(m) = operand(vm, &a[2]) else {
        return Ok(Value::NotImplemented);
    };
    let d = context.run(vm, |ctx| functions::power_modulo(&x, &y, &m, ctx))?;
    Ok(make(vm, d))
}

/// A prefix operator, by the current context.
fn prefix(vm: &Vm, a: &[Value], op: One) -> R {
    let x = this(vm, &a[0])?;
    Ok(make(vm, current(vm)?.run(vm, |ctx| op(&x, ctx))?))
}

/// A method of one number and a context.
fn one(vm: &Vm, a: &[Value], op: One) -> R {
    let (x, context) = (this(vm, &a[0])?, given(vm, &a[1])?);
    Ok(make(vm, context.run(vm, |ctx| op(&x, ctx))?))
}

/// A method of two numbers and a context.
fn two(vm: &Vm, a: &[Value], op: Two) -> R {
    let context = given(vm, &a[2])?;
    let (x, y) = (this(vm, &a[0])?, argument(vm, &a[1])?);
    Ok(make(vm, context.run(vm, |ctx| op(&x, &y, ctx))?))
}

/// A method of one number, a rounding and a context.
fn rounding_method(vm: &Vm, a: &[Value], op: One) -> R {
    let (x, context) = (this(vm, &a[0])?, given(vm, &a[2])?);
    let d = with_rounding(vm, &context, &a[1], |ctx| op(&x, ctx))?;
    Ok(make(vm, d))
}

fn with_rounding(vm: &Vm, context: &ContextObj, v: &Value, f: impl FnOnce(&Ctx) -> Dec) -> R<Dec> {
    let mut ctx = context.ctx();
    if !v.is_missing() {
        ctx.rounding = rounding(vm, v)?;
    }
    let d = f(&ctx);
    if take_too_large() {
        ctx.signal(status::MEMORY);
    }
    context.signal(vm, ctx.status.get())?;
    Ok(d)
}

fn quantize(vm: &Vm, a: &[Value]) -> R {
    let context = given(vm, &a[3])?;
    let (x, y) = (this(vm, &a[0])?, argument(vm, &a[1])?);
    let d = with_rounding(vm, &context, &a[2], |ctx| arith::quantize(&x, &y, ctx))?;
    Ok(make(vm, d))
}

fn fma(vm: &Vm, a: &[Value]) -> R {
    let context = given(vm, &a[3])?;
    let (x, y, z) = (this(vm, &a[0])?, argument(vm, &a[1])?, argument(vm, &a[2])?);
    let d = context.run(vm, |ctx| arith::fma(&x, &y, &z, ctx))?;
    Ok(make(vm, d))
}

/// The two numbers that a comparison compares, or `None`: an operand may be any rational number,
/// and for `==` a complex one.
fn compared<'a>(
    vm: &Vm,
    a: &'a [Value],
    is_equality: bool,
) -> R<Option<(Cow<'a, Dec>, Cow<'a, Dec>)>> {
    let x = this(vm, &a[0])?;
    if let Some(y) = operand(vm, &a[1]) {
        return Ok(Some((x, y)));
    }
    let native = vm.native(&a[1]);
    if let Value::Float(y) = native {
        let context = current(vm)?;
        if is_equality {
            context.flags.set(context.flags.get() | status::FLOAT);
        } else {
            context.signal(vm, status::FLOAT)?;
        }
        return Ok(Some((x, Cow::Owned(Dec::from_f64(y.get())))));
    }
    if let Some(z) = complex_of(&native).filter(|_| is_equality) {
        if z.im != 0.0 {
            return Ok(None);
        }
        let context = current(vm)?;
        context.flags.set(context.flags.get() | status::FLOAT);
        return Ok(Some((x, Cow::Owned(Dec::from_f64(z.re)))));
    }
    if !a[1].is_kind(ObjectKind::Instance) {
        return Ok(None);
    }
    let numerator = vm.find_attr(&a[1], &vm.name("numerator"))?;
    let denominator = vm.find_attr(&a[1], &vm.name("denominator"))?;
    let (Some(n), Some(d)) = (numerator, denominator) else {
        return Ok(None);
    };
    let (Some(n), Some(d)) = (vm.bigint(&n), vm.bigint(&d)) else {
        return Ok(None);
    };
    let scaled = if x.is_finite() {
        arith::multiply(&x, &Dec::from_int(IntRef::Big(&d)), &Ctx::max())
    } else {
        x.into_owned()
    };
    Ok(Some((
        Cow::Owned(scaled),
        Cow::Owned(Dec::from_int(IntRef::Big(&n))),
    )))
}

fn equals(vm: &Vm, a: &[Value]) -> R<Option<bool>> {
    let Some((x, y)) = compared(vm, a, true)? else {
        return Ok(None);
    };
    if x.is_nan() || y.is_nan() {
        if x.kind == Kind::Signaling || y.kind == Kind::Signaling {
            current(vm)?.signal(vm, status::INVALID)?;
        }
        return Ok(Some(false));
    }
    Ok(Some(arith::order(&x, &y) == Ordering::Equal))
}

fn ordered(vm: &Vm, a: &[Value], wanted: fn(Ordering) -> bool) -> R {
    let Some((x, y)) = compared(vm, a, false)? else {
        return Ok(Value::NotImplemented);
    };
    if x.is_nan() || y.is_nan() {
        current(vm)?.signal(vm, status::INVALID)?;
        return Ok(Value::False);
    }
    Ok(Value::bool(wanted(arith::order(&x, &y))))
}

fn hash(vm: &Vm, a: &[Value]) -> R {
    let d = this(vm, &a[0])?;
    match d.kind {
        Kind::Finite => Ok(Value::Int(d.hash())),
        Kind::Infinite => Ok(Value::Int(if d.neg { -314_159 } else { 314_159 })),
        Kind::Quiet => Ok(Value::Int(vm.hash_identity(&a[0]))),
        Kind::Signaling => Err(vm.type_error("Cannot hash a signaling NaN value")),
    }
}

fn int_value(vm: &Vm, n: Option<BigInt>) -> R {
    n.map(Value::from).ok_or_else(|| vm.out_of_memory())
}

/// To an int by a rounding.
fn to_int(vm: &Vm, d: &Dec, rounding: Rounding) -> R {
    check_convertible(vm, d, "integer")?;
    if d.exp >= 0 {
        return int_value(vm, d.to_bigint());
    }
    int_value(vm, arith::rescale(d, 0, rounding).0.to_bigint())
}

fn check_convertible(vm: &Vm, d: &Dec, what: &str) -> R<()> {
    match d.kind {
        Kind::Finite => Ok(()),
        Kind::Infinite => Err(vm.overflow_error(format!("cannot convert Infinity to {what}"))),
        _ => Err(vm.value_error(format!("cannot convert NaN to {what}"))),
    }
}

fn round(vm: &Vm, a: &[Value]) -> R {
    let d = this(vm, &a[0])?;
    if a[1].is_unbound() {
        return to_int(vm, &d, Rounding::HalfEven);
    }
    let Some(places) = int_ref(&vm.native(&a[1])).and_then(|n| n.to_i64()) else {
        return Err(vm.type_error("optional arg must be an integer"));
    };
    let unit = Dec::new(false, 1_u32.into(), places.saturating_neg());
    let d = current(vm)?.run(vm, |ctx| arith::quantize(&d, &unit, ctx))?;
    Ok(make(vm, d))
}

fn to_float(vm: &Vm, d: &Dec) -> R<f64> {
    match d.kind {
        Kind::Signaling => Err(vm.value_error("cannot convert signaling NaN to float")),
        Kind::Quiet => Ok(f64::NAN.copysign(if d.neg { -1.0 } else { 1.0 })),
        Kind::Infinite if d.neg => Ok(f64::NEG_INFINITY),
        Kind::Infinite => Ok(f64::INFINITY),
        Kind::Finite => Ok(d.text(false, true).parse().unwrap_or(0.0)),
    }
}

fn ratio(vm: &Vm, a: &[Value]) -> R {
    let d = this(vm, &a[0])?;
    check_convertible(vm, &d, "integer ratio")?;
    if d.exp >= 0 {
        return Ok(tuple_of([int_value(vm, d.to_bigint())?, Value::Int(1)]));
    }
    if d.exp < -(1 << 24) {
        return Err(vm.out_of_memory());
    }
    let mut numerator = BigInt::from(d.coef.clone());
    let mut denominator = BigInt::from(pow10(d.exp.unsigned_abs()));
    let common = num_integer::Integer::gcd(&numerator, &denominator);
    numerator /= &common;
    denominator /= &common;
    if d.neg {
        numerator = -numerator;
    }
    Ok(tuple_of([numerator.into(), denominator.into()]))
}

fn as_tuple(vm: &Vm, a: &[Value]) -> R {
    let d = this(vm, &a[0])?;
    let exponent = match d.kind {
        Kind::Finite => Value::Int(d.exp),
        Kind::Infinite => vm.text("F"),
        Kind::Quiet => vm.text("n"),
        Kind::Signaling => vm.text("N"),
    };
    let text = match d.is_nan() && d.coef == BigUint::ZERO {
        true => String::new(),
        false => d.coefficient_text(),
    };
    let digits = text.bytes().map(|c| Value::Int(i64::from(c - b'0')));
    let parts = [
        Value::Int(i64::from(d.neg)),
        tuple(digits.collect()),
        exponent,
    ];
    match state(vm).installed.get() {
        Some(installed) => vm.call(&installed.decimal_tuple, &parts),
        None => Ok(tuple_of(parts)),
    }
}

fn adjusted(vm: &Vm, a: &[Value]) -> R {
    let d = this(vm, &a[0])?;
    Ok(Value::Int(if d.is_finite() { d.adjusted() } else { 0 }))
}

fn asked(vm: &Vm, a: &[Value], question: fn(&Dec) -> bool) -> R {
    Ok(Value::bool(question(&*this(vm, &a[0])?)))
}

pub(super) fn copy_sign(vm: &Vm, a: &[Value]) -> R {
    given(vm, &a[2])?;
    let (x, y) = (this(vm, &a[0])?, argument(vm, &a[1])?);
    Ok(make(
        vm,
        Dec {
            neg: y.neg,
            ..x.into_owned()
        },
    ))
}

pub(super) fn same_quantum(vm: &Vm, a: &[Value]) -> R {
    given(vm, &a[2])?;
    let (x, y) = (this(vm, &a[0])?, argument(vm, &a[1])?);
    Ok(Value::bool(logical::same_quantum(&x, &y)))
}

pub(super) fn number_class(vm: &Vm, a: &[Value]) -> R {
    let (x, context) = (this(vm, &a[0])?, given(vm, &a[1])?);
    Ok(vm.text(logical::number_class(&x, &context.ctx())))
}

fn format(vm: &Vm, a: &[Value]) -> R {
    let native = vm.native(&a[1]);
    let Some(spec) = native.as_str() else {
        return Err(vm.type_error("format arg must be str"));
    };
    let (d, context) = (this(vm, &a[0])?, current(vm)?);
    let ctx = context.ctx();
    let text = super::format::format(&d, spec, ctx.rounding, ctx.capitals);
    if take_too_large() {
        return Err(vm.out_of_memory());
    }
    text.map(|text| vm.text(&text))
        .ok_or_else(|| vm.value_error("invalid format string"))
}

fn text(vm: &Vm, v: &Value) -> R<String> {
    Ok(this(vm, v)?.text(false, current(vm)?.has_capitals()))
}

fn to_complex(vm: &Vm, a: &[Value]) -> R {
    let re = to_float(vm, &*this(vm, &a[0])?)?;
    Ok(Ref::new(ComplexObj { re, im: 0.0 }).into())
}

macro_rules! operator {
    ($signature:literal, $op:path, $swapped:literal) => {
        method($signature, "The operator.", |vm, a| {
            operator(vm, a, $op, $swapped)
        })
    };
}

macro_rules! one {
    ($name:literal, $op:path) => {
        method(
            concat!($name, "(context=None)"),
            "The operation on the number.",
            |vm, a| one(vm, a, $op),
        )
    };
}

macro_rules! two {
    ($name:literal, $op:path) => {
        method(
            concat!($name, "(other, context=None)"),
            "The operation on both numbers.",
            |vm, a| two(vm, a, $op),
        )
    };
}

macro_rules! asked {
    ($name:literal, $question:expr) => {
        method(
            concat!($name, "()"),
            "True if the number is like that.",
            |vm, a| asked(vm, a, $question),
        )
    };
}

static METHODS: &[Native] = &[
    static_method(
        "__new__(cls, value='0', context=None)",
        "Make a number.",
        new,
    ),
    class_method("from_float(f, /)", "A float, exactly.", from_float),
    operator!("__add__(value, /)", arith::add, false),
    operator!("__radd__(value, /)", arith::add, true),
    operator!("__sub__(value, /)", arith::subtract, false),
    operator!("__rsub__(value, /)", arith::subtract, true),
    operator!("__mul__(value, /)", arith::multiply, false),
    operator!("__rmul__(value, /)", arith::multiply, true),
    operator!("__truediv__(value, /)", arith::divide, false),
    operator!("__rtruediv__(value, /)", arith::divide, true),
    operator!("__floordiv__(value, /)", arith::divide_int, false),
    operator!("__rfloordiv__(value, /)", arith::divide_int, true),
    operator!("__mod__(value, /)", arith::remainder, false),
    operator!("__rmod__(value, /)", arith::remainder, true),
    method(
        "__divmod__(value, /)",
        "Return divmod(self, value).",
        |vm, a| divmod(vm, a, false),
    ),
    method(
        "__rdivmod__(value, /)",
        "Return divmod(value, self).",
        |vm, a| divmod(vm, a, true),
    ),
    method(
        "__pow__(value, mod=None, /)",
        "Return pow(self, value, mod).",
        |vm, a| power(vm, a, false),
    ),
    method(
        "__rpow__(value, mod=None, /)",
        "Return pow(value, self, mod).",
        |vm, a| power(vm, a, true),
    ),
    method("__neg__()", "-self", |vm, a| prefix(vm, a, arith::minus)),
    method("__pos__()", "+self", |vm, a| prefix(vm, a, arith::plus)),
    method("__abs__()", "abs(self)", |vm, a| prefix(vm, a, arith::abs)),
    method("__bool__()", "True if self else False", |vm, a| {
        Ok(Value::bool(!this(vm, &a[0])?.is_zero()))
    }),
    method("__eq__(value, /)", "Return self==value.", |vm, a| {
        Ok(equals(vm, a)?.map_or(Value::NotImplemented, Value::bool))
    }),
    method("__ne__(value, /)", "Return self!=value.", |vm, a| {
        Ok(equals(vm, a)?.map_or(Value::NotImplemented, |e| Value::bool(!e)))
    }),
    method("__lt__(value, /)", "Compare.", |vm, a| {
        ordered(vm, a, Ordering::is_lt)
    }),
    method("__le__(value, /)", "Compare.", |vm, a| {
        ordered(vm, a, Ordering::is_le)
    }),
    method("__gt__(value, /)", "Compare.", |vm, a| {
        ordered(vm, a, Ordering::is_gt)
    }),
    method("__ge__(value, /)", "Compare.", |vm, a| {
        ordered(vm, a, Ordering::is_ge)
    }),
    method("__hash__()", "Return hash(self).", hash),
    method("__int__()", "int(self)", |vm, a| {
        to_int(vm, &*this(vm, &a[0])?, Rounding::Down)
    }),
    method("__trunc__()", "int(self)", |vm, a| {
        to_int(vm, &*this(vm, &a[0])?, Rounding::Down)
    }),
    method("__floor__()", "The floor.", |vm, a| {
        to_int(vm, &*this(vm, &a[0])?, Rounding::Floor)
    }),
    method("__ceil__()", "The ceiling.", |vm, a| {
        to_int(vm, &*this(vm, &a[0])?, Rounding::Ceiling)
    }),
    method("__round__(ndigits=<unrepresentable>, /)", "Round.", round),
    method("__float__()", "float(self)", |vm, a| {
        Ok(Value::float(to_float(vm, &*this(vm, &a[0])?)?))
    }),
    method("__complex__()", "complex(self)", to_complex),
    method("__repr__()", "Return repr(self).", |vm, a| {
        Ok(vm.text(&format!("Decimal('{}')", text(vm, &a[0])?)))
    }),
    method("__str__()", "Return str(self).", |vm, a| {
        Ok(vm.text(&text(vm, &a[0])?))
    }),
    method("__format__(format_spec, /)", "Format.", format),
    method("__copy__()", "The number itself.", |_, a| Ok(a[0].clone())),
    method("__deepcopy__(memo, /)", "The number itself.", |_, a| {
        Ok(a[0].clone())
    }),
    method("__reduce__()", "Helper for pickle.", |vm, a| {
        let text = vm.text(&text(vm, &a[0])?);
        Ok(tuple_of([(&vm.class_of(&a[0])).into(), tuple(vec![text])]))
    }),
    one!("exp", functions::exp),
    one!("ln", functions::ln),
    one!("log10", functions::log10),
    one!("logb", arith::logb),
    one!("logical_invert", logical::invert),
    one!("next_minus", arith::next_minus),
    one!("next_plus", arith::next_plus),
    one!("normalize", arith::normalize),
    one!("sqrt", functions::sqrt),
    method(
        "to_integral(rounding=None, context=None)",
        "To a whole number.",
        |vm, a| rounding_method(vm, a, arith::to_integral_value),
    ),
    method(
        "to_integral_value(rounding=None, context=None)",
        "To a whole number.",
        |vm, a| rounding_method(vm, a, arith::to_integral_value),
    ),
    method(
        "to_integral_exact(rounding=None, context=None)",
        "To a whole number.",
        |vm, a| rounding_method(vm, a, arith::to_integral_exact),
    ),
    two!("compare", arith::compare),
    two!("compare_signal", arith::compare_signal),
    two!("compare_total", arith::compare_total),
    two!("compare_total_mag", arith::compare_total_mag),
    two!("logical_and", logical::and),
    two!("logical_or", logical::or),
    two!("logical_xor", logical::xor),
    two!("max", arith::max),
    two!("max_mag", arith::max_mag),
    two!("min", arith::min),
    two!("min_mag", arith::min_mag),
    two!("next_toward", arith::next_toward),
    two!("remainder_near", arith::remainder_near),
    two!("rotate", logical::rotate),
    two!("scaleb", arith::scaleb),
    two!("shift", logical::shift),
    method(
        "quantize(exp, rounding=None, context=None)",
        "With the exponent of another number.",
        quantize,
    ),
    method(
        "fma(other, third, context=None)",
        "self * other + third, rounded once.",
        fma,
    ),
    asked!("is_canonical", |_| true),
    asked!("is_finite", Dec::is_finite),
    asked!("is_infinite", Dec::is_infinite),
    asked!("is_nan", Dec::is_nan),
    asked!("is_qnan", |d| d.kind == Kind::Quiet),
    asked!("is_signed", |d| d.neg),
    asked!("is_snan", |d| d.kind == Kind::Signaling),
    asked!("is_zero", Dec::is_zero),
    method(
        "is_normal(context=None)",
        "True if the number is like that.",
        |vm, a| {
            Ok(Value::bool(logical::is_normal(
                &*this(vm, &a[0])?,
                &given(vm, &a[1])?.ctx(),
            )))
        },
    ),
    method(
        "is_subnormal(context=None)",
        "True if the number is like that.",
        |vm, a| {
            Ok(Value::bool(logical::is_subnormal(
                &*this(vm, &a[0])?,
                &given(vm, &a[1])?.ctx(),
            )))
        },
    ),
    method("adjusted()", "The exponent of the first digit.", adjusted),
    method("as_integer_ratio()", "The number as a fraction.", ratio),
    method("as_tuple()", "Sign, digits and exponent.", as_tuple),
    method("canonical()", "The number itself.", |_, a| Ok(a[0].clone())),
    method("conjugate()", "The number itself.", |_, a| Ok(a[0].clone())),
    method("copy_abs()", "The number without its sign.", |vm, a| {
        Ok(make(vm, this(vm, &a[0])?.abs()))
    }),
    method(
        "copy_negate()",
        "The number with the other sign.",
        |vm, a| Ok(make(vm, this(vm, &a[0])?.negated())),
    ),
    method(
        "copy_sign(other, context=None)",
        "The number with the sign of another.",
        copy_sign,
    ),
    method(
        "same_quantum(other, context=None)",
        "True if both have the same exponent.",
        same_quantum,
    ),
    method(
        "number_class(context=None)",
        "The class of the number.",
        number_class,
    ),
    method("radix()", "Return 10.", |vm, _| {
        Ok(make(vm, Dec::small(10)))
    }),
    method(
        "to_eng_string(context=None)",
        "The text with an exponent that is a multiple of three.",
        |vm, a| {
            let context = given(vm, &a[1])?;
            Ok(vm.text(&this(vm, &a[0])?.text(true, context.has_capitals())))
        },
    ),
];
