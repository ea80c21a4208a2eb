//! The aio lexer.

pub mod surrogate;

mod error;
mod span;
mod token;

pub use error::{ErrorClass, LexError, LexWarning};
pub use span::Span;
pub use token::Token;

/// What [`tokenize`] found in a source text.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    /// The tokens in order; the last is `EndOfFile`.
    pub tokens: Vec<(Token, Span)>,
    /// The errors in order of discovery.
    pub errors: Vec<LexError>,
    /// The warnings in order of discovery.
    pub warnings: Vec<LexWarning>,
}

/// Splits a source text into tokens.
pub fn tokenize(_source: &str) -> Lexed {
    Lexed::default()
}
