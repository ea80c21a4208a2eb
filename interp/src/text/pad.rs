//! `center`, `ljust`, `rjust` and `zfill` of strings.
//!
//! Format specifications have their own padding. `len` is always the number of code points of
//! the text, which the caller knows.

use std::borrow::Cow;

use super::NoMemory;

/// How much padding goes left and right of something centred. The odd one goes left when the
/// width is odd, right otherwise: CPython's rule.
pub fn margins(len: usize, width: usize) -> (usize, usize) {
    let room = width.saturating_sub(len);
    let left = room / 2 + (room & width & 1);
    (left, room - left)
}

/// `str.center`; borrowed when the text is wide enough.
pub fn center(text: &str, len: usize, width: usize, fill: char) -> Result<Cow<'_, str>, NoMemory> {
    let (left, right) = margins(len, width);
    pad(text, left, right, fill)
}

/// `str.ljust`; borrowed when the text is wide enough.
pub fn ljust(text: &str, len: usize, width: usize, fill: char) -> Result<Cow<'_, str>, NoMemory> {
    pad(text, 0, width.saturating_sub(len), fill)
}

/// `str.rjust`; borrowed when the text is wide enough.
pub fn rjust(text: &str, len: usize, width: usize, fill: char) -> Result<Cow<'_, str>, NoMemory> {
    pad(text, width.saturating_sub(len), 0, fill)
}

/// `str.zfill`: zeros after the sign; borrowed when the text is wide enough.
pub fn zfill(text: &str, len: usize, width: usize) -> Result<Cow<'_, str>, NoMemory> {
    let mut padded = rjust(text, len, width, '0')?;
    if let (Cow::Owned(padded), b'+' | b'-') = (&mut padded, text.as_bytes().first().unwrap_or(&0))
    {
        let (sign, digits) = text.split_at(1);
        let zeros = padded.len() - text.len();
        padded.clear();
        padded.push_str(sign);
        padded.extend(std::iter::repeat_n('0', zeros));
        padded.push_str(digits);
    }
    Ok(padded)
}

fn pad(text: &str, left: usize, right: usize, fill: char) -> Result<Cow<'_, str>, NoMemory> {
    if left == 0 && right == 0 {
        return Ok(Cow::Borrowed(text));
    }
    let room = left
        .checked_add(right)
        .and_then(|n| n.checked_mul(fill.len_utf8()));
    let room = room
        .and_then(|n| n.checked_add(text.len()))
        .ok_or(NoMemory)?;
    let mut out = String::new();
    out.try_reserve_exact(room)?;
    out.extend(std::iter::repeat_n(fill, left));
    out.push_str(text);
    out.extend(std::iter::repeat_n(fill, right));
    Ok(Cow::Owned(out))
}
