//! Error messages and their places, as CPython 3.13 gives them.
//!
//! The line counts from 1 and the column, in code points, from 0. Where CPython points at the
//! end of a line or at the token after the mistake, the place is the lexer's own.

mod support;

use aio_lexer::{ErrorClass, LineIndex, tokenize};

/// Source, class, message, line and column of the first error.
type Row = (&'static str, ErrorClass, &'static str, u32, u32);

fn check(table: &[Row]) {
    for &(source, class, message, line, column) in table {
        let lexed = tokenize(source);
        let Some(error) = lexed.prevailing(source, None) else {
            panic!("no error in {source:?}")
        };
        let place = LineIndex::new(source).location(source, error.span.start);
        assert_eq!(
            (error.message.as_str(), error.class),
            (message, class),
            "{source:?}"
        );
        assert_eq!((place.line, place.column), (line, column), "{source:?}");
    }
}

#[test]
fn errors_in_numbers() {
    check(&[
        ("1abc", ErrorClass::Syntax, "invalid decimal literal", 1, 0),
        (
            "x = 1_",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            5,
        ),
        (
            "x = 1__0",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            5,
        ),
        (
            "x = 0x",
            ErrorClass::Syntax,
            "invalid hexadecimal literal",
            1,
            5,
        ),
        (
            "x = 0xg",
            ErrorClass::Syntax,
            "invalid hexadecimal literal",
            1,
            5,
        ),
        (
            "x = 0x1g",
            ErrorClass::Syntax,
            "invalid hexadecimal literal",
            1,
            6,
        ),
        (
            "x = 0o8",
            ErrorClass::Syntax,
            "invalid digit '8' in octal literal",
            1,
            6,
        ),
        (
            "x = 0o18",
            ErrorClass::Syntax,
            "invalid digit '8' in octal literal",
            1,
            7,
        ),
        (
            "x = 0b12",
            ErrorClass::Syntax,
            "invalid digit '2' in binary literal",
            1,
            7,
        ),
        ("x = 0b", ErrorClass::Syntax, "invalid binary literal", 1, 5),
        (
            "x = 0_",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            5,
        ),
        (
            "x = 012",
            ErrorClass::Syntax,
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
            1,
            4,
        ),
        (
            "x = 0_7",
            ErrorClass::Syntax,
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
            1,
            4,
        ),
        (
            "x = 00_0012",
            ErrorClass::Syntax,
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
            1,
            4,
        ),
        (
            "x = 012if",
            ErrorClass::Syntax,
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
            1,
            4,
        ),
        ("0or 2", ErrorClass::Syntax, "invalid octal literal", 1, 1),
        (
            "1.5abc",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            2,
        ),
        ("1e", ErrorClass::Syntax, "invalid decimal literal", 1, 0),
        ("1e+", ErrorClass::Syntax, "invalid decimal literal", 1, 2),
        ("1e+x", ErrorClass::Syntax, "invalid decimal literal", 1, 2),
        ("1.e", ErrorClass::Syntax, "invalid decimal literal", 1, 1),
        ("1_.5", ErrorClass::Syntax, "invalid decimal literal", 1, 1),
        ("1._5", ErrorClass::Syntax, "invalid decimal literal", 1, 1),
        (
            "x = 1_a",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            5,
        ),
        (
            "x = 1__a",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            5,
        ),
        (
            "x = 1e1_",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            7,
        ),
        (
            "x = 1ea",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            4,
        ),
        (
            "x = 0e",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            4,
        ),
        (
            "x = 00e",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            5,
        ),
        (
            "x = 1.0j1",
            ErrorClass::Syntax,
            "invalid imaginary literal",
            1,
            7,
        ),
        (
            "x = 1andx",
            ErrorClass::Syntax,
            "invalid decimal literal",
            1,
            4,
        ),
    ]);
}

#[test]
fn errors_in_strings() {
    check(&[
        (
            "x = \"abc",
            ErrorClass::Syntax,
            "unterminated string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = \"abc\\\"",
            ErrorClass::Syntax,
            "unterminated string literal (detected at line 1); perhaps you escaped the end quote?",
            1,
            4,
        ),
        (
            "x = 'abc\n",
            ErrorClass::Syntax,
            "unterminated string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = \"abc\\\ndef",
            ErrorClass::Syntax,
            "unterminated string literal (detected at line 2)",
            1,
            4,
        ),
        (
            "x = \"\"\"abc",
            ErrorClass::Syntax,
            "unterminated triple-quoted string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = \"\"\"abc\n",
            ErrorClass::Syntax,
            "unterminated triple-quoted string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = \"\"\"abc\nd\n",
            ErrorClass::Syntax,
            "unterminated triple-quoted string literal (detected at line 2)",
            1,
            4,
        ),
        (
            "b\"é\"",
            ErrorClass::Syntax,
            "bytes can only contain ASCII literal characters",
            1,
            0,
        ),
        (
            "x = b\"abcé\" + 1",
            ErrorClass::Syntax,
            "bytes can only contain ASCII literal characters",
            1,
            4,
        ),
        (
            "x = \"\\x\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: truncated \\xXX escape",
            1,
            4,
        ),
        (
            "x = \"ab\\x1z\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 2-4: truncated \\xXX escape",
            1,
            4,
        ),
        (
            "x = \"é\\x1z\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 10-12: truncated \\xXX escape",
            1,
            4,
        ),
        (
            "x = \"\\é\\x1z\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 16-18: truncated \\xXX escape",
            1,
            4,
        ),
        (
            "x = \"\\u12\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-3: truncated \\uXXXX escape",
            1,
            4,
        ),
        (
            "x = \"\\N\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: malformed \\N character escape",
            1,
            4,
        ),
        (
            "x = \"\\N{}\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: malformed \\N character escape",
            1,
            4,
        ),
        (
            "x = \"\\N{foo\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-5: malformed \\N character escape",
            1,
            4,
        ),
        (
            "x = \"\\N{foo}\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-6: unknown Unicode character name",
            1,
            4,
        ),
        (
            "x = \"a\" \"\\x\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: truncated \\xXX escape",
            1,
            8,
        ),
        (
            "x = b\"\\x1\"",
            ErrorClass::Syntax,
            "(value error) invalid \\x escape at position 0",
            1,
            4,
        ),
        (
            "x = b\"\\x\"",
            ErrorClass::Syntax,
            "(value error) invalid \\x escape at position 0",
            1,
            4,
        ),
        (
            "x = \"\n\"",
            ErrorClass::Syntax,
            "unterminated string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = \"a\\\r\nb\\x\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 4-5: truncated \\xXX escape",
            1,
            4,
        ),
        (
            "x = 'a\\",
            ErrorClass::Syntax,
            "unterminated string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = 'a\\\n",
            ErrorClass::Syntax,
            "unterminated string literal (detected at line 1)",
            1,
            4,
        ),
    ]);
}

#[test]
fn errors_in_f_strings() {
    check(&[
        (
            "x = \"\\U0011ffff\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-9: illegal Unicode character",
            1,
            4,
        ),
        (
            "x = \"\\U11ff\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-5: truncated \\UXXXXXXXX escape",
            1,
            4,
        ),
        (
            "x = f\"{a\"",
            ErrorClass::Syntax,
            "f-string: expecting '}'",
            1,
            8,
        ),
        (
            "x = f\"\"\"{a\"\"\"",
            ErrorClass::Syntax,
            "f-string: expecting '}'",
            1,
            10,
        ),
        (
            "x = f\"}\"",
            ErrorClass::Syntax,
            "f-string: single '}' is not allowed",
            1,
            6,
        ),
        (
            "x = f\"{a}}\"",
            ErrorClass::Syntax,
            "f-string: single '}' is not allowed",
            1,
            9,
        ),
        (
            "x = f\"{a:}}\"",
            ErrorClass::Syntax,
            "f-string: single '}' is not allowed",
            1,
            10,
        ),
        (
            "x = f\"{)}\"",
            ErrorClass::Syntax,
            "f-string: unmatched ')'",
            1,
            7,
        ),
        (
            "x = f\"{a!x}\"",
            ErrorClass::Syntax,
            "f-string: invalid conversion character 'x': expected 's', 'r', or 'a'",
            1,
            9,
        ),
        (
            "x = f\"{a!}\"",
            ErrorClass::Syntax,
            "f-string: missing conversion character",
            1,
            9,
        ),
        (
            "x = f\"{a!:}\"",
            ErrorClass::Syntax,
            "f-string: missing conversion character",
            1,
            9,
        ),
        (
            "x = f\"{a! r}\"",
            ErrorClass::Syntax,
            "f-string: conversion type must come right after the exclamanation mark",
            1,
            8,
        ),
        (
            "x = f\"{!}\"",
            ErrorClass::Syntax,
            "f-string: valid expression required before '!'",
            1,
            7,
        ),
        (
            "x = f\"{!x}\"",
            ErrorClass::Syntax,
            "f-string: valid expression required before '!'",
            1,
            7,
        ),
        (
            "x = f\"{a!1}\"",
            ErrorClass::Syntax,
            "f-string: invalid conversion character",
            1,
            9,
        ),
        (
            "x = f\"{a!r\"x\"}\"",
            ErrorClass::Syntax,
            "f-string: invalid conversion character",
            1,
            9,
        ),
        (
            "x = f\"{a!rr}\"",
            ErrorClass::Syntax,
            "f-string: invalid conversion character 'rr': expected 's', 'r', or 'a'",
            1,
            9,
        ),
        (
            "x = f\"{a!é}\"",
            ErrorClass::Syntax,
            "f-string: invalid conversion character 'é': expected 's', 'r', or 'a'",
            1,
            9,
        ),
        (
            "x = f\"abc",
            ErrorClass::Syntax,
            "unterminated f-string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = f\"\"\"abc",
            ErrorClass::Syntax,
            "unterminated triple-quoted f-string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = f\"abc\n",
            ErrorClass::Syntax,
            "unterminated f-string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = f\"{a:b\"",
            ErrorClass::Syntax,
            "f-string: expecting '}', or format specs",
            1,
            10,
        ),
        (
            "x = f\"{a:b{c\"",
            ErrorClass::Syntax,
            "f-string: expecting '}'",
            1,
            12,
        ),
        (
            "x = f\"\"\"{a:b",
            ErrorClass::Syntax,
            "unterminated triple-quoted f-string literal (detected at line 1)",
            1,
            4,
        ),
        (
            "x = f\"{a:{b:{c:{d}}}}\"",
            ErrorClass::Syntax,
            "f-string: expressions nested too deeply",
            1,
            15,
        ),
        (
            "x = f\"\\N{foo}\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-6: unknown Unicode character name",
            1,
            6,
        ),
        (
            "x = f\"\\N{\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: malformed \\N character escape",
            1,
            6,
        ),
        (
            "x = f\"\\N\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: malformed \\N character escape",
            1,
            6,
        ),
        (
            "x = f\"ab{{\\x}}\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: truncated \\xXX escape",
            1,
            10,
        ),
        (
            "x = f\"ab{a}\\x\"",
            ErrorClass::Syntax,
            "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: truncated \\xXX escape",
            1,
            11,
        ),
        (
            "x = f'a\\\n",
            ErrorClass::Syntax,
            "unterminated f-string literal (detected at line 1)",
            1,
            4,
        ),
    ]);
}

#[test]
fn errors_in_layout() {
    check(&[
        (
            "if x:\n    y\n  z",
            ErrorClass::Indentation,
            "unindent does not match any outer indentation level",
            3,
            0,
        ),
        (
            "if x:\n\ty\n        z",
            ErrorClass::Tab,
            "inconsistent use of tabs and spaces in indentation",
            3,
            0,
        ),
        (
            "if x:\n        y\n\tz",
            ErrorClass::Tab,
            "inconsistent use of tabs and spaces in indentation",
            3,
            0,
        ),
        (
            "if x:\n\ty\n  z\n",
            ErrorClass::Indentation,
            "unindent does not match any outer indentation level",
            3,
            0,
        ),
        (
            "if x:\n  y\n\tz\n",
            ErrorClass::Tab,
            "inconsistent use of tabs and spaces in indentation",
            3,
            0,
        ),
        (
            "x = \\ y",
            ErrorClass::Syntax,
            "unexpected character after line continuation character",
            1,
            5,
        ),
        (
            "x = \\",
            ErrorClass::Syntax,
            "unexpected EOF while parsing",
            1,
            4,
        ),
        (
            "x = \\\n",
            ErrorClass::Syntax,
            "unexpected EOF while parsing",
            1,
            4,
        ),
        (
            "x = \"a\" \\ \n",
            ErrorClass::Syntax,
            "unexpected character after line continuation character",
            1,
            9,
        ),
        (
            "if 1:\n    x\n   \\\n y\n",
            ErrorClass::Indentation,
            "unindent does not match any outer indentation level",
            4,
            0,
        ),
    ]);
}

#[test]
fn errors_in_brackets() {
    check(&[
        ("x = (1", ErrorClass::Syntax, "'(' was never closed", 1, 4),
        (
            "x = [1, (2",
            ErrorClass::Syntax,
            "'(' was never closed",
            1,
            8,
        ),
        ("x = )", ErrorClass::Syntax, "unmatched ')'", 1, 4),
        (
            "x = (]",
            ErrorClass::Syntax,
            "closing parenthesis ']' does not match opening parenthesis '('",
            1,
            5,
        ),
        (
            "x = (\n]",
            ErrorClass::Syntax,
            "closing parenthesis ']' does not match opening parenthesis '(' on line 1",
            2,
            0,
        ),
        (
            "x = f\"{a",
            ErrorClass::Syntax,
            "'{' was never closed",
            1,
            6,
        ),
        (
            "x = f\"{a\n",
            ErrorClass::Syntax,
            "'{' was never closed",
            1,
            6,
        ),
        (
            "x = f\"{(}\"",
            ErrorClass::Syntax,
            "closing parenthesis '}' does not match opening parenthesis '('",
            1,
            8,
        ),
        (
            "x = f\"{(]}\"",
            ErrorClass::Syntax,
            "closing parenthesis ']' does not match opening parenthesis '('",
            1,
            8,
        ),
        (
            "x = f\"{a:b",
            ErrorClass::Syntax,
            "'{' was never closed",
            1,
            6,
        ),
        (
            "x = f\"{a # }\"",
            ErrorClass::Syntax,
            "'{' was never closed",
            1,
            6,
        ),
        (
            "x = f\"{a[}\"",
            ErrorClass::Syntax,
            "closing parenthesis '}' does not match opening parenthesis '['",
            1,
            9,
        ),
        (
            "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
            ErrorClass::Syntax,
            "'(' was never closed",
            1,
            199,
        ),
        (
            "f\"{f\"{f\"{f\"{f\"{f\"{f\"{f\"{f\"{f\"{(",
            ErrorClass::Syntax,
            "'(' was never closed",
            1,
            30,
        ),
        (
            "f'{a}' f'{b",
            ErrorClass::Syntax,
            "'{' was never closed",
            1,
            9,
        ),
    ]);
}

#[test]
fn errors_in_characters() {
    check(&[
        (
            "1€",
            ErrorClass::Syntax,
            "invalid character '€' (U+20AC)",
            1,
            1,
        ),
        (
            "x = €",
            ErrorClass::Syntax,
            "invalid character '€' (U+20AC)",
            1,
            4,
        ),
        (
            "x = a€b",
            ErrorClass::Syntax,
            "invalid character '€' (U+20AC)",
            1,
            5,
        ),
        (
            "x =\u{a0} 1",
            ErrorClass::Syntax,
            "invalid non-printable character U+00A0",
            1,
            3,
        ),
        (
            "x = “a”",
            ErrorClass::Syntax,
            "invalid character '“' (U+201C)",
            1,
            4,
        ),
        (
            "x = \u{1}",
            ErrorClass::Syntax,
            "invalid non-printable character U+0001",
            1,
            4,
        ),
        ("x = $", ErrorClass::Syntax, "invalid syntax", 1, 4),
        ("x = ?", ErrorClass::Syntax, "invalid syntax", 1, 4),
        ("x = !", ErrorClass::Syntax, "invalid syntax", 1, 4),
        (
            "\u{feff}x = 1",
            ErrorClass::Syntax,
            "invalid non-printable character U+FEFF",
            1,
            0,
        ),
        (
            "x\u{feff} = 1",
            ErrorClass::Syntax,
            "invalid non-printable character U+FEFF",
            1,
            1,
        ),
        (
            "x = 1\u{1a}",
            ErrorClass::Syntax,
            "invalid non-printable character U+001A",
            1,
            5,
        ),
    ]);
}

#[test]
fn limits_are_those_of_cpython() {
    let message = |source: &str| {
        let lexed = tokenize(source);
        lexed
            .prevailing(source, None)
            .map(|error| error.message.clone())
            .unwrap_or_default()
    };
    assert_eq!(message(&"(".repeat(200)), "'(' was never closed");
    assert_eq!(message(&"(".repeat(201)), "too many nested parentheses");
    assert_eq!(message(&"f\"{".repeat(150)), "too many nested f-strings");
    assert_eq!(message(&"9".repeat(4300)), "");
    assert!(message(&"9".repeat(4301)).starts_with("Exceeds the limit (4300 digits)"));
    assert_eq!(message(&format!("0x{}", "f".repeat(4301))), "");
    let nested = |levels: usize| {
        (0..levels)
            .map(|n| format!("{}if x:\n", " ".repeat(n)))
            .collect::<String>()
    };
    assert_eq!(message(&nested(100)), "");
    assert_eq!(message(&nested(101)), "too many levels of indentation");
    assert_eq!(
        message("x = 1\0"),
        "source code string cannot contain null bytes"
    );
}

#[test]
fn later_errors_are_found_too() {
    const TABLE: &[(&str, &[&str])] = &[
        (
            "x = 1_\ny = 'a\nz = )\n",
            &[
                "invalid decimal literal",
                "unterminated string literal (detected at line 2)",
                "unmatched ')'",
            ],
        ),
        (
            "x = f'{a\"\nz = 0b2",
            &[
                "unterminated string literal (detected at line 1)",
                "invalid digit '2' in binary literal",
            ],
        ),
        (
            "x = f'a\ny = €\n",
            &[
                "unterminated f-string literal (detected at line 1)",
                "invalid character '€' (U+20AC)",
            ],
        ),
        (
            "f'{a'\n1_",
            &["f-string: expecting '}'", "invalid decimal literal"],
        ),
        (
            "(]\n)\n0x",
            &[
                "closing parenthesis ']' does not match opening parenthesis '('",
                "unmatched ')'",
                "invalid hexadecimal literal",
            ],
        ),
    ];
    for &(source, expected) in TABLE {
        let lexed = tokenize(source);
        let found: Vec<_> = lexed
            .errors
            .iter()
            .map(|error| error.message.as_str())
            .collect();
        assert_eq!(found, expected, "{source:?}");
    }
}

#[test]
fn tab_errors_are_reported_once() {
    let lexed = tokenize("if x:\n\ta\n        b\n\tc\n        d\n");
    assert_eq!(lexed.errors.len(), 1);
}

#[test]
fn more_input_can_mend_what_is_open() {
    const TABLE: &[(&str, bool)] = &[
        ("x = (1,", true),
        ("f(a, [1,\n", true),
        ("x = '''a\n", true),
        ("x = f'''a{b}\n", true),
        ("x = f'''{a +\n", true),
        ("x = f'{a +\n", true),
        ("x = 1 + \\", true),
        ("x = 1 + \\\n", true),
        ("x = (1 + \\\n", true),
        ("x = 'a", false),
        ("x = f'a", false),
        ("x = f'{a'", false),
        ("x = )", false),
        ("x = (]", false),
        ("x = \\ 1", false),
    ];
    for &(source, incomplete) in TABLE {
        let lexed = tokenize(source);
        let error = lexed.prevailing(source, None);
        assert_eq!(
            error.map(|error| error.incomplete),
            Some(incomplete),
            "{source:?}"
        );
    }
}

#[test]
fn cpython_prefers_the_error_that_prevails() {
    // Source, offset of the grammar's error, start of the message that prevails.
    const TABLE: &[(&str, Option<u32>, Option<&str>)] = &[
        ("a b\nx = 1_\n", Some(2), Some("invalid decimal")),
        ("a b\nx = '\\x'\n", Some(2), None),
        ("x = '\\x' b\n", Some(9), Some("(unicode error)")),
        ("x = (1 2\n", Some(7), None),
        ("x = (1\n2 3\n", Some(9), Some("'(' was never closed")),
        ("x = (1", Some(6), Some("'(' was never closed")),
        ("a b\nif x:\n    y\n  z\n", Some(2), None),
        ("if x:\n    y\n  z\na b\n", Some(18), Some("unindent")),
        ("$ )", None, Some("unmatched")),
        ("a\n  )\n1_", Some(2), None),
        ("a b", Some(2), None),
        ("a", None, None),
    ];
    for &(source, grammar, expected) in TABLE {
        let lexed = tokenize(source);
        let found = lexed
            .prevailing(source, grammar)
            .map(|error| error.message.as_str());
        assert_eq!(found.is_some(), expected.is_some(), "{source:?}: {found:?}");
        assert!(
            found
                .unwrap_or_default()
                .starts_with(expected.unwrap_or_default()),
            "{source:?}: {found:?}"
        );
    }
}
