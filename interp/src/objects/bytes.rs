//! `bytes` and `bytearray`.

use crate::object::{Kind, Object, Ref};
use crate::shared::Shared;
use crate::value::Value;

/// A `bytes`.
pub struct BytesObj {
    /// The bytes.
    pub data: Box<[u8]>,
}

impl Object for BytesObj {
    const KIND: Kind = Kind::Bytes;
    const TRACKED: bool = false;
    type Tail = ();
}

/// A `bytearray`.
pub struct ByteArrayObj {
    /// The bytes. See `Shared` for the rule on borrows.
    pub data: Shared<Vec<u8>>,
}

impl Object for ByteArrayObj {
    const KIND: Kind = Kind::ByteArray;
    const TRACKED: bool = false;
    type Tail = ();
}

/// A `bytes` value.
pub fn bytes(data: impl Into<Box<[u8]>>) -> Value {
    Ref::new(BytesObj { data: data.into() }).into()
}

/// A `bytearray` value.
pub fn bytearray(data: Vec<u8>) -> Value {
    Ref::new(ByteArrayObj {
        data: Shared::new(data),
    })
    .into()
}

/// A `memoryview` of bytes.
pub struct MemoryViewObj {
    /// The bytes-like object.
    pub of: Value,
    /// First byte, in steps.
    pub start: usize,
    /// Number of items.
    pub len: usize,
    /// Distance between items, in bytes; may be negative.
    pub step: isize,
    /// Made by `toreadonly()`: the bytes cannot be changed through it.
    pub readonly: bool,
    /// Set by `release()`.
    pub released: std::cell::Cell<bool>,
}

impl Object for MemoryViewObj {
    const KIND: Kind = Kind::MemoryView;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&crate::object::Obj)) {
        crate::object::trace_value(&self.of, visit);
    }
}
