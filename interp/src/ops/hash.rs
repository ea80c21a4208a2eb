//! Hashes: `hash(x)`, with CPython's algorithms for numbers, tuples, frozensets, ranges and
//! slices, so that the order of sets of such values is CPython's too.

use std::hash::Hasher;

use super::binary::number::Number;
use super::convert::int_ref;
use crate::number;
use crate::object::{Kind, Obj};
use crate::objects::bytes::BytesObj;
use crate::objects::function::BoundMethodObj;
use crate::objects::range::{RangeObj, SliceObj};
use crate::objects::set::SetObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The hash of `None`, as in CPython 3.12 and later.
const NONE: i64 = 0xfca8_6420;

/// The hashes of `...` and `NotImplemented`, which are addresses in CPython.
const ELLIPSIS: i64 = 0x7f4d_0021;
const NOT_IMPLEMENTED: i64 = 0x7f4d_0051;

impl Vm {
    /// `hash(v)`; never -1.
    #[inline]
    pub fn hash(&self, v: &Value) -> R<i64> {
        match v {
            // Numbers from -1 down and from the modulus up are not their own hashes.
            Value::Int(n) if (0..number::HASH_MODULUS as i64).contains(n) => Ok(*n),
            Value::Obj(o) => match o.downcast::<StrObj>() {
                Some(s) => Ok(s.hash_value()),
                None => self.hash_of_object(o, v),
            },
            _ => Ok(hash_of_plain(v)),
        }
    }

    #[inline(never)]
    fn hash_of_object(&self, o: &Obj, v: &Value) -> R<i64> {
        match o.kind() {
            Kind::BigInt | Kind::Complex => Ok(hash_of_plain(v)),
            Kind::Bytes => Ok(o.downcast::<BytesObj>().map_or(0, |b| hash_bytes(&b.data))),
            Kind::Tuple => match o.downcast::<TupleObj>() {
                Some(t) => self.hash_items(t.items()),
                None => Err(self.unhashable(v)),
            },
            Kind::Set => match o.downcast::<SetObj>() {
                Some(s) if s.frozen => Ok(hash_frozenset(s)),
                _ => Err(self.unhashable(v)),
            },
            Kind::Range => match o.downcast::<RangeObj>() {
                Some(r) => self.hash_range(r),
                None => Err(self.unhashable(v)),
            },
            Kind::Slice => match o.downcast::<SliceObj>() {
                Some(s) => self.mix(&s.parts).map(finish),
                None => Err(self.unhashable(v)),
            },
            Kind::BoundMethod => match o.downcast::<BoundMethodObj>() {
                Some(m) => Ok(not_minus_one(
                    self.hash_identity(&m.receiver) ^ self.hash(&m.function)?,
                )),
                None => Ok(hash_address(o)),
            },
            Kind::List | Kind::Dict | Kind::ByteArray => Err(self.unhashable(v)),
            Kind::Function | Kind::Native | Kind::Module => Ok(hash_address(o)),
            _ => self.hash_by_method(o, v),
        }
    }

    fn hash_by_method(&self, o: &Obj, v: &Value) -> R<i64> {
        let method = match self.special(v, &self.names.hash_) {
            Some(method) if method.is_none() => return Err(self.unhashable(v)),
            Some(method) if !self.is_objects_own(&method) => method,
            _ => return Ok(hash_address(o)),
        };
        let _guard = self.enter_native()?;
        let result = self.call_unbound(&method, v, &[], &[])?;
        let native = self.native(&result);
        match int_ref(&native) {
            Some(n) => Ok(match n.to_i64() {
                Some(small) => not_minus_one(small),
                None => number::hash_int(n),
            }),
            None => Err(self.type_error("__hash__ method should return an integer")),
        }
    }

    /// The hash that `object` gives: by identity.
    pub fn hash_identity(&self, v: &Value) -> i64 {
        match v {
            Value::Obj(o) => hash_address(o),
            _ => hash_of_plain(v),
        }
    }

    #[cold]
    fn unhashable(&self, v: &Value) -> Raised {
        self.type_error(format!("unhashable type: '{}'", self.type_name(v)))
    }

    /// The hash of a tuple of these items.
    fn hash_items(&self, items: &[Value]) -> R<i64> {
        let sum = self
            .mix(items)?
            .wrapping_add(items.len() as u64 ^ (PRIME_5 ^ 3_527_539));
        Ok(finish(sum))
    }

    /// CPython's xxHash over the hashes of items, without the last mixing.
    fn mix(&self, items: &[Value]) -> R<u64> {
        let _guard = self.enter_native()?;
        let mut sum = PRIME_5;
        for item in items {
            sum = sum.wrapping_add((self.hash(item)? as u64).wrapping_mul(PRIME_2));
            sum = sum.rotate_left(31).wrapping_mul(PRIME_1);
        }
        Ok(sum)
    }

    /// Ranges that show the same numbers hash alike: length, first number, step.
    fn hash_range(&self, r: &RangeObj) -> R<i64> {
        let len = r.len();
        let start = if len > 0 {
            Value::Int(r.start)
        } else {
            Value::None
        };
        let step = if len > 1 {
            Value::Int(r.step)
        } else {
            Value::None
        };
        self.hash_items(&[len.into(), start, step])
    }
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// -1 is never a hash.
fn finish(sum: u64) -> i64 {
    if sum == u64::MAX {
        1_546_275_796
    } else {
        sum as i64
    }
}

/// The hash of what needs no interpreter: numbers and singletons.
fn hash_of_plain(v: &Value) -> i64 {
    match v {
        Value::None | Value::Unbound => NONE,
        Value::Ellipsis => ELLIPSIS,
        Value::NotImplemented => NOT_IMPLEMENTED,
        _ => match Number::of(v) {
            Some(Number::Int(n)) => number::hash_int(n),
            Some(Number::Float(x)) => number::hash_float(x),
            Some(Number::Complex(z)) => number::hash_complex(z),
            None => 0,
        },
    }
}

/// Addresses are multiples of 16; the low bits are turned to the top, where they do not harm.
fn hash_address(o: &Obj) -> i64 {
    not_minus_one(o.address().rotate_right(4) as i64)
}

fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// The hash of bytes.
pub fn hash_bytes(data: &[u8]) -> i64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(data);
    match data {
        [] => 0,
        _ => not_minus_one(hasher.finish() as i64),
    }
}

/// CPython's hash of a frozenset: the same for every order of the members.
fn hash_frozenset(s: &SetObj) -> i64 {
    let known = s.hash.get();
    if known != 0 {
        return known;
    }
    let mut hash = 0u64;
    let members = s.hashed_members();
    for (member, _) in &members {
        let h = *member as u64;
        hash ^= ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
    }
    hash ^= (members.len() as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    let hash = if hash == u64::MAX {
        590_923_713
    } else {
        hash as i64
    };
    s.hash.set(hash);
    hash
}
