//! `math`.

mod norm;

use aio_interp::native::{Native, native};
use aio_interp::number;
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::tuple;
use aio_interp::ops::convert::int_ref;
use aio_interp::ops::patience::{gcd_takes_long, root_takes_long};
use aio_interp::{R, Raised, Value, Vm};
use num_bigint::BigInt;

use crate::special;

static ROWS: &[Native] = &[
    native("sqrt(x, /)", "The square root of x.", sqrt),
    native("cbrt(x, /)", "The cube root of x.", |vm, a| {
        plain(vm, a, special::cbrt)
    }),
    native("exp(x, /)", "e to the power x.", |vm, a| {
        ranged(vm, a, f64::exp)
    }),
    native("exp2(x, /)", "2 to the power x.", |vm, a| {
        ranged(vm, a, f64::exp2)
    }),
    native("expm1(x, /)", "exp(x) - 1, exact near 0.", |vm, a| {
        ranged(vm, a, f64::exp_m1)
    }),
    native(
        "log(x, base=None, /)",
        "The logarithm of x, natural unless a base is given.",
        log,
    ),
    native("log2(x, /)", "The logarithm to base 2.", |vm, a| {
        any_log(vm, &a[0], f64::log2)
    }),
    native("log10(x, /)", "The logarithm to base 10.", |vm, a| {
        any_log(vm, &a[0], f64::log10)
    }),
    native("log1p(x, /)", "log(1 + x), exact near 0.", log1p),
    native("sin(x, /)", "The sine.", |vm, a| finite(vm, a, f64::sin)),
    native("cos(x, /)", "The cosine.", |vm, a| finite(vm, a, f64::cos)),
    native("tan(x, /)", "The tangent.", |vm, a| finite(vm, a, f64::tan)),
    native("asin(x, /)", "The arc sine.", |vm, a| {
        unit(vm, a, f64::asin)
    }),
    native("acos(x, /)", "The arc cosine.", |vm, a| {
        unit(vm, a, f64::acos)
    }),
    native("atan(x, /)", "The arc tangent.", |vm, a| {
        plain(vm, a, f64::atan)
    }),
    native(
        "atan2(y, x, /)",
        "The angle of the point (x, y).",
        |vm, a| Ok(Value::float(vm.to_f64(&a[0])?.atan2(vm.to_f64(&a[1])?))),
    ),
    native("sinh(x, /)", "The hyperbolic sine.", |vm, a| {
        ranged(vm, a, f64::sinh)
    }),
    native("cosh(x, /)", "The hyperbolic cosine.", |vm, a| {
        ranged(vm, a, f64::cosh)
    }),
    native("tanh(x, /)", "The hyperbolic tangent.", |vm, a| {
        plain(vm, a, f64::tanh)
    }),
    native("asinh(x, /)", "The inverse hyperbolic sine.", |vm, a| {
        plain(vm, a, special::asinh)
    }),
    native("acosh(x, /)", "The inverse hyperbolic cosine.", acosh),
    native("atanh(x, /)", "The inverse hyperbolic tangent.", atanh),
    native("degrees(x, /)", "Radians to degrees.", |vm, a| {
        plain(vm, a, |x| x * (180.0 / std::f64::consts::PI))
    }),
    native("radians(x, /)", "Degrees to radians.", |vm, a| {
        plain(vm, a, |x| x * (std::f64::consts::PI / 180.0))
    }),
    native("fabs(x, /)", "The absolute value as a float.", |vm, a| {
        plain(vm, a, f64::abs)
    }),
    native("floor(x, /)", "The greatest int not above x.", floor),
    native("ceil(x, /)", "The least int not below x.", ceil),
    native("trunc(x, /)", "x towards zero, as an int.", trunc),
    native("fmod(x, y, /)", "The remainder as C has it.", fmod),
    native("modf(x, /)", "Fraction and whole part.", modf),
    native("frexp(x, /)", "Mantissa and exponent.", frexp),
    native("ldexp(x, i, /)", "x times 2 to the power i.", ldexp),
    native("pow(x, y, /)", "x to the power y, as floats.", pow),
    native(
        "remainder(x, y, /)",
        "The remainder of IEEE 754.",
        remainder,
    ),
    native("copysign(x, y, /)", "x with the sign of y.", |vm, a| {
        Ok(Value::float(vm.to_f64(&a[0])?.copysign(vm.to_f64(&a[1])?)))
    }),
    native("isnan(x, /)", "True for nan.", |vm, a| {
        Ok(Value::bool(vm.to_f64(&a[0])?.is_nan()))
    }),
    native("isinf(x, /)", "True for infinities.", |vm, a| {
        Ok(Value::bool(vm.to_f64(&a[0])?.is_infinite()))
    }),
    native("isfinite(x, /)", "True for finite numbers.", |vm, a| {
        Ok(Value::bool(vm.to_f64(&a[0])?.is_finite()))
    }),
    native(
        "isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        "True if the numbers are close.",
        isclose,
    ),
    native(
        "hypot(*coordinates)",
        "The distance from the origin.",
        hypot,
    ),
    native("dist(p, q, /)", "The distance of two points.", dist),
    native("gcd(*integers)", "The greatest common divisor.", gcd),
    native("lcm(*integers)", "The least common multiple.", lcm),
    native("isqrt(n, /)", "The square root rounded down.", isqrt),
    native("factorial(n, /)", "n!.", factorial),
    native(
        "comb(n, k, /)",
        "The number of ways to choose k of n.",
        comb,
    ),
    native(
        "perm(n, k=None, /)",
        "The number of ways to arrange k of n.",
        perm,
    ),
    native("prod(iterable, /, *, start=1)", "The product.", prod),
    native(
        "fsum(seq, /)",
        "The exact sum of floats, rounded once.",
        fsum,
    ),
    native("sumprod(p, q, /)", "The sum of products.", sumprod),
    native("fma(x, y, z, /)", "x * y + z, rounded once.", fma),
    native("ulp(x, /)", "The value of the last bit of x.", ulp),
    native(
        "nextafter(x, y, /, *, steps=None)",
        "The float after x towards y.",
        nextafter,
    ),
];

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("math", "Mathematical functions over floats and ints.");
    vm.add_natives(&module, ROWS);
    vm.add_natives(&module, special::ROWS);
    for (name, value) in [
        ("pi", std::f64::consts::PI),
        ("e", std::f64::consts::E),
        ("tau", std::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        module.dict.set_name(&vm.name(name), Value::float(value));
    }
    Ok(module)
}

#[cold]
fn domain(vm: &Vm) -> Raised {
    vm.value_error("math domain error")
}

#[cold]
fn range(vm: &Vm) -> Raised {
    vm.overflow_error("math range error")
}

fn plain(vm: &Vm, args: &[Value], f: fn(f64) -> f64) -> R {
    Ok(Value::float(f(vm.to_f64(&args[0])?)))
}

/// A function that can overflow.
fn ranged(vm: &Vm, args: &[Value], f: fn(f64) -> f64) -> R {
    let x = vm.to_f64(&args[0])?;
    let y = f(x);
    if y.is_infinite() && x.is_finite() {
        Err(range(vm))
    } else {
        Ok(Value::float(y))
    }
}

/// A function of finite numbers.
fn finite(vm: &Vm, args: &[Value], f: fn(f64) -> f64) -> R {
    let x = vm.to_f64(&args[0])?;
    if x.is_infinite() {
        Err(domain(vm))
    } else {
        Ok(Value::float(f(x)))
    }
}

/// A function of -1 to 1.
fn unit(vm: &Vm, args: &[Value], f: fn(f64) -> f64) -> R {
    let x = vm.to_f64(&args[0])?;
    if x.abs() > 1.0 {
        Err(domain(vm))
    } else {
        Ok(Value::float(f(x)))
    }
}

fn sqrt(vm: &Vm, args: &[Value]) -> R {
    let x = match args[0].as_float() {
        Some(x) => x,
        None => vm.to_f64(&args[0])?,
    };
    if x < 0.0 {
        Err(domain(vm))
    } else {
        Ok(Value::float(x.sqrt()))
    }
}

/// A logarithm, also of ints beyond the range of floats.
fn any_log(vm: &Vm, v: &Value, f: fn(f64) -> f64) -> R {
    if let Some(big) = vm
        .bigint(v)
        .filter(|_| v.as_int().is_none() && v.as_obj().is_some())
    {
        if big.sign() != num_bigint::Sign::Plus {
            return Err(domain(vm));
        }
        let bits = big.bits();
        if bits > 1023 {
            // As CPython: a fraction between a half and one, and a power of two.
            let top = vm.to_f64(&Value::from(&big >> (bits - 1000)))?;
            let fraction = top / 1000f64.exp2();
            return Ok(Value::float(f(fraction) + f(2.0) * bits as f64));
        }
    }
    let x = vm.to_f64(v)?;
    if x <= 0.0 {
        Err(domain(vm))
    } else {
        Ok(Value::float(f(x)))
    }
}

fn log(vm: &Vm, args: &[Value]) -> R {
    let x = any_log(vm, &args[0], f64::ln)?;
    if args[1].is_missing() {
        return Ok(x);
    }
    let base = any_log(vm, &args[1], f64::ln)?;
    vm.binary(aio_interp::lower::BinaryOp::Div, &x, &base)
}

fn log1p(vm: &Vm, args: &[Value]) -> R {
    let x = vm.to_f64(&args[0])?;
    if x <= -1.0 {
        Err(domain(vm))
    } else {
        Ok(Value::float(x.ln_1p()))
    }
}

fn acosh(vm: &Vm, args: &[Value]) -> R {
    let x = vm.to_f64(&args[0])?;
    if x < 1.0 {
        Err(domain(vm))
    } else {
        Ok(Value::float(special::acosh(x)))
    }
}

fn atanh(vm: &Vm, args: &[Value]) -> R {
    let x = vm.to_f64(&args[0])?;
    if x.abs() >= 1.0 {
        Err(domain(vm))
    } else {
        Ok(Value::float(special::atanh(x)))
    }
}

/// An int by a special method, or of a float.
fn whole(
    vm: &Vm,
    v: &Value,
    name: &aio_interp::objects::str::Name,
    f: fn(f64) -> number::NumResult<number::Int>,
) -> R {
    if v.as_float().is_none() {
        if let Some(result) = vm.call_special(v, name, &[])? {
            return Ok(result);
        }
    }
    let x = vm.to_f64(v)?;
    vm.number(f(x)).map(Value::from)
}

fn floor(vm: &Vm, args: &[Value]) -> R {
    whole(vm, &args[0], &vm.names.floor_, number::floor)
}

fn ceil(vm: &Vm, args: &[Value]) -> R {
    whole(vm, &args[0], &vm.names.ceil_, number::ceil)
}

fn trunc(vm: &Vm, args: &[Value]) -> R {
    match vm.call_special(&args[0], &vm.names.trunc_, &[])? {
        Some(result) => Ok(result),
        None => Err(vm.type_error(format!(
            "type {} doesn't define __trunc__ method",
            vm.type_name(&args[0])
        ))),
    }
}

fn two(vm: &Vm, args: &[Value]) -> R<(f64, f64)> {
    Ok((vm.to_f64(&args[0])?, vm.to_f64(&args[1])?))
}

fn fmod(vm: &Vm, args: &[Value]) -> R {
    let (x, y) = two(vm, args)?;
    if (x.is_infinite() && !y.is_nan()) || (y == 0.0 && !x.is_nan()) {
        return Err(domain(vm));
    }
    Ok(Value::float(x % y))
}

fn modf(vm: &Vm, args: &[Value]) -> R {
    let x = vm.to_f64(&args[0])?;
    let parts = if x.is_infinite() {
        (0.0_f64.copysign(x), x)
    } else {
        (x.fract(), x.trunc())
    };
    Ok(tuple(vec![
        Value::float(parts.0.copysign(x)),
        Value::float(parts.1),
    ]))
}

/// Mantissa in [0.5, 1) and exponent.
fn split(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    if exponent == 0 {
        let (m, e) = split(x * 2.0_f64.powi(64));
        return (m, e - 64);
    }
    (
        f64::from_bits((bits & !(0x7ff << 52)) | (1022 << 52)),
        exponent - 1022,
    )
}

fn frexp(vm: &Vm, args: &[Value]) -> R {
    let (m, e) = split(vm.to_f64(&args[0])?);
    Ok(tuple(vec![Value::float(m), Value::Int(i64::from(e))]))
}

fn ldexp(vm: &Vm, args: &[Value]) -> R {
    let x = vm.to_f64(&args[0])?;
    if int_ref(&args[1]).is_none() {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    }
    let i = vm.to_index_clamped(&args[1])?.clamp(-5000, 5000);
    if x == 0.0 || !x.is_finite() {
        return Ok(Value::float(x));
    }
    let (mut m, e) = split(x);
    let mut left = i64::from(e) + i;
    while left > 1000 {
        m *= 2.0_f64.powi(1000);
        left -= 1000;
        if m.is_infinite() {
            return Err(range(vm));
        }
    }
    // One rounding at the end: down to the smallest normal exactly, then the rest at once.
    while left < -1000 {
        m *= 2.0_f64.powi(-20);
        left += 20;
        if m == 0.0 {
            return Ok(Value::float(m));
        }
        if left >= -1000 || m.abs() < 1e-290 {
            break;
        }
    }
    let result = if left < -1000 {
        0.0_f64.copysign(m)
    } else {
        m * 2.0_f64.powi(left as i32)
    };
    if result.is_infinite() {
        Err(range(vm))
    } else {
        Ok(Value::float(result))
    }
}

fn pow(vm: &Vm, args: &[Value]) -> R {
    let (x, y) = two(vm, args)?;
    let result = x.powf(y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain(vm));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(if x == 0.0 { domain(vm) } else { range(vm) });
    }
    Ok(Value::float(result))
}

fn remainder(vm: &Vm, args: &[Value]) -> R {
    let (x, y) = two(vm, args)?;
    if x.is_nan() || y.is_nan() {
        return Ok(Value::float(f64::NAN));
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain(vm));
    }
    if y.is_infinite() {
        return Ok(Value::float(x));
    }
    let (ax, ay) = (x.abs(), y.abs());
    let m = ax % ay;
    let c = ay - m;
    let r = if m < c {
        m
    } else if m > c {
        -c
    } else {
        m - 2.0 * ((0.5 * (ax - m)) % ay)
    };
    Ok(Value::float(1.0_f64.copysign(x) * r))
}

fn isclose(vm: &Vm, args: &[Value]) -> R {
    let (a, b) = two(vm, args)?;
    let given = |v: &Value, default: f64| {
        if v.is_unbound() {
            Ok(default)
        } else {
            vm.to_f64(v)
        }
    };
    let (relative, absolute) = (given(&args[2], 1e-9)?, given(&args[3], 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::True);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(Value::False);
    }
    let difference = (b - a).abs();
    Ok(Value::bool(
        difference <= (relative * b).abs()
            || difference <= (relative * a).abs()
            || difference <= absolute,
    ))
}

fn floats(vm: &Vm, v: &Value) -> R<Vec<f64>> {
    vm.collect(v)?.iter().map(|x| vm.to_f64(x)).collect()
}

fn hypot(vm: &Vm, args: &[Value]) -> R {
    Ok(Value::float(norm::norm(&floats(vm, &args[0])?)))
}

fn dist(vm: &Vm, args: &[Value]) -> R {
    let (p, q) = (floats(vm, &args[0])?, floats(vm, &args[1])?);
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let differences: Vec<f64> = p.iter().zip(&q).map(|(a, b)| a - b).collect();
    Ok(Value::float(norm::norm(&differences)))
}

type TwoInts = fn(number::IntRef<'_>, number::IntRef<'_>) -> number::Int;

fn fold_ints(vm: &Vm, args: &[Value], start: i64, f: TwoInts) -> R {
    let mut result = Value::Int(start);
    for v in vm.collect(&args[0])? {
        let v = vm.to_integer(&v)?;
        if let (Some(a), Some(b)) = (int_ref(&result), int_ref(&v)) {
            let folded = if gcd_takes_long(a, b) {
                let (a, b) = (a.to_int(), b.to_int());
                vm.patiently(move || Ok(f(a.as_ref(), b.as_ref())))?
            } else {
                f(a, b)
            };
            result = Value::from(folded);
        }
    }
    Ok(result)
}

fn gcd(vm: &Vm, args: &[Value]) -> R {
    fold_ints(vm, args, 0, number::gcd)
}

fn lcm(vm: &Vm, args: &[Value]) -> R {
    fold_ints(vm, args, 1, number::lcm)
}

fn isqrt(vm: &Vm, args: &[Value]) -> R {
    let n = vm.to_integer(&args[0])?;
    match int_ref(&n) {
        Some(n) if root_takes_long(n) => {
            let n = n.to_int();
            vm.patiently(move || number::isqrt(n.as_ref()))
                .map(Value::from)
        }
        Some(n) => vm.number(number::isqrt(n)).map(Value::from),
        None => Err(vm.type_error("an integer is required")),
    }
}

/// The product of `from..=to`, split in halves so that factors stay of equal length.
fn range_product(from: u64, to: u64) -> BigInt {
    if from > to {
        return BigInt::from(1);
    }
    if to - from < 8 {
        return (from..=to).map(BigInt::from).product();
    }
    let middle = from + (to - from) / 2;
    range_product(from, middle) * range_product(middle + 1, to)
}

/// Factorials up to here take no time.
const SHORT_FACTORIAL: i64 = 20_000;
/// The result fits memory.
const LONGEST_FACTORIAL: i64 = 1 << 30;

fn factorial(vm: &Vm, args: &[Value]) -> R {
    if args[0].as_float().is_some() {
        return Err(vm.type_error("'float' object cannot be interpreted as an integer"));
    }
    let n = vm.to_integer(&args[0])?;
    match n {
        Value::Int(n) if n < 0 => {
            Err(vm.value_error("factorial() not defined for negative values"))
        }
        Value::Int(n) if n <= SHORT_FACTORIAL => Ok(Value::from(range_product(1, n as u64))),
        Value::Int(n) if n <= LONGEST_FACTORIAL => vm
            .patiently(move || Ok(range_product(1, n as u64)))
            .map(Value::from),
        n if int_ref(&n).is_some_and(|n| n.is_negative()) => {
            Err(vm.value_error("factorial() not defined for negative values"))
        }
        _ => Err(vm.overflow_error(format!(
            "factorial() argument should not exceed {}",
            i64::MAX
        ))),
    }
}

/// `n` and `k` as non-negative numbers.
fn n_and_k(vm: &Vm, args: &[Value]) -> R<(BigInt, BigInt)> {
    let n = vm.to_integer(&args[0])?;
    let n = vm.bigint(&n).unwrap_or_default();
    let k = if args[1].is_missing() {
        n.clone()
    } else {
        let k = vm.to_integer(&args[1])?;
        vm.bigint(&k).unwrap_or_default()
    };
    if n.sign() == num_bigint::Sign::Minus {
        return Err(vm.value_error("n must be a non-negative integer"));
    }
    if k.sign() == num_bigint::Sign::Minus {
        return Err(vm.value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

/// How many factors there are; too many are an error that names them.
fn factor_count(vm: &Vm, k: &BigInt, what: &str) -> R<i64> {
    i64::try_from(k).map_err(|_| vm.overflow_error(format!("{what} must not exceed {}", i64::MAX)))
}

fn perm(vm: &Vm, args: &[Value]) -> R {
    let (n, k) = n_and_k(vm, args)?;
    if k > n {
        return Ok(Value::Int(0));
    }
    let mut result = BigInt::from(1);
    for i in 0..factor_count(vm, &k, "k")? {
        vm.poll()?;
        result *= &n - i;
    }
    Ok(Value::from(result))
}

fn comb(vm: &Vm, args: &[Value]) -> R {
    let (n, k) = n_and_k(vm, args)?;
    if k > n {
        return Ok(Value::Int(0));
    }
    let k = (&n - &k).min(k);
    let mut result = BigInt::from(1);
    for i in 0..factor_count(vm, &k, "min(n - k, k)")? {
        vm.poll()?;
        result = result * (&n - i) / (i + 1);
    }
    Ok(Value::from(result))
}

fn prod(vm: &Vm, args: &[Value]) -> R {
    let mut result = args[1].or(Value::Int(1));
    for v in vm.collect(&args[0])? {
        vm.poll()?;
        result = vm.binary(aio_interp::lower::BinaryOp::Mult, &result, &v)?;
    }
    Ok(result)
}

/// Shewchuk's algorithm ("Adaptive precision floating-point arithmetic", 1997): exact partial
/// sums, added up and rounded once at the end.
fn fsum(vm: &Vm, args: &[Value]) -> R {
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinite) = (0.0, 0.0);
    for mut x in floats(vm, &args[0])? {
        if !x.is_finite() {
            if x.is_infinite() {
                infinite += x;
            }
            special += x;
            continue;
        }
        let mut kept = 0;
        for i in 0..partials.len() {
            let mut y = partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        if x.is_infinite() {
            return Err(vm.overflow_error("intermediate overflow in fsum"));
        }
        partials.truncate(kept);
        partials.push(x);
    }
    if special != 0.0 || f64::is_nan(special) {
        if f64::is_nan(infinite) {
            return Err(vm.value_error("-inf + inf in fsum"));
        }
        return Ok(Value::float(special));
    }
    Ok(Value::float(round_partials(&partials)))
}

fn round_partials(partials: &[f64]) -> f64 {
    let mut n = partials.len();
    if n == 0 {
        return 0.0;
    }
    n -= 1;
    let mut high = partials[n];
    let mut low = 0.0;
    while n > 0 {
        let x = high;
        n -= 1;
        let y = partials[n];
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    if n > 0 && ((low < 0.0 && partials[n - 1] < 0.0) || (low > 0.0 && partials[n - 1] > 0.0)) {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    high
}

fn sumprod(vm: &Vm, args: &[Value]) -> R {
    let (p, q) = (vm.collect(&args[0])?, vm.collect(&args[1])?);
    if p.len() != q.len() {
        return Err(vm.value_error("Inputs are not the same length"));
    }
    let mut total = Value::Int(0);
    for (a, b) in p.iter().zip(&q) {
        let product = vm.binary(aio_interp::lower::BinaryOp::Mult, a, b)?;
        total = vm.binary(aio_interp::lower::BinaryOp::Add, &total, &product)?;
    }
    Ok(total)
}

fn fma(vm: &Vm, args: &[Value]) -> R {
    let (x, y) = two(vm, args)?;
    let z = vm.to_f64(&args[2])?;
    let result = x.mul_add(y, z);
    if result.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(vm.value_error("invalid operation in fma"));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(vm.overflow_error("overflow in fma"));
    }
    Ok(Value::float(result))
}

fn ulp(vm: &Vm, args: &[Value]) -> R {
    let x = vm.to_f64(&args[0])?.abs();
    if x.is_nan() || x.is_infinite() {
        return Ok(Value::float(x));
    }
    let next = x.next_up();
    Ok(Value::float(if next.is_infinite() {
        x - x.next_down()
    } else {
        next - x
    }))
}

fn nextafter(vm: &Vm, args: &[Value]) -> R {
    let (mut x, y) = two(vm, args)?;
    let steps = if args[2].is_missing() {
        1
    } else {
        vm.to_index(&args[2])?
    };
    if steps < 0 {
        return Err(vm.value_error("steps must be a non-negative integer"));
    }
    for _ in 0..steps {
        vm.poll()?;
        if x.is_nan() || y.is_nan() {
            return Ok(Value::float(f64::NAN));
        }
        if x == y {
            return Ok(Value::float(y));
        }
        x = if x < y { x.next_up() } else { x.next_down() };
    }
    Ok(Value::float(x))
}
