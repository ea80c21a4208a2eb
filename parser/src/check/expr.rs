//! Expressions. The walk recurses once per level, so its frames are kept small: what is long
//! stands in functions of its own.

use std::collections::HashSet;

use super::scope::{GLOBAL, ITERATION, NONLOCAL, ScopeKind, USED};
use super::target::Action;
use super::{Checker, Phase};
use crate::ast::*;

impl Checker<'_> {
    /// Several expressions, stars allowed.
    pub(super) fn exprs(&mut self, all: &[Expr]) {
        for expr in all {
            self.element(expr);
        }
    }

    /// An expression if there is one.
    pub(super) fn opt_expr(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    /// An element of a display or an argument, which may have a star.
    fn element(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Starred(value) => self.expr(value),
            _ => self.expr(expr),
        }
    }

    /// An expression that is read.
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.scope().add(name, USED),
            ExprKind::Constant(_) => {}
            ExprKind::Attribute { value, .. } => self.expr(value),
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.warn_about_call(func, expr.span);
                self.expr(func);
                self.arguments(args, keywords);
            }
            ExprKind::Subscript { value, index } => {
                self.warn_about_subscript(value, index, expr.span);
                self.expr(value);
                self.expr(index);
            }
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::List(elements) | ExprKind::Tuple(elements) | ExprKind::Set(elements) => {
                self.exprs(elements);
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(body);
                self.expr(test);
                self.expr(orelse);
            }
            _ => self.long_expr(expr),
        }
    }

    #[inline(never)]
    fn long_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Compare { left, comparisons } => {
                self.warn_about_compare(left, comparisons, expr.span);
                self.expr(left);
                for (_, operand) in comparisons {
                    self.expr(operand);
                }
            }
            ExprKind::Dict(items) => {
                for item in items {
                    self.opt_expr(item.key.as_ref());
                    self.expr(&item.value);
                }
            }
            ExprKind::JoinedStr(parts) => self.fstring(parts),
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower.as_deref());
                self.opt_expr(upper.as_deref());
                self.opt_expr(step.as_deref());
            }
            ExprKind::Lambda { params, body } => self.lambda(params, body),
            ExprKind::NamedExpr { target, value } => {
                self.named_expr(target, expr.span);
                self.expr(value);
            }
            ExprKind::Await(value) => {
                self.check_await(expr.span);
                self.expr(value);
            }
            ExprKind::Yield(value) => {
                self.check_yield("'yield' outside function", expr.span);
                self.opt_expr(value.as_deref());
            }
            ExprKind::YieldFrom(value) => {
                self.check_yield_from(expr.span);
                self.expr(value);
            }
            ExprKind::Starred(value) => {
                self.error(Phase::Code, "can't use starred expression here", expr.span);
                self.expr(value);
            }
            _ => self.comprehension(expr),
        }
    }

    fn fstring(&mut self, parts: &[FStringPart]) {
        for part in parts {
            if let FStringPart::Field(field) = part {
                self.expr(&field.value);
                self.fstring(field.format_spec.as_deref().unwrap_or_default());
            }
        }
    }

    /// The arguments of a call or a class definition.
    pub(super) fn arguments(&mut self, args: &[Expr], keywords: &[Keyword]) {
        self.exprs(args);
        if keywords.len() > 1 {
            self.check_repeated(keywords);
        }
        for keyword in keywords {
            if let Some(name) = &keyword.name {
                self.check_debug(name, Action::Assign, keyword.span);
            }
            self.expr(&keyword.value);
        }
    }

    #[inline(never)]
    fn check_repeated(&mut self, keywords: &[Keyword]) {
        let mut seen = HashSet::new();
        for keyword in keywords {
            if let Some(name) = &keyword.name
                && !seen.insert(name)
            {
                let message = format!("keyword argument repeated: {name}");
                self.error(Phase::Code, message, keyword.span);
            }
        }
    }

    fn lambda(&mut self, params: &Parameters, body: &Expr) {
        self.defaults(params);
        self.enter(ScopeKind::Function {
            is_async: false,
            is_lambda: true,
        });
        self.parameters(params);
        self.expr(body);
        self.leave();
    }

    fn check_await(&mut self, span: Span) {
        self.check_lazy("await expression", span);
        let kind = self.scope().kind;
        let message = match kind {
            ScopeKind::Function { is_async: true, .. } => return,
            ScopeKind::Comprehension(_) => {
                self.scope().is_coroutine = true;
                return;
            }
            ScopeKind::Function { .. } => "'await' outside async function",
            ScopeKind::Module if self.options.allow_top_level_await => return,
            _ => "'await' outside function",
        };
        self.error(Phase::Code, message, span);
    }

    fn check_yield(&mut self, outside: &str, span: Span) {
        self.check_lazy("yield expression", span);
        match self.scope().kind {
            ScopeKind::Function { .. } => self.scope().has_yield = true,
            ScopeKind::Comprehension(what) => {
                self.error(Phase::Symbols, format!("'yield' inside {what}"), span);
            }
            _ => self.error(Phase::Code, outside, span),
        }
    }

    fn check_yield_from(&mut self, span: Span) {
        self.check_yield("'yield from' outside function", span);
        if matches!(
            self.scope().kind,
            ScopeKind::Function { is_async: true, .. }
        ) {
            self.error(Phase::Code, "'yield from' inside async function", span);
        }
    }

    /// Reports what may not stand where evaluation is lazy.
    fn check_lazy(&mut self, what: &str, span: Span) {
        let message = match self.scope().kind {
            ScopeKind::Lazy(place) => format!("{what} cannot be used within {place}"),
            ScopeKind::TypeParams => {
                format!("{what} cannot be used within the definition of a generic")
            }
            _ => return,
        };
        self.error(Phase::Symbols, message, span);
    }

    /// The target of `:=`, which is bound outside of comprehensions.
    fn named_expr(&mut self, target: &Expr, span: Span) {
        let ExprKind::Name(name) = &target.kind else {
            return;
        };
        self.check_debug(name, Action::Assign, target.span);
        self.check_lazy("named expression", span);
        if self.scope().iterables > 0 {
            self.error(
                Phase::Symbols,
                "assignment expression cannot be used in a comprehension iterable expression",
                span,
            );
        } else if matches!(self.scope().kind, ScopeKind::Comprehension(_)) {
            self.bind_outside_comprehension(name, target.span);
        } else {
            self.bind(name, target.span);
        }
    }

    fn bind_outside_comprehension(&mut self, name: &Identifier, span: Span) {
        for i in (0..self.scopes.len()).rev() {
            let place = match self.scopes[i].kind {
                ScopeKind::Comprehension(_) => {
                    if self.scopes[i].flags(name) & ITERATION != 0 {
                        let message = format!(
                            "assignment expression cannot rebind comprehension iteration variable '{name}'"
                        );
                        return self.error(Phase::Symbols, message, span);
                    }
                    continue;
                }
                ScopeKind::Function { .. } | ScopeKind::Module => {
                    let outer = &mut self.scopes[i];
                    let is_global =
                        outer.kind == ScopeKind::Module || outer.flags(name) & GLOBAL != 0;
                    outer.add(name, super::scope::BOUND);
                    let flag = if is_global { GLOBAL } else { NONLOCAL };
                    return self.scope().add(name, flag);
                }
                ScopeKind::Class => "a class body",
                ScopeKind::Lazy(place) => place,
                ScopeKind::TypeParams => "the definition of a generic",
            };
            let word = if place.starts_with("the") {
                "within"
            } else {
                "in"
            };
            let message = format!(
                "assignment expression within a comprehension cannot be used {word} {place}"
            );
            return self.error(Phase::Symbols, message, span);
        }
    }
}
