//! Cutting strings up: `split`, `splitlines`, `strip` and their kin.
//!
//! The iterators yield pieces of the text itself; the caller makes values of them. Those that
//! work from the right yield the last piece first: the caller turns its list round.

use std::borrow::Cow;

use memchr::memmem::{Finder, FinderRev};

use super::NoMemory;
use super::classify::is_space_char;

/// `str.split()` without a separator, at most `limit` times.
pub fn split_space(text: &str, limit: Option<usize>) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut left = limit.unwrap_or(usize::MAX);
    std::iter::from_fn(move || {
        rest = lstrip(rest);
        let end = match left {
            0 => rest.len(),
            _ => rest.find(is_space_char).unwrap_or(rest.len()),
        };
        left = left.saturating_sub(1);
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// `str.rsplit()` without a separator, at most `limit` times, the last piece first.
pub fn rsplit_space(text: &str, limit: Option<usize>) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut left = limit.unwrap_or(usize::MAX);
    std::iter::from_fn(move || {
        rest = rstrip(rest);
        let start = match left {
            0 => 0,
            _ => rest.trim_end_matches(|c| !is_space_char(c)).len(),
        };
        left = left.saturating_sub(1);
        let (before, piece) = rest.split_at(start);
        rest = before;
        (!piece.is_empty()).then_some(piece)
    })
}

/// `str.split(separator)`, at most `limit` times. An empty separator, for which Python raises,
/// is never found.
pub fn split<'t>(
    text: &'t str,
    separator: &str,
    limit: Option<usize>,
) -> impl Iterator<Item = &'t str> {
    let finder = Finder::new(separator);
    let mut rest = Some(text);
    let mut left = cuts(separator, limit);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = if left == 0 {
            None
        } else {
            finder.find(text.as_bytes())
        };
        left = left.saturating_sub(1);
        match at {
            Some(at) => {
                rest = text.get(at + finder.needle().len()..);
                text.get(..at)
            }
            None => rest.take(),
        }
    })
}

/// `str.rsplit(separator)`, at most `limit` times, the last piece first.
pub fn rsplit<'t>(
    text: &'t str,
    separator: &str,
    limit: Option<usize>,
) -> impl Iterator<Item = &'t str> {
    let finder = FinderRev::new(separator);
    let mut rest = Some(text);
    let mut left = cuts(separator, limit);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = if left == 0 {
            None
        } else {
            finder.rfind(text.as_bytes())
        };
        left = left.saturating_sub(1);
        match at {
            Some(at) => {
                rest = text.get(..at);
                text.get(at + finder.needle().len()..)
            }
            None => rest.take(),
        }
    })
}

fn cuts(separator: &str, limit: Option<usize>) -> usize {
    if separator.is_empty() {
        0
    } else {
        limit.unwrap_or(usize::MAX)
    }
}

/// `str.splitlines`.
pub fn lines(text: &str, keep_ends: bool) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (end, next) = line_end(rest);
        let line = &rest[..if keep_ends { next } else { end }];
        rest = &rest[next..];
        Some(line)
    })
}

/// Where the first line of `text` ends, and where the next one begins.
fn line_end(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let width = match byte {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
            b'\n'..=b'\r' | 0x1c..=0x1e => 1,
            // U+0085 next line, U+2028 line separator, U+2029 paragraph separator.
            0xc2 if bytes.get(at + 1) == Some(&0x85) => 2,
            0xe2 if matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])) => 3,
            _ => continue,
        };
        return (at, at + width);
    }
    (text.len(), text.len())
}

/// `str.strip` of white space.
pub fn strip(text: &str) -> &str {
    rstrip(lstrip(text))
}

/// `str.lstrip` of white space.
pub fn lstrip(text: &str) -> &str {
    text.trim_start_matches(is_space_char)
}

/// `str.rstrip` of white space.
pub fn rstrip(text: &str) -> &str {
    text.trim_end_matches(is_space_char)
}

/// `str.strip` of the characters in `set`.
pub fn strip_set<'t>(text: &'t str, set: &str) -> &'t str {
    rstrip_set(lstrip_set(text, set), set)
}

/// `str.lstrip` of the characters in `set`.
pub fn lstrip_set<'t>(text: &'t str, set: &str) -> &'t str {
    if set.is_ascii() {
        // The first other byte begins a character.
        let kept = text.bytes().position(|b| !set.as_bytes().contains(&b));
        &text[kept.unwrap_or(text.len())..]
    } else {
        text.trim_start_matches(|c| set.contains(c))
    }
}

/// `str.rstrip` of the characters in `set`.
pub fn rstrip_set<'t>(text: &'t str, set: &str) -> &'t str {
    if set.is_ascii() {
        let kept = text.bytes().rposition(|b| !set.as_bytes().contains(&b));
        &text[..kept.map_or(0, |at| at + 1)]
    } else {
        text.trim_end_matches(|c| set.contains(c))
    }
}

/// `str.expandtabs`; borrowed when there is no tab.
pub fn expand_tabs(text: &str, size: usize) -> Result<Cow<'_, str>, NoMemory> {
    if !text.contains('\t') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::new();
    out.try_reserve(text.len())?;
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' if size > 0 => {
                let width = size - column % size;
                out.try_reserve(width)?;
                out.extend(std::iter::repeat_n(' ', width));
                column = 0;
            }
            '\t' => {}
            _ => {
                column = if matches!(c, '\n' | '\r') {
                    0
                } else {
                    column + 1
                };
                out.try_reserve(c.len_utf8())?;
                out.push(c);
            }
        }
    }
    Ok(Cow::Owned(out))
}
