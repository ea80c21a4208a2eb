//! Ints beyond 64 bits and complex numbers as heap objects.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::object::{Kind, Object, Ref};
use crate::value::Value;

/// An `int` that does not fit into 64 bits (never one that does).
pub struct BigIntObj {
    /// The number.
    pub value: BigInt,
}

impl Object for BigIntObj {
    const KIND: Kind = Kind::BigInt;
    const TRACKED: bool = false;
    type Tail = ();
}

/// A `complex`.
pub struct ComplexObj {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl Object for ComplexObj {
    const KIND: Kind = Kind::Complex;
    const TRACKED: bool = false;
    type Tail = ();
}

impl From<BigInt> for Value {
    fn from(value: BigInt) -> Value {
        match value.to_i64() {
            Some(small) => Value::Int(small),
            None => Ref::new(BigIntObj { value }).into(),
        }
    }
}

impl From<i128> for Value {
    #[inline]
    fn from(i: i128) -> Value {
        match i64::try_from(i) {
            Ok(small) => Value::Int(small),
            Err(_) => Ref::new(BigIntObj {
                value: BigInt::from(i),
            })
            .into(),
        }
    }
}

impl From<u64> for Value {
    fn from(i: u64) -> Value {
        Value::from(i128::from(i))
    }
}
