//! `Value`: what a variable holds. A flat sixteen-byte enum that travels in two registers.
//!
//! Every payload is eight bytes (floats as their bits, one variant for all heap objects, the
//! kind of object in its header), so that `Value`, `Option<Value>` and `R<Value>` are all passed
//! and returned in two registers; a float payload or a boxed error would be returned through
//! memory, which costs 11 to 14 % more instructions over the whole evaluator.

use crate::object::{Kind, Obj, Object, Ref};

/// The bits of an `f64`. A type of its own so that the enum keeps integer payloads only.
#[derive(Clone, Copy)]
pub struct FloatBits(u64);

/// A value of the language.
///
/// The order of variants matters: `Unbound` is the all-zero tag (fresh slots are zeroed memory),
/// and `True` follows `False`.
#[repr(u8)]
#[derive(Clone, Default)]
pub enum Value {
    /// An unset slot: a local before its first assignment, an argument that was not given.
    /// Scripts never see it.
    #[default]
    Unbound = 0,
    /// `None`.
    None,
    /// `False`.
    False,
    /// `True`.
    True,
    /// `NotImplemented`.
    NotImplemented,
    /// `...`.
    Ellipsis,
    /// An `int` that fits into 64 bits. Larger ones are `Kind::BigInt` objects, and no value that
    /// fits is ever stored as one.
    Int(i64),
    /// A `float`.
    Float(FloatBits),
    /// Anything on the heap.
    Obj(Obj),
}

/// The mark that an exception is on its way. The exception itself waits in `Vm::pending`;
/// a zero-sized error keeps `R` in two registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Raised;

/// The result of anything that can raise.
pub type R<T = Value> = Result<T, Raised>;

const _: () = assert!(size_of::<Value>() == 16 && size_of::<R>() == 16);
const _: () = assert!(size_of::<Option<Value>>() == 16 && size_of::<R<Option<Value>>>() == 16);

impl Value {
    /// The value of a Rust `bool`.
    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        if b { Value::True } else { Value::False }
    }

    /// A `float`.
    #[inline(always)]
    pub fn float(x: f64) -> Value {
        Value::Float(FloatBits(x.to_bits()))
    }

    /// True for the unset slot.
    #[inline(always)]
    pub fn is_unbound(&self) -> bool {
        matches!(self, Value::Unbound)
    }

    /// True for `None`.
    #[inline(always)]
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// True for an argument that was not given, or given as `None`.
    #[inline]
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Unbound | Value::None)
    }

    /// The value, or `default` for an argument that was not given.
    #[inline]
    pub fn or(&self, default: Value) -> Value {
        if self.is_unbound() {
            default
        } else {
            self.clone()
        }
    }

    /// `Some` unless this is the unset slot.
    #[inline]
    pub fn bound(&self) -> Option<&Value> {
        if self.is_unbound() { None } else { Some(self) }
    }

    /// The small int inside; `None` for everything else (also for bools and big ints).
    #[inline(always)]
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(i) = self {
            Some(*i)
        } else {
            None
        }
    }

    /// The float inside.
    #[inline(always)]
    pub fn as_float(&self) -> Option<f64> {
        if let Value::Float(b) = self {
            Some(b.get())
        } else {
            None
        }
    }

    /// The Rust `bool` of `True` and `False`.
    #[inline(always)]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::True => Some(true),
            Value::False => Some(false),
            _ => None,
        }
    }

    /// The heap object inside.
    #[inline(always)]
    pub fn as_obj(&self) -> Option<&Obj> {
        if let Value::Obj(o) = self {
            Some(o)
        } else {
            None
        }
    }

    /// The heap object as `T`, if it is exactly one (instances of script subclasses are not: they
    /// are `Instance`s that carry one, see `Vm::native`).
    #[inline(always)]
    pub fn downcast<T: Object>(&self) -> Option<&Ref<T>> {
        match self {
            Value::Obj(o) => o.downcast::<T>(),
            _ => None,
        }
    }

    /// True if the value is a heap object of this kind.
    #[inline(always)]
    pub fn is_kind(&self, kind: Kind) -> bool {
        matches!(self, Value::Obj(o) if o.kind() == kind)
    }

    /// The kind of heap object, if it is one.
    #[inline(always)]
    pub fn kind(&self) -> Option<Kind> {
        self.as_obj().map(|o| o.kind())
    }

    /// Python's `is`.
    #[inline]
    pub fn is(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.0 == b.0,
            (Value::Obj(a), Value::Obj(b)) => a.is(b),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl FloatBits {
    /// The float.
    #[inline(always)]
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl From<i64> for Value {
    #[inline(always)]
    fn from(i: i64) -> Value {
        Value::Int(i)
    }
}

impl From<usize> for Value {
    #[inline(always)]
    fn from(i: usize) -> Value {
        // No length or index in memory exceeds i64::MAX.
        Value::Int(i as i64)
    }
}

impl From<bool> for Value {
    #[inline(always)]
    fn from(b: bool) -> Value {
        Value::bool(b)
    }
}

impl From<f64> for Value {
    #[inline(always)]
    fn from(x: f64) -> Value {
        Value::float(x)
    }
}

impl<T: Object> From<Ref<T>> for Value {
    #[inline(always)]
    fn from(r: Ref<T>) -> Value {
        Value::Obj(r.into_obj())
    }
}

impl<T: Object> From<&Ref<T>> for Value {
    #[inline(always)]
    fn from(r: &Ref<T>) -> Value {
        Value::Obj(r.clone().into_obj())
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Unbound => f.write_str("<unbound>"),
            Value::None => f.write_str("None"),
            Value::False => f.write_str("False"),
            Value::True => f.write_str("True"),
            Value::NotImplemented => f.write_str("NotImplemented"),
            Value::Ellipsis => f.write_str("Ellipsis"),
            Value::Int(i) => write!(f, "{i}"),
            Value::Float(b) => write!(f, "{:?}", b.get()),
            Value::Obj(o) => write!(f, "<{:?} object>", o.kind()),
        }
    }
}
