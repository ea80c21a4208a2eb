//! `cmath`: functions of complex numbers, by Kahan's formulas, with the results of C99 for what is
//! not finite.

use std::f64::consts::{E, LN_2, LN_10, PI, TAU};

use aio_interp::native::{Native, native};
use aio_interp::number::Complex;
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::tuple_of;
use aio_interp::ops::convert::complex_of;
use aio_interp::{R, Raised, Value, Vm};

use crate::special::asinh as real_asinh;

/// How a function fails.
#[derive(Debug)]
enum Failure {
    Domain,
    Range,
}

type Outcome = Result<Complex, Failure>;

const LARGE: f64 = f64::MAX / 4.0;
const LOG_LARGE: f64 = 708.396_418_532_264_1;
const SQRT_LARGE: f64 = 6.703_903_964_971_298e153;
const SQRT_LEAST: f64 = 1.491_668_146_240_041_3e-154;

fn c(re: f64, im: f64) -> Complex {
    Complex::new(re, im)
}

static ROWS: &[Native] = &[
    native("acos(z, /)", "Return the arc cosine of z.", |vm, a| {
        one(vm, a, acos)
    }),
    native(
        "acosh(z, /)",
        "Return the inverse hyperbolic cosine of z.",
        |vm, a| one(vm, a, acosh),
    ),
    native("asin(z, /)", "Return the arc sine of z.", |vm, a| {
        one(vm, a, asin)
    }),
    native(
        "asinh(z, /)",
        "Return the inverse hyperbolic sine of z.",
        |vm, a| one(vm, a, asinh),
    ),
    native("atan(z, /)", "Return the arc tangent of z.", |vm, a| {
        one(vm, a, atan)
    }),
    native(
        "atanh(z, /)",
        "Return the inverse hyperbolic tangent of z.",
        |vm, a| one(vm, a, atanh),
    ),
    native("cos(z, /)", "Return the cosine of z.", |vm, a| {
        one(vm, a, cos)
    }),
    native(
        "cosh(z, /)",
        "Return the hyperbolic cosine of z.",
        |vm, a| one(vm, a, cosh),
    ),
    native(
        "exp(z, /)",
        "Return the exponential value e**z.",
        |vm, a| one(vm, a, exp),
    ),
    native(
        "log10(z, /)",
        "Return the base-10 logarithm of z.",
        |vm, a| one(vm, a, log10),
    ),
    native("sin(z, /)", "Return the sine of z.", |vm, a| {
        one(vm, a, sin)
    }),
    native("sinh(z, /)", "Return the hyperbolic sine of z.", |vm, a| {
        one(vm, a, sinh)
    }),
    native("sqrt(z, /)", "Return the square root of z.", |vm, a| {
        one(vm, a, sqrt)
    }),
    native("tan(z, /)", "Return the tangent of z.", |vm, a| {
        one(vm, a, tan)
    }),
    native(
        "tanh(z, /)",
        "Return the hyperbolic tangent of z.",
        |vm, a| one(vm, a, tanh),
    ),
    native(
        "log(z, base=<unrepresentable>, /)",
        "log(z[, base]) -> the logarithm of z to the given base.",
        log_to_base,
    ),
    native(
        "phase(z, /)",
        "Return argument, also known as the phase angle, of a complex.",
        |vm, a| {
            let z = argument(vm, &a[0])?;
            Ok(Value::float(z.im.atan2(z.re)))
        },
    ),
    native(
        "polar(z, /)",
        "Convert a complex from rectangular coordinates to polar coordinates.",
        |vm, a| {
            let z = argument(vm, &a[0])?;
            let size = z.re.hypot(z.im);
            if size.is_infinite() && z.re.is_finite() && z.im.is_finite() {
                return Err(raise(vm, &Failure::Range));
            }
            Ok(tuple_of([
                Value::float(size),
                Value::float(z.im.atan2(z.re)),
            ]))
        },
    ),
    native(
        "rect(r, phi, /)",
        "Convert from polar coordinates to rectangular coordinates.",
        |vm, a| finish(vm, rect(vm.to_f64(&a[0])?, vm.to_f64(&a[1])?)),
    ),
    native(
        "isfinite(z, /)",
        "Return True if both the real and imaginary parts of z are finite, else False.",
        |vm, a| {
            let z = argument(vm, &a[0])?;
            Ok(Value::bool(z.re.is_finite() && z.im.is_finite()))
        },
    ),
    native(
        "isinf(z, /)",
        "Checks if the real or imaginary part of z is infinite.",
        |vm, a| {
            let z = argument(vm, &a[0])?;
            Ok(Value::bool(z.re.is_infinite() || z.im.is_infinite()))
        },
    ),
    native(
        "isnan(z, /)",
        "Checks if the real or imaginary part of z not a number (NaN).",
        |vm, a| {
            let z = argument(vm, &a[0])?;
            Ok(Value::bool(z.re.is_nan() || z.im.is_nan()))
        },
    ),
    native(
        "isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        "Determine whether two complex numbers are close in value.",
        is_close,
    ),
];

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("cmath", "Functions of complex numbers.");
    vm.add_natives(&module, ROWS);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    for (name, x) in [
        ("e", E),
        ("pi", PI),
        ("tau", TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        set(name, Value::float(x));
    }
    set("infj", c(0.0, f64::INFINITY).into());
    set("nanj", c(0.0, f64::NAN).into());
    Ok(module)
}

/// The complex number that an argument stands for.
fn argument(vm: &Vm, v: &Value) -> R<Complex> {
    let native = vm.native(v);
    if let Some(z) = complex_of(&native) {
        return Ok(z);
    }
    if vm.special(v, &vm.name("__complex__")).is_some() {
        let made = vm.call(&(&vm.classes.complex).into(), std::slice::from_ref(v))?;
        if let Some(z) = complex_of(&made) {
            return Ok(z);
        }
    }
    Ok(c(vm.to_f64(v)?, 0.0))
}

fn raise(vm: &Vm, failure: &Failure) -> Raised {
    match failure {
        Failure::Domain => vm.value_error("math domain error"),
        Failure::Range => vm.overflow_error("math range error"),
    }
}

fn finish(vm: &Vm, outcome: Outcome) -> R {
    outcome.map(Value::from).map_err(|f| raise(vm, &f))
}

fn one(vm: &Vm, a: &[Value], f: fn(Complex) -> Outcome) -> R {
    finish(vm, f(argument(vm, &a[0])?))
}

fn log_to_base(vm: &Vm, a: &[Value]) -> R {
    let z = log(argument(vm, &a[0])?);
    let Some(base) = a[1].bound() else {
        return finish(vm, z);
    };
    let base = log(argument(vm, base)?);
    let (Ok(z), Ok(base)) = (z, base) else {
        return Err(raise(vm, &Failure::Domain));
    };
    match z.div(base) {
        Ok(result) => Ok(result.into()),
        Err(_) => Err(raise(vm, &Failure::Domain)),
    }
}

fn is_close(vm: &Vm, a: &[Value]) -> R {
    let (x, y) = (argument(vm, &a[0])?, argument(vm, &a[1])?);
    let relative = vm.to_f64(&a[2].or(Value::float(1e-9)))?;
    let absolute = vm.to_f64(&a[3].or(Value::float(0.0)))?;
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if x.re == y.re && x.im == y.im {
        return Ok(Value::True);
    }
    let is_infinite = |z: Complex| z.re.is_infinite() || z.im.is_infinite();
    if is_infinite(x) || is_infinite(y) {
        return Ok(Value::False);
    }
    let size = |z: Complex| z.re.hypot(z.im);
    let distance = size(x.sub(y));
    Ok(Value::bool(
        distance <= relative * size(y) || distance <= relative * size(x) || distance <= absolute,
    ))
}

/// What a function gives where a part is not finite: by rows for the real part (-inf, negative,
/// -0, 0, positive, inf, nan), in each by the imaginary part. Letters name a value, capitals its
/// negative: i inf, n nan, z 0, o 1, p pi, h pi/2, q pi/4, t 3pi/4; `!!` is an error, `..` is
/// computed.
type Table = [&'static str; 7];

fn sort(x: f64) -> usize {
    if x.is_nan() {
        6
    } else if x.is_infinite() {
        if x < 0.0 { 0 } else { 5 }
    } else if x == 0.0 {
        if x.is_sign_negative() { 2 } else { 3 }
    } else if x < 0.0 {
        1
    } else {
        4
    }
}

fn special(z: Complex, table: &Table) -> Option<Outcome> {
    if z.re.is_finite() && z.im.is_finite() {
        return None;
    }
    let entry = table[sort(z.re)].as_bytes();
    let at = sort(z.im) * 3;
    match (entry[at], entry[at + 1]) {
        (b'.', _) => None,
        (b'!', _) => Some(Err(Failure::Domain)),
        (re, im) => Some(Ok(c(named(re), named(im)))),
    }
}

fn named(letter: u8) -> f64 {
    let size = match letter.to_ascii_lowercase() {
        b'i' => f64::INFINITY,
        b'z' => 0.0,
        b'o' => 1.0,
        b'p' => PI,
        b'h' => PI / 2.0,
        b'q' => PI / 4.0,
        b't' => 0.75 * PI,
        _ => f64::NAN,
    };
    if letter.is_ascii_uppercase() {
        -size
    } else {
        size
    }
}

const ACOS: Table = [
    "ti pi pi pI pI tI ni",
    "hi .. .. .. .. hI nn",
    "hi .. .. .. .. hI hn",
    "hi .. .. .. .. hI hn",
    "hi .. .. .. .. hI nn",
    "qi zi zi zI zI qI ni",
    "ni nn nn nn nn nI nn",
];
const ACOSH: Table = [
    "iT iP iP ip ip it in",
    "iH .. .. .. .. ih nn",
    "iH .. .. .. .. ih nn",
    "iH .. .. .. .. ih nn",
    "iH .. .. .. .. ih nn",
    "iQ iZ iZ iz iz iq in",
    "in nn nn nn nn in nn",
];
const ASINH: Table = [
    "IQ IZ IZ Iz Iz Iq In",
    "IH .. .. .. .. Ih nn",
    "IH .. .. .. .. Ih nn",
    "iH .. .. .. .. ih nn",
    "iH .. .. .. .. ih nn",
    "iQ iZ iZ iz iz iq in",
    "in nn nZ nz nn in nn",
];
const ATANH: Table = [
    "ZH ZH ZH Zh Zh Zh Zn",
    "ZH .. .. .. .. Zh nn",
    "ZH .. .. .. .. Zh Zn",
    "zH .. .. .. .. zh zn",
    "zH .. .. .. .. zh nn",
    "zH zH zH zh zh zh zn",
    "zH nn nn nn nn zh nn",
];
const COSH: Table = [
    "!! .. iz iZ .. !! in",
    "!! .. .. .. .. !! nn",
    "!! .. .. .. .. !! nz",
    "!! .. .. .. .. !! nz",
    "!! .. .. .. .. !! nn",
    "!! .. iZ iz .. !! in",
    "nn nn nz nz nn nn nn",
];
const EXP: Table = [
    "zz .. zZ zz .. zz zz",
    "!! .. .. .. .. !! nn",
    "!! .. .. .. .. !! nn",
    "!! .. .. .. .. !! nn",
    "!! .. .. .. .. !! nn",
    "!! .. iZ iz .. !! in",
    "nn nn nZ nz nn nn nn",
];
const LOG: Table = [
    "iT iP iP ip ip it in",
    "iH .. .. .. .. ih nn",
    "iH .. .. .. .. ih nn",
    "iH .. .. .. .. ih nn",
    "iH .. .. .. .. ih nn",
    "iQ iZ iZ iz iz iq in",
    "in nn nn nn nn in nn",
];
const SINH: Table = [
    "!! .. IZ Iz .. !! in",
    "!! .. .. .. .. !! nn",
    "!! .. .. .. .. !! zn",
    "!! .. .. .. .. !! zn",
    "!! .. .. .. .. !! nn",
    "!! .. iZ iz .. !! in",
    "nn nn nZ nz nn nn nn",
];
const SQRT: Table = [
    "iI zI zI zi zi ii ni",
    "iI .. .. .. .. ii nn",
    "iI .. .. .. .. ii nn",
    "iI .. .. .. .. ii nn",
    "iI .. .. .. .. ii nn",
    "iI iZ iZ iz iz ii in",
    "iI nn nn nn nn ii nn",
];
const TANH: Table = [
    "Oz .. OZ Oz .. Oz Oz",
    "!! .. .. .. .. !! nn",
    "!! .. .. .. .. !! nn",
    "!! .. .. .. .. !! nn",
    "!! .. .. .. .. !! nn",
    "oz .. oZ oz .. oz oz",
    "nn nn nZ nz nn nn nn",
];
const RECT: Table = [
    "!! .. Iz IZ .. !! in",
    "!! .. .. .. .. !! nn",
    "zz .. .. .. .. zz zz",
    "zz .. .. .. .. zz zz",
    "!! .. .. .. .. !! nn",
    "!! .. iZ iz .. !! in",
    "nn nn nz nz nn nn nn",
];

/// Half the logarithm's argument at a time, so that it does not overflow.
fn log_of_large(z: Complex) -> f64 {
    (z.re / 2.0).hypot(z.im / 2.0).ln() + LN_2 * 2.0
}

fn is_large(z: Complex) -> bool {
    z.re.abs() > LARGE || z.im.abs() > LARGE
}

/// The square root of what is known to have one.
fn root(re: f64, im: f64) -> Complex {
    sqrt(c(re, im)).unwrap_or(c(f64::NAN, f64::NAN))
}

fn acos(z: Complex) -> Outcome {
    if let Some(result) = special(z, &ACOS) {
        return result;
    }
    if is_large(z) {
        let re = z.im.abs().atan2(z.re);
        let size = log_of_large(z);
        return Ok(c(
            re,
            if z.re < 0.0 {
                -size.copysign(z.im)
            } else {
                size.copysign(-z.im)
            },
        ));
    }
    let (a, b) = (root(1.0 - z.re, -z.im), root(1.0 + z.re, z.im));
    Ok(c(
        2.0 * a.re.atan2(b.re),
        real_asinh(b.re * a.im - b.im * a.re),
    ))
}

fn acosh(z: Complex) -> Outcome {
    if let Some(result) = special(z, &ACOSH) {
        return result;
    }
    if is_large(z) {
        return Ok(c(log_of_large(z), z.im.atan2(z.re)));
    }
    let (a, b) = (root(z.re - 1.0, z.im), root(z.re + 1.0, z.im));
    Ok(c(
        real_asinh(a.re * b.re + a.im * b.im),
        2.0 * a.im.atan2(b.re),
    ))
}

/// f(z) by a function g with f(z) = -i g(i z).
fn turned(z: Complex, g: fn(Complex) -> Outcome) -> Outcome {
    g(c(-z.im, z.re)).map(|s| c(s.im, -s.re))
}

fn asin(z: Complex) -> Outcome {
    turned(z, asinh)
}

fn asinh(z: Complex) -> Outcome {
    if let Some(result) = special(z, &ASINH) {
        return result;
    }
    if is_large(z) {
        let size = log_of_large(z);
        let re = if z.im >= 0.0 {
            size.copysign(z.re)
        } else {
            -size.copysign(-z.re)
        };
        return Ok(c(re, z.im.atan2(z.re.abs())));
    }
    let (a, b) = (root(1.0 + z.im, -z.re), root(1.0 - z.im, z.re));
    Ok(c(
        real_asinh(a.re * b.im - b.re * a.im),
        z.im.atan2(a.re * b.re - a.im * b.im),
    ))
}

fn atan(z: Complex) -> Outcome {
    turned(z, atanh)
}

fn atanh(z: Complex) -> Outcome {
    if let Some(result) = special(z, &ATANH) {
        return result;
    }
    if z.re.is_sign_negative() {
        return atanh(z.neg()).map(Complex::neg);
    }
    let y = z.im.abs();
    if z.re > SQRT_LARGE || y > SQRT_LARGE {
        let h = (z.re / 2.0).hypot(z.im / 2.0);
        return Ok(c(z.re / 4.0 / h / h, -(PI / 2.0).copysign(-z.im)));
    }
    if z.re == 1.0 && y < SQRT_LEAST {
        if y == 0.0 {
            return Err(Failure::Domain);
        }
        let re = -(y.sqrt() / y.hypot(2.0).sqrt()).ln();
        return Ok(c(re, (2.0_f64.atan2(-y) / 2.0).copysign(z.im)));
    }
    let x = 1.0 - z.re;
    Ok(c(
        (4.0 * z.re / (x * x + y * y)).ln_1p() / 4.0,
        -(-2.0 * z.im).atan2(x * (1.0 + z.re) - y * y) / 2.0,
    ))
}

fn cos(z: Complex) -> Outcome {
    cosh(c(-z.im, z.re))
}

/// Infinite in a direction: what an infinite real part and a finite angle give.
fn toward(re: f64, im: f64) -> Outcome {
    Ok(c(f64::INFINITY.copysign(re), f64::INFINITY.copysign(im)))
}

fn has_direction(z: Complex) -> bool {
    z.re.is_infinite() && z.im.is_finite() && z.im != 0.0
}

fn in_range(z: Complex) -> Outcome {
    if z.re.is_infinite() || z.im.is_infinite() {
        Err(Failure::Range)
    } else {
        Ok(z)
    }
}

fn cosh(z: Complex) -> Outcome {
    if has_direction(z) {
        let im = if z.re > 0.0 { z.im.sin() } else { -z.im.sin() };
        return toward(z.im.cos(), im);
    }
    if let Some(result) = special(z, &COSH) {
        return result;
    }
    let (cos, sin) = (z.im.cos(), z.im.sin());
    in_range(if z.re.abs() > LOG_LARGE {
        let x = z.re - 1.0_f64.copysign(z.re);
        c(cos * x.cosh() * E, sin * x.sinh() * E)
    } else {
        c(cos * z.re.cosh(), sin * z.re.sinh())
    })
}

fn exp(z: Complex) -> Outcome {
    if has_direction(z) {
        if z.re > 0.0 {
            return toward(z.im.cos(), z.im.sin());
        }
        return Ok(c(
            0.0_f64.copysign(z.im.cos()),
            0.0_f64.copysign(z.im.sin()),
        ));
    }
    if let Some(result) = special(z, &EXP) {
        return result;
    }
    let (cos, sin) = (z.im.cos(), z.im.sin());
    in_range(if z.re > LOG_LARGE {
        let size = (z.re - 1.0).exp();
        c(size * cos * E, size * sin * E)
    } else {
        let size = z.re.exp();
        c(size * cos, size * sin)
    })
}

fn log(z: Complex) -> Outcome {
    if let Some(result) = special(z, &LOG) {
        return result;
    }
    let (x, y) = (z.re.abs(), z.im.abs());
    let re = if x > LARGE || y > LARGE {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        if x == 0.0 && y == 0.0 {
            return Err(Failure::Domain);
        }
        let up = 2.0_f64.powi(53);
        (x * up).hypot(y * up).ln() - 53.0 * LN_2
    } else {
        let h = x.hypot(y);
        if (0.71..=1.73).contains(&h) {
            let (most, least) = if x > y { (x, y) } else { (y, x) };
            ((most - 1.0) * (most + 1.0) + least * least).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok(c(re, z.im.atan2(z.re)))
}

fn log10(z: Complex) -> Outcome {
    log(z).map(|l| c(l.re / LN_10, l.im / LN_10))
}

fn sin(z: Complex) -> Outcome {
    turned(z, sinh)
}

fn sinh(z: Complex) -> Outcome {
    if has_direction(z) {
        let re = if z.re > 0.0 { z.im.cos() } else { -z.im.cos() };
        return toward(re, z.im.sin());
    }
    if let Some(result) = special(z, &SINH) {
        return result;
    }
    let (cos, sin) = (z.im.cos(), z.im.sin());
    in_range(if z.re.abs() > LOG_LARGE {
        let x = z.re - 1.0_f64.copysign(z.re);
        c(cos * x.sinh() * E, sin * x.cosh() * E)
    } else {
        c(cos * z.re.sinh(), sin * z.re.cosh())
    })
}

fn sqrt(z: Complex) -> Outcome {
    if let Some(result) = special(z, &SQRT) {
        return result;
    }
    if z.re == 0.0 && z.im == 0.0 {
        return Ok(c(0.0, z.im));
    }
    let (x, y) = (z.re.abs(), z.im.abs());
    let size = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        let up = 2.0_f64.powi(53);
        let x = x * up;
        (x + x.hypot(y * up)).sqrt() * 2.0_f64.powi(-27)
    } else {
        let x = x / 8.0;
        2.0 * (x + x.hypot(y / 8.0)).sqrt()
    };
    let other = y / (2.0 * size);
    Ok(if z.re >= 0.0 {
        c(size, other.copysign(z.im))
    } else {
        c(other, size.copysign(z.im))
    })
}

fn tan(z: Complex) -> Outcome {
    turned(z, tanh)
}

fn tanh(z: Complex) -> Outcome {
    if has_direction(z) {
        let im = 0.0_f64.copysign(2.0 * z.im.sin() * z.im.cos());
        return Ok(c(1.0_f64.copysign(z.re), im));
    }
    if let Some(result) = special(z, &TANH) {
        return result;
    }
    if z.re.abs() > LOG_LARGE {
        let im = 4.0 * z.im.sin() * z.im.cos() * (-2.0 * z.re.abs()).exp();
        return Ok(c(1.0_f64.copysign(z.re), im));
    }
    let (tx, ty) = (z.re.tanh(), z.im.tan());
    let cx = 1.0 / z.re.cosh();
    let both = tx * ty;
    let under = 1.0 + both * both;
    Ok(c(tx * (1.0 + ty * ty) / under, ((ty / under) * cx) * cx))
}

fn rect(r: f64, phi: f64) -> Outcome {
    let z = c(r, phi);
    if has_direction(z) {
        let sign = if r > 0.0 { 1.0 } else { -1.0 };
        return toward(sign * phi.cos(), sign * phi.sin());
    }
    if let Some(result) = special(z, &RECT) {
        return result;
    }
    Ok(if phi == 0.0 {
        // So that the sign of zero is kept.
        c(r, r * phi)
    } else {
        c(r * phi.cos(), r * phi.sin())
    })
}
