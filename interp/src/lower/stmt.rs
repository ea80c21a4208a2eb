//! Statements: the simple ones here, the others in `assign`, `definition` and `flow`.

use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::{Alias, Expr as Ast, ExprKind, Stmt as AstStmt, StmtKind};

use super::{Lowerer, Out};
use crate::eval::block::{Block, Discard, Points, Show};
use crate::eval::control::{Assert, Break, Continue, If, Pass, Raise, Reraise, Return, ReturnNone};
use crate::eval::import::{FromImport, Import, ImportStar};
use crate::eval::operator as op;

impl Lowerer<'_> {
    /// Lowers statements one after another.
    pub(crate) fn stmts(&mut self, body: &[AstStmt], out: &mut Out) {
        for stmt in body {
            self.stmt(stmt, out);
        }
    }

    fn stmt(&mut self, stmt: &AstStmt, out: &mut Out) {
        let span = stmt.span;
        self.count_stmt(stmt, out);
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
            StmtKind::TypeAlias(alias) => {
                let value = self.type_alias(alias, span);
                self.assign_variable(&alias.name, value, span, out);
            }
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
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases, span, out),
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
        if self.shows_values && self.frames.len() == 1 {
            let value = self.expr(e, out);
            return self.emit(out, Show(value), span);
        }
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
            let namespace = self.frame().class_namespace;
            return self.emit(
                out,
                ImportStar {
                    module,
                    level,
                    namespace,
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
