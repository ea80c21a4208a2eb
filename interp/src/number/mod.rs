//! Numbers without interpreter values: parsing, text, exact arithmetic, rounding, hashes.
//!
//! Everything here works on `i64`, `BigInt`, `f64` and text, and fails with `NumError`, whose
//! texts are CPython's. Formatting by a specification is in `format`; the types `int`, `float`
//! and `complex` themselves are elsewhere.

mod arith;
mod bits;
mod complex;
mod complex_parse;
mod digits;
mod error;
mod float_arith;
mod float_bits;
mod float_hex;
mod float_int;
mod float_parse;
mod float_text;
mod hash;
mod int;
mod int_parse;
mod int_text;
mod power;
mod root;
mod round;
mod shortest;
mod true_div;

#[cfg(test)]
mod tests;

pub use arith::{abs, add, divmod, floor_div, modulo, mul, neg, sub};
pub use bits::{
    ByteOrder, bit_and, bit_count, bit_length, bit_or, bit_xor, from_bytes, invert, shift_left,
    shift_right, to_bytes,
};
pub use complex::Complex;
pub use complex_parse::parse_complex;
pub use digits::{decimal_digit, is_space};
pub use error::{NumError, NumResult};
pub use float_arith::{float_div, float_divmod, float_floor_div, float_mod};
pub use float_hex::{float_from_hex, float_hex};
pub use float_int::{
    as_integer_ratio, ceil, compare_int_float, float_to_int, floor, is_integer, round_to_int,
};
pub use float_parse::{parse_float, parse_float_bytes};
pub use float_text::{FloatForm, FloatStyle, float_repr, write_float, write_float_repr};
pub use hash::{HASH_MODULUS, hash_complex, hash_float, hash_int};
pub use int::{Int, IntRef, compare_ints};
pub use int_parse::{parse_digits, parse_int, parse_int_bytes};
pub use int_text::{int_to_string, write_int};
pub use power::{Power, pow_float, pow_int, pow_mod};
pub use root::{gcd, isqrt, lcm};
pub use round::{round_float, round_int};
pub use true_div::{int_to_float, true_divide};

/// The default of `sys.set_int_max_str_digits`: how many digits an integer may have in a
/// conversion from or to decimal text. Zero as a limit means none.
pub const DEFAULT_DIGIT_LIMIT: usize = 4300;

/// The bits an integer may have; a larger result is a `MemoryError` (1 GiB).
pub(crate) const MAX_BITS: u64 = 1 << 33;
