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

/// How an error stands to errors of the grammar in the same source. CPython reports one error
/// only; [`Lexed::prevailing`](crate::Lexed::prevailing) chooses the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rank {
    /// Reported instead of any error of the grammar, be that earlier or later: CPython reads
    /// the rest of the tokens before it reports a mistake in their order.
    Eager,
    /// Nothing is read after it; an earlier error of the grammar goes first.
    Stopping,
    /// Noticed only when the token is used; whichever error is earlier goes first.
    Late,
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
    /// How it stands to errors of the grammar.
    pub rank: Rank,
}

impl LexError {
    /// An eager `SyntaxError` that no further input can mend.
    pub(crate) fn syntax(message: impl Into<String>, span: Span) -> LexError {
        LexError {
            class: ErrorClass::Syntax,
            message: message.into(),
            span,
            incomplete: false,
            rank: Rank::Eager,
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
