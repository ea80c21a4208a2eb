//! Integers as text in any radix, and the limit on decimal digits.

use std::fmt::Write;

use super::error::{NumError, NumResult};
use super::int::IntRef;

/// Decimal digits per bit, a little too small.
const DIGITS_PER_BIT: f64 = 0.301;

/// The number in the given radix (2 to 36), lower case, without prefix. Decimal numbers of more
/// than `limit` digits are an error (0: no limit).
pub fn int_to_string(n: IntRef<'_>, radix: u32, limit: usize) -> NumResult<String> {
    let mut text = String::new();
    write_int(&mut text, n, radix, limit)?;
    Ok(text)
}

/// Appends the number in the given radix; see `int_to_string`.
pub fn write_int(out: &mut String, n: IntRef<'_>, radix: u32, limit: usize) -> NumResult<()> {
    match n {
        IntRef::Small(n) => write_small(out, n, radix),
        IntRef::Big(big) => {
            let least = (big.bits().saturating_sub(1) as f64 * DIGITS_PER_BIT) as usize;
            if radix == 10 && limit != 0 && least > limit {
                return too_long(limit);
            }
            let text = big.to_str_radix(radix);
            let digits = text.len() - usize::from(text.starts_with('-'));
            if radix == 10 && limit != 0 && digits > limit {
                return too_long(limit);
            }
            out.push_str(&text);
        }
    }
    Ok(())
}

fn write_small(out: &mut String, n: i64, radix: u32) {
    let size = n.unsigned_abs();
    if n < 0 {
        out.push('-');
    }
    // Writing to a String cannot fail.
    let _ = match radix {
        2 => write!(out, "{size:b}"),
        8 => write!(out, "{size:o}"),
        10 => write!(out, "{size}"),
        16 => write!(out, "{size:x}"),
        _ => {
            let digits = num_bigint::BigUint::from(size).to_str_radix(radix);
            out.push_str(&digits);
            Ok(())
        }
    };
}

#[cold]
fn too_long(limit: usize) -> NumResult<()> {
    NumError::value(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; use \
         sys.set_int_max_str_digits() to increase the limit"
    ))
}
