//! Encoding strings and decoding byte strings: `str.encode`, `bytes.decode`.
//!
//! `name` knows the encodings and their aliases, `error` what can go wrong, `handler` the
//! built-in error handlers; the rest is the encodings. Those that are no text encodings
//! (`hex`, `rot13`, ...) and the stateful interfaces of `codecs` are not here.

mod decode;
mod encode;
mod error;
mod escape;
mod handler;
mod name;
mod page;
mod utf16;
mod utf32;
mod utf7;
mod utf8;

pub use error::{CodecError, Failure, Fix, Object, Replacement, UnicodeError, message};
pub use handler::{has_handler, standard};
pub use name::{Encoding, Order, lookup, normalise};

/// `text.encode(encoding, errors)`.
pub fn encode(text: &str, encoding: &str, errors: &str) -> Result<Vec<u8>, CodecError> {
    encode_with(text, find(encoding)?, &mut |failure| {
        standard(errors, failure)
    })
}

/// `bytes.decode(encoding, errors)`.
pub fn decode(bytes: &[u8], encoding: &str, errors: &str) -> Result<String, CodecError> {
    decode_with(bytes, find(encoding)?, &mut |failure| {
        standard(errors, failure)
    })
}

/// Encodes with an error handler of the caller's, which is asked at each failure.
pub fn encode_with(
    text: &str,
    encoding: Encoding,
    handler: &mut Handler<'_>,
) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    match encoding {
        Encoding::Utf8 => utf8::encode(text, &mut out, handler)?,
        Encoding::Utf8Sig => {
            out.extend_from_slice(utf8::MARK);
            utf8::encode(text, &mut out, handler)?;
        }
        Encoding::Utf7 => utf7::encode(text, &mut out),
        Encoding::Escape => out = escape::encode(text),
        Encoding::RawEscape => out = escape::encode_raw(text),
        Encoding::Utf16(order) => utf16::encode(text, order, &mut out, handler)?,
        Encoding::Utf32(order) => utf32::encode(text, order, &mut out, handler)?,
        Encoding::Latin1 => page::encode_latin1(text, &mut out, handler)?,
        Encoding::Ascii => page::encode_ascii(text, &mut out, handler)?,
        Encoding::Page(page) => page::encode_page(text, page, &mut out, handler)?,
    }
    Ok(out)
}

/// Decodes with an error handler of the caller's, which is asked at each failure.
pub fn decode_with(
    bytes: &[u8],
    encoding: Encoding,
    handler: &mut Handler<'_>,
) -> Result<String, CodecError> {
    match encoding {
        Encoding::Utf8 => utf8::decode(bytes, 0, handler),
        Encoding::Utf8Sig => {
            let marks = if bytes.starts_with(utf8::MARK) {
                utf8::MARK.len()
            } else {
                0
            };
            utf8::decode(bytes, marks, handler)
        }
        Encoding::Utf7 => utf7::decode(bytes, handler),
        Encoding::Escape => escape::decode(bytes, handler),
        Encoding::RawEscape => escape::decode_raw(bytes, handler),
        Encoding::Utf16(order) => utf16::decode(bytes, order, handler),
        Encoding::Utf32(order) => utf32::decode(bytes, order, handler),
        Encoding::Latin1 => Ok(bytes.iter().map(|b| *b as char).collect()),
        Encoding::Ascii => page::decode_ascii(bytes, handler),
        Encoding::Page(page) => page::decode_page(bytes, page, handler),
    }
}

/// What is asked when something cannot be encoded or decoded.
pub type Handler<'h> = dyn FnMut(&Failure<'_>) -> Result<Fix, CodecError> + 'h;

fn find(encoding: &str) -> Result<Encoding, CodecError> {
    lookup(encoding).ok_or_else(|| CodecError::UnknownEncoding(encoding.to_owned()))
}
