//! The aio parser.

pub mod ast;
mod build;
mod error;

pub use error::{ErrorClass, SyntaxError};

lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, missing_docs)]
    grammar
);
