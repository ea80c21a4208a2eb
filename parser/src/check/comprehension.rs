//! Comprehensions: their scope, and where they may be asynchronous.

use super::scope::ScopeKind;
use super::target::Action;
use super::{Checker, Phase};
use crate::ast::{Comprehension, Expr, ExprKind};

impl Checker<'_> {
    /// A comprehension or a generator expression; anything else is left alone.
    #[inline(never)]
    pub(super) fn comprehension(&mut self, expr: &Expr) {
        let (what, generators) = match &expr.kind {
            ExprKind::ListComp { generators, .. } => ("list comprehension", generators),
            ExprKind::SetComp { generators, .. } => ("set comprehension", generators),
            ExprKind::DictComp { generators, .. } => ("dict comprehension", generators),
            ExprKind::GeneratorExp { generators, .. } => ("generator expression", generators),
            _ => return,
        };
        let Some((first, rest)) = generators.split_first() else {
            return;
        };
        self.iterable(&first.iter);
        self.enter(ScopeKind::Comprehension(what));
        self.clause(first);
        for clause in rest {
            self.iterable(&clause.iter);
            self.clause(clause);
        }
        self.element_of(expr);
        let is_async = self.leave().is_some_and(|scope| scope.is_coroutine);
        if is_async && !matches!(expr.kind, ExprKind::GeneratorExp { .. }) {
            self.check_asynchronous(expr);
        }
    }

    fn element_of(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::ListComp { elt, .. }
            | ExprKind::SetComp { elt, .. }
            | ExprKind::GeneratorExp { elt, .. } => self.expr(elt),
            ExprKind::DictComp { key, value, .. } => {
                self.expr(key);
                self.expr(value);
            }
            _ => {}
        }
    }

    /// What a clause iterates over, where `:=` may not stand.
    fn iterable(&mut self, iter: &Expr) {
        self.scope().iterables += 1;
        self.expr(iter);
        self.scope().iterables -= 1;
    }

    /// A clause without its iterable.
    fn clause(&mut self, clause: &Comprehension) {
        self.scope().is_coroutine |= clause.is_async;
        self.scope().in_iteration_target = true;
        self.target(&clause.target, Action::Assign);
        self.scope().in_iteration_target = false;
        self.exprs(&clause.ifs);
    }

    /// An asynchronous comprehension that is not a generator expression makes what it stands in
    /// asynchronous.
    fn check_asynchronous(&mut self, expr: &Expr) {
        let is_allowed = match self.scope().kind {
            ScopeKind::Function { is_async, .. } => is_async,
            ScopeKind::Comprehension(_) => {
                self.scope().is_coroutine = true;
                true
            }
            ScopeKind::Module => self.options.allow_top_level_await,
            _ => false,
        };
        if !is_allowed {
            self.error(
                Phase::Code,
                "asynchronous comprehension outside of an asynchronous function",
                expr.span,
            );
        }
    }
}
