//! Integers from text and to text.

use num_bigint::BigInt;

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

fn parse(text: &str, base: u32, limit: usize) -> String {
    shown(parse_int(text, base, limit, || "<repr>".into()).map(|n| n.into_big()))
}

#[test]
fn literals() {
    let rows: &[(&str, u32, &str)] = &[
        ("12", 10, "12"),
        (" \n-12 ", 10, "-12"),
        ("+1_000", 10, "1000"),
        (
            "1__0",
            10,
            "Value: invalid literal for int() with base 10: <repr>",
        ),
        (
            "_1",
            10,
            "Value: invalid literal for int() with base 10: <repr>",
        ),
        (
            "1_",
            10,
            "Value: invalid literal for int() with base 10: <repr>",
        ),
        (
            "",
            10,
            "Value: invalid literal for int() with base 10: <repr>",
        ),
        (
            "-",
            10,
            "Value: invalid literal for int() with base 10: <repr>",
        ),
        ("0x1F", 0, "31"),
        ("0x_1f", 16, "31"),
        ("0b101", 0, "5"),
        ("0o17", 0, "15"),
        (
            "017",
            0,
            "Value: invalid literal for int() with base 0: <repr>",
        ),
        ("00", 0, "0"),
        (
            "0x",
            16,
            "Value: invalid literal for int() with base 16: <repr>",
        ),
        ("zz", 36, "1295"),
        (
            "999999999999999999999999999999",
            10,
            "999999999999999999999999999999",
        ),
        ("\u{663}\u{ff15}", 10, "35"),
        ("1\u{2003}", 10, "1"),
        (
            "\u{1c}1",
            10,
            "Value: invalid literal for int() with base 10: <repr>",
        ),
        (
            "12",
            2,
            "Value: invalid literal for int() with base 2: <repr>",
        ),
        ("-9223372036854775808", 10, "-9223372036854775808"),
        ("9223372036854775808", 10, "9223372036854775808"),
        ("1", 1, "Value: int() base must be >= 2 and <= 36, or 0"),
        ("1", 37, "Value: int() base must be >= 2 and <= 36, or 0"),
    ];
    for (text, base, expected) in rows {
        assert_eq!(
            parse(text, *base, DEFAULT_DIGIT_LIMIT),
            *expected,
            "{text:?} {base}"
        );
    }
}

#[test]
fn the_limit_counts_decimal_digits() {
    let long = "1".repeat(4301);
    let error = "Value: Exceeds the limit (4300 digits) for integer string conversion";
    let how = "use sys.set_int_max_str_digits() to increase the limit";
    assert_eq!(
        parse(&long, 10, 4300),
        format!("{error}: value has 4301 digits; {how}")
    );
    assert_eq!(parse(&long[1..], 10, 4300), &long[1..]);
    assert_eq!(parse(&long, 10, 0), long);
    let n = Int::from(long.parse::<BigInt>().unwrap());
    assert_eq!(
        shown(int_to_string(n.as_ref(), 10, 4300)),
        format!("{error}; {how}")
    );
    assert_eq!(shown(int_to_string(n.as_ref(), 10, 0)), long);
    assert_eq!(int_to_string(n.as_ref(), 16, 4300).unwrap().len(), 3572);
}

#[test]
fn long_numbers_are_put_together_from_halves() {
    for length in [1499, 1500, 1501, 3000, 4501, 20_000] {
        let text: String = "9081726354".chars().cycle().take(length).collect();
        let n = parse_int(&text, 10, 0, String::new).unwrap();
        assert_eq!(int_to_string(n.as_ref(), 10, 0).unwrap(), text);
        let other = int_to_string(n.as_ref(), 7, 0).unwrap();
        assert_eq!(parse_int(&other, 7, 0, String::new).unwrap(), n);
    }
}
