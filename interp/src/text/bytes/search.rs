//! Finding one byte string in another: `find`, `count`, `replace`, `partition` and their kin.
//!
//! The string functions in `text::search` rest on these. `text::search::bounds` makes the
//! ranges from a script's arguments.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use crate::text::NoMemory;

/// `bytes.find`: where `needle` first starts within `range`.
pub fn find(bytes: &[u8], needle: &[u8], range: Range<usize>) -> Option<usize> {
    let start = range.start;
    let part = bytes.get(range)?;
    match needle {
        [byte] => memchr::memchr(*byte, part),
        _ => memmem::find(part, needle),
    }
    .map(|at| at + start)
}

/// `bytes.rfind`: where `needle` last starts within `range`.
pub fn rfind(bytes: &[u8], needle: &[u8], range: Range<usize>) -> Option<usize> {
    let start = range.start;
    let part = bytes.get(range)?;
    match needle {
        [byte] => memchr::memrchr(*byte, part),
        _ => memmem::rfind(part, needle),
    }
    .map(|at| at + start)
}

/// `needle in bytes`.
pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    find(bytes, needle, 0..bytes.len()).is_some()
}

/// `bytes.count`: how often `needle` stands within `range`, without overlap.
pub fn count(bytes: &[u8], needle: &[u8], range: Range<usize>) -> usize {
    match (bytes.get(range), needle) {
        (None, _) => 0,
        (Some(part), []) => part.len() + 1,
        (Some(part), [byte]) => memchr::memchr_iter(*byte, part).count(),
        (Some(part), _) => memmem::find_iter(part, needle).count(),
    }
}

/// `bytes.startswith` for one prefix.
pub fn starts_with(bytes: &[u8], prefix: &[u8], range: Range<usize>) -> bool {
    bytes
        .get(range)
        .is_some_and(|part| part.starts_with(prefix))
}

/// `bytes.endswith` for one suffix.
pub fn ends_with(bytes: &[u8], suffix: &[u8], range: Range<usize>) -> bool {
    bytes.get(range).is_some_and(|part| part.ends_with(suffix))
}

/// `bytes.removeprefix`.
pub fn remove_prefix<'b>(bytes: &'b [u8], prefix: &[u8]) -> &'b [u8] {
    bytes.strip_prefix(prefix).unwrap_or(bytes)
}

/// `bytes.removesuffix`.
pub fn remove_suffix<'b>(bytes: &'b [u8], suffix: &[u8]) -> &'b [u8] {
    bytes.strip_suffix(suffix).unwrap_or(bytes)
}

/// What stands before and after the first `separator`, which is not empty.
pub fn partition<'b>(bytes: &'b [u8], separator: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = find(bytes, separator, 0..bytes.len())?;
    Some((bytes.get(..at)?, bytes.get(at + separator.len()..)?))
}

/// What stands before and after the last `separator`, which is not empty.
pub fn rpartition<'b>(bytes: &'b [u8], separator: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = rfind(bytes, separator, 0..bytes.len())?;
    Some((bytes.get(..at)?, bytes.get(at + separator.len()..)?))
}

/// `bytes.replace`, at most `limit` times; borrowed when there was nothing to replace.
pub fn replace<'b>(
    bytes: &'b [u8],
    old: &[u8],
    new: &[u8],
    limit: Option<usize>,
) -> Result<Cow<'b, [u8]>, NoMemory> {
    let limit = limit.unwrap_or(usize::MAX);
    let mut out = Vec::new();
    // `done` is `None` until something is replaced: an empty `old` is found at 0, too.
    let mut done = None;
    for at in memmem::find_iter(bytes, old).take(limit) {
        let from = done.unwrap_or(0);
        let room = if done.is_none() {
            bytes.len()
        } else {
            at - from
        };
        out.try_reserve(room + new.len())?;
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(new);
        done = Some(at + old.len());
    }
    let Some(from) = done else {
        return Ok(Cow::Borrowed(bytes));
    };
    out.try_reserve(bytes.len() - from)?;
    out.extend_from_slice(&bytes[from..]);
    Ok(Cow::Owned(out))
}
