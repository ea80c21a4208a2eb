//! The special functions of `math`: `gamma`, `lgamma`, `erf`, `erfc`; and functions whose results
//! in the system's C library are not those of Rust's, to the last digit.

// Constants are written as they were published.
#![allow(clippy::excessive_precision)]

use std::f64::consts::PI;

use aio_interp::native::{Native, native};
use aio_interp::{R, Raised, Value, Vm};

pub(crate) static ROWS: &[Native] = &[
    native("gamma(x, /)", "Gamma function at x.", |vm, a| {
        special(vm, &a[0], gamma)
    }),
    native(
        "lgamma(x, /)",
        "Natural logarithm of absolute value of Gamma function at x.",
        |vm, a| special(vm, &a[0], log_gamma),
    ),
    native("erf(x, /)", "Error function at x.", |vm, a| {
        Ok(Value::float(libm::erf(vm.to_f64(&a[0])?)))
    }),
    native(
        "erfc(x, /)",
        "Complementary error function at x.",
        |vm, a| Ok(Value::float(libm::erfc(vm.to_f64(&a[0])?))),
    ),
];

/// How a function fails.
enum Failure {
    Domain,
    Range,
}

fn special(vm: &Vm, v: &Value, f: fn(f64) -> Result<f64, Failure>) -> R {
    match f(vm.to_f64(v)?) {
        Ok(result) => Ok(Value::float(result)),
        Err(failure) => Err(raise(vm, &failure)),
    }
}

fn raise(vm: &Vm, failure: &Failure) -> Raised {
    match failure {
        Failure::Domain => vm.value_error("math domain error"),
        Failure::Range => vm.overflow_error("math range error"),
    }
}

// Lanczos's approximation with the constants that Boost found for doubles.
const G: f64 = 6.024_680_040_776_729_583_740_234_375;
const G_MINUS_HALF: f64 = 5.524_680_040_776_729_583_740_234_375;

const NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
const DENOMINATOR: [f64; 13] = [
    0.0,
    39_916_800.0,
    120_543_840.0,
    150_917_976.0,
    105_258_076.0,
    45_995_730.0,
    13_339_535.0,
    2_637_558.0,
    357_423.0,
    32_670.0,
    1_925.0,
    66.0,
    1.0,
];

fn lanczos_sum(x: f64) -> f64 {
    let (mut over, mut under) = (0.0, 0.0);
    let pairs = NUMERATOR.iter().zip(&DENOMINATOR);
    if x < 5.0 {
        for (n, d) in pairs.rev() {
            over = over * x + n;
            under = under * x + d;
        }
    } else {
        for (n, d) in pairs {
            over = over / x + n;
            under = under / x + d;
        }
    }
    over / under
}

/// sin(pi * x), exact where it is zero or one.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let result = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1.0_f64.copysign(x) * result
}

fn gamma(x: f64) -> Result<f64, Failure> {
    if !x.is_finite() {
        return if x.is_nan() || x > 0.0 {
            Ok(x)
        } else {
            Err(Failure::Domain)
        };
    }
    if x == 0.0 || (x < 0.0 && x == x.floor()) {
        return Err(Failure::Domain);
    }
    if x == x.floor() && x <= 23.0 {
        return Ok((1..x as u64).map(|n| n as f64).product());
    }
    let size = x.abs();
    if size < 1e-20 {
        return in_range(1.0 / x);
    }
    if size > 200.0 {
        return if x < 0.0 {
            Ok(0.0 / sin_pi(x))
        } else {
            Err(Failure::Range)
        };
    }
    let y = size + G_MINUS_HALF;
    // What rounding took off y.
    let z = if size > G_MINUS_HALF {
        (y - size) - G_MINUS_HALF
    } else {
        (y - G_MINUS_HALF) - size
    };
    let z = z * G / y;
    let power = |r: f64, apply: fn(f64, f64) -> f64| {
        if size < 140.0 {
            apply(r, y.powf(size - 0.5))
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            apply(apply(r, root), root)
        }
    };
    in_range(if x < 0.0 {
        let r = -PI / sin_pi(size) / size * y.exp() / lanczos_sum(size);
        power(r - z * r, |r, p| r / p)
    } else {
        let r = lanczos_sum(size) / y.exp();
        power(r + z * r, |r, p| r * p)
    })
}

fn in_range(x: f64) -> Result<f64, Failure> {
    if x.is_infinite() {
        Err(Failure::Range)
    } else {
        Ok(x)
    }
}

fn log_gamma(x: f64) -> Result<f64, Failure> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 {
            Err(Failure::Domain)
        } else {
            Ok(0.0)
        };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-size.ln());
    }
    let mut r = lanczos_sum(size).ln() - G;
    r += (size - 0.5) * ((size + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        r = PI.ln() - sin_pi(size).abs().ln() - size.ln() - r;
    }
    in_range(r)
}

/// 2 ** -28 and 2 ** 28: where a function is its argument, or a logarithm.
const TINY: f64 = 3.725_290_298_461_914e-9;
const HUGE: f64 = 268_435_456.0;

/// The inverse hyperbolic sine, as Sun's library computes it.
pub(crate) fn asinh(x: f64) -> f64 {
    let t = x.abs();
    if !x.is_finite() || t < TINY {
        return x;
    }
    let w = if t > HUGE {
        t.ln() + std::f64::consts::LN_2
    } else if t > 2.0 {
        (2.0 * t + 1.0 / ((x * x + 1.0).sqrt() + t)).ln()
    } else {
        let square = x * x;
        (t + square / (1.0 + (1.0 + square).sqrt())).ln_1p()
    };
    w.copysign(x)
}

/// The inverse hyperbolic cosine of a number from one up.
pub(crate) fn acosh(x: f64) -> f64 {
    if x > HUGE {
        x.ln() + std::f64::consts::LN_2
    } else if x > 2.0 {
        (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln()
    } else {
        let t = x - 1.0;
        (t + (2.0 * t + t * t).sqrt()).ln_1p()
    }
}

/// The inverse hyperbolic tangent of a number between -1 and 1.
pub(crate) fn atanh(x: f64) -> f64 {
    let size = x.abs();
    if size < TINY {
        return x;
    }
    let t = size + size;
    let result = if size < 0.5 {
        0.5 * (t + t * size / (1.0 - size)).ln_1p()
    } else {
        0.5 * (t / (1.0 - size)).ln_1p()
    };
    result.copysign(x)
}

/// The cube root by GNU's polynomial and one step of Halley's method.
pub(crate) fn cbrt(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let (m, e) = libm::frexp(x.abs());
    let u = 0.354895765043919860
        + (1.50819193781584896
            - (2.11499494167371287
                - (2.44693122278083564
                    - (1.83469277483613086
                        - (0.784932344976639262 - 0.145263899385486367 * m) * m)
                        * m)
                    * m)
                * m)
            * m;
    let cube = u * u * u;
    const CBRT_2: f64 = 1.259_921_049_894_873_2;
    const CBRT_4: f64 = 1.587_401_051_968_199_5;
    let factor = match e % 3 {
        -2 => 1.0 / CBRT_4,
        -1 => 1.0 / CBRT_2,
        0 => 1.0,
        1 => CBRT_2,
        _ => CBRT_4,
    };
    let y = u * (cube + 2.0 * m) / (2.0 * cube + m) * factor;
    libm::ldexp(y, e / 3).copysign(x)
}
