//! What all decoders share: the output, and failures to the handler.

use super::Handler;
use super::error::{CodecError, Failure, Object, Replacement, UnicodeError};

/// A byte string that is being decoded.
pub(super) struct Decoder<'a, 'h> {
    /// All of it, without a mark that was skipped.
    pub(super) bytes: &'a [u8],
    /// What has been decoded.
    pub(super) out: String,
    /// The name that errors give.
    pub(super) encoding: &'static str,
    /// See `UnicodeError::skipped`.
    pub(super) skipped: usize,
    /// What is asked at a failure.
    pub(super) handler: &'a mut Handler<'h>,
}

impl<'a, 'h> Decoder<'a, 'h> {
    pub(super) fn new(
        bytes: &'a [u8],
        encoding: &'static str,
        handler: &'a mut Handler<'h>,
    ) -> Self {
        Decoder {
            bytes,
            out: String::new(),
            encoding,
            skipped: 0,
            handler,
        }
    }

    /// Asks the handler about the bytes from `start` to `end`, writes what it answers and
    /// returns where to go on.
    #[cold]
    pub(super) fn fail(
        &mut self,
        start: usize,
        end: usize,
        reason: &'static str,
    ) -> Result<usize, CodecError> {
        let (encoding, skipped) = (self.encoding, self.skipped);
        let error = UnicodeError {
            encoding,
            start,
            end,
            reason,
            is_encode: false,
            skipped,
        };
        let failure = Failure {
            error,
            object: Object::Bytes(self.bytes),
            part: "",
        };
        let fix = (self.handler)(&failure)?;
        match fix.replacement {
            Replacement::Text(text) if fix.resume <= self.bytes.len() => {
                self.out.push_str(&text);
                Ok(fix.resume)
            }
            _ => Err(CodecError::Unicode(failure.error)),
        }
    }
}
