//! Kinds of characters.
//!
//! Expected values are CPython 3.13's.

use super::{Hash, plain_chars};
use crate::text::classify::*;

#[test]
fn strings_are_classified() {
    // alpha, alnum, decimal, digit, numeric, lower, upper, title, space, printable, identifier
    #[rustfmt::skip]
    let rows = [
        ("", false, false, false, false, false, false, false, false, false, true, false),
        ("abc", true, true, false, false, false, true, false, false, false, true, true),
        ("ABC", true, true, false, false, false, false, true, false, false, true, true),
        ("Abc Def", false, false, false, false, false, false, false, true, false, true, false),
        ("a1", false, true, false, false, false, true, false, false, false, true, true),
        ("123", false, true, true, true, true, false, false, false, false, true, false),
        ("²³", false, true, false, true, true, false, false, false, false, true, false),
        ("½", false, true, false, false, true, false, false, false, false, true, false),
        ("٣٤", false, true, true, true, true, false, false, false, false, true, false),
        ("五", true, true, false, false, true, false, false, false, false, true, true),
        ("ǅungla", true, true, false, false, false, false, false, true, false, true, true),
        ("ßﬁ", true, true, false, false, false, true, false, false, false, true, true),
        ("ΑΣ", true, true, false, false, false, false, true, false, false, true, true),
        ("ª", true, true, false, false, false, true, false, false, false, true, true),
        (" \t\u{1c}\u{85}\u{3000}", false, false, false, false, false, false, false, false, true, false, false),
        ("a b", false, false, false, false, false, true, false, false, false, true, false),
        ("\u{7f}", false, false, false, false, false, false, false, false, false, false, false),
        ("naïve", true, true, false, false, false, true, false, false, false, true, true),
        ("Ⅷⓐ", false, false, false, false, false, false, false, true, false, true, false),
        ("_x1", false, false, false, false, false, true, false, false, false, true, true),
        ("1x", false, true, false, false, false, true, false, false, false, true, false),
        ("é٣", false, true, false, false, false, true, false, false, false, true, true),
        ("\u{10e000}", false, false, false, false, false, false, false, false, false, false, false),
        ("A.b", false, false, false, false, false, false, false, false, false, true, false),
        ("it's", false, false, false, false, false, true, false, false, false, true, false),
    ];
    for (text, alpha, alnum, decimal, digit, numeric, lower, upper, title, space, print, ident) in
        rows
    {
        assert_eq!(is_alpha(text), alpha, "isalpha {text:?}");
        assert_eq!(is_alnum(text), alnum, "isalnum {text:?}");
        assert_eq!(is_decimal(text), decimal, "isdecimal {text:?}");
        assert_eq!(is_digit(text), digit, "isdigit {text:?}");
        assert_eq!(is_numeric(text), numeric, "isnumeric {text:?}");
        assert_eq!(is_lower(text), lower, "islower {text:?}");
        assert_eq!(is_upper(text), upper, "isupper {text:?}");
        assert_eq!(is_title(text), title, "istitle {text:?}");
        assert_eq!(is_space(text), space, "isspace {text:?}");
        assert_eq!(is_printable(text), print, "isprintable {text:?}");
        assert_eq!(is_identifier(text), ident, "isidentifier {text:?}");
    }
}

#[test]
fn every_character_is_classified() {
    let mut hash = Hash::new();
    for c in plain_chars() {
        let text = c.to_string();
        let tests = [
            is_alpha_char(c),
            is_alnum_char(c),
            is_decimal_char(c),
            is_digit_char(c),
            is_numeric_char(c),
            is_lower_char(c),
            is_upper_char(c),
            is_title(&text),
            is_space_char(c),
            is_printable_char(c),
            is_identifier(&text),
            is_id_continue_char(c),
        ];
        let flags = tests
            .iter()
            .rev()
            .fold(0u16, |flags, test| flags << 1 | *test as u16);
        hash.add(&flags.to_le_bytes());
        hash.add(&[
            decimal_value(c).unwrap_or(255),
            digit_value(c).unwrap_or(255),
        ]);
    }
    assert_eq!(hash.value(), 0xcf5d3db594b287ce);
}
