//! F-strings: the mode in which text, not tokens, is read.
//!
//! A run of text ends at the closing quotes, at the `{` of a field (tokens follow, read by
//! `lexer`, until the field's `}` or `:` leads back here) or at the `}` that ends a field's
//! format specification.

use crate::bracket::Delimiter;
use crate::error::LexError;
use crate::escape;
use crate::lexer::{Lexer, line_end_len};
use crate::raw::Raw;
use crate::span::Span;
use crate::string::Opening;
use crate::token::Token;

/// As many f-strings may be nested.
const MAX_FSTRINGS: usize = 149;
/// As many fields may be nested by format specifications.
const MAX_FIELDS: usize = 3;

/// As far is the end of a character name looked for; none is half as long.
const MAX_NAME: usize = 200;

/// An f-string that is open.
#[derive(Clone, Copy)]
pub(crate) struct FString {
    opening: Opening,
    /// The prefix and opening quotes.
    span: Span,
    /// The number of brackets that were open before: those above belong to its fields.
    pub(crate) base: usize,
}

/// What ends a run of text.
enum Stop {
    Quotes,
    OpeningBrace,
    ClosingBrace,
    /// The end of a line that the string may not cross, or of the source.
    End,
}

impl Lexer<'_> {
    /// Takes an f-string whose prefix and opening quotes are at `span`, up to its first field.
    pub(crate) fn fstring(&mut self, span: Span) {
        if self.fstrings.len() == MAX_FSTRINGS {
            self.error("too many nested f-strings", span);
            return self.give_up();
        }
        let opening = Opening::of(self.text(span));
        self.fstrings.push(FString {
            opening,
            span,
            base: self.brackets.len(),
        });
        self.push(Token::FStringStart, span);
        self.fstring_text();
    }

    /// Reads text up to a field or the end of the innermost f-string.
    pub(crate) fn fstring_text(&mut self) {
        while let Some(&fstring) = self.fstrings.last() {
            let in_format_spec = self.is_in_format_spec(fstring);
            let stop = self.read_text(fstring.opening, in_format_spec);
            let start = self.position() as u32;
            match stop {
                Stop::Quotes => return self.end_fstring(fstring, in_format_spec),
                Stop::OpeningBrace => return self.open_field(fstring, Span::new(start, start + 1)),
                Stop::ClosingBrace => {
                    self.seek(start as usize + 1);
                    let span = Span::new(start, start + 1);
                    if in_format_spec {
                        self.close_field(span);
                    } else {
                        self.error("f-string: single '}' is not allowed", span);
                    }
                }
                Stop::End if in_format_spec && !fstring.opening.triple => {
                    return self.leave_format_spec();
                }
                Stop::End => return self.unterminated_fstring(fstring),
            }
        }
    }

    fn is_in_format_spec(&self, fstring: FString) -> bool {
        self.brackets[fstring.base..]
            .last()
            .is_some_and(|bracket| bracket.in_format_spec)
    }

    fn open_field(&mut self, fstring: FString, span: Span) {
        // Deeper ones are not reported again.
        if self.brackets.len() - fstring.base == MAX_FIELDS {
            self.error("f-string: expressions nested too deeply", span);
        }
        self.seek(span.end as usize);
        self.open(Delimiter::Field, span);
    }

    /// Takes the `:` of a field and reads on in its format specification. Any character may
    /// follow, so of `:=` only the `:` is taken.
    pub(crate) fn format_spec(&mut self, span: Span) {
        self.seek(span.start as usize + 1);
        self.push(Token::FStringColon, Span::new(span.start, span.start + 1));
        if let Some(field) = self.brackets.last_mut() {
            field.in_format_spec = true;
        }
        self.fstring_text();
    }

    /// The end of a line ends a format specification, but not its field: what follows is
    /// tokens again, as in CPython.
    fn leave_format_spec(&mut self) {
        if let Some(field) = self.brackets.last_mut() {
            field.in_format_spec = false;
        }
    }

    /// Takes the closing quotes.
    fn end_fstring(&mut self, fstring: FString, in_format_spec: bool) {
        let start = self.position();
        let end = start + fstring.opening.quotes();
        let span = Span::new(start as u32, end as u32);
        if in_format_spec {
            self.late_error("f-string: expecting '}', or format specs", span);
        }
        self.seek(end);
        self.brackets.truncate(fstring.base);
        self.fstrings.pop();
        self.push(Token::FStringEnd, span);
    }

    #[cold]
    fn unterminated_fstring(&mut self, fstring: FString) {
        let opening = fstring.opening;
        let line = self.line_of(self.position() as u32);
        let kind = if opening.triple {
            "triple-quoted f-string"
        } else {
            "f-string"
        };
        let message = format!("unterminated {kind} literal (detected at line {line})");
        self.lexed.errors.push(LexError {
            incomplete: opening.triple,
            ..LexError::syntax(message, fstring.span)
        });
        self.abandon_fstring(fstring);
        self.abandon_fstrings();
    }

    /// Gives up the f-strings that an unterminated literal makes meaningless: those that may
    /// not cross the end of the line, where the lexer stands.
    #[cold]
    pub(crate) fn abandon_fstrings(&mut self) {
        let is_at_end = self.position() == self.source.len();
        while let Some(&fstring) = self
            .fstrings
            .last()
            .filter(|f| is_at_end || !f.opening.triple)
        {
            self.abandon_fstring(fstring);
        }
    }

    fn abandon_fstring(&mut self, fstring: FString) {
        let position = self.position() as u32;
        self.brackets.truncate(fstring.base);
        self.fstrings.pop();
        self.push(Token::FStringEnd, Span::new(position, position));
    }

    /// Whether the quotes at `span`, which open a literal that has no end, were meant to close
    /// the f-string around them. If so, the `}` that lacks is reported and they do.
    #[cold]
    pub(crate) fn closes_fstring(&mut self, opening: Opening, span: Span) -> bool {
        let Some(&fstring) = self.fstrings.last() else {
            return false;
        };
        if fstring.opening.quote != opening.quote || fstring.opening.triple != opening.triple {
            return false;
        }
        self.error("f-string: expecting '}'", span);
        self.brackets.truncate(fstring.base);
        self.fstrings.pop();
        self.push(Token::FStringEnd, span);
        true
    }

    /// Takes the `!` of a field and the letter after it.
    pub(crate) fn conversion(&mut self, span: Span) {
        let rest = &self.source.as_bytes()[span.end as usize..];
        let ends_name = !matches!(
            rest.get(1),
            Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. | b'"' | b'\'')
        );
        match rest.first() {
            Some(&letter @ (b'r' | b's' | b'a')) if ends_name => {
                let end = span.end + 1;
                self.seek(end as usize);
                self.push(
                    Token::FStringConversion(char::from(letter)),
                    Span::new(span.start, end),
                );
            }
            _ => self.bad_conversion(span),
        }
    }

    #[cold]
    fn bad_conversion(&mut self, span: Span) {
        let lacks_expression = matches!(self.lexed.tokens.last(), Some((Token::FStringOpen, _)));
        let Some((raw, next)) = self.next_raw() else {
            return;
        };
        let is_name = matches!(raw, Raw::Name | Raw::WideName);
        if !is_name {
            self.seek(next.start as usize);
        }
        if lacks_expression {
            self.late_error("f-string: valid expression required before '!'", span);
        } else if is_name && next.start > span.end {
            // CPython's spelling.
            self.late_error(
                "f-string: conversion type must come right after the exclamanation mark",
                span.to(next),
            );
        } else if is_name {
            let name = self.text(next);
            self.late_error(
                format!(
                    "f-string: invalid conversion character '{name}': expected 's', 'r', or 'a'"
                ),
                next,
            );
        } else if matches!(
            raw,
            Raw::Colon | Raw::ColonEqual | Raw::Close(Delimiter::Brace)
        ) {
            self.late_error("f-string: missing conversion character", next);
        } else {
            self.late_error("f-string: invalid conversion character", next);
        }
        let end = if is_name { next.end } else { span.end };
        self.push(Token::FStringConversion('s'), Span::new(span.start, end));
    }

    /// Reads a run of text, pushes it unless it is empty, and stands before what ended it.
    ///
    /// The escapes are processed piece by piece, a doubled brace or a named character ending a
    /// piece, because CPython counts the positions in its messages from there.
    fn read_text(&mut self, opening: Opening, in_format_spec: bool) -> Stop {
        let bytes = self.source.as_bytes();
        let start = self.position();
        let mut value = String::new();
        let mut piece = start;
        let mut pos = start;
        let stop = loop {
            let Some(&b) = bytes.get(pos) else {
                break Stop::End;
            };
            match b {
                b'\n' | b'\r' if !opening.triple => break Stop::End,
                b'"' | b'\'' if opening.closes_at(bytes, pos) => break Stop::Quotes,
                b'{' | b'}' if !in_format_spec && bytes.get(pos + 1) == Some(&b) => {
                    self.add_piece(piece, pos + 1, opening, &mut value);
                    pos += 1;
                    piece = pos + 1;
                }
                b'{' => break Stop::OpeningBrace,
                b'}' => break Stop::ClosingBrace,
                b'\\' => {
                    if let Some(end) = name_end(bytes, pos, opening) {
                        self.add_piece(piece, end, opening, &mut value);
                        pos = end;
                        piece = end;
                        continue;
                    }
                    pos += self.skip_escaped(pos, opening);
                }
                _ => {}
            }
            pos += 1;
        };
        pos = pos.min(bytes.len());
        self.add_piece(piece, pos, opening, &mut value);
        self.seek(pos);
        if !value.is_empty() {
            self.push(
                Token::FStringMiddle(value.into()),
                Span::new(start as u32, pos as u32),
            );
        }
        stop
    }

    /// How many bytes after the backslash at `pos` have no meaning of their own. A brace keeps
    /// its meaning; a backslash before one is worth a warning.
    fn skip_escaped(&mut self, pos: usize, opening: Opening) -> usize {
        let bytes = self.source.as_bytes();
        match bytes.get(pos + 1) {
            Some(&brace @ (b'{' | b'}')) => {
                if !opening.raw {
                    let span = Span::new(pos as u32, pos as u32 + 2);
                    self.warn(
                        format!("invalid escape sequence '\\{}'", char::from(brace)),
                        span,
                    );
                }
                0
            }
            // Malformed, or `name_end` had found it.
            Some(b'N') if !opening.raw && bytes.get(pos + 2) == Some(&b'{') => 2,
            Some(_) => line_end_len(bytes, pos + 1).max(1),
            None => 0,
        }
    }

    /// Appends the value of the text from `start` to `end`.
    fn add_piece(&mut self, start: usize, end: usize, opening: Opening, value: &mut String) {
        let span = Span::new(start as u32, end as u32);
        let text = self.text(span);
        if value.is_empty() {
            value.reserve_exact(text.len());
        }
        if opening.raw {
            value.push_str(&crate::string::with_plain_line_ends(text));
            return;
        }
        let mut findings = escape::unescape(text, value);
        // Already warned of.
        findings.doubtful = findings
            .doubtful
            .filter(|range| !text[range.clone()].ends_with(['{', '}']));
        self.report_escapes(span, findings, span);
    }
}

/// The offset after the `\N{...}` at `pos`, if there is one.
fn name_end(bytes: &[u8], pos: usize, opening: Opening) -> Option<usize> {
    if opening.raw || !bytes[pos..].starts_with(b"\\N{") {
        return None;
    }
    let rest = pos + 3;
    let limit = bytes.len().min(rest + MAX_NAME);
    let end = (rest..limit).find(|&at| {
        bytes[at] == b'}' || matches!(bytes[at], b'\r' | b'\n') || opening.closes_at(bytes, at)
    })?;
    (bytes[end] == b'}').then_some(end + 1)
}
