//! UTF-32 in both byte orders.

use super::decode::Decoder;
use super::encode::{Encoder, Unit};
use super::error::CodecError;
use super::{Handler, Order};
use crate::text::surrogate::is_surrogate;

pub(super) fn encode(
    text: &str,
    order: Order,
    out: &mut Vec<u8>,
    handler: &mut Handler<'_>,
) -> Result<(), CodecError> {
    let encoding = match order {
        Order::Marked => "utf-32",
        Order::Little => "utf-32-le",
        Order::Big => "utf-32-be",
    };
    let encoder = Encoder {
        encoding,
        reason: "surrogates not allowed",
        groups: false,
        ascii_answers: true,
        width: 4,
    };
    if order == Order::Marked {
        out.extend_from_slice(b"\xff\xfe\0\0");
    }
    out.reserve(text.len() * 4);
    match order {
        Order::Big => encoder.run(text, |c| unit(c, u32::to_be_bytes), out, handler),
        _ => encoder.run(text, |c| unit(c, u32::to_le_bytes), out, handler),
    }
}

#[inline]
fn unit(c: char, to_bytes: impl Fn(u32) -> [u8; 4]) -> Option<Unit> {
    (!is_surrogate(c)).then(|| (4, to_bytes(c as u32)))
}

pub(super) fn decode(
    bytes: &[u8],
    order: Order,
    handler: &mut Handler<'_>,
) -> Result<String, CodecError> {
    let (is_big, start) = match (order, bytes) {
        (Order::Marked, [0xff, 0xfe, 0, 0, ..]) => (false, 4),
        (Order::Marked, [0, 0, 0xfe, 0xff, ..]) => (true, 4),
        (order, _) => (order == Order::Big, 0),
    };
    let encoding = if is_big { "utf-32-be" } else { "utf-32-le" };
    let mut decoder = Decoder::new(bytes, encoding, handler);
    decoder.out.reserve(bytes.len() / 4);
    let mut at = start;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        at = match scan(rest, is_big) {
            Ok(c) => {
                decoder.out.push(c);
                at + 4
            }
            Err((width, reason)) => decoder.fail(at, at + width, reason)?,
        };
    }
    Ok(decoder.out)
}

/// The first character of `bytes`, or how many bytes are wrong, and why.
#[inline]
fn scan(bytes: &[u8], is_big: bool) -> Result<char, (usize, &'static str)> {
    let Some(unit) = bytes.first_chunk::<4>() else {
        return Err((bytes.len(), "truncated data"));
    };
    let code = if is_big {
        u32::from_be_bytes(*unit)
    } else {
        u32::from_le_bytes(*unit)
    };
    char::from_u32(code).ok_or(match code {
        0x11_0000.. => (4, "code point not in range(0x110000)"),
        _ => (
            4,
            "code point in surrogate code point range(0xd800, 0xe000)",
        ),
    })
}
