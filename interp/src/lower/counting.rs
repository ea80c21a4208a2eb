//! Counters for coverage. Without it nothing here adds a node.

use aio_lexer::Span;
use aio_parser::ast::{Expr as Ast, ExprKind, MatchCase, PatternKind, Stmt as AstStmt, StmtKind};

use super::{Lowerer, Out};
use crate::eval::block::{Block, Points};
use crate::eval::counting::{Count, CountAwait};
use crate::eval::matching::Case;
use crate::eval::matching::pattern::Wildcard;

impl Lowerer<'_> {
    /// Counts a statement that comes next, if it does anything.
    pub(super) fn count_stmt(&self, stmt: &AstStmt, out: &mut Out) {
        let Some(coverage) = &self.coverage else {
            return;
        };
        let does_nothing = match &stmt.kind {
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => true,
            StmtKind::Expr(e) => matches!(e.kind, ExprKind::Constant(_)),
            _ => false,
        };
        if !does_nothing {
            let ran = coverage.statement(stmt.span);
            self.emit(out, Count(ran), stmt.span);
        }
    }

    /// Counts that a decision led here: to these statements, or past its own if there are none.
    pub(super) fn count_branch(&self, at: Span, body: &[AstStmt], out: &mut Out) {
        if let Some(coverage) = &self.coverage {
            let to = body.first().map(|stmt| stmt.span);
            self.emit(out, Count(coverage.branch(at, to)), at);
        }
    }

    /// The block of these statements, which a decision at `at` leads to.
    pub(super) fn branch(&mut self, at: Span, body: &[AstStmt]) -> (Block, Points) {
        let from = self.frame().points;
        let mut out = Vec::new();
        self.count_branch(at, body, &mut out);
        self.stmts(body, &mut out);
        let points = Points {
            from,
            to: self.frame().points,
        };
        (Block::new(out), points)
    }

    /// The `else` of a loop: `while True` has no other end than `break`.
    pub(super) fn loop_end(
        &mut self,
        test: Option<&Ast>,
        at: Span,
        body: &[AstStmt],
    ) -> (Block, Points) {
        let is_endless = test.is_some_and(|test| matches!(test.kind, ExprKind::Constant(_)));
        if is_endless {
            return self.block(body);
        }
        self.branch(at, body)
    }

    /// Counts that no case matched, if that can be.
    pub(super) fn count_no_match(&self, at: Span, cases: &[MatchCase]) -> Option<Case> {
        let coverage = self.coverage.as_ref()?;
        let last = cases.last()?;
        let takes_all = matches!(last.pattern.kind, PatternKind::As { pattern: None, .. });
        if takes_all && last.guard.is_none() {
            return None;
        }
        let mut out = Vec::new();
        self.emit(&mut out, Count(coverage.branch(at, None)), at);
        Some(Case {
            pattern: Box::new(Wildcard),
            captures: Vec::new(),
            guard: None,
            body: Block::new(out),
            body_points: Points::default(),
        })
    }

    /// Counts how often the statement just added suspends at its own points.
    pub(super) fn count_await(&self, own: &[u32], at: Span, out: &mut Out) {
        let Some(coverage) = &self.coverage else {
            return;
        };
        if let Some((inner, span, points)) = out.pop() {
            let (reached, suspended) = coverage.await_point(at);
            let node = CountAwait {
                inner,
                own: own.to_vec(),
                reached,
                suspended,
            };
            out.push((Box::new(node), span, points));
        }
    }
}
