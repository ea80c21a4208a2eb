//! Integers as the numeric functions see them: `Int` owns its value, `IntRef` borrows it.
//!
//! Both have a small form of 64 bits and a big one. A big form never holds a number that fits
//! the small one, so equality can compare forms.

use std::borrow::Cow;
use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use num_traits::{ToPrimitive, Zero};

/// An integer result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    /// Fits 64 bits.
    Small(i64),
    /// Does not fit 64 bits.
    Big(BigInt),
}

/// An integer operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntRef<'a> {
    /// Fits 64 bits.
    Small(i64),
    /// A number of any size; results are right also when it would fit 64 bits.
    Big(&'a BigInt),
}

impl From<i64> for Int {
    fn from(n: i64) -> Int {
        Int::Small(n)
    }
}

impl From<i128> for Int {
    fn from(n: i128) -> Int {
        match i64::try_from(n) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(BigInt::from(n)),
        }
    }
}

impl From<u64> for Int {
    fn from(n: u64) -> Int {
        Int::from(i128::from(n))
    }
}

impl From<BigInt> for Int {
    fn from(n: BigInt) -> Int {
        match n.to_i64() {
            Some(small) => Int::Small(small),
            None => Int::Big(n),
        }
    }
}

impl Int {
    /// Borrows the number as an operand.
    pub fn as_ref(&self) -> IntRef<'_> {
        match self {
            Int::Small(n) => IntRef::Small(*n),
            Int::Big(n) => IntRef::Big(n),
        }
    }

    /// The number as a `BigInt`.
    pub fn into_big(self) -> BigInt {
        match self {
            Int::Small(n) => BigInt::from(n),
            Int::Big(n) => n,
        }
    }
}

impl<'a> IntRef<'a> {
    /// The number as a `BigInt`, borrowed where it is one.
    pub fn to_big(self) -> Cow<'a, BigInt> {
        match self {
            IntRef::Small(n) => Cow::Owned(BigInt::from(n)),
            IntRef::Big(n) => Cow::Borrowed(n),
        }
    }

    /// The number as an owned result.
    pub fn to_int(self) -> Int {
        match self {
            IntRef::Small(n) => Int::Small(n),
            IntRef::Big(n) => match n.to_i64() {
                Some(small) => Int::Small(small),
                None => Int::Big(n.clone()),
            },
        }
    }

    /// The number in 64 bits, where it fits.
    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(n) => Some(n),
            IntRef::Big(n) => n.to_i64(),
        }
    }

    /// Whether the number is zero.
    pub fn is_zero(self) -> bool {
        match self {
            IntRef::Small(n) => n == 0,
            IntRef::Big(n) => n.is_zero(),
        }
    }

    /// Whether the number is below zero.
    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(n) => n < 0,
            IntRef::Big(n) => n.sign() == Sign::Minus,
        }
    }
}

/// Compares two integers.
pub fn compare_ints(a: IntRef<'_>, b: IntRef<'_>) -> Ordering {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => a.cmp(&b),
        (IntRef::Big(a), IntRef::Big(b)) => a.cmp(b),
        _ => a.to_big().as_ref().cmp(b.to_big().as_ref()),
    }
}
