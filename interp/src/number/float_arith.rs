//! Floor division, modulo and true division of floats, with Python's signs and errors.
//!
//! Powers are in `power`.

use super::error::{NumError, NumResult};

/// `a / b`
#[inline]
pub fn float_div(a: f64, b: f64) -> NumResult<f64> {
    if b == 0.0 {
        return NumError::zero_division("float division by zero");
    }
    Ok(a / b)
}

/// `a // b`
pub fn float_floor_div(a: f64, b: f64) -> NumResult<f64> {
    if b == 0.0 {
        return NumError::zero_division("float floor division by zero");
    }
    Ok(split_division(a, b).0)
}

/// `a % b`, with the sign of `b`.
pub fn float_mod(a: f64, b: f64) -> NumResult<f64> {
    if b == 0.0 {
        return NumError::zero_division("float modulo by zero");
    }
    let rest = a % b;
    Ok(if rest == 0.0 {
        0f64.copysign(b)
    } else if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    })
}

/// `divmod(a, b)`
pub fn float_divmod(a: f64, b: f64) -> NumResult<(f64, f64)> {
    if b == 0.0 {
        return NumError::zero_division("float divmod()");
    }
    Ok(split_division(a, b))
}

/// Quotient and remainder for `b` other than zero. The quotient comes from the exact remainder
/// and is snapped to the nearest integer, so that it is whole despite rounding.
fn split_division(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0f64.copysign(a / b), rest);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 {
        (floor + 1.0, rest)
    } else {
        (floor, rest)
    }
}
