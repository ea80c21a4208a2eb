//! UTF-16 in both byte orders.

use super::decode::Decoder;
use super::encode::{Encoder, Unit};
use super::error::CodecError;
use super::{Handler, Order};
use crate::text::surrogate::{contains, is_surrogate};

pub(super) fn encode(
    text: &str,
    order: Order,
    out: &mut Vec<u8>,
    handler: &mut Handler<'_>,
) -> Result<(), CodecError> {
    let encoding = match order {
        Order::Marked => "utf-16",
        Order::Little => "utf-16-le",
        Order::Big => "utf-16-be",
    };
    let encoder = Encoder {
        encoding,
        reason: "surrogates not allowed",
        groups: false,
        ascii_answers: true,
        width: 2,
    };
    if order == Order::Marked {
        out.extend_from_slice(b"\xff\xfe");
    }
    out.reserve(text.len() * 2);
    if !contains(text) {
        match order {
            Order::Big => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            _ => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
        }
        return Ok(());
    }
    match order {
        Order::Big => encoder.run(text, |c| unit(c, u16::to_be_bytes), out, handler),
        _ => encoder.run(text, |c| unit(c, u16::to_le_bytes), out, handler),
    }
}

#[inline]
fn unit(c: char, to_bytes: impl Fn(u16) -> [u8; 2]) -> Option<Unit> {
    if is_surrogate(c) {
        return None;
    }
    let mut units = [0; 2];
    let n = c.encode_utf16(&mut units).len();
    let ([a, b], [c, d]) = (to_bytes(units[0]), to_bytes(units[1]));
    Some((n as u8 * 2, [a, b, c, d]))
}

pub(super) fn decode(
    bytes: &[u8],
    order: Order,
    handler: &mut Handler<'_>,
) -> Result<String, CodecError> {
    let (is_big, start) = match (order, bytes) {
        (Order::Marked, [0xff, 0xfe, ..]) => (false, 2),
        (Order::Marked, [0xfe, 0xff, ..]) => (true, 2),
        (order, _) => (order == Order::Big, 0),
    };
    let encoding = if is_big { "utf-16-be" } else { "utf-16-le" };
    let mut decoder = Decoder::new(bytes, encoding, handler);
    decoder.out.reserve(bytes.len() / 2);
    let mut at = start;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        at = match scan(rest, is_big) {
            Ok((c, width)) => {
                decoder.out.push(c);
                at + width
            }
            Err((width, reason)) => decoder.fail(at, at + width, reason)?,
        };
    }
    Ok(decoder.out)
}

/// The first character of `bytes` and its width, or how many bytes are wrong, and why.
#[inline]
fn scan(bytes: &[u8], is_big: bool) -> Result<(char, usize), (usize, &'static str)> {
    let unit = |at: usize| {
        let pair = bytes.get(at..)?.first_chunk::<2>()?;
        Some(if is_big {
            u16::from_be_bytes(*pair)
        } else {
            u16::from_le_bytes(*pair)
        })
    };
    let Some(first) = unit(0) else {
        return Err((bytes.len(), "truncated data"));
    };
    match first {
        0xd800..=0xdbff => match unit(2) {
            None => Err((bytes.len(), "unexpected end of data")),
            Some(second @ 0xdc00..=0xdfff) => {
                let code = 0x10000 + ((first as u32 & 0x3ff) << 10) + (second as u32 & 0x3ff);
                Ok((char::from_u32(code).unwrap_or('\u{fffd}'), 4))
            }
            Some(_) => Err((2, "illegal UTF-16 surrogate")),
        },
        _ => match char::from_u32(first as u32) {
            Some(c) => Ok((c, 2)),
            None => Err((2, "illegal encoding")),
        },
    }
}
