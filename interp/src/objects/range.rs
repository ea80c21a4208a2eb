//! `range` and `slice`.

use crate::object::{Kind, Obj, Object, trace_values};
use crate::value::Value;

/// A `range`. One with bounds beyond 64 bits is another object (`builtins::range::wide`).
pub struct RangeObj {
    /// The first number.
    pub start: i64,
    /// The bound that is not reached.
    pub stop: i64,
    /// The step, never 0.
    pub step: i64,
}

impl Object for RangeObj {
    const KIND: Kind = Kind::Range;
    const TRACKED: bool = false;
    type Tail = ();
}

impl RangeObj {
    /// The number of items.
    pub fn len(&self) -> u64 {
        range_len(self.start, self.stop, self.step)
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, which is below the length.
    pub fn get(&self, index: u64) -> i64 {
        self.start
            .wrapping_add((index as i64).wrapping_mul(self.step))
    }
}

/// The number of items of `range(start, stop, step)`.
pub fn range_len(start: i64, stop: i64, step: i64) -> u64 {
    let (low, high) = if step > 0 {
        (start, stop)
    } else {
        (stop, start)
    };
    if low >= high {
        return 0;
    }
    (high.wrapping_sub(low) as u64 - 1) / step.unsigned_abs() + 1
}

/// A `slice`: the parts as given, `None` for a missing one.
pub struct SliceObj {
    /// `[start, stop, step]`.
    pub parts: [Value; 3],
}

impl Object for SliceObj {
    const KIND: Kind = Kind::Slice;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_values(&self.parts, visit);
    }
}
