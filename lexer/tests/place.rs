//! Spans, lines, decoding and surrogates.

use aio_lexer::{DecodeError, LineIndex, Span, decode, surrogate};

#[test]
fn spans_join() {
    let span = Span::new(2, 5).to(Span::new(7, 9));
    assert_eq!((span, span.len(), span.range()), (Span::new(2, 9), 7, 2..9));
    assert!(Span::new(3, 3).is_empty());
}

#[test]
fn lines_end_in_three_ways() {
    let source = "a\nbc\r\nd\re";
    let index = LineIndex::new(source);
    assert_eq!(index.line_count(), 4);
    let texts: Vec<&str> = (0..=5).map(|line| index.line_text(source, line)).collect();
    assert_eq!(texts, ["", "a", "bc", "d", "e", ""]);
    let lines: Vec<u32> = (0..=10).map(|offset| index.line(offset)).collect();
    assert_eq!(lines, [1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4]);
}

#[test]
fn columns_count_code_points() {
    let source = "é = 1\nxé\u{1F600}y";
    let index = LineIndex::new(source);
    let place = |offset| {
        let location = index.location(source, offset);
        (location.line, location.column)
    };
    assert_eq!(place(0), (1, 0));
    assert_eq!(place(1), (1, 0));
    assert_eq!(place(2), (1, 1));
    assert_eq!(place(7), (2, 0));
    assert_eq!(place(10), (2, 2));
    assert_eq!(place(14), (2, 3));
    assert_eq!(place(99), (2, 4));
}

#[test]
fn an_empty_source_has_one_line() {
    let index = LineIndex::new("");
    assert_eq!(
        (index.line_count(), index.line(0), index.line_text("", 1)),
        (1, 1, "")
    );
}

#[test]
fn decoding_drops_the_mark_and_finds_the_first_bad_byte() {
    assert_eq!(decode(b"x = 1"), Ok("x = 1"));
    assert_eq!(decode(b"\xEF\xBB\xBFx"), Ok("x"));
    assert_eq!(decode("é".as_bytes()), Ok("é"));
    assert_eq!(
        decode(b"ab\xFFc"),
        Err(DecodeError {
            offset: 2,
            byte: 0xFF
        })
    );
    assert_eq!(
        decode(b"ab\xC3"),
        Err(DecodeError {
            offset: 2,
            byte: 0xC3
        })
    );
}

#[test]
fn surrogates_map_to_private_use_and_back() {
    for code in 0xD800..=0xDFFF {
        let Some(c) = surrogate::to_private(code) else {
            panic!("{code:x}")
        };
        assert_eq!(surrogate::from_private(c), Some(code));
    }
    assert_eq!(surrogate::to_private(0xD7FF), None);
    assert_eq!(surrogate::to_private(0xE000), None);
    assert_eq!(surrogate::from_private('a'), None);
    assert_eq!(surrogate::from_private('\u{10E800}'), None);
}
