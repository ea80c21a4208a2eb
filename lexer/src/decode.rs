//! From the bytes of a file to a source text. Sources are UTF-8; no other coding is known.

use std::fmt;

/// A byte that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Where it stands in the file.
    pub offset: usize,
    /// The byte itself.
    pub byte: u8,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "(unicode error) 'utf-8' codec can't decode byte {:#04x} in position {}",
            self.byte, self.offset
        )
    }
}

impl std::error::Error for DecodeError {}

/// Decodes the bytes of a source file; a byte order mark is left out.
///
/// # Errors
///
/// The first byte that is not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, DecodeError> {
    match std::str::from_utf8(bytes) {
        Ok(source) => Ok(source.strip_prefix('\u{FEFF}').unwrap_or(source)),
        Err(error) => {
            let offset = error.valid_up_to();
            Err(DecodeError {
                offset,
                byte: bytes[offset],
            })
        }
    }
}
