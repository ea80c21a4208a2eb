//! The `is...` methods of byte strings: ASCII only.

/// What `split`, `strip` and `isspace` take for white space.
#[inline]
pub fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Whether `byte` is an ASCII letter.
#[inline]
pub(super) fn is_alpha_byte(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

/// `bytes.isalpha`.
pub fn is_alpha(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_alphabetic)
}

/// `bytes.isalnum`.
pub fn is_alnum(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_alphanumeric)
}

/// `bytes.isdigit`.
pub fn is_digit(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit)
}

/// `bytes.isspace`.
pub fn is_space(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|b| is_space_byte(*b))
}

/// `bytes.isascii`: true of the empty byte string.
pub fn is_ascii(bytes: &[u8]) -> bool {
    bytes.is_ascii()
}

/// `bytes.islower`.
pub fn is_lower(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
}

/// `bytes.isupper`.
pub fn is_upper(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
}

/// `bytes.istitle`.
pub fn is_title(bytes: &[u8]) -> bool {
    let (mut found, mut in_word) = (false, false);
    for byte in bytes {
        if byte.is_ascii_alphabetic() {
            if byte.is_ascii_uppercase() == in_word {
                return false;
            }
            (found, in_word) = (true, true);
        } else {
            in_word = false;
        }
    }
    found
}
