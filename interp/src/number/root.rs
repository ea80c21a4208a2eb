//! Whole-number functions of `math`: the square root rounded down, gcd and lcm.

use num_integer::Integer;

use super::error::{NumError, NumResult};
use super::int::{Int, IntRef};

/// `math.isqrt(n)`
pub fn isqrt(n: IntRef<'_>) -> NumResult<Int> {
    if n.is_negative() {
        return NumError::value("isqrt() argument must be nonnegative");
    }
    match n {
        IntRef::Small(n) => Ok(Int::Small(n.isqrt())),
        IntRef::Big(n) => Ok(Int::from(n.sqrt())),
    }
}

/// `math.gcd(a, b)`
pub fn gcd(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Int::from(a.unsigned_abs().gcd(&b.unsigned_abs())),
        // A remainder first: the binary gcd of num-bigint is slow on unequal lengths.
        (IntRef::Big(big), IntRef::Small(n)) | (IntRef::Small(n), IntRef::Big(big)) => {
            if n == 0 {
                return super::abs(IntRef::Big(big));
            }
            let rest = big.magnitude() % n.unsigned_abs();
            let rest = u64::try_from(rest).unwrap_or(0);
            Int::from(n.unsigned_abs().gcd(&rest))
        }
        (IntRef::Big(a), IntRef::Big(b)) => Int::from(a.gcd(b)),
    }
}

/// `math.lcm(a, b)`
pub fn lcm(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    if a.is_zero() || b.is_zero() {
        return Int::Small(0);
    }
    Int::from(a.to_big().as_ref().lcm(b.to_big().as_ref()))
}
