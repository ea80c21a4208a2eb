//! Integers as bits: logical operators, shifts, lengths.
//!
//! Negative numbers are two's complement without end, as in Python.

use num_bigint::BigInt;

use super::MAX_BITS;
use super::error::{NumError, NumResult};
use super::int::{Int, IntRef};

/// `a & b`
pub fn bit_and(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a & b),
        _ => Int::from(a.to_big().as_ref() & b.to_big().as_ref()),
    }
}

/// `a | b`
pub fn bit_or(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a | b),
        _ => Int::from(a.to_big().as_ref() | b.to_big().as_ref()),
    }
}

/// `a ^ b`
pub fn bit_xor(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::Small(a ^ b),
        _ => Int::from(a.to_big().as_ref() ^ b.to_big().as_ref()),
    }
}

/// `~n`
pub fn invert(n: IntRef<'_>) -> Int {
    match n {
        IntRef::Small(n) => Int::Small(!n),
        IntRef::Big(n) => Int::from(!n),
    }
}

/// `n << count`
pub fn shift_left(n: IntRef<'_>, count: IntRef<'_>) -> NumResult<Int> {
    if count.is_negative() {
        return NumError::value("negative shift count");
    }
    if n.is_zero() {
        return Ok(Int::Small(0));
    }
    let Some(count) = count.to_i64() else {
        return NumError::overflow("too many digits in integer");
    };
    if let IntRef::Small(n) = n
        && count < 64
    {
        return Ok(Int::from(i128::from(n) << count));
    }
    if count as u64 > MAX_BITS {
        return Err(NumError::Memory);
    }
    Ok(Int::from(n.to_big().as_ref() << count))
}

/// `n >> count`, rounded towards minus infinity.
pub fn shift_right(n: IntRef<'_>, count: IntRef<'_>) -> NumResult<Int> {
    if count.is_negative() {
        return NumError::value("negative shift count");
    }
    let count = count.to_i64().unwrap_or(i64::MAX);
    match n {
        IntRef::Small(n) => Ok(Int::Small(n >> count.min(63))),
        IntRef::Big(big) if count as u64 >= big.bits() => {
            Ok(Int::Small(if n.is_negative() { -1 } else { 0 }))
        }
        IntRef::Big(n) => Ok(Int::from(n >> count)),
    }
}

/// `n.bit_length()`
pub fn bit_length(n: IntRef<'_>) -> u64 {
    match n {
        IntRef::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
        IntRef::Big(n) => n.bits(),
    }
}

/// `n.bit_count()`: the ones in the absolute value.
pub fn bit_count(n: IntRef<'_>) -> u64 {
    match n {
        IntRef::Small(n) => u64::from(n.unsigned_abs().count_ones()),
        IntRef::Big(n) => n.magnitude().count_ones(),
    }
}

/// The order in which the bytes of an integer are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The most significant byte first.
    Big,
    /// The least significant byte first.
    Little,
}

/// `n.to_bytes(length, order, signed=signed)`
pub fn to_bytes(n: IntRef<'_>, length: i64, order: ByteOrder, signed: bool) -> NumResult<Vec<u8>> {
    let Ok(length) = usize::try_from(length) else {
        return NumError::value("length argument must be non-negative");
    };
    if length > isize::MAX as usize - 33 {
        return NumError::overflow("byte string is too large");
    }
    if n.is_negative() && !signed {
        return NumError::overflow("can't convert negative int to unsigned");
    }
    let bytes = if signed {
        n.to_big().to_signed_bytes_le()
    } else {
        n.to_big().to_bytes_le().1
    };
    // Zero and minus one are one byte to num-bigint, but fit none.
    let is_filling = n.is_zero() || n.to_i64() == Some(-1);
    let fits = bytes.len() <= length || (is_filling && length == 0);
    if !fits {
        return NumError::overflow("int too big to convert");
    }
    let mut text = Vec::new();
    text.try_reserve_exact(length)
        .map_err(|_| NumError::Memory)?;
    text.extend_from_slice(&bytes[..bytes.len().min(length)]);
    text.resize(length, if n.is_negative() { 0xff } else { 0 });
    if order == ByteOrder::Big {
        text.reverse();
    }
    Ok(text)
}

/// `int.from_bytes(bytes, order, signed=signed)`
pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> Int {
    let big = match (order, signed) {
        (ByteOrder::Big, true) => BigInt::from_signed_bytes_be(bytes),
        (ByteOrder::Little, true) => BigInt::from_signed_bytes_le(bytes),
        (ByteOrder::Big, false) => BigInt::from_bytes_be(num_bigint::Sign::Plus, bytes),
        (ByteOrder::Little, false) => BigInt::from_bytes_le(num_bigint::Sign::Plus, bytes),
    };
    Int::from(big)
}
