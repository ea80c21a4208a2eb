//! The checks that no grammar can state: scopes, and what may stand only in certain places.
//!
//! One walk over the tree makes them all. CPython makes them in several passes over the whole
//! tree, and its first error is that of the first pass that has any: so each error belongs to a
//! [`Phase`], and only those of the first phase with errors are returned.
//!
//! Names are not resolved here: that is the lowering's affair.

mod comprehension;
mod expr;
mod future;
mod key;
mod pattern;
mod scope;
mod stmt;
mod target;
mod type_params;
mod warn;

use crate::ast::{Module, Span};
use crate::{ParseOptions, SyntaxError, SyntaxWarning};

use scope::{Scope, ScopeKind};

/// CPython's passes over the tree, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// `from __future__` imports.
    Future,
    /// Names are entered into the symbol tables.
    Symbols,
    /// Nonlocal names are looked for in the scopes around.
    Analysis,
    /// Code is made.
    Code,
}

/// Checks a module. The errors are in the order of the source.
pub fn check(
    module: &Module,
    options: ParseOptions,
    warnings: &mut Vec<SyntaxWarning>,
) -> Result<(), Vec<SyntaxError>> {
    let mut checker = Checker {
        options,
        scopes: vec![Scope::new(ScopeKind::Module)],
        errors: Vec::new(),
        warnings,
        has_future_annotations: false,
        depth: 0,
    };
    future::check(&mut checker, module);
    checker.module(module);
    checker.leave();
    checker.finish()
}

/// The state of the walk.
struct Checker<'w> {
    options: ParseOptions,
    /// The scopes around the node, innermost last; never empty before the end.
    scopes: Vec<Scope>,
    errors: Vec<(Phase, SyntaxError)>,
    warnings: &'w mut Vec<SyntaxWarning>,
    /// `from __future__ import annotations` is in force.
    has_future_annotations: bool,
    /// The number of blocks around the statement.
    depth: u32,
}

impl Checker<'_> {
    #[cold]
    fn error(&mut self, phase: Phase, message: impl Into<String>, span: Span) {
        self.errors.push((phase, SyntaxError::new(message, span)));
    }

    #[cold]
    fn warn(&mut self, message: String, span: Span) {
        self.warnings.push(SyntaxWarning { message, span });
    }

    fn finish(mut self) -> Result<(), Vec<SyntaxError>> {
        self.warnings.sort_by_key(|w| w.span.start);
        let Some(first) = self.errors.iter().map(|(phase, _)| *phase).min() else {
            return Ok(());
        };
        self.errors.retain(|(phase, _)| *phase == first);
        let mut errors: Vec<SyntaxError> = self.errors.into_iter().map(|(_, e)| e).collect();
        errors.sort_by_key(|e| e.span.start);
        Err(errors)
    }
}
