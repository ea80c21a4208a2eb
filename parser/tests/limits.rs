//! Sources that nest or go on without end: each is a tree or an error, never an overflow of the
//! native stack, also when the tree is dropped. The tests run on the 2 MiB of a test thread.

use aio_parser::ast::{ExprKind, StmtKind};
use aio_parser::parse;

const MANY: usize = 100_000;

fn error(source: &str) -> String {
    match parse(source) {
        Ok(_) => "ok".to_owned(),
        Err(errors) => errors[0].message.clone(),
    }
}

const TOO_DEEP: &str = "too many nested expressions";

#[test]
fn brackets_have_a_limit() {
    for open in ["(", "[", "{", "f(", "a[", "{a: "] {
        let message = error(&open.repeat(MANY));
        assert_eq!(message, "too many nested parentheses", "{open}");
    }
    let message = error(&format!("{}{}", "(".repeat(MANY), ")".repeat(MANY)));
    assert_eq!(message, "too many nested parentheses");
    assert_eq!(
        error(&format!("{}{}", "(".repeat(199), ")".repeat(199))),
        "ok"
    );
}

#[test]
fn with_parentheses_do_not_cost_the_square() {
    assert_eq!(error(&"with (".repeat(MANY)), "too many nested parentheses");
    assert_eq!(error(&"with (a), ".repeat(MANY)), "invalid syntax");
}

#[test]
fn operators_that_nest_have_a_limit() {
    let sources = [
        "a + ".repeat(MANY) + "a",
        "a ** ".repeat(MANY) + "a",
        "- ".repeat(MANY) + "a",
        "not ".repeat(MANY) + "a",
        "a if b else ".repeat(MANY) + "c",
        "lambda: ".repeat(MANY) + "a",
        "a".to_owned() + &".b".repeat(MANY),
        "a".to_owned() + &"()".repeat(MANY),
        "a".to_owned() + &"[b]".repeat(MANY),
        "await ".to_owned() + "a" + &".b".repeat(MANY),
        "x = ".to_owned() + &"a + ".repeat(MANY) + "a\ny = (",
    ];
    for source in sources {
        assert_eq!(error(&source), TOO_DEEP, "{}", &source[..20]);
    }
}

#[test]
fn a_wrong_end_after_a_deep_expression_is_no_overflow() {
    for source in ["a + ", "- ", "not ", "a if b else ", "lambda: ", "a ** "] {
        assert_ne!(error(&source.repeat(MANY)), "ok", "{source}");
        assert_ne!(
            error(&format!("{}$", source.repeat(2_900))),
            "ok",
            "{source}"
        );
    }
}

#[test]
fn deep_expressions_below_the_limit_are_trees() {
    for source in ["a + ", "- ", "not ", "a if b else ", "lambda: ", "a ** "] {
        assert_eq!(error(&(source.repeat(2_900) + "a")), "ok", "{source}");
    }
    let chain = "a".to_owned() + &".b()".repeat(1_400);
    let parsed = parse(&chain).expect("is a tree");
    assert!(aio_parser::dump(&parsed.module).len() > chain.len());
    assert_eq!(parsed, parsed.clone());
}

#[test]
fn flat_lists_have_no_limit() {
    let sources = [
        "a and ".repeat(MANY) + "a",
        "a < ".repeat(MANY) + "a",
        "a = ".repeat(MANY) + "a",
        "a, ".repeat(MANY),
        "'a' ".repeat(MANY),
        "f(".to_owned() + &"a, ".repeat(MANY) + ")",
        "a; ".repeat(MANY),
        "if a: b\n".to_owned() + &"elif a: b\n".repeat(MANY) + "else: c\n",
        "a = b\n".repeat(MANY),
        "import a".to_owned() + &", a".repeat(MANY),
        "@a\n".repeat(MANY) + "def f(): pass\n",
        "global a".to_owned() + &", a".repeat(MANY),
        "[a".to_owned() + &" for b in c if d".repeat(MANY) + "]",
        "match a:\n case 1".to_owned() + &" | 1".repeat(MANY) + ": pass\n",
        "try: a\n".to_owned() + &"except A: b\n".repeat(MANY),
        "with a".to_owned() + &", a".repeat(MANY) + ": pass\n",
    ];
    for source in sources {
        assert_eq!(error(&source), "ok", "{}", &source[..20]);
    }
}

#[test]
fn an_elif_chain_is_one_statement() {
    let source = "if a: b\n".to_owned() + &"elif a: b\n".repeat(MANY);
    let parsed = parse(&source).expect("is a tree");
    let StmtKind::If { branches, .. } = &parsed.module.body[0].kind else {
        panic!("not an if");
    };
    assert_eq!(branches.len(), MANY + 1);
    assert!(aio_parser::dump(&parsed.module).len() > MANY);
}

#[test]
fn blocks_have_a_limit() {
    let mut source = String::new();
    for i in 0..2_000 {
        source.push_str(&" ".repeat(i));
        source.push_str("if a:\n");
    }
    assert_eq!(error(&source), "too many levels of indentation");
    let source = "if a: ".repeat(MANY);
    assert_eq!(error(&source), "invalid syntax");
}

#[test]
fn fstrings_have_a_limit() {
    assert_ne!(error(&"f'{".repeat(MANY)), "ok");
    assert_ne!(error(&"f\"{f'{".repeat(MANY)), "ok");
    assert_ne!(error(&"f'{a:{b:".repeat(MANY)), "ok");
}

#[test]
fn patterns_have_a_limit() {
    let source = format!(
        "match a:\n case {}a{}: pass\n",
        "(".repeat(190),
        ")".repeat(190)
    );
    assert_eq!(error(&source), "ok");
    let source = format!("match a:\n case a{}: pass\n", ".b".repeat(MANY));
    assert_eq!(error(&source), TOO_DEEP);
    let source = "match a:\n case ".to_owned() + &"[".repeat(MANY);
    assert_eq!(error(&source), "too many nested parentheses");
}

#[test]
fn a_long_concatenation_is_one_string() {
    let parsed = parse(&"'ab' ".repeat(MANY)).expect("is a tree");
    let StmtKind::Expr(value) = &parsed.module.body[0].kind else {
        panic!("not an expression");
    };
    let ExprKind::Constant(aio_parser::ast::Constant::Str(text)) = &value.kind else {
        panic!("not a string");
    };
    assert_eq!(text.len(), 2 * MANY);
    let parsed = parse(&"f'ab' ".repeat(MANY)).expect("is a tree");
    assert_eq!(parsed.module.body.len(), 1);
}
