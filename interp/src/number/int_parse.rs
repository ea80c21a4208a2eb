//! `int(text, base)`: integers from text.

use num_bigint::BigUint;
use num_bigint::{BigInt, Sign};

use super::digits::{to_ascii, trim};
use super::error::{NumError, NumResult};
use super::int::Int;

/// Why a text is no integer.
enum Fault {
    Invalid,
    /// More digits than the limit allows.
    TooLong(usize),
}

/// From this many digits on numbers are put together from halves.
const LONG: usize = 1500;

/// Limits below this many digits are not looked at, as in CPython.
const LIMIT_THRESHOLD: usize = 640;

/// `int(text, base)`. The base is 0 or 2 to 36; `limit` is the greatest count of decimal
/// digits (0: none); `repr` gives the original for the error text.
pub fn parse_int(
    text: &str,
    base: u32,
    limit: usize,
    repr: impl FnOnce() -> String,
) -> NumResult<Int> {
    parse_int_bytes(&to_ascii(text), base, limit, repr)
}

/// `int(text, base)` of bytes: as `parse_int`, with ASCII digits only.
pub fn parse_int_bytes(
    text: &[u8],
    base: u32,
    limit: usize,
    repr: impl FnOnce() -> String,
) -> NumResult<Int> {
    if base == 1 || base > 36 {
        return NumError::value("int() base must be >= 2 and <= 36, or 0");
    }
    match scan(text, base, limit) {
        Ok(n) => Ok(n),
        Err(Fault::Invalid) => {
            let shown: String = repr().chars().take(200).collect();
            NumError::value(format!(
                "invalid literal for int() with base {base}: {shown}"
            ))
        }
        Err(Fault::TooLong(count)) => NumError::value(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {count} \
             digits; use sys.set_int_max_str_digits() to increase the limit"
        )),
    }
}

/// The number that a literal writes without sign and spaces, underscores allowed between
/// digits. For the lexer's integers; `None` when it is none.
pub fn parse_digits(text: &str, base: u32) -> Option<Int> {
    let digits = digit_values(text.as_bytes(), base)?;
    Some(from_digits(&digits, base, false))
}

fn scan(text: &[u8], base: u32, limit: usize) -> Result<Int, Fault> {
    let mut text = trim(text);
    let is_negative = text.first() == Some(&b'-');
    if let [b'+' | b'-', rest @ ..] = text {
        text = rest;
    }
    if let Some(small) = short_decimal(text, base) {
        return Ok(Int::Small(if is_negative { -small } else { small }));
    }
    let (base, text) = prefix(text, base).ok_or(Fault::Invalid)?;
    let digits = digit_values(text, base).ok_or(Fault::Invalid)?;
    let is_limited = !base.is_power_of_two() && limit != 0;
    if is_limited && digits.len() > limit.max(LIMIT_THRESHOLD) {
        return Err(Fault::TooLong(digits.len()));
    }
    Ok(from_digits(&digits, base, is_negative))
}

/// The common case: a few decimal digits and nothing else.
fn short_decimal(text: &[u8], base: u32) -> Option<i64> {
    if base != 10 || text.is_empty() || text.len() > 18 {
        return None;
    }
    let mut n = 0i64;
    for byte in text {
        if !byte.is_ascii_digit() {
            return None;
        }
        n = n * 10 + i64::from(byte - b'0');
    }
    Some(n)
}

/// Reads `0x`, `0o`, `0b` where the base allows it. Gives the real base and the digits, which
/// may begin with an underscore after a prefix (it is removed).
fn prefix(text: &[u8], base: u32) -> Option<(u32, &[u8])> {
    if let [b'0', letter, rest @ ..] = text {
        let named = match letter {
            b'x' | b'X' => 16,
            b'o' | b'O' => 8,
            b'b' | b'B' => 2,
            _ => 0,
        };
        if named != 0 && (base == 0 || base == named) {
            let rest = rest.strip_prefix(b"_").unwrap_or(rest);
            return Some((named, rest));
        }
    }
    if base != 0 {
        return Some((base, text));
    }
    // "0" and "00" are fine without a base, "01" is an old octal literal.
    let is_zero = text.iter().all(|byte| matches!(byte, b'0' | b'_'));
    (text.first() != Some(&b'0') || is_zero).then_some((10, text))
}

/// The values of the digits; `None` for no digits, foreign characters or misplaced underscores.
fn digit_values(text: &[u8], base: u32) -> Option<Vec<u8>> {
    let mut values = Vec::with_capacity(text.len());
    let mut previous = b'_';
    for &byte in text {
        if byte == b'_' {
            if previous == b'_' {
                return None;
            }
        } else {
            values.push(char::from(byte).to_digit(base)? as u8);
        }
        previous = byte;
    }
    (previous != b'_').then_some(values)
}

fn from_digits(digits: &[u8], base: u32, is_negative: bool) -> Int {
    let is_short = digits.len() <= 12 || (base <= 10 && digits.len() <= 18);
    if is_short {
        let value = |n, &digit: &u8| n * i64::from(base) + i64::from(digit);
        let n = digits.iter().fold(0i64, value);
        return Int::Small(if is_negative { -n } else { n });
    }
    let size = if digits.len() < LONG || base.is_power_of_two() {
        BigUint::from_radix_be(digits, base).unwrap_or_default()
    } else {
        from_many_digits(digits, base)
    };
    let sign = if is_negative { Sign::Minus } else { Sign::Plus };
    Int::from(BigInt::from_biguint(sign, size))
}

/// Puts a long number together from halves: num-bigint's own way is quadratic.
fn from_many_digits(digits: &[u8], base: u32) -> BigUint {
    // Chunks of equal length from the end, then pairs of neighbours, until one is left.
    let mut power = BigUint::from(base).pow(LONG as u32);
    let mut parts: Vec<BigUint> = digits
        .rchunks(LONG)
        .map(|chunk| BigUint::from_radix_be(chunk, base).unwrap_or_default())
        .collect();
    while parts.len() > 1 {
        parts = parts
            .chunks(2)
            .map(|pair| match pair {
                [low, high] => high * &power + low,
                _ => pair[0].clone(),
            })
            .collect();
        if parts.len() > 1 {
            power = &power * &power;
        }
    }
    parts.pop().unwrap_or_default()
}
