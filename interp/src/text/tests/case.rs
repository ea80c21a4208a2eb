//! Case of strings.
//!
//! Expected values are CPython 3.13's.

use super::{Hash, plain_chars};
use crate::text::case::*;

#[test]
fn case_changes() {
    // lower, upper, title, capitalize, swapcase, casefold
    #[rustfmt::skip]
    let rows = [
        ("", "", "", "", "", "", ""),
        ("abc", "abc", "ABC", "Abc", "Abc", "ABC", "abc"),
        ("HELLO wORLD 1st", "hello world 1st", "HELLO WORLD 1ST", "Hello World 1St", "Hello world 1st", "hello World 1ST", "hello world 1st"),
        ("they're bill's", "they're bill's", "THEY'RE BILL'S", "They'Re Bill'S", "They're bill's", "THEY'RE BILL'S", "they're bill's"),
        ("ΌΣΟΣ", "όσος", "ΌΣΟΣ", "Όσος", "Όσος", "όσος", "όσοσ"),
        ("ΑΣ. Σ Σα", "ας. σ σα", "ΑΣ. Σ ΣΑ", "Ας. Σ Σα", "Ας. σ σα", "ας. σ σΑ", "ασ. σ σα"),
        ("ΑΣ\u{301}", "ας\u{301}", "ΑΣ\u{301}", "Ας\u{301}", "Ας\u{301}", "ας\u{301}", "ασ\u{301}"),
        ("ΑΣ\u{301}Β", "ασ\u{301}β", "ΑΣ\u{301}Β", "Ασ\u{301}Β", "Ασ\u{301}β", "ασ\u{301}β", "ασ\u{301}β"),
        ("ǆ ǅ Ǆ", "ǆ ǆ ǆ", "Ǆ Ǆ Ǆ", "ǅ ǅ ǅ", "ǅ ǆ ǆ", "Ǆ ǅ ǆ", "ǆ ǆ ǆ"),
        ("straße ﬃ", "straße ﬃ", "STRASSE FFI", "Straße Ffi", "Straße ﬃ", "STRASSE FFI", "strasse ffi"),
        ("İıI", "i\u{307}ıi", "İII", "İıi", "İıi", "i\u{307}Ii", "i\u{307}ıi"),
        ("ŉaBC", "ŉabc", "ʼNABC", "ʼNabc", "ʼNabc", "ʼNAbc", "ʼnabc"),
        ("ᾳ ᾼ ΰ", "ᾳ ᾳ ΰ", "ΑΙ ΑΙ Υ\u{308}\u{301}", "ᾼ ᾼ Υ\u{308}\u{301}", "ᾼ ᾳ ΰ", "ΑΙ ᾼ Υ\u{308}\u{301}", "αι αι υ\u{308}\u{301}"),
        ("привет МИР", "привет мир", "ПРИВЕТ МИР", "Привет Мир", "Привет мир", "ПРИВЕТ мир", "привет мир"),
        ("ꭰᎠ", "ꭰꭰ", "ᎠᎠ", "Ꭰꭰ", "Ꭰꭰ", "Ꭰꭰ", "ᎠᎠ"),
        ("𐐀𐐨", "𐐨𐐨", "𐐀𐐀", "𐐀𐐨", "𐐀𐐨", "𐐨𐐀", "𐐨𐐨"),
        ("Ⅷⓐ", "ⅷⓐ", "ⅧⒶ", "Ⅷⓐ", "Ⅷⓐ", "ⅷⒶ", "ⅷⓐ"),
        ("a\u{345}b", "a\u{345}b", "AΙB", "A\u{345}b", "A\u{345}b", "AΙB", "aιb"),
        ("\u{10e000}A", "\u{10e000}a", "\u{10e000}A", "\u{10e000}A", "\u{10e000}a", "\u{10e000}a", "\u{10e000}a"),
        ("ʼNdrangheta", "ʼndrangheta", "ʼNDRANGHETA", "ʼNdrangheta", "ʼndrangheta", "ʼnDRANGHETA", "ʼndrangheta"),
        ("ﬀoo", "ﬀoo", "FFOO", "Ffoo", "Ffoo", "FFOO", "ffoo"),
    ];
    for (text, low, up, titled, capital, swapped, folded) in rows {
        assert_eq!(lower(text), low, "lower {text:?}");
        assert_eq!(upper(text), up, "upper {text:?}");
        assert_eq!(title(text), titled, "title {text:?}");
        assert_eq!(capitalize(text), capital, "capitalize {text:?}");
        assert_eq!(swapcase(text), swapped, "swapcase {text:?}");
        assert_eq!(casefold(text), folded, "casefold {text:?}");
    }
}

#[test]
fn case_of_every_character() {
    let mut hash = Hash::new();
    for c in plain_chars() {
        let text = c.to_string();
        for new in [lower(&text), upper(&text), title(&text), casefold(&text)] {
            if new != text {
                hash.add(new.as_bytes());
            }
        }
    }
    assert_eq!(hash.value(), 0x30fe1736cf7cc683);
}
