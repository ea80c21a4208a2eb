//! Lone surrogates: which characters stand for one, and what `ord` and `chr` make of them.
//!
//! The mapping itself is the lexer's, since literals may hold surrogates too.

pub use aio_lexer::surrogate::{from_private, to_private};

/// What `ord` says of `c`: the surrogate for a character that stands for one.
#[inline]
pub const fn code_point(c: char) -> u32 {
    match from_private(c) {
        Some(code) => code,
        None => c as u32,
    }
}

/// What `chr` makes of `code`; `None` above U+10FFFF.
#[inline]
pub const fn from_code_point(code: u32) -> Option<char> {
    match to_private(code) {
        Some(c) => Some(c),
        None => char::from_u32(code),
    }
}

/// Whether `c` stands for a surrogate.
#[inline]
pub const fn is_surrogate(c: char) -> bool {
    from_private(c).is_some()
}

/// Whether a surrogate stands anywhere in `text`.
pub fn contains(text: &str) -> bool {
    // U+10E000 to U+10E7FF in UTF-8: f4 8e 80 80 to f4 8e 9f bf.
    let bytes = text.as_bytes();
    // A short text is searched sooner than memchr finds out what the processor can do.
    if bytes.len() < 128 && !bytes.contains(&0xf4) {
        return false;
    }
    memchr::memchr_iter(0xf4, bytes)
        .any(|i| bytes.get(i + 1) == Some(&0x8e) && bytes.get(i + 2).is_some_and(|b| *b < 0xa0))
}
