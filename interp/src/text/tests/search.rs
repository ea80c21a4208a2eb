//! `find`, `count`, `replace`, `partition`.
//!
//! Expected values are CPython 3.13's.

use crate::text::index::{CodePointIndex, Points};
use crate::text::search::*;

#[test]
fn found_within_code_point_bounds() {
    // text, part, start, end; find, rfind, count, startswith, endswith
    #[rustfmt::skip]
    let rows = [
        ("hello", "l", 0, isize::MAX, 2, 3, 2, false, false),
        ("hello", "l", 3, isize::MAX, 3, 3, 1, true, false),
        ("hello", "l", 4, isize::MAX, -1, -1, 0, false, false),
        ("hello", "lo", -2, isize::MAX, 3, 3, 1, true, true),
        ("hello", "", 5, isize::MAX, 5, 5, 1, true, true),
        ("hello", "", 6, isize::MAX, -1, -1, 0, false, false),
        ("hello", "", 2, 1, -1, -1, 0, false, false),
        ("héllo wörld", "ö", 0, isize::MAX, 7, 7, 1, false, false),
        ("héllo", "l", 2, -1, 2, 3, 2, true, true),
        ("ярый язык яма", "я", 0, isize::MAX, 0, 10, 3, true, false),
        ("ярый язык", "ы", -3, -1, 7, 7, 1, false, true),
        ("aaaa", "aa", 0, isize::MAX, 0, 2, 2, true, true),
        ("aaaa", "aa", 1, isize::MAX, 1, 2, 1, true, true),
        ("", "", 0, isize::MAX, 0, 0, 1, true, true),
        ("яяя", "", 0, 2, 0, 2, 3, true, true),
        ("abc", "abcd", 0, isize::MAX, -1, -1, 0, false, false),
        ("中文中", "中", 1, isize::MAX, 2, 2, 1, false, true),
    ];
    for (text, part, start, end, first, last, times, starts, ends) in rows {
        let index = CodePointIndex::new(text);
        let points = Points::Indexed(&index);
        let range = bounds(start, end, index.len()).map(|range| points.bytes_of(text, range));
        let at = |byte: Option<usize>| byte.map_or(-1, |byte| points.point_of(text, byte) as isize);
        let row = format!("{text:?} {part:?} {start} {end}");
        let Some(range) = range else {
            assert_eq!(
                (first, last, times, starts, ends),
                (-1, -1, 0, false, false),
                "{row}"
            );
            continue;
        };
        assert_eq!(at(find(text, part, range.clone())), first, "{row}");
        assert_eq!(at(rfind(text, part, range.clone())), last, "{row}");
        assert_eq!(count(text, part, range.clone()), times, "{row}");
        assert_eq!(starts_with(text, part, range.clone()), starts, "{row}");
        assert_eq!(ends_with(text, part, range), ends, "{row}");
    }
}

#[test]
fn replaced() {
    #[rustfmt::skip]
    let rows = [
        ("aXbXc", "X", "--", None, "a--b--c"),
        ("aXbXc", "X", "--", Some(1), "a--bXc"),
        ("aXbXc", "X", "", Some(0), "aXbXc"),
        ("abc", "", "-", None, "-a-b-c-"),
        ("abc", "", "-", Some(2), "-a-bc"),
        ("", "", "-", None, "-"),
        ("", "", "-", Some(1), "-"),
        ("яма", "", "·", None, "·я·м·а·"),
        ("яма", "м", "", None, "яа"),
        ("abc", "x", "y", None, "abc"),
        ("aaa", "aa", "b", None, "ba"),
        ("aaa", "a", "aa", None, "aaaaaa"),
        ("abc", "b", "b", None, "abc"),
    ];
    for (text, old, new, limit, expected) in rows {
        let row = format!("{text:?} {old:?} {new:?} {limit:?}");
        assert_eq!(replace(text, old, new, limit).unwrap(), expected, "{row}");
    }
}

#[test]
fn parted() {
    assert_eq!(
        partition("яблоко-груша-слива", "-"),
        Some(("яблоко", "груша-слива"))
    );
    assert_eq!(
        rpartition("яблоко-груша-слива", "-"),
        Some(("яблоко-груша", "слива"))
    );
    assert_eq!(partition("abc", "x"), None);
    assert_eq!(remove_prefix("абв", "а"), "бв");
    assert_eq!(remove_suffix("абв", "а"), "абв");
    assert_eq!(remove_suffix("абв", ""), "абв");
    assert!(contains("абв", "") && contains("абв", "бв") && !contains("абв", "вб"));
}
