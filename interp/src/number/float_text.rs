//! Floats as decimal text: `repr`, and the forms `e`, `f`, `g` that formatting builds on.
//!
//! Padding, grouping and signs other than `-` are in `format`.

use std::fmt::Write;

use super::shortest::Digits;

/// No float has digits further than this behind the point; zeros follow.
const MOST_PLACES: usize = 1100;

/// How the digits are chosen and laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatForm {
    /// The fewest digits that read back, with an exponent if it is below -4 or above 15.
    Shortest,
    /// `e`: one digit before the point, `precision` digits behind it, and an exponent.
    Exponent,
    /// `f`: `precision` digits behind the point.
    Fixed,
    /// `g`: `precision` digits in all, with an exponent if it does not suit them.
    General,
}

/// The whole of a float's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloatStyle {
    /// How the digits are chosen.
    pub form: FloatForm,
    /// How many digits, as `form` says.
    pub precision: usize,
    /// `#`: keep the point, and in `General` the zeros at the end.
    pub alternate: bool,
    /// Whole numbers end in `.0` (where there is no exponent).
    pub add_dot_zero: bool,
    /// `z`: what rounds to zero has no sign.
    pub no_negative_zero: bool,
    /// `E`, `INF`, `NAN`
    pub upper_case: bool,
}

impl FloatStyle {
    /// The form alone: precision 0, nothing else set.
    pub const fn new(form: FloatForm) -> FloatStyle {
        FloatStyle {
            form,
            precision: 0,
            alternate: false,
            add_dot_zero: false,
            no_negative_zero: false,
            upper_case: false,
        }
    }
}

/// `repr(x)`
pub fn float_repr(x: f64) -> String {
    let mut text = String::with_capacity(24);
    write_float_repr(&mut text, x);
    text
}

/// Appends `repr(x)`.
pub fn write_float_repr(out: &mut String, x: f64) {
    let size = x.abs();
    // Whole numbers of up to 15 digits need no search for the shortest form.
    if size < 1e15 && x.trunc() == x && (x != 0.0 || x.is_sign_positive()) {
        let _ = write!(out, "{}.0", x as i64);
        return;
    }
    // Here Python writes no exponent, and ryu neither.
    if (1e-4..1e16).contains(&size) {
        out.push_str(ryu::Buffer::new().format_finite(x));
        return;
    }
    let style = FloatStyle {
        add_dot_zero: true,
        ..FloatStyle::new(FloatForm::Shortest)
    };
    write_float(out, x, style);
}

/// Appends `x` in the given style.
pub fn write_float(out: &mut String, x: f64, style: FloatStyle) {
    if !x.is_finite() {
        return write_special(out, x, style);
    }
    let start = out.len();
    if x.is_sign_negative() {
        out.push('-');
    }
    match style.form {
        FloatForm::Fixed => write_fixed(out, x, style),
        _ => write_digits(out, x, style),
    }
    if style.no_negative_zero && x.is_sign_negative() && is_zero(&out[start..]) {
        out.remove(start);
    }
}

fn write_special(out: &mut String, x: f64, style: FloatStyle) {
    let word = match (x.is_nan(), style.upper_case) {
        (true, false) => "nan",
        (true, true) => "NAN",
        (false, false) => "inf",
        (false, true) => "INF",
    };
    if x == f64::NEG_INFINITY {
        out.push('-');
    }
    out.push_str(word);
}

/// Whether all digits of the mantissa are zeros.
fn is_zero(text: &str) -> bool {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    mantissa.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'))
}

/// `x` without its sign, in units of the last of `places` digits behind the point, rounded to
/// the nearest and ties to even; `None` where that does not fit into 64 bits.
fn scaled(x: f64, places: usize) -> Option<u64> {
    const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;
    let bits = x.abs().to_bits();
    let exponent = (bits >> MANTISSA) as i32;
    if exponent == 0 {
        return None;
    }
    let mantissa = bits & ((1 << MANTISSA) - 1) | 1 << MANTISSA;
    // x is mantissa * 2 ** -shift.
    let shift = 1075 - exponent;
    // At most 53 and 50 bits: the product is exact.
    let product = u128::from(mantissa) * u128::from(10u64.checked_pow(places as u32)?);
    if places > 15 || !(0..128).contains(&shift) {
        return None;
    }
    let whole = product >> shift;
    let rest = product - (whole << shift);
    let half = (1u128 << shift) >> 1;
    let up = shift > 0 && (rest > half || (rest == half && whole & 1 == 1));
    u64::try_from(whole + u128::from(up)).ok()
}

fn write_fixed(out: &mut String, x: f64, style: FloatStyle) {
    let places = style.precision.min(MOST_PLACES);
    match scaled(x, places) {
        Some(n) => {
            let unit = 10u64.pow(places as u32);
            let _ = write!(out, "{}", n / unit);
            if places > 0 {
                let _ = write!(out, ".{:0places$}", n % unit);
            }
        }
        // Rust's own formatting is exact and rounds ties to even.
        None => {
            let _ = write!(out, "{:.*}", places, x.abs());
        }
    }
    push_zeros(out, style.precision - places);
    if style.precision == 0 && style.alternate {
        out.push('.');
    }
}

fn write_digits(out: &mut String, x: f64, style: FloatStyle) {
    let precision = style.precision;
    let (digits, has_exponent, length) = match style.form {
        FloatForm::Shortest => {
            let digits = Digits::shortest(x);
            let has_exponent = digits.point <= -4 || digits.point > 16;
            (digits, has_exponent, 0)
        }
        FloatForm::Exponent => (Digits::rounded(x, precision + 1), true, precision + 1),
        _ => {
            let count = precision.max(1);
            let digits = Digits::rounded(x, count);
            let most = count as i64 - i64::from(style.add_dot_zero);
            let has_exponent = digits.point <= -4 || i64::from(digits.point) > most;
            (
                digits,
                has_exponent,
                if style.alternate { count } else { 0 },
            )
        }
    };
    let kept = if style.form == FloatForm::General {
        digits.trimmed()
    } else {
        digits.bytes()
    };
    if has_exponent {
        lay_out(out, kept, 1, length, style.alternate);
        write_exponent(out, digits.point - 1, style.upper_case);
    } else {
        let least = if style.add_dot_zero {
            digits.point + 1
        } else {
            0
        };
        let length = length.max(least.max(0) as usize);
        lay_out(out, kept, digits.point, length, style.alternate);
    }
}

/// Writes `0.digits * 10 ** point` without exponent, with zeros added until there are `length`
/// digits counted from the first of `digits`.
fn lay_out(out: &mut String, digits: &[u8], point: i32, length: usize, keep_point: bool) {
    let text = str::from_utf8(digits).unwrap_or_default();
    let missing = length.saturating_sub(text.len());
    if point <= 0 {
        out.push_str("0.");
        push_zeros(out, point.unsigned_abs() as usize);
        out.push_str(text);
        push_zeros(out, missing);
        return;
    }
    let whole = point as usize;
    if text.len() > whole {
        out.push_str(&text[..whole]);
        out.push('.');
        out.push_str(&text[whole..]);
        push_zeros(out, missing);
        return;
    }
    out.push_str(text);
    push_zeros(out, whole - text.len());
    let places = length.saturating_sub(whole);
    if places > 0 || keep_point {
        out.push('.');
        push_zeros(out, places);
    }
}

fn write_exponent(out: &mut String, exponent: i32, upper_case: bool) {
    out.push(if upper_case { 'E' } else { 'e' });
    out.push(if exponent < 0 { '-' } else { '+' });
    let _ = write!(out, "{:02}", exponent.unsigned_abs());
}

fn push_zeros(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n('0', count));
}
