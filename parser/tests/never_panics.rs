//! Whatever the source, the parser answers, and its answer has places within the source.

use aio_parser::{ParseOptions, check_complete, dump, parse, parse_expression};
use proptest::prelude::*;

/// Pieces that sources are made of, so that random ones get far into the grammar.
const PIECES: &[&str] = &[
    "False",
    "None",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "match",
    "case",
    "type",
    "_",
    "print",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    ".",
    "...",
    "->",
    ":=",
    "@",
    "=",
    "+",
    "-",
    "*",
    "**",
    "/",
    "<<",
    "==",
    "!=",
    "<",
    "+=",
    "a",
    "b",
    "f",
    "1",
    "1.5",
    "2j",
    "'s'",
    "b's'",
    "f'x{",
    "}'",
    "!r",
    "\n",
    "\n ",
    "\n  ",
    "\n    ",
    "if a:\n  ",
    "match a:\n case ",
    "def f(",
    "try: a\n",
    "except* A: b\n",
    "'",
    "\"\"\"",
    "\\\n",
    "é",
    "$",
    "?",
    "\t",
    "#",
    "x for x in y",
    "a=1",
    "*a",
    "**k",
    "99999999999999999999",
];

fn answer(source: &str) {
    match parse(source) {
        Ok(parsed) => _ = dump(&parsed.module),
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                assert!(!error.message.is_empty());
                assert!(error.span.start <= error.span.end, "{error:?}");
                assert!(error.span.end as usize <= source.len(), "{error:?}");
                assert!(
                    source.is_char_boundary(error.span.start as usize),
                    "{error:?}"
                );
                assert!(
                    source.is_char_boundary(error.span.end as usize),
                    "{error:?}"
                );
            }
        }
    }
    _ = parse_expression(source);
    _ = check_complete(source, ParseOptions::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn on_any_text(source in "\\PC*") {
        answer(&source);
    }

    #[test]
    fn on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        answer(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn on_any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)) {
        answer(&pieces.join(" "));
        answer(&pieces.concat());
    }

    #[test]
    fn on_any_cut(start in 0..5_000_usize, len in 0..300_usize) {
        let text = include_str!("data/errors.txt");
        let chars: String = text.chars().skip(start).take(len).collect();
        answer(&chars);
        answer(&chars.replace("\\n", "\n"));
    }
}
