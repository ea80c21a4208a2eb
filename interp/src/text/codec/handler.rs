//! The built-in error handlers: `strict`, `ignore`, `replace` and so on.
//!
//! Handlers that a script registers are the caller's: see `encode_with`.

use std::borrow::Cow;
use std::fmt::Write;

use super::error::{CodecError, Failure, Fix, Object, Replacement};
use crate::text::classify::is_assigned_char;
use crate::text::repr::write_escape;
use crate::text::surrogate::{code_point, from_private, to_private};

/// Whether `standard` knows a handler of this name.
pub fn has_handler(name: &str) -> bool {
    matches!(
        name,
        "strict"
            | "ignore"
            | "replace"
            | "backslashreplace"
            | "xmlcharrefreplace"
            | "namereplace"
            | "surrogateescape"
            | "surrogatepass"
    )
}

/// What the built-in handler `name` answers.
pub fn standard(name: &str, failure: &Failure<'_>) -> Result<Fix, CodecError> {
    match (name, failure.object) {
        ("strict", _) => strict(failure),
        ("ignore", _) => Ok(text(failure, Cow::Borrowed(""))),
        ("replace", Object::Text(_)) => Ok(text(failure, marks(failure))),
        ("replace", Object::Bytes(_)) => Ok(text(failure, Cow::Borrowed("\u{fffd}"))),
        ("backslashreplace", Object::Text(_)) => Ok(each_char(failure, push_escape)),
        ("backslashreplace", Object::Bytes(bytes)) => Ok(escape_bytes(failure, bytes)),
        ("xmlcharrefreplace", Object::Text(_)) => Ok(each_char(failure, push_reference)),
        ("namereplace", Object::Text(_)) => Ok(each_char(failure, push_name)),
        ("xmlcharrefreplace" | "namereplace", _) => Err(CodecError::EncodeOnlyHandler),
        ("surrogateescape", Object::Text(_)) => unescape(failure),
        ("surrogateescape", Object::Bytes(bytes)) => escape(failure, bytes),
        ("surrogatepass", Object::Text(_)) => pass_out(failure),
        ("surrogatepass", Object::Bytes(bytes)) => pass_in(failure, bytes),
        _ => Err(CodecError::UnknownHandler(name.to_owned())),
    }
}

fn strict(failure: &Failure<'_>) -> Result<Fix, CodecError> {
    Err(CodecError::Unicode(failure.error.clone()))
}

fn text(failure: &Failure<'_>, replacement: Cow<'static, str>) -> Fix {
    Fix {
        replacement: Replacement::Text(replacement),
        resume: failure.error.end,
    }
}

/// A question mark for each character.
fn marks(failure: &Failure<'_>) -> Cow<'static, str> {
    match failure.error.end - failure.error.start {
        1 => Cow::Borrowed("?"),
        n => Cow::Owned("?".repeat(n)),
    }
}

fn each_char(failure: &Failure<'_>, mut push: impl FnMut(&mut String, char)) -> Fix {
    let mut out = String::new();
    for c in failure.part.chars() {
        push(&mut out, c);
    }
    text(failure, Cow::Owned(out))
}

fn push_escape(out: &mut String, c: char) {
    write_escape(out, code_point(c));
}

fn push_reference(out: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "&#{};", code_point(c));
}

/// Names are of a newer Unicode than the model's: characters that it does not know have none.
fn push_name(out: &mut String, c: char) {
    match unicode_names2::name(c).filter(|_| is_assigned_char(c)) {
        Some(name) => {
            let _ = write!(out, "\\N{{{name}}}");
        }
        None => push_escape(out, c),
    }
}

fn escape_bytes(failure: &Failure<'_>, bytes: &[u8]) -> Fix {
    let mut out = String::new();
    for byte in bytes
        .get(failure.error.start..failure.error.end)
        .unwrap_or(&[])
    {
        write_escape(&mut out, *byte as u32);
    }
    text(failure, Cow::Owned(out))
}

/// Encoding under `surrogateescape`: U+DC80 to U+DCFF become the bytes they stand for.
fn unescape(failure: &Failure<'_>) -> Result<Fix, CodecError> {
    let byte = |c: char| match from_private(c) {
        Some(code @ 0xdc80..=0xdcff) => Some((code - 0xdc00) as u8),
        _ => None,
    };
    let bytes: Vec<u8> = failure.part.chars().map_while(byte).collect();
    // The code pages take all or nothing; the others go on with what is left and fail there.
    let resume = failure.error.start + bytes.len();
    if bytes.is_empty() || failure.error.encoding == "charmap" && resume < failure.error.end {
        return strict(failure);
    }
    Ok(Fix {
        replacement: Replacement::Bytes(bytes),
        resume,
    })
}

/// Decoding under `surrogateescape`: bytes from 0x80 become U+DC80 to U+DCFF.
fn escape(failure: &Failure<'_>, bytes: &[u8]) -> Result<Fix, CodecError> {
    let part = bytes
        .get(failure.error.start..failure.error.end)
        .unwrap_or(&[]);
    let surrogate = |byte: &u8| match byte {
        0x80.. => to_private(0xdc00 + *byte as u32),
        _ => None,
    };
    let (mut out, mut resume) = (String::new(), failure.error.start);
    for c in part.iter().take(4).map_while(surrogate) {
        out.push(c);
        resume += 1;
    }
    if out.is_empty() {
        return strict(failure);
    }
    Ok(Fix {
        replacement: Replacement::Text(Cow::Owned(out)),
        resume,
    })
}

/// The bytes that a surrogate takes in one of the Unicode encodings.
fn surrogate_bytes(encoding: &str, code: u32) -> Option<Vec<u8>> {
    let low = (code & 0x3f) as u8 | 0x80;
    let middle = (code >> 6 & 0x3f) as u8 | 0x80;
    Some(match encoding {
        "utf-8" => vec![0xe0 | (code >> 12) as u8, middle, low],
        "utf-16" | "utf-16-le" => (code as u16).to_le_bytes().to_vec(),
        "utf-16-be" => (code as u16).to_be_bytes().to_vec(),
        "utf-32" | "utf-32-le" => code.to_le_bytes().to_vec(),
        "utf-32-be" => code.to_be_bytes().to_vec(),
        _ => return None,
    })
}

/// Encoding under `surrogatepass`: surrogates are encoded like characters.
fn pass_out(failure: &Failure<'_>) -> Result<Fix, CodecError> {
    let mut out = Vec::new();
    for c in failure.part.chars() {
        let bytes = from_private(c).and_then(|c| surrogate_bytes(failure.error.encoding, c));
        match bytes {
            Some(bytes) => out.extend(bytes),
            None => return strict(failure),
        }
    }
    Ok(Fix {
        replacement: Replacement::Bytes(out),
        resume: failure.error.end,
    })
}

/// Decoding under `surrogatepass`: an encoded surrogate is decoded like a character.
fn pass_in(failure: &Failure<'_>, bytes: &[u8]) -> Result<Fix, CodecError> {
    let rest = bytes.get(failure.error.start..).unwrap_or(&[]);
    let (code, width) = match (failure.error.encoding, rest) {
        ("utf-8", &[a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf, ..]) => (
            (a as u32 & 15) << 12 | (b as u32 & 63) << 6 | (c as u32 & 63),
            3,
        ),
        ("utf-16-le", &[a, b, ..]) => (u16::from_le_bytes([a, b]) as u32, 2),
        ("utf-16-be", &[a, b, ..]) => (u16::from_be_bytes([a, b]) as u32, 2),
        ("utf-32-le", &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
        ("utf-32-be", &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
        _ => return strict(failure),
    };
    match to_private(code) {
        Some(c) => Ok(Fix {
            replacement: Replacement::Text(Cow::Owned(c.to_string())),
            resume: failure.error.start + width,
        }),
        None => strict(failure),
    }
}
