//! Values formatted for a directive of the `%` operator.
//!
//! The caller has fetched and converted the value: an integer for `d i u o x X`, a float for
//! `e E f F g G`, text for the others. `bytes` templates use the same functions on ASCII text.

use crate::number::{FloatForm, FloatStyle, IntRef, NumError, NumResult, write_float, write_int};

use super::int::character;
use super::layout::{char_count, push_fill, reserve};
use super::percent::Flags;
use super::str::truncate;

/// A directive whose width and precision are known.
///
/// A negative width from an argument is its size with the flag `-`, a negative precision is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PercentSpec {
    /// The flags.
    pub flags: Flags,
    /// The least width.
    pub width: Option<usize>,
    /// The number after the point.
    pub precision: Option<usize>,
    /// The conversion character.
    pub conversion: char,
}

/// Appends an integer by one of `d i u o x X`. `limit` is the greatest count of decimal digits.
pub fn percent_int(
    out: &mut String,
    n: IntRef<'_>,
    directive: &PercentSpec,
    limit: usize,
) -> NumResult<()> {
    let (radix, prefix) = match directive.conversion {
        'o' => (8, "0o"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    if directive
        .precision
        .is_some_and(|n| n > i32::MAX as usize - 3)
    {
        return NumError::overflow("precision too large");
    }
    let mut digits = String::new();
    write_int(&mut digits, n, radix, limit)?;
    if directive.conversion == 'X' {
        digits.make_ascii_uppercase();
    }
    let size = digits.trim_start_matches('-');
    let zeros = directive.precision.unwrap_or(0).saturating_sub(size.len());
    let mut padded = String::new();
    let size = if zeros > 0 {
        reserve(&mut padded, zeros + size.len())?;
        push_fill(&mut padded, '0', zeros);
        padded.push_str(size);
        &padded
    } else {
        size
    };
    let prefix = if directive.flags.alternate {
        prefix
    } else {
        ""
    };
    write_number(out, n.is_negative(), prefix, size, directive)
}

/// Appends a float by one of `e E f F g G`.
pub fn percent_float(out: &mut String, x: f64, directive: &PercentSpec) -> NumResult<()> {
    let form = match directive.conversion {
        'e' | 'E' => FloatForm::Exponent,
        'f' | 'F' => FloatForm::Fixed,
        _ => FloatForm::General,
    };
    let style = FloatStyle {
        precision: directive.precision.unwrap_or(6),
        alternate: directive.flags.alternate,
        upper_case: directive.conversion.is_ascii_uppercase(),
        ..FloatStyle::new(form)
    };
    reserve(out, style.precision)?;
    let flags = directive.flags;
    if directive.width.is_none() && !flags.plus && !flags.blank {
        write_float(out, x, style);
        return Ok(());
    }
    let mut text = String::new();
    write_float(&mut text, x, style);
    match text.strip_prefix('-') {
        Some(size) => write_number(out, true, "", size, directive),
        None => write_number(out, false, "", &text, directive),
    }
}

/// Sign, prefix and digits in their field; zeros go between prefix and digits.
fn write_number(
    out: &mut String,
    is_negative: bool,
    prefix: &str,
    digits: &str,
    directive: &PercentSpec,
) -> NumResult<()> {
    let flags = directive.flags;
    let sign = match (is_negative, flags.plus, flags.blank) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    };
    let length = sign.len() + prefix.len() + digits.len();
    let missing = directive.width.unwrap_or(0).saturating_sub(length);
    reserve(out, length.saturating_add(missing))?;
    let (before, inside, after) = match (flags.left, flags.zero) {
        (true, _) => (0, 0, missing),
        (false, true) => (0, missing, 0),
        (false, false) => (missing, 0, 0),
    };
    push_fill(out, ' ', before);
    out.push_str(sign);
    out.push_str(prefix);
    push_fill(out, '0', inside);
    out.push_str(digits);
    push_fill(out, ' ', after);
    Ok(())
}

/// Appends a text by one of `s r a`: cut to the precision and padded.
pub fn percent_str(out: &mut String, text: &str, directive: &PercentSpec) -> NumResult<()> {
    percent_text(out, truncate(text, directive.precision), directive)
}

/// Appends a text padded to the width, whatever the precision (as for `c`).
pub fn percent_text(out: &mut String, text: &str, directive: &PercentSpec) -> NumResult<()> {
    let missing = directive
        .width
        .unwrap_or(0)
        .saturating_sub(char_count(text));
    reserve(out, text.len().saturating_add(missing))?;
    if directive.flags.left {
        out.push_str(text);
        push_fill(out, ' ', missing);
    } else {
        push_fill(out, ' ', missing);
        out.push_str(text);
    }
    Ok(())
}

/// Appends the character with the given code, by `c`.
pub fn percent_char(out: &mut String, code: IntRef<'_>, directive: &PercentSpec) -> NumResult<()> {
    let c = character(code.to_i64().unwrap_or(-1))?;
    percent_text(out, c.encode_utf8(&mut [0; 4]), directive)
}
