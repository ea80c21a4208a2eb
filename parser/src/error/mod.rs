//! What can be wrong with a source text.

use std::fmt;

use crate::ast::Span;

/// The exception class of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// `SyntaxError`.
    Syntax,
    /// `IndentationError`.
    Indentation,
    /// `TabError`.
    Tab,
}

/// An error in a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The exception class.
    pub class: ErrorClass,
    /// The message, as CPython words it.
    pub message: String,
    /// Where it is.
    pub span: Span,
    /// More input could mend it: an open bracket, string or block at the end.
    pub incomplete: bool,
}

impl SyntaxError {
    /// A `SyntaxError` at `span` that no further input mends.
    pub(crate) fn new(message: impl Into<String>, span: Span) -> SyntaxError {
        SyntaxError {
            class: ErrorClass::Syntax,
            message: message.into(),
            span,
            incomplete: false,
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

impl From<aio_lexer::ErrorClass> for ErrorClass {
    fn from(class: aio_lexer::ErrorClass) -> ErrorClass {
        match class {
            aio_lexer::ErrorClass::Syntax => ErrorClass::Syntax,
            aio_lexer::ErrorClass::Indentation => ErrorClass::Indentation,
            aio_lexer::ErrorClass::Tab => ErrorClass::Tab,
        }
    }
}
pub fn diagnose(source: &str, start: u32, expected: &[String], alone: bool) -> Option<SyntaxError> {
    Some(SyntaxError::new(
        format!("invalid syntax {:?}", expected),
        Span::new(start, start + 1),
    ))
}
