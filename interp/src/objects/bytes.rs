//! `bytes` and `bytearray`.

use crate::object::{Kind, Object, Ref};
use crate::objects::host::HostObj;
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
    /// The number of views of the bytes: while there are any, their number cannot change.
    pub exports: std::cell::Cell<u32>,
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
        exports: std::cell::Cell::new(0),
    })
    .into()
}

/// One dimension of a `memoryview`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Dim {
    /// Number of items.
    pub len: usize,
    /// Distance between items, in bytes; may be negative.
    pub stride: isize,
}

/// A `memoryview` of bytes.
pub struct MemoryViewObj {
    /// The bytes-like object.
    pub of: Value,
    /// The place of the first item.
    pub start: usize,
    /// The dimensions; none for a single item.
    pub dims: Box<[Dim]>,
    /// The code of the items' format, as in `struct`.
    pub format: u8,
    /// True if the format was given with an `@` before it.
    pub is_prefixed: bool,
    /// Made by `toreadonly()`: the bytes cannot be changed through it.
    pub readonly: bool,
    /// Set by `release()`.
    pub released: std::cell::Cell<bool>,
}

impl MemoryViewObj {
    /// Counts the view among those that keep a bytearray from being resized.
    pub fn lend(&self) {
        if let Some(exports) = exports(&self.of) {
            exports.set(exports.get() + 1);
        }
    }

    /// `release()`: the bytes are no longer used.
    pub fn release(&self) {
        if !self.released.replace(true) {
            if let Some(exports) = exports(&self.of) {
                exports.set(exports.get().saturating_sub(1));
            }
        }
    }
}

/// The count of views of an object whose size may change.
fn exports(of: &Value) -> Option<&std::cell::Cell<u32>> {
    match of.downcast::<ByteArrayObj>() {
        Some(b) => Some(&b.exports),
        None => Some(of.downcast::<HostObj>()?.data.buffer()?.exports),
    }
}

impl Drop for MemoryViewObj {
    fn drop(&mut self) {
        self.release();
    }
}

impl Object for MemoryViewObj {
    const KIND: Kind = Kind::MemoryView;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&crate::object::Obj)) {
        crate::object::trace_value(&self.of, visit);
    }
}
