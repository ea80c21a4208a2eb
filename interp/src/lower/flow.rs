//! Control flow: `if`, loops, `with`, `try`.

use aio_lexer::Span;
use aio_parser::ast::{Expr as Ast, For as AstFor, IfBranch, Stmt as AstStmt, Try, WithItem};

use super::{Lowerer, Out};
use crate::eval::assign::{Assign, LocalTarget, Target};
use crate::eval::block::{Block, Points};
use crate::eval::control::{If, IfChain};
use crate::eval::loops::{AsyncFor, For, LoopTarget, SuspendableFor, While};
use crate::eval::try_star::TryStar;
use crate::eval::trying::{Handler, TryExcept, TryFinally};
use crate::eval::with::{AsyncWith, Manager, With};
use crate::node::ExprBox;
use crate::stack::Slot;

/// A `for` loop whose parts are lowered.
pub(crate) struct ForParts {
    pub(crate) target: LoopTarget,
    pub(crate) iter: ExprBox,
    /// The suspension point of an `async for`.
    pub(crate) point: Option<u32>,
    pub(crate) body: Block,
    /// The suspension points of `body`.
    pub(crate) body_points: Points,
    pub(crate) orelse: Block,
    /// There is a suspension point in `body` or `orelse`.
    pub(crate) suspends: bool,
    /// The first suspension point of the loop, if it has any.
    pub(crate) from: u32,
}

impl Lowerer<'_> {
    pub(crate) fn if_stmt(
        &mut self,
        branches: &[IfBranch],
        orelse: &[AstStmt],
        span: Span,
        out: &mut Out,
    ) {
        let Some((first, rest)) = branches.split_first() else {
            return;
        };
        let test = self.expr(&first.test, out);
        let from = self.frame().points;
        let (body, body_points) = self.branch(first.test.span, &first.body);
        let last = rest.last().map_or(first.test.span, |b| b.test.span);
        if rest.is_empty() {
            let (orelse, _) = self.branch(last, orelse);
            return self.emit_from(
                out,
                If {
                    test,
                    body,
                    orelse,
                    body_points,
                },
                span,
                from,
            );
        }
        if rest.iter().any(|b| self.scopes.suspends(&b.test)) {
            let else_from = self.frame().points;
            let mut inner = Vec::new();
            self.if_stmt(rest, orelse, rest[0].span, &mut inner);
            let _ = else_from;
            let node = If {
                test,
                body,
                orelse: Block::new(inner),
                body_points,
            };
            return self.emit_from(out, node, span, from);
        }
        let mut lowered = vec![(test, body, body_points)];
        for b in rest {
            let test = self.expr(&b.test, out);
            let (body, points) = self.branch(b.test.span, &b.body);
            lowered.push((test, body, points));
        }
        let (orelse, _) = self.branch(last, orelse);
        self.emit_from(
            out,
            IfChain {
                branches: lowered,
                orelse,
            },
            span,
            from,
        );
    }

    pub(crate) fn while_loop(
        &mut self,
        test: &Ast,
        body: &[AstStmt],
        orelse: &[AstStmt],
        span: Span,
        out: &mut Out,
    ) {
        let from = self.frame().points;
        let mut before = Vec::new();
        let lowered = self.expr(test, &mut before);
        let before_points = Points {
            from,
            to: self.frame().points,
        };
        let (body, body_points) = self.branch(test.span, body);
        let (orelse, _) = self.loop_end(Some(test), test.span, orelse);
        let node = While {
            before: Block::new(before),
            before_points,
            test: lowered,
            body,
            body_points,
            orelse,
        };
        self.emit_from(out, node, span, from);
    }

    pub(crate) fn for_loop(&mut self, l: &AstFor, span: Span, out: &mut Out) {
        let iter = self.iterable(&l.iter, out);
        let from = self.frame().points;
        let (target, waiting) = self.early_target(&l.target);
        let target = match waiting.or_else(|| self.local_slot(&l.target)) {
            Some(slot) => LoopTarget::Local(slot),
            None => LoopTarget::Other(target),
        };
        let point = l.is_async.then(|| self.frame().point());
        let body_from = self.frame().points;
        let mut body = Vec::new();
        self.count_branch(l.target.span, &l.body, &mut body);
        self.late_target(&l.target, waiting, &mut body);
        self.stmts(&l.body, &mut body);
        let body = Block::new(body);
        let body_points = Points {
            from: body_from,
            to: self.frame().points,
        };
        let (orelse, orelse_points) = self.loop_end(None, l.target.span, &l.orelse);
        let parts = ForParts {
            target,
            iter,
            point,
            body,
            body_points,
            orelse,
            suspends: !(body_points.is_empty() && orelse_points.is_empty()),
            from,
        };
        self.emit_for(parts, span, l.target.span, out);
    }

    /// The node of a `for` loop: of a statement, or of a comprehension. Coverage counts it at
    /// `counted`.
    pub(crate) fn emit_for(&mut self, parts: ForParts, span: Span, counted: Span, out: &mut Out) {
        let ForParts {
            target,
            iter,
            body,
            body_points,
            orelse,
            from,
            ..
        } = parts;
        if let Some(point) = parts.point {
            let iterator = self.frame().temp();
            let delegate = self.frame().delegate();
            let node = AsyncFor {
                target,
                span: iter.span(),
                iter,
                iterator,
                anext: Default::default(),
                delegate,
                point,
                body,
                body_points,
                orelse,
            };
            self.emit_from(out, node, span, from);
            self.count_await(&[point], counted, out);
        } else if parts.suspends {
            let iterator = self.frame().temp();
            let node = SuspendableFor {
                target,
                iter,
                iterator,
                body,
                body_points,
                orelse,
            };
            self.emit_from(out, node, span, from);
        } else {
            let node = For {
                target,
                iter,
                body,
                orelse,
            };
            self.emit(out, node, span);
        }
    }

    /// The target that a loop or `with` assigns to: if evaluating its parts can suspend, a slot,
    /// from which the body assigns first of all (`late_target`).
    fn early_target(&mut self, target: &Ast) -> (Box<dyn Target>, Option<Slot>) {
        let span = target.span;
        if self.target_suspends(target) {
            let slot = self.frame().temp();
            return (Box::new(LocalTarget { slot, span }), Some(slot));
        }
        let mut nothing = Vec::new();
        (self.target(target, &mut nothing), None)
    }

    fn late_target(&mut self, target: &Ast, waiting: Option<Slot>, out: &mut Out) {
        let Some(slot) = waiting else {
            return;
        };
        let span = target.span;
        let target = self.target(target, out);
        let value = self.take(slot, span);
        self.emit(out, Assign { target, value }, span);
    }

    pub(crate) fn with(
        &mut self,
        items: &[WithItem],
        body: &[AstStmt],
        is_async: bool,
        span: Span,
        out: &mut Out,
    ) {
        let Some((item, rest)) = items.split_first() else {
            return self.stmts(body, out);
        };
        let context = self.expr(&item.context_expr, out);
        let (target, waiting) = match &item.optional_vars {
            Some(t) => {
                let (target, waiting) = self.early_target(t);
                (Some(target), waiting)
            }
            None => (None, None),
        };
        let from = self.frame().points;
        let entering = is_async.then(|| self.frame().point());
        let body_from = self.frame().points;
        let mut inner = Vec::new();
        if let Some(t) = &item.optional_vars {
            self.late_target(t, waiting, &mut inner);
        }
        self.with(rest, body, is_async, span, &mut inner);
        let body_points = Points {
            from: body_from,
            to: self.frame().points,
        };
        let manager = self.frame().temp();
        let exit = self.frame().temp();
        let with = Manager {
            context,
            target,
            body: Block::new(inner),
            body_points,
            manager,
            exit,
        };
        match entering {
            None => self.emit_from(out, With(with), span, from),
            Some(entering) => {
                let frame = self.frame();
                let leaving = frame.point();
                let delegate = frame.delegate();
                let kept = [frame.temp(), frame.temp(), frame.temp()];
                let node = AsyncWith {
                    with,
                    delegate,
                    entering,
                    leaving,
                    kept,
                    span,
                };
                self.emit_from(out, node, span, from);
                self.count_await(&[entering, leaving], item.context_expr.span, out);
            }
        }
    }

    pub(crate) fn try_stmt(&mut self, t: &Try, span: Span, out: &mut Out) {
        if t.finalbody.is_empty() {
            return self.try_except(t, span, out);
        }
        let from = self.frame().points;
        let mut guarded = Vec::new();
        if t.handlers.is_empty() {
            self.stmts(&t.body, &mut guarded);
        } else {
            self.try_except(t, span, &mut guarded);
        }
        let body_points = Points {
            from,
            to: self.frame().points,
        };
        let (finalbody, final_points) = self.block(&t.finalbody);
        let slots = (!final_points.is_empty()).then(|| {
            let frame = self.frame();
            [frame.temp(), frame.temp(), frame.temp()]
        });
        let node = TryFinally {
            body: Block::new(guarded),
            body_points,
            finalbody,
            final_points,
            slots,
        };
        self.emit_from(out, node, span, from);
    }

    fn try_except(&mut self, t: &Try, span: Span, out: &mut Out) {
        let from = self.frame().points;
        let (body, body_points) = self.block(&t.body);
        let mut handlers = Vec::new();
        for h in &t.handlers {
            let before_from = self.frame().points;
            let mut before = Vec::new();
            let types = h.typ.as_ref().map(|e| self.expr(e, &mut before));
            let before_points = Points {
                from: before_from,
                to: self.frame().points,
            };
            let name = h.name.as_ref().map(|n| {
                let n = self.mangled(n);
                self.variable_target(&n, h.span)
            });
            let (body, points) = self.block(&h.body);
            handlers.push(Handler {
                before: Block::new(before),
                before_points,
                types,
                name,
                body,
                points,
            });
        }
        let (orelse, _) = self.block(&t.orelse);
        if t.is_star {
            let slots = std::array::from_fn(|_| self.frame().temp());
            let node = TryStar {
                body,
                body_points,
                handlers,
                orelse,
                slots,
            };
            return self.emit_from(out, node, span, from);
        }
        let suspends = |h: &Handler| !h.points.is_empty() || !h.before_points.is_empty();
        let suspends = handlers.iter().any(suspends);
        let outer = suspends.then(|| self.frame().temp());
        self.emit_from(
            out,
            TryExcept {
                body,
                body_points,
                handlers,
                orelse,
                outer,
            },
            span,
            from,
        );
    }
}
