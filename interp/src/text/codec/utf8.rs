//! UTF-8.

use super::Handler;
use super::decode::Decoder;
use super::encode::{Encoder, Unit};
use super::error::CodecError;
use crate::text::surrogate::{contains, is_surrogate};

/// The byte order mark that `utf-8-sig` writes.
pub(super) const MARK: &[u8] = b"\xef\xbb\xbf";

const ENCODER: Encoder = Encoder {
    encoding: "utf-8",
    reason: "surrogates not allowed",
    groups: true,
    ascii_answers: true,
    width: 1,
};

pub(super) fn encode(
    text: &str,
    out: &mut Vec<u8>,
    handler: &mut Handler<'_>,
) -> Result<(), CodecError> {
    if contains(text) {
        return ENCODER.run(text, unit, out, handler);
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn unit(c: char) -> Option<Unit> {
    if is_surrogate(c) {
        return None;
    }
    let mut bytes = [0; 4];
    let n = c.encode_utf8(&mut bytes).len();
    Some((n as u8, bytes))
}

/// Decodes what follows the first `skipped` bytes.
pub(super) fn decode(
    bytes: &[u8],
    skipped: usize,
    handler: &mut Handler<'_>,
) -> Result<String, CodecError> {
    let bytes = bytes.get(skipped..).unwrap_or(&[]);
    let mut error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let mut decoder = Decoder::new(bytes, "utf-8", handler);
    decoder.skipped = skipped;
    let mut at = 0;
    loop {
        let start = at + error.valid_up_to();
        // Valid by what the error says.
        decoder
            .out
            .push_str(std::str::from_utf8(&bytes[at..start]).unwrap_or(""));
        let (width, reason) = match (error.error_len(), bytes.get(start)) {
            (None, _) => (bytes.len() - start, "unexpected end of data"),
            (Some(width), Some(0x80..=0xc1 | 0xf5..)) => (width, "invalid start byte"),
            (Some(width), _) => (width, "invalid continuation byte"),
        };
        at = decoder.fail(start, start + width, reason)?;
        error = match std::str::from_utf8(&bytes[at..]) {
            Ok(text) => {
                decoder.out.push_str(text);
                return Ok(decoder.out);
            }
            Err(error) => error,
        };
    }
}
