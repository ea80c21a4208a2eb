//! Any input at all: lexing ends, does not panic, and its spans are sound.

use aio_lexer::{LineIndex, Span, Token, decode, tokenize};
use proptest::prelude::*;

fn is_sound(source: &str, span: Span) -> bool {
    span.start <= span.end
        && span.end as usize <= source.len()
        && source.is_char_boundary(span.start as usize)
        && source.is_char_boundary(span.end as usize)
}

fn check(source: &str) {
    let lexed = tokenize(source);
    let mut end = 0;
    for &(ref token, span) in &lexed.tokens {
        assert!(is_sound(source, span), "{source:?}: {token:?} at {span:?}");
        assert!(
            span.start >= end,
            "{source:?}: {token:?} at {span:?} overlaps"
        );
        end = span.end;
    }
    let ends = lexed
        .tokens
        .iter()
        .filter(|(token, _)| *token == Token::EndOfFile)
        .count();
    assert_eq!(ends, 1, "{source:?}");
    assert!(
        matches!(lexed.tokens.last(), Some((Token::EndOfFile, _))),
        "{source:?}"
    );
    let count = |wanted: Token| {
        lexed
            .tokens
            .iter()
            .filter(|(token, _)| *token == wanted)
            .count()
    };
    assert_eq!(count(Token::Indent), count(Token::Dedent), "{source:?}");
    assert_eq!(
        count(Token::FStringStart),
        count(Token::FStringEnd),
        "{source:?}"
    );
    let index = LineIndex::new(source);
    for (span, message) in lexed
        .errors
        .iter()
        .map(|error| (error.span, &error.message))
        .chain(
            lexed
                .warnings
                .iter()
                .map(|warning| (warning.span, &warning.message)),
        )
    {
        assert!(is_sound(source, span), "{source:?}: {message} at {span:?}");
        let location = index.location(source, span.start);
        assert!(location.line <= index.line_count(), "{source:?}");
    }
    lexed.prevailing(source, None);
}

/// Pieces that mean something to the lexer, in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "'",
        "\"",
        "'''",
        "\"\"\"",
        "f'",
        "f\"",
        "f'''",
        "rf\"\"\"",
        "b'",
        "rb\"",
        "{",
        "}",
        "{{",
        "}}",
        "(",
        ")",
        "[",
        "]",
        ":",
        ":=",
        "=",
        "==",
        "!",
        "!=",
        "!r",
        "\\",
        "\\\n",
        "\\\r\n",
        "\\x",
        "\\x41",
        "\\u00",
        "\\N{",
        "\\N{BULLET}",
        "\\N{-",
        "\\777",
        "\n",
        "\r",
        "\r\n",
        " ",
        "\t",
        "\x0C",
        "    ",
        "#",
        "0x",
        "0b12",
        "1_",
        "1e",
        "1.",
        ".",
        "...",
        "012",
        "1if",
        "9999999999999999999999",
        "if",
        "x",
        "é",
        "日",
        "€",
        "\u{a0}",
        "\u{feff}",
        "\u{10ffff}",
        "\u{301}",
        "$",
        "\0",
        "\x7f",
        "lambda",
        "match",
        "_",
        ",",
        ";",
        "->",
        "j",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn token_soup_is_survived(source in soup()) {
        check(&source);
    }

    #[test]
    fn any_text_is_survived(source in "\\PC{0,60}") {
        check(&source);
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(source) = decode(&bytes) {
            check(source);
        }
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_character_name_is_survived(name in "[-A-Za-z0-9 _{}]{0,40}") {
        check(&format!("'\\N{{{name}}}'"));
    }

    #[test]
    fn unfinished_sources_are_survived(source in soup(), cut in 0.0..1.0f64) {
        let at = (source.len() as f64 * cut) as usize;
        let at = (0..=at).rev().find(|&at| source.is_char_boundary(at)).unwrap_or(0);
        check(&source[..at]);
    }
}
