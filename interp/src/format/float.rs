//! `format(x, spec)` of floats.

use crate::number::{FloatForm, FloatStyle, NumError, NumResult, write_float};

use super::layout::{Number, reserve};
use super::spec::{FormatSpec, Sign};

/// Appends the float formatted by the specification (of `Target::Float`, or of `Target::Int`
/// with a float's type code).
pub fn format_float(out: &mut String, x: f64, spec: &FormatSpec, type_name: &str) -> NumResult<()> {
    let style = float_style(spec, type_name)?;
    reserve(out, style.precision)?;
    let is_percent = spec.code == Some('%');
    let x = if is_percent { x * 100.0 } else { x };
    let is_plain = spec.width.is_none()
        && spec.grouping.is_none()
        && matches!(spec.sign, None | Some(Sign::Minus));
    if is_plain {
        write_float(out, x, style);
        if is_percent {
            out.push('%');
        }
        return Ok(());
    }
    let mut text = String::new();
    write_float(&mut text, x, style);
    if is_percent {
        text.push('%');
    }
    Number::new(&text).write(out, spec)
}

/// The form that the type code and the precision ask for.
pub(super) fn float_style(spec: &FormatSpec, type_name: &str) -> NumResult<FloatStyle> {
    let form = match spec.code {
        None if spec.precision.is_none() => FloatForm::Shortest,
        None | Some('g' | 'G' | 'n') => FloatForm::General,
        Some('e' | 'E') => FloatForm::Exponent,
        Some('f' | 'F' | '%') => FloatForm::Fixed,
        Some(_) => return spec.unknown_code(type_name),
    };
    let precision = match spec.precision {
        Some(precision) => i32::try_from(precision).ok(),
        None if spec.code.is_none() => Some(0),
        None => Some(6),
    };
    let Some(precision) = precision else {
        return NumError::value("precision too big");
    };
    Ok(FloatStyle {
        form,
        precision: precision as usize,
        alternate: spec.alternate,
        add_dot_zero: spec.code.is_none(),
        no_negative_zero: spec.no_negative_zero,
        upper_case: matches!(spec.code, Some('E' | 'F' | 'G')),
    })
}
