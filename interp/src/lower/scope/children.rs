//! The direct parts of syntax nodes, in the order of their evaluation.

use aio_parser::ast::*;

/// All parameters in slot order.
pub fn all_params(p: &Parameters) -> impl Iterator<Item = &Parameter> {
    p.posonly
        .iter()
        .chain(&p.args)
        .chain(&p.kwonly)
        .chain(p.vararg.as_deref())
        .chain(p.kwarg.as_deref())
}

fn fstring_children<'e>(parts: &'e [FStringPart], visit: &mut dyn FnMut(&'e Expr)) {
    for part in parts {
        if let FStringPart::Field(field) = part {
            visit(&field.value);
            if let Some(spec) = &field.format_spec {
                fstring_children(spec, visit);
            }
        }
    }
}

/// The direct sub-expressions that are evaluated with the expression, in order (not those inside
/// a scope of its own).
pub fn each_child<'e>(e: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    match &e.kind {
        ExprKind::Constant(_) | ExprKind::Name(_) | ExprKind::Lambda { .. } => {}
        ExprKind::ListComp { generators, .. }
        | ExprKind::SetComp { generators, .. }
        | ExprKind::DictComp { generators, .. }
        | ExprKind::GeneratorExp { generators, .. } => visit(&generators[0].iter),
        ExprKind::BoolOp { values, .. } => values.iter().for_each(visit),
        ExprKind::BinOp { left, right, .. } => {
            visit(left);
            visit(right);
        }
        ExprKind::UnaryOp { operand, .. } => visit(operand),
        ExprKind::IfExp { test, body, orelse } => {
            visit(test);
            visit(body);
            visit(orelse);
        }
        ExprKind::Dict(items) => {
            for item in items {
                item.key.iter().for_each(&mut *visit);
                visit(&item.value);
            }
        }
        ExprKind::Set(items) | ExprKind::List(items) | ExprKind::Tuple(items) => {
            items.iter().for_each(visit);
        }
        ExprKind::Await(inner) | ExprKind::YieldFrom(inner) | ExprKind::Starred(inner) => {
            visit(inner)
        }
        ExprKind::Yield(inner) => {
            if let Some(inner) = inner {
                visit(inner);
            }
        }
        ExprKind::Compare { left, comparisons } => {
            visit(left);
            comparisons.iter().for_each(|(_, c)| visit(c));
        }
        ExprKind::Call {
            func,
            args,
            keywords,
        } => {
            visit(func);
            args.iter().for_each(&mut *visit);
            keywords.iter().for_each(|k| visit(&k.value));
        }
        ExprKind::JoinedStr(parts) => fstring_children(parts, visit),
        ExprKind::Attribute { value, .. } => visit(value),
        ExprKind::Subscript { value, index } => {
            visit(value);
            visit(index);
        }
        ExprKind::Slice { lower, upper, step } => {
            for part in [lower, upper, step].into_iter().flatten() {
                visit(part);
            }
        }
        ExprKind::NamedExpr { value, .. } => visit(value),
    }
}
