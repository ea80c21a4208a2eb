//! The aio parser: source text to syntax tree.
//!
//! [`parse`] makes a [`ast::Module`] of a source text, or says what is wrong in CPython's words.
//! Tokens are the lexer's; the grammar states their order; the checks that no grammar can state
//! follow. Nothing is resolved or run here. No type of the parser generator leaves this crate.

pub mod ast;

#[allow(clippy::boxed_local, clippy::too_many_arguments)] // the grammar hands over boxes
mod build;
mod check;
mod dump;
mod error;
mod parse;
mod terminals;

use ast::{Expr, Module, Span, StmtKind};

pub use dump::{dump, dump_expr, dump_expr_placed, dump_placed};
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

/// The tree of one expression and what was remarkable about its source.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedExpression {
    /// The tree.
    pub expr: Expr,
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
    parse::module(source, options)
}

/// Parses one expression, as `eval` does. Space around it is allowed.
pub fn parse_expression(source: &str) -> Result<ParsedExpression, Vec<SyntaxError>> {
    parse::expression(source, ParseOptions::default())
}

/// Says whether the lines typed so far, joined by line ends, are a whole input. A statement
/// with a block is whole after an empty line: when the text ends with a line end.
pub fn check_complete(source: &str, options: ParseOptions) -> Completeness {
    match parse_with(source, options) {
        Ok(parsed) if is_block_open(source, &parsed.module) => Completeness::Incomplete,
        Ok(parsed) => Completeness::Complete(parsed),
        Err(errors) if errors.first().is_some_and(|e| e.incomplete) => Completeness::Incomplete,
        Err(errors) => Completeness::Wrong(errors),
    }
}

/// Whether the last statement has a block, and no empty line after it.
fn is_block_open(source: &str, module: &Module) -> bool {
    let last_line = source.rsplit('\n').next().unwrap_or_default();
    let has_block = module.body.last().is_some_and(|stmt| {
        matches!(
            stmt.kind,
            StmtKind::FunctionDef(_)
                | StmtKind::ClassDef(_)
                | StmtKind::For(_)
                | StmtKind::While { .. }
                | StmtKind::If { .. }
                | StmtKind::With { .. }
                | StmtKind::Match { .. }
                | StmtKind::Try(_)
        )
    });
    has_block && !last_line.trim().is_empty()
}
