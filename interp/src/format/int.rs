//! `format(n, spec)` of integers and booleans.

use crate::number::{IntRef, NumError, NumResult, int_to_float, write_int};

use super::float::format_float;
use super::layout::Number;
use super::spec::{Align, FormatSpec, Target};

/// Appends the integer formatted by the specification (of `Target::Int`). `limit` is the
/// greatest count of decimal digits (0: none).
pub fn format_int(
    out: &mut String,
    n: IntRef<'_>,
    spec: &FormatSpec,
    type_name: &str,
    limit: usize,
) -> NumResult<()> {
    let (radix, prefix) = match spec.code {
        None | Some('d' | 'n') => (10, ""),
        Some('x') => (16, "0x"),
        Some('X') => (16, "0X"),
        Some('b') => (2, "0b"),
        Some('o') => (8, "0o"),
        Some('c') => return format_character(out, n, spec),
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
            return format_float(out, int_to_float(n)?, spec, type_name);
        }
        Some(_) => return spec.unknown_code(type_name),
    };
    check(spec)?;
    if let (IntRef::Small(n @ 0..), None, None) = (n, spec.grouping, spec.sign)
        && (!spec.alternate || prefix.is_empty())
        && write_short(out, n as u64, u64::from(radix), spec)
    {
        return Ok(());
    }
    let mut text = String::new();
    write_int(&mut text, n, radix, limit)?;
    if spec.code == Some('X') {
        text.make_ascii_uppercase();
    }
    let size = text.trim_start_matches('-');
    let number = Number {
        is_negative: n.is_negative(),
        prefix: if spec.alternate { prefix } else { "" },
        digits: size,
        rest: "",
    };
    number.write(out, spec)
}

fn check(spec: &FormatSpec) -> NumResult<()> {
    if spec.precision.is_some() {
        return NumError::value("Precision not allowed in integer format specifier");
    }
    if spec.no_negative_zero {
        return NumError::value(
            "Negative zero coercion (z) not allowed in integer format specifier",
        );
    }
    Ok(())
}

/// The common case, in a buffer: no sign, no grouping, a right-aligned field that is not wide.
/// Tells whether it was one.
fn write_short(out: &mut String, n: u64, radix: u64, spec: &FormatSpec) -> bool {
    const WIDEST: usize = 64;
    let width = spec.width.unwrap_or(0);
    let fill = spec.fill;
    let is_right = matches!(spec.align, Align::Right | Align::AfterSign);
    if width > WIDEST || !is_right || !fill.is_ascii() {
        return false;
    }
    let letters = if spec.code == Some('X') {
        b"0123456789ABCDEF"
    } else {
        b"0123456789abcdef"
    };
    let mut text = [fill as u8; WIDEST];
    let mut start = WIDEST;
    let mut rest = n;
    loop {
        start -= 1;
        text[start] = letters[(rest % radix) as usize];
        rest /= radix;
        if rest == 0 {
            break;
        }
    }
    let start = start.min(WIDEST - width);
    out.push_str(str::from_utf8(&text[start..]).unwrap_or_default());
    true
}

/// `c`: the character with this code.
fn format_character(out: &mut String, n: IntRef<'_>, spec: &FormatSpec) -> NumResult<()> {
    check(spec)?;
    if spec.sign.is_some() {
        return NumError::value("Sign not allowed with integer format specifier 'c'");
    }
    if spec.alternate {
        return NumError::value("Alternate form (#) not allowed with integer format specifier 'c'");
    }
    let Some(code) = n.to_i64() else {
        return NumError::overflow("Python int too large to convert to C long");
    };
    let character = character(code)?;
    let mut buffer = [0; 4];
    let number = Number {
        is_negative: false,
        prefix: "",
        digits: "",
        rest: character.encode_utf8(&mut buffer),
    };
    number.write(out, spec)
}

/// The character with the given code. Surrogates are no characters of a string here.
pub(super) fn character(code: i64) -> NumResult<char> {
    match u32::try_from(code) {
        Ok(code @ 0..=0x10ffff) => match char::from_u32(code) {
            Some(character) => Ok(character),
            None => NumError::value("surrogates not allowed"),
        },
        _ => NumError::overflow("%c arg not in range(0x110000)"),
    }
}

/// Appends the boolean formatted by the text of a specification: by its name if that is empty,
/// else as an integer.
pub fn format_bool(out: &mut String, value: bool, spec: &str) -> NumResult<()> {
    if spec.is_empty() {
        out.push_str(if value { "True" } else { "False" });
        return Ok(());
    }
    let spec = FormatSpec::parse(spec, Target::Int, "bool")?;
    format_int(out, IntRef::Small(i64::from(value)), &spec, "bool", 0)
}
