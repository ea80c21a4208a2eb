//! Lone surrogates in strings.
//!
//! A Python string may hold lone surrogates (`'\ud800'`); a Rust string may not. They are kept
//! as characters of a private-use plane, U+D800 to U+DFFF at U+10E000 to U+10E7FF, and come
//! out as surrogates again wherever a string meets the script (`ord`, `repr`, encoding).
//! A script that uses that part of the private-use plane itself sees it as surrogates.

/// The character that stands for the surrogate U+D800.
const BASE: u32 = 0x10_E000;

/// The character that stands for the surrogate `code`, or `None` when `code` is none.
#[inline]
pub const fn to_private(code: u32) -> Option<char> {
    match code {
        0xD800..=0xDFFF => char::from_u32(BASE + (code - 0xD800)),
        _ => None,
    }
}

/// The surrogate that `c` stands for, or `None` when `c` is a plain character.
#[inline]
pub const fn from_private(c: char) -> Option<u32> {
    match c as u32 {
        code @ 0x10_E000..=0x10_E7FF => Some(code - BASE + 0xD800),
        _ => None,
    }
}
