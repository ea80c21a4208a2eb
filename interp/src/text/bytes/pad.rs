//! `center`, `ljust`, `rjust`, `zfill` and `expandtabs` of byte strings.

use std::borrow::Cow;

use crate::text::{NoMemory, pad::margins};

/// `bytes.center`; borrowed when the bytes are wide enough.
pub fn center(bytes: &[u8], width: usize, fill: u8) -> Result<Cow<'_, [u8]>, NoMemory> {
    let (left, right) = margins(bytes.len(), width);
    pad(bytes, left, right, fill)
}

/// `bytes.ljust`; borrowed when the bytes are wide enough.
pub fn ljust(bytes: &[u8], width: usize, fill: u8) -> Result<Cow<'_, [u8]>, NoMemory> {
    pad(bytes, 0, width.saturating_sub(bytes.len()), fill)
}

/// `bytes.rjust`; borrowed when the bytes are wide enough.
pub fn rjust(bytes: &[u8], width: usize, fill: u8) -> Result<Cow<'_, [u8]>, NoMemory> {
    pad(bytes, width.saturating_sub(bytes.len()), 0, fill)
}

/// `bytes.zfill`: zeros after the sign; borrowed when the bytes are wide enough.
pub fn zfill(bytes: &[u8], width: usize) -> Result<Cow<'_, [u8]>, NoMemory> {
    let mut padded = rjust(bytes, width, b'0')?;
    if let (Cow::Owned(padded), Some(b'+' | b'-')) = (&mut padded, bytes.first()) {
        let sign = padded.len() - bytes.len();
        padded.swap(0, sign);
    }
    Ok(padded)
}

/// `bytes.expandtabs`; borrowed when there is no tab.
pub fn expand_tabs(bytes: &[u8], size: usize) -> Result<Cow<'_, [u8]>, NoMemory> {
    if !bytes.contains(&b'\t') {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::new();
    out.try_reserve(bytes.len())?;
    let mut column = 0;
    for &byte in bytes {
        match byte {
            b'\t' if size > 0 => {
                let width = size - column % size;
                out.try_reserve(width)?;
                out.extend(std::iter::repeat_n(b' ', width));
                column = 0;
            }
            b'\t' => {}
            _ => {
                column = if matches!(byte, b'\n' | b'\r') {
                    0
                } else {
                    column + 1
                };
                out.try_reserve(1)?;
                out.push(byte);
            }
        }
    }
    Ok(Cow::Owned(out))
}

fn pad(bytes: &[u8], left: usize, right: usize, fill: u8) -> Result<Cow<'_, [u8]>, NoMemory> {
    if left == 0 && right == 0 {
        return Ok(Cow::Borrowed(bytes));
    }
    let room = left
        .checked_add(right)
        .and_then(|n| n.checked_add(bytes.len()));
    let mut out = Vec::new();
    out.try_reserve_exact(room.ok_or(NoMemory)?)?;
    out.extend(std::iter::repeat_n(fill, left));
    out.extend_from_slice(bytes);
    out.extend(std::iter::repeat_n(fill, right));
    Ok(Cow::Owned(out))
}
