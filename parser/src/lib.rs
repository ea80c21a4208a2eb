//! The aio parser: source text to syntax tree.
//!
//! [`parse`] makes a [`ast::Module`] of a source text, or says what is wrong in CPython's words.
//! Tokens are the lexer's; the grammar states their order; the checks that no grammar can state
//! follow. Nothing is resolved or run here. No type of the parser generator leaves this crate.

pub mod ast;

mod build;
mod check;
mod dump;
mod error;
mod parse;
mod terminals;

use ast::{Module, Span};

pub use dump::{dump, dump_expr};
pub use error::{ErrorClass, SyntaxError};

#[allow(clippy::all, missing_docs, unused)] // generated
mod grammar {
    include!(concat!(env!("OUT_DIR"), "/grammar.rs"));
}

/// What a source text is parsed as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParseOptions {
    /// `await`, `async for` and `async with` may stand outside of functions, as at the prompt.
    pub allow_top_level_await: bool,
}

/// A tree and what was remarkable about its source.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree.
    pub module: Module,
    /// The warnings, in the order of the source.
    pub warnings: Vec<SyntaxWarning>,
}

/// A `SyntaxWarning` about a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarning {
    /// The message, as CPython words it.
    pub message: String,
    /// Where it is.
    pub span: Span,
}

/// Whether a source text is a whole input for an interactive prompt.
#[derive(Clone, Debug, PartialEq)]
pub enum Completeness {
    /// It can be run.
    Complete(Parsed),
    /// More lines could make it right.
    Incomplete,
    /// No further line can make it right.
    Wrong(Vec<SyntaxError>),
}

/// Parses a module. The first error is the one that CPython reports.
pub fn parse(source: &str) -> Result<Parsed, Vec<SyntaxError>> {
    parse_with(source, ParseOptions::default())
}

/// Parses a module with options.
pub fn parse_with(source: &str, options: ParseOptions) -> Result<Parsed, Vec<SyntaxError>> {
    parse::run(source, options)
}
