//! Floats from text and to text.

use crate::number::*;

/// The text of a result: what it shows, or the kind and text of the error.
fn shown<T: std::fmt::Display>(result: NumResult<T>) -> String {
    match result {
        Ok(value) => value.to_string(),
        Err(NumError::Value(text)) => format!("Value: {text}"),
        Err(NumError::Overflow(text)) => format!("Overflow: {text}"),
        Err(NumError::ZeroDivision(text)) => format!("ZeroDivision: {text}"),
        Err(NumError::Type(text)) => format!("Type: {text}"),
        Err(NumError::Memory) => "Memory".into(),
    }
}

#[test]
fn repr_is_the_shortest_text() {
    let rows: &[(f64, &str)] = &[
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (0.1, "0.1"),
        (-1.5, "-1.5"),
        (1000000000000000.0, "1000000000000000.0"),
        (1e+16, "1e+16"),
        (1.2345678901234568e+17, "1.2345678901234568e+17"),
        (9999999999999998.0, "9999999999999998.0"),
        (0.0001, "0.0001"),
        (1e-05, "1e-05"),
        (0.00012345, "0.00012345"),
        (1e+22, "1e+22"),
        (1e+23, "1e+23"),
        (5e-324, "5e-324"),
        (1.7976931348623157e+308, "1.7976931348623157e+308"),
        (5.684341886080802e-14, "5.684341886080802e-14"),
        (2053682940634315.2, "2053682940634315.2"),
        (1.152921504606847e+18, "1.152921504606847e+18"),
        (4.141592653589793, "4.141592653589793"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN, "nan"),
        (1e+100, "1e+100"),
        (0.3, "0.3"),
    ];
    for (x, expected) in rows {
        assert_eq!(float_repr(*x), *expected);
    }
}

#[test]
fn hexadecimal_text() {
    let rows: &[(f64, &str)] = &[
        (0.0, "0x0.0p+0"),
        (-0.0, "-0x0.0p+0"),
        (1.0, "0x1.0000000000000p+0"),
        (0.1, "0x1.999999999999ap-4"),
        (-1.5, "-0x1.8000000000000p+0"),
        (5e-324, "0x0.0000000000001p-1022"),
        (1.7976931348623157e+308, "0x1.fffffffffffffp+1023"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN, "nan"),
        (2.5e-310, "0x0.02e055c9a3f6cp-1022"),
    ];
    for (x, expected) in rows {
        assert_eq!(float_hex(*x), *expected);
        if !x.is_nan() {
            assert_eq!(float_from_hex(expected).unwrap().to_bits(), x.to_bits());
        }
    }
    let rows: &[(&str, &str)] = &[
        ("1.8", "1.5"),
        (" 0X1P3 ", "8.0"),
        ("0x.8p1", "1.0"),
        ("-0x1.fffffffffffff8p0", "-2.0"),
        ("0x1.00000000000008p0", "1.0"),
        ("0x1.000000000000080001p0", "1.0000000000000002"),
        ("0x1p-1075", "0.0"),
        ("0x1.0001p-1075", "5e-324"),
        (
            "0x1p1024",
            "Overflow: hexadecimal value too large to represent as a float",
        ),
        (
            "0x1p99999999999999999999",
            "Overflow: hexadecimal value too large to represent as a float",
        ),
        ("0x0p99999999999999999999", "0.0"),
        ("0x1p-99999999999999999999", "0.0"),
        ("InFinity", "inf"),
        ("-nan", "nan"),
        ("x", "Value: invalid hexadecimal floating-point string"),
        ("", "Value: invalid hexadecimal floating-point string"),
        ("0x", "Value: invalid hexadecimal floating-point string"),
        ("0x.p1", "Value: invalid hexadecimal floating-point string"),
        ("0x1p", "Value: invalid hexadecimal floating-point string"),
        ("1_0", "Value: invalid hexadecimal floating-point string"),
        (
            "0x1.fffffffffffff8p1023",
            "Overflow: hexadecimal value too large to represent as a float",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(
            shown(float_from_hex(text).map(float_repr)),
            *expected,
            "{text}"
        );
    }
}

#[test]
fn decimal_text() {
    let rows: &[(&str, &str)] = &[
        ("1", "1.0"),
        (" 1.5\n", "1.5"),
        ("-1e3", "-1000.0"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("1_000.5", "1000.5"),
        ("1e1_0", "10000000000.0"),
        ("1__0", "Value: could not convert string to float: <repr>"),
        ("1_.5", "Value: could not convert string to float: <repr>"),
        ("_1", "Value: could not convert string to float: <repr>"),
        ("1_", "Value: could not convert string to float: <repr>"),
        ("1e", "Value: could not convert string to float: <repr>"),
        (".", "Value: could not convert string to float: <repr>"),
        ("", "Value: could not convert string to float: <repr>"),
        ("inf", "inf"),
        ("-Infinity", "-inf"),
        ("NaN", "nan"),
        (
            "infinit",
            "Value: could not convert string to float: <repr>",
        ),
        ("1e400", "inf"),
        ("1e-400", "0.0"),
        ("\u{663}.\u{665}", "3.5"),
        ("1 2", "Value: could not convert string to float: <repr>"),
        ("0x10", "Value: could not convert string to float: <repr>"),
        (
            "1\u{1c}",
            "Value: could not convert string to float: <repr>",
        ),
        ("9007199254740993", "9007199254740992.0"),
        ("1.7976931348623159e308", "inf"),
    ];
    for (text, expected) in rows {
        let parsed = parse_float(text, || "<repr>".into()).map(float_repr);
        assert_eq!(shown(parsed), *expected, "{text:?}");
    }
}

#[test]
fn complex_text() {
    let rows: &[(&str, &str)] = &[
        ("1", "(1+0j)"),
        ("j", "1j"),
        ("-j", "-1j"),
        ("1+2j", "(1+2j)"),
        (" ( 1-2j ) ", "(1-2j)"),
        ("1 + 2j", "Value: complex() arg is a malformed string"),
        ("1e3-.5J", "(1000-0.5j)"),
        ("inf-nanj", "(inf+nanj)"),
        ("-infj", "-infj"),
        ("nan", "(nan+0j)"),
        ("(1", "Value: complex() arg is a malformed string"),
        ("1)", "Value: complex() arg is a malformed string"),
        ("()", "Value: complex() arg is a malformed string"),
        ("", "Value: complex() arg is a malformed string"),
        ("1+", "Value: complex() arg is a malformed string"),
        ("1+2", "Value: complex() arg is a malformed string"),
        ("1jj", "Value: complex() arg is a malformed string"),
        ("1_0j", "10j"),
        ("1_j", "Value: could not convert string to complex: <repr>"),
        ("\u{661}+j", "(1+1j)"),
        ("(1+2j)x", "Value: complex() arg is a malformed string"),
        ("-0j", "-0j"),
        ("1e400j", "infj"),
    ];
    for (text, expected) in rows {
        let parsed = parse_complex(text, || "<repr>".into()).map(Complex::repr);
        assert_eq!(shown(parsed), *expected, "{text:?}");
    }
}

#[test]
fn digits_and_spaces_of_other_scripts() {
    assert_eq!(decimal_digit('7'), Some(7));
    assert_eq!(decimal_digit('\u{669}'), Some(9));
    assert_eq!(decimal_digit('\u{1fbf9}'), Some(9));
    assert_eq!(decimal_digit('\u{66a}'), None);
    assert_eq!(decimal_digit('\u{b2}'), None);
    assert_eq!(decimal_digit('x'), None);
    assert!(is_space('\x1c') && is_space('\u{3000}') && !is_space('\u{200b}'));
}
