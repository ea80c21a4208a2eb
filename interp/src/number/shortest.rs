//! The decimal digits of a float: the fewest that read back as the same float, or a given count
//! of them, exactly rounded.

use std::fmt::{self, Write};

/// A float has no more significant digits than this; further ones are zeros.
const MOST_DIGITS: usize = 800;

/// A finite float without its sign: `0.digits * 10 ** point`. Zero has the one digit `0`.
pub(super) struct Digits {
    text: [u8; INLINE],
    length: usize,
    /// Where the decimal point stands, counted from before the first digit.
    pub(super) point: i32,
    /// The digits where they do not fit `text`.
    long: String,
}

const INLINE: usize = 26;

impl Digits {
    /// The fewest digits that read back as `x`; of those the nearest to it.
    pub(super) fn shortest(x: f64) -> Digits {
        // Not Rust's `{:e}`: it does not break ties to even.
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(x.abs()).as_bytes();
        let end = text.iter().position(|&b| b == b'e').unwrap_or(text.len());
        let point = text.iter().position(|&b| b == b'.').unwrap_or(end);
        let mut digits = Digits::empty();
        let mut zeros = 0;
        for &byte in text[..end].iter().filter(|&&b| b != b'.') {
            if byte == b'0' && digits.length == 0 {
                zeros += 1;
            } else {
                digits.text[digits.length] = byte;
                digits.length += 1;
            }
        }
        if digits.length == 0 {
            return Digits::from_scientific(b"0");
        }
        digits.length = digits.trimmed().len();
        digits.point = point as i32 - zeros + exponent(text.get(end + 1..).unwrap_or(&[]));
        digits
    }

    /// `count` digits (one at least), ties to even on the exact value; fewer where the rest
    /// would be zeros without end.
    pub(super) fn rounded(x: f64, count: usize) -> Digits {
        let count = count.clamp(1, MOST_DIGITS);
        if count <= 17 {
            let mut scientific = Inline::default();
            let _ = write!(scientific, "{:.*e}", count - 1, x.abs());
            return Digits::from_scientific(&scientific.text[..scientific.length]);
        }
        Digits::from_scientific(format!("{:.*e}", count - 1, x.abs()).as_bytes())
    }

    fn empty() -> Digits {
        Digits {
            text: [0; INLINE],
            length: 0,
            point: 0,
            long: String::new(),
        }
    }

    /// Takes `d.ddde-x` apart.
    fn from_scientific(text: &[u8]) -> Digits {
        let mut digits = Digits::empty();
        let end = text.iter().position(|&b| b == b'e').unwrap_or(text.len());
        if end > INLINE {
            digits.long = text[..end]
                .iter()
                .filter(|&&b| b != b'.')
                .map(|&b| char::from(b))
                .collect();
        } else {
            for &byte in text[..end].iter().filter(|&&b| b != b'.') {
                digits.text[digits.length] = byte;
                digits.length += 1;
            }
        }
        digits.point = 1 + exponent(text.get(end + 1..).unwrap_or(&[]));
        digits
    }

    /// The digits as ASCII.
    pub(super) fn bytes(&self) -> &[u8] {
        match self.long.as_bytes() {
            [] => &self.text[..self.length],
            long => long,
        }
    }

    /// The digits without the zeros at their end.
    pub(super) fn trimmed(&self) -> &[u8] {
        let bytes = self.bytes();
        match bytes.iter().rposition(|&b| b != b'0') {
            Some(last) => &bytes[..=last],
            None => &bytes[..bytes.len().min(1)],
        }
    }
}

fn exponent(text: &[u8]) -> i32 {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        _ => (1, text),
    };
    sign * digits.iter().fold(0, |n, b| n * 10 + i32::from(b - b'0'))
}

/// A text of at most 26 bytes: 17 digits, point, `e`, sign and three digits of exponent.
#[derive(Default)]
struct Inline {
    text: [u8; INLINE],
    length: usize,
}

impl Write for Inline {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = self.length + part.len();
        let place = self.text.get_mut(self.length..end).ok_or(fmt::Error)?;
        place.copy_from_slice(part.as_bytes());
        self.length = end;
        Ok(())
    }
}
