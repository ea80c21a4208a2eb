//! Expressions as text.

use super::{Context, Out, literal, node};
use crate::ast::*;
use aio_lexer::Span;

/// Writes an expression.
pub fn write(out: &mut Out, expr: &Expr, context: Context) {
    write_bare(out, expr, context);
    out.place(expr.span);
}

fn write_bare(out: &mut Out, expr: &Expr, context: Context) {
    match &expr.kind {
        ExprKind::Name(id) => node(out, "Name", |f| {
            f.string("id", id);
            f.context(context);
        }),
        ExprKind::Attribute { value, attr, .. } => node(out, "Attribute", |f| {
            f.expr("value", value);
            f.string("attr", attr);
            f.context(context);
        }),
        ExprKind::Subscript { value, index } => node(out, "Subscript", |f| {
            f.expr("value", value);
            f.expr("slice", index);
            f.context(context);
        }),
        ExprKind::Starred(value) => node(out, "Starred", |f| {
            f.target("value", value, context);
            f.context(context);
        }),
        ExprKind::List(elements) => node(out, "List", |f| {
            f.targets("elts", elements, context);
            f.context(context);
        }),
        ExprKind::Tuple(elements) => node(out, "Tuple", |f| {
            f.targets("elts", elements, context);
            f.context(context);
        }),
        ExprKind::Constant(value) => node(out, "Constant", |f| {
            f.name("value");
            literal::write(f.out, value);
        }),
        _ => write_compound(out, expr),
    }
}

fn write_compound(out: &mut Out, expr: &Expr) {
    match &expr.kind {
        ExprKind::Lambda { params, body } => node(out, "Lambda", |f| {
            f.name("args");
            write_parameters(f.out, params);
            f.expr("body", body);
        }),
        ExprKind::IfExp { test, body, orelse } => node(out, "IfExp", |f| {
            f.expr("test", test);
            f.expr("body", body);
            f.expr("orelse", orelse);
        }),
        ExprKind::Dict(items) => node(out, "Dict", |f| {
            f.list("keys", items, |out, item| match &item.key {
                Some(key) => write(out, key, Context::Load),
                None => out.push_str("None"),
            });
            f.list("values", items, |out, item| {
                write(out, &item.value, Context::Load);
            });
        }),
        ExprKind::Set(elements) => node(out, "Set", |f| f.exprs("elts", elements)),
        ExprKind::Await(value) => node(out, "Await", |f| f.expr("value", value)),
        ExprKind::Yield(value) => node(out, "Yield", |f| f.opt_expr("value", value.as_deref())),
        ExprKind::YieldFrom(value) => node(out, "YieldFrom", |f| f.expr("value", value)),
        ExprKind::Call {
            func,
            args,
            keywords,
        } => node(out, "Call", |f| {
            f.expr("func", func);
            f.exprs("args", args);
            f.list("keywords", keywords, write_keyword);
        }),
        ExprKind::JoinedStr(parts) => write_joined(out, parts, expr.span),
        ExprKind::Slice { lower, upper, step } => node(out, "Slice", |f| {
            f.opt_expr("lower", lower.as_deref());
            f.opt_expr("upper", upper.as_deref());
            f.opt_expr("step", step.as_deref());
        }),
        ExprKind::NamedExpr { target, value } => node(out, "NamedExpr", |f| {
            f.target("target", target, Context::Store);
            f.expr("value", value);
        }),
        _ => write_operation(out, expr),
    }
}

fn write_operation(out: &mut Out, expr: &Expr) {
    match &expr.kind {
        ExprKind::BoolOp { op, values } => node(out, "BoolOp", |f| {
            f.text("op", if *op == BoolOp::And { "And()" } else { "Or()" });
            f.exprs("values", values);
        }),
        ExprKind::BinOp { left, op, right } => node(out, "BinOp", |f| {
            f.expr("left", left);
            f.text("op", binary_op(*op));
            f.expr("right", right);
        }),
        ExprKind::UnaryOp { op, operand } => node(out, "UnaryOp", |f| {
            let op = match op {
                UnaryOp::Invert => "Invert()",
                UnaryOp::Not => "Not()",
                UnaryOp::UAdd => "UAdd()",
                UnaryOp::USub => "USub()",
            };
            f.text("op", op);
            f.expr("operand", operand);
        }),
        ExprKind::Compare { left, comparisons } => node(out, "Compare", |f| {
            f.expr("left", left);
            f.list("ops", comparisons, |out, c| out.push_str(cmp_op(c.0)));
            f.list("comparators", comparisons, |out, c| {
                write(out, &c.1, Context::Load);
            });
        }),
        _ => write_comprehension(out, expr),
    }
}

fn write_comprehension(out: &mut Out, expr: &Expr) {
    let (name, elt, generators) = match &expr.kind {
        ExprKind::ListComp { elt, generators } => ("ListComp", elt, generators),
        ExprKind::SetComp { elt, generators } => ("SetComp", elt, generators),
        ExprKind::GeneratorExp { elt, generators } => ("GeneratorExp", elt, generators),
        ExprKind::DictComp {
            key,
            value,
            generators,
        } => {
            return node(out, "DictComp", |f| {
                f.expr("key", key);
                f.expr("value", value);
                f.list("generators", generators, write_generator);
            });
        }
        _ => return,
    };
    node(out, name, |f| {
        f.expr("elt", elt);
        f.list("generators", generators, write_generator);
    });
}

fn write_generator(out: &mut Out, clause: &Comprehension) {
    node(out, "comprehension", |f| {
        f.target("target", &clause.target, Context::Store);
        f.expr("iter", &clause.iter);
        f.exprs("ifs", &clause.ifs);
        f.flag("is_async", clause.is_async);
    });
}

/// Writes a keyword argument.
pub fn write_keyword(out: &mut Out, keyword: &Keyword) {
    node(out, "keyword", |f| {
        f.opt_string("arg", keyword.name.as_ref());
        f.expr("value", &keyword.value);
    });
    out.place(keyword.span);
}

/// Writes parameters. CPython keeps the defaults in lists of their own.
pub fn write_parameters(out: &mut Out, params: &Parameters) {
    let write_default = |out: &mut Out, param: &Parameter| match &param.default {
        Some(default) => write(out, default, Context::Load),
        None => out.push_str("None"),
    };
    let positional = params.posonly.iter().chain(&params.args);
    let defaults: Vec<&Expr> = positional.filter_map(|p| p.default.as_ref()).collect();
    node(out, "arguments", |f| {
        f.list("posonlyargs", &params.posonly, write_parameter);
        f.list("args", &params.args, write_parameter);
        if let Some(param) = &params.vararg {
            f.name("vararg");
            write_parameter(f.out, param);
        }
        f.list("kwonlyargs", &params.kwonly, write_parameter);
        f.list("kw_defaults", &params.kwonly, write_default);
        if let Some(param) = &params.kwarg {
            f.name("kwarg");
            write_parameter(f.out, param);
        }
        f.list("defaults", &defaults, |out, e| write(out, e, Context::Load));
    });
}

fn write_parameter(out: &mut Out, param: &Parameter) {
    node(out, "arg", |f| {
        f.string("arg", &param.name);
        f.opt_expr("annotation", param.annotation.as_ref());
    });
    out.place(param.span);
}

/// Writes the parts of an f-string, the text of `{x=}` joined with the literal text before it.
fn write_joined(out: &mut Out, parts: &[FStringPart], whole: Span) {
    enum Value<'a> {
        Text(String),
        Field(&'a FormattedValue),
    }
    fn push_text(values: &mut Vec<Value>, text: &str) {
        match values.last_mut() {
            Some(Value::Text(last)) => last.push_str(text),
            _ => values.push(Value::Text(text.to_owned())),
        }
    }
    let mut values = Vec::new();
    for part in parts {
        match part {
            FStringPart::Literal(text) => push_text(&mut values, text),
            FStringPart::Field(field) => {
                if let Some(text) = &field.debug_text {
                    push_text(&mut values, text);
                }
                values.push(Value::Field(field));
            }
        }
    }
    node(out, "JoinedStr", |f| {
        f.list("values", &values, |out, value| match value {
            Value::Text(text) => {
                node(out, "Constant", |f| f.string("value", text));
                out.place(whole);
            }
            Value::Field(field) => write_field(out, field),
        });
    });
}

fn write_field(out: &mut Out, field: &FormattedValue) {
    node(out, "FormattedValue", |f| {
        f.expr("value", &field.value);
        let conversion = match field.conversion {
            Conversion::None => "-1",
            Conversion::Str => "115",
            Conversion::Repr => "114",
            Conversion::Ascii => "97",
        };
        f.text("conversion", conversion);
        if let Some(spec) = &field.format_spec {
            f.name("format_spec");
            write_joined(f.out, spec, field.span);
            f.out.place(field.span);
        }
    });
    out.place(field.span);
}

/// CPython's node for a binary operator.
pub fn binary_op(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "Add()",
        BinaryOp::Sub => "Sub()",
        BinaryOp::Mult => "Mult()",
        BinaryOp::MatMult => "MatMult()",
        BinaryOp::Div => "Div()",
        BinaryOp::Mod => "Mod()",
        BinaryOp::Pow => "Pow()",
        BinaryOp::LShift => "LShift()",
        BinaryOp::RShift => "RShift()",
        BinaryOp::BitOr => "BitOr()",
        BinaryOp::BitXor => "BitXor()",
        BinaryOp::BitAnd => "BitAnd()",
        BinaryOp::FloorDiv => "FloorDiv()",
    }
}

fn cmp_op(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => "Eq()",
        CmpOp::NotEq => "NotEq()",
        CmpOp::Lt => "Lt()",
        CmpOp::LtE => "LtE()",
        CmpOp::Gt => "Gt()",
        CmpOp::GtE => "GtE()",
        CmpOp::Is => "Is()",
        CmpOp::IsNot => "IsNot()",
        CmpOp::In => "In()",
        CmpOp::NotIn => "NotIn()",
    }
}
