//! What an operation is done with: precision, rounding, limits; and what it signals.

use std::cell::Cell;

use num_bigint::BigUint;
use num_traits::Zero;

use super::number::{Dec, Kind, Rest, cut, digits, pow10};

/// The largest precision and exponent.
pub(super) const MAX: i64 = 999_999_999_999_999_999;

/// How to round. The order is that of `NAMES`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rounding {
    Ceiling,
    Floor,
    Up,
    Down,
    HalfUp,
    HalfDown,
    HalfEven,
    Up05,
}

impl Rounding {
    pub(super) const ALL: [(&'static str, Rounding); 8] = [
        ("ROUND_CEILING", Rounding::Ceiling),
        ("ROUND_FLOOR", Rounding::Floor),
        ("ROUND_UP", Rounding::Up),
        ("ROUND_DOWN", Rounding::Down),
        ("ROUND_HALF_UP", Rounding::HalfUp),
        ("ROUND_HALF_DOWN", Rounding::HalfDown),
        ("ROUND_HALF_EVEN", Rounding::HalfEven),
        ("ROUND_05UP", Rounding::Up05),
    ];

    pub(super) fn of_name(name: &str) -> Option<Rounding> {
        let found = Rounding::ALL.iter().find(|(n, _)| *n == name);
        found.map(|(_, rounding)| *rounding)
    }

    pub(super) fn name(self) -> &'static str {
        let found = Rounding::ALL.iter().find(|(_, r)| *r == self);
        found.map_or("", |(name, _)| name)
    }

    /// True if a number is to become larger, away from zero.
    fn increments(self, neg: bool, coef: &BigUint, rest: Rest) -> bool {
        match self {
            Rounding::Up => rest != Rest::None,
            Rounding::Down => false,
            Rounding::Ceiling => rest != Rest::None && !neg,
            Rounding::Floor => rest != Rest::None && neg,
            Rounding::HalfUp => rest >= Rest::Half,
            Rounding::HalfDown => rest > Rest::Half,
            Rounding::HalfEven => rest > Rest::Half || (rest == Rest::Half && coef.bit(0)),
            Rounding::Up05 => rest != Rest::None && (coef % 5_u32).is_zero(),
        }
    }

    /// The coefficient, rounded by what was cut off it.
    pub(super) fn apply(self, neg: bool, coef: BigUint, rest: Rest) -> BigUint {
        if rest != Rest::None && self.increments(neg, &coef, rest) {
            coef + 1_u32
        } else {
            coef
        }
    }
}

/// Bits of a status, in the order of the signals in Python; then the conditions that are all
/// `InvalidOperation`.
pub(super) mod status {
    pub(in super::super) const INVALID: u32 = 1;
    pub(in super::super) const FLOAT: u32 = 2;
    pub(in super::super) const DIVISION_BY_ZERO: u32 = 4;
    pub(in super::super) const OVERFLOW: u32 = 8;
    pub(in super::super) const UNDERFLOW: u32 = 16;
    pub(in super::super) const SUBNORMAL: u32 = 32;
    pub(in super::super) const INEXACT: u32 = 64;
    pub(in super::super) const ROUNDED: u32 = 128;
    pub(in super::super) const CLAMPED: u32 = 256;
    pub(in super::super) const SYNTAX: u32 = 512;
    pub(in super::super) const IMPOSSIBLE: u32 = 1024;
    pub(in super::super) const UNDEFINED: u32 = 2048;
    /// The result would not fit into memory.
    pub(in super::super) const MEMORY: u32 = 4096;
    /// All that `InvalidOperation` stands for.
    pub(in super::super) const ANY_INVALID: u32 = INVALID | SYNTAX | IMPOSSIBLE | UNDEFINED;
}

/// The parameters of an operation, and where it notes its signals.
#[derive(Clone, Debug)]
pub(super) struct Ctx {
    pub(super) prec: i64,
    pub(super) rounding: Rounding,
    pub(super) emin: i64,
    pub(super) emax: i64,
    pub(super) capitals: bool,
    pub(super) clamp: bool,
    pub(super) status: Cell<u32>,
}

impl Ctx {
    /// The widest limits there are.
    pub(super) fn max() -> Ctx {
        Ctx {
            prec: MAX,
            rounding: Rounding::HalfEven,
            emin: -MAX,
            emax: MAX,
            capitals: true,
            clamp: false,
            status: Cell::new(0),
        }
    }

    /// The same with another precision, half-even, without clamping or status: for what goes on
    /// inside of an operation.
    pub(super) fn work(&self, prec: i64) -> Ctx {
        Ctx {
            prec,
            rounding: Rounding::HalfEven,
            clamp: false,
            status: Cell::new(0),
            ..self.clone()
        }
    }

    pub(super) fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    pub(super) fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    pub(super) fn signal(&self, bits: u32) {
        self.status.set(self.status.get() | bits);
    }

    /// Signals an invalid operation, whose result is NaN.
    pub(super) fn invalid(&self, bits: u32) -> Dec {
        self.signal(bits);
        Dec::nan()
    }

    /// The number rounded to the precision and brought into the limits.
    pub(super) fn finalize(&self, mut d: Dec) -> Dec {
        match d.kind {
            Kind::Infinite => d,
            Kind::Quiet | Kind::Signaling => {
                self.fit_payload(&mut d);
                d
            }
            Kind::Finite => {
                let checked = self.check_exponent(d);
                self.round_to_precision(checked)
            }
        }
    }

    /// True if the payload of a NaN is not too long.
    pub(super) fn holds_payload(&self, d: &Dec) -> bool {
        digits(&d.coef) <= self.prec - i64::from(self.clamp)
    }

    pub(super) fn fit_payload(&self, d: &mut Dec) {
        if !d.coef.is_zero() && !self.holds_payload(d) {
            let most = self.prec - i64::from(self.clamp);
            d.coef = &d.coef % pow10(most.max(0) as u64);
        }
    }

    fn round_to_precision(&self, mut d: Dec) -> Dec {
        if !d.is_finite() {
            return d;
        }
        let extra = d.digits() - self.prec;
        if extra <= 0 {
            return d;
        }
        let (coef, rest) = cut(&d.coef, extra as u64);
        d.coef = self.rounding.apply(d.neg, coef, rest);
        d.exp += extra;
        self.signal(status::ROUNDED);
        if rest != Rest::None {
            self.signal(status::INEXACT);
        }
        if d.digits() > self.prec {
            // Nines became a power of ten.
            d.coef /= 10_u32;
            d.exp += 1;
        }
        self.check_exponent(d)
    }

    fn check_exponent(&self, mut d: Dec) -> Dec {
        if !d.is_finite() {
            return d;
        }
        let adjusted = d.adjusted();
        if adjusted > self.emax {
            return self.overflow(d);
        }
        if self.clamp && d.exp > self.etop() {
            if !d.coef.is_zero() {
                d.coef *= pow10((d.exp - self.etop()) as u64);
            }
            d.exp = self.etop();
            self.signal(status::CLAMPED);
            if !d.coef.is_zero() && adjusted < self.emin {
                self.signal(status::SUBNORMAL);
            }
        } else if adjusted < self.emin {
            return self.subnormal(d);
        }
        d
    }

    fn overflow(&self, mut d: Dec) -> Dec {
        if d.coef.is_zero() {
            d.exp = if self.clamp { self.etop() } else { self.emax };
            self.signal(status::CLAMPED);
            return d;
        }
        self.signal(status::OVERFLOW | status::INEXACT | status::ROUNDED);
        let to_infinity = match self.rounding {
            Rounding::Down | Rounding::Up05 => false,
            Rounding::Ceiling => !d.neg,
            Rounding::Floor => d.neg,
            _ => true,
        };
        if to_infinity {
            Dec::infinity(d.neg)
        } else {
            Dec::new(d.neg, pow10(self.prec as u64) - 1_u32, self.etop())
        }
    }

    fn subnormal(&self, mut d: Dec) -> Dec {
        let etiny = self.etiny();
        if d.coef.is_zero() {
            if d.exp < etiny {
                d.exp = etiny;
                self.signal(status::CLAMPED);
            }
            return d;
        }
        self.signal(status::SUBNORMAL);
        if d.exp >= etiny {
            return d;
        }
        let (coef, rest) = cut(&d.coef, (etiny - d.exp) as u64);
        d.coef = self.rounding.apply(d.neg, coef, rest);
        d.exp = etiny;
        self.signal(status::ROUNDED);
        if rest != Rest::None {
            self.signal(status::INEXACT | status::UNDERFLOW);
            if d.coef.is_zero() {
                self.signal(status::CLAMPED);
            }
        }
        d
    }

    /// The NaN that an operation with a NaN gives, if one of these is.
    pub(super) fn propagate(&self, operands: &[&Dec]) -> Option<Dec> {
        let signaling = operands.iter().find(|d| d.kind == Kind::Signaling);
        if signaling.is_some() {
            self.signal(status::INVALID);
        }
        let found = signaling.or_else(|| operands.iter().find(|d| d.is_nan()))?;
        let mut nan = (*found).clone();
        nan.kind = Kind::Quiet;
        self.fit_payload(&mut nan);
        Some(nan)
    }
}
