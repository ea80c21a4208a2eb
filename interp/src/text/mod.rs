//! What strings and byte strings can do, on plain `&str` and `&[u8]`.
//!
//! Nothing here knows a value of the interpreter, an object or an exception: the methods of
//! `str`, `bytes` and `bytearray` take their arguments apart, call in here and wrap what comes
//! back. Positions are byte offsets throughout; `index` turns code points into them.
//!
//! A lone surrogate is held as a private-use character (see `surrogate`), and everything here
//! treats that character as the surrogate.

pub mod bytes;
pub mod case;
pub mod classify;
pub mod codec;
pub mod index;
pub mod pad;
pub mod repr;
pub mod search;
pub mod split;
pub mod surrogate;
pub mod translate;

mod tables;
#[cfg(test)]
mod tests;

use std::collections::TryReserveError;

/// The result would not fit into memory: the caller raises `MemoryError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory;

impl From<TryReserveError> for NoMemory {
    fn from(_: TryReserveError) -> Self {
        NoMemory
    }
}
