//! The nodes of a lowered tree: expressions and statements, a file per family.
//!
//! Nodes contain no `unsafe`; slots are reached through `Frame`.

pub mod assign;
pub mod attribute;
pub mod awaited_call;
pub mod awaiting;
pub mod block;
pub mod call;
pub mod call_cache;
pub mod class;
pub mod comprehension;
pub mod control;
pub mod counting;
pub mod display;
pub mod function;
pub mod general_call;
pub mod import;
pub mod iterate;
pub mod loops;
pub mod matching;
pub mod name;
pub mod operand;
pub mod operator;
pub mod subscript;
pub mod super_call;
pub mod text;
pub mod try_star;
pub mod trying;
pub mod type_params;
pub mod with;

use aio_lexer::Span;

use crate::stack::Frame;
use crate::value::{R, Raised};

/// Notes where an operation failed: the span of the innermost expression that says so first.
#[cold]
pub(crate) fn fail_at(f: Frame, span: Span, raised: Raised) -> Raised {
    f.set_span(span);
    raised
}

/// `result`, with the place noted if it failed.
#[inline(always)]
pub(crate) fn at<T>(f: Frame, span: Span, result: R<T>) -> R<T> {
    match result {
        Ok(v) => Ok(v),
        Err(raised) => Err(fail_at(f, span, raised)),
    }
}
