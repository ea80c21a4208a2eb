//! `split`, `splitlines`, `strip`, `expandtabs`.
//!
//! Expected values are CPython 3.13's.

use crate::text::NoMemory;
use crate::text::split::*;

fn words(list: &'static [&'static str]) -> Vec<&'static str> {
    list.to_vec()
}

fn reversed<'t>(pieces: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut list: Vec<_> = pieces.collect();
    list.reverse();
    list
}

#[test]
fn split_from_both_ends() {
    // text, separator, limit; split, rsplit
    #[rustfmt::skip]
    let rows = [
        (" a  b c ", None, None, words(&["a", "b", "c"]), words(&["a", "b", "c"])),
        (" a  b c ", None, Some(0), words(&["a  b c "]), words(&[" a  b c"])),
        (" a  b c ", None, Some(1), words(&["a", "b c "]), words(&[" a  b", "c"])),
        (" a  b c ", None, Some(2), words(&["a", "b", "c "]), words(&[" a", "b", "c"])),
        ("", None, None, words(&[]), words(&[])),
        ("  ", None, None, words(&[]), words(&[])),
        ("я\u{1c}ю\u{85}э\u{3000}ь", None, None, words(&["я", "ю", "э", "ь"]), words(&["я", "ю", "э", "ь"])),
        ("a,b,,c", Some(","), None, words(&["a", "b", "", "c"]), words(&["a", "b", "", "c"])),
        ("a,b,,c", Some(","), Some(1), words(&["a", "b,,c"]), words(&["a,b,", "c"])),
        ("a,b,,c", Some(","), Some(0), words(&["a,b,,c"]), words(&["a,b,,c"])),
        ("", Some(","), None, words(&[""]), words(&[""])),
        (",", Some(","), None, words(&["", ""]), words(&["", ""])),
        ("a--b---c", Some("--"), None, words(&["a", "b", "-c"]), words(&["a", "b-", "c"])),
        ("один, два, три", Some(", "), None, words(&["один", "два", "три"]), words(&["один", "два", "три"])),
        ("один, два, три", Some(", "), Some(1), words(&["один", "два, три"]), words(&["один, два", "три"])),
        ("aaa", Some("aa"), None, words(&["", "a"]), words(&["a", ""])),
    ];
    for (text, separator, limit, left, right) in rows {
        let row = format!("{text:?} {separator:?} {limit:?}");
        match separator {
            None => {
                assert_eq!(split_space(text, limit).collect::<Vec<_>>(), left, "{row}");
                assert_eq!(reversed(rsplit_space(text, limit)), right, "{row}");
            }
            Some(separator) => {
                assert_eq!(
                    split(text, separator, limit).collect::<Vec<_>>(),
                    left,
                    "{row}"
                );
                assert_eq!(reversed(rsplit(text, separator, limit)), right, "{row}");
            }
        }
    }
}

#[test]
fn an_empty_separator_ends() {
    assert_eq!(split("abc", "", None).collect::<Vec<_>>(), ["abc"]);
    assert_eq!(rsplit("abc", "", None).collect::<Vec<_>>(), ["abc"]);
}

#[test]
fn split_into_lines() {
    #[rustfmt::skip]
    let rows = [
        ("", words(&[]), words(&[])),
        ("a", words(&["a"]), words(&["a"])),
        ("a\n", words(&["a"]), words(&["a\n"])),
        ("a\nb", words(&["a", "b"]), words(&["a\n", "b"])),
        ("a\r\nb\rc\n\n", words(&["a", "b", "c", ""]), words(&["a\r\n", "b\r", "c\n", "\n"])),
        ("\n", words(&[""]), words(&["\n"])),
        ("a\u{b}b\u{c}c\u{1c}d\u{1d}e\u{1e}f\u{1f}g", words(&["a", "b", "c", "d", "e", "f\u{1f}g"]), words(&["a\u{b}", "b\u{c}", "c\u{1c}", "d\u{1d}", "e\u{1e}", "f\u{1f}g"])),
        ("я\u{85}ю\u{2028}э\u{2029}ь", words(&["я", "ю", "э", "ь"]), words(&["я\u{85}", "ю\u{2028}", "э\u{2029}", "ь"])),
        ("\r\r\n", words(&["", ""]), words(&["\r", "\r\n"])),
    ];
    for (text, without, with) in rows {
        assert_eq!(lines(text, false).collect::<Vec<_>>(), without, "{text:?}");
        assert_eq!(lines(text, true).collect::<Vec<_>>(), with, "{text:?}");
    }
}

#[test]
fn stripped() {
    // text, set; strip, lstrip, rstrip
    #[rustfmt::skip]
    let rows = [
        ("  a b \n", None, "a b", "a b \n", "  a b"),
        ("\u{1c}\u{3000}я\u{85}", None, "я", "я\u{85}", "\u{1c}\u{3000}я"),
        ("xxhixx", Some("x"), "hi", "hixx", "xxhi"),
        ("ящикя", Some("ящ"), "ик", "икя", "ящик"),
        ("abc", Some(""), "abc", "abc", "abc"),
        ("", Some("a"), "", "", ""),
        ("aaa", Some("a"), "", "", ""),
    ];
    for (text, set, both, left, right) in rows {
        let found = match set {
            None => (strip(text), lstrip(text), rstrip(text)),
            Some(set) => (
                strip_set(text, set),
                lstrip_set(text, set),
                rstrip_set(text, set),
            ),
        };
        assert_eq!(found, (both, left, right), "{text:?} {set:?}");
    }
}

#[test]
fn tabs_expanded() {
    #[rustfmt::skip]
    let rows = [
        ("a\tb", 8, "a       b"),
        ("я\tb", 4, "я   b"),
        ("a\n\tb\tc", 4, "a\n    b   c"),
        ("\t\t", 3, "      "),
        ("a\tb", 0, "ab"),
        ("abc", 8, "abc"),
        ("abcd\te\r\tf", 4, "abcd    e\r    f"),
    ];
    for (text, size, expected) in rows {
        assert_eq!(
            expand_tabs(text, size).unwrap(),
            expected,
            "{text:?} {size}"
        );
    }
    assert_eq!(expand_tabs("\t", usize::MAX), Err(NoMemory));
}
