//! What the functions of the crate promise beyond trees and messages: places, sharing, options.

use std::rc::Rc;

use aio_parser::ast::{Expr, ExprKind, Span, Stmt, StmtKind};
use aio_parser::{ParseOptions, parse, parse_expression, parse_with};

fn text(source: &str, span: Span) -> &str {
    &source[span.range()]
}

fn statements(source: &str) -> Vec<Stmt> {
    match parse(source) {
        Ok(parsed) => parsed.module.body,
        Err(errors) => panic!("{source}: {}", errors[0]),
    }
}

fn expression(source: &str) -> Expr {
    match parse_expression(source) {
        Ok(parsed) => parsed.expr,
        Err(errors) => panic!("{source}: {}", errors[0]),
    }
}

#[test]
fn spans_leave_out_parentheses_around_but_not_within() {
    let source = "( (a) + (b) )";
    let sum = expression(source);
    assert!(sum.is_parenthesized());
    assert_eq!(text(source, sum.span), "(a) + (b)");
    let ExprKind::BinOp { left, right, .. } = &sum.kind else {
        panic!("not a sum");
    };
    assert_eq!(text(source, left.span), "a");
    assert_eq!(text(source, right.span), "b");
    let chain = expression("(a) + (b) * (c) - (d)");
    assert_eq!((chain.span.start, chain.span.end), (0, 21));
    let both = expression("(a) and (b) or (c)");
    assert_eq!((both.span.start, both.span.end), (0, 18));
}

#[test]
fn statements_span_their_blocks() {
    let source = "async def f(a): # x\n    if a:\n        b\n    c\n\nd\n";
    let body = statements(source);
    assert!(text(source, body[0].span).starts_with("async def"));
    assert!(text(source, body[0].span).ends_with("    c"));
    assert_eq!(text(source, body[1].span), "d");
    let StmtKind::FunctionDef(def) = &body[0].kind else {
        panic!("not a function");
    };
    assert_eq!(text(source, def.name_span), "f");
    assert_eq!(text(source, def.params.args[0].span), "a");
    assert_eq!(text(source, def.body[0].span), "if a:\n        b");
}

#[test]
fn attributes_know_where_their_name_stands() {
    let source = "a . b . c";
    let ExprKind::Attribute { attr_span, .. } = expression(source).kind else {
        panic!("not an attribute");
    };
    assert_eq!(text(source, attr_span), "c");
}

#[test]
fn a_sole_generator_argument_has_the_parentheses_of_the_call() {
    let source = "f(a for a in b)";
    let ExprKind::Call { args, .. } = expression(source).kind else {
        panic!("not a call");
    };
    assert_eq!(text(source, args[0].span), "(a for a in b)");
}

#[test]
fn fields_of_fstrings_have_places_in_the_source() {
    let source = "f'x{ a!r:>{w}}'";
    let ExprKind::JoinedStr(parts) = expression(source).kind else {
        panic!("not an f-string");
    };
    let aio_parser::ast::FStringPart::Field(field) = &parts[1] else {
        panic!("not a field");
    };
    assert_eq!(text(source, field.span), "{ a!r:>{w}}");
    assert_eq!(text(source, field.value.span), "a");
}

#[test]
fn equal_names_share_an_allocation() {
    let body = statements("name\nname");
    let name = |stmt: &Stmt| match &stmt.kind {
        StmtKind::Expr(e) => match &e.kind {
            ExprKind::Name(name) => name.clone(),
            _ => panic!("not a name"),
        },
        _ => panic!("not an expression"),
    };
    assert!(Rc::ptr_eq(&name(&body[0]), &name(&body[1])));
}

#[test]
fn expressions_may_have_space_around() {
    assert!(matches!(expression(" \t a \n\n").kind, ExprKind::Name(_)));
    assert!(matches!(expression("a, b").kind, ExprKind::Tuple(_)));
    assert!(matches!(expression("# x\na").kind, ExprKind::Name(_)));
}

#[test]
fn statements_are_no_expressions() {
    let wrong = [
        "", "  ", "a = 1", "a += 1", "a: b", "pass", "a\nb", "a; b", "yield a", "x y",
    ];
    for source in wrong {
        let Err(errors) = parse_expression(source) else {
            panic!("{source} is an expression");
        };
        assert_eq!(errors[0].message, "invalid syntax", "{source}");
    }
    let errors = parse_expression("a.b = 1").expect_err("is no expression");
    assert_eq!(errors[0].span, Span::new(4, 5));
    assert!(parse_expression("(yield)").is_err());
    assert!(parse_expression("a;").is_ok() || parse_expression("a;").is_err());
}

#[test]
fn await_may_stand_at_the_top_only_by_option() {
    let sources = [
        "await a",
        "async for a in b: pass",
        "async with a: pass",
        "[a async for a in b]",
        "[await a for a in b]",
    ];
    let options = ParseOptions {
        allow_top_level_await: true,
    };
    for source in sources {
        assert!(parse(source).is_err(), "{source}");
        assert!(parse_with(source, options).is_ok(), "{source}");
    }
    for source in ["def f(): await a", "class A: await a", "lambda: await a"] {
        assert!(parse_with(source, options).is_err(), "{source}");
    }
}

#[test]
fn independent_errors_are_all_reported() {
    let errors = parse("f() = 1\nNone = 2\n").expect_err("is wrong");
    assert_eq!(errors.len(), 2);
    let errors = parse("break\nreturn\nyield\n").expect_err("is wrong");
    assert_eq!(errors.len(), 3);
    assert!(errors.is_sorted_by_key(|e| e.span.start));
}

#[test]
fn spans_lie_within_the_source() {
    for source in ["(", "f(", "if x:", "f'{", "x = ", "é(", "a é", "'''é"] {
        for error in parse(source).expect_err("is wrong") {
            assert!(
                error.span.end as usize <= source.len(),
                "{source}: {error:?}"
            );
            assert!(error.span.start <= error.span.end, "{source}: {error:?}");
        }
    }
}
