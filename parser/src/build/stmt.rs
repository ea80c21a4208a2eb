//! Statements.

use super::{Arguments, Boxed, Builder, E, target};
use crate::ast::*;

/// A name and where it stands.
type SpannedName = (Identifier, Span);

/// The end of a block, or `otherwise` if it is empty.
fn block_end(block: &[Stmt], otherwise: u32) -> u32 {
    block.last().map_or(otherwise, |s| s.span.end)
}

impl Builder<'_> {
    /// A statement at `l..r`.
    pub fn stmt(&self, kind: StmtKind, l: u32, r: u32) -> Box<Stmt> {
        Box::new(Stmt {
            kind,
            span: Span::new(l, r),
        })
    }

    /// An expression as a statement.
    pub fn expr_stmt(&self, value: E) -> Box<StmtKind> {
        Box::new(StmtKind::Expr(value))
    }

    /// `target = target = value`.
    pub fn assign(&self, targets: Vec<Expr>, value: E) -> Box<StmtKind> {
        target::check_assignment(self, &targets, &value);
        Box::new(StmtKind::Assign { targets, value })
    }

    /// `target op= value`.
    pub fn aug_assign(&self, target: E, op: BinaryOp, value: E) -> Box<StmtKind> {
        if !is_single_target(&target) {
            let what = target::describe(&target);
            self.error(
                format!("'{what}' is an illegal expression for augmented assignment"),
                target.span,
            );
        }
        Box::new(StmtKind::AugAssign { target, op, value })
    }

    /// `target: annotation = value`.
    pub fn ann_assign(&self, target: E, annotation: E, value: Option<E>) -> Box<StmtKind> {
        match target.kind {
            ExprKind::Starred(_) => {
                let end = target.span.end;
                self.error("invalid syntax", Span::new(end, end + 1));
            }
            ExprKind::List(_) | ExprKind::Tuple(_) => {
                let what = target::describe(&target);
                self.error(
                    format!("only single target (not {what}) can be annotated"),
                    target.span,
                );
            }
            _ if !is_single_target(&target) => {
                self.error("illegal target for annotation", target.span);
            }
            _ => {}
        }
        let simple = matches!(target.kind, ExprKind::Name(_)) && !target.parenthesized;
        Box::new(StmtKind::AnnAssign {
            target,
            annotation,
            value,
            simple,
        })
    }

    /// `del targets`.
    pub fn delete(&self, targets: Vec<Expr>) -> Box<StmtKind> {
        for target in &targets {
            target::check(self, target, target::Place::Del);
        }
        Box::new(StmtKind::Delete(targets))
    }

    /// `name as asname` in an import.
    pub fn alias(&self, name: Identifier, asname: Option<Identifier>, l: u32, r: u32) -> Alias {
        Alias {
            name,
            asname,
            span: Span::new(l, r),
        }
    }

    /// `from .module import names`.
    pub fn import_from(
        &self,
        level: Option<u32>,
        module: Option<Identifier>,
        names: Vec<Alias>,
    ) -> Box<StmtKind> {
        Box::new(StmtKind::ImportFrom {
            module,
            names,
            level: level.unwrap_or(0),
        })
    }

    /// `type name[…] = value`.
    pub fn type_alias(
        &self,
        (name, name_span): SpannedName,
        type_params: Option<Vec<TypeParam>>,
        value: E,
    ) -> Box<StmtKind> {
        Box::new(StmtKind::TypeAlias(Box::new(TypeAlias {
            name,
            name_span,
            type_params: type_params.unwrap_or_default(),
            value: *value,
        })))
    }

    /// One type parameter.
    pub fn type_param(
        &self,
        span: Span,
        name: Identifier,
        kind: TypeParamKind,
        default: Option<E>,
    ) -> Box<TypeParam> {
        Box::new(TypeParam {
            name,
            kind,
            default: default.unboxed(),
            span,
        })
    }

    /// Reports `*name: bound` or `**name: bound`.
    pub fn type_param_bound(&self, param: Box<TypeParam>, bound: E, at: u32) -> Box<TypeParam> {
        let what = match bound.kind {
            ExprKind::Tuple(_) => "constraints",
            _ => "bound",
        };
        let sort = match param.kind {
            TypeParamKind::ParamSpec => "ParamSpec",
            _ => "TypeVarTuple",
        };
        self.error(
            format!("cannot use {what} with {sort}"),
            Span::new(at, at + 1),
        );
        param
    }

    /// `def`.
    pub fn function_def(
        &self,
        l: u32,
        is_async: bool,
        (name, name_span): SpannedName,
        type_params: Option<Vec<TypeParam>>,
        params: Box<Parameters>,
        returns: Option<E>,
        body: Vec<Stmt>,
    ) -> Box<Stmt> {
        let end = block_end(&body, l);
        let def = FunctionDef {
            name,
            name_span,
            type_params: type_params.unwrap_or_default(),
            params: *params,
            body,
            decorators: Vec::new(),
            returns: returns.unboxed(),
            is_async,
        };
        self.stmt(StmtKind::FunctionDef(Box::new(def)), l, end)
    }

    /// `class`.
    pub fn class_def(
        &self,
        l: u32,
        (name, name_span): SpannedName,
        type_params: Option<Vec<TypeParam>>,
        arguments: Option<Box<Arguments>>,
        body: Vec<Stmt>,
    ) -> Box<Stmt> {
        let end = block_end(&body, l);
        let (bases, keywords) = self.class_arguments(arguments);
        let def = ClassDef {
            name,
            name_span,
            type_params: type_params.unwrap_or_default(),
            bases,
            keywords,
            body,
            decorators: Vec::new(),
        };
        self.stmt(StmtKind::ClassDef(Box::new(def)), l, end)
    }

    /// A definition with its decorators.
    pub fn decorate(&self, mut stmt: Box<Stmt>, all: Vec<Expr>) -> Box<Stmt> {
        match &mut stmt.kind {
            StmtKind::FunctionDef(def) => def.decorators = all,
            StmtKind::ClassDef(def) => def.decorators = all,
            _ => {}
        }
        stmt
    }

    /// The `if` or an `elif`.
    pub fn branch(&self, l: u32, test: E, body: Vec<Stmt>) -> IfBranch {
        IfBranch {
            test: *test,
            span: Span::new(l, block_end(&body, l)),
            body,
        }
    }

    /// `if`.
    pub fn if_stmt(&self, branches: Vec<IfBranch>, orelse: Option<Vec<Stmt>>) -> Box<Stmt> {
        let orelse = orelse.unwrap_or_default();
        let l = branches.first().map_or(0, |x| x.span.start);
        let end = block_end(&orelse, branches.last().map_or(l, |x| x.span.end));
        self.stmt(StmtKind::If { branches, orelse }, l, end)
    }

    /// `while`.
    pub fn while_stmt(
        &self,
        l: u32,
        test: E,
        body: Vec<Stmt>,
        orelse: Option<Vec<Stmt>>,
    ) -> Box<Stmt> {
        let orelse = orelse.unwrap_or_default();
        let end = block_end(&orelse, block_end(&body, l));
        self.stmt(StmtKind::While { test, body, orelse }, l, end)
    }

    /// `for`.
    pub fn for_stmt(
        &self,
        l: u32,
        is_async: bool,
        target: E,
        iter: E,
        body: Vec<Stmt>,
        orelse: Option<Vec<Stmt>>,
    ) -> Box<Stmt> {
        target::check(self, &target, target::Place::For);
        let orelse = orelse.unwrap_or_default();
        let end = block_end(&orelse, block_end(&body, l));
        let stmt = For {
            target: *target,
            iter: *iter,
            body,
            orelse,
            is_async,
        };
        self.stmt(StmtKind::For(Box::new(stmt)), l, end)
    }

    /// One item of a `with`.
    pub fn with_item(&self, context_expr: E, target: Option<E>) -> Box<WithItem> {
        if let Some(target) = &target {
            target::check(self, target, target::Place::Assign);
        }
        Box::new(WithItem {
            context_expr: *context_expr,
            optional_vars: target.unboxed(),
        })
    }

    /// `with`.
    pub fn with_stmt(
        &self,
        l: u32,
        is_async: bool,
        items: Vec<WithItem>,
        body: Vec<Stmt>,
    ) -> Box<Stmt> {
        let end = block_end(&body, l);
        let kind = StmtKind::With {
            items,
            body,
            is_async,
        };
        self.stmt(kind, l, end)
    }

    /// One `except` clause. Whether it is an `except*` is known only from `is_star`.
    pub fn handler(
        &self,
        l: u32,
        is_star: bool,
        typ: Option<E>,
        name: Option<Identifier>,
        body: Vec<Stmt>,
    ) -> Box<(ExceptHandler, bool)> {
        let handler = ExceptHandler {
            typ: typ.unboxed(),
            name,
            span: Span::new(l, block_end(&body, l)),
            body,
        };
        Box::new((handler, is_star))
    }

    /// `try`.
    pub fn try_stmt(
        &self,
        l: u32,
        body: Vec<Stmt>,
        handlers: Vec<(ExceptHandler, bool)>,
        orelse: Option<Vec<Stmt>>,
        finalbody: Option<Vec<Stmt>>,
    ) -> Box<Stmt> {
        let is_star = handlers.first().is_some_and(|(_, is_star)| *is_star);
        if let Some((wrong, _)) = handlers.iter().find(|(_, star)| *star != is_star) {
            let start = wrong.span.start;
            self.error(
                "cannot have both 'except' and 'except*' on the same 'try'",
                Span::new(start, start + "except".len() as u32),
            );
        }
        let handlers: Vec<ExceptHandler> = handlers.into_iter().map(|(h, _)| h).collect();
        let orelse = orelse.unwrap_or_default();
        let finalbody = finalbody.unwrap_or_default();
        let end = block_end(&body, l);
        let end = handlers.last().map_or(end, |h| h.span.end);
        let end = block_end(&finalbody, block_end(&orelse, end));
        let stmt = Try {
            body,
            handlers,
            orelse,
            finalbody,
            is_star,
        };
        self.stmt(StmtKind::Try(Box::new(stmt)), l, end)
    }

    /// `match`.
    pub fn match_stmt(&self, l: u32, subject: E, cases: Vec<MatchCase>) -> Box<Stmt> {
        if matches!(subject.kind, ExprKind::Starred(_)) {
            self.error("invalid syntax", subject.span);
        }
        let end = cases.last().map_or(l, |c| block_end(&c.body, l));
        self.stmt(StmtKind::Match { subject, cases }, l, end)
    }

    /// One `case` block.
    pub fn case(&self, pattern: Box<Pattern>, guard: Option<E>, body: Vec<Stmt>) -> Box<MatchCase> {
        Box::new(MatchCase {
            pattern: *pattern,
            guard: guard.unboxed(),
            body,
        })
    }
}

/// Whether `expr` may be annotated or assigned with an operator.
fn is_single_target(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. }
    )
}
