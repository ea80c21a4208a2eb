//! Number literals: their values, and what is wrong with one that does not end where it should.

use std::borrow::Cow;

use crate::lexer::Lexer;
use crate::span::Span;
use crate::token::Token;

/// CPython's limit for decimal integers, whose conversion takes quadratic time.
const MAX_DECIMAL_DIGITS: usize = 4300;

/// Why a number is no number: the message and the offset, from the start of the literal, after
/// the last character that was understood.
type Fault = (String, usize);

impl Lexer<'_> {
    /// Takes a decimal integer.
    pub(crate) fn decimal(&mut self, span: Span) {
        if !self.ends_well(span) {
            return;
        }
        let digits = without_underscores(self.text(span));
        let token = match digits.parse::<i64>() {
            Ok(value) => Token::Int(value),
            Err(_) => {
                self.check_length(digits.len(), span);
                Token::BigInt {
                    radix: 10,
                    digits: digits.into(),
                }
            }
        };
        self.push(token, span);
    }

    /// Takes an integer with a prefix.
    pub(crate) fn prefixed(&mut self, span: Span) {
        if !self.ends_well(span) {
            return;
        }
        let text = self.text(span);
        let (radix, _) = base(text.as_bytes()).unwrap_or((10, ""));
        let digits = without_underscores(&text[2..]);
        let token = match i64::from_str_radix(&digits, radix) {
            Ok(value) => Token::Int(value),
            Err(_) => Token::BigInt {
                radix: radix as u8,
                digits: digits.into(),
            },
        };
        self.push(token, span);
    }

    /// Takes a number with a point or exponent.
    pub(crate) fn float(&mut self, span: Span) {
        if self.ends_well(span) {
            self.push(Token::Float(float_value(self.text(span))), span);
        }
    }

    /// Takes a number followed by `j`.
    pub(crate) fn imaginary(&mut self, span: Span) {
        if self.ends_well(span) {
            let text = self.text(span);
            self.push(Token::Imaginary(float_value(&text[..text.len() - 1])), span);
        }
    }

    /// Whether the number ends at the end of `span`. If a letter, digit or underscore follows,
    /// that is an error (then a stand-in is pushed and what belongs to the mistaken literal
    /// skipped) or, before some keywords, worth a warning.
    #[inline]
    fn ends_well(&mut self, span: Span) -> bool {
        let next = self.source.as_bytes().get(span.end as usize);
        !next.is_some_and(|&b| is_word(b)) || self.ends_before_keyword(span)
    }

    #[cold]
    fn ends_before_keyword(&mut self, span: Span) -> bool {
        let rest = &self.source.as_bytes()[span.start as usize..];
        match check(rest) {
            Ok(kind) => {
                self.warn(format!("invalid {kind} literal"), span);
                true
            }
            Err((message, end)) => {
                self.error(message, fault_span(rest, span.start, end));
                let len = rest.iter().position(|&b| !is_word(b)).unwrap_or(rest.len());
                let end = span.end.max(span.start + len as u32);
                self.seek(end as usize);
                self.push(Token::Int(0), Span::new(span.start, end));
                false
            }
        }
    }

    fn check_length(&mut self, digits: usize, span: Span) {
        if digits > MAX_DECIMAL_DIGITS {
            let message = format!(
                "Exceeds the limit ({MAX_DECIMAL_DIGITS} digits) for integer string conversion: value has \
                 {digits} digits; use sys.set_int_max_str_digits() to increase the limit - Consider \
                 hexadecimal for huge integer literals to avoid decimal conversion limits."
            );
            self.late_error(message, span);
        }
    }
}

/// Where CPython points: at the leading zeros as a whole, else at the last character understood.
fn fault_span(rest: &[u8], start: u32, end: usize) -> Span {
    let is_zeros = rest[..end].iter().all(|b| matches!(b, b'0' | b'_'))
        && rest.get(end).is_some_and(u8::is_ascii_digit);
    let first = if is_zeros { 0 } else { end.saturating_sub(1) };
    Span::new(start + first as u32, start + end as u32)
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The value of a literal that Rust reads the same way once the underscores are gone.
fn float_value(text: &str) -> f64 {
    without_underscores(text).parse().unwrap_or(f64::NAN)
}

/// The radix that a literal's prefix names, and the word for it.
fn base(text: &[u8]) -> Option<(u32, &'static str)> {
    match text {
        [b'0', b'x' | b'X', ..] => Some((16, "hexadecimal")),
        [b'0', b'o' | b'O', ..] => Some((8, "octal")),
        [b'0', b'b' | b'B', ..] => Some((2, "binary")),
        _ => None,
    }
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn digit_at(text: &[u8], pos: usize) -> bool {
    text.get(pos).is_some_and(u8::is_ascii_digit)
}

/// Reads the number that `text` starts with the long way, to find what is wrong with it.
/// A number that runs into a keyword is right; then its kind is the result.
fn check(text: &[u8]) -> Result<&'static str, Fault> {
    match base(text) {
        Some((radix, kind)) => check_prefixed(text, radix, kind),
        None => check_decimal(text),
    }
}

fn check_prefixed(text: &[u8], radix: u32, kind: &'static str) -> Result<&'static str, Fault> {
    let is_digit = |pos: usize| {
        text.get(pos)
            .is_some_and(|&b| char::from(b).is_digit(radix))
    };
    let bad_digit = |pos: usize| {
        (
            format!(
                "invalid digit '{}' in {kind} literal",
                char::from(text[pos])
            ),
            pos + 1,
        )
    };
    let mut pos = 2;
    loop {
        if text.get(pos) == Some(&b'_') {
            pos += 1;
        }
        if !is_digit(pos) {
            let is_other_digit = digit_at(text, pos);
            return Err(if is_other_digit {
                bad_digit(pos)
            } else {
                (format!("invalid {kind} literal"), pos)
            });
        }
        while is_digit(pos) {
            pos += 1;
        }
        if text.get(pos) != Some(&b'_') {
            break;
        }
    }
    if digit_at(text, pos) {
        Err(bad_digit(pos))
    } else {
        check_end(text, pos, kind)
    }
}

fn check_decimal(text: &[u8]) -> Result<&'static str, Fault> {
    let zeros = text
        .iter()
        .position(|b| !matches!(b, b'0' | b'_'))
        .unwrap_or(text.len());
    let mut pos = if text[0] == b'.' {
        0
    } else {
        skip_digits(text, 0)?
    };
    let is_octal_style = text[0] == b'0' && digit_at(text, zeros);
    let mut is_integer = true;
    if text.get(pos) == Some(&b'.') {
        is_integer = false;
        pos += 1;
        if digit_at(text, pos) {
            pos = skip_digits(text, pos)?;
        }
    }
    if let Some(b'e' | b'E') = text.get(pos) {
        let sign = usize::from(matches!(text.get(pos + 1), Some(b'+' | b'-')));
        if digit_at(text, pos + 1 + sign) {
            is_integer = false;
            pos = skip_digits(text, pos + 1 + sign)?;
        } else if sign == 1 {
            return Err(("invalid decimal literal".to_owned(), pos + 2));
        } else {
            return check_end(text, pos, "decimal");
        }
    }
    if let Some(b'j' | b'J') = text.get(pos) {
        return check_end(text, pos + 1, "imaginary");
    }
    if is_integer && is_octal_style {
        let message = "leading zeros in decimal integer literals are not permitted; \
                       use an 0o prefix for octal integers";
        return Err((message.to_owned(), zeros));
    }
    check_end(text, pos, "decimal")
}

/// The offset after the digits at `pos`, single underscores between them.
fn skip_digits(text: &[u8], mut pos: usize) -> Result<usize, Fault> {
    loop {
        while digit_at(text, pos) {
            pos += 1;
        }
        if text.get(pos) != Some(&b'_') {
            return Ok(pos);
        }
        pos += 1;
        if !digit_at(text, pos) {
            return Err(("invalid decimal literal".to_owned(), pos));
        }
    }
}

/// Whether a number may end at `pos`: before a keyword that can follow an expression. `if`,
/// `in` and `is` need no word boundary after them (CPython looks no further).
fn check_end(text: &[u8], pos: usize, kind: &'static str) -> Result<&'static str, Fault> {
    let rest = &text[pos..];
    let is_keyword = ["and", "else", "for", "or", "not"].iter().any(|keyword| {
        rest.starts_with(keyword.as_bytes())
            && !rest
                .get(keyword.len())
                .is_some_and(|&b| is_word(b) || b >= 0x80)
    });
    let is_short = matches!(rest, [b'i', b'f' | b'n' | b's', ..]);
    let follows = rest.first().is_some_and(|&b| is_word(b));
    if is_keyword || is_short || !follows {
        Ok(kind)
    } else {
        Err((format!("invalid {kind} literal"), pos))
    }
}
