//! What goes wrong in a codec, with CPython's texts, and what an error handler may answer.

use std::borrow::Cow;
use std::fmt;

use crate::text::surrogate::code_point;

/// Why a string was not encoded, or a byte string not decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodecError {
    /// `LookupError`: no encoding has this name.
    UnknownEncoding(String),
    /// `LookupError`: no error handler has this name.
    UnknownHandler(String),
    /// `TypeError`: the handler works for encoding only.
    EncodeOnlyHandler,
    /// `UnicodeEncodeError` or `UnicodeDecodeError`.
    Unicode(UnicodeError),
    /// A handler of the caller's raised; the caller has kept the exception.
    Raised,
}

impl fmt::Display for CodecError {
    /// The text of the exception. That of a `UnicodeError` needs the object:
    /// see `UnicodeError::message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodecError::UnknownEncoding(name) => write!(f, "unknown encoding: {name}"),
            CodecError::UnknownHandler(name) => write!(f, "unknown error handler name '{name}'"),
            CodecError::EncodeOnlyHandler => {
                f.write_str("don't know how to handle UnicodeDecodeError in error callback")
            }
            CodecError::Unicode(error) => f.write_str(error.reason),
            CodecError::Raised => f.write_str("the error handler raised an exception"),
        }
    }
}

/// The arguments of a `UnicodeEncodeError` or `UnicodeDecodeError`, all but the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnicodeError {
    /// The name as the exception has it: `charmap` for the code pages.
    pub encoding: &'static str,
    /// Where the trouble starts: in code points of a string, in bytes of a byte string.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is wrong.
    pub reason: &'static str,
    /// Whether it is a `UnicodeEncodeError`.
    pub is_encode: bool,
    /// The exception's object is the input without its first `skipped` bytes, from which
    /// `start` and `end` count too: the mark of `utf-8-sig`.
    pub skipped: usize,
}

impl UnicodeError {
    /// The text of the exception.
    pub fn message(&self, object: Object<'_>) -> String {
        message(object, self.encoding, self.start, self.end, self.reason)
    }
}

/// The text of a `UnicodeEncodeError` or `UnicodeDecodeError` with these arguments, which
/// a script may have changed: any values will do.
pub fn message(
    object: Object<'_>,
    encoding: &str,
    start: usize,
    end: usize,
    reason: &str,
) -> String {
    let one = end == start.wrapping_add(1);
    let last = end.wrapping_sub(1) as isize;
    match object {
        Object::Text(text) => match text.chars().nth(start).filter(|_| one) {
            Some(c) => {
                let mut shown = String::new();
                crate::text::repr::write_escape(&mut shown, code_point(c));
                format!(
                    "'{encoding}' codec can't encode character '{shown}' in position {start}: {reason}"
                )
            }
            None => format!(
                "'{encoding}' codec can't encode characters in position {start}-{last}: {reason}"
            ),
        },
        Object::Bytes(bytes) => match bytes.get(start).filter(|_| one) {
            Some(byte) => format!(
                "'{encoding}' codec can't decode byte {byte:#04x} in position {start}: {reason}"
            ),
            None => format!(
                "'{encoding}' codec can't decode bytes in position {start}-{last}: {reason}"
            ),
        },
    }
}

/// What was to be encoded or decoded.
#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    /// A string, to be encoded.
    Text(&'a str),
    /// A byte string, to be decoded.
    Bytes(&'a [u8]),
}

/// A failure, as an error handler sees it.
#[derive(Debug)]
pub struct Failure<'a> {
    /// What the exception would say.
    pub error: UnicodeError,
    /// What was to be encoded or decoded: `error.skipped` is already taken off.
    pub object: Object<'a>,
    /// The part of `object` from `error.start` to `error.end`, when that is a string.
    pub part: &'a str,
}

/// What an error handler answers: what to write, and where to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What stands for what could not be converted.
    pub replacement: Replacement,
    /// Where to go on, counted like `UnicodeError::start`.
    pub resume: usize,
}

/// What stands for what could not be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Text: to be encoded in turn when encoding.
    Text(Cow<'static, str>),
    /// Bytes, written as they are. Only when encoding.
    Bytes(Vec<u8>),
}
