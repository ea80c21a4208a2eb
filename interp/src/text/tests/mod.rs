//! Tests of the string functions, a file for each of theirs.

mod bytes;
mod case;
mod classify;
mod codec;
mod index;
mod pad;
mod repr;
mod search;
mod split;
mod surrogate;
mod translate;

use super::surrogate::is_surrogate;

/// All characters that stand for themselves.
fn plain_chars() -> impl Iterator<Item = char> {
    ('\0'..=char::MAX).filter(|c| !is_surrogate(*c))
}

/// FNV-1a: what is said of a million characters, as one number to compare.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ *byte as u64).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn value(&self) -> u64 {
        self.0
    }
}
