//! String and bytes literals, from their opening quotes on.

use std::borrow::Cow;

use crate::error::LexError;
use crate::escape::{self, Findings};
use crate::lexer::{Lexer, line_end_len};
use crate::span::Span;
use crate::token::Token;

/// The prefix and opening quotes of a literal.
#[derive(Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) raw: bool,
    bytes: bool,
    /// `'` or `"`
    pub(crate) quote: u8,
    /// Whether there are three of them.
    pub(crate) triple: bool,
}

impl Opening {
    /// What `text`, matched as the start of a literal, says.
    pub(crate) fn of(text: &str) -> Opening {
        let text = text.as_bytes();
        let quote = text[text.len() - 1];
        let has = |letter: u8| {
            text.iter()
                .take(2)
                .any(|b| b.to_ascii_lowercase() == letter)
        };
        Opening {
            raw: has(b'r'),
            bytes: has(b'b'),
            quote,
            triple: text.ends_with(&[quote; 3]),
        }
    }

    /// The number of closing quotes.
    pub(crate) fn quotes(self) -> usize {
        if self.triple { 3 } else { 1 }
    }

    /// Whether the closing quotes are at `pos`.
    pub(crate) fn closes_at(self, bytes: &[u8], pos: usize) -> bool {
        bytes.get(pos) == Some(&self.quote)
            && (!self.triple || bytes.get(pos + 1..pos + 3) == Some(&[self.quote; 2]))
    }
}

/// What reading a body up to its closing quotes found.
#[derive(Default)]
struct Body {
    /// The offset of the closing quotes, or where they should have been.
    end: usize,
    is_terminated: bool,
    has_backslash: bool,
    has_return: bool,
    has_escaped_quote: bool,
}

fn read_body(bytes: &[u8], start: usize, opening: Opening) -> Body {
    let mut body = Body::default();
    let mut pos = start;
    while let Some(&b) = bytes.get(pos) {
        match b {
            b'"' | b'\'' if opening.closes_at(bytes, pos) => {
                body.is_terminated = true;
                break;
            }
            b'\\' => {
                body.has_backslash = true;
                body.has_escaped_quote |= bytes.get(pos + 1) == Some(&opening.quote);
                // At least the character after the backslash is skipped, a line end as a whole.
                body.has_return |= bytes.get(pos + 1) == Some(&b'\r');
                pos += line_end_len(bytes, pos + 1).max(1);
            }
            b'\n' | b'\r' if !opening.triple => break,
            b'\r' => body.has_return = true,
            _ => {}
        }
        pos += 1;
    }
    body.end = pos.min(bytes.len());
    body
}

impl Lexer<'_> {
    /// Takes a string or bytes literal whose prefix and opening quotes are at `span`.
    pub(crate) fn string(&mut self, span: Span) {
        let opening = Opening::of(self.text(span));
        let start = span.end as usize;
        let body = read_body(self.source.as_bytes(), start, opening);
        if !body.is_terminated {
            return self.unterminated(opening, &body, span);
        }
        let end = body.end + opening.quotes();
        self.seek(end);
        let inner = Span::new(span.end, body.end as u32);
        let span = Span::new(span.start, end as u32);
        let text = self.text(inner);
        let is_plain = !(body.has_backslash && !opening.raw || body.has_return);
        let token = match opening.bytes {
            true => Token::Bytes(self.bytes_value(inner, opening.raw, span)),
            false if is_plain => Token::Str(text.into()),
            false if opening.raw => Token::Str(with_plain_line_ends(text).into()),
            false => Token::Str(self.str_value(inner, span)),
        };
        self.push(token, span);
    }

    #[cold]
    fn unterminated(&mut self, opening: Opening, body: &Body, span: Span) {
        if self.closes_fstring(opening, span) {
            return;
        }
        let line = self.line_of(body.end as u32);
        let kind = if opening.triple {
            "triple-quoted string"
        } else {
            "string"
        };
        let mut message = format!("unterminated {kind} literal (detected at line {line})");
        if !opening.triple && body.has_escaped_quote {
            message.push_str("; perhaps you escaped the end quote?");
        }
        self.lexed.errors.push(LexError {
            incomplete: opening.triple,
            ..LexError::syntax(message, span)
        });
        self.seek(body.end);
        let end = Span::new(span.start, body.end as u32);
        self.push(
            if opening.bytes {
                Token::Bytes(Box::default())
            } else {
                Token::Str(Box::default())
            },
            end,
        );
        self.abandon_fstrings();
    }

    fn str_value(&mut self, inner: Span, span: Span) -> Box<str> {
        let text = self.text(inner);
        let mut value = String::with_capacity(text.len());
        let findings = escape::unescape(text, &mut value);
        self.report_escapes(inner, findings, span);
        value.into()
    }

    fn bytes_value(&mut self, inner: Span, raw: bool, span: Span) -> Box<[u8]> {
        let text = self.text(inner);
        if !text.is_ascii() {
            self.late_error("bytes can only contain ASCII literal characters", span);
            return Box::default();
        }
        if raw {
            return with_plain_line_ends(text).as_bytes().into();
        }
        let mut value = Vec::with_capacity(text.len());
        let mut findings = escape::unescape_bytes(text.as_bytes(), &mut value);
        if let Some((range, reason)) = findings.fault.take() {
            let position = escape::reported_position(text, range.start);
            self.late_error(
                format!("(value error) {reason} at position {position}"),
                span,
            );
        }
        self.report_escapes(inner, findings, span);
        value.into()
    }

    /// Reports what was noticed in the text at `inner`, part of the literal at `span`.
    pub(crate) fn report_escapes(&mut self, inner: Span, findings: Findings, span: Span) {
        let text = self.text(inner);
        if let Some((range, reason)) = findings.fault {
            let first = escape::reported_position(text, range.start);
            let last = escape::reported_position(text, range.end) - 1;
            self.late_error(
                format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {first}-{last}: {reason}"),
                span,
            );
        } else if let Some(range) = findings.doubtful {
            let sequence = &text[range.clone()];
            let kind = if matches!(sequence.as_bytes()[1], b'0'..=b'7') {
                "octal escape"
            } else {
                "escape"
            };
            let place = Span::new(
                inner.start + range.start as u32,
                inner.start + range.end as u32,
            );
            self.warn(format!("invalid {kind} sequence '{sequence}'"), place);
        }
    }
}

/// `text` with every line end written `\n`.
pub(crate) fn with_plain_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}
