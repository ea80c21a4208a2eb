//! Surrogates in strings.

use crate::text::surrogate::{code_point, contains, from_code_point, is_surrogate};

#[test]
fn ord_and_chr_agree() {
    for code in [
        0, 0x41, 0xd7ff, 0xd800, 0xdc80, 0xdfff, 0xe000, 0x10_dfff, 0x10_ffff,
    ] {
        let c = from_code_point(code).unwrap();
        assert_eq!(code_point(c), code);
        assert_eq!(is_surrogate(c), (0xd800..=0xdfff).contains(&code));
        assert_eq!(contains(&format!("я{c}")), is_surrogate(c));
    }
    assert_eq!(from_code_point(0x11_0000), None);
}
