//! String and bytes literals, with the values that CPython 3.13 gives them.
//!
//! A lone surrogate appears as U+10E000 and following, see `aio_lexer::surrogate`.

mod support;

use aio_lexer::Token;
use support::{render, single};

#[test]
fn strings_have_their_value() {
    const TABLE: &[(&str, &str)] = &[
        ("''", ""),
        ("\"\"", ""),
        ("'abc'", "abc"),
        ("\"abc\"", "abc"),
        ("'''a'b''c'''", "a'b''c"),
        ("\"\"\"a\"b\"\"c\"\"\"", "a\"b\"\"c"),
        ("'''a\nb'''", "a\nb"),
        ("'''a\r\nb\rc'''", "a\nb\nc"),
        ("r'''a\r\nb'''", "a\nb"),
        ("\"\"\"\"a\"\"\"", "\"a"),
        ("'\\\\'", "\\"),
        ("'\\''", "'"),
        ("\"\\\"\"", "\""),
        ("'\\a\\b\\f\\n\\r\\t\\v'", "\u{7}\u{8}\u{c}\n\r\t\u{b}"),
        ("'\\0'", "\u{0}"),
        ("'\\12'", "\n"),
        ("'\\1234'", "S4"),
        ("'\\377'", "\u{ff}"),
        ("'\\400'", "\u{100}"),
        ("'\\777'", "\u{1ff}"),
        ("'\\8'", "\\8"),
        ("'\\x41\\xe9\\xFF'", "Aé\u{ff}"),
        ("'\\u00e9\\u20AC'", "é€"),
        ("'\\U0001F600'", "\u{1f600}"),
        ("'\\ud800'", "\u{10e000}"),
        ("'\\udfff'", "\u{10e7ff}"),
        ("'\\ud83d\\ude00'", "\u{10e03d}\u{10e600}"),
        ("'\\U0000DC00x'", "\u{10e400}x"),
        ("'\\N{BULLET}'", "\u{2022}"),
        ("'\\N{bullet}'", "\u{2022}"),
        ("'\\N{LATIN SMALL LETTER E WITH ACUTE}'", "é"),
        ("'\\N{LF}'", "\n"),
        ("'\\N{LINE FEED}'", "\n"),
        ("'\\N{NULL}'", "\u{0}"),
        ("'\\N{ZWJ}'", "\u{200d}"),
        ("'\\N{HANGUL SYLLABLE GAG}'", "\u{ac01}"),
        ("'\\N{CJK UNIFIED IDEOGRAPH-65E5}'", "日"),
        ("'\\N{TIBETAN LETTER -A}'", "\u{f60}"),
        ("'\\d\\q\\ '", "\\d\\q\\ "),
        ("'a\\\nb'", "ab"),
        ("'a\\\r\nb'", "ab"),
        ("'\\é'", "\\é"),
        ("'日本語'", "日本語"),
        ("'日\\u672c\\x41語'", "日本A語"),
        ("r'\\d\\n'", "\\d\\n"),
        ("R'\\''", "\\'"),
        ("r'\\\\'", "\\\\"),
        ("r'a\\\nb'", "a\\\nb"),
        ("u'\\u00e9'", "é"),
        ("U'x'", "x"),
        ("'{{}}'", "{{}}"),
        ("'''\\\n'''", ""),
        ("'\\x41\\\\x41'", "A\\x41"),
    ];
    for &(source, value) in TABLE {
        assert_eq!(single(source), Token::Str(value.into()), "{source}");
    }
}

#[test]
fn bytes_have_their_value() {
    const TABLE: &[(&str, &[u8])] = &[
        ("b''", b""),
        ("b'abc'", b"abc"),
        ("B'\\x00\\xff'", b"\x00\xff"),
        ("b'\\n\\t\\\\\\''", b"\x0a\x09\\'"),
        ("b'\\101\\7'", b"A\x07"),
        ("b'\\777'", b"\xff"),
        ("b'\\d\\u0041\\N{DASH}'", b"\\d\\u0041\\N{DASH}"),
        ("rb'\\x00'", b"\\x00"),
        ("Rb'\\n'", b"\\n"),
        ("bR'\\''", b"\\'"),
        ("BR'a'", b"a"),
        ("b'''a\r\nb'''", b"a\x0ab"),
        ("br'''a\r\nb'''", b"a\x0ab"),
        ("b'a\\\nb'", b"ab"),
    ];
    for &(source, value) in TABLE {
        assert_eq!(single(source), Token::Bytes(value.into()), "{source}");
    }
}

#[test]
fn every_prefix_is_known_in_every_case() {
    for prefix in "r u b br rb R U B bR Br BR rB Rb RB".split(' ') {
        let token = single(&format!("{prefix}'x'"));
        let expected = match prefix.to_lowercase().contains('b') {
            true => Token::Bytes(b"x".as_slice().into()),
            false => Token::Str("x".into()),
        };
        assert_eq!(token, expected, "{prefix}");
    }
    for prefix in "f F fr rf fR Fr FR rF Rf RF".split(' ') {
        assert_eq!(
            render(&format!("{prefix}'x'")),
            "FStringStart FStringMiddle(\"x\") FStringEnd",
            "{prefix}"
        );
    }
}

#[test]
fn other_letters_before_quotes_are_a_name() {
    for prefix in ["ub", "bu", "ur", "bf", "rbr", "fu", "x"] {
        assert_eq!(
            render(&format!("{prefix}'x'")),
            format!("Name({prefix:?}) Str(\"x\")")
        );
    }
}

#[test]
fn adjacent_literals_stay_apart() {
    assert_eq!(render("'a' \"b\"r'c'"), "Str(\"a\") Str(\"b\") Str(\"c\")");
}

#[test]
fn meaningless_escapes_are_warned_of_once_per_literal() {
    type Warning = (&'static str, u32, u32);
    const TABLE: &[(&str, &[Warning])] = &[
        (r"'ab\d\e'", &[(r"invalid escape sequence '\d'", 3, 5)]),
        (
            r"b'\d' '\e'",
            &[
                (r"invalid escape sequence '\d'", 2, 4),
                (r"invalid escape sequence '\e'", 7, 9),
            ],
        ),
        (
            r"'\400'",
            &[(r"invalid octal escape sequence '\400'", 1, 5)],
        ),
        (
            r"b'\7777'",
            &[(r"invalid octal escape sequence '\777'", 2, 6)],
        ),
        (r"'\8'", &[(r"invalid escape sequence '\8'", 1, 3)]),
        (r"'\é'", &[]),
        (r"r'\d'", &[]),
        (
            r"f'\d{x}\d'",
            &[
                (r"invalid escape sequence '\d'", 2, 4),
                (r"invalid escape sequence '\d'", 7, 9),
            ],
        ),
        (r"f'\{x}'", &[(r"invalid escape sequence '\{'", 2, 4)]),
        (r"rf'\{x}'", &[]),
    ];
    for &(source, expected) in TABLE {
        let lexed = aio_lexer::tokenize(source);
        let found: Vec<_> = lexed
            .warnings
            .iter()
            .map(|w| (w.message.as_str(), w.span.start, w.span.end))
            .collect();
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn names_of_characters_are_matched_exactly() {
    for name in [
        "LATINSMALLLETTERA",
        "LATIN_SMALL_LETTER_A",
        " BULLET",
        "BULLET ",
        "LATIN  SMALL LETTER A",
        "EM-DASH",
        "-A",
        "",
    ] {
        assert_eq!(
            aio_lexer::tokenize(&format!("'\\N{{{name}}}'"))
                .errors
                .len(),
            1,
            "{name:?}"
        );
    }
}
