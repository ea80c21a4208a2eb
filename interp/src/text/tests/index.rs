//! Code points of strings.

use std::ops::Range;

use crate::text::index::{CodePointIndex, Points, count, reverse};

const TEXTS: [&str; 5] = ["", "abc", "привет, мир", "a中😀é", "😀я中a"];

#[test]
fn every_code_point_is_found() {
    for base in TEXTS {
        for times in [1, 7, 40] {
            let text = base.repeat(times);
            let index = CodePointIndex::new(&text);
            let chars: Vec<(usize, char)> = text.char_indices().collect();
            assert_eq!((index.len(), count(&text)), (chars.len(), chars.len()));
            for points in [Points::Indexed(&index), Points::Unknown] {
                for (point, &(byte, c)) in chars.iter().enumerate() {
                    assert_eq!(points.byte_of(&text, point), byte);
                    assert_eq!(points.point_of(&text, byte), point);
                    assert_eq!(points.char_at(&text, point), Some(c));
                }
                for past in [chars.len(), chars.len() + 1, usize::MAX] {
                    assert_eq!(points.byte_of(&text, past), text.len());
                    assert_eq!(points.char_at(&text, past), None);
                }
                assert_eq!(points.point_of(&text, text.len()), chars.len());
            }
        }
    }
}

#[test]
fn slices() {
    let text = "абвгдежз";
    let index = CodePointIndex::new(text);
    let backwards = Range { start: 4, end: 1 };
    for points in [Points::Indexed(&index), Points::Unknown] {
        assert_eq!(points.slice(text, 1..4), "бвг");
        assert_eq!(points.slice(text, backwards.clone()), "");
        assert_eq!(points.slice(text, 6..99), "жз");
        assert_eq!(points.slice_step(text, 1, 3, 3), "бдз");
        assert_eq!(points.slice_step(text, 6, -2, 4), "ждва");
        assert_eq!(points.slice_step(text, 7, -1, 8), reverse(text));
        assert_eq!(points.slice_step(text, 0, 1, 0), "");
        assert_eq!(points.slice_step(text, 0, isize::MIN, 1), "а");
    }
    assert_eq!(Points::Ascii.slice("abcdef", 1..3), "bc");
    assert_eq!(Points::Ascii.slice_step("abcdef", 5, -2, 3), "fdb");
    assert_eq!(Points::Ascii.slice_step("abcdef", 1, 2, 3), "bdf");
}
