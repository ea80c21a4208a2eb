//! Encoding and decoding.
//!
//! Expected values are CPython 3.13's.

use crate::text::codec::*;

/// Input, encoding, errors; what comes out, or the text of the exception.
type Row<I, O> = (I, &'static str, &'static str, Result<O, &'static str>);

/// The text of the exception.
fn text_of(error: CodecError, object: Object<'_>) -> String {
    match (error, object) {
        (CodecError::Unicode(error), Object::Bytes(bytes)) => {
            error.message(Object::Bytes(&bytes[error.skipped..]))
        }
        (CodecError::Unicode(error), object) => error.message(object),
        (error, _) => error.to_string(),
    }
}

#[test]
fn encoded() {
    #[rustfmt::skip]
    let rows: [Row<&str, &[u8]>; 51] = [
        ("aя€😀", "utf-8", "strict", Ok(&b"a\xd1\x8f\xe2\x82\xac\xf0\x9f\x98\x80"[..])),
        ("aя€😀", "utf-8-sig", "strict", Ok(&b"\xef\xbb\xbfa\xd1\x8f\xe2\x82\xac\xf0\x9f\x98\x80"[..])),
        ("aя€😀", "utf-16", "strict", Ok(&b"\xff\xfea\x00O\x04\xac =\xd8\x00\xde"[..])),
        ("aя€😀", "utf-16-be", "strict", Ok(&b"\x00a\x04O \xac\xd8=\xde\x00"[..])),
        ("aя€😀", "utf-32-le", "strict", Ok(&b"a\x00\x00\x00O\x04\x00\x00\xac \x00\x00\x00\xf6\x01\x00"[..])),
        ("aя€😀", "cp1251", "strict", Err("'charmap' codec can't encode character '\\U0001f600' in position 3: character maps to <undefined>")),
        ("aя€😀", "koi8-r", "strict", Err("'charmap' codec can't encode characters in position 2-3: character maps to <undefined>")),
        ("a€Ж\u{10e480}\u{10e481}b", "latin-1", "strict", Err("'latin-1' codec can't encode characters in position 1-4: ordinal not in range(256)")),
        ("a€Ж\u{10e480}\u{10e481}b", "latin-1", "ignore", Ok(&b"ab"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "latin-1", "replace", Ok(&b"a????b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "latin-1", "backslashreplace", Ok(&b"a\\u20ac\\u0416\\udc80\\udc81b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "latin-1", "xmlcharrefreplace", Ok(&b"a&#8364;&#1046;&#56448;&#56449;b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "latin-1", "namereplace", Ok(&b"a\\N{EURO SIGN}\\N{CYRILLIC CAPITAL LETTER ZHE}\\udc80\\udc81b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "latin-1", "surrogateescape", Err("'latin-1' codec can't encode characters in position 1-4: ordinal not in range(256)")),
        ("a€Ж\u{10e480}\u{10e481}b", "latin-1", "surrogatepass", Err("'latin-1' codec can't encode characters in position 1-4: ordinal not in range(256)")),
        ("a€Ж\u{10e480}\u{10e481}b", "cp866", "strict", Err("'charmap' codec can't encode character '\\u20ac' in position 1: character maps to <undefined>")),
        ("a€Ж\u{10e480}\u{10e481}b", "cp866", "ignore", Ok(&b"a\x86b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "cp866", "replace", Ok(&b"a?\x86??b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "cp866", "backslashreplace", Ok(&b"a\\u20ac\x86\\udc80\\udc81b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "cp866", "xmlcharrefreplace", Ok(&b"a&#8364;\x86&#56448;&#56449;b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "cp866", "namereplace", Ok(&b"a\\N{EURO SIGN}\x86\\udc80\\udc81b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "cp866", "surrogateescape", Err("'charmap' codec can't encode character '\\u20ac' in position 1: character maps to <undefined>")),
        ("a€Ж\u{10e480}\u{10e481}b", "cp866", "surrogatepass", Err("'charmap' codec can't encode character '\\u20ac' in position 1: character maps to <undefined>")),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-8", "strict", Err("'utf-8' codec can't encode characters in position 3-4: surrogates not allowed")),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-8", "ignore", Ok(&b"a\xe2\x82\xac\xd0\x96b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-8", "replace", Ok(&b"a\xe2\x82\xac\xd0\x96??b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-8", "backslashreplace", Ok(&b"a\xe2\x82\xac\xd0\x96\\udc80\\udc81b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-8", "xmlcharrefreplace", Ok(&b"a\xe2\x82\xac\xd0\x96&#56448;&#56449;b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-8", "namereplace", Ok(&b"a\xe2\x82\xac\xd0\x96\\udc80\\udc81b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-8", "surrogateescape", Ok(&b"a\xe2\x82\xac\xd0\x96\x80\x81b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-8", "surrogatepass", Ok(&b"a\xe2\x82\xac\xd0\x96\xed\xb2\x80\xed\xb2\x81b"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-16-le", "strict", Err("'utf-16-le' codec can't encode character '\\udc80' in position 3: surrogates not allowed")),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-16-le", "ignore", Ok(&b"a\x00\xac \x16\x04b\x00"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-16-le", "replace", Ok(&b"a\x00\xac \x16\x04?\x00?\x00b\x00"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-16-le", "backslashreplace", Ok(&b"a\x00\xac \x16\x04\\\x00u\x00d\x00c\x008\x000\x00\\\x00u\x00d\x00c\x008\x001\x00b\x00"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-16-le", "xmlcharrefreplace", Ok(&b"a\x00\xac \x16\x04&\x00#\x005\x006\x004\x004\x008\x00;\x00&\x00#\x005\x006\x004\x004\x009\x00;\x00b\x00"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-16-le", "namereplace", Ok(&b"a\x00\xac \x16\x04\\\x00u\x00d\x00c\x008\x000\x00\\\x00u\x00d\x00c\x008\x001\x00b\x00"[..])),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-16-le", "surrogateescape", Err("'utf-16-le' codec can't encode character '\\udc80' in position 3: surrogates not allowed")),
        ("a€Ж\u{10e480}\u{10e481}b", "utf-16-le", "surrogatepass", Ok(&b"a\x00\xac \x16\x04\x80\xdc\x81\xdcb\x00"[..])),
        ("\u{10e480}€", "latin-1", "surrogateescape", Err("'latin-1' codec can't encode character '\\u20ac' in position 1: ordinal not in range(256)")),
        ("\u{10e480}一", "cp1251", "surrogateescape", Err("'charmap' codec can't encode characters in position 0-1: character maps to <undefined>")),
        ("\u{10e000}", "utf-32", "strict", Err("'utf-32' codec can't encode character '\\ud800' in position 0: surrogates not allowed")),
        ("\u{10e000}", "utf-32-be", "surrogatepass", Ok(&b"\x00\x00\xd8\x00"[..])),
        ("я", "ASCII", "strict", Err("'ascii' codec can't encode character '\\u044f' in position 0: ordinal not in range(128)")),
        ("я", "us-ascii", "nonsense", Err("unknown error handler name 'nonsense'")),
        ("x", "us-ascii", "nonsense", Ok(&b"x"[..])),
        ("x", "no such", "strict", Err("unknown encoding: no such")),
        ("😀\u{0}", "ascii", "backslashreplace", Ok(&b"\\U0001f600\x00"[..])),
        ("\u{98}", "cp1251", "strict", Err("'charmap' codec can't encode character '\\x98' in position 0: character maps to <undefined>")),
        ("é", "cp437", "strict", Ok(&b"\x82"[..])),
        ("\u{378}", "ascii", "namereplace", Ok(&b"\\u0378"[..])),
    ];
    for (text, encoding, errors, expected) in rows {
        let found = encode(text, encoding, errors).map_err(|e| text_of(e, Object::Text(text)));
        let expected = expected.map(<[u8]>::to_vec).map_err(str::to_owned);
        assert_eq!(found, expected, "{text:?} {encoding} {errors}");
    }
}

#[test]
fn decoded() {
    #[rustfmt::skip]
    let rows: [Row<&[u8], &str>; 50] = [
        (&b"a\xffb\xe2\x82"[..], "utf-8", "strict", Err("'utf-8' codec can't decode byte 0xff in position 1: invalid start byte")),
        (&b"a\xffb\xe2\x82"[..], "utf-8", "ignore", Ok("ab")),
        (&b"a\xffb\xe2\x82"[..], "utf-8", "replace", Ok("a�b�")),
        (&b"a\xffb\xe2\x82"[..], "utf-8", "backslashreplace", Ok("a\\xffb\\xe2\\x82")),
        (&b"a\xffb\xe2\x82"[..], "utf-8", "xmlcharrefreplace", Err("don't know how to handle UnicodeDecodeError in error callback")),
        (&b"a\xffb\xe2\x82"[..], "utf-8", "namereplace", Err("don't know how to handle UnicodeDecodeError in error callback")),
        (&b"a\xffb\xe2\x82"[..], "utf-8", "surrogateescape", Ok("a\u{10e4ff}b\u{10e4e2}\u{10e482}")),
        (&b"a\xffb\xe2\x82"[..], "utf-8", "surrogatepass", Err("'utf-8' codec can't decode byte 0xff in position 1: invalid start byte")),
        (&b"\xe2(\xa1\xf0\x9f"[..], "utf-8", "strict", Err("'utf-8' codec can't decode byte 0xe2 in position 0: invalid continuation byte")),
        (&b"\xe2(\xa1\xf0\x9f"[..], "utf-8", "ignore", Ok("(")),
        (&b"\xe2(\xa1\xf0\x9f"[..], "utf-8", "replace", Ok("�(��")),
        (&b"\xe2(\xa1\xf0\x9f"[..], "utf-8", "backslashreplace", Ok("\\xe2(\\xa1\\xf0\\x9f")),
        (&b"\xe2(\xa1\xf0\x9f"[..], "utf-8", "xmlcharrefreplace", Err("don't know how to handle UnicodeDecodeError in error callback")),
        (&b"\xe2(\xa1\xf0\x9f"[..], "utf-8", "namereplace", Err("don't know how to handle UnicodeDecodeError in error callback")),
        (&b"\xe2(\xa1\xf0\x9f"[..], "utf-8", "surrogateescape", Ok("\u{10e4e2}(\u{10e4a1}\u{10e4f0}\u{10e49f}")),
        (&b"\xe2(\xa1\xf0\x9f"[..], "utf-8", "surrogatepass", Err("'utf-8' codec can't decode byte 0xe2 in position 0: invalid continuation byte")),
        (&b"\xed\xa0\x80z"[..], "utf-8", "strict", Err("'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte")),
        (&b"\xed\xa0\x80z"[..], "utf-8", "ignore", Ok("z")),
        (&b"\xed\xa0\x80z"[..], "utf-8", "replace", Ok("���z")),
        (&b"\xed\xa0\x80z"[..], "utf-8", "backslashreplace", Ok("\\xed\\xa0\\x80z")),
        (&b"\xed\xa0\x80z"[..], "utf-8", "xmlcharrefreplace", Err("don't know how to handle UnicodeDecodeError in error callback")),
        (&b"\xed\xa0\x80z"[..], "utf-8", "namereplace", Err("don't know how to handle UnicodeDecodeError in error callback")),
        (&b"\xed\xa0\x80z"[..], "utf-8", "surrogateescape", Ok("\u{10e4ed}\u{10e4a0}\u{10e480}z")),
        (&b"\xed\xa0\x80z"[..], "utf-8", "surrogatepass", Ok("\u{10e000}z")),
        (&b"\xef\xbb\xbfa\xff"[..], "utf-8-sig", "strict", Err("'utf-8' codec can't decode byte 0xff in position 1: invalid start byte")),
        (&b"\xef\xbb\xbfa"[..], "utf-8-sig", "strict", Ok("a")),
        (&b"\xef\xbb\xbfa"[..], "utf-8", "strict", Ok("\u{feff}a")),
        (&b"\xff\xfea\x00"[..], "utf-16", "strict", Ok("a")),
        (&b"\xfe\xff\x00a"[..], "utf-16", "strict", Ok("a")),
        (&b"a\x00=\xd8\x00\xde"[..], "utf-16", "strict", Ok("a😀")),
        (&b"a\x00\x00"[..], "utf-16", "strict", Err("'utf-16-le' codec can't decode byte 0x00 in position 2: truncated data")),
        (&b"\x00\xd8"[..], "utf-16-le", "strict", Err("'utf-16-le' codec can't decode bytes in position 0-1: unexpected end of data")),
        (&b"\x00\xd8a\x00"[..], "utf-16-le", "replace", Ok("�a")),
        (&b"\x00\xdca\x00"[..], "utf-16-le", "surrogatepass", Ok("\u{10e400}a")),
        (&b"\xdc\x00\x00a"[..], "utf-16-be", "strict", Err("'utf-16-be' codec can't decode bytes in position 0-1: illegal encoding")),
        (&b"\x00\xd8\x00\x00"[..], "utf-32-le", "strict", Err("'utf-32-le' codec can't decode bytes in position 0-3: code point in surrogate code point range(0xd800, 0xe000)")),
        (&b"\x00\x11\x00\x00"[..], "utf-32-be", "strict", Err("'utf-32-be' codec can't decode bytes in position 0-3: code point not in range(0x110000)")),
        (&b"\xff\xfe\x00\x00a\x00\x00"[..], "utf-32", "strict", Err("'utf-32-le' codec can't decode bytes in position 4-6: truncated data")),
        (&b"\x98\xff"[..], "cp1251", "strict", Err("'charmap' codec can't decode byte 0x98 in position 0: character maps to <undefined>")),
        (&b"\x98\xff"[..], "cp1251", "replace", Ok("�я")),
        (&b"\x98\xff"[..], "cp1251", "surrogateescape", Ok("\u{10e498}я")),
        (&b"\x80\xff"[..], "cp866", "strict", Ok("А\u{a0}")),
        (&b"\x80\xff"[..], "cp437", "strict", Ok("Ç\u{a0}")),
        (&b"\x80\x81"[..], "cp1252", "strict", Err("'charmap' codec can't decode byte 0x81 in position 1: character maps to <undefined>")),
        (&b"\xc1\x80"[..], "koi8-r", "strict", Ok("а─")),
        (&b"\xe9"[..], "latin-1", "strict", Ok("é")),
        (&b"a\xe9"[..], "ascii", "strict", Err("'ascii' codec can't decode byte 0xe9 in position 1: ordinal not in range(128)")),
        (&b"a\xe9"[..], "ascii", "backslashreplace", Ok("a\\xe9")),
        (&b"a"[..], "x-none", "strict", Err("unknown encoding: x-none")),
        (&b"\x80"[..], "utf8", "nonsense", Err("unknown error handler name 'nonsense'")),
    ];
    for (bytes, encoding, errors, expected) in rows {
        let found = decode(bytes, encoding, errors).map_err(|e| text_of(e, Object::Bytes(bytes)));
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(found, expected, "{bytes:?} {encoding} {errors}");
    }
}

#[test]
fn names_are_normalised() {
    for name in [
        "UTF-8",
        "  utf 8 ",
        "u8",
        "U16",
        "iso_8859_1:1987",
        "iso.8859.1",
        "KOI8-R",
        "l1",
    ] {
        assert!(lookup(name).is_some(), "{name}");
    }
    for name in ["", "utf.8", "...utf-8", "uтf8", "foo", "koi8.r"] {
        assert!(lookup(name).is_none(), "{name}");
    }
}

#[test]
fn a_handler_may_go_back_and_forth() {
    let encoding = lookup("ascii").unwrap();
    // Go on one character later than the failure ends, then from its end.
    let mut ends = Vec::new();
    let found = encode_with("aяbяcd", encoding, &mut |failure| {
        ends.push((failure.error.start, failure.error.end));
        let resume = failure.error.end + usize::from(ends.len() == 1);
        Ok(Fix {
            replacement: Replacement::Text("?".into()),
            resume,
        })
    });
    assert_eq!(found, Ok(b"a??cd".to_vec()));
    assert_eq!(ends, [(1, 2), (3, 4)]);
    // Back to the start, once.
    let mut times = 0;
    let found = encode_with("abя", encoding, &mut |_| {
        times += 1;
        let resume = if times == 1 { 0 } else { 3 };
        Ok(Fix {
            replacement: Replacement::Bytes(b"!".to_vec()),
            resume,
        })
    });
    assert_eq!(found, Ok(b"ab!ab!".to_vec()));
    let past = |resume| Fix {
        replacement: Replacement::Text("?".into()),
        resume,
    };
    assert!(encode_with("я", encoding, &mut |_| Ok(past(9))).is_err());
    assert!(decode_with(b"\xff", encoding, &mut |_| Ok(past(9))).is_err());
}

#[test]
fn many_failures_take_linear_time() {
    let text = "яa".repeat(100_000);
    let found = encode(&text, "ascii", "xmlcharrefreplace").unwrap();
    assert_eq!(found, "&#1103;a".repeat(100_000).into_bytes());
}
