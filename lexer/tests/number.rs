//! Number literals: every form, with the values that CPython 3.13 gives them.

mod support;

use aio_lexer::Token;
use support::single;

#[test]
fn integers_have_their_value() {
    const TABLE: &[(&str, i64)] = &[
        ("0", 0),
        ("00", 0),
        ("0_0", 0),
        ("1", 1),
        ("9", 9),
        ("42", 42),
        ("1_000", 1000),
        ("123456789", 123456789),
        ("9223372036854775807", 9223372036854775807),
        ("0x0", 0),
        ("0xff", 255),
        ("0XFF", 255),
        ("0x_f_f", 255),
        ("0xDEAD_beef", 3735928559),
        ("0x7fffffffffffffff", 9223372036854775807),
        ("0o17", 15),
        ("0O7_7", 63),
        ("0b101", 5),
        ("0B_1_0", 2),
        ("0xE", 14),
        ("0xe", 14),
    ];
    for &(source, value) in TABLE {
        assert_eq!(single(source), Token::Int(value), "{source}");
    }
}

#[test]
fn integers_past_64_bits_keep_their_digits() {
    const TABLE: &[(&str, u8, &str)] = &[
        ("9223372036854775808", 10, "9223372036854775808"),
        ("1_00000_00000_00000_00000", 10, "100000000000000000000"),
        ("0x8000000000000000", 16, "8000000000000000"),
        ("0xFFFF_FFFF_FFFF_FFFF", 16, "FFFFFFFFFFFFFFFF"),
        ("0o7777777777777777777777", 8, "7777777777777777777777"),
        (
            "0b1111111111111111111111111111111111111111111111111111111111111111",
            2,
            "1111111111111111111111111111111111111111111111111111111111111111",
        ),
    ];
    for &(source, radix, digits) in TABLE {
        assert_eq!(
            single(source),
            Token::BigInt {
                radix,
                digits: digits.into()
            },
            "{source}"
        );
    }
}

#[test]
fn floats_have_their_value() {
    const TABLE: &[(&str, u64)] = &[
        ("0.", 0x0000000000000000),
        (".0", 0x0000000000000000),
        (".5", 0x3fe0000000000000),
        ("1.", 0x3ff0000000000000),
        ("1.5", 0x3ff8000000000000),
        ("3.14159", 0x400921f9f01b866e),
        ("1e5", 0x40f86a0000000000),
        ("1E5", 0x40f86a0000000000),
        ("1e+5", 0x40f86a0000000000),
        ("1e-5", 0x3ee4f8b588e368f1),
        ("1.e3", 0x408f400000000000),
        (".5e-3", 0x3f40624dd2f1a9fc),
        ("1_0.2_5", 0x4024800000000000),
        ("1_0e1_0", 0x42374876e8000000),
        ("0e0", 0x0000000000000000),
        ("00.5", 0x3fe0000000000000),
        ("012.5", 0x4029000000000000),
        ("0777e1", 0x40be5a0000000000),
        ("1e308", 0x7fe1ccf385ebc8a0),
        ("1e400", 0x7ff0000000000000),
        ("5e-324", 0x0000000000000001),
        ("1e-400", 0x0000000000000000),
        ("0.1", 0x3fb999999999999a),
        ("123456789012345678901234567890.0", 0x45f8ee90ff6c373e),
        ("2.2250738585072014e-308", 0x0010000000000000),
    ];
    for &(source, bits) in TABLE {
        let Token::Float(value) = single(source) else {
            panic!("{source} is no float")
        };
        assert_eq!(value.to_bits(), bits, "{source}");
    }
}

#[test]
fn imaginary_numbers_have_their_value() {
    const TABLE: &[(&str, u64)] = &[
        ("0j", 0x0000000000000000),
        ("1j", 0x3ff0000000000000),
        ("1J", 0x3ff0000000000000),
        ("1.5j", 0x3ff8000000000000),
        (".5j", 0x3fe0000000000000),
        ("1e3j", 0x408f400000000000),
        ("1_0j", 0x4024000000000000),
        ("0777j", 0x4088480000000000),
        ("1.j", 0x3ff0000000000000),
        ("00j", 0x0000000000000000),
    ];
    for &(source, bits) in TABLE {
        let Token::Imaginary(value) = single(source) else {
            panic!("{source} is not imaginary")
        };
        assert_eq!(value.to_bits(), bits, "{source}");
    }
}

#[test]
fn a_point_belongs_to_the_number_before_it() {
    assert_eq!(support::render("1..real"), "Float(1.0) Dot Name(\"real\")");
    assert_eq!(support::render("1.2.3"), "Float(1.2) Float(0.3)");
    assert_eq!(support::render("x.1"), "Name(\"x\") Float(0.1)");
}

#[test]
fn a_number_may_run_into_a_keyword() {
    const TABLE: &[(&str, &str)] = &[
        ("1if x", "Int(1) If Name(\"x\")"),
        ("1else", "Int(1) Else"),
        ("0x1for x", "Int(31) Or Name(\"x\")"),
        ("1_0and 2", "Int(10) And Int(2)"),
        ("1e5or 2", "Float(100000.0) Or Int(2)"),
        ("1jin x", "Imaginary(1.0) In Name(\"x\")"),
        ("1not in x", "Int(1) Not In Name(\"x\")"),
    ];
    for &(source, tokens) in TABLE {
        let lexed = aio_lexer::tokenize(source);
        assert_eq!(lexed.errors, [], "{source}");
        assert_eq!(lexed.warnings.len(), 1, "{source}");
        assert!(lexed.warnings[0].message.ends_with(" literal"), "{source}");
        assert_eq!(support::render(source), tokens, "{source}");
    }
}
