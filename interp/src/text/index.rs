//! Code points of a string: counting them, finding them, slicing by them.
//!
//! Python counts strings in code points, Rust in bytes. An ASCII string needs nothing here; for
//! any other the caller builds a `CodePointIndex` once it is indexed often enough, and keeps it
//! beside the string. Turning a script's slice into start, step and count is not done here.

use std::ops::Range;

/// Code points between two entries of the index: one `usize` for each 64 to 256 bytes of text,
/// and at most 63 code points to walk.
const STEP: usize = 64;

/// The number of code points in `text`: what `len` says.
#[inline]
pub fn count(text: &str) -> usize {
    text.chars().count()
}

/// `text` backwards: `text[::-1]`.
pub fn reverse(text: &str) -> String {
    text.chars().rev().collect()
}

/// The byte offset of every 64th code point of one string.
#[derive(Clone, Debug)]
pub struct CodePointIndex {
    offsets: Box<[usize]>,
    len: usize,
}

impl CodePointIndex {
    /// The index of `text`. It is valid for this text alone.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let len = count(text);
        let mut offsets = Vec::with_capacity(len / STEP + 1);
        let mut at = 0;
        for _ in 0..=len / STEP {
            offsets.push(at);
            at = advance(bytes, at, STEP);
        }
        CodePointIndex {
            offsets: offsets.into_boxed_slice(),
            len,
        }
    }

    /// The number of code points.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the text is empty.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The byte offset of code point `point`; the end of `text` when it has no such.
    pub fn byte_of(&self, text: &str, point: usize) -> usize {
        if point >= self.len {
            return text.len();
        }
        match self.offsets.get(point / STEP) {
            Some(&offset) => advance(text.as_bytes(), offset, point % STEP),
            None => text.len(),
        }
    }

    /// The number of code points before the byte offset `byte`.
    pub fn point_of(&self, text: &str, byte: usize) -> usize {
        let block = self
            .offsets
            .partition_point(|&offset| offset <= byte)
            .saturating_sub(1);
        let offset = self.offsets.get(block).copied().unwrap_or(0);
        block * STEP + starts(text.as_bytes(), offset..byte)
    }
}

/// What is known of the code points of a string, from the cheapest to the dearest.
#[derive(Clone, Copy, Debug)]
pub enum Points<'a> {
    /// All are ASCII: a code point is a byte.
    Ascii,
    /// There is an index of this string.
    Indexed(&'a CodePointIndex),
    /// Nothing: every question walks the string.
    Unknown,
}

impl Points<'_> {
    /// The number of code points of `text`.
    #[inline]
    pub fn len(self, text: &str) -> usize {
        match self {
            Points::Ascii => text.len(),
            Points::Indexed(index) => index.len(),
            Points::Unknown => count(text),
        }
    }

    /// The byte offset of code point `point`; the end of `text` when it has no such.
    #[inline]
    pub fn byte_of(self, text: &str, point: usize) -> usize {
        match self {
            Points::Ascii => point.min(text.len()),
            Points::Indexed(index) => index.byte_of(text, point),
            Points::Unknown => advance(text.as_bytes(), 0, point),
        }
    }

    /// The number of code points before the byte offset `byte`.
    #[inline]
    pub fn point_of(self, text: &str, byte: usize) -> usize {
        match self {
            Points::Ascii => byte,
            Points::Indexed(index) => index.point_of(text, byte),
            Points::Unknown => starts(text.as_bytes(), 0..byte),
        }
    }

    /// The code point at `point`, which counts from 0.
    #[inline]
    pub fn char_at(self, text: &str, point: usize) -> Option<char> {
        text.get(self.byte_of(text, point)..)?.chars().next()
    }

    /// The byte range of the code points `points`; empty when they end before they start.
    pub fn bytes_of(self, text: &str, points: Range<usize>) -> Range<usize> {
        let start = self.byte_of(text, points.start);
        if points.end <= points.start {
            return start..start;
        }
        let end = match self {
            // Short slices are walked from their start.
            Points::Indexed(index) if points.end - points.start > STEP => {
                index.byte_of(text, points.end)
            }
            Points::Ascii => points.end.min(text.len()),
            _ => advance(text.as_bytes(), start, points.end - points.start),
        };
        start..end
    }

    /// `text[start:end]` for code points `start <= end`.
    pub fn slice(self, text: &str, points: Range<usize>) -> &str {
        text.get(self.bytes_of(text, points)).unwrap_or("")
    }

    /// The `count` code points at `start`, `start + step`, and so on. `step` is not 0.
    pub fn slice_step(self, text: &str, start: usize, step: isize, count: usize) -> String {
        if count == 0 {
            return String::new();
        }
        let stride = step.unsigned_abs().max(1);
        if let Points::Ascii = self {
            return slice_ascii(text.as_bytes(), start, step, count);
        }
        let at = self.byte_of(text, start);
        if step > 0 {
            let after = text.get(at..).unwrap_or("");
            after.chars().step_by(stride).take(count).collect()
        } else {
            let first = text.get(at..).and_then(|t| t.chars().next());
            let end = at + first.map_or(0, char::len_utf8);
            let before = text.get(..end).unwrap_or("");
            before.chars().rev().step_by(stride).take(count).collect()
        }
    }
}

fn slice_ascii(bytes: &[u8], start: usize, step: isize, count: usize) -> String {
    let stride = step.unsigned_abs().max(1);
    let text = |b: &u8| *b as char;
    if step > 0 {
        bytes
            .iter()
            .skip(start)
            .step_by(stride)
            .take(count)
            .map(text)
            .collect()
    } else {
        let end = bytes.len().min(start.saturating_add(1));
        bytes[..end]
            .iter()
            .rev()
            .step_by(stride)
            .take(count)
            .map(text)
            .collect()
    }
}

/// Whether `byte` is the first of a character.
#[inline]
const fn is_start(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// How many characters start within `range`.
fn starts(bytes: &[u8], range: Range<usize>) -> usize {
    bytes
        .get(range)
        .map_or(0, |part| part.iter().filter(|b| is_start(**b)).count())
}

/// The offset `points` characters after `at`, or the end.
fn advance(bytes: &[u8], mut at: usize, mut points: usize) -> usize {
    // Eight bytes at a time while they cannot hold too many characters. This may stop inside
    // a character, whose rest is passed next.
    while points >= 8
        && let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>())
    {
        let word = u64::from_le_bytes(*word);
        let continuations = (word >> 7) & !(word >> 6) & 0x0101_0101_0101_0101;
        points -= 8 - continuations.count_ones() as usize;
        at += 8;
    }
    while bytes.get(at).is_some_and(|b| !is_start(*b)) {
        at += 1;
    }
    for _ in 0..points {
        match bytes.get(at) {
            Some(byte) => at += width(*byte),
            None => return bytes.len(),
        }
    }
    at
}

/// How many bytes the character takes that starts with `byte`.
#[inline]
const fn width(byte: u8) -> usize {
    1 + (byte >= 0xc0) as usize + (byte >= 0xe0) as usize + (byte >= 0xf0) as usize
}
