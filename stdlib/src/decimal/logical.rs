//! Operations on digits: logical ones, shifts and rotations; and questions about a number.

use num_bigint::BigUint;

use super::context::{Ctx, status};
use super::number::{Dec, Kind, parse, pow10};

/// The digits of an operand of a logical operation, the last one first, or `None`.
fn bits(a: &Dec) -> Option<Vec<bool>> {
    if !a.is_finite() || a.neg || a.exp != 0 {
        return None;
    }
    let text = a.coefficient_text();
    let digits = text.bytes().rev();
    digits
        .map(|c| match c {
            b'0' => Some(false),
            b'1' => Some(true),
            _ => None,
        })
        .collect()
}

fn from_bits(bits: impl Iterator<Item = bool>) -> Dec {
    let digits: Vec<char> = bits.map(|b| if b { '1' } else { '0' }).collect();
    let text: String = digits.into_iter().rev().collect();
    parse(&text).unwrap_or_else(|| Dec::zero(false, 0))
}

fn combine(a: &Dec, b: &Dec, ctx: &Ctx, op: fn(bool, bool) -> bool) -> Dec {
    let (Some(x), Some(y)) = (bits(a), bits(b)) else {
        return ctx.invalid(status::INVALID);
    };
    let count = x.len().max(y.len()).min(ctx.prec as usize);
    let at = |bits: &[bool], i: usize| bits.get(i).copied().unwrap_or(false);
    from_bits((0..count).map(|i| op(at(&x, i), at(&y, i))))
}

pub(super) fn and(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    combine(a, b, ctx, |x, y| x && y)
}

pub(super) fn or(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    combine(a, b, ctx, |x, y| x || y)
}

pub(super) fn xor(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    combine(a, b, ctx, |x, y| x != y)
}

pub(super) fn invert(a: &Dec, ctx: &Ctx) -> Dec {
    let Some(x) = bits(a).filter(|_| ctx.prec < 1 << 27) else {
        return ctx.invalid(status::INVALID);
    };
    from_bits((0..ctx.prec as usize).map(|i| !x.get(i).copied().unwrap_or(false)))
}

/// The second operand of `shift` and `rotate`.
fn places(a: &Dec, b: &Dec, ctx: &Ctx) -> Result<i64, Dec> {
    if let Some(nan) = ctx.propagate(&[a, b]) {
        return Err(nan);
    }
    let count = if b.exp == 0 { b.to_i64() } else { None };
    match count.filter(|n| n.unsigned_abs() <= ctx.prec as u64) {
        Some(n) if a.is_infinite() || ctx.prec > 1 << 27 => {
            let _ = n;
            Err(a.clone())
        }
        Some(n) => Ok(n),
        None => Err(ctx.invalid(status::INVALID)),
    }
}

fn kept(a: &Dec, ctx: &Ctx) -> BigUint {
    &a.coef % pow10(ctx.prec as u64)
}

pub(super) fn shift(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    let n = match places(a, b, ctx) {
        Ok(n) => n,
        Err(result) => return result,
    };
    let coef = if n >= 0 {
        &a.coef * pow10(n as u64) % pow10(ctx.prec as u64)
    } else {
        kept(a, ctx) / pow10(n.unsigned_abs())
    };
    Dec { coef, ..a.clone() }
}

pub(super) fn rotate(a: &Dec, b: &Dec, ctx: &Ctx) -> Dec {
    let n = match places(a, b, ctx) {
        Ok(n) => n,
        Err(result) => return result,
    };
    let left = if n >= 0 { n } else { n + ctx.prec };
    let unit = pow10((ctx.prec - left) as u64);
    let coef = kept(a, ctx);
    let (high, low) = super::number::div_rem(&coef, &unit);
    let coef = low * pow10(left as u64) + high;
    Dec { coef, ..a.clone() }
}

pub(super) fn is_normal(a: &Dec, ctx: &Ctx) -> bool {
    a.is_finite() && !a.is_zero() && a.adjusted() >= ctx.emin
}

pub(super) fn is_subnormal(a: &Dec, ctx: &Ctx) -> bool {
    a.is_finite() && !a.is_zero() && a.adjusted() < ctx.emin
}

pub(super) fn number_class(a: &Dec, ctx: &Ctx) -> &'static str {
    let (plus, minus) = match a.kind {
        Kind::Quiet => return "NaN",
        Kind::Signaling => return "sNaN",
        Kind::Infinite => ("+Infinity", "-Infinity"),
        Kind::Finite if a.is_zero() => ("+Zero", "-Zero"),
        Kind::Finite if is_subnormal(a, ctx) => ("+Subnormal", "-Subnormal"),
        Kind::Finite => ("+Normal", "-Normal"),
    };
    if a.neg { minus } else { plus }
}

pub(super) fn same_quantum(a: &Dec, b: &Dec) -> bool {
    match (a.kind, b.kind) {
        (Kind::Finite, Kind::Finite) => a.exp == b.exp,
        (Kind::Infinite, Kind::Infinite) => true,
        _ => a.is_nan() && b.is_nan(),
    }
}
