//! F-strings as tokens.

mod support;

use aio_lexer::{Token, tokenize};
use support::render;

/// The tokens in short: `<`, `>` for start and end, text in quotes, the rest as spelled.
fn brief(source: &str) -> String {
    let lexed = tokenize(source);
    assert_eq!(lexed.errors, [], "{source:?}");
    let tokens: Vec<String> = lexed
        .tokens
        .iter()
        .filter(|(token, _)| !matches!(token, Token::Newline | Token::EndOfFile))
        .map(|(token, _)| match token {
            Token::FStringStart => "<".to_owned(),
            Token::FStringEnd => ">".to_owned(),
            Token::FStringMiddle(text) => format!("{text:?}"),
            Token::FStringOpen => "F{".to_owned(),
            Token::FStringClose => "F}".to_owned(),
            Token::FStringEqual => "F=".to_owned(),
            Token::FStringColon => "F:".to_owned(),
            Token::FStringConversion(c) => format!("!{c}"),
            Token::Name(name) => name.to_string(),
            Token::Str(text) => format!("'{text}'"),
            Token::Int(value) => value.to_string(),
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
fn tokens_have_variants_of_their_own() {
    assert_eq!(
        render("f'a{x!r:>{w}}'"),
        "FStringStart FStringMiddle(\"a\") FStringOpen Name(\"x\") FStringConversion('r') FStringColon \
         FStringMiddle(\">\") FStringOpen Name(\"w\") FStringClose FStringClose FStringEnd"
    );
}

#[test]
fn text_and_fields_alternate() {
    check(&[
        ("f''", "< >"),
        ("f'abc'", "< \"abc\" >"),
        ("f'{a}'", "< F{ a F} >"),
        ("f'{a}{b}'", "< F{ a F} F{ b F} >"),
        ("f'x{a}y{b}z'", "< \"x\" F{ a F} \"y\" F{ b F} \"z\" >"),
        ("f'{{{a}}}'", "< \"{\" F{ a F} \"}\" >"),
        ("f'{{}}'", "< \"{}\" >"),
        ("f'{{a}}'", "< \"{a}\" >"),
        ("f'{ {1: 2}[1] }'", "< F{ { 1 : 2 } [ 1 ] F} >"),
        ("f'{a[\"b\"]}'", "< F{ a [ 'b' ] F} >"),
        ("f'{a['b']}'", "< F{ a [ 'b' ] F} >"),
        ("f'{f'{f'{1}'}'}'", "< F{ < F{ < F{ 1 F} > F} > F} >"),
        ("f'{\"}\"}'", "< F{ '}' F} >"),
    ]);
}

#[test]
fn debug_equals_sign_is_told_from_comparisons() {
    check(&[
        ("f'{x=}'", "< F{ x F= F} >"),
        ("f'{x = }'", "< F{ x F= F} >"),
        ("f'{x=!r:>5}'", "< F{ x F= !r F: \">5\" F} >"),
        ("f'{x=:5}'", "< F{ x F= F: \"5\" F} >"),
        ("f'{x==y}'", "< F{ x == y F} >"),
        ("f'{x!=y}'", "< F{ x != y F} >"),
        ("f'{x<=y}'", "< F{ x <= y F} >"),
        ("f'{f(a=1)}'", "< F{ f ( a = 1 ) F} >"),
    ]);
}

#[test]
fn colon_starts_a_format_specification() {
    check(&[
        ("f'{x:}'", "< F{ x F: F} >"),
        ("f'{x:>10}'", "< F{ x F: \">10\" F} >"),
        ("f'{x:=5}'", "< F{ x F: \"=5\" F} >"),
        ("f'{x::}'", "< F{ x F: \":\" F} >"),
        ("f'{x:!r}'", "< F{ x F: \"!r\" F} >"),
        ("f'{(x:=5)}'", "< F{ ( x := 5 ) F} >"),
        ("f'{x[1:2]}'", "< F{ x [ 1 : 2 ] F} >"),
        ("f'{(lambda x: x)}'", "< F{ ( lambda x : x ) F} >"),
        ("f'{lambda x: x}'", "< F{ lambda x F: \" x\" F} >"),
        (
            "f'{x:{w}.{p}f}'",
            "< F{ x F: F{ w F} \".\" F{ p F} \"f\" F} >",
        ),
        ("f'{x:{y:{z}}}'", "< F{ x F: F{ y F: F{ z F} F} F} >"),
        ("f'{x:{w!r}}'", "< F{ x F: F{ w !r F} F} >"),
        ("f'{x:{{y}}}'", "< F{ x F: F{ { y } F} F} >"),
        ("f'{x:\\x41\\N{BULLET}}'", "< F{ x F: \"A•\" F} >"),
        ("f'{x:%H:%M}'", "< F{ x F: \"%H:%M\" F} >"),
    ]);
}

#[test]
fn conversions_may_stand_apart_from_the_expression() {
    check(&[
        ("f'{x!s}'", "< F{ x !s F} >"),
        ("f'{x !a }'", "< F{ x !a F} >"),
        ("f'{x!r:}'", "< F{ x !r F: F} >"),
    ]);
}

#[test]
fn escapes_are_processed_unless_raw() {
    check(&[
        (r"f'\x41{x}\n'", r#"< "A" F{ x F} "\n" >"#),
        (r"rf'\x41{x}\n'", r#"< "\\x41" F{ x F} "\\n" >"#),
        (r"f'\N{BULLET}{x}'", r#"< "•" F{ x F} >"#),
        (r"rf'\N{x}'", r#"< "\\N" F{ x F} >"#),
        (r"f'\{x}'", r#"< "\\" F{ x F} >"#),
        (r"f'\{{x}}'", r#"< "\\{x}" >"#),
        (r"rf'\{x}'", r#"< "\\" F{ x F} >"#),
        (r"rf'\'{x}'", r#"< "\\'" F{ x F} >"#),
        (r"f'\\{x}'", r#"< "\\" F{ x F} >"#),
        (r"rf'{x:\d}'", r#"< F{ x F: "\\d" F} >"#),
        ("f'a\\\nb'", "< \"ab\" >"),
        (r"f'{'\n'.join(x)}'", "< F{ '\n' . join ( x ) F} >"),
    ]);
}

#[test]
fn fields_cross_lines() {
    check(&[
        ("f'''a\n{x}\r\nb'''", "< \"a\\n\" F{ x F} \"\\nb\" >"),
        ("f'{\nx\n}'", "< F{ x F} >"),
        ("f'''{\n  x  # comment }\n}'''", "< F{ x F} >"),
        ("f'{x # comment }\n}'", "< F{ x F} >"),
        ("f'{x:\n}'", "< F{ x F: F} >"),
        ("f'''{x:a\nb}'''", "< F{ x F: \"a\\nb\" F} >"),
        ("f'{a + \\\n b}'", "< F{ a + b F} >"),
    ]);
}

#[test]
fn quotes_inside_triple_quotes_are_text() {
    check(&[
        ("f'''a'b''c'''", "< \"a'b''c\" >"),
        ("f''''a'''", "< \"'a\" >"),
        ("f\"\"\"{x}\"\"\"", "< F{ x F} >"),
        ("f\"'{x}'\"", "< \"'\" F{ x F} \"'\" >"),
    ]);
}

#[test]
fn the_text_of_a_debug_field_is_between_its_tokens() {
    let source = "f'{ a + b = !r}'";
    let lexed = tokenize(source);
    let place = |wanted: Token| {
        lexed
            .tokens
            .iter()
            .find(|(token, _)| *token == wanted)
            .map(|(_, span)| *span)
    };
    let open = place(Token::FStringOpen).unwrap_or_default();
    let conversion = place(Token::FStringConversion('r')).unwrap_or_default();
    assert_eq!(
        &source[open.end as usize..conversion.start as usize],
        " a + b = "
    );
}
