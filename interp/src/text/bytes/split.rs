//! Cutting byte strings up: `split`, `splitlines`, `strip` and their kin.
//!
//! As in `text::split`, the iterators from the right yield the last piece first.

use memchr::memmem::{Finder, FinderRev};

use super::classify::is_space_byte;

/// `bytes.split()` without a separator, at most `limit` times.
pub fn split_space(bytes: &[u8], limit: Option<usize>) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    let mut left = limit.unwrap_or(usize::MAX);
    std::iter::from_fn(move || {
        rest = lstrip(rest);
        let end = match left {
            0 => None,
            _ => rest.iter().position(|b| is_space_byte(*b)),
        };
        left = left.saturating_sub(1);
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// `bytes.rsplit()` without a separator, at most `limit` times, the last piece first.
pub fn rsplit_space(bytes: &[u8], limit: Option<usize>) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    let mut left = limit.unwrap_or(usize::MAX);
    std::iter::from_fn(move || {
        rest = rstrip(rest);
        let before = match left {
            0 => None,
            _ => rest.iter().rposition(|b| is_space_byte(*b)),
        };
        left = left.saturating_sub(1);
        let (before, piece) = rest.split_at(before.map_or(0, |at| at + 1));
        rest = before;
        (!piece.is_empty()).then_some(piece)
    })
}

/// `bytes.split(separator)`, at most `limit` times. An empty separator, for which Python
/// raises, is never found.
pub fn split<'b>(
    bytes: &'b [u8],
    separator: &[u8],
    limit: Option<usize>,
) -> impl Iterator<Item = &'b [u8]> {
    let finder = Finder::new(separator);
    let mut rest = Some(bytes);
    let mut left = cuts(separator, limit);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let at = if left == 0 { None } else { finder.find(bytes) };
        left = left.saturating_sub(1);
        match at {
            Some(at) => {
                rest = bytes.get(at + finder.needle().len()..);
                bytes.get(..at)
            }
            None => rest.take(),
        }
    })
}

/// `bytes.rsplit(separator)`, at most `limit` times, the last piece first.
pub fn rsplit<'b>(
    bytes: &'b [u8],
    separator: &[u8],
    limit: Option<usize>,
) -> impl Iterator<Item = &'b [u8]> {
    let finder = FinderRev::new(separator);
    let mut rest = Some(bytes);
    let mut left = cuts(separator, limit);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let at = if left == 0 { None } else { finder.rfind(bytes) };
        left = left.saturating_sub(1);
        match at {
            Some(at) => {
                rest = bytes.get(..at);
                bytes.get(at + finder.needle().len()..)
            }
            None => rest.take(),
        }
    })
}

fn cuts(separator: &[u8], limit: Option<usize>) -> usize {
    if separator.is_empty() {
        0
    } else {
        limit.unwrap_or(usize::MAX)
    }
}

/// `bytes.splitlines`: only `\n`, `\r` and `\r\n` end a line.
pub fn lines(bytes: &[u8], keep_ends: bool) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let next = match &rest[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [] => end,
            _ => end + 1,
        };
        let line = &rest[..if keep_ends { next } else { end }];
        rest = &rest[next..];
        Some(line)
    })
}

/// `bytes.strip` of white space.
pub fn strip(bytes: &[u8]) -> &[u8] {
    rstrip(lstrip(bytes))
}

/// `bytes.lstrip` of white space.
pub fn lstrip(bytes: &[u8]) -> &[u8] {
    trim_start(bytes, is_space_byte)
}

/// `bytes.rstrip` of white space.
pub fn rstrip(bytes: &[u8]) -> &[u8] {
    trim_end(bytes, is_space_byte)
}

/// `bytes.strip` of the bytes in `set`.
pub fn strip_set<'b>(bytes: &'b [u8], set: &[u8]) -> &'b [u8] {
    rstrip_set(lstrip_set(bytes, set), set)
}

/// `bytes.lstrip` of the bytes in `set`.
pub fn lstrip_set<'b>(bytes: &'b [u8], set: &[u8]) -> &'b [u8] {
    trim_start(bytes, |b| set.contains(&b))
}

/// `bytes.rstrip` of the bytes in `set`.
pub fn rstrip_set<'b>(bytes: &'b [u8], set: &[u8]) -> &'b [u8] {
    trim_end(bytes, |b| set.contains(&b))
}

fn trim_start(bytes: &[u8], goes: impl Fn(u8) -> bool) -> &[u8] {
    let start = bytes.iter().position(|b| !goes(*b)).unwrap_or(bytes.len());
    &bytes[start..]
}

fn trim_end(bytes: &[u8], goes: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().rposition(|b| !goes(*b)).map_or(0, |at| at + 1);
    &bytes[..end]
}
