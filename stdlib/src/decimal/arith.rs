//! Arithmetic by the General Decimal Arithmetic Specification: sums, products, quotients,
//! comparisons, and what changes the exponent only.

use std::cmp::Ordering;

use num_bigint::BigUint;
use num_traits::{One, Zero};

use super::context::{Ctx, Rounding, status};
use super::number::{Dec, Kind, Rest, cut, div_rem, pow10};

pub(super) fn plus(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    let neg = if a.is_zero() {
        a.neg && ctx.rounding == Rounding::Floor
    } else {
        a.neg
    };
    ctx.finalize(Dec { neg, ..a.clone() })
}

pub(super) fn minus(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    plus(&a.negated(), ctx)
}

pub(super) fn abs(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    plus(&a.abs(), ctx)
}

pub(super) fn add(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if !a.is_finite() || !b.is_finite() {
        return match ctx.propagate(&[a, b]) {
            Some(nan) => nan,
            None if a.is_infinite() && b.is_infinite() && a.neg != b.neg => {
                ctx.invalid(status::INVALID)
            }
            None if a.is_infinite() => a.clone(),
            None => b.clone(),
        };
    }
    ctx.finalize(sum(a, b, ctx))
}

pub(super) fn subtract(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if b.is_nan() {
        return add(a, b, ctx);
    }
    add(a, &b.negated(), ctx)
}

/// The sum before rounding: exact, or so near that it rounds in the same way.
fn sum(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    let (big, small) = if a.exp >= b.exp { (a, b) } else { (b, a) };
    if big.exp == small.exp {
        return sum_aligned(big, small, &big.coef, ctx);
    }
    if big.coef.is_zero() {
        let mut result = small.clone();
        if small.coef.is_zero() {
            result.neg = zero_sign(a, b, ctx);
        }
        return result;
    }
    // What is far below the last digit that is kept matters by being there only.
    let digits = big.digits();
    let mut least = big.exp - 1;
    if digits <= ctx.prec {
        least += digits - ctx.prec - 1;
    }
    if small.adjusted() < least {
        let tiny = Dec::new(
            small.neg,
            if small.coef.is_zero() {
                BigUint::ZERO
            } else {
                BigUint::one()
            },
            least,
        );
        let floor = small.exp.max(least - (ctx.prec.min(1 << 40) + 2));
        if small.coef.is_zero() {
            // A zero gives its exponent, as far as there are digits for it.
            let exp = floor.min(big.exp);
            let coef = &big.coef * pow10((big.exp - exp) as u64);
            return Dec::new(big.neg, coef, exp);
        }
        let coef = &big.coef * pow10((big.exp - tiny.exp) as u64);
        return sum_aligned(&Dec::new(big.neg, BigUint::ZERO, least), &tiny, &coef, ctx);
    }
    let coef = &big.coef * pow10((big.exp - small.exp) as u64);
    sum_aligned(big, small, &coef, ctx)
}

/// The sum of two numbers with the exponent of `small`; `coef` is that of `big` for it.
fn sum_aligned(big: &Dec, small: &Dec, coef: &BigUint, ctx: &Ctx) -> Dec {
    if big.neg == small.neg {
        return Dec::new(big.neg, coef + &small.coef, small.exp);
    }
    match coef.cmp(&small.coef) {
        Ordering::Equal => Dec::zero(ctx.rounding == Rounding::Floor, small.exp),
        Ordering::Greater => Dec::new(big.neg, coef - &small.coef, small.exp),
        Ordering::Less => Dec::new(small.neg, &small.coef - coef, small.exp),
    }
}

fn zero_sign(a: &Dec, b: &Dec, ctx: &Ctx) -> bool {
    if a.neg == b.neg {
        a.neg
    } else {
        ctx.rounding == Rounding::Floor
    }
}

/// The product, not rounded, of numbers that are no NaN.
fn product(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    let neg = a.neg != b.neg;
    if a.is_infinite() || b.is_infinite() {
        if a.is_zero() || b.is_zero() {
            return ctx.invalid(status::INVALID);
        }
        return Dec::infinity(neg);
    }
    Dec::new(neg, &a.coef * &b.coef, a.exp.saturating_add(b.exp))
}

pub(super) fn multiply(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    match ctx.propagate(&[a, b]) {
        Some(nan) => nan,
        None => ctx.finalize(product(a, b, ctx)),
    }
}

pub(super) fn fma(a: &Dec, b: &Dec, c: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        if c.kind == Kind::Signaling {
            return ctx.propagate(&[a, b, c]).unwrap_or(nan);
        }
        return nan;
    }
    let exact = product(a, b, ctx);
    if exact.is_nan() {
        return exact;
    }
    add(&exact, c, ctx)
}

pub(super) fn divide(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        return nan;
    }
    let neg = a.neg != b.neg;
    if a.is_infinite() {
        return match b.is_infinite() {
            true => ctx.invalid(status::INVALID),
            false => Dec::infinity(neg),
        };
    }
    if b.is_infinite() {
        ctx.signal(status::CLAMPED);
        return Dec::zero(neg, ctx.etiny());
    }
    if b.is_zero() {
        if a.is_zero() {
            return ctx.invalid(status::UNDEFINED);
        }
        ctx.signal(status::DIVISION_BY_ZERO);
        return Dec::infinity(neg);
    }
    let ideal = a.exp.saturating_sub(b.exp);
    if a.is_zero() {
        return ctx.finalize(Dec::zero(neg, ideal));
    }
    // Enough digits for the precision, one to round by, and one for all that follow.
    let shift = (b.digits() - a.digits() + ctx.prec + 1).max(0);
    let scaled = &a.coef * pow10(shift as u64);
    let (mut quotient, rest) = div_rem(&scaled, &b.coef);
    let mut exp = ideal - shift;
    if rest.is_zero() {
        strip(&mut quotient, &mut exp, ideal);
    } else if (&quotient % 5_u32).is_zero() {
        quotient += 1_u32;
    }
    ctx.finalize(Dec::new(neg, quotient, exp))
}

/// Takes zeros off the end of a coefficient until the exponent is `ideal`.
pub(super) fn strip(coef: &mut BigUint, exp: &mut i64, ideal: i64) {
    if coef.is_zero() {
        return;
    }
    // In large steps first.
    for step in [64_i64, 16, 4, 1] {
        let unit = pow10(step as u64);
        while *exp + step <= ideal {
            let (quotient, rest) = div_rem(coef, &unit);
            if !rest.is_zero() {
                break;
            }
            *coef = quotient;
            *exp += step;
        }
    }
}

/// The whole quotient and the rest of two finite numbers, the divisor not zero; `None` if the
/// quotient has too many digits.
fn divide_whole(a: &Dec, b: &Dec, ctx: &Ctx) -> Option<(Dec, Dec)> {
    let neg = a.neg != b.neg;
    let ideal = a.exp.min(b.exp);
    let distance = a.adjusted() - b.adjusted();
    if a.is_zero() || distance < -1 {
        let rest = if a.is_zero() {
            Dec::zero(a.neg, ideal)
        } else if a.exp <= b.exp {
            a.clone()
        } else {
            // The divisor's exponent, as far as the digits reach.
            let shift = (a.exp - b.exp).min(ctx.prec + 1);
            Dec::new(a.neg, &a.coef * pow10(shift as u64), a.exp - shift)
        };
        return Some((Dec::zero(neg, 0), rest));
    }
    if distance > ctx.prec {
        return None;
    }
    let (mut x, mut y) = (a.coef.clone(), b.coef.clone());
    if a.exp > b.exp {
        x *= pow10((a.exp - b.exp) as u64);
    } else {
        y *= pow10((b.exp - a.exp) as u64);
    }
    let (quotient, rest) = div_rem(&x, &y);
    if super::number::digits(&quotient) > ctx.prec {
        return None;
    }
    Some((Dec::new(neg, quotient, 0), Dec::new(a.neg, rest, ideal)))
}

pub(super) fn divide_int(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        return nan;
    }
    let neg = a.neg != b.neg;
    if a.is_infinite() {
        return match b.is_infinite() {
            true => ctx.invalid(status::INVALID),
            false => Dec::infinity(neg),
        };
    }
    if b.is_infinite() {
        return Dec::zero(neg, 0);
    }
    if b.is_zero() {
        if a.is_zero() {
            return ctx.invalid(status::UNDEFINED);
        }
        ctx.signal(status::DIVISION_BY_ZERO);
        return Dec::infinity(neg);
    }
    match divide_whole(a, b, ctx) {
        Some((quotient, _)) => ctx.finalize(quotient),
        None => ctx.invalid(status::IMPOSSIBLE),
    }
}

pub(super) fn remainder(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        return nan;
    }
    if a.is_infinite() {
        return ctx.invalid(status::INVALID);
    }
    if b.is_infinite() {
        return ctx.finalize(a.clone());
    }
    if b.is_zero() {
        return ctx.invalid(match a.is_zero() {
            true => status::UNDEFINED,
            false => status::INVALID,
        });
    }
    match divide_whole(a, b, ctx) {
        Some((_, rest)) => ctx.finalize(rest),
        None => ctx.invalid(status::IMPOSSIBLE),
    }
}

pub(super) fn divmod(a: &Dec, b: &Dec, ctx: &Ctx) -> (Dec, Dec) {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        return (nan.clone(), nan);
    }
    let neg = a.neg != b.neg;
    if a.is_infinite() {
        let quotient = match b.is_infinite() {
            true => Dec::nan(),
            false => Dec::infinity(neg),
        };
        return (quotient, ctx.invalid(status::INVALID));
    }
    if b.is_infinite() {
        return (Dec::zero(neg, 0), ctx.finalize(a.clone()));
    }
    if b.is_zero() {
        if a.is_zero() {
            let nan = ctx.invalid(status::UNDEFINED);
            return (nan.clone(), nan);
        }
        ctx.signal(status::DIVISION_BY_ZERO | status::INVALID);
        return (Dec::infinity(neg), Dec::nan());
    }
    match divide_whole(a, b, ctx) {
        Some((quotient, rest)) => (ctx.finalize(quotient), ctx.finalize(rest)),
        None => {
            let nan = ctx.invalid(status::IMPOSSIBLE);
            (nan.clone(), nan)
        }
    }
}

pub(super) fn remainder_near(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if !a.is_finite() || !b.is_finite() || b.is_zero() {
        return remainder(a, b, ctx);
    }
    let Some((quotient, mut rest)) = divide_whole(a, b, ctx) else {
        return ctx.invalid(status::IMPOSSIBLE);
    };
    let exact = Ctx::max();
    let twice = Dec::new(false, &rest.coef * 2_u32, rest.exp);
    let order = compare_finite(&twice, &b.abs());
    if order == Ordering::Greater || (order == Ordering::Equal && quotient.coef.bit(0)) {
        let divisor = Dec {
            neg: !rest.neg,
            ..b.clone()
        };
        // The quotient with one more may have too many digits.
        if super::number::digits(&(&quotient.coef + 1_u32)) > ctx.prec {
            return ctx.invalid(status::IMPOSSIBLE);
        }
        let was_negative = rest.neg;
        rest = sum(&rest, &divisor, &exact);
        if rest.coef.is_zero() {
            rest.neg = was_negative;
        }
    }
    ctx.finalize(rest)
}

/// The order of two finite numbers.
fn compare_finite(a: &Dec, b: &Dec) -> Ordering {
    match (a.coef.is_zero(), b.coef.is_zero()) {
        (true, true) => return Ordering::Equal,
        (true, false) => {
            return if b.neg {
                Ordering::Greater
            } else {
                Ordering::Less
            };
        }
        (false, true) => {
            return if a.neg {
                Ordering::Less
            } else {
                Ordering::Greater
            };
        }
        _ => {}
    }
    if a.neg != b.neg {
        return if a.neg {
            Ordering::Less
        } else {
            Ordering::Greater
        };
    }
    let sizes = compare_sizes(a, b);
    if a.neg { sizes.reverse() } else { sizes }
}

fn compare_sizes(a: &Dec, b: &Dec) -> Ordering {
    if a.exp == b.exp {
        return a.coef.cmp(&b.coef);
    }
    match a.adjusted().cmp(&b.adjusted()) {
        Ordering::Equal if a.exp > b.exp => (&a.coef * pow10((a.exp - b.exp) as u64)).cmp(&b.coef),
        Ordering::Equal => a.coef.cmp(&(&b.coef * pow10((b.exp - a.exp) as u64))),
        order => order,
    }
}

/// The order of two numbers, neither a NaN.
pub(super) fn order(a: &Dec, b: &Dec) -> Ordering {
    let rank = |d: &Dec| match (d.is_infinite(), d.neg) {
        (true, true) => -1,
        (true, false) => 1,
        _ => 0,
    };
    match (rank(a), rank(b)) {
        (0, 0) => compare_finite(a, b),
        (x, y) => x.cmp(&y),
    }
}

/// -1, 0 or 1 as a number.
pub(super) fn of_order(order: Ordering) -> Dec {
    Dec::new(
        order == Ordering::Less,
        u32::from(order != Ordering::Equal).into(),
        0,
    )
}

pub(super) fn compare(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    match ctx.propagate(&[a, b]) {
        Some(nan) => nan,
        None => of_order(order(a, b)),
    }
}

pub(super) fn compare_signal(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if a.is_nan() || b.is_nan() {
        ctx.signal(status::INVALID);
    }
    compare(a, b, ctx)
}

/// The order that every two numbers have, whatever they are.
pub(super) fn total_order(a: &Dec, b: &Dec) -> Ordering {
    if a.neg != b.neg {
        return if a.neg {
            Ordering::Less
        } else {
            Ordering::Greater
        };
    }
    let rank = |d: &Dec| match d.kind {
        Kind::Finite => 0,
        Kind::Infinite => 1,
        Kind::Signaling => 2,
        Kind::Quiet => 3,
    };
    let sizes = match rank(a).cmp(&rank(b)) {
        Ordering::Equal if a.is_nan() => a.coef.cmp(&b.coef),
        Ordering::Equal if a.is_finite() => {
            compare_finite(&a.abs(), &b.abs()).then(a.exp.cmp(&b.exp))
        }
        order => order,
    };
    if a.neg { sizes.reverse() } else { sizes }
}

pub(super) fn compare_total(a: &Dec, b: &Dec, _: &Ctx) -> Dec {
    of_order(total_order(a, b))
}

pub(super) fn compare_total_mag(a: &Dec, b: &Dec, _: &Ctx) -> Dec {
    of_order(total_order(&a.abs(), &b.abs()))
}

/// The larger, or the smaller, of two numbers, by size or not. One quiet NaN gives way.
fn extreme(a: &Dec, b: &Dec, ctx: &Ctx, wanted: Ordering, by_size: bool) -> Dec {
    let signals = a.kind == Kind::Signaling || b.kind == Kind::Signaling;
    if a.is_nan() && b.is_nan() || signals {
        if let Some(nan) = ctx.propagate(&[a, b]) {
            return nan;
        }
    }
    if a.is_nan() {
        return ctx.finalize(b.clone());
    }
    if b.is_nan() {
        return ctx.finalize(a.clone());
    }
    let mut found = match by_size {
        true => order(&a.abs(), &b.abs()),
        false => order(a, b),
    };
    if found == Ordering::Equal && by_size {
        found = order(a, b);
    }
    if found == Ordering::Equal {
        found = total_order(a, b);
    }
    let chosen = if found == wanted || found == Ordering::Equal {
        a
    } else {
        b
    };
    ctx.finalize(chosen.clone())
}

pub(super) fn max(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    extreme(a, b, ctx, Ordering::Greater, false)
}

pub(super) fn min(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    extreme(a, b, ctx, Ordering::Less, false)
}

pub(super) fn max_mag(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    extreme(a, b, ctx, Ordering::Greater, true)
}

pub(super) fn min_mag(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    extreme(a, b, ctx, Ordering::Less, true)
}

pub(super) fn normalize(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    let mut d = ctx.finalize(a.clone());
    if !d.is_finite() {
        return d;
    }
    if d.coef.is_zero() {
        return ctx.finalize(Dec::zero(d.neg, 0));
    }
    let top = if ctx.clamp { ctx.etop() } else { ctx.emax };
    strip(&mut d.coef, &mut d.exp, top);
    d
}

/// The number with the exponent `exp`, rounded; nothing is checked.
pub(super) fn rescale(a: &Dec, exp: i64, rounding: Rounding) -> (Dec, Rest) {
    if a.coef.is_zero() {
        return (Dec::zero(a.neg, exp), Rest::None);
    }
    if a.exp >= exp {
        let coef = &a.coef * pow10((a.exp - exp) as u64);
        return (Dec::new(a.neg, coef, exp), Rest::None);
    }
    let (coef, rest) = cut(&a.coef, (exp - a.exp) as u64);
    (
        Dec::new(a.neg, rounding.apply(a.neg, coef, rest), exp),
        rest,
    )
}

pub(super) fn quantize(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        return nan;
    }
    if a.is_infinite() || b.is_infinite() {
        return match a.is_infinite() && b.is_infinite() {
            true => a.clone(),
            false => ctx.invalid(status::INVALID),
        };
    }
    let exp = b.exp;
    if exp > ctx.emax || exp < ctx.etiny() {
        return ctx.invalid(status::INVALID);
    }
    if !a.is_zero() && a.adjusted() - exp + 1 > ctx.prec {
        return ctx.invalid(status::INVALID);
    }
    let (d, rest) = rescale(a, exp, ctx.rounding);
    if d.adjusted() > ctx.emax || d.digits() > ctx.prec {
        return ctx.invalid(status::INVALID);
    }
    if a.exp < exp && !a.is_zero() {
        ctx.signal(status::ROUNDED);
        if rest != Rest::None {
            ctx.signal(status::INEXACT);
        }
    }
    let before = ctx.status.get();
    let d = ctx.finalize(d);
    // A subnormal result that is inexact is no underflow here.
    ctx.status
        .set(before | (ctx.status.get() & !status::UNDERFLOW));
    d
}

/// To a whole number by the context's rounding; `exact` signals what is lost.
fn to_integral(a: &Dec, ctx: &Ctx, signals: bool) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    if a.is_infinite() || a.exp >= 0 {
        return a.clone();
    }
    let (d, rest) = rescale(a, 0, ctx.rounding);
    if signals && !a.is_zero() {
        ctx.signal(status::ROUNDED);
        if rest != Rest::None {
            ctx.signal(status::INEXACT);
        }
    }
    d
}

pub(super) fn to_integral_value(a: &Dec, ctx: &Ctx) -> Dec {
    to_integral(a, ctx, false)
}

pub(super) fn to_integral_exact(a: &Dec, ctx: &Ctx) -> Dec {
    to_integral(a, ctx, true)
}

pub(super) fn scaleb(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        return nan;
    }
    let limit = (2 * (ctx.emax as i128 + ctx.prec as i128)).min(i64::MAX as i128) as i64;
    let by = match b.exp == 0 && b.is_finite() {
        true => b.to_i64().filter(|n| n.unsigned_abs() <= limit as u64),
        false => None,
    };
    let Some(by) = by else {
        return ctx.invalid(status::INVALID);
    };
    if a.is_infinite() {
        return a.clone();
    }
    ctx.finalize(Dec {
        exp: a.exp.saturating_add(by),
        ..a.clone()
    })
}

pub(super) fn logb(a: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    if a.is_infinite() {
        return Dec::infinity(false);
    }
    if a.is_zero() {
        ctx.signal(status::DIVISION_BY_ZERO);
        return Dec::infinity(true);
    }
    let n = a.adjusted();
    ctx.finalize(Dec::new(n < 0, n.unsigned_abs().into(), 0))
}

pub(super) fn next_plus(a: &Dec, ctx: &Ctx) -> Dec {
    next(a, ctx, false)
}

pub(super) fn next_minus(a: &Dec, ctx: &Ctx) -> Dec {
    next(a, ctx, true)
}

fn next(a: &Dec, ctx: &Ctx, down: bool) -> Dec {
    if let Some(nan) = ctx.propagate(&[a]) {
        return nan;
    }
    if a.is_infinite() {
        if a.neg == down {
            return a.clone();
        }
        return Dec::new(a.neg, pow10(ctx.prec as u64) - 1_u32, ctx.etop());
    }
    let work = Ctx {
        rounding: match down {
            true => Rounding::Floor,
            false => Rounding::Ceiling,
        },
        ..ctx.work(ctx.prec)
    };
    let rounded = work.finalize(a.clone());
    if order(&rounded, a) != Ordering::Equal {
        return rounded;
    }
    let tiny = Dec::new(down, BigUint::one(), ctx.etiny() - 1);
    add(a, &tiny, &work)
}

pub(super) fn next_toward(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        return nan;
    }
    let d = match order(a, b) {
        Ordering::Equal => {
            return Dec {
                neg: b.neg,
                ..a.clone()
            };
        }
        Ordering::Less => next(a, ctx, false),
        Ordering::Greater => next(a, ctx, true),
    };
    if d.is_infinite() {
        ctx.signal(status::OVERFLOW | status::ROUNDED | status::INEXACT);
    } else if d.adjusted() < ctx.emin {
        ctx.signal(status::UNDERFLOW | status::SUBNORMAL | status::ROUNDED | status::INEXACT);
        if d.is_zero() {
            ctx.signal(status::CLAMPED);
        }
    }
    d
}
