//! Case of byte strings: ASCII letters only.

use super::classify::is_alpha_byte;

/// `bytes.lower`.
pub fn lower(bytes: &[u8]) -> Vec<u8> {
    bytes.to_ascii_lowercase()
}

/// `bytes.upper`.
pub fn upper(bytes: &[u8]) -> Vec<u8> {
    bytes.to_ascii_uppercase()
}

/// `bytes.swapcase`.
pub fn swapcase(bytes: &[u8]) -> Vec<u8> {
    let swap = |b: &u8| if is_alpha_byte(*b) { *b ^ 0x20 } else { *b };
    bytes.iter().map(swap).collect()
}

/// `bytes.capitalize`.
pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// `bytes.title`.
pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    let mut in_word = false;
    for byte in &mut out {
        if !in_word {
            byte.make_ascii_uppercase();
        }
        in_word = is_alpha_byte(*byte);
    }
    out
}
