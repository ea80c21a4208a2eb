//! Open brackets: `(`, `[`, `{` and the `{` of a field in an f-string.

use crate::error::{LexError, Rank};
use crate::lexer::Lexer;
use crate::span::Span;
use crate::token::Token;

/// As many brackets may be open at once.
const MAX_DEPTH: usize = 200;

/// A kind of bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delimiter {
    Paren,
    Square,
    Brace,
    /// The braces around an expression in an f-string; never comes from `Raw`.
    Field,
}

impl Delimiter {
    fn opening(self) -> char {
        match self {
            Delimiter::Paren => '(',
            Delimiter::Square => '[',
            Delimiter::Brace | Delimiter::Field => '{',
        }
    }

    fn closing(self) -> char {
        match self {
            Delimiter::Paren => ')',
            Delimiter::Square => ']',
            Delimiter::Brace | Delimiter::Field => '}',
        }
    }

    fn tokens(self) -> (Token, Token) {
        match self {
            Delimiter::Paren => (Token::LParen, Token::RParen),
            Delimiter::Square => (Token::LBracket, Token::RBracket),
            Delimiter::Brace => (Token::LBrace, Token::RBrace),
            Delimiter::Field => (Token::FStringOpen, Token::FStringClose),
        }
    }
}

/// A bracket that is open.
#[derive(Clone, Copy)]
pub(crate) struct Bracket {
    pub(crate) delimiter: Delimiter,
    /// Where it was opened.
    pub(crate) span: Span,
    /// Of a field: whether its format specification is being read, so that text, not tokens,
    /// stands directly in it.
    pub(crate) in_format_spec: bool,
}

impl Lexer<'_> {
    /// Takes an opening bracket.
    pub(crate) fn open(&mut self, delimiter: Delimiter, span: Span) {
        if self.brackets.len() == MAX_DEPTH {
            self.error("too many nested parentheses", span);
            return self.give_up();
        }
        self.brackets.push(Bracket {
            delimiter,
            span,
            in_format_spec: false,
        });
        self.push(delimiter.tokens().0, span);
    }

    /// Takes a closing bracket found among tokens.
    pub(crate) fn close(&mut self, closer: Delimiter, span: Span) {
        let Some(&innermost) = self.brackets.last() else {
            self.error(format!("unmatched '{}'", closer.closing()), span);
            return;
        };
        match innermost.delimiter {
            opener if opener == closer => {
                self.brackets.pop();
                self.push(closer.tokens().1, span);
            }
            Delimiter::Field if closer == Delimiter::Brace => {
                self.close_field(span);
                self.fstring_text();
            }
            Delimiter::Field => {
                self.error(format!("f-string: unmatched '{}'", closer.closing()), span);
            }
            _ => self.mismatch(innermost, closer, span),
        }
    }

    /// Takes the `}` of a field, which is the innermost bracket.
    pub(crate) fn close_field(&mut self, span: Span) {
        self.brackets.pop();
        self.push(Token::FStringClose, span);
    }

    /// Reports a bracket that closes another kind than the innermost, then goes on as if the
    /// brackets in between had been closed, or, if it closes none, as if it had been the right one.
    #[cold]
    fn mismatch(&mut self, innermost: Bracket, closer: Delimiter, span: Span) {
        let mut message = format!(
            "closing parenthesis '{}' does not match opening parenthesis '{}'",
            closer.closing(),
            innermost.delimiter.opening()
        );
        let line = self.line_of(innermost.span.start);
        if line != self.line_of(span.start) {
            message.push_str(&format!(" on line {line}"));
        }
        self.error(message, span);
        let base = self.fstrings.last().map_or(0, |fstring| fstring.base);
        let closed = self.brackets[base..]
            .iter()
            .rposition(|bracket| bracket.delimiter.closing() == closer.closing());
        match closed {
            Some(index) => {
                self.brackets.truncate(base + index + 1);
                self.close(closer, span);
            }
            None => {
                self.brackets.pop();
                self.push(innermost.delimiter.tokens().1, span);
            }
        }
    }

    /// Reports the innermost bracket that the end of the source leaves open.
    pub(crate) fn report_open_bracket(&mut self) {
        if let Some(innermost) = self.brackets.last() {
            self.lexed.errors.push(LexError {
                incomplete: true,
                rank: Rank::Late,
                ..LexError::syntax(
                    format!("'{}' was never closed", innermost.delimiter.opening()),
                    innermost.span,
                )
            });
        }
    }
}
