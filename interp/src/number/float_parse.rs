//! `float(text)`: floats from decimal text.

use super::digits::{to_ascii, trim, without_underscores};
use super::error::{NumError, NumResult};

/// `float(text)`; `repr` gives the original for the error text.
pub fn parse_float(text: &str, repr: impl FnOnce() -> String) -> NumResult<f64> {
    parse_float_bytes(&to_ascii(text), repr)
}

/// `float(text)` of bytes: as `parse_float`, with ASCII digits only.
pub fn parse_float_bytes(text: &[u8], repr: impl FnOnce() -> String) -> NumResult<f64> {
    // Rust's grammar of floats is Python's without underscores and spaces.
    let parsed = without_underscores(trim(text))
        .and_then(|text| str::from_utf8(&text).ok()?.parse::<f64>().ok());
    match parsed {
        Some(x) => Ok(x),
        None => NumError::value(format!("could not convert string to float: {}", repr())),
    }
}

/// The longest float at the start of the text, and how long it is.
pub(super) fn float_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let mut end = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    if let Some(length) = word_length(&text[end..]) {
        end += length;
    } else {
        end = decimal_end(text, end)?;
    }
    let x = str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((x, end))
}

/// The length of a word for infinity or NaN.
fn word_length(text: &[u8]) -> Option<usize> {
    ["infinity", "inf", "nan"].iter().find_map(|word| {
        let start = text.get(..word.len())?;
        start
            .eq_ignore_ascii_case(word.as_bytes())
            .then_some(word.len())
    })
}

/// Where the decimal number that starts at `start` ends.
fn decimal_end(text: &[u8], start: usize) -> Option<usize> {
    let digits_end = |from: usize| {
        let count = text[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        from + count
    };
    let mut end = digits_end(start);
    let mut count = end - start;
    if text.get(end) == Some(&b'.') {
        let fraction_end = digits_end(end + 1);
        count += fraction_end - end - 1;
        end = fraction_end;
    }
    if count == 0 {
        return None;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = end + 1 + sign;
        if text.get(exponent).is_some_and(u8::is_ascii_digit) {
            end = digits_end(exponent);
        }
    }
    Some(end)
}
