//! The loop that all encoders share: characters in, bytes out, failures to the handler.

use super::Handler;
use super::error::{CodecError, Failure, Object, Replacement, UnicodeError};

/// The bytes of one character: how many, and which.
pub(super) type Unit = (u8, [u8; 4]);

/// What the loop has to know of an encoding.
pub(super) struct Encoder {
    /// The name that errors give.
    pub(super) encoding: &'static str,
    /// What errors say.
    pub(super) reason: &'static str,
    /// Whether neighbouring characters that cannot be encoded make one failure.
    pub(super) groups: bool,
    /// Whether a handler may answer with nothing but ASCII text.
    pub(super) ascii_answers: bool,
    /// What the number of bytes that a handler answers with must be a multiple of.
    pub(super) width: usize,
}

/// The bytes of one character that fits into one.
#[inline]
pub(super) fn one(byte: u8) -> Option<Unit> {
    Some((1, [byte, 0, 0, 0]))
}

impl Encoder {
    /// Writes `text` to `out`. `unit` tells the bytes of a character, if it has any.
    pub(super) fn run(
        &self,
        text: &str,
        unit: impl Fn(char) -> Option<Unit>,
        out: &mut Vec<u8>,
        handler: &mut Handler<'_>,
    ) -> Result<(), CodecError> {
        out.reserve(text.len());
        let mut chars = text.chars();
        // Failures are told in code points: those up to byte `counted` are `points`.
        let (mut counted, mut points) = (0, 0);
        loop {
            let at = text.len() - chars.as_str().len();
            let Some(c) = chars.next() else { return Ok(()) };
            if let Some((n, bytes)) = unit(c) {
                out.extend_from_slice(&bytes[..n as usize]);
                continue;
            }
            if self.groups {
                let rest = chars.as_str();
                let fits = rest.find(|c| unit(c).is_some()).unwrap_or(rest.len());
                chars = rest[fits..].chars();
            }
            let end = text.len() - chars.as_str().len();
            points += text[counted..at].chars().count();
            let failure = self.failure(text, &text[at..end], points);
            let fix = handler(&failure)?;
            self.apply(&failure, fix.replacement, &unit, out)?;
            counted = at;
            if fix.resume != failure.error.end {
                let rest = resume(text, fix.resume).ok_or(CodecError::Unicode(failure.error))?;
                chars = rest.chars();
                // Only a script's handler goes back; then counting starts anew.
                if text.len() - rest.len() < counted {
                    (counted, points) = (0, 0);
                }
            }
        }
    }

    fn failure<'a>(&self, text: &'a str, part: &'a str, start: usize) -> Failure<'a> {
        let error = UnicodeError {
            encoding: self.encoding,
            start,
            end: start + part.chars().count(),
            reason: self.reason,
            is_encode: true,
            skipped: 0,
        };
        Failure {
            error,
            object: Object::Text(text),
            part,
        }
    }

    fn apply(
        &self,
        failure: &Failure<'_>,
        replacement: Replacement,
        unit: &impl Fn(char) -> Option<Unit>,
        out: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        let unfit = || CodecError::Unicode(failure.error.clone());
        match replacement {
            Replacement::Bytes(bytes) if bytes.len().is_multiple_of(self.width) => {
                out.extend_from_slice(&bytes);
            }
            Replacement::Bytes(_) => return Err(unfit()),
            Replacement::Text(text) if self.ascii_answers && !text.is_ascii() => {
                return Err(unfit());
            }
            Replacement::Text(text) => {
                for c in text.chars() {
                    let (n, bytes) = unit(c).ok_or_else(unfit)?;
                    out.extend_from_slice(&bytes[..n as usize]);
                }
            }
        }
        Ok(())
    }
}

/// The rest of `text` from code point `point` on; `None` when it has not so many.
fn resume(text: &str, point: usize) -> Option<&str> {
    let mut chars = text.chars();
    match point {
        0 => Some(text),
        _ => chars.nth(point - 1).map(|_| chars.as_str()),
    }
}
