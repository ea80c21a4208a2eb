//! Lines, blocks, brackets, comments, names and operators.

mod support;

use aio_lexer::{Span, Token, tokenize};
use support::render;

/// Tokens in short: names as they are, layout in capitals.
fn brief(source: &str) -> String {
    let lexed = tokenize(source);
    assert_eq!(lexed.errors, [], "{source:?}");
    let tokens: Vec<String> = lexed
        .tokens
        .iter()
        .map(|(token, _)| match token {
            Token::Newline => "NEWLINE".to_owned(),
            Token::Indent => "INDENT".to_owned(),
            Token::Dedent => "DEDENT".to_owned(),
            Token::EndOfFile => "EOF".to_owned(),
            Token::Name(name) => name.to_string(),
            token => token.spelling().unwrap_or("?").to_owned(),
        })
        .collect();
    tokens.join(" ")
}

fn check(table: &[(&str, &str)]) {
    for &(source, expected) in table {
        assert_eq!(brief(source), expected, "{source:?}");
    }
}

#[test]
fn empty_sources_hold_the_end_only() {
    for source in [
        "",
        "\n",
        "   ",
        "# comment",
        "\n  \n# a\n\x0C\n",
        "#!/usr/bin/env aio\n",
        "\\\n\n",
    ] {
        assert_eq!(brief(source), "EOF", "{source:?}");
    }
}

#[test]
fn logical_lines_end_with_newline() {
    check(&[
        ("a", "a NEWLINE EOF"),
        ("a\n", "a NEWLINE EOF"),
        ("a\r\nb\rc\n", "a NEWLINE b NEWLINE c NEWLINE EOF"),
        ("a # x\n\n\n# y\nb", "a NEWLINE b NEWLINE EOF"),
        ("a; b", "a ; b NEWLINE EOF"),
        ("a # no end", "a NEWLINE EOF"),
    ]);
}

#[test]
fn brackets_and_backslashes_join_lines() {
    check(&[
        ("(a,\n  b\n)\n", "( a , b ) NEWLINE EOF"),
        ("[\n# comment\n\n a]", "[ a ] NEWLINE EOF"),
        ("{a:\r\n\tb}", "{ a : b } NEWLINE EOF"),
        ("a + \\\n   b\n", "a + b NEWLINE EOF"),
        ("a + \\\r\nb\n", "a + b NEWLINE EOF"),
        ("a \\\n\n", "a NEWLINE EOF"),
        (
            "if a:\n    b\n\\\n    c\n",
            "if a : NEWLINE INDENT b NEWLINE c NEWLINE DEDENT EOF",
        ),
        (
            "if a:\n  \\\n    b\n  c\n",
            "if a : NEWLINE INDENT b NEWLINE c NEWLINE DEDENT EOF",
        ),
    ]);
}

#[test]
fn indentation_opens_and_closes_blocks() {
    check(&[
        (
            "if a:\n  b\nc",
            "if a : NEWLINE INDENT b NEWLINE DEDENT c NEWLINE EOF",
        ),
        ("if a:\n  b", "if a : NEWLINE INDENT b NEWLINE DEDENT EOF"),
        (
            "if a:\n  if b:\n    c\nd",
            "if a : NEWLINE INDENT if b : NEWLINE INDENT c NEWLINE DEDENT DEDENT d NEWLINE EOF",
        ),
        (
            "if a:\n  b\n\n# comment\n    # comment\n  c",
            "if a : NEWLINE INDENT b NEWLINE c NEWLINE DEDENT EOF",
        ),
        (
            "if a:\n\tb\n\tc",
            "if a : NEWLINE INDENT b NEWLINE c NEWLINE DEDENT EOF",
        ),
        (
            "if a:\n  \tb\n  \tc",
            "if a : NEWLINE INDENT b NEWLINE c NEWLINE DEDENT EOF",
        ),
        (
            "if a:\n  b\n   ",
            "if a : NEWLINE INDENT b NEWLINE DEDENT EOF",
        ),
        ("  a\nb", "INDENT a NEWLINE DEDENT b NEWLINE EOF"),
        (
            "if a:\n  \x0C b\n c",
            "if a : NEWLINE INDENT b NEWLINE c NEWLINE DEDENT EOF",
        ),
    ]);
}

#[test]
fn layout_tokens_have_places() {
    let lexed = tokenize("if a:\n  b\nc");
    let at = |wanted: Token| -> Vec<Span> {
        lexed
            .tokens
            .iter()
            .filter(|(token, _)| *token == wanted)
            .map(|(_, span)| *span)
            .collect()
    };
    assert_eq!(
        at(Token::Newline),
        [Span::new(5, 6), Span::new(9, 10), Span::new(11, 11)]
    );
    assert_eq!(at(Token::Indent), [Span::new(6, 8)]);
    assert_eq!(at(Token::Dedent), [Span::new(10, 10)]);
    assert_eq!(at(Token::EndOfFile), [Span::new(11, 11)]);
}

#[test]
fn every_fixed_token_reads_back() {
    let words = "False None True and as assert async await break class continue def del elif else except finally \
                 for from global if import in is lambda nonlocal not or pass raise return try while with yield match \
                 case type _ , : ; . ... -> := @ = + - * ** / // % | & ^ ~ << >> == != < <= > >= += -= *= **= /= //= \
                 %= @= |= &= ^= <<= >>=";
    for word in words.split_whitespace() {
        let token = support::single(word);
        assert_eq!(token.spelling(), Some(word));
        let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        assert_eq!(Token::keyword(word), is_word.then_some(token));
    }
    assert_eq!(brief("()[]{}"), "( ) [ ] { } NEWLINE EOF");
}

#[test]
fn longest_operator_wins() {
    check(&[
        ("a**=b", "a **= b NEWLINE EOF"),
        ("a//b", "a // b NEWLINE EOF"),
        ("a->b", "a -> b NEWLINE EOF"),
        ("a<<=b", "a <<= b NEWLINE EOF"),
        ("a-->b", "a - -> b NEWLINE EOF"),
        ("a. ..b", "a . . . b NEWLINE EOF"),
        ("....a", "... . a NEWLINE EOF"),
        ("..a", ". . a NEWLINE EOF"),
        ("a<>b", "a < > b NEWLINE EOF"),
        ("a:=b", "a := b NEWLINE EOF"),
    ]);
}

#[test]
fn names_are_normalised() {
    const TABLE: &[(&str, &str)] = &[
        ("x", "x"),
        ("_x1", "_x1"),
        ("__", "__"),
        ("iff", "iff"),
        ("matches", "matches"),
        ("naïve", "naïve"),
        ("nai\u{308}ve", "naïve"),
        ("日本", "日本"),
        ("ﬁne", "fine"),
        ("ª", "a"),
        ("𝐱", "x"),
        ("K", "K"),
        // Not the keyword, as in CPython.
        ("𝐢𝐟", "if"),
        ("x·", "x·"),
    ];
    for &(source, name) in TABLE {
        assert_eq!(
            support::single(source),
            Token::Name(name.into()),
            "{source}"
        );
    }
}

#[test]
fn tokens_name_themselves_in_messages() {
    assert_eq!(Token::If.to_string(), "'if'");
    assert_eq!(Token::Name("x".into()).to_string(), "'x'");
    assert_eq!(Token::Int(1).to_string(), "a number");
    assert_eq!(Token::EndOfFile.to_string(), "the end of the file");
    assert_eq!(render("a"), "Name(\"a\")");
}
