//! Statements.

use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::{
    Alias, BinaryOp, Expr as Ast, ExprKind, For as AstFor, IfBranch, Stmt as AstStmt, StmtKind,
    Try, WithItem,
};

use super::frame::Place;
use super::scope::ScopeKind;
use super::specialise::Sorted;
use super::{Lowerer, Out};
use crate::eval::assign::{
    Annotate, Assign, AssignAttribute, AssignLocal, AssignMany, AssignPairwise, AssignSubscript,
    AugmentedName, Delete,
};
use crate::eval::attribute::{AttributeStore, AugmentedAttribute, DeleteAttribute};
use crate::eval::block::{Block, Discard, Points};
use crate::eval::control::{
    Assert, Break, Continue, If, IfChain, Pass, Raise, Reraise, Return, ReturnNone,
};
use crate::eval::import::{FromImport, Import, ImportStar};
use crate::eval::loops::{AsyncFor, For, SuspendableFor, While};
use crate::eval::operator as op;
use crate::eval::subscript::{AugmentedSubscript, DeleteSubscript};
use crate::eval::try_star::TryStar;
use crate::eval::trying::{Handler, TryExcept, TryFinally};
use crate::eval::with::{AsyncWith, Manager, With};
use crate::stack::Slot;

impl Lowerer<'_> {
    /// Lowers statements one after another.
    pub(crate) fn stmts(&mut self, body: &[AstStmt], out: &mut Out) {
        for stmt in body {
            self.stmt(stmt, out);
        }
    }

    fn stmt(&mut self, stmt: &AstStmt, out: &mut Out) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::FunctionDef(def) => {
                let value = self.function(def, span, out);
                self.assign_variable(&def.name, value, span, out);
            }
            StmtKind::ClassDef(def) => {
                let value = self.class(def, span, out);
                self.assign_variable(&def.name, value, span, out);
            }
            StmtKind::Return(None) => self.emit(out, ReturnNone, span),
            StmtKind::Return(Some(e)) => {
                let value = self.expr(e, out);
                self.emit(out, Return(value), span);
            }
            StmtKind::Delete(targets) => targets.iter().for_each(|t| self.delete(t, span, out)),
            StmtKind::Assign { targets, value } => self.assign(targets, value, span, out),
            StmtKind::AugAssign { target, op, value } => {
                self.aug_assign(target, *op, value, span, out);
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                self.ann_assign(target, annotation, value.as_deref(), *simple, span, out);
            }
            StmtKind::TypeAlias(_) => self.unsupported("`type` statements are", span),
            StmtKind::For(l) => self.for_loop(l, span, out),
            StmtKind::While { test, body, orelse } => {
                self.while_loop(test, body, orelse, span, out)
            }
            StmtKind::If { branches, orelse } => self.if_stmt(branches, orelse, span, out),
            StmtKind::With {
                items,
                body,
                is_async,
            } => {
                self.with(items, body, *is_async, span, out);
            }
            StmtKind::Match { .. } => self.unsupported("`match` statements are", span),
            StmtKind::Raise { exc: None, .. } => self.emit(out, Reraise { span }, span),
            StmtKind::Raise {
                exc: Some(exc),
                cause,
            } => {
                let mut parts: Vec<&Ast> = vec![exc];
                parts.extend(cause.as_deref());
                let mut lowered = self.all_in_order(&parts, out).into_iter();
                if let Some(exc) = lowered.next() {
                    self.emit(
                        out,
                        Raise {
                            exc,
                            cause: lowered.next(),
                            span,
                        },
                        span,
                    );
                }
            }
            StmtKind::Try(t) => self.try_stmt(t, span, out),
            StmtKind::Assert { test, msg } => self.assert(test, msg.as_deref(), span, out),
            StmtKind::Import(names) => self.import(names, out),
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => {
                let module = module.as_deref().unwrap_or_default();
                self.import_from(module, names, *level, span, out);
            }
            StmtKind::Global(_) | StmtKind::Nonlocal(_) | StmtKind::Pass => {
                self.emit(out, Pass, span);
            }
            StmtKind::Expr(e) => self.expr_stmt(e, span, out),
            StmtKind::Break => self.emit(out, Break, span),
            StmtKind::Continue => self.emit(out, Continue, span),
        }
    }

    fn expr_stmt(&mut self, e: &Ast, span: Span, out: &mut Out) {
        match &e.kind {
            ExprKind::Constant(_) => {}
            ExprKind::Await(_) | ExprKind::Yield(_) | ExprKind::YieldFrom(_) => {
                self.suspend_into(e, None, out);
            }
            _ => {
                let value = self.expr(e, out);
                self.emit(out, Discard(value), span);
            }
        }
    }

    fn assign_variable(
        &mut self,
        name: &Rc<str>,
        value: crate::node::ExprBox,
        span: Span,
        out: &mut Out,
    ) {
        let name = self.mangled(name);
        let target = self.variable_target(&name, span);
        self.emit(out, Assign { target, value }, span);
    }

    fn assign(&mut self, targets: &[Ast], value: &Ast, span: Span, out: &mut Out) {
        let [target] = targets else {
            let value = self.expr(value, out);
            let mut lowered = Vec::new();
            if targets.iter().any(|t| self.target_suspends(t)) {
                let temp = self.frame().temp();
                self.emit(out, AssignLocal { slot: temp, value }, span);
                for t in targets {
                    let target = self.target(t, out);
                    let value = Box::new(crate::eval::name::LoadLocal { slot: temp, span });
                    self.emit(out, Assign { target, value }, span);
                }
                return;
            }
            for t in targets {
                lowered.push(self.target(t, out));
            }
            return self.emit(
                out,
                AssignMany {
                    targets: lowered,
                    value,
                },
                span,
            );
        };
        if let Some(slot) = self.local_slot(target) {
            return self.assign_local(slot, value, span, out);
        }
        if let (ExprKind::Tuple(ts), ExprKind::Tuple(vs)) = (&target.kind, &value.kind) {
            let starred = ts
                .iter()
                .chain(vs)
                .any(|e| matches!(e.kind, ExprKind::Starred(_)));
            let suspends = self.scopes.suspends(value) || self.target_suspends(target);
            if ts.len() == vs.len() && !ts.is_empty() && !starred && !suspends {
                let values = vs.iter().map(|v| self.expr(v, out)).collect();
                let targets = ts.iter().map(|t| self.target(t, out)).collect();
                return self.emit(out, AssignPairwise { targets, values }, span);
            }
        }
        self.assign_other(target, value, span, out);
    }

    fn assign_local(&mut self, slot: Slot, value: &Ast, span: Span, out: &mut Out) {
        if self.scopes.suspends(value) {
            self.suspend_into(value, Some(slot), out);
        } else {
            let value = self.expr(value, out);
            self.emit(out, AssignLocal { slot, value }, span);
        }
    }

    fn assign_other(&mut self, target: &Ast, value: &Ast, span: Span, out: &mut Out) {
        let mut value_node = self.expr(value, out);
        if self.target_suspends(target) {
            // The value is evaluated before the parts of the target.
            let temp = self.frame().temp();
            self.emit(
                out,
                AssignLocal {
                    slot: temp,
                    value: value_node,
                },
                span,
            );
            value_node = self.take(temp, span);
        }
        match &target.kind {
            ExprKind::Attribute {
                value: object,
                attr,
                ..
            } => {
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                let store = AttributeStore::new(name, target.span);
                let value = value_node;
                match self.operand(object, false, out) {
                    Sorted::Local(object) => {
                        self.emit(
                            out,
                            AssignAttribute {
                                object,
                                store,
                                value,
                            },
                            span,
                        );
                    }
                    Sorted::Any(object) => {
                        self.emit(
                            out,
                            AssignAttribute {
                                object,
                                store,
                                value,
                            },
                            span,
                        );
                    }
                    Sorted::Small(object) => {
                        self.emit(
                            out,
                            AssignAttribute {
                                object,
                                store,
                                value,
                            },
                            span,
                        );
                    }
                }
            }
            ExprKind::Subscript {
                value: object,
                index,
            } if !self.target_suspends(target) => {
                let kept = self.scopes.rebinds(index);
                let object = self.operand(object, kept, out);
                let key = self.operand(index, false, out);
                let (value, place) = (value_node, target.span);
                match (object, key) {
                    (Sorted::Local(object), Sorted::Local(key)) => {
                        self.emit(
                            out,
                            AssignSubscript {
                                object,
                                key,
                                value,
                                span: place,
                            },
                            span,
                        );
                    }
                    (Sorted::Local(object), key) => {
                        let key = super::specialise::any(key);
                        self.emit(
                            out,
                            AssignSubscript {
                                object,
                                key,
                                value,
                                span: place,
                            },
                            span,
                        );
                    }
                    (object, key) => {
                        let (object, key) =
                            (super::specialise::any(object), super::specialise::any(key));
                        self.emit(
                            out,
                            AssignSubscript {
                                object,
                                key,
                                value,
                                span: place,
                            },
                            span,
                        );
                    }
                }
            }
            _ => {
                let target = self.target(target, out);
                self.emit(
                    out,
                    Assign {
                        target,
                        value: value_node,
                    },
                    span,
                );
            }
        }
    }

    /// True if evaluating the parts of a target can suspend.
    fn target_suspends(&self, e: &Ast) -> bool {
        match &e.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().any(|i| self.target_suspends(i))
            }
            ExprKind::Starred(inner) => self.target_suspends(inner),
            _ => self.scopes.suspends(e),
        }
    }

    fn aug_assign(&mut self, target: &Ast, op: BinaryOp, value: &Ast, span: Span, out: &mut Out) {
        match &target.kind {
            ExprKind::Attribute {
                value: object,
                attr,
                ..
            } => {
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                let mut parts = self.all_in_order(&[&**object, value], out).into_iter();
                if let (Some(object), Some(value)) = (parts.next(), parts.next()) {
                    let store = AttributeStore::new(name.clone(), target.span);
                    let cache = Default::default();
                    let node = AugmentedAttribute {
                        object,
                        name,
                        store,
                        op,
                        value,
                        cache,
                        span,
                        target: target.span,
                    };
                    self.emit(out, node, span);
                }
            }
            ExprKind::Subscript {
                value: object,
                index,
            } => {
                let mut parts = self
                    .all_in_order(&[&**object, &**index, value], out)
                    .into_iter();
                if let (Some(a), Some(b), Some(value)) = (parts.next(), parts.next(), parts.next())
                {
                    let node = AugmentedSubscript {
                        a,
                        b,
                        op,
                        value,
                        span,
                        target: target.span,
                    };
                    self.emit(out, node, span);
                }
            }
            ExprKind::Name(name) => self.aug_name(target, name, op, value, span, out),
            _ => self.unsupported("this augmented assignment is", span),
        }
    }

    fn aug_name(
        &mut self,
        target: &Ast,
        name: &Rc<str>,
        operator: BinaryOp,
        value: &Ast,
        span: Span,
        out: &mut Out,
    ) {
        let name = self.mangled(name);
        let suspends = self.scopes.suspends(value);
        if let (Place::Local(slot), false, true) = (
            self.place(&name),
            suspends || self.scopes.rebinds(value),
            self.specialise,
        ) {
            let value = self.operand(value, false, out);
            return self.augmented(operator, slot, value, (target.span, span), out);
        }
        let mut load = self.load(&name, target.span);
        if suspends {
            // The old value is read before the right-hand side.
            let temp = self.frame().temp();
            self.emit(
                out,
                AssignLocal {
                    slot: temp,
                    value: load,
                },
                span,
            );
            load = self.take(temp, target.span);
        }
        let value = self.expr(value, out);
        let target = self.variable_target(&name, target.span);
        self.emit(
            out,
            AugmentedName {
                load,
                target,
                op: operator,
                value,
                span,
            },
            span,
        );
    }

    fn augmented(
        &mut self,
        operator: BinaryOp,
        slot: Slot,
        value: Sorted,
        (target, span): (Span, Span),
        out: &mut Out,
    ) {
        macro_rules! of {
            ($op:ty) => {
                match value {
                    Sorted::Local(b) => self.emit(
                        out,
                        op::Augmented::<$op, _>::new(slot, b, target, span),
                        span,
                    ),
                    Sorted::Small(b) => self.emit(
                        out,
                        op::Augmented::<$op, _>::new(slot, b, target, span),
                        span,
                    ),
                    Sorted::Any(b) => self.emit(
                        out,
                        op::Augmented::<$op, _>::new(slot, b, target, span),
                        span,
                    ),
                }
            };
        }
        match operator {
            BinaryOp::Add => of!(op::Add),
            BinaryOp::Sub => of!(op::Sub),
            BinaryOp::Mult => of!(op::Mult),
            BinaryOp::FloorDiv => of!(op::FloorDiv),
            BinaryOp::Mod => of!(op::Mod),
            BinaryOp::Div => of!(op::Div),
            BinaryOp::BitAnd => of!(op::BitAnd),
            BinaryOp::BitOr => of!(op::BitOr),
            BinaryOp::BitXor => of!(op::BitXor),
            BinaryOp::LShift => of!(op::LShift),
            BinaryOp::RShift => of!(op::RShift),
            BinaryOp::Pow => of!(op::Pow),
            BinaryOp::MatMult => of!(op::MatMult),
        }
    }

    fn ann_assign(
        &mut self,
        target: &Ast,
        annotation: &Ast,
        value: Option<&Ast>,
        simple: bool,
        span: Span,
        out: &mut Out,
    ) {
        if let Some(value) = value {
            self.assign(std::slice::from_ref(target), value, span, out);
        }
        let scope = self.scope();
        let kind = self.scopes.list[scope].kind;
        if !matches!(kind, ScopeKind::Module | ScopeKind::Class) {
            return;
        }
        let annotation = self.annotation(annotation, out);
        match &target.kind {
            ExprKind::Name(name) if simple => {
                let name = self.mangled(name);
                let name = self.name(&name);
                let namespace = self.frame().class_namespace;
                self.emit(
                    out,
                    Annotate {
                        namespace,
                        name,
                        annotation,
                    },
                    span,
                );
            }
            _ => self.emit(out, Discard(annotation), span),
        }
    }

    fn delete(&mut self, target: &Ast, span: Span, out: &mut Out) {
        match &target.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().for_each(|i| self.delete(i, span, out));
            }
            ExprKind::Attribute { value, attr, .. } => {
                let attr = self.mangled(attr);
                let name = self.name(&attr);
                let object = self.expr(value, out);
                self.emit(
                    out,
                    DeleteAttribute {
                        object,
                        name,
                        span: target.span,
                    },
                    span,
                );
            }
            ExprKind::Subscript { value, index } => {
                let mut parts = self.all_in_order(&[&**value, &**index], out).into_iter();
                if let (Some(a), Some(b)) = (parts.next(), parts.next()) {
                    self.emit(
                        out,
                        DeleteSubscript {
                            a,
                            b,
                            span: target.span,
                        },
                        span,
                    );
                }
            }
            _ => {
                let target = self.target(target, out);
                self.emit(out, Delete { target }, span);
            }
        }
    }

    fn if_stmt(&mut self, branches: &[IfBranch], orelse: &[AstStmt], span: Span, out: &mut Out) {
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

    fn while_loop(
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

    fn for_loop(&mut self, l: &AstFor, span: Span, out: &mut Out) {
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

    fn with(
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

    fn try_stmt(&mut self, t: &Try, span: Span, out: &mut Out) {
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

    fn assert(&mut self, test: &Ast, msg: Option<&Ast>, span: Span, out: &mut Out) {
        if msg.is_some_and(|m| self.scopes.suspends(m)) {
            // The message is evaluated only if the test fails: an `if` around a `raise`.
            let test = self.expr(test, out);
            let from = self.frame().points;
            let mut inner = Vec::new();
            let message = msg.map(|m| self.expr(m, &mut inner));
            let never = Box::new(crate::eval::name::Constant {
                value: crate::value::Value::False,
                span,
            });
            self.emit(
                &mut inner,
                Assert {
                    test: never,
                    message,
                    span,
                },
                span,
            );
            let body_points = Points {
                from,
                to: self.frame().points,
            };
            let test = Box::new(op::Not { a: test, span });
            let orelse = Block::new(vec![]);
            let node = If {
                test,
                body: Block::new(inner),
                orelse,
                body_points,
            };
            return self.emit_from(out, node, span, from);
        }
        let test = self.expr(test, out);
        let message = msg.map(|m| self.expr(m, out));
        self.emit(
            out,
            Assert {
                test,
                message,
                span,
            },
            span,
        );
    }

    fn import(&mut self, names: &[Alias], out: &mut Out) {
        for a in names {
            let module = a.name.to_string();
            let (last, variable) = match &a.asname {
                Some(asname) => (true, asname.clone()),
                None => (
                    false,
                    Rc::from(module.split('.').next().unwrap_or_default()),
                ),
            };
            let variable = self.mangled(&variable);
            let target = self.variable_target(&variable, a.span);
            self.emit(
                out,
                Import {
                    module,
                    last,
                    target,
                    span: a.span,
                },
                a.span,
            );
        }
    }

    fn import_from(
        &mut self,
        module: &str,
        names: &[Alias],
        level: u32,
        span: Span,
        out: &mut Out,
    ) {
        let module = module.to_owned();
        if names.iter().any(|a| &*a.name == "*") {
            return self.emit(
                out,
                ImportStar {
                    module,
                    level,
                    span,
                },
                span,
            );
        }
        let names = names
            .iter()
            .map(|a| {
                let variable = self.mangled(a.asname.as_ref().unwrap_or(&a.name));
                let target = self.variable_target(&variable, a.span);
                (self.name(&a.name), target)
            })
            .collect();
        self.emit(
            out,
            FromImport {
                module,
                level,
                names,
                span,
            },
            span,
        );
    }
}
