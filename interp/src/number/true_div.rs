//! Integers to floats, correctly rounded: conversion and true division.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

use super::error::{NumError, NumResult};
use super::float_bits::scale;
use super::int::IntRef;

/// Integers up to this size are floats exactly.
const EXACT: u64 = 1 << 53;

/// `float(n)`: the nearest float, ties to even.
pub fn int_to_float(n: IntRef<'_>) -> NumResult<f64> {
    match n {
        IntRef::Small(n) => Ok(n as f64),
        IntRef::Big(n) => match big_to_float(n) {
            float if float.is_finite() => Ok(float),
            _ => NumError::overflow("int too large to convert to float"),
        },
    }
}

/// The nearest float, infinite when there is none.
pub(super) fn big_to_float(n: &BigInt) -> f64 {
    let size = n.magnitude();
    let bits = size.bits();
    let float = if bits <= 64 {
        size.to_u64().unwrap_or(0) as f64
    } else if bits > 1024 {
        f64::INFINITY
    } else {
        // The top 64 bits decide, with the lowest of them standing for all that is cut off.
        let cut = bits - 64;
        let sticky = size.trailing_zeros().is_some_and(|zeros| zeros < cut);
        let top = (size >> cut).to_u64().unwrap_or(0) | u64::from(sticky);
        scale(top as f64, cut as i32)
    };
    if n.sign() == num_bigint::Sign::Minus {
        -float
    } else {
        float
    }
}

/// `a / b` of integers: the nearest float to the quotient.
pub fn true_divide(a: IntRef<'_>, b: IntRef<'_>) -> NumResult<f64> {
    if b.is_zero() {
        return NumError::zero_division("division by zero");
    }
    if let (IntRef::Small(a), IntRef::Small(b)) = (a, b)
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        return Ok(a as f64 / b as f64);
    }
    if a.is_zero() {
        return Ok(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let quotient = divide_sizes(a.to_big().magnitude(), b.to_big().magnitude());
    if quotient.is_infinite() {
        return NumError::overflow("integer division result too large for a float");
    }
    Ok(if a.is_negative() == b.is_negative() {
        quotient
    } else {
        -quotient
    })
}

/// The nearest float to `a / b`, both above zero; infinite when it is too large.
fn divide_sizes(a: &BigUint, b: &BigUint) -> f64 {
    // The quotient lies between 2 ** (difference - 1) and 2 ** (difference + 1).
    let difference = a.bits() as i64 - b.bits() as i64;
    if difference > 1024 {
        return f64::INFINITY;
    }
    if difference < -1080 {
        return 0.0;
    }
    // `shift` leaves two bits or more below the last bit of the result, so that the remainder
    // needs to be known only as zero or not.
    let shift = difference.max(-1021) - 55;
    let (quotient, rest) = if shift <= 0 {
        (a << shift.unsigned_abs()).div_rem(b)
    } else {
        a.div_rem(&(b << shift.unsigned_abs()))
    };
    let quotient = quotient.to_u64().unwrap_or(u64::MAX);
    let bits = i64::from(64 - quotient.leading_zeros());
    let extra = bits.max(-1021 - shift) - 53;
    let rounded = round_bits(quotient, extra as u32, !rest.is_zero());
    scale(rounded as f64, (shift + extra) as i32)
}

/// `n >> count` to the nearest, ties to even; `sticky` says that more follows below `n`.
pub(super) fn round_bits(n: u64, count: u32, sticky: bool) -> u64 {
    if count == 0 {
        return n;
    }
    if count > 64 {
        return 0;
    }
    let kept = n.checked_shr(count).unwrap_or(0);
    let half = 1u64 << (count - 1);
    let below = n & (half - 1) != 0 || sticky;
    let up = n & half != 0 && (below || kept & 1 == 1);
    kept + u64::from(up)
}
