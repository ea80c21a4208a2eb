//! Literals as Python's `ascii` writes them.

use std::fmt::Write;

use super::Out;
use crate::ast::{BigIntLiteral, Constant};

/// Writes a constant.
pub fn write(out: &mut Out, value: &Constant) {
    match value {
        Constant::None => out.push_str("None"),
        Constant::True => out.push_str("True"),
        Constant::False => out.push_str("False"),
        Constant::Ellipsis => out.push_str("Ellipsis"),
        Constant::Int(value) => _ = write!(out, "{value}"),
        Constant::BigInt(value) => out.push_str(&decimal(value)),
        Constant::Float(value) => write_float(out, *value),
        Constant::Imaginary(value) => {
            let mut text = Out::default();
            write_float(&mut text, *value);
            out.push_str(text.0.strip_suffix(".0").unwrap_or(&text.0));
            out.push('j');
        }
        Constant::Str(value) => write_str(out, value),
        Constant::Bytes(value) => write_bytes(out, value),
    }
}

/// Writes a string.
pub fn write_str(out: &mut Out, value: &str) {
    let quote = quote(value.contains('\''), value.contains('"'));
    out.push(quote);
    for c in value.chars() {
        let code = aio_lexer::surrogate::from_private(c).unwrap_or(c as u32);
        match code {
            0x80..=0xFF => _ = write!(out, "\\x{code:02x}"),
            0x100..=0xFFFF => _ = write!(out, "\\u{code:04x}"),
            0x10000.. => _ = write!(out, "\\U{code:08x}"),
            _ => write_ascii(out, c, quote),
        }
    }
    out.push(quote);
}

fn write_bytes(out: &mut Out, value: &[u8]) {
    let quote = quote(value.contains(&b'\''), value.contains(&b'"'));
    out.push('b');
    out.push(quote);
    for &byte in value {
        match byte {
            0x80.. => _ = write!(out, "\\x{byte:02x}"),
            _ => write_ascii(out, char::from(byte), quote),
        }
    }
    out.push(quote);
}

fn quote(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

fn write_ascii(out: &mut Out, c: char, quote: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\\' => out.push_str("\\\\"),
        ' '..='~' => {
            if c == quote {
                out.push('\\');
            }
            out.push(c);
        }
        _ => _ = write!(out, "\\x{:02x}", c as u32),
    }
}

/// Writes a float as `repr` does: the shortest digits, with an exponent from 1e16 on and
/// below 1e-4.
fn write_float(out: &mut Out, value: f64) {
    if value.is_infinite() {
        out.push_str("inf");
        return;
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            let exponent = exponent.unsigned_abs();
            _ = write!(out, "{digits}e{sign}{exponent:02}");
        }
        _ => {
            let plain = format!("{value}");
            out.push_str(&plain);
            if !plain.contains('.') {
                out.push_str(".0");
            }
        }
    }
}

/// The digits in base ten, worked out by hand: only this dump needs them.
fn decimal(value: &BigIntLiteral) -> String {
    if value.radix == 10 {
        return value.digits.trim_start_matches('0').to_owned();
    }
    // Groups of nine decimal digits, lowest first.
    let mut groups: Vec<u64> = vec![0];
    for digit in value.digits.chars() {
        let mut carry = u64::from(digit.to_digit(value.radix).unwrap_or(0));
        for group in &mut groups {
            let next = *group * u64::from(value.radix) + carry;
            *group = next % 1_000_000_000;
            carry = next / 1_000_000_000;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let mut text = String::new();
    for group in groups.iter().rev() {
        _ = write!(text, "{group:09}");
    }
    text.trim_start_matches('0').to_owned()
}
