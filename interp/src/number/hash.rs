//! Hashes of numbers: equal numbers hash alike, whatever their type.
//!
//! A number is reduced modulo 2 ** 61 - 1, as in CPython; -1 is never a hash.

use num_traits::ToPrimitive;

use super::complex::Complex;
use super::float_bits::split;
use super::int::IntRef;

/// The prime modulus of all numeric hashes.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

/// The hash of positive infinity.
const HASH_INFINITY: i64 = 314_159;

/// The factor of the imaginary part.
const HASH_IMAGINARY: i64 = 1_000_003;

/// `hash(n)` of an integer.
#[inline]
pub fn hash_int(n: IntRef<'_>) -> i64 {
    match n {
        IntRef::Small(n) => signed(n.unsigned_abs() % HASH_MODULUS, n < 0),
        IntRef::Big(big) => {
            let rest = (big.magnitude() % HASH_MODULUS).to_u64().unwrap_or(0);
            signed(rest, n.is_negative())
        }
    }
}

/// `hash(x)` of a float. A NaN gives 0: its hash is its identity, which the caller knows.
pub fn hash_float(x: f64) -> i64 {
    if x.is_nan() {
        return 0;
    }
    if x.is_infinite() {
        return if x < 0.0 {
            -HASH_INFINITY
        } else {
            HASH_INFINITY
        };
    }
    // Multiplying by two rotates the 61 bits.
    let (mantissa, exponent) = split(x);
    let turn = exponent.rem_euclid(61) as u32;
    let rotated = (mantissa << turn & HASH_MODULUS) | mantissa >> (61 - turn);
    signed(rotated % HASH_MODULUS, x < 0.0)
}

/// `hash(z)` of a complex number.
pub fn hash_complex(z: Complex) -> i64 {
    let imaginary = hash_float(z.im).wrapping_mul(HASH_IMAGINARY);
    match hash_float(z.re).wrapping_add(imaginary) {
        -1 => -2,
        hash => hash,
    }
}

#[inline]
fn signed(size: u64, is_negative: bool) -> i64 {
    let hash = size as i64;
    match (is_negative, hash) {
        (false, _) => hash,
        (true, 1) => -2,
        (true, _) => -hash,
    }
}
