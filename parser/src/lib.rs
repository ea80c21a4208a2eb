//! The aio parser.

pub mod ast;
