//! Places in a source text: a range of byte offsets.
//!
//! Lines and columns are not here: `LineIndex` works them out when a message needs them.

use std::ops::Range;

/// A range of byte offsets into a source text, `start` included, `end` not.
///
/// Offsets are 32 bits wide so that a tree of nodes stays small; a source text is therefore
/// limited to 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    #[inline]
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// The span from the start of this one to the end of `other`.
    #[inline]
    pub const fn to(self, other: Span) -> Span {
        Span {
            start: self.start,
            end: other.end,
        }
    }

    /// The length in bytes.
    #[inline]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether the span holds no byte at all, as that of `Dedent` does.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The same as a range, to slice the source text with.
    #[inline]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
