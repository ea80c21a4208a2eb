//! Computations with huge integers, which Ctrl-C can end.
//!
//! A single product of two integers may take minutes, inside a crate that asks nobody. So what
//! will take long is computed on a thread of its own, and this one waits and polls. An interrupt
//! leaves the thread to itself: its result is dropped, with the process if need be.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use aio_parser::ast::BinaryOp;

use crate::number::{IntRef, NumError, NumResult};
use crate::value::R;
use crate::vm::Vm;

/// How often requests are looked at.
const SLICE: Duration = Duration::from_millis(20);

/// From about so many steps on machine words a computation is a long one: some tens of
/// milliseconds.
const LONG: u128 = 1 << 26;

/// Decimal texts and integers of so many digits, or bits, take long to convert.
pub(crate) const LONG_TEXT: usize = 300_000;

impl Vm {
    /// The result of a long computation; an interrupt raises `KeyboardInterrupt` at once.
    pub fn patiently<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> NumResult<T> + Send + 'static,
    ) -> R<T> {
        let (sender, receiver) = channel();
        let work = move || {
            // Nobody may be waiting any more.
            let _ = sender.send(compute());
        };
        if thread::Builder::new().spawn(work).is_err() {
            return self.number(Err(NumError::Memory));
        }
        loop {
            match receiver.recv_timeout(SLICE) {
                Ok(result) => return self.number(result),
                Err(RecvTimeoutError::Timeout) => self.poll()?,
                // It ran out of something.
                Err(RecvTimeoutError::Disconnected) => return self.number(Err(NumError::Memory)),
            }
        }
    }
}

/// Whether an operation on integers is worth a thread.
#[inline]
pub(crate) fn takes_long(op: BinaryOp, a: IntRef<'_>, b: IntRef<'_>) -> bool {
    match (op, a, b) {
        (BinaryOp::Mult | BinaryOp::Mod | BinaryOp::FloorDiv, IntRef::Big(_), IntRef::Big(_))
        | (BinaryOp::Pow, IntRef::Big(_), _)
        | (BinaryOp::Pow, _, IntRef::Small(1000..)) => is_huge(op, a, b),
        _ => false,
    }
}

#[cold]
fn is_huge(op: BinaryOp, a: IntRef<'_>, b: IntRef<'_>) -> bool {
    let steps = match op {
        // Long products are made of fewer than all pairs of words.
        BinaryOp::Mult => words(a) * words(b) / 16,
        BinaryOp::Mod | BinaryOp::FloorDiv => words(a).saturating_sub(words(b)) * words(b),
        BinaryOp::Pow => {
            let exponent = b.to_i64().map_or(0, |n| n.max(0) as u128);
            let result = bits(a).saturating_mul(exponent) / 64;
            result.saturating_mul(result) / 16
        }
        _ => 0,
    };
    steps > LONG
}

/// Whether a power under a modulus is worth a thread.
pub(crate) fn power_takes_long(exponent: IntRef<'_>, modulus: IntRef<'_>) -> bool {
    let words = words(modulus);
    bits(exponent) * words * words > LONG
}

/// Whether the greatest common divisor is worth a thread.
pub fn gcd_takes_long(a: IntRef<'_>, b: IntRef<'_>) -> bool {
    let longer = bits(a).max(bits(b));
    longer.saturating_mul(longer) / 64 > LONG
}

/// Whether a root is worth a thread.
pub fn root_takes_long(n: IntRef<'_>) -> bool {
    bits(n) > 1 << 20
}

/// Whether the decimal text of an integer is worth a thread.
pub(crate) fn text_takes_long(n: IntRef<'_>) -> bool {
    bits(n) > LONG_TEXT as u128
}

fn bits(n: IntRef<'_>) -> u128 {
    match n {
        IntRef::Small(n) => u128::from(64 - n.unsigned_abs().leading_zeros()),
        IntRef::Big(n) => u128::from(n.bits()),
    }
}

fn words(n: IntRef<'_>) -> u128 {
    bits(n).div_ceil(64)
}
