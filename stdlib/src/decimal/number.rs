//! Decimal numbers as plain data: sign, coefficient, exponent; their digits and their text.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;

use aio_interp::number::{self, IntRef};
use num_bigint::{BigInt, BigUint};
use num_traits::{ToPrimitive, Zero};

/// What sort of number it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Finite,
    Infinite,
    Quiet,
    Signaling,
}

/// A decimal number. The coefficient of a NaN is its payload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Dec {
    pub(super) neg: bool,
    pub(super) kind: Kind,
    pub(super) coef: BigUint,
    pub(super) exp: i64,
}

thread_local! {
    /// A number of digits was asked for that memory is not spent on.
    static TOO_LARGE: Cell<bool> = const { Cell::new(false) };
    static POWERS: RefCell<Vec<BigUint>> = const { RefCell::new(Vec::new()) };
}

/// Powers of ten up to this are kept.
const KEPT: usize = 200;

/// The largest power of ten that is computed.
const LARGEST: u64 = 30_000_000;

/// True if `pow10` was asked for too much since the last call.
pub(super) fn take_too_large() -> bool {
    TOO_LARGE.take()
}

/// 10 ** n. Beyond reason it notes that, and the operation ends in a `MemoryError`.
pub(super) fn pow10(n: u64) -> BigUint {
    let at = n as usize;
    if n > LARGEST {
        TOO_LARGE.set(true);
        return BigUint::from(1_u32);
    }
    if at >= KEPT {
        return BigUint::from(10_u32).pow(n as u32);
    }
    POWERS.with(|powers| {
        let mut powers = powers.borrow_mut();
        while powers.len() <= at {
            let next = match powers.last() {
                Some(last) => last * 10_u32,
                None => BigUint::from(1_u32),
            };
            powers.push(next);
        }
        powers[at].clone()
    })
}

/// The number of decimal digits; 1 for zero.
pub(super) fn digits(n: &BigUint) -> i64 {
    if let Some(small) = n.to_u64() {
        return i64::from(small.checked_ilog10().unwrap_or(0)) + 1;
    }
    // Between 2 ** (bits - 1) and 2 ** bits there is at most one power of ten.
    let least = ((n.bits() - 1) as f64 * std::f64::consts::LOG10_2) as u64;
    // The product is exact enough only up to its rounding.
    let least = least.saturating_sub(u64::from(least > 1_000_000));
    let mut count = least as i64 + 1;
    while *n >= pow10(count as u64) {
        count += 1;
    }
    count
}

/// What was cut off a number: compared with half a unit of the last place that is left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Rest {
    None,
    Less,
    Half,
    More,
}

/// `n` without its last `count` digits, and what they were.
pub(super) fn cut(n: &BigUint, count: u64) -> (BigUint, Rest) {
    if count == 0 || n.is_zero() {
        return (n.clone(), Rest::None);
    }
    let have = digits(n) as u64;
    if count > have {
        return (BigUint::ZERO, Rest::Less);
    }
    let unit = pow10(count);
    let (quotient, rest) = div_rem(n, &unit);
    let rest = if rest.is_zero() {
        Rest::None
    } else {
        match (rest * 2_u32).cmp(&unit) {
            Ordering::Less => Rest::Less,
            Ordering::Equal => Rest::Half,
            Ordering::Greater => Rest::More,
        }
    };
    (quotient, rest)
}

/// Quotient and remainder; in 128 bits where that is enough.
pub(super) fn div_rem(a: &BigUint, b: &BigUint) -> (BigUint, BigUint) {
    if let (Some(x), Some(y)) = (a.to_u128(), b.to_u128()) {
        if let (Some(quotient), Some(rest)) = (x.checked_div(y), x.checked_rem(y)) {
            return (quotient.into(), rest.into());
        }
    }
    num_integer::Integer::div_rem(a, b)
}

impl Dec {
    pub(super) fn new(neg: bool, coef: BigUint, exp: i64) -> Dec {
        Dec {
            neg,
            kind: Kind::Finite,
            coef,
            exp,
        }
    }

    pub(super) fn zero(neg: bool, exp: i64) -> Dec {
        Dec::new(neg, BigUint::ZERO, exp)
    }

    pub(super) fn small(n: u32) -> Dec {
        Dec::new(false, n.into(), 0)
    }

    pub(super) fn infinity(neg: bool) -> Dec {
        Dec {
            kind: Kind::Infinite,
            ..Dec::zero(neg, 0)
        }
    }

    pub(super) fn nan() -> Dec {
        Dec {
            kind: Kind::Quiet,
            ..Dec::zero(false, 0)
        }
    }

    pub(super) fn from_int(n: IntRef<'_>) -> Dec {
        let neg = n.is_negative();
        let coef = match n {
            IntRef::Small(n) => BigUint::from(n.unsigned_abs()),
            IntRef::Big(n) => n.magnitude().clone(),
        };
        Dec::new(neg, coef, 0)
    }

    /// The exact value of a float.
    pub(super) fn from_f64(x: f64) -> Dec {
        if x.is_nan() {
            return Dec {
                neg: x.is_sign_negative(),
                ..Dec::nan()
            };
        }
        if x.is_infinite() {
            return Dec::infinity(x < 0.0);
        }
        let bits = x.abs().to_bits();
        let (field, fraction) = ((bits >> 52) as i64, bits & ((1 << 52) - 1));
        let (mut mantissa, mut power) = match field {
            0 => (fraction, -1074),
            _ => (fraction | 1 << 52, field - 1075),
        };
        if mantissa == 0 {
            return Dec::zero(x.is_sign_negative(), 0);
        }
        let zeros = mantissa.trailing_zeros();
        mantissa >>= zeros;
        power += i64::from(zeros);
        let coef = BigUint::from(mantissa);
        if power >= 0 {
            return Dec::new(x < 0.0, coef << power, 0);
        }
        let five = BigUint::from(5_u32).pow(-power as u32);
        Dec::new(x < 0.0, coef * five, power)
    }

    pub(super) fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    pub(super) fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Quiet | Kind::Signaling)
    }

    pub(super) fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    pub(super) fn is_zero(&self) -> bool {
        self.is_finite() && self.coef.is_zero()
    }

    pub(super) fn digits(&self) -> i64 {
        digits(&self.coef)
    }

    /// The exponent of the first digit.
    pub(super) fn adjusted(&self) -> i64 {
        self.exp.saturating_add(self.digits() - 1)
    }

    pub(super) fn is_integer(&self) -> bool {
        if !self.is_finite() {
            return false;
        }
        if self.exp >= 0 || self.coef.is_zero() {
            return true;
        }
        cut(&self.coef, self.exp.unsigned_abs()).1 == Rest::None
    }

    pub(super) fn is_odd(&self) -> bool {
        if !self.is_integer() || self.exp > 0 {
            return false;
        }
        cut(&self.coef, self.exp.unsigned_abs()).0.bit(0)
    }

    pub(super) fn abs(&self) -> Dec {
        Dec {
            neg: false,
            ..self.clone()
        }
    }

    pub(super) fn negated(&self) -> Dec {
        Dec {
            neg: !self.neg,
            ..self.clone()
        }
    }

    /// The whole part, cut off towards zero; `None` where it would not fit into memory.
    pub(super) fn to_bigint(&self) -> Option<BigInt> {
        let size = if self.exp >= 0 {
            if self.coef.is_zero() {
                BigUint::ZERO
            } else if self.exp as u64 > LARGEST {
                return None;
            } else {
                &self.coef * pow10(self.exp as u64)
            }
        } else {
            cut(&self.coef, self.exp.unsigned_abs()).0
        };
        let n = BigInt::from(size);
        Some(if self.neg { -n } else { n })
    }

    /// The exponent when this is a whole number of 64 bits.
    pub(super) fn to_i64(&self) -> Option<i64> {
        if !self.is_integer() || self.adjusted() > 20 {
            return None;
        }
        self.to_bigint()?.to_i64()
    }

    /// `hash(self)` of a finite number.
    pub(super) fn hash(&self) -> i64 {
        let modulus = BigUint::from(number::HASH_MODULUS);
        let base = match self.exp {
            0.. => BigUint::from(10_u32),
            // The inverse of ten.
            _ => BigUint::from(10_u32).modpow(&(&modulus - 2_u32), &modulus),
        };
        let power = base.modpow(&BigUint::from(self.exp.unsigned_abs()), &modulus);
        let hash = (&self.coef * power % modulus).to_i64().unwrap_or(0);
        match if self.neg { -hash } else { hash } {
            -1 => -2,
            hash => hash,
        }
    }

    pub(super) fn coefficient_text(&self) -> String {
        let big = BigInt::from(self.coef.clone());
        number::int_to_string(IntRef::Big(&big), 10, 0).unwrap_or_default()
    }

    /// The text by the specification's `to-scientific-string` or `to-engineering-string`.
    pub(super) fn text(&self, engineering: bool, capitals: bool) -> String {
        let mut out = String::new();
        if self.neg {
            out.push('-');
        }
        match self.kind {
            Kind::Infinite => out.push_str("Infinity"),
            Kind::Quiet | Kind::Signaling => {
                out.push_str(if self.kind == Kind::Quiet {
                    "NaN"
                } else {
                    "sNaN"
                });
                if !self.coef.is_zero() {
                    out.push_str(&self.coefficient_text());
                }
            }
            Kind::Finite => self.finite_text(&mut out, engineering, capitals),
        }
        out
    }

    fn finite_text(&self, out: &mut String, engineering: bool, capitals: bool) {
        let digits = self.coefficient_text();
        let count = digits.len() as i64;
        let left = self.exp + count;
        // How many digits stand before the point.
        let point = if self.exp <= 0 && left > -6 {
            left
        } else if !engineering {
            1
        } else if self.coef.is_zero() {
            (left + 1).rem_euclid(3) - 1
        } else {
            (left - 1).rem_euclid(3) + 1
        };
        with_point(out, &digits, point);
        if left != point {
            out.push(if capitals { 'E' } else { 'e' });
            out.push_str(&format!("{:+}", left - point));
        }
    }
}

/// Digits with the point after so many of them, zeros filled in.
pub(super) fn with_point(out: &mut String, digits: &str, point: i64) {
    let count = digits.len() as i64;
    if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', -point as usize));
        out.push_str(digits);
    } else if point >= count {
        out.push_str(digits);
        out.extend(std::iter::repeat_n('0', (point - count) as usize));
    } else {
        out.push_str(&digits[..point as usize]);
        out.push('.');
        out.push_str(&digits[point as usize..]);
    }
}

/// The number in a text without white space around it; `None` if it is none.
pub(super) fn parse(text: &str) -> Option<Dec> {
    let (neg, rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = rest.to_ascii_lowercase();
    if lower == "inf" || lower == "infinity" {
        return Some(Dec::infinity(neg));
    }
    for (name, kind) in [("snan", Kind::Signaling), ("nan", Kind::Quiet)] {
        if let Some(payload) = lower.strip_prefix(name) {
            if !payload.bytes().all(|c| c.is_ascii_digit()) {
                return None;
            }
            return Some(Dec {
                neg,
                kind,
                coef: parse_digits(payload)?,
                exp: 0,
            });
        }
    }
    let (mantissa, exponent) = match lower.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (lower.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    if all.is_empty() || !all.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let exp = exponent.saturating_sub(fraction.len() as i64);
    Some(Dec::new(neg, parse_digits(&all)?, exp))
}

fn parse_digits(text: &str) -> Option<BigUint> {
    if text.len() < 19 {
        return Some(BigUint::from(match text {
            "" => 0,
            _ => text.parse::<u64>().ok()?,
        }));
    }
    let n = number::parse_digits(text, 10)?;
    Some(n.into_big().magnitude().clone())
}

/// An exponent; those beyond reason are cut down to what is still out of any range.
fn parse_exponent(text: &str) -> Option<i64> {
    let (neg, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(FAR);
    Some(if neg { -size } else { size })
}

/// Beyond every exponent that a number may have.
pub(super) const FAR: i64 = 4_000_000_000_000_000_000;
