//! `format(z, spec)` of complex numbers.

use crate::number::{Complex, NumError, NumResult, write_float};

use super::float::float_style;
use super::layout::{Number, reserve, write_padded};
use super::spec::{Align, FormatSpec, Sign};

/// Appends the complex number formatted by the specification (of `Target::Complex`).
pub fn format_complex(
    out: &mut String,
    z: Complex,
    spec: &FormatSpec,
    type_name: &str,
) -> NumResult<()> {
    let style = match spec.code {
        Some('%') => return spec.unknown_code(type_name),
        _ => float_style(spec, type_name),
    };
    let mut style = style?;
    style.add_dot_zero = false;
    if spec.fill == '0' {
        return NumError::value("Zero padding is not allowed in complex format specifier");
    }
    if spec.align == Align::AfterSign {
        return NumError::value("'=' alignment flag is not allowed in complex format specifier");
    }
    reserve(out, 2 * style.precision)?;
    // Without a type code the number looks as in repr.
    let is_repr = spec.code.is_none();
    let skips_real = is_repr && z.re == 0.0 && z.re.is_sign_positive();
    let mut part = FormatSpec {
        width: None,
        align: Align::Left,
        fill: ' ',
        ..*spec
    };
    let mut text = String::new();
    if is_repr && !skips_real {
        text.push('(');
    }
    let mut digits = String::new();
    if !skips_real {
        write_float(&mut digits, z.re, style);
        Number::new(&digits).write(&mut text, &part)?;
        digits.clear();
        part.sign = Some(Sign::Plus);
    }
    write_float(&mut digits, z.im, style);
    Number::new(&digits).write(&mut text, &part)?;
    text.push('j');
    if is_repr && !skips_real {
        text.push(')');
    }
    write_padded(out, &text, spec)
}
