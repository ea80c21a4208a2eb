//! The length of a vector: `hypot` and `dist`.

/// The length of a vector, without overflow on the way.
pub(super) fn norm(values: &[f64]) -> f64 {
    let largest = values.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    if values.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if values.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || values.len() == 1 {
        return largest;
    }
    scaled_norm(values, largest)
}

/// `norm` of finite numbers, the last digit right nearly always: squares are summed with their
/// rounding errors, and the root is corrected by one step of Newton's.
fn scaled_norm(values: &[f64], largest: f64) -> f64 {
    // A power of two, so that scaling is exact; in two steps, as one alone may overflow.
    let half = -(exponent(largest) / 2);
    let (first, second) = (2_f64.powi(half), 2_f64.powi(-exponent(largest) - half));
    let (mut sum, mut rest) = (0.0_f64, 0.0_f64);
    let mut add_product = |a: f64, b: f64| {
        let product = a * b;
        rest += a.mul_add(b, -product);
        let total = sum + product;
        let (big, small) = match sum.abs() >= product.abs() {
            true => (sum, product),
            false => (product, sum),
        };
        rest += (big - total) + small;
        sum = total;
        sum + rest
    };
    let mut square = 0.0;
    for x in values {
        let x = x * first * second;
        square = add_product(x, x);
    }
    let root = square.sqrt();
    let missing = add_product(-root, root);
    (root + missing / (2.0 * root)) / first / second
}

/// The binary exponent of a positive number.
fn exponent(x: f64) -> i32 {
    match (x.to_bits() >> 52) as i32 {
        0 => exponent(x * 2_f64.powi(64)) - 64,
        biased => biased - 1022,
    }
}
