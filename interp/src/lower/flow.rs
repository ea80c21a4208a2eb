//! Control flow: `if`, loops, `with`, `try`.

use aio_lexer::Span;
use aio_parser::ast::{Expr as Ast, For as AstFor, IfBranch, Stmt as AstStmt, Try, WithItem};

use super::{Lowerer, Out};
use crate::eval::block::{Block, Points};
use crate::eval::control::{If, IfChain};
use crate::eval::loops::{AsyncFor, For, SuspendableFor, While};
use crate::eval::try_star::TryStar;
use crate::eval::trying::{Handler, TryExcept, TryFinally};
use crate::eval::with::{AsyncWith, Manager, With};

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
        let (body, body_points) = self.block(&first.body);
        if rest.is_empty() {
            let (orelse, _) = self.block(orelse);
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
            let (body, points) = self.block(&b.body);
            lowered.push((test, body, points));
        }
        let (orelse, _) = self.block(orelse);
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
        let test = self.expr(test, &mut before);
        let before_points = Points {
            from,
            to: self.frame().points,
        };
        let (body, body_points) = self.block(body);
        let (orelse, _) = self.block(orelse);
        let node = While {
            before: Block::new(before),
            before_points,
            test,
            body,
            body_points,
            orelse,
        };
        self.emit_from(out, node, span, from);
    }

    pub(crate) fn for_loop(&mut self, l: &AstFor, span: Span, out: &mut Out) {
        let iter = self.expr(&l.iter, out);
        let from = self.frame().points;
        let mut prepared = Vec::new();
        let target = self.target(&l.target, &mut prepared);
        if !prepared.is_empty() {
            self.unsupported("`await` in the target of a loop is", l.target.span);
        }
        let point = l.is_async.then(|| self.frame().point());
        let (body, body_points) = self.block(&l.body);
        let (orelse, orelse_points) = self.block(&l.orelse);
        if let Some(point) = point {
            let iterator = self.frame().temp();
            let delegate = self.frame().delegate();
            let node = AsyncFor {
                target,
                iter,
                iterator,
                delegate,
                point,
                body,
                body_points,
                orelse,
            };
            self.emit_from(out, node, span, from);
        } else if body_points.is_empty() && orelse_points.is_empty() {
            let local = self.local_slot(&l.target);
            self.emit(
                out,
                For {
                    target,
                    local,
                    iter,
                    body,
                    orelse,
                },
                span,
            );
        } else {
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
        }
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
        let target = item.optional_vars.as_ref().map(|t| self.target(t, out));
        let from = self.frame().points;
        let entering = is_async.then(|| self.frame().point());
        let body_from = self.frame().points;
        let mut inner = Vec::new();
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
            let types = h.typ.as_ref().map(|e| {
                if self.scopes.suspends(e) {
                    self.unsupported("`await` in an `except` clause's type is", e.span);
                }
                let mut ignored = Vec::new();
                self.expr(e, &mut ignored)
            });
            let name = h.name.as_ref().map(|n| {
                let n = self.mangled(n);
                self.variable_target(&n, h.span)
            });
            let (body, points) = self.block(&h.body);
            handlers.push(Handler {
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
        let suspends = handlers.iter().any(|h| !h.points.is_empty());
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
