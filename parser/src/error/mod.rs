//! What can be wrong with a source text, and the words for what the grammar does not allow.

mod block;
mod bracket;
mod field;
mod import;
mod legacy;
mod params;
mod pattern;
mod site;
mod star;
mod target;

use std::fmt;

use aio_lexer::Token;

use crate::ast::Span;

use site::Site;

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

/// Says in CPython's words what is wrong about the token that starts at `start`, where the
/// grammar allows only `expected`.
///
/// CPython tries the rules that can only go wrong in the order of its grammar; here they are
/// told apart by what stands around the token.
pub(crate) fn diagnose(
    source: &str,
    start: u32,
    found: &Token,
    expected: &[String],
) -> (SyntaxError, u32) {
    let lexed = aio_lexer::tokenize(source);
    let site = Site::new(source, &lexed.tokens, start, found, expected);
    let rules = [
        block::diagnose,
        import::diagnose,
        params::diagnose,
        target::diagnose,
        target::side_by_side,
        bracket::diagnose,
        legacy::diagnose,
        field::diagnose,
        pattern::diagnose,
        star::diagnose,
        bracket::unfinished_condition,
        bracket::missing_value,
        bracket::late_positional,
        field::around,
    ];
    let special = rules.iter().find_map(|rule| rule(&site));
    let mut error = special.unwrap_or_else(|| site.generic());
    error.incomplete |= site.is_at_end();
    (error, site.reach())
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
