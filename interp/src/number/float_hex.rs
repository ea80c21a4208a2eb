//! `float.hex` and `float.fromhex`: floats as hexadecimal text, exactly.

use super::digits::trim;
use super::error::{NumError, NumResult};
use super::float_bits::{scale, split};
use super::true_div::round_bits;

/// `x.hex()`
pub fn float_hex(x: f64) -> String {
    if x.is_nan() {
        return "nan".into();
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x.is_infinite() {
        return format!("{sign}inf");
    }
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (mantissa, exponent) = split(x);
    let fraction = mantissa & ((1 << 52) - 1);
    let whole = mantissa >> 52;
    format!("{sign}0x{whole}.{fraction:013x}p{:+}", exponent + 52)
}

/// `float.fromhex(text)`
pub fn float_from_hex(text: &str) -> NumResult<f64> {
    let text = trim(text.as_bytes());
    let (is_negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let size = match special(rest) {
        Some(x) => x,
        None => match scan(rest) {
            // The size counts before what follows, as in CPython.
            Some((hexadecimal, is_all)) => match hexadecimal.to_float()? {
                _ if !is_all => {
                    return NumError::value("invalid hexadecimal floating-point string");
                }
                size => size,
            },
            None => return NumError::value("invalid hexadecimal floating-point string"),
        },
    };
    Ok(if is_negative { -size } else { size })
}

fn special(text: &[u8]) -> Option<f64> {
    let is = |word: &str| text.eq_ignore_ascii_case(word.as_bytes());
    if is("inf") || is("infinity") {
        return Some(f64::INFINITY);
    }
    is("nan").then_some(f64::NAN)
}

/// `mantissa * 2 ** exponent`, and something below the mantissa's last bit if `sticky`.
struct Hexadecimal {
    mantissa: u64,
    exponent: i64,
    sticky: bool,
}

/// Reads `[0x]digits[.digits][p[sign]digits]`.
///
/// Also tells whether that was all.
fn scan(text: &[u8]) -> Option<(Hexadecimal, bool)> {
    let mut rest = match text {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => text,
    };
    let mut number = Hexadecimal {
        mantissa: 0,
        exponent: 0,
        sticky: false,
    };
    let mut count = 0usize;
    let mut is_fraction = false;
    while let [byte, after @ ..] = rest {
        match char::from(*byte).to_digit(16) {
            Some(digit) => {
                number.push(digit, is_fraction);
                count += 1;
            }
            None if *byte == b'.' && !is_fraction => is_fraction = true,
            None => break,
        }
        rest = after;
    }
    if count == 0 {
        return None;
    }
    if let [b'p' | b'P', after @ ..] = rest {
        let (exponent, left) = exponent(after)?;
        number.exponent = number.exponent.saturating_add(exponent);
        rest = left;
    }
    Some((number, rest.is_empty()))
}

/// A signed decimal exponent. Sizes beyond all sense are cut to one that still overflows.
fn exponent(text: &[u8]) -> Option<(i64, &[u8])> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    let count = digits.iter().take_while(|d| d.is_ascii_digit()).count();
    let (digits, left) = digits.split_at(count);
    if digits.is_empty() {
        return None;
    }
    let step = |n: i64, digit: &u8| (n * 10 + i64::from(digit - b'0')).min(1 << 40);
    Some((sign * digits.iter().fold(0, step), left))
}

impl Hexadecimal {
    fn push(&mut self, digit: u32, is_fraction: bool) {
        if self.mantissa >> 60 == 0 {
            self.mantissa = self.mantissa << 4 | u64::from(digit);
            self.exponent -= if is_fraction { 4 } else { 0 };
        } else {
            self.sticky |= digit != 0;
            self.exponent += if is_fraction { 0 } else { 4 };
        }
    }

    /// The nearest float, ties to even.
    fn to_float(&self) -> NumResult<f64> {
        if self.mantissa == 0 {
            return Ok(0.0);
        }
        let bits = i64::from(64 - self.mantissa.leading_zeros());
        let top = self.exponent.saturating_add(bits);
        if top > 1024 {
            return too_large();
        }
        // The last bit of a float with this exponent.
        let last = (top - 53).max(-1074);
        let extra = (last - self.exponent).clamp(0, 65) as u32;
        let rounded = round_bits(self.mantissa, extra, self.sticky);
        if rounded == 0 {
            return Ok(0.0);
        }
        let exponent = self.exponent + i64::from(extra);
        match scale(rounded as f64, exponent as i32) {
            x if x.is_infinite() => too_large(),
            x => Ok(x),
        }
    }
}

fn too_large() -> NumResult<f64> {
    NumError::overflow("hexadecimal value too large to represent as a float")
}
