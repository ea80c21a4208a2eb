//! UTF-7 (RFC 2152), as CPython writes and reads it.

use super::Handler;
use super::decode::Decoder;
use super::error::CodecError;
use crate::text::surrogate;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// True for what stands for itself.
fn is_direct(c: char) -> bool {
    c.is_ascii_alphanumeric() || "'(),-./:?!\"#$%&*;<=>@[]^_`{|} \t\r\n".contains(c)
}

fn digit(byte: u8) -> Option<u32> {
    DIGITS.iter().position(|d| *d == byte).map(|at| at as u32)
}

/// Bits that wait to become digits.
#[derive(Default)]
struct Bits {
    buffer: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, unit: u16, out: &mut Vec<u8>) {
        self.buffer = self.buffer << 16 | u32::from(unit);
        self.count += 16;
        while self.count >= 6 {
            self.count -= 6;
            out.push(DIGITS[(self.buffer >> self.count & 63) as usize]);
        }
        self.buffer &= (1 << self.count) - 1;
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        if self.count > 0 {
            out.push(DIGITS[(self.buffer << (6 - self.count) & 63) as usize]);
        }
        *self = Bits::default();
    }
}

pub(super) fn encode(text: &str, out: &mut Vec<u8>) {
    let mut shifted: Option<Bits> = None;
    for c in text.chars() {
        if is_direct(c) {
            if let Some(mut bits) = shifted.take() {
                bits.finish(out);
                if c == '-' || digit(c as u8).is_some() {
                    out.push(b'-');
                }
            }
            out.push(c as u8);
            continue;
        }
        if c == '+' && shifted.is_none() {
            out.extend_from_slice(b"+-");
            continue;
        }
        if shifted.is_none() {
            out.push(b'+');
        }
        let bits = shifted.get_or_insert_with(Bits::default);
        match surrogate::from_private(c) {
            Some(unit) => bits.push(unit as u16, out),
            None => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    bits.push(*unit, out);
                }
            }
        }
    }
    if let Some(mut bits) = shifted {
        bits.finish(out);
        out.push(b'-');
    }
}

/// A sequence of digits that is being read.
struct Shift {
    /// Where its `+` stands.
    start: usize,
    buffer: u32,
    count: u32,
    /// The first half of a pair.
    high: Option<u16>,
}

impl Shift {
    fn push(&mut self, value: u32, out: &mut String) {
        self.buffer = self.buffer << 6 | value;
        self.count += 6;
        if self.count < 16 {
            return;
        }
        self.count -= 16;
        let unit = (self.buffer >> self.count) as u16;
        self.buffer &= (1 << self.count) - 1;
        if let Some(high) = self.high.take() {
            if let Some(Ok(c)) = char::decode_utf16([high, unit]).next() {
                out.push(c);
                return;
            }
            out.push(lone(high));
        }
        match unit {
            0xd800..0xdc00 => self.high = Some(unit),
            0xdc00..0xe000 => out.push(lone(unit)),
            _ => out.extend(char::from_u32(u32::from(unit))),
        }
    }

    /// What is wrong if the sequence ends here.
    fn fault(&self) -> Option<&'static str> {
        match (self.count, self.buffer) {
            (6.., _) => Some("partial character in shift sequence"),
            (1.., 1..) => Some("non-zero padding bits in base64 sequence"),
            _ => None,
        }
    }
}

pub(super) fn decode(bytes: &[u8], handler: &mut Handler<'_>) -> Result<String, CodecError> {
    let mut decoder = Decoder::new(bytes, "utf7", handler);
    let mut at = 0;
    let mut shifted: Option<Shift> = None;
    loop {
        let Some(&byte) = bytes.get(at) else {
            let Some(shift) = shifted.take() else {
                return Ok(decoder.out);
            };
            if shift.high.is_some() || shift.fault().is_some() {
                at = decoder.fail(shift.start, bytes.len(), "unterminated shift sequence")?;
            }
            continue;
        };
        if let Some(shift) = &mut shifted {
            if let Some(value) = digit(byte) {
                shift.push(value, &mut decoder.out);
                at += 1;
                continue;
            }
            let (start, fault, high) = (shift.start, shift.fault(), shift.high);
            shifted = None;
            if let Some(reason) = fault {
                at = decoder.fail(start, at + 1, reason)?;
                continue;
            }
            if let Some(high) = high.filter(|_| byte.is_ascii() && byte != b'+') {
                decoder.out.push(lone(high));
            }
            at += usize::from(byte == b'-');
            continue;
        }
        match (byte, bytes.get(at + 1)) {
            (b'+', Some(b'-')) => {
                decoder.out.push('+');
                at += 2;
            }
            (b'+', Some(next)) if digit(*next).is_none() => {
                at = decoder.fail(at, at + 2, "ill-formed sequence")?;
            }
            (b'+', _) => {
                shifted = Some(Shift {
                    start: at,
                    buffer: 0,
                    count: 0,
                    high: None,
                });
                at += 1;
            }
            (0..0x80, _) => {
                decoder.out.push(byte as char);
                at += 1;
            }
            _ => at = decoder.fail(at, at + 1, "unexpected special character")?,
        }
    }
}

/// The character that stands for half of a pair.
fn lone(unit: u16) -> char {
    surrogate::from_code_point(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)
}
