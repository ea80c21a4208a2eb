//! The operations of the language, general and right for every kind of value: each file holds one
//! family, tests the common kinds first, and falls back on special methods.
//!
//! Shortcuts for particular operands are not here; they belong to the nodes in `eval`.

pub mod attribute;
pub mod binary;
pub mod class_check;
pub mod compare;
pub mod contains;
pub mod convert;
pub mod format;
pub mod hash;
pub mod iter;
pub mod patience;
pub mod repr;
pub mod subscript;
pub mod suggest;
pub mod truth;
pub mod unary;

// The operators, which the library names too.
pub use aio_parser::ast::{BinaryOp, CmpOp, UnaryOp};
