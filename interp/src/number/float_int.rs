//! Floats as integers: truncation, floor, ceiling, ratios, comparison with integers.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};

use super::error::{NumError, NumResult};
use super::float_bits::split;
use super::int::{Int, IntRef};

/// 2 ** 63: floats below it in size fit 64 bits when truncated.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// `int(x)`, rounded towards zero.
pub fn float_to_int(x: f64) -> NumResult<Int> {
    if x.abs() < TWO_63 {
        return Ok(Int::Small(x as i64));
    }
    if x.is_nan() {
        return NumError::value("cannot convert float NaN to integer");
    }
    if x.is_infinite() {
        return NumError::overflow("cannot convert float infinity to integer");
    }
    Ok(Int::from(whole_to_big(x)))
}

/// The whole part of a finite float.
pub(super) fn whole_to_big(x: f64) -> BigInt {
    let (mantissa, exponent) = split(x);
    let size = if exponent >= 0 {
        BigUint::from(mantissa) << exponent
    } else {
        BigUint::from(mantissa.checked_shr(exponent.unsigned_abs()).unwrap_or(0))
    };
    let sign = if x < 0.0 { Sign::Minus } else { Sign::Plus };
    BigInt::from_biguint(sign, size)
}

/// `math.floor(x)`
pub fn floor(x: f64) -> NumResult<Int> {
    float_to_int(x.floor())
}

/// `math.ceil(x)`
pub fn ceil(x: f64) -> NumResult<Int> {
    float_to_int(x.ceil())
}

/// `round(x)`: the nearest integer, ties to even.
pub fn round_to_int(x: f64) -> NumResult<Int> {
    float_to_int(x.round_ties_even())
}

/// `x.is_integer()`
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x.trunc() == x
}

/// `x.as_integer_ratio()`, in lowest terms with the denominator above zero.
pub fn as_integer_ratio(x: f64) -> NumResult<(Int, Int)> {
    if x.is_nan() {
        return NumError::value("cannot convert NaN to integer ratio");
    }
    if x.is_infinite() {
        return NumError::overflow("cannot convert Infinity to integer ratio");
    }
    if is_integer(x) {
        return Ok((float_to_int(x)?, Int::Small(1)));
    }
    // Not whole, so the exponent stays below zero once the mantissa is odd.
    let (mantissa, exponent) = split(x);
    let zeros = mantissa.trailing_zeros();
    let size = (mantissa >> zeros) as i64;
    let numerator = if x < 0.0 { -size } else { size };
    let places = exponent.unsigned_abs() - zeros;
    Ok((Int::Small(numerator), Int::from(BigInt::from(1) << places)))
}

/// Compares an integer with a float exactly; `None` when the float is not a number.
pub fn compare_int_float(n: IntRef<'_>, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    match n {
        IntRef::Small(n) => Some(compare_small(n, x)),
        IntRef::Big(n) if x.is_infinite() || x.abs() < TWO_63 => {
            // The size decides; a big form that fits 64 bits is compared as such.
            match IntRef::Big(n).to_i64() {
                Some(n) => Some(compare_small(n, x)),
                None if x.is_infinite() => 0.0.partial_cmp(&x),
                None => BigInt::ZERO.partial_cmp(n).map(Ordering::reverse),
            }
        }
        IntRef::Big(n) => Some(n.cmp(&whole_to_big(x))),
    }
}

fn compare_small(n: i64, x: f64) -> Ordering {
    if x >= TWO_63 {
        return Ordering::Less;
    }
    if x < -TWO_63 {
        return Ordering::Greater;
    }
    let whole = x as i64;
    match n.cmp(&whole) {
        Ordering::Equal => 0.0.partial_cmp(&x.fract()).unwrap_or(Ordering::Equal),
        other => other,
    }
}
