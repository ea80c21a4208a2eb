//! The aio lexer: source text to tokens.
//!
//! [`decode`] makes a source text of a file's bytes, [`tokenize`] makes tokens of it, and
//! [`LineIndex`] turns the offsets in a [`Span`] into lines and columns. Lexing never stops at
//! an error: the mistaken piece is reported and replaced or skipped.
//!
//! What the tokens mean together is not here, it is the parser's affair.

pub mod surrogate;

mod bracket;
mod decode;
mod error;
mod escape;
mod fstring;
mod layout;
mod lexed;
mod lexer;
mod line_index;
mod name;
mod number;
mod raw;
mod span;
mod string;
mod token;

pub use decode::{DecodeError, decode};
pub use error::{ErrorClass, LexError, LexWarning, Rank};
pub use lexed::Lexed;
pub use line_index::{LineIndex, Location};
pub use span::Span;
pub use token::Token;

/// Splits a source text into tokens.
pub fn tokenize(source: &str) -> Lexed {
    let message = if source.as_bytes().contains(&0) {
        "source code string cannot contain null bytes"
    } else if u32::try_from(source.len()).is_err() {
        "source code string is too long"
    } else {
        return lexer::Lexer::new(source).run();
    };
    let start = Span::default();
    Lexed {
        tokens: vec![(Token::EndOfFile, start)],
        errors: vec![LexError::syntax(message, start)],
        warnings: Vec::new(),
    }
}
