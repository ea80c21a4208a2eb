//! Statements.

use super::scope::{ANNOTATED, BOUND, Block, GLOBAL, IMPORTED, NONLOCAL, ScopeKind};
use super::target::Action;
use super::{Checker, Phase, future};
use crate::ast::*;

impl Checker<'_> {
    /// The statements of a module.
    pub(super) fn module(&mut self, module: &Module) {
        for stmt in &module.body {
            self.stmt(stmt);
        }
    }

    /// The statements of a block.
    pub(super) fn block(&mut self, body: &[Stmt]) {
        self.depth += 1;
        for stmt in body {
            self.stmt(stmt);
        }
        self.depth -= 1;
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Assign { targets, value } => {
                self.expr(value);
                self.targets(targets, Action::Assign);
            }
            StmtKind::If { branches, orelse } => {
                for branch in branches {
                    self.expr(&branch.test);
                    self.block(&branch.body);
                }
                self.block(orelse);
            }
            StmtKind::Return(value) => self.return_stmt(value.as_deref(), stmt.span),
            StmtKind::FunctionDef(def) => self.function(def),
            StmtKind::ClassDef(def) => self.class(def),
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(value);
                self.target(target, Action::Assign);
            }
            StmtKind::Delete(targets) => self.targets(targets, Action::Delete),
            StmtKind::AnnAssign { .. } => self.ann_assign(stmt),
            StmtKind::TypeAlias(alias) => self.type_alias(alias),
            StmtKind::Raise { exc, cause } => {
                self.opt_expr(exc.as_deref());
                self.opt_expr(cause.as_deref());
            }
            StmtKind::Assert { test, msg } => {
                self.warn_about_assert(test, stmt.span);
                self.expr(test);
                self.opt_expr(msg.as_deref());
            }
            StmtKind::Global(names) => self.global(names, stmt.span),
            StmtKind::Nonlocal(names) => self.nonlocal(names, stmt.span),
            StmtKind::Break | StmtKind::Continue => self.jump(stmt),
            StmtKind::Pass => {}
            _ => self.long_stmt(stmt),
        }
    }

    fn long_stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::For(inner) => self.for_stmt(inner, stmt.span),
            StmtKind::While { test, body, orelse } => {
                self.expr(test);
                self.in_block(Block::Loop, body);
                self.block(orelse);
            }
            StmtKind::With {
                items,
                body,
                is_async,
            } => self.with_stmt(items, body, *is_async, stmt.span),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Try(inner) => self.try_stmt(inner),
            StmtKind::Import(names) => self.import(names),
            StmtKind::ImportFrom { names, .. } => self.import_from(names, stmt),
            _ => {}
        }
    }

    fn in_block(&mut self, block: Block, body: &[Stmt]) {
        self.scope().blocks.push(block);
        self.block(body);
        self.scope().blocks.pop();
    }

    fn return_stmt(&mut self, value: Option<&Expr>, span: Span) {
        let scope = self.scope();
        let is_function = matches!(scope.kind, ScopeKind::Function { .. });
        let in_except_star = scope.blocks.contains(&Block::ExceptStar);
        if value.is_some() {
            scope.returns.push(span);
        }
        if !is_function {
            self.error(Phase::Code, "'return' outside function", span);
        } else if in_except_star {
            self.jump_out_of_except_star(span);
        }
        self.opt_expr(value);
    }

    fn jump(&mut self, stmt: &Stmt) {
        match self.scope().blocks.last() {
            Some(Block::Loop) => {}
            Some(Block::ExceptStar) => self.jump_out_of_except_star(stmt.span),
            None if stmt.kind == StmtKind::Break => {
                self.error(Phase::Code, "'break' outside loop", stmt.span);
            }
            None => self.error(Phase::Code, "'continue' not properly in loop", stmt.span),
        }
    }

    fn jump_out_of_except_star(&mut self, span: Span) {
        self.error(
            Phase::Code,
            "'break', 'continue' and 'return' cannot appear in an except* block",
            span,
        );
    }

    fn function(&mut self, def: &FunctionDef) {
        self.bind_checked(&def.name, def.name_span);
        self.exprs(&def.decorators);
        self.defaults(&def.params);
        self.enter_type_params(&def.type_params);
        self.annotations(def);
        self.enter(ScopeKind::Function {
            is_async: def.is_async,
            is_lambda: false,
        });
        self.parameters(&def.params);
        self.block(&def.body);
        self.leave();
        self.leave_type_params(&def.type_params);
    }

    fn annotations(&mut self, def: &FunctionDef) {
        for param in def.params.posonly.iter().chain(&def.params.args) {
            self.annotation(param.annotation.as_ref());
        }
        if let Some(param) = &def.params.vararg {
            match param.annotation.as_ref().map(|e| &e.kind) {
                Some(ExprKind::Starred(inner)) => self.annotation(Some(inner)),
                _ => self.annotation(param.annotation.as_ref()),
            }
        }
        for param in def.params.kwonly.iter().chain(def.params.kwarg.as_deref()) {
            self.annotation(param.annotation.as_ref());
        }
        self.annotation(def.returns.as_ref());
    }

    fn annotation(&mut self, annotation: Option<&Expr>) {
        let Some(annotation) = annotation else { return };
        if self.has_future_annotations {
            self.enter(ScopeKind::Lazy("an annotation"));
            self.expr(annotation);
            self.leave();
        } else {
            self.expr(annotation);
        }
    }

    /// The defaults of parameters, evaluated outside of the function.
    pub(super) fn defaults(&mut self, params: &Parameters) {
        let all = params.posonly.iter().chain(&params.args);
        for param in all.chain(&params.kwonly) {
            self.opt_expr(param.default.as_ref());
        }
    }

    /// Binds the parameters in the scope of their function.
    pub(super) fn parameters(&mut self, params: &Parameters) {
        let all = params.posonly.iter().chain(&params.args);
        let all = all.chain(&params.kwonly);
        let all = all.chain(params.vararg.as_deref());
        for param in all.chain(params.kwarg.as_deref()) {
            self.check_debug(&param.name, Action::Assign, param.span);
            self.bind_parameter(&param.name, param.span);
        }
    }

    fn class(&mut self, def: &ClassDef) {
        self.bind_checked(&def.name, def.name_span);
        self.exprs(&def.decorators);
        self.enter_type_params(&def.type_params);
        self.arguments(&def.bases, &def.keywords);
        self.enter(ScopeKind::Class);
        self.block(&def.body);
        self.leave();
        self.leave_type_params(&def.type_params);
    }

    fn ann_assign(&mut self, stmt: &Stmt) {
        let StmtKind::AnnAssign {
            target,
            annotation,
            value,
            simple,
        } = &stmt.kind
        else {
            return;
        };
        if let ExprKind::Name(name) = &target.kind {
            self.annotated_name(name, *simple, value.is_some(), stmt.span);
        } else {
            self.target(target, Action::Assign);
        }
        self.annotation(Some(annotation));
        self.opt_expr(value.as_deref());
    }

    fn annotated_name(&mut self, name: &Identifier, simple: bool, has_value: bool, span: Span) {
        self.check_debug(name, Action::Assign, span);
        let is_module = self.scopes.len() == 1;
        let scope = self.scope();
        let flags = scope.flags(name);
        if simple {
            scope.add(name, ANNOTATED | BOUND);
        } else if has_value {
            scope.add(name, BOUND);
        }
        if simple && !is_module && flags & (GLOBAL | NONLOCAL) != 0 {
            let word = if flags & GLOBAL != 0 {
                "global"
            } else {
                "nonlocal"
            };
            let message = format!("annotated name '{name}' can't be {word}");
            self.error(Phase::Symbols, message, span);
        }
    }

    fn for_stmt(&mut self, stmt: &For, span: Span) {
        if stmt.is_async {
            self.check_async("'async for' outside async function", span);
        }
        self.expr(&stmt.iter);
        self.target(&stmt.target, Action::Assign);
        self.in_block(Block::Loop, &stmt.body);
        self.block(&stmt.orelse);
    }

    fn with_stmt(&mut self, items: &[WithItem], body: &[Stmt], is_async: bool, span: Span) {
        if is_async {
            self.check_async("'async with' outside async function", span);
        }
        for item in items {
            self.expr(&item.context_expr);
            if let Some(target) = &item.optional_vars {
                self.target(target, Action::Assign);
            }
        }
        self.block(body);
    }

    /// Reports an `async` statement outside of an async function.
    fn check_async(&mut self, message: &str, span: Span) {
        let is_allowed = match self.scope().kind {
            ScopeKind::Function { is_async, .. } => is_async,
            ScopeKind::Module => self.options.allow_top_level_await,
            _ => false,
        };
        if !is_allowed {
            self.error(Phase::Code, message, span);
        }
    }

    fn try_stmt(&mut self, stmt: &Try) {
        self.block(&stmt.body);
        for (i, handler) in stmt.handlers.iter().enumerate() {
            if handler.typ.is_none() && i + 1 < stmt.handlers.len() {
                self.error(Phase::Code, "default 'except:' must be last", handler.span);
            }
            self.opt_expr(handler.typ.as_ref());
            if let Some(name) = &handler.name {
                self.bind_checked(name, handler.span);
            }
            if stmt.is_star {
                self.in_block(Block::ExceptStar, &handler.body);
            } else {
                self.block(&handler.body);
            }
        }
        self.block(&stmt.orelse);
        self.block(&stmt.finalbody);
    }

    fn import(&mut self, names: &[Alias]) {
        for alias in names {
            match &alias.asname {
                Some(name) => self.bind_import(name, alias.span),
                None if alias.name.contains('.') => {
                    self.scope().dotted.push(alias.name.clone());
                }
                None => self.bind_import(&alias.name, alias.span),
            }
        }
    }

    fn bind_import(&mut self, name: &Identifier, span: Span) {
        self.check_debug(name, Action::Assign, span);
        self.scope().add(name, IMPORTED);
    }

    fn import_from(&mut self, names: &[Alias], stmt: &Stmt) {
        if self.depth > 0 {
            future::check_nested(self, stmt);
        }
        for alias in names {
            if &*alias.name == "*" {
                if self.scope().kind != ScopeKind::Module {
                    self.error(
                        Phase::Symbols,
                        "import * only allowed at module level",
                        alias.span,
                    );
                }
                continue;
            }
            self.bind_import(alias.asname.as_ref().unwrap_or(&alias.name), alias.span);
        }
    }
}
