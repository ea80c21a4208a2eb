//! What may be assigned to or deleted, and CPython's words for what may not.

use super::Builder;
use crate::ast::*;

/// Where a target stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// After `for`.
    For,
    /// After `del`.
    Del,
    /// Before `=`, after `as`.
    Assign,
}

/// Reports the first part of `target` that cannot be a target.
pub fn check(b: &Builder, target: &Expr, place: Place) {
    if let Some(wrong) = first_invalid(target, place) {
        let verb = if place == Place::Del {
            "delete"
        } else {
            "assign to"
        };
        b.error(format!("cannot {verb} {}", describe(wrong)), wrong.span);
    }
}

/// The first part of `target` that cannot be a target.
pub fn first_invalid(target: &Expr, place: Place) -> Option<&Expr> {
    match &target.kind {
        // What stands before `in` may be all of the target.
        ExprKind::Compare { left, comparisons } if place == Place::For => {
            let is_in = comparisons.first().is_some_and(|c| c.0 == CmpOp::In);
            first_invalid(left, place).filter(|_| is_in)
        }
        ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => None,
        ExprKind::Tuple(elements) | ExprKind::List(elements) => {
            elements.iter().find_map(|e| first_invalid(e, place))
        }
        ExprKind::Starred(_) if place == Place::Del => Some(target),
        ExprKind::Starred(value) => first_invalid(value, place),
        _ => Some(target),
    }
}

/// Reports the wrong targets of `targets[0] = targets[1] = … = value`.
pub fn check_assignment(b: &Builder, targets: &[Expr], value: &Expr) {
    for target in targets {
        if matches!(target.kind, ExprKind::Yield(_) | ExprKind::YieldFrom(_))
            && !target.parenthesized
        {
            b.error("assignment to yield expression not possible", target.span);
            return;
        }
        let Some(wrong) = first_invalid(target, Place::Assign) else {
            continue;
        };
        let next = targets.get(1).unwrap_or(value);
        let is_chain = targets.len() > 1 && is_comparand(next) && !is_bare_tuple(b, next);
        if starts_comparand(next) && !is_chain {
            hint_at_comparison(b, &targets[0], next, wrong);
        } else {
            b.error(format!("cannot assign to {}", describe(wrong)), wrong.span);
        }
        return;
    }
}

/// Reports the wrong target of a single `=`, which may have been meant as `==`.
fn hint_at_comparison(b: &Builder, target: &Expr, value: &Expr, wrong: &Expr) {
    if let ExprKind::Tuple(elements) = &target.kind
        && let Some(last) = elements.last()
        && is_bare_tuple(b, target)
        && (is_plain_name(last) || is_comparand(last) && may_be_compared(last))
    {
        // CPython sees the `=` after the last element first.
        return wrong_equal(b, last, value.span);
    }
    if is_plain_name(target) || is_comparand(target) && may_be_compared(target) {
        wrong_equal(b, target, value.span);
    } else {
        b.error(format!("cannot assign to {}", describe(wrong)), wrong.span);
    }
}

/// Reports a `=` where only an expression may stand.
pub fn wrong_equal(b: &Builder, target: &Expr, value: Span) {
    if is_plain_name(target) {
        b.error(
            "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
            target.span.to(value),
        );
    } else if is_comparand(target) && may_be_compared(target) {
        let what = describe(target);
        b.error_before(
            format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?"),
            target.span,
            value.end,
        );
    } else {
        let end = target.span.end;
        b.error("invalid syntax", Span::new(end, value.start));
    }
}

fn is_plain_name(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Name(_)) && !expr.parenthesized
}

/// Whether `expr` is a tuple without parentheses around it.
fn is_bare_tuple(b: &Builder, expr: &Expr) -> bool {
    if !matches!(expr.kind, ExprKind::Tuple(_)) {
        return false;
    }
    let text = b.source.get(expr.span.range()).unwrap_or_default();
    let mut depth = 0_i32;
    for (i, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i + c.len_utf8() < text.len();
        }
    }
    true
}

/// Whether a `==` after `target` is a likely intention.
fn may_be_compared(target: &Expr) -> bool {
    let is_display = matches!(
        target.kind,
        ExprKind::List(_)
            | ExprKind::Tuple(_)
            | ExprKind::GeneratorExp { .. }
            | ExprKind::Constant(Constant::True | Constant::False | Constant::None)
    );
    !is_display || target.parenthesized
}

/// Whether `expr` can be an operand of a comparison as it is written.
fn is_comparand(expr: &Expr) -> bool {
    expr.parenthesized
        || !matches!(
            expr.kind,
            ExprKind::Compare { .. }
                | ExprKind::BoolOp { .. }
                | ExprKind::UnaryOp {
                    op: UnaryOp::Not,
                    ..
                }
                | ExprKind::IfExp { .. }
                | ExprKind::Lambda { .. }
                | ExprKind::Starred(_)
                | ExprKind::NamedExpr { .. }
                | ExprKind::Yield(_)
                | ExprKind::YieldFrom(_)
        )
}

/// Whether what is assigned begins with an operand of a comparison.
fn starts_comparand(value: &Expr) -> bool {
    value.parenthesized
        || match &value.kind {
            ExprKind::Tuple(elements) => elements.first().is_none_or(starts_comparand),
            ExprKind::Compare { left, .. } => starts_comparand(left),
            ExprKind::BoolOp { values, .. } => values.first().is_none_or(starts_comparand),
            ExprKind::IfExp { body, .. } => starts_comparand(body),
            _ => is_comparand(value),
        }
}

/// CPython's word for an expression in messages about targets.
pub fn describe(expr: &Expr) -> &'static str {
    match &expr.kind {
        ExprKind::Attribute { .. } => "attribute",
        ExprKind::Subscript { .. } => "subscript",
        ExprKind::Starred(_) => "starred",
        ExprKind::Name(_) => "name",
        ExprKind::List(_) => "list",
        ExprKind::Tuple(_) => "tuple",
        ExprKind::Lambda { .. } => "lambda",
        ExprKind::Call { .. } => "function call",
        ExprKind::BoolOp { .. } | ExprKind::BinOp { .. } | ExprKind::UnaryOp { .. } => "expression",
        ExprKind::GeneratorExp { .. } => "generator expression",
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => "yield expression",
        ExprKind::Await(_) => "await expression",
        ExprKind::ListComp { .. } => "list comprehension",
        ExprKind::SetComp { .. } => "set comprehension",
        ExprKind::DictComp { .. } => "dict comprehension",
        ExprKind::Dict(_) => "dict literal",
        ExprKind::Set(_) => "set display",
        ExprKind::JoinedStr(_) => "f-string expression",
        ExprKind::Constant(Constant::None) => "None",
        ExprKind::Constant(Constant::True) => "True",
        ExprKind::Constant(Constant::False) => "False",
        ExprKind::Constant(Constant::Ellipsis) => "ellipsis",
        ExprKind::Constant(_) => "literal",
        ExprKind::Compare { .. } => "comparison",
        ExprKind::IfExp { .. } => "conditional expression",
        ExprKind::NamedExpr { .. } => "named expression",
        ExprKind::Slice { .. } => "slice",
    }
}
