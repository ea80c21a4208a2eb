//! `repr` and `ascii`.
//!
//! Expected values are CPython 3.13's.

use super::{Hash, plain_chars};
use crate::text::repr::*;

#[test]
fn strings_show_as_literals() {
    #[rustfmt::skip]
    let rows = [
        ("", "''", "''"),
        ("abc", "'abc'", "'abc'"),
        ("it's", "\"it's\"", "\"it's\""),
        ("say \"hi\"", "'say \"hi\"'", "'say \"hi\"'"),
        ("'\"", "'\\'\"'", "'\\'\"'"),
        ("\\ \n\r\t\u{0}\u{1b}\u{7f}", "'\\\\ \\n\\r\\t\\x00\\x1b\\x7f'", "'\\\\ \\n\\r\\t\\x00\\x1b\\x7f'"),
        ("é\u{a0}\u{ad}", "'é\\xa0\\xad'", "'\\xe9\\xa0\\xad'"),
        ("привет", "'привет'", "'\\u043f\\u0440\\u0438\\u0432\\u0435\\u0442'"),
        ("\u{200b}\u{2028}", "'\\u200b\\u2028'", "'\\u200b\\u2028'"),
        ("😀🫨\u{e0001}", "'😀🫨\\U000e0001'", "'\\U0001f600\\U0001fae8\\U000e0001'"),
        ("\u{10e000}x\u{10e7ff}", "'\\ud800x\\udfff'", "'\\ud800x\\udfff'"),
        ("\u{378}", "'\\u0378'", "'\\u0378'"),
        ("中", "'中'", "'\\u4e2d'"),
    ];
    for (text, shown, shown_ascii) in rows {
        assert_eq!(repr(text), shown);
        assert_eq!(ascii(text), shown_ascii);
        assert_eq!(escape_non_ascii(shown), shown_ascii);
    }
}

#[test]
fn bytes_show_as_literals() {
    #[rustfmt::skip]
    let rows = [
        (&b""[..], "b''"),
        (&b"abc"[..], "b'abc'"),
        (&b"it's"[..], "b\"it's\""),
        (&b"\"'"[..], "b'\"\\''"),
        (&b"\""[..], "b'\"'"),
        (&b"\\\x0a\x09\x0d\x00\x7f\xff"[..], "b'\\\\\\n\\t\\r\\x00\\x7f\\xff'"),
    ];
    for (bytes, shown) in rows {
        assert_eq!(repr_bytes(bytes), shown);
    }
}

#[test]
fn printable_characters_show_as_they_are() {
    let mut hash = Hash::new();
    for c in plain_chars() {
        if c == '\\' || c == '\'' || repr(&c.to_string()).chars().count() == 3 {
            hash.add(&[c as u8]);
        }
    }
    assert_eq!(hash.value(), 0xae825f27dbb36b85);
}
