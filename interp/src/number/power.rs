//! Powers: of integers, of integers under a modulus, of floats.
//!
//! A power may leave the kind of its operands (a negative exponent gives a float, a negative
//! base with a broken exponent a complex number); `Power` says which kind came out.

use num_bigint::BigInt;
use num_traits::{One, Pow, Zero};

use super::MAX_BITS;
use super::complex::Complex;
use super::error::{NumError, NumResult};
use super::int::{Int, IntRef};
use super::true_div::int_to_float;
use num_integer::Integer;

/// The result of `**`.
#[derive(Clone, Debug, PartialEq)]
pub enum Power {
    /// An integer to a non-negative integer.
    Int(Int),
    /// A float, or an integer to a negative integer.
    Float(f64),
    /// A negative number to a power that is not whole.
    Complex(Complex),
}

/// `base ** exponent` of integers.
pub fn pow_int(base: IntRef<'_>, exponent: IntRef<'_>) -> NumResult<Power> {
    if exponent.is_negative() {
        return pow_float(int_to_float(base)?, int_to_float(exponent)?);
    }
    if let (IntRef::Small(base), IntRef::Small(exponent)) = (base, exponent)
        && let Some(power) = small_pow(base, exponent)
    {
        return Ok(Power::Int(Int::Small(power)));
    }
    big_pow(base, exponent).map(Power::Int)
}

/// Square and multiply in 64 bits; `None` when it leaves them.
fn small_pow(mut base: i64, mut exponent: i64) -> Option<i64> {
    let mut power = 1i64;
    loop {
        if exponent & 1 == 1 {
            power = power.checked_mul(base)?;
        }
        exponent >>= 1;
        if exponent == 0 {
            return Some(power);
        }
        base = base.checked_mul(base)?;
    }
}

fn big_pow(base: IntRef<'_>, exponent: IntRef<'_>) -> NumResult<Int> {
    if exponent.is_zero() {
        return Ok(Int::Small(1));
    }
    if let IntRef::Small(n @ -1..=1) = base {
        let is_odd = exponent.to_big().is_odd();
        return Ok(Int::Small(if is_odd { n } else { n * n }));
    }
    let base = base.to_big();
    let Some(exponent) = exponent.to_i64().and_then(|n| u64::try_from(n).ok()) else {
        return Err(NumError::Memory);
    };
    if (base.bits() - 1).saturating_mul(exponent) > MAX_BITS {
        return Err(NumError::Memory);
    }
    // Powers of two inside the base are a shift of the result.
    let zeros = base.trailing_zeros().unwrap_or(0);
    if zeros == 0 {
        return Ok(Int::from(Pow::pow(base.as_ref(), exponent)));
    }
    let odd: BigInt = base.as_ref() >> zeros;
    Ok(Int::from(Pow::pow(&odd, exponent) << (zeros * exponent)))
}

/// `pow(base, exponent, modulus)`
pub fn pow_mod(base: IntRef<'_>, exponent: IntRef<'_>, modulus: IntRef<'_>) -> NumResult<Int> {
    if modulus.is_zero() {
        return NumError::value("pow() 3rd argument cannot be 0");
    }
    if let (IntRef::Small(b), IntRef::Small(e), IntRef::Small(m)) = (base, exponent, modulus)
        && e >= 0
    {
        return Ok(Int::Small(small_pow_mod(b, e, m)));
    }
    let modulus = modulus.to_big();
    let (base, exponent) = (base.to_big(), exponent.to_big());
    if *exponent >= BigInt::ZERO {
        return Ok(Int::from(base.modpow(&exponent, &modulus)));
    }
    // The inverse is looked for under the modulus without its sign, as CPython does.
    let size = BigInt::from(modulus.magnitude().clone());
    let inverse = if size.is_one() {
        Some(BigInt::zero())
    } else {
        base.mod_floor(&size).modinv(&size)
    };
    match inverse {
        Some(inverse) => Ok(Int::from(inverse.modpow(&-exponent.as_ref(), &modulus))),
        None => NumError::value("base is not invertible for the given modulus"),
    }
}

/// Square and multiply under a modulus other than zero; products fit 128 bits.
fn small_pow_mod(base: i64, mut exponent: i64, modulus: i64) -> i64 {
    let size = i128::from(modulus).abs();
    let mut power = 1 % size;
    let mut base = i128::from(base).rem_euclid(size);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = power * base % size;
        }
        base = base * base % size;
        exponent >>= 1;
    }
    // With a negative modulus the result lies in (modulus, 0].
    let signed = if modulus < 0 && power != 0 {
        power - size
    } else {
        power
    };
    signed as i64
}

/// `base ** exponent` of floats.
pub fn pow_float(base: f64, exponent: f64) -> NumResult<Power> {
    if base < 0.0 && base.is_finite() && exponent.is_finite() && exponent.floor() != exponent {
        let power = Complex::new(base, 0.0).pow(Complex::new(exponent, 0.0))?;
        return Ok(Power::Complex(power));
    }
    if base == 0.0 && exponent < 0.0 && exponent.is_finite() {
        return NumError::zero_division("0.0 cannot be raised to a negative power");
    }
    let power = base.powf(exponent);
    if power.is_infinite() && base.is_finite() && exponent.is_finite() {
        return NumError::overflow("(34, 'Numerical result out of range')");
    }
    Ok(Power::Float(power))
}
