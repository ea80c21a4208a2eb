//! Byte strings.
//!
//! Expected values are CPython 3.13's.

use crate::text::NoMemory;
use crate::text::bytes::*;
use crate::text::repr::repr_bytes;
use crate::text::search::bounds;

/// The `repr` of a list of byte strings.
fn shown<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> String {
    let pieces: Vec<_> = pieces.into_iter().map(repr_bytes).collect();
    format!("[{}]", pieces.join(", "))
}

fn reversed<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> Vec<&'b [u8]> {
    let mut list: Vec<_> = pieces.collect();
    list.reverse();
    list
}

#[test]
fn classified_and_recased() {
    // alpha, alnum, digit, lower, upper, title, space; upper, title, capitalize, swapcase
    #[rustfmt::skip]
    let rows = [
        (&b""[..], false, false, false, false, false, false, false, &b""[..], &b""[..], &b""[..], &b""[..]),
        (&b"abc"[..], true, true, false, true, false, false, false, &b"ABC"[..], &b"Abc"[..], &b"Abc"[..], &b"ABC"[..]),
        (&b"ABC dEf"[..], false, false, false, false, false, false, false, &b"ABC DEF"[..], &b"Abc Def"[..], &b"Abc def"[..], &b"abc DeF"[..]),
        (&b"a1 b2"[..], false, false, false, true, false, false, false, &b"A1 B2"[..], &b"A1 B2"[..], &b"A1 b2"[..], &b"A1 B2"[..]),
        (&b"Title Case"[..], false, false, false, false, false, true, false, &b"TITLE CASE"[..], &b"Title Case"[..], &b"Title case"[..], &b"tITLE cASE"[..]),
        (&b"They're"[..], false, false, false, false, false, false, false, &b"THEY'RE"[..], &b"They'Re"[..], &b"They're"[..], &b"tHEY'RE"[..]),
        (&b"123"[..], false, true, true, false, false, false, false, &b"123"[..], &b"123"[..], &b"123"[..], &b"123"[..]),
        (&b" \x09\x0b\x0c\x0d\x0a"[..], false, false, false, false, false, false, true, &b" \x09\x0b\x0c\x0d\x0a"[..], &b" \x09\x0b\x0c\x0d\x0a"[..], &b" \x09\x0b\x0c\x0d\x0a"[..], &b" \x09\x0b\x0c\x0d\x0a"[..]),
        (&b"\xe0A\xff"[..], false, false, false, false, true, true, false, &b"\xe0A\xff"[..], &b"\xe0A\xff"[..], &b"\xe0a\xff"[..], &b"\xe0a\xff"[..]),
        (&b"1a"[..], false, true, false, true, false, false, false, &b"1A"[..], &b"1A"[..], &b"1a"[..], &b"1A"[..]),
    ];
    for (b, alpha, alnum, digit, low, up, titled, space, upped, title_case, capital, swapped) in
        rows
    {
        assert_eq!(
            (is_alpha(b), is_alnum(b), is_digit(b)),
            (alpha, alnum, digit),
            "{b:?}"
        );
        assert_eq!((is_lower(b), is_upper(b)), (low, up), "{b:?}");
        assert_eq!((is_title(b), is_space(b)), (titled, space), "{b:?}");
        assert_eq!(
            (upper(b), title(b)),
            (upped.to_vec(), title_case.to_vec()),
            "{b:?}"
        );
        assert_eq!(
            (capitalize(b), swapcase(b)),
            (capital.to_vec(), swapped.to_vec()),
            "{b:?}"
        );
        assert_eq!(lower(b), b.to_ascii_lowercase());
    }
}

#[test]
fn split_from_both_ends() {
    #[rustfmt::skip]
    let rows = [
        (&b" a  b "[..], None, None, "[b'a', b'b']", "[b'a', b'b']"),
        (&b" a  b c "[..], None, Some(1), "[b'a', b'b c ']", "[b' a  b', b'c']"),
        (&b"a\x1cb\x85"[..], None, None, "[b'a\\x1cb\\x85']", "[b'a\\x1cb\\x85']"),
        (&b"a,b,,c"[..], Some(&b","[..]), None, "[b'a', b'b', b'', b'c']", "[b'a', b'b', b'', b'c']"),
        (&b"a,b,,c"[..], Some(&b","[..]), Some(1), "[b'a', b'b,,c']", "[b'a,b,', b'c']"),
        (&b""[..], Some(&b","[..]), None, "[b'']", "[b'']"),
    ];
    for (bytes, separator, limit, left, right) in rows {
        let (found_left, found_right) = match separator {
            None => (
                shown(split_space(bytes, limit)),
                reversed(rsplit_space(bytes, limit)),
            ),
            Some(s) => (
                shown(split(bytes, s, limit)),
                reversed(rsplit(bytes, s, limit)),
            ),
        };
        assert_eq!(found_left, left, "{bytes:?}");
        assert_eq!(shown(found_right), right, "{bytes:?}");
    }
    assert_eq!(
        shown(lines(b"a\r\nb\x0bc\r\n\n", true)),
        "[b'a\\r\\n', b'b\\x0bc\\r\\n', b'\\n']"
    );
    assert_eq!(shown(lines(b"a\rb\x1c\n", false)), "[b'a', b'b\\x1c']");
    assert_eq!(strip(b" \x0ba \t"), b"a");
    assert_eq!(strip_set(b"xyax", b"xy"), b"a");
}

#[test]
fn replaced_and_translated() {
    #[rustfmt::skip]
    let rows = [
        (&b"aXbX"[..], &b"X"[..], &b"--"[..], None, &b"a--b--"[..]),
        (&b"aXbX"[..], &b"X"[..], &b""[..], Some(1), &b"abX"[..]),
        (&b"abc"[..], &b""[..], &b"-"[..], None, &b"-a-b-c-"[..]),
        (&b"abc"[..], &b""[..], &b"-"[..], Some(2), &b"-a-bc"[..]),
        (&b""[..], &b""[..], &b"-"[..], None, &b"-"[..]),
        (&b"aaa"[..], &b"aa"[..], &b"b"[..], None, &b"ba"[..]),
        (&b"a"[..], &b"x"[..], &b"y"[..], None, &b"a"[..]),
    ];
    for (bytes, old, new, limit, expected) in rows {
        assert_eq!(
            replace(bytes, old, new, limit).unwrap(),
            expected,
            "{bytes:?} {old:?}"
        );
    }
    let table = maketrans(b"ab", b"xy");
    assert_eq!(translate(b"abcab", table.as_ref(), b"c"), b"xyxy");
    assert_eq!(translate(b"abcab", None, b"ba"), b"c");
    assert_eq!(maketrans(b"ab", b"x"), None);
}

#[test]
fn found() {
    let text = b"hello";
    let at = |start| bounds(start, isize::MAX, 5).and_then(|range| find(text, b"l", range));
    assert_eq!(
        (at(0), at(3), at(4), at(-2)),
        (Some(2), Some(3), None, Some(3))
    );
    assert_eq!(rfind(text, b"l", 0..5), Some(3));
    assert_eq!(count(text, b"", 0..5), 6);
    assert_eq!(count(text, b"l", 0..3), 1);
    assert_eq!(partition(text, b"l"), Some((&b"he"[..], &b"lo"[..])));
    assert_eq!(rpartition(text, b"l"), Some((&b"hel"[..], &b"o"[..])));
}

#[test]
fn hexadecimal() {
    assert_eq!(hex(b"\x00\xfe"), "00fe");
    #[rustfmt::skip]
    let groups = [
        (-6, "6162636465"),
        (-5, "6162636465"),
        (-2, "6162-6364-65"),
        (-1, "61-62-63-64-65"),
        (0, "6162636465"),
        (1, "61-62-63-64-65"),
        (2, "61-6263-6465"),
        (3, "6162-636465"),
        (5, "6162636465"),
        (6, "6162636465"),
    ];
    for (size, expected) in groups {
        assert_eq!(hex_grouped(b"abcde", '-', size), expected, "{size}");
    }
    #[rustfmt::skip]
    let rows: [(&str, Result<&str, &str>); 9] = [
        ("", Ok("")),
        ("00ff", Ok("00ff")),
        ("AA bb\tcc", Ok("aabbcc")),
        ("a", Err("non-hexadecimal number found in fromhex() arg at position 1")),
        ("aa b", Err("non-hexadecimal number found in fromhex() arg at position 4")),
        ("aag0", Err("non-hexadecimal number found in fromhex() arg at position 2")),
        ("a a", Err("non-hexadecimal number found in fromhex() arg at position 1")),
        ("aaё", Err("non-hexadecimal number found in fromhex() arg at position 2")),
        ("gё", Err("non-hexadecimal number found in fromhex() arg at position 1")),
    ];
    for (text, expected) in rows {
        let found = fromhex(text)
            .map(|bytes| hex(&bytes))
            .map_err(|error| error.to_string());
        assert_eq!(
            found,
            expected.map(str::to_owned).map_err(str::to_owned),
            "{text:?}"
        );
    }
}

#[test]
fn padded() {
    assert_eq!(center(b"ab", 5, b'*').unwrap(), &b"**ab*"[..]);
    assert_eq!(center(b"abc", 6, b'*').unwrap(), &b"*abc**"[..]);
    assert_eq!(zfill(b"-42", 6).unwrap(), &b"-00042"[..]);
    assert_eq!(expand_tabs(b"a\tb\n\tc", 4).unwrap(), &b"a   b\n    c"[..]);
    assert_eq!(ljust(b"a", usize::MAX, b' '), Err(NoMemory));
}
