//! Floats taken apart into mantissa and exponent, and put together again.

/// A finite float as `mantissa * 2 ** exponent`, without its sign.
pub(super) fn split(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52 & 0x7ff) as i32 {
        0 => (fraction, -1074),
        exponent => (fraction | 1 << 52, exponent - 1075),
    }
}

/// `x * 2 ** exponent`; exact where the result has room for the bits of `x`.
pub(super) fn scale(x: f64, exponent: i32) -> f64 {
    let mut x = x;
    let mut exponent = exponent;
    while exponent > 1023 {
        x *= power_of_two(1023);
        exponent -= 1023;
    }
    // Steps down stay above the subnormal numbers as long as they can.
    while exponent < -969 {
        if x == 0.0 {
            return x;
        }
        x *= power_of_two(-969);
        exponent += 969;
    }
    x * power_of_two(exponent)
}

/// `2.0 ** exponent` for the exponents of normal floats.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}
