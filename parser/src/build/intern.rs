//! Shares one allocation among equal names. It lives as long as one parse.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use crate::ast::Identifier;

/// The names seen so far.
#[derive(Default)]
pub struct Interner {
    names: HashSet<Identifier, BuildHasherDefault<NameHasher>>,
}

impl Interner {
    /// The identifier equal to `name`.
    pub fn get(&mut self, name: &str) -> Identifier {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let new = Identifier::from(name);
        self.names.insert(new.clone());
        new
    }
}

/// A multiplicative hash: names are short and many, and the table dies with the parse, so speed
/// counts more than resistance to chosen names.
#[derive(Default)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        let mut word = [0; 8];
        for (slot, byte) in word.iter_mut().zip(chunks.remainder()) {
            *slot = *byte;
        }
        self.mix(u64::from_le_bytes(word));
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

impl NameHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
