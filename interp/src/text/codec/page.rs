//! The encodings of one byte a character: ASCII, Latin-1 and the legacy code pages.
//!
//! The tables are CPython's. Those of the WHATWG, which the `encoding_rs` crate has, differ:
//! they give a meaning to every byte, and know no `cp437`.

use super::Handler;
use super::decode::Decoder;
use super::encode::{Encoder, one};
use super::error::CodecError;
use crate::text::tables::code_page::{self as table, UNDEFINED};

/// An 8-bit encoding whose lower half is ASCII.
#[derive(Debug)]
pub struct Page {
    /// The characters of the bytes from 0x80.
    upper: &'static [u16; 128],
    /// The same the other way, sorted by character.
    bytes: [(u16, u8); 128],
}

impl Page {
    const fn new(upper: &'static [u16; 128]) -> Self {
        let mut bytes = [(0, 0); 128];
        let mut n = 0;
        while n < 128 {
            // Insertion sort: this runs in the compiler, where `sort` cannot.
            let mut place = n;
            while place > 0 && bytes[place - 1].0 > upper[n] {
                bytes[place] = bytes[place - 1];
                place -= 1;
            }
            bytes[place] = (upper[n], n as u8 + 0x80);
            n += 1;
        }
        Page { upper, bytes }
    }

    fn byte_of(&self, c: char) -> Option<u8> {
        let code = u16::try_from(c as u32).ok()?;
        match code {
            0..0x80 => Some(code as u8),
            UNDEFINED => None,
            _ => {
                let place = self
                    .bytes
                    .binary_search_by_key(&code, |(code, _)| *code)
                    .ok()?;
                self.bytes.get(place).map(|(_, byte)| *byte)
            }
        }
    }

    fn char_of(&self, byte: u8) -> Option<char> {
        match self.upper.get(byte.wrapping_sub(0x80) as usize) {
            Some(&UNDEFINED) => None,
            Some(&code) => char::from_u32(code as u32),
            None => Some(byte as char),
        }
    }
}

pub(super) static CP437: Page = Page::new(&table::CP437);
pub(super) static CP850: Page = Page::new(&table::CP850);
pub(super) static CP866: Page = Page::new(&table::CP866);
pub(super) static CP1250: Page = Page::new(&table::CP1250);
pub(super) static CP1251: Page = Page::new(&table::CP1251);
pub(super) static CP1252: Page = Page::new(&table::CP1252);
pub(super) static ISO8859_2: Page = Page::new(&table::ISO8859_2);
pub(super) static ISO8859_5: Page = Page::new(&table::ISO8859_5);
pub(super) static ISO8859_15: Page = Page::new(&table::ISO8859_15);
pub(super) static KOI8_R: Page = Page::new(&table::KOI8_R);
pub(super) static KOI8_U: Page = Page::new(&table::KOI8_U);

const fn encoder(encoding: &'static str, reason: &'static str) -> Encoder {
    Encoder {
        encoding,
        reason,
        groups: true,
        ascii_answers: false,
        width: 1,
    }
}

pub(super) fn encode_ascii(
    text: &str,
    out: &mut Vec<u8>,
    handler: &mut Handler<'_>,
) -> Result<(), CodecError> {
    if text.is_ascii() {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    let unit = |c: char| c.is_ascii().then_some(c as u8).and_then(one);
    encoder("ascii", "ordinal not in range(128)").run(text, unit, out, handler)
}

pub(super) fn encode_latin1(
    text: &str,
    out: &mut Vec<u8>,
    handler: &mut Handler<'_>,
) -> Result<(), CodecError> {
    let unit = |c: char| u8::try_from(c).ok().and_then(one);
    encoder("latin-1", "ordinal not in range(256)").run(text, unit, out, handler)
}

pub(super) fn encode_page(
    text: &str,
    page: &Page,
    out: &mut Vec<u8>,
    handler: &mut Handler<'_>,
) -> Result<(), CodecError> {
    let unit = |c: char| page.byte_of(c).and_then(one);
    encoder("charmap", "character maps to <undefined>").run(text, unit, out, handler)
}

pub(super) fn decode_ascii(bytes: &[u8], handler: &mut Handler<'_>) -> Result<String, CodecError> {
    let decoder = Decoder::new(bytes, "ascii", handler);
    let unit = |byte: u8| byte.is_ascii().then_some(byte as char);
    each_byte(decoder, unit, "ordinal not in range(128)")
}

pub(super) fn decode_page(
    bytes: &[u8],
    page: &Page,
    handler: &mut Handler<'_>,
) -> Result<String, CodecError> {
    let decoder = Decoder::new(bytes, "charmap", handler);
    each_byte(
        decoder,
        |byte| page.char_of(byte),
        "character maps to <undefined>",
    )
}

fn each_byte(
    mut decoder: Decoder<'_, '_>,
    unit: impl Fn(u8) -> Option<char>,
    reason: &'static str,
) -> Result<String, CodecError> {
    let mut rest = decoder.bytes;
    loop {
        decoder
            .out
            .extend(rest.iter().map_while(|byte| unit(*byte)));
        let Some(wrong) = rest.iter().position(|byte| unit(*byte).is_none()) else {
            return Ok(decoder.out);
        };
        let at = decoder.bytes.len() - rest.len() + wrong;
        let resume = decoder.fail(at, at + 1, reason)?;
        rest = decoder.bytes.get(resume..).unwrap_or(&[]);
    }
}
