//! Roots, powers, exponentials and logarithms.
//!
//! `exp`, `ln` and `log10` are computed with more digits than wanted, and again with more until
//! the digits beyond leave no doubt how to round (Ziv's method); they are never on a tie.

use std::cell::RefCell;

use num_bigint::{BigInt, BigUint};

use num_traits::{One, Signed, ToPrimitive, Zero};

use super::arith::{divide, multiply, order, strip};
use super::context::{Ctx, MAX, Rounding, status};
use super::number::{Dec, FAR, cut, digits, pow10};

/// Bits per decimal digit, rounded up.
const BITS: f64 = 3.33;

fn bits_for(digits: i64) -> u64 {
    (digits as f64 * BITS) as u64 + 32
}

pub(super) fn sqrt(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    let ctx_even = half_even(ctx);
    if a.is_zero() {
        let zero = Dec::zero(a.neg, a.exp.div_euclid(2));
        return finish(ctx, &ctx_even, zero);
    }
    if a.neg {
        return ctx.invalid(status::INVALID);
    }
    if a.is_infinite() {
        return a.clone();
    }
    let ideal = a.exp.div_euclid(2);
    let (mut coef, mut exp) = (a.coef.clone(), a.exp);
    if exp.rem_euclid(2) == 1 {
        coef *= 10_u32;
        exp -= 1;
    }
    let missing = 2 * (ctx.prec + 1) - digits(&coef);
    if missing > 0 {
        let shift = missing + missing % 2;
        coef *= pow10(shift as u64);
        exp -= shift;
    }
    let mut root = coef.sqrt();
    let mut exp = exp / 2;
    if &root * &root == coef {
        strip(&mut root, &mut exp, ideal);
    } else if (&root % 5_u32).is_zero() {
        root += 1_u32;
    }
    finish(ctx, &ctx_even, Dec::new(false, root, exp))
}

/// The context with the rounding that these functions have whatever the context says.
fn half_even(ctx: &Ctx) -> Ctx {
    Ctx {
        rounding: Rounding::HalfEven,
        status: Default::default(),
        ..ctx.clone()
    }
}

fn finish(ctx: &Ctx, even: &Ctx, d: Dec) -> Dec {
    let d = even.finalize(d);
    ctx.signal(even.status.get());
    d
}

/// Rounds what `approximate` gives for a number of digits: a coefficient, at most ten units off,
/// and an exponent.
fn rounded(ctx: &Ctx, neg: bool, approximate: impl Fn(i64) -> (BigUint, i64)) -> Dec {
    let mut wanted = ctx.prec + 10;
    loop {
        let (coef, exp) = approximate(wanted);
        let extra = digits(&coef) - ctx.prec;
        let least = if coef > BigUint::from(10_u32) {
            &coef - 10_u32
        } else {
            BigUint::ZERO
        };
        let most = &coef + 10_u32;
        if extra > 2 && round_at(&least, extra) == round_at(&most, extra) {
            let even = half_even(ctx);
            let sticky = if (&coef % 5_u32).is_zero() {
                coef + 1_u32
            } else {
                coef
            };
            return finish(ctx, &even, Dec::new(neg, sticky, exp));
        }
        wanted += wanted / 2 + 10;
    }
}

fn round_at(coef: &BigUint, extra: i64) -> BigUint {
    let (coef, rest) = cut(coef, extra as u64);
    Rounding::HalfEven.apply(false, coef, rest)
}

pub(super) fn exp(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    if a.is_infinite() {
        return if a.neg {
            Dec::zero(false, 0)
        } else {
            a.clone()
        };
    }
    if a.is_zero() {
        return Dec::small(1);
    }
    if a.adjusted() < -(ctx.prec + 1) {
        // Nearer to one than any number that can be told from it.
        ctx.signal(status::INEXACT | status::ROUNDED);
        return Dec::new(false, pow10(ctx.prec as u64 - 1), 1 - ctx.prec);
    }
    if a.adjusted() > 18 {
        let far = if a.neg { -FAR } else { FAR };
        return finish(ctx, &half_even(ctx), Dec::new(false, BigUint::one(), far));
    }
    rounded(ctx, false, |wanted| exp_digits(a, wanted))
}

/// e ** a with so many digits, the last of them not certain.
fn exp_digits(a: &Dec, wanted: i64) -> (BigUint, i64) {
    let bits = bits_for(wanted + a.adjusted().max(0) + 4);
    let x = to_fixed(a, bits);
    let ln10 = ln10(bits);
    // x = tens * ln(10) + rest
    let tens = (&x + (&ln10 >> 1_u32)).div_floor(&ln10);
    let rest = x - &tens * ln10;
    let value = exp_fixed(&rest, bits);
    let coef = (value.magnitude() * pow10(wanted as u64)) >> bits;
    (coef, tens.to_i64().unwrap_or(MAX) - wanted)
}

trait DivFloor {
    fn div_floor(&self, other: &Self) -> Self;
}

impl DivFloor for BigInt {
    fn div_floor(&self, other: &BigInt) -> BigInt {
        num_integer::Integer::div_floor(self, other)
    }
}

/// The number in fixed-point binary.
fn to_fixed(a: &Dec, bits: u64) -> BigInt {
    let size = if a.exp >= 0 {
        (&a.coef * pow10(a.exp as u64)) << bits
    } else {
        (a.coef.clone() << bits) / pow10(a.exp.unsigned_abs())
    };
    let n = BigInt::from(size);
    if a.neg { -n } else { n }
}

/// e ** x of a small x: halved often enough for a short series, then squared as often.
fn exp_fixed(x: &BigInt, bits: u64) -> BigInt {
    let halvings = (bits as f64).sqrt() as u64 / 2 + 4;
    let work = bits + 2 * halvings + 16;
    let small = (x << (work - bits)) >> halvings;
    let one = BigInt::one() << work;
    let (mut sum, mut term, mut n) = (&one + &small, small.clone(), 2_u32);
    while !term.is_zero() && term != -BigInt::one() {
        term = ((term * &small) >> work) / n;
        sum += &term;
        n += 1;
    }
    for _ in 0..halvings {
        sum = (&sum * &sum) >> work;
    }
    sum >> (work - bits)
}

thread_local! {
    /// ln(10) and how many bits of it there are.
    static LN10: RefCell<(u64, BigInt)> = const { RefCell::new((0, BigInt::ZERO)) };
}

/// ln(10) in fixed-point binary.
fn ln10(bits: u64) -> BigInt {
    LN10.with(|kept| {
        let mut kept = kept.borrow_mut();
        if kept.0 < bits {
            let have = bits + bits / 4 + 32;
            // Machin's way with 2, 5 and 10: 10 = (16/15)**46 ...
            let work = have + 16;
            let sum = atanh_inverse(31, work) * 46
                + atanh_inverse(49, work) * 34
                + atanh_inverse(161, work) * 20;
            *kept = (have, sum >> 16_u32);
        }
        &kept.1 >> (kept.0 - bits)
    })
}

/// atanh(1 / n)
fn atanh_inverse(n: u32, bits: u64) -> BigInt {
    let mut power = (BigInt::one() << bits) / n;
    let square = BigInt::from(u64::from(n) * u64::from(n));
    let (mut sum, mut k) = (power.clone(), 3_u32);
    while !power.is_zero() {
        power /= &square;
        sum += &power / k;
        k += 2;
    }
    sum
}

/// ln(x) of a number between 0.3 and 3.2, by Halley's iteration from a float.
fn ln_fixed(x: &BigInt, bits: u64) -> BigInt {
    let short = (x >> (bits.max(60) - 60)).to_f64().unwrap_or(0.0);
    let scale = if bits > 60 { 60 } else { bits };
    let start = (short / 2_f64.powi(scale as i32)).ln();
    let mut have = 45;
    let mut y = BigInt::from((start * 2_f64.powi(60)) as i64);
    y = if bits > 60 {
        y << (bits - 60)
    } else {
        y >> (60 - bits)
    };
    while have < bits + 4 {
        have = have * 3 - 4;
        let step = have.min(bits) + 16;
        let work = step.min(bits);
        // Only as many bits as the step gives.
        let cut = bits - work;
        let guess = exp_fixed(&(&y >> cut), work);
        let target = x >> cut;
        let correction = ((&target - &guess) << (work + 1)) / (&target + &guess);
        y += correction << cut;
    }
    y
}

/// The natural logarithm in fixed-point binary of a positive number, with so many digits.
fn ln_of(a: &Dec, wanted: i64) -> (BigInt, u64) {
    let mut exponent = a.adjusted();
    let mut mantissa = Dec::new(false, a.coef.clone(), a.exp - exponent);
    // Between a third and three.
    if order(&mantissa, &Dec::new(false, 316_u32.into(), -2)) == std::cmp::Ordering::Greater {
        exponent += 1;
        mantissa.exp -= 1;
    }
    // Near one the logarithm has many zeros.
    let mut bits = bits_for(wanted + 24);
    if exponent == 0 {
        let exact = Ctx::max();
        let distance = super::arith::subtract(&mantissa, &Dec::small(1), &exact);
        bits += bits_for((-distance.adjusted()).max(0));
    }
    let value = ln_fixed(&to_fixed(&mantissa, bits), bits);
    (value + ln10(bits) * exponent, bits)
}

/// A fixed-point number as a coefficient of so many digits and an exponent.
fn from_fixed(value: &BigUint, bits: u64, wanted: i64) -> (BigUint, i64) {
    let size = (value.bits() as f64 - bits as f64) * std::f64::consts::LOG10_2;
    let places = wanted - size.floor() as i64;
    if places >= 0 {
        ((value * pow10(places as u64)) >> bits, -places)
    } else {
        ((value >> bits) / pow10(places.unsigned_abs()), -places)
    }
}

pub(super) fn ln(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(result) = log_special(a, ctx) {
        return result;
    }
    let one = Dec::small(1);
    let side = order(a, &one);
    if side == std::cmp::Ordering::Equal {
        return Dec::zero(false, 0);
    }
    rounded(ctx, side == std::cmp::Ordering::Less, |wanted| {
        let (value, bits) = ln_of(a, wanted);
        from_fixed(value.magnitude(), bits, wanted)
    })
}

fn log_special(a: &Dec, ctx: &Ctx) -> Option<Dec> {
    if let Some(nan) = ctx.propagate(&[a]) {
        return Some(nan);
    }
    if a.is_zero() {
        return Some(Dec::infinity(true));
    }
    if a.neg {
        return Some(ctx.invalid(status::INVALID));
    }
    a.is_infinite().then(|| a.clone())
}

pub(super) fn log10(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(result) = log_special(a, ctx) {
        return result;
    }
    let power = digits(&a.coef) - 1;
    if a.coef == pow10(power as u64) {
        let n = a.exp + power;
        let exact = Dec::new(n < 0, n.unsigned_abs().into(), 0);
        return finish(ctx, &half_even(ctx), exact);
    }
    let neg = order(a, &Dec::small(1)) == std::cmp::Ordering::Less;
    rounded(ctx, neg, |wanted| {
        let (value, bits) = ln_of(a, wanted);
        let quotient = (value.abs() << bits) / ln10(bits);
        from_fixed(quotient.magnitude(), bits, wanted)
    })
}

pub(super) fn power(base: &Dec, exp: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[base, exp]) {
        return nan;
    }
    let is_whole = exp.is_integer();
    let neg = base.neg && is_whole && exp.is_odd();
    if base.is_zero() {
        return if exp.is_zero() {
            ctx.invalid(status::INVALID)
        } else if exp.neg {
            Dec::infinity(neg)
        } else {
            Dec::zero(neg, 0)
        };
    }
    if base.neg && (!is_whole || exp.is_infinite()) && !exp.is_zero() {
        return ctx.invalid(status::INVALID);
    }
    let against_one = order(&base.abs(), &Dec::small(1));
    if exp.is_infinite() {
        return match against_one {
            std::cmp::Ordering::Equal => padded_one(ctx, neg),
            std::cmp::Ordering::Less if exp.neg => Dec::infinity(neg),
            std::cmp::Ordering::Less => Dec::zero(neg, 0),
            std::cmp::Ordering::Greater if exp.neg => Dec::zero(neg, 0),
            std::cmp::Ordering::Greater => Dec::infinity(neg),
        };
    }
    if base.is_infinite() {
        return if exp.is_zero() {
            Dec::small(1)
        } else if exp.neg {
            Dec::zero(neg, 0)
        } else {
            Dec::infinity(neg)
        };
    }
    if exp.is_zero() {
        return Dec::small(1);
    }
    if against_one == std::cmp::Ordering::Equal {
        return power_of_one(base, exp, neg, is_whole, ctx);
    }
    if let Some(result) = beyond_limits(base, exp, neg, ctx) {
        return result;
    }
    match exp.to_i64().filter(|_| is_whole) {
        Some(n) => power_int(base, exp, n, neg, ctx),
        None => power_real(base, exp, neg, ctx),
    }
}

fn padded_one(ctx: &Ctx, neg: bool) -> Dec {
    ctx.signal(status::INEXACT | status::ROUNDED);
    Dec::new(neg, pow10(ctx.prec as u64 - 1), 1 - ctx.prec)
}

/// One, or minus one, to a finite power.
fn power_of_one(base: &Dec, exp: &Dec, neg: bool, is_whole: bool, ctx: &Ctx) -> Dec {
    if !is_whole {
        return padded_one(ctx, neg);
    }
    if exp.neg {
        return Dec::new(neg, BigUint::one(), 0);
    }
    // 1.0 ** 3 is 1.000, as far as there are digits.
    let places = match exp.to_i64() {
        Some(n) => base.exp.unsigned_abs().saturating_mul(n.unsigned_abs()),
        None => u64::MAX,
    };
    let most = ctx.prec as u64 - 1;
    if base.exp < 0 && places > most {
        ctx.signal(status::ROUNDED);
    }
    let places = if base.exp < 0 { places.min(most) } else { 0 };
    Dec::new(neg, pow10(places), -(places as i64))
}

/// The result where its size alone is enough to tell it: overflow and underflow.
fn beyond_limits(base: &Dec, exp: &Dec, neg: bool, ctx: &Ctx) -> Option<Dec> {
    // The logarithm of the base, to some digits.
    let work = Ctx::max().work(18);
    let log = log10(&base.abs(), &work);
    let size = multiply(&log, exp, &work);
    let limit = Dec::new(false, (ctx.emax as u64).into(), 0);
    let far = super::arith::add(&limit, &Dec::small(2), &work);
    if order(&size, &far) == std::cmp::Ordering::Greater {
        return Some(ctx.finalize(Dec::new(neg, BigUint::one(), FAR)));
    }
    let tiny = Dec::new(true, (ctx.etiny().unsigned_abs()).into(), 0);
    let near = super::arith::subtract(&tiny, &Dec::small(2), &work);
    if order(&size, &near) == std::cmp::Ordering::Less {
        return Some(ctx.finalize(Dec::new(neg, BigUint::one(), -FAR)));
    }
    None
}

fn power_int(base: &Dec, exp: &Dec, n: i64, neg: bool, ctx: &Ctx) -> Dec {
    let mut work = ctx.work(ctx.prec + exp.digits() + exp.exp + 2);
    let mut factor = base.clone();
    factor.neg = false;
    if n < 0 {
        work.prec += 1;
        factor = divide(&Dec::small(1), &factor, &work);
    }
    let n = n.unsigned_abs();
    let mut result = factor.clone();
    for bit in (0..n.ilog2()).rev() {
        result = multiply(&result, &result, &work);
        if n >> bit & 1 == 1 {
            result = multiply(&result, &factor, &work);
        }
        let is_lost = result.is_zero() && work.status.get() & status::CLAMPED != 0;
        if !result.is_finite() || is_lost {
            break;
        }
    }
    ctx.signal(work.status.get());
    result.neg = neg;
    if result.is_infinite() {
        return ctx.finalize(Dec::new(neg, BigUint::one(), FAR));
    }
    ctx.finalize(result)
}

fn power_real(base: &Dec, exponent: &Dec, neg: bool, ctx: &Ctx) -> Dec {
    let work = Ctx::max().work(ctx.prec.max(base.digits()) + 4 + 19);
    let log = ln(&base.abs(), &work);
    let size = multiply(&log, exponent, &work);
    let mut result = exp(&size, &work);
    result.neg = neg;
    ctx.signal(status::INEXACT | status::ROUNDED);
    let result = if order(&result.abs(), &Dec::small(1)) == std::cmp::Ordering::Equal {
        padded_one(ctx, neg)
    } else {
        pad(result, ctx.prec)
    };
    ctx.finalize(result)
}

/// At least so many digits.
fn pad(mut d: Dec, prec: i64) -> Dec {
    let missing = prec - d.digits();
    if d.is_finite() && missing > 0 && !d.coef.is_zero() {
        d.coef *= pow10(missing as u64);
        d.exp -= missing;
    }
    d
}

/// `base ** exp % modulus`, all whole numbers.
pub(super) fn power_modulo(base: &Dec, exp: &Dec, modulus: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[base, exp, modulus]) {
        return nan;
    }
    let all_whole = [base, exp, modulus].iter().all(|d| d.is_integer());
    let fits = all_whole && modulus.adjusted() < ctx.prec;
    let is_negative = exp.neg && !exp.is_zero();
    if !fits || modulus.is_zero() || is_negative || (exp.is_zero() && base.is_zero()) {
        return ctx.invalid(status::INVALID);
    }
    let neg = base.neg && exp.is_odd();
    let Some(m) = modulus.to_bigint() else {
        return ctx.invalid(status::INVALID);
    };
    let m = m.magnitude();
    let ten = BigUint::from(10_u32);
    let mut size = modulo(base, m);
    if exp.exp < 0 {
        let e = exp.abs().to_bigint().unwrap_or_default();
        size = size.modpow(e.magnitude(), m);
    } else {
        size = size.modpow(&exp.coef, m);
        if exp.exp > 1_000_000 {
            ctx.signal(status::MEMORY);
        }
        for _ in 0..exp.exp.min(1_000_000) {
            size = size.modpow(&ten, m);
        }
    }
    ctx.finalize(Dec::new(neg, size, 0))
}

/// The size of a whole number modulo `m`.
fn modulo(d: &Dec, m: &BigUint) -> BigUint {
    if d.exp >= 0 {
        let ten = BigUint::from(10_u32);
        let power = ten.modpow(&BigUint::from(d.exp.unsigned_abs()), m);
        return &d.coef * power % m;
    }
    d.abs().to_bigint().unwrap_or_default().magnitude() % m
}
