//! What can be wrong with a source text at the level of tokens.
//!
//! The messages are those of CPython 3.13; each is written where it is found.

use crate::span::Span;

/// The exception class that an error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
}

/// An error in the source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexError {
    /// The exception class.
    pub class: ErrorClass,
    /// The message, as CPython words it.
    pub message: String,
    /// Where it is.
    pub span: Span,
    /// Whether more input could mend it (an open bracket, an open triple quote, a backslash at
    /// the end): an interactive prompt then asks for another line.
    pub incomplete: bool,
}

impl LexError {
    /// A `SyntaxError` that no further input can mend.
    pub(crate) fn syntax(message: impl Into<String>, span: Span) -> LexError {
        LexError {
            class: ErrorClass::Syntax,
            message: message.into(),
            span,
            incomplete: false,
        }
    }
}

/// A `SyntaxWarning` about the source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexWarning {
    /// The message, as CPython words it.
    pub message: String,
    /// Where it is.
    pub span: Span,
}
