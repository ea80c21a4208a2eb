//! Decimal digits and white space of all scripts, and number texts reduced to ASCII by them.

use std::borrow::Cow;

/// The zeros of the scripts that have decimal digits (Unicode 15.1); nine more follow each.
const ZEROS: [u32; 68] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950,
    0x1fbf0,
];

/// The value of a decimal digit of any script.
pub fn decimal_digit(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = u32::from(c);
    let after = ZEROS.partition_point(|&zero| zero <= code);
    let value = code - ZEROS[after.checked_sub(1)?];
    (value < 10).then_some(value)
}

/// Whether `str.isspace` counts the character as white space.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Whether number parsing skips this byte. Unlike `str.isspace` it knows C's spaces only.
pub(super) fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0b' | b'\x0c' | b'\r')
}

/// The text with white space around it removed.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| !is_ascii_space(byte));
    let end = text.iter().rposition(|&byte| !is_ascii_space(byte));
    match (start, end) {
        (Some(start), Some(end)) => &text[start..=end],
        _ => &[],
    }
}

/// Foreign digits become ASCII digits, foreign spaces spaces, all else that is not ASCII a
/// question mark, which no number contains.
pub(super) fn to_ascii(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text.as_bytes());
    }
    let reduced = |c: char| match decimal_digit(c) {
        _ if c.is_ascii() => c as u8,
        Some(value) => b'0' + value as u8,
        None if is_space(c) => b' ',
        None => b'?',
    };
    Cow::Owned(text.chars().map(reduced).collect())
}

/// Removes the underscores between digits. `None` when one stands elsewhere.
pub(super) fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(Cow::Borrowed(text));
    }
    let mut kept = Vec::with_capacity(text.len());
    let mut previous = b'_';
    for &byte in text {
        let is_misplaced = match (previous, byte) {
            (b'_', other) => !kept.is_empty() && !other.is_ascii_digit(),
            (other, b'_') => !other.is_ascii_digit(),
            _ => false,
        };
        if is_misplaced || (kept.is_empty() && byte == b'_') {
            return None;
        }
        if byte != b'_' {
            kept.push(byte);
        }
        previous = byte;
    }
    (previous != b'_').then_some(Cow::Owned(kept))
}
