//! Makes the nodes of the tree for the grammar's actions, and reports what the grammar lets
//! through although CPython's parser does not (targets, orders of arguments and parameters).
//!
//! What CPython reports only after parsing (scopes, `return` outside a function) is not here
//! but in `check`.

mod call;
mod chain;
mod comprehension;
mod display;
mod expr;
mod intern;
mod params;
mod pattern;
mod stmt;
mod string;
mod target;

use std::cell::RefCell;

use crate::SyntaxError;
use crate::ast::{Expr, ExprKind, Identifier, MAX_DEPTH, Span};

pub use call::Arguments;
pub use chain::{BoolOperand, OperatorChain};
pub use display::BraceItems;
pub use params::ParameterList;
pub use pattern::{ClassItems, MappingItems};

pub use target::{Place, describe, first_invalid};

use intern::Interner;

/// An expression as the grammar handles it: small, since every reduction moves it.
type E = Box<Expr>;

/// Something wrong that the grammar allows.
pub struct Mistake {
    /// What to report.
    pub error: SyntaxError,
    /// The end of what CPython has read when it reports it, except for one token.
    pub end: u32,
}

/// The state that the actions of one parse share.
pub struct Builder<'s> {
    source: &'s str,
    interner: RefCell<Interner>,
    errors: RefCell<Vec<Mistake>>,
    too_deep: std::cell::Cell<bool>,
}

impl<'s> Builder<'s> {
    /// The builder for one parse of `source`.
    pub fn new(source: &'s str) -> Builder<'s> {
        Builder {
            source,
            interner: RefCell::default(),
            errors: RefCell::default(),
            too_deep: std::cell::Cell::new(false),
        }
    }

    /// The errors found by the actions, in the order in which they were found.
    pub fn into_mistakes(self) -> Vec<Mistake> {
        self.errors.into_inner()
    }

    /// The shared identifier for `name`.
    pub fn intern(&self, name: &str) -> Identifier {
        self.interner.borrow_mut().get(name)
    }

    /// Reports that the source is wrong at `span`.
    fn error(&self, message: impl Into<String>, span: Span) {
        self.error_before(message, span, span.end);
    }

    /// The same, where CPython reads on up to `end` and one token more before it says so.
    #[cold]
    fn error_before(&self, message: impl Into<String>, span: Span, end: u32) {
        self.errors.borrow_mut().push(Mistake {
            error: SyntaxError::new(message, span),
            end,
        });
    }

    /// A node whose deepest child is `below` deep.
    fn expr(&self, kind: ExprKind, l: u32, r: u32, below: u16) -> E {
        let span = Span::new(l, r);
        if u32::from(below) >= MAX_DEPTH {
            return self.cut(kind, span);
        }
        Box::new(Expr {
            kind,
            span,
            depth: below + 1,
            parenthesized: false,
        })
    }

    /// Drops a node that would be too deep, and puts a leaf in its place. So no tree, not even
    /// one that is about to be thrown away, is deeper than the limit.
    #[cold]
    fn cut(&self, kind: ExprKind, span: Span) -> E {
        drop(kind);
        if !self.too_deep.replace(true) {
            self.error("too many nested expressions", span);
        }
        Box::new(Expr {
            kind: ExprKind::Tuple(Vec::new()),
            span,
            depth: 1,
            parenthesized: false,
        })
    }
}

/// The depth of the deepest of `exprs`, 0 without any.
fn deepest<'e>(exprs: impl IntoIterator<Item = &'e Expr>) -> u16 {
    exprs.into_iter().map(|e| e.depth).max().unwrap_or(0)
}

/// Turns an optional boxed expression into one by value.
pub trait Boxed {
    /// The expression without its box.
    fn unboxed(self) -> Option<Expr>;
}

impl Boxed for Option<E> {
    fn unboxed(self) -> Option<Expr> {
        self.map(|e| *e)
    }
}
