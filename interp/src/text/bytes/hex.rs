//! `bytes.hex` and `bytes.fromhex`.

use super::classify::is_space_byte;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Why `fromhex` failed: the position, in code points, of what is no hexadecimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotHex(pub usize);

impl std::fmt::Display for NotHex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "non-hexadecimal number found in fromhex() arg at position {}",
            self.0
        )
    }
}

/// `bytes.hex()`.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for &byte in bytes {
        push_byte(&mut out, byte);
    }
    out
}

/// `bytes.hex(separator, group)`: groups are counted from the right when `group` is positive,
/// from the left when it is negative, and there are none when it is 0.
pub fn hex_grouped(bytes: &[u8], separator: char, group: isize) -> String {
    let size = group.unsigned_abs();
    if size == 0 {
        return hex(bytes);
    }
    // How many bytes the first group holds.
    let first = match bytes.len() % size {
        rest if group > 0 && rest > 0 => rest,
        _ => size,
    };
    let mut out = String::with_capacity(bytes.len() * 2 + bytes.len() / size);
    for (at, &byte) in bytes.iter().enumerate() {
        if at >= first && (at - first).is_multiple_of(size) {
            out.push(separator);
        }
        push_byte(&mut out, byte);
    }
    out
}

/// `bytes.fromhex`: pairs of digits, with white space between pairs.
pub fn fromhex(text: &str) -> Result<Vec<u8>, NotHex> {
    let bytes = text.as_bytes();
    // CPython looks for characters beyond ASCII first. Bytes before one count as code points.
    if let Some(at) = bytes.iter().position(|b| !b.is_ascii()) {
        return Err(NotHex(at));
    }
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if is_space_byte(byte) {
            at += 1;
            continue;
        }
        let high = digit(byte).ok_or(NotHex(at))?;
        let low = bytes
            .get(at + 1)
            .and_then(|b| digit(*b))
            .ok_or(NotHex(at + 1))?;
        out.push(high << 4 | low);
        at += 2;
    }
    Ok(out)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn push_byte(out: &mut String, byte: u8) {
    out.push(DIGITS[(byte >> 4) as usize] as char);
    out.push(DIGITS[(byte & 15) as usize] as char);
}
