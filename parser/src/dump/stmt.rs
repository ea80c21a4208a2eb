//! Statements as text.

use super::expr::{self, write_keyword, write_parameters};
use super::{Context, Fields, Out, literal, node, pattern};
use crate::ast::*;
use aio_lexer::Span;

/// Writes a statement.
pub fn write(out: &mut Out, stmt: &Stmt) {
    write_bare(out, stmt);
    out.place(stmt.span);
}

fn write_bare(out: &mut Out, stmt: &Stmt) {
    match &stmt.kind {
        StmtKind::FunctionDef(def) => write_function(out, def),
        StmtKind::ClassDef(def) => write_class(out, def),
        StmtKind::For(stmt) => write_for(out, stmt),
        StmtKind::While { test, body, orelse } => node(out, "While", |f| {
            f.expr("test", test);
            f.stmts("body", body);
            f.stmts("orelse", orelse);
        }),
        StmtKind::If { branches, orelse } => write_if(out, branches, orelse, stmt.span),
        StmtKind::With {
            items,
            body,
            is_async,
        } => node(out, if *is_async { "AsyncWith" } else { "With" }, |f| {
            f.list("items", items, write_with_item);
            f.stmts("body", body);
        }),
        StmtKind::Match { subject, cases } => node(out, "Match", |f| {
            f.expr("subject", subject);
            f.list("cases", cases, write_case);
        }),
        StmtKind::Try(stmt) => write_try(out, stmt),
        _ => write_simple(out, stmt),
    }
}

fn write_simple(out: &mut Out, stmt: &Stmt) {
    match &stmt.kind {
        StmtKind::Return(value) => node(out, "Return", |f| f.opt_expr("value", value.as_deref())),
        StmtKind::Delete(targets) => {
            node(out, "Delete", |f| {
                f.targets("targets", targets, Context::Del)
            });
        }
        StmtKind::TypeAlias(alias) => node(out, "TypeAlias", |f| {
            f.name("name");
            node(f.out, "Name", |f| {
                f.string("id", &alias.name);
                f.context(Context::Store);
            });
            f.out.place(stmt.span);
            f.list("type_params", &alias.type_params, write_type_param);
            f.expr("value", &alias.value);
        }),
        StmtKind::Raise { exc, cause } => node(out, "Raise", |f| {
            f.opt_expr("exc", exc.as_deref());
            f.opt_expr("cause", cause.as_deref());
        }),
        StmtKind::Assert { test, msg } => node(out, "Assert", |f| {
            f.expr("test", test);
            f.opt_expr("msg", msg.as_deref());
        }),
        StmtKind::Import(names) => node(out, "Import", |f| f.list("names", names, write_alias)),
        StmtKind::ImportFrom {
            module,
            names,
            level,
        } => node(out, "ImportFrom", |f| {
            f.opt_string("module", module.as_ref());
            f.list("names", names, write_alias);
            f.text("level", &level.to_string());
        }),
        StmtKind::Global(names) => node(out, "Global", |f| f.strings("names", names)),
        StmtKind::Nonlocal(names) => node(out, "Nonlocal", |f| f.strings("names", names)),
        StmtKind::Expr(value) => node(out, "Expr", |f| f.expr("value", value)),
        StmtKind::Pass => out.push_str("Pass()"),
        StmtKind::Break => out.push_str("Break()"),
        StmtKind::Continue => out.push_str("Continue()"),
        kind => write_assignment(out, kind),
    }
}

fn write_assignment(out: &mut Out, kind: &StmtKind) {
    match kind {
        StmtKind::Assign { targets, value } => node(out, "Assign", |f| {
            f.targets("targets", targets, Context::Store);
            f.expr("value", value);
        }),
        StmtKind::AugAssign { target, op, value } => node(out, "AugAssign", |f| {
            f.target("target", target, Context::Store);
            f.text("op", expr::binary_op(*op));
            f.expr("value", value);
        }),
        StmtKind::AnnAssign {
            target,
            annotation,
            value,
            simple,
        } => node(out, "AnnAssign", |f| {
            f.target("target", target, Context::Store);
            f.expr("annotation", annotation);
            f.opt_expr("value", value.as_deref());
            f.flag("simple", *simple);
        }),
        _ => {}
    }
}

fn write_function(out: &mut Out, def: &FunctionDef) {
    let name = if def.is_async {
        "AsyncFunctionDef"
    } else {
        "FunctionDef"
    };
    node(out, name, |f| {
        f.string("name", &def.name);
        f.name("args");
        write_parameters(f.out, &def.params);
        f.stmts("body", &def.body);
        f.exprs("decorator_list", &def.decorators);
        f.opt_expr("returns", def.returns.as_ref());
        f.list("type_params", &def.type_params, write_type_param);
    });
}

fn write_class(out: &mut Out, def: &ClassDef) {
    node(out, "ClassDef", |f| {
        f.string("name", &def.name);
        f.exprs("bases", &def.bases);
        f.list("keywords", &def.keywords, write_keyword);
        f.stmts("body", &def.body);
        f.exprs("decorator_list", &def.decorators);
        f.list("type_params", &def.type_params, write_type_param);
    });
}

fn write_type_param(out: &mut Out, param: &TypeParam) {
    let name = match param.kind {
        TypeParamKind::TypeVar(_) => "TypeVar",
        TypeParamKind::TypeVarTuple => "TypeVarTuple",
        TypeParamKind::ParamSpec => "ParamSpec",
    };
    node(out, name, |f| {
        f.string("name", &param.name);
        if let TypeParamKind::TypeVar(bound) = &param.kind {
            f.opt_expr("bound", bound.as_ref());
        }
        f.opt_expr("default_value", param.default.as_ref());
    });
    out.place(param.span);
}

fn write_for(out: &mut Out, stmt: &For) {
    node(out, if stmt.is_async { "AsyncFor" } else { "For" }, |f| {
        f.target("target", &stmt.target, Context::Store);
        f.expr("iter", &stmt.iter);
        f.stmts("body", &stmt.body);
        f.stmts("orelse", &stmt.orelse);
    });
}

/// Writes an `if`, nested as CPython nests it, but without recursion: the chain may be long.
fn write_if(out: &mut Out, branches: &[IfBranch], orelse: &[Stmt], whole: Span) {
    for (i, branch) in branches.iter().enumerate() {
        if i > 0 {
            out.push_str(", orelse=[");
        }
        out.push_str("If(");
        let mut fields = Fields {
            out,
            is_first: true,
        };
        fields.expr("test", &branch.test);
        fields.stmts("body", &branch.body);
        if i + 1 == branches.len() {
            fields.stmts("orelse", orelse);
        }
    }
    out.push(')');
    for branch in branches.iter().skip(1).rev() {
        out.place(Span::new(branch.span.start, whole.end));
        out.push_str("])");
    }
}

fn write_with_item(out: &mut Out, item: &WithItem) {
    node(out, "withitem", |f| {
        f.expr("context_expr", &item.context_expr);
        if let Some(target) = &item.optional_vars {
            f.target("optional_vars", target, Context::Store);
        }
    });
}

fn write_case(out: &mut Out, case: &MatchCase) {
    node(out, "match_case", |f| {
        f.name("pattern");
        pattern::write(f.out, &case.pattern);
        f.opt_expr("guard", case.guard.as_ref());
        f.stmts("body", &case.body);
    });
}

fn write_try(out: &mut Out, stmt: &Try) {
    node(out, if stmt.is_star { "TryStar" } else { "Try" }, |f| {
        f.stmts("body", &stmt.body);
        f.list("handlers", &stmt.handlers, |out, handler| {
            node(out, "ExceptHandler", |f| {
                f.opt_expr("type", handler.typ.as_ref());
                f.opt_string("name", handler.name.as_ref());
                f.stmts("body", &handler.body);
            });
            out.place(handler.span);
        });
        f.stmts("orelse", &stmt.orelse);
        f.stmts("finalbody", &stmt.finalbody);
    });
}

fn write_alias(out: &mut Out, alias: &Alias) {
    node(out, "alias", |f| {
        f.name("name");
        literal::write_str(f.out, &alias.name);
        f.opt_string("asname", alias.asname.as_ref());
    });
    out.place(alias.span);
}
