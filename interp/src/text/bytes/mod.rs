//! What `bytes` and `bytearray` can do, on `&[u8]`: the string functions for ASCII in bytes.
//!
//! `repr` of byte strings is in `text::repr`, decoding in `text::codec`.

mod case;
mod classify;
mod hex;
mod pad;
mod search;
mod split;

pub use case::{capitalize, lower, swapcase, title, upper};
pub use classify::{
    is_alnum, is_alpha, is_ascii, is_digit, is_lower, is_space, is_space_byte, is_title, is_upper,
};
pub use hex::{NotHex, fromhex, hex, hex_grouped};
pub use pad::{center, expand_tabs, ljust, rjust, zfill};
pub use search::{
    contains, count, ends_with, find, partition, remove_prefix, remove_suffix, replace, rfind,
    rpartition, starts_with,
};
pub use split::{
    lines, lstrip, lstrip_set, rsplit, rsplit_space, rstrip, rstrip_set, split, split_space, strip,
    strip_set,
};

/// `bytes.translate`: drops the bytes in `delete`, then maps the rest by `table` if there is one.
pub fn translate(bytes: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut dropped = [false; 256];
    for &byte in delete {
        dropped[byte as usize] = true;
    }
    let kept = bytes.iter().copied().filter(|b| !dropped[*b as usize]);
    match table {
        Some(table) => kept.map(|b| table[b as usize]).collect(),
        None => kept.collect(),
    }
}

/// `bytes.maketrans`; `None` when the two are not of one length.
pub fn maketrans(from: &[u8], to: &[u8]) -> Option<[u8; 256]> {
    if from.len() != to.len() {
        return None;
    }
    let mut table = [0; 256];
    for (byte, entry) in (0..=u8::MAX).zip(&mut table) {
        *entry = byte;
    }
    for (from, to) in from.iter().zip(to) {
        table[*from as usize] = *to;
    }
    Some(table)
}
