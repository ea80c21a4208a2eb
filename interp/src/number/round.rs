//! `round(x, ndigits)` of floats and integers, ties to even on the exact value.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Zero};

use super::error::{NumError, NumResult};
use super::float_int::whole_to_big;
use super::int::{Int, IntRef};
use super::true_div::big_to_float;

/// Powers of ten that are floats exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// `round(x, digits)` of a float: the float nearest to the exact decimal rounding of `x`.
pub fn round_float(x: f64, digits: i64) -> NumResult<f64> {
    // Beyond 323 digits every float is itself; above 10 ** 308 there is none.
    if !x.is_finite() || digits > 323 {
        return Ok(x);
    }
    if digits < -308 {
        return Ok(0.0 * x);
    }
    let rounded = if digits < 0 {
        round_whole(x, digits.unsigned_abs() as u32)
    } else if let Some(rounded) = round_fast(x, digits as usize) {
        rounded
    } else {
        format!("{x:.*}", digits as usize).parse().unwrap_or(x)
    };
    if rounded.is_infinite() {
        return NumError::overflow("rounded value too large to represent");
    }
    Ok(rounded)
}

/// Scales, rounds and divides, where that is sure to be right: the scaled number is off by half
/// a unit of its last place at most, so only near a tie the exact value is needed, and the
/// quotient of two exact floats is rounded correctly.
fn round_fast(x: f64, digits: usize) -> Option<f64> {
    let ten = *TENS.get(digits)?;
    let scaled = x * ten;
    if scaled.abs() >= 4_503_599_627_370_496.0 {
        return None;
    }
    let nearest = scaled.round_ties_even();
    let distance_to_tie = 0.5 - (scaled - nearest).abs();
    let error = scaled.abs() * f64::EPSILON + f64::MIN_POSITIVE;
    if distance_to_tie <= error {
        return None;
    }
    Some((nearest / ten).copysign(x))
}

/// Rounds to a multiple of `10 ** places`.
fn round_whole(x: f64, places: u32) -> f64 {
    let whole = whole_to_big(x.abs());
    let has_fraction = x.fract() != 0.0;
    let ten = BigInt::from(BigUint::from(10u32).pow(places));
    let (quotient, rest) = whole.div_rem(&ten);
    let rounded = to_nearest(quotient, rest, &ten, has_fraction) * ten;
    big_to_float(&rounded).copysign(x)
}

/// One more than `quotient` if the remainder is above half of `divisor`, or on it and
/// `quotient` is odd. `sticky` says that the remainder is a little more than given.
fn to_nearest(quotient: BigInt, rest: BigInt, divisor: &BigInt, sticky: bool) -> BigInt {
    let double: BigInt = rest << 1;
    let up = match double.cmp(divisor) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => sticky || quotient.is_odd(),
        std::cmp::Ordering::Greater => true,
    };
    if up { quotient + 1 } else { quotient }
}

/// `round(n, digits)` of an integer: a multiple of `10 ** -digits`, or the number itself if
/// `digits` is not negative.
pub fn round_int(n: IntRef<'_>, digits: i64) -> Int {
    if digits >= 0 {
        return n.to_int();
    }
    let places = digits.unsigned_abs();
    let n = n.to_big();
    // A number with fewer digits than that is nearer to zero.
    if places as f64 > n.bits() as f64 * 0.302 + 2.0 {
        return Int::Small(0);
    }
    let ten = num_traits::Pow::pow(BigInt::from(10), places);
    if ten.is_one() || n.is_zero() {
        return Int::from(n.into_owned());
    }
    let (quotient, rest) = n.div_mod_floor(&ten);
    Int::from(to_nearest(quotient, rest, &ten, false) * ten)
}
