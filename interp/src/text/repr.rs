//! `repr` and `ascii` of strings, `repr` of byte strings.
//!
//! Each can write to the end of a string that is being built, for the `repr` of containers.

use super::classify::is_printable_char;
use super::surrogate::code_point;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `repr` of a string.
pub fn repr(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_repr(&mut out, text);
    out
}

/// `ascii` of a string: `repr` with all other characters escaped.
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(&mut out, text, |_| false);
    out
}

/// `repr` of a byte string, the `b` included.
pub fn repr_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 3);
    write_repr_bytes(&mut out, bytes);
    out
}

/// `ascii` of any object, from its `repr`: what is not ASCII is escaped, nothing is quoted.
pub fn escape_non_ascii(repr: &str) -> String {
    let mut out = String::with_capacity(repr.len());
    for c in repr.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            write_escape(&mut out, code_point(c));
        }
    }
    out
}

/// Writes `repr` of a string to the end of `out`.
pub fn write_repr(out: &mut String, text: &str) {
    write_quoted(out, text, is_printable_char);
}

/// Writes `repr` of a byte string to the end of `out`.
pub fn write_repr_bytes(out: &mut String, bytes: &[u8]) {
    let quote = quote_for(bytes);
    out.push('b');
    out.push(quote);
    for &byte in bytes {
        match byte {
            b' '..=b'~' => {
                if byte as char == quote || byte == b'\\' {
                    out.push('\\');
                }
                out.push(byte as char);
            }
            _ => write_escape_ascii(out, byte as u32),
        }
    }
    out.push(quote);
}

/// Writes `\x..`, `\u....` or `\U........`, the shortest that holds `code`.
pub fn write_escape(out: &mut String, code: u32) {
    let (letter, digits) = match code {
        0..=0xff => ('x', 2),
        0x100..=0xffff => ('u', 4),
        _ => ('U', 8),
    };
    out.push('\\');
    out.push(letter);
    for place in (0..digits).rev() {
        out.push(HEX[(code >> (4 * place) & 15) as usize] as char);
    }
}

/// Single quotes, unless that would need more escapes than double quotes.
fn quote_for(bytes: &[u8]) -> char {
    if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    }
}

fn write_quoted(out: &mut String, text: &str, is_plain: impl Fn(char) -> bool) {
    let quote = quote_for(text.as_bytes());
    out.reserve(text.len() + 2);
    out.push(quote);
    // What needs no escape is copied in runs: `done` is where the current run began.
    let mut done = 0;
    for (at, c) in text.char_indices() {
        let plain = match c {
            '\\' => false,
            ' '..='~' => c != quote,
            '\0'..='\x7f' => false,
            _ => is_plain(c),
        };
        if plain {
            continue;
        }
        out.push_str(&text[done..at]);
        done = at + c.len_utf8();
        match c {
            ' '..='~' => {
                out.push('\\');
                out.push(c);
            }
            _ => write_escape_ascii(out, code_point(c)),
        }
    }
    out.push_str(&text[done..]);
    out.push(quote);
}

fn write_escape_ascii(out: &mut String, code: u32) {
    match code {
        0x09 => out.push_str("\\t"),
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        _ => write_escape(out, code),
    }
}
