//! `format(text, spec)` of strings.

use crate::number::{NumError, NumResult};

use super::layout::write_padded;
use super::spec::{Align, FormatSpec, Sign};

/// Appends the string formatted by the specification (of `Target::Str`).
pub fn format_str(
    out: &mut String,
    text: &str,
    spec: &FormatSpec,
    type_name: &str,
) -> NumResult<()> {
    check(spec, type_name)?;
    write_padded(out, truncate(text, spec.precision), spec)
}

fn check(spec: &FormatSpec, type_name: &str) -> NumResult<()> {
    if !matches!(spec.code, None | Some('s')) {
        return spec.unknown_code(type_name);
    }
    match spec.sign {
        Some(Sign::Space) => {
            return NumError::value("Space not allowed in string format specifier");
        }
        Some(_) => return NumError::value("Sign not allowed in string format specifier"),
        None => {}
    }
    if spec.no_negative_zero {
        return NumError::value(
            "Negative zero coercion (z) not allowed in string format specifier",
        );
    }
    if spec.alternate {
        return NumError::value("Alternate form (#) not allowed in string format specifier");
    }
    if spec.align == Align::AfterSign {
        return NumError::value("'=' alignment not allowed in string format specifier");
    }
    Ok(())
}

/// The first `count` characters.
pub(super) fn truncate(text: &str, count: Option<usize>) -> &str {
    let Some(count) = count else {
        return text;
    };
    if count >= text.len() {
        return text;
    }
    match text.char_indices().nth(count) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
