//! `center`, `ljust`, `rjust`, `zfill`.
//!
//! Expected values are CPython 3.13's.

use std::borrow::Cow;

use crate::text::NoMemory;
use crate::text::index::count;
use crate::text::pad::*;

#[test]
fn padded() {
    // text, width, fill; center, ljust, rjust, zfill
    #[rustfmt::skip]
    let rows = [
        ("ab", 5, '*', "**ab*", "ab***", "***ab", "000ab"),
        ("abc", 6, '*', "*abc**", "abc***", "***abc", "000abc"),
        ("a", 4, 'я', "яaяя", "aяяя", "яяяa", "000a"),
        ("я", 4, '*', "*я**", "я***", "***я", "000я"),
        ("abc", 2, '*', "abc", "abc", "abc", "abc"),
        ("", 3, '*', "***", "***", "***", "000"),
        ("-42", 6, '*', "*-42**", "-42***", "***-42", "-00042"),
        ("+1", 5, '*', "**+1*", "+1***", "***+1", "+0001"),
        ("--1", 5, '*', "*--1*", "--1**", "**--1", "-00-1"),
        ("я", 3, '0', "0я0", "я00", "00я", "00я"),
        ("-", 3, '*', "*-*", "-**", "**-", "-00"),
    ];
    for (text, width, fill, centred, left, right, zeros) in rows {
        let len = count(text);
        let row = format!("{text:?} {width} {fill:?}");
        assert_eq!(center(text, len, width, fill).unwrap(), centred, "{row}");
        assert_eq!(ljust(text, len, width, fill).unwrap(), left, "{row}");
        assert_eq!(rjust(text, len, width, fill).unwrap(), right, "{row}");
        assert_eq!(zfill(text, len, width).unwrap(), zeros, "{row}");
    }
}

#[test]
fn the_text_itself_when_wide_enough() {
    assert!(matches!(center("abc", 3, 3, ' '), Ok(Cow::Borrowed("abc"))));
    assert!(matches!(zfill("-42", 3, 0), Ok(Cow::Borrowed("-42"))));
}

#[test]
fn too_wide_for_memory() {
    assert_eq!(center("abc", 3, usize::MAX, 'я'), Err(NoMemory));
    assert_eq!(zfill("abc", 3, usize::MAX / 2 + 10), Err(NoMemory));
}
