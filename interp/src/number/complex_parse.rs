//! `complex(text)`: complex numbers from text.

use super::complex::Complex;
use super::digits::{to_ascii, trim, without_underscores};
use super::error::{NumError, NumResult};
use super::float_parse::float_prefix;

/// `complex(text)`; `repr` gives the original for the error text.
pub fn parse_complex(text: &str, repr: impl FnOnce() -> String) -> NumResult<Complex> {
    let mut ascii = to_ascii(text).into_owned();
    // CPython looks no further than the first character that stands for no digit or space.
    let is_foreign = |c: char| !c.is_ascii() && *to_ascii(&c.to_string()) == *b"?";
    if let Some(at) = text.chars().position(is_foreign) {
        ascii.truncate(at + 1);
    }
    let Some(text) = without_underscores(&ascii) else {
        return NumError::value(format!("could not convert string to complex: {}", repr()));
    };
    match unbracketed(trim(&text)).and_then(parse) {
        Some(z) => Ok(z),
        None => NumError::value("complex() arg is a malformed string"),
    }
}

/// The text inside parentheses, where it has them.
fn unbracketed(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'(', inner @ .., b')'] => Some(trim(inner)),
        [b'(', ..] => None,
        _ => Some(text),
    }
}

/// A float, an imaginary number, or both with a sign between them. The number before `j` may be
/// missing, the sign before it too if it comes first.
fn parse(text: &[u8]) -> Option<Complex> {
    let Some((first, end)) = float_prefix(text) else {
        let (unit, end) = sign_unit(text);
        return is_j(&text[end..]).then_some(Complex::new(0.0, unit));
    };
    let rest = &text[end..];
    match rest {
        [] => Some(Complex::new(first, 0.0)),
        [b'+' | b'-', ..] => {
            let (second, end) = float_prefix(rest).unwrap_or_else(|| sign_unit(rest));
            is_j(&rest[end..]).then_some(Complex::new(first, second))
        }
        _ => is_j(rest).then_some(Complex::new(0.0, first)),
    }
}

fn sign_unit(text: &[u8]) -> (f64, usize) {
    match text.first() {
        Some(b'+') => (1.0, 1),
        Some(b'-') => (-1.0, 1),
        _ => (1.0, 0),
    }
}

fn is_j(text: &[u8]) -> bool {
    matches!(text, [b'j' | b'J'])
}
