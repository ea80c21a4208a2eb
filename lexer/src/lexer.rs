//! The lexer proper: turns raw tokens into tokens, and hands over to the modes.
//!
//! Each construct has its file: `layout`, `bracket`, `name`, `number`, `string`, `fstring`.

use std::cell::OnceCell;

use logos::Logos;

use crate::bracket::{Bracket, Delimiter};
use crate::error::{LexError, LexWarning, Rank};
use crate::fstring::FString;
use crate::layout::Indentation;
use crate::lexed::Lexed;
use crate::line_index::LineIndex;
use crate::raw::Raw;
use crate::span::Span;
use crate::token::Token;

/// The state of a run over one source text.
pub(crate) struct Lexer<'s> {
    pub(crate) source: &'s str,
    /// Stands after the last raw token, or wherever `seek` moved it.
    raw: logos::Lexer<'s, Raw>,
    pub(crate) lexed: Lexed,
    /// The open blocks, outermost first. The module itself is not among them.
    pub(crate) indents: Vec<Indentation>,
    /// The open brackets, outermost first. Line ends mean nothing while there is one.
    pub(crate) brackets: Vec<Bracket>,
    /// The open f-strings, outermost first. While tokens are read inside of one, the innermost
    /// has at least one field among the brackets.
    pub(crate) fstrings: Vec<FString>,
    /// Made when the first message needs it.
    lines: OnceCell<LineIndex>,
}

impl<'s> Lexer<'s> {
    /// A lexer at the start of `source`.
    pub(crate) fn new(source: &'s str) -> Lexer<'s> {
        let mut lexed = Lexed::default();
        // Measured on the standard library of CPython: a token takes five bytes or more.
        lexed.tokens.reserve(source.len() / 5);
        Lexer {
            source,
            raw: Raw::lexer(source),
            lexed,
            indents: Vec::new(),
            brackets: Vec::new(),
            fstrings: Vec::new(),
            lines: OnceCell::new(),
        }
    }

    /// Reads the source to its end.
    pub(crate) fn run(mut self) -> Lexed {
        self.begin_line();
        while let Some(raw) = self.raw.next() {
            let range = self.raw.span();
            let span = Span::new(range.start as u32, range.end as u32);
            match raw.unwrap_or(Raw::Stray) {
                Raw::Fixed(token) => self.push(token, span),
                Raw::Name => self.push(Token::Name(self.text(span).into()), span),
                Raw::WideName => self.wide_name(span),
                Raw::Decimal => self.decimal(span),
                Raw::Prefixed => self.prefixed(span),
                Raw::Float => self.float(span),
                Raw::Imaginary => self.imaginary(span),
                Raw::String => self.string(span),
                Raw::FString => self.fstring(span),
                Raw::Open(delimiter) => self.open(delimiter, span),
                Raw::Close(delimiter) => self.close(delimiter, span),
                Raw::Colon => self.colon(Token::Colon, span),
                Raw::ColonEqual => self.colon(Token::ColonEqual, span),
                Raw::Equal => self.equal(span),
                Raw::Exclamation => self.exclamation(span),
                Raw::LineEnd => self.line_end(span),
                Raw::Continuation => self.continuation(span),
                Raw::Backslash => self.backslash(span),
                Raw::Stray => self.stray(span),
            }
        }
        self.finish()
    }

    /// Closes what is open at the end of the source.
    fn finish(mut self) -> Lexed {
        let end = Span::new(self.source.len() as u32, self.source.len() as u32);
        self.report_open_bracket();
        self.abandon_fstrings();
        if self.is_line_open() {
            self.push(Token::Newline, end);
        }
        for _ in 0..self.indents.len() {
            self.push(Token::Dedent, end);
        }
        self.push(Token::EndOfFile, end);
        self.lexed
    }

    /// Whether a token of the logical line has been read.
    fn is_line_open(&self) -> bool {
        !matches!(
            self.lexed.tokens.last(),
            None | Some((Token::Newline | Token::Indent | Token::Dedent, _))
        )
    }

    fn line_end(&mut self, span: Span) {
        if self.brackets.is_empty() {
            if self.is_line_open() {
                self.push(Token::Newline, span);
            }
            self.begin_line();
        }
    }

    fn colon(&mut self, token: Token, span: Span) {
        if self.is_in_field() {
            self.format_spec(span);
        } else {
            self.push(token, span);
        }
    }

    fn equal(&mut self, span: Span) {
        let token = if self.is_in_field() {
            Token::FStringEqual
        } else {
            Token::Equal
        };
        self.push(token, span);
    }

    fn exclamation(&mut self, span: Span) {
        if self.is_in_field() {
            self.conversion(span);
        } else {
            self.late_error("invalid syntax", span);
        }
    }

    /// Whether the innermost bracket is a field of an f-string.
    fn is_in_field(&self) -> bool {
        self.brackets
            .last()
            .is_some_and(|bracket| bracket.delimiter == Delimiter::Field)
    }

    fn continuation(&mut self, span: Span) {
        if span.end as usize == self.source.len() {
            self.end_after_backslash(span);
        }
    }

    #[cold]
    fn backslash(&mut self, span: Span) {
        match self.source[span.end as usize..].chars().next() {
            None => self.end_after_backslash(span),
            Some(next) => {
                let after = Span::new(span.end, span.end + next.len_utf8() as u32);
                self.lexed.errors.push(LexError {
                    rank: Rank::Stopping,
                    ..LexError::syntax(
                        "unexpected character after line continuation character",
                        after,
                    )
                });
                self.skip_line();
            }
        }
    }

    /// Reports the end of the source after a backslash, unless an open bracket says it all.
    #[cold]
    fn end_after_backslash(&mut self, span: Span) {
        if self.brackets.is_empty() {
            let backslash = Span::new(span.start, span.start + 1);
            self.lexed.errors.push(LexError {
                incomplete: true,
                rank: Rank::Stopping,
                ..LexError::syntax("unexpected EOF while parsing", backslash)
            });
        }
    }

    #[cold]
    fn stray(&mut self, span: Span) {
        let c = self.source.as_bytes()[span.start as usize];
        if c.is_ascii_control() {
            self.error(format!("invalid non-printable character U+{c:04X}"), span);
        } else {
            self.late_error("invalid syntax", span);
        }
    }

    /// Adds a token.
    #[inline]
    pub(crate) fn push(&mut self, token: Token, span: Span) {
        self.lexed.tokens.push((token, span));
    }

    /// Adds a `SyntaxError`.
    #[cold]
    pub(crate) fn error(&mut self, message: impl Into<String>, span: Span) {
        self.lexed.errors.push(LexError::syntax(message, span));
    }

    /// Adds a `SyntaxError` that CPython's parser, not its tokenizer, would find.
    #[cold]
    pub(crate) fn late_error(&mut self, message: impl Into<String>, span: Span) {
        let rank = Rank::Late;
        self.lexed.errors.push(LexError {
            rank,
            ..LexError::syntax(message, span)
        });
    }

    /// Adds a `SyntaxWarning`.
    #[cold]
    pub(crate) fn warn(&mut self, message: impl Into<String>, span: Span) {
        self.lexed.warnings.push(LexWarning {
            message: message.into(),
            span,
        });
    }

    /// The source text of a span.
    #[inline]
    pub(crate) fn text(&self, span: Span) -> &'s str {
        &self.source[span.range()]
    }

    /// The offset after what has been read.
    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.raw.span().end
    }

    /// Goes on reading tokens at `offset`, a character boundary.
    #[inline]
    pub(crate) fn seek(&mut self, offset: usize) {
        let position = self.position();
        if offset < position {
            self.raw = Raw::lexer(self.source);
            self.raw.bump(offset);
        } else {
            self.raw.bump(offset - position);
        }
    }

    /// The next raw token.
    pub(crate) fn next_raw(&mut self) -> Option<(Raw, Span)> {
        let raw = self.raw.next()?.unwrap_or(Raw::Stray);
        let range = self.raw.span();
        Some((raw, Span::new(range.start as u32, range.end as u32)))
    }

    /// Reads nothing more, after an error that says how the source is not worth it.
    #[cold]
    pub(crate) fn give_up(&mut self) {
        self.seek(self.source.len());
    }

    /// Goes on at the end of the physical line, after an error that makes the rest of it
    /// meaningless.
    pub(crate) fn skip_line(&mut self) {
        let position = self.position();
        let rest = &self.source.as_bytes()[position..];
        let len = rest
            .iter()
            .position(|b| matches!(b, b'\r' | b'\n'))
            .unwrap_or(rest.len());
        self.seek(position + len);
    }

    /// The number of the line that holds `offset`, for messages. The end of the source counts
    /// to its last line.
    #[cold]
    pub(crate) fn line_of(&self, offset: u32) -> u32 {
        let last = self.source.len().saturating_sub(1) as u32;
        self.lines
            .get_or_init(|| LineIndex::new(self.source))
            .line(offset.min(last))
    }
}

/// The length of the line end at `pos`: 0 (there is none), 1 or 2.
#[inline]
pub(crate) fn line_end_len(bytes: &[u8], pos: usize) -> usize {
    match bytes.get(pos) {
        Some(b'\n') => 1,
        Some(b'\r') if bytes.get(pos + 1) == Some(&b'\n') => 2,
        Some(b'\r') => 1,
        _ => 0,
    }
}
