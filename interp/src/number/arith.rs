//! Integer arithmetic: sum, difference, product, floor division, modulo, sign.
//!
//! Powers, shifts and true division have files of their own.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::Zero;

use super::error::{NumError, NumResult};
use super::int::{Int, IntRef};

/// `a + b`
pub fn add(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => match a.checked_add(b) {
            Some(sum) => Int::Small(sum),
            None => Int::from(i128::from(a) + i128::from(b)),
        },
        (IntRef::Big(big), IntRef::Small(n)) | (IntRef::Small(n), IntRef::Big(big)) => {
            Int::from(big + n)
        }
        (IntRef::Big(a), IntRef::Big(b)) => Int::from(a + b),
    }
}

/// `a - b`
pub fn sub(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => match a.checked_sub(b) {
            Some(difference) => Int::Small(difference),
            None => Int::from(i128::from(a) - i128::from(b)),
        },
        (IntRef::Big(a), IntRef::Small(b)) => Int::from(a - b),
        (IntRef::Small(a), IntRef::Big(b)) => Int::from(a - b),
        (IntRef::Big(a), IntRef::Big(b)) => Int::from(a - b),
    }
}

/// `a * b`
pub fn mul(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => match a.checked_mul(b) {
            Some(product) => Int::Small(product),
            None => Int::from(i128::from(a) * i128::from(b)),
        },
        (IntRef::Big(big), IntRef::Small(n)) | (IntRef::Small(n), IntRef::Big(big)) => {
            Int::from(big * n)
        }
        (IntRef::Big(a), IntRef::Big(b)) => Int::from(a * b),
    }
}

/// `-n`
pub fn neg(n: IntRef<'_>) -> Int {
    match n {
        IntRef::Small(n) => match n.checked_neg() {
            Some(negated) => Int::Small(negated),
            None => Int::from(-i128::from(n)),
        },
        IntRef::Big(n) => Int::from(-n),
    }
}

/// `abs(n)`
pub fn abs(n: IntRef<'_>) -> Int {
    if n.is_negative() { neg(n) } else { n.to_int() }
}

/// `a // b`, rounded towards minus infinity.
pub fn floor_div(a: IntRef<'_>, b: IntRef<'_>) -> NumResult<Int> {
    match (a, b) {
        _ if b.is_zero() => NumError::zero_division("integer division or modulo by zero"),
        (IntRef::Small(a), IntRef::Small(b)) => Ok(small_floor_div(a, b)),
        _ => Ok(Int::from(
            a.to_big().as_ref().div_floor(b.to_big().as_ref()),
        )),
    }
}

/// `a % b`, with the sign of `b`.
pub fn modulo(a: IntRef<'_>, b: IntRef<'_>) -> NumResult<Int> {
    match (a, b) {
        _ if b.is_zero() => NumError::zero_division("integer modulo by zero"),
        (IntRef::Small(a), IntRef::Small(b)) => Ok(Int::Small(small_modulo(a, b))),
        (IntRef::Big(a), IntRef::Small(b)) => Ok(big_modulo_small(a, b)),
        _ => Ok(Int::from(
            a.to_big().as_ref().mod_floor(b.to_big().as_ref()),
        )),
    }
}

/// `divmod(a, b)`
pub fn divmod(a: IntRef<'_>, b: IntRef<'_>) -> NumResult<(Int, Int)> {
    match (a, b) {
        _ if b.is_zero() => NumError::zero_division("integer division or modulo by zero"),
        (IntRef::Small(a), IntRef::Small(b)) => {
            Ok((small_floor_div(a, b), Int::Small(small_modulo(a, b))))
        }
        _ => {
            let (quotient, rest) = a.to_big().as_ref().div_mod_floor(b.to_big().as_ref());
            Ok((Int::from(quotient), Int::from(rest)))
        }
    }
}

/// Floor division of 64-bit numbers, `b` not zero. Only `i64::MIN // -1` leaves 64 bits.
fn small_floor_div(a: i64, b: i64) -> Int {
    match a.checked_div(b) {
        Some(quotient) if a % b != 0 && (a < 0) != (b < 0) => Int::Small(quotient - 1),
        Some(quotient) => Int::Small(quotient),
        None => Int::from(-i128::from(a)),
    }
}

/// Modulo of 64-bit numbers, `b` not zero.
pub(super) fn small_modulo(a: i64, b: i64) -> i64 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) {
        rest + b
    } else {
        rest
    }
}

fn big_modulo_small(a: &BigInt, b: i64) -> Int {
    let rest = a % b;
    if rest.is_zero() || (rest < BigInt::ZERO) == (b < 0) {
        Int::from(rest)
    } else {
        Int::from(rest + b)
    }
}
