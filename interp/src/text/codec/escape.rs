//! `unicode_escape` and `raw_unicode_escape`: text as it stands in literals of Python.

use std::fmt::Write;

use super::Handler;
use super::decode::Decoder;
use super::error::CodecError;
use crate::text::surrogate::{code_point, from_code_point};

/// `unicode_escape`: ASCII only, with the escapes of a string literal.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            ' '..='~' => out.push(c),
            _ => push_escape(&mut out, code_point(c)),
        }
    }
    out.into_bytes()
}

/// `raw_unicode_escape`: Latin-1, with escapes for what it does not have.
pub(super) fn encode_raw(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(code_point(c)) {
            Ok(byte) => out.push(byte),
            Err(_) => {
                let mut escape = String::new();
                push_escape(&mut escape, code_point(c));
                out.extend_from_slice(escape.as_bytes());
            }
        }
    }
    out
}

fn push_escape(out: &mut String, code: u32) {
    // Writing to a string does not fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Reads what `encode` writes, and every other escape of a string literal.
pub(super) fn decode(bytes: &[u8], handler: &mut Handler<'_>) -> Result<String, CodecError> {
    let mut d = Decoder::new(bytes, "unicodeescape", handler);
    let mut at = 0;
    while let Some(&byte) = d.bytes.get(at) {
        if byte != b'\\' {
            d.out.push(char::from(byte));
            at += 1;
            continue;
        }
        let Some(&escape) = d.bytes.get(at + 1) else {
            at = d.fail(at, at + 1, "\\ at end of string")?;
            continue;
        };
        let plain = match escape {
            b'\n' => None,
            b'\\' | b'\'' | b'"' => Some(char::from(escape)),
            b'a' => Some('\x07'),
            b'b' => Some('\x08'),
            b'f' => Some('\x0c'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'v' => Some('\x0b'),
            b'x' | b'u' | b'U' => {
                at = hex(&mut d, at)?;
                continue;
            }
            b'N' => {
                at = named(&mut d, at)?;
                continue;
            }
            b'0'..=b'7' => {
                at = octal(&mut d, at);
                continue;
            }
            _ => {
                d.out.push('\\');
                Some(char::from(escape))
            }
        };
        d.out.extend(plain);
        at += 2;
    }
    Ok(d.out)
}

/// Reads what `encode_raw` writes: only `\u` and `\U` are escapes.
pub(super) fn decode_raw(bytes: &[u8], handler: &mut Handler<'_>) -> Result<String, CodecError> {
    let mut d = Decoder::new(bytes, "rawunicodeescape", handler);
    let mut at = 0;
    while let Some(&byte) = d.bytes.get(at) {
        let next = d.bytes.get(at + 1).copied();
        match (byte, next) {
            (b'\\', Some(b'u' | b'U')) => at = hex(&mut d, at)?,
            (b'\\', Some(next)) => {
                d.out.push('\\');
                d.out.push(char::from(next));
                at += 2;
            }
            _ => {
                d.out.push(char::from(byte));
                at += 1;
            }
        }
    }
    Ok(d.out)
}

/// `\xhh`, `\uhhhh` or `\Uhhhhhhhh` at `at`; returns where to go on.
fn hex(d: &mut Decoder<'_, '_>, at: usize) -> Result<usize, CodecError> {
    let (len, truncated) = match d.bytes.get(at + 1) {
        Some(b'x') => (2, "truncated \\xXX escape"),
        Some(b'u') => (4, "truncated \\uXXXX escape"),
        _ => (8, "truncated \\UXXXXXXXX escape"),
    };
    let digits = d.bytes[at + 2..].iter().take(len);
    let count = digits.take_while(|b| b.is_ascii_hexdigit()).count();
    let end = at + 2 + count;
    if count < len {
        return d.fail(at, end, truncated);
    }
    let text = str::from_utf8(&d.bytes[at + 2..end]).unwrap_or_default();
    match u32::from_str_radix(text, 16).ok().and_then(from_code_point) {
        Some(c) => {
            d.out.push(c);
            Ok(end)
        }
        None if d.encoding == "rawunicodeescape" => d.fail(at, end, "\\Uxxxxxxxx out of range"),
        None => d.fail(at, end, "illegal Unicode character"),
    }
}

/// Up to three octal digits.
fn octal(d: &mut Decoder<'_, '_>, at: usize) -> usize {
    let digits = d.bytes[at + 1..].iter().take(3);
    let digits = digits.take_while(|b| matches!(b, b'0'..=b'7'));
    let (count, code) = digits.fold((0, 0), |(count, code), b| {
        (count + 1, code * 8 + u32::from(b - b'0'))
    });
    d.out.extend(char::from_u32(code));
    at + 1 + count
}

/// `\N{name}`
fn named(d: &mut Decoder<'_, '_>, at: usize) -> Result<usize, CodecError> {
    let rest = &d.bytes[at + 2..];
    let end = rest.iter().position(|b| *b == b'}');
    let (Some(b'{'), Some(end)) = (rest.first(), end.filter(|end| *end > 1)) else {
        let length = match (rest.first(), end) {
            (Some(b'{'), Some(_)) => 1,
            (Some(b'{'), None) => rest.len(),
            _ => 0,
        };
        return d.fail(at, at + 2 + length, "malformed \\N character escape");
    };
    let name = str::from_utf8(&rest[1..end]).unwrap_or_default();
    let after = at + 2 + end + 1;
    match unicode_names2::character(name) {
        Some(c) => {
            d.out.push(c);
            Ok(after)
        }
        None => d.fail(at, after, "unknown Unicode character name"),
    }
}
