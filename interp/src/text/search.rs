//! Finding one string in another: `find`, `count`, `replace`, `partition` and their kin.
//!
//! All positions are byte offsets: `bounds` and `index::Points` make them from a script's
//! arguments. UTF-8 needs no more than a byte search, except for an empty needle.

use std::borrow::Cow;
use std::ops::Range;

use super::{NoMemory, bytes};

/// Start and end as in `find(sub, start, end)`, in the range of a string of `len` elements;
/// `None` when the start lies behind the end, where nothing is found, not even `''`.
pub fn bounds(start: isize, end: isize, len: usize) -> Option<Range<usize>> {
    let place = |n: isize| match usize::try_from(n) {
        Ok(n) => n,
        Err(_) => len.saturating_sub(n.unsigned_abs()),
    };
    let (start, end) = (place(start), place(end).min(len));
    (start <= end).then_some(start..end)
}

/// `str.find`: where `needle` first starts within `range`.
pub fn find(text: &str, needle: &str, range: Range<usize>) -> Option<usize> {
    bytes::find(text.as_bytes(), needle.as_bytes(), range)
}

/// `str.rfind`: where `needle` last starts within `range`.
pub fn rfind(text: &str, needle: &str, range: Range<usize>) -> Option<usize> {
    bytes::rfind(text.as_bytes(), needle.as_bytes(), range)
}

/// `needle in text`.
pub fn contains(text: &str, needle: &str) -> bool {
    bytes::contains(text.as_bytes(), needle.as_bytes())
}

/// `str.count`: how often `needle` stands within `range`, without overlap.
pub fn count(text: &str, needle: &str, range: Range<usize>) -> usize {
    if needle.is_empty() {
        return text.get(range).map_or(0, |part| part.chars().count() + 1);
    }
    bytes::count(text.as_bytes(), needle.as_bytes(), range)
}

/// `str.startswith` for one prefix.
pub fn starts_with(text: &str, prefix: &str, range: Range<usize>) -> bool {
    bytes::starts_with(text.as_bytes(), prefix.as_bytes(), range)
}

/// `str.endswith` for one suffix.
pub fn ends_with(text: &str, suffix: &str, range: Range<usize>) -> bool {
    bytes::ends_with(text.as_bytes(), suffix.as_bytes(), range)
}

/// `str.removeprefix`.
pub fn remove_prefix<'t>(text: &'t str, prefix: &str) -> &'t str {
    text.strip_prefix(prefix).unwrap_or(text)
}

/// `str.removesuffix`.
pub fn remove_suffix<'t>(text: &'t str, suffix: &str) -> &'t str {
    text.strip_suffix(suffix).unwrap_or(text)
}

/// What stands before and after the first `separator`, which is not empty.
pub fn partition<'t>(text: &'t str, separator: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text, separator, 0..text.len())?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

/// What stands before and after the last `separator`, which is not empty.
pub fn rpartition<'t>(text: &'t str, separator: &str) -> Option<(&'t str, &'t str)> {
    let at = rfind(text, separator, 0..text.len())?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

/// `str.replace`, at most `limit` times; borrowed when there was nothing to replace.
pub fn replace<'t>(
    text: &'t str,
    old: &str,
    new: &str,
    limit: Option<usize>,
) -> Result<Cow<'t, str>, NoMemory> {
    let limit = limit.unwrap_or(usize::MAX);
    if limit == 0 || old == new {
        return Ok(Cow::Borrowed(text));
    }
    if old.is_empty() {
        return interleave(text, new, limit).map(Cow::Owned);
    }
    let mut out = String::new();
    let mut done = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), old).take(limit) {
        // Most replacements leave the length about as it was.
        let room = if done == 0 { text.len() } else { at - done };
        out.try_reserve(room + new.len())?;
        out.push_str(&text[done..at]);
        out.push_str(new);
        done = at + old.len();
    }
    if done == 0 {
        return Ok(Cow::Borrowed(text));
    }
    out.try_reserve(text.len() - done)?;
    out.push_str(&text[done..]);
    Ok(Cow::Owned(out))
}

/// `new` before each of the first characters, and at the end if `limit` reaches so far.
fn interleave(text: &str, new: &str, limit: usize) -> Result<String, NoMemory> {
    let times = limit.min(text.chars().count() + 1);
    let room = new.len().checked_mul(times).ok_or(NoMemory)?;
    let mut out = String::new();
    out.try_reserve_exact(room.checked_add(text.len()).ok_or(NoMemory)?)?;
    let mut chars = text.chars();
    for _ in 0..times {
        out.push_str(new);
        out.extend(chars.next());
    }
    out.push_str(chars.as_str());
    Ok(out)
}
