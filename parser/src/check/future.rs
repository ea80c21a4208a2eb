//! `from __future__` imports: where they may stand and what they may name.

use super::{Checker, Phase};
use crate::ast::{Alias, Constant, ExprKind, Module, Stmt, StmtKind};

/// The features that CPython 3.13 knows.
const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// Checks the imports at the beginning of the module, and notes their features. Those further
/// down are reported where the walk meets them.
pub fn check(checker: &mut Checker, module: &Module) {
    for stmt in &module.body[prologue(&module.body)] {
        let Some(names) = imported(stmt) else {
            continue;
        };
        for alias in names {
            match &*alias.name {
                "annotations" => checker.has_future_annotations = true,
                "braces" => checker.error(Phase::Future, "not a chance", stmt.span),
                name if !FEATURES.contains(&name) => {
                    let message = format!("future feature {name} is not defined");
                    checker.error(Phase::Future, message, stmt.span);
                }
                _ => {}
            }
        }
    }
    let rest = prologue(&module.body).end;
    for stmt in &module.body[rest..] {
        // CPython sees only the top level in this pass.
        if imported(stmt).is_some() {
            misplaced(checker, stmt, Phase::Future);
        }
    }
}

/// Reports an import from `__future__` within a block.
pub fn check_nested(checker: &mut Checker, stmt: &Stmt) {
    if imported(stmt).is_some() {
        misplaced(checker, stmt, Phase::Code);
    }
}

fn misplaced(checker: &mut Checker, stmt: &Stmt, phase: Phase) {
    checker.error(
        phase,
        "from __future__ imports must occur at the beginning of the file",
        stmt.span,
    );
}

/// The statements among which the imports may stand: they and a docstring before them.
fn prologue(body: &[Stmt]) -> std::ops::Range<usize> {
    let has_docstring = body.first().is_some_and(is_string);
    let after = body
        .iter()
        .enumerate()
        .position(|(i, s)| imported(s).is_none() && !(i == 0 && has_docstring));
    0..after.unwrap_or(body.len())
}

fn is_string(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::Expr(e)
        if matches!(e.kind, ExprKind::Constant(Constant::Str(_))))
}

/// The names that `stmt` imports from `__future__`, if it does.
fn imported(stmt: &Stmt) -> Option<&[Alias]> {
    match &stmt.kind {
        StmtKind::ImportFrom {
            module: Some(module),
            names,
            level: 0,
        } if &**module == "__future__" => Some(names),
        _ => None,
    }
}
