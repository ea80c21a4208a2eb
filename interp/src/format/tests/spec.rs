//! `format` of strings, integers, floats and complex numbers.

use num_bigint::BigInt;

use crate::format::*;
use crate::number::{Complex, Int, NumError, NumResult};

/// The formatted text, or the kind and text of the error.
fn shown(format: impl FnOnce(&mut String) -> NumResult<()>) -> String {
    let mut out = String::new();
    match format(&mut out) {
        Ok(()) => out,
        Err(NumError::Value(text)) => format!("Value: {text}"),
        Err(NumError::Overflow(text)) => format!("Overflow: {text}"),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn integers() {
    let rows: &[(&str, &str, &str)] = &[
        ("42", "", "42"),
        ("42", "d", "42"),
        ("42", "n", "42"),
        ("42", "5", "   42"),
        ("42", "<5", "42   "),
        ("42", "^5", " 42  "),
        ("42", "=+5", "+  42"),
        ("42", "*^7", "**42***"),
        ("42", "05", "00042"),
        ("42", "+", "+42"),
        ("42", "-", "42"),
        ("42", " ", " 42"),
        ("42", "x", "2a"),
        ("42", "X", "2A"),
        ("42", "o", "52"),
        ("42", "b", "101010"),
        ("42", "#x", "0x2a"),
        ("42", "#X", "0X2A"),
        ("42", "#o", "0o52"),
        ("42", "#010b", "0b00101010"),
        ("42", "#012_b", "0b0_0010_1010"),
        ("42", "_b", "10_1010"),
        ("42", "c", "*"),
        ("42", "5c", "    *"),
        ("42", "e", "4.200000e+01"),
        ("42", ".2f", "42.00"),
        ("42", "08.2f", "00042.00"),
        ("42", "%", "4200.000000%"),
        ("42", "G", "42"),
        (
            "42",
            "+c",
            "Value: Sign not allowed with integer format specifier 'c'",
        ),
        (
            "42",
            "#c",
            "Value: Alternate form (#) not allowed with integer format specifier 'c'",
        ),
        (
            "42",
            ".2",
            "Value: Precision not allowed in integer format specifier",
        ),
        (
            "42",
            ".2d",
            "Value: Precision not allowed in integer format specifier",
        ),
        (
            "42",
            "z",
            "Value: Negative zero coercion (z) not allowed in integer format specifier",
        ),
        (
            "42",
            "s",
            "Value: Unknown format code 's' for object of type 'int'",
        ),
        (
            "42",
            "r",
            "Value: Unknown format code 'r' for object of type 'int'",
        ),
        (
            "42",
            "\u{1234}",
            "Value: Unknown format code '\\x1234' for object of type 'int'",
        ),
        ("42", ",x", "Value: Cannot specify ',' with 'x'."),
        ("42", ",c", "Value: Cannot specify ',' with 'c'."),
        ("42", "_n", "Value: Cannot specify '_' with 'n'."),
        ("42", "5,_", "Value: Cannot specify both ',' and '_'."),
        ("42", "_,", "Value: Cannot specify both ',' and '_'."),
        ("42", ",,", "Value: Cannot specify ',' with ','."),
        ("42", ".", "Value: Format specifier missing precision"),
        (
            "42",
            "xx",
            "Value: Invalid format specifier 'xx' for object of type 'int'",
        ),
        (
            "42",
            "99999999999999999999",
            "Value: Too many decimal digits in format string",
        ),
        (
            "42",
            "z.5",
            "Value: Precision not allowed in integer format specifier",
        ),
        ("42", "\u{e9}>5", "\u{e9}\u{e9}\u{e9}42"),
        ("42", "0<5", "42000"),
        ("42", "0=5", "00042"),
        (
            "42",
            "x05",
            "Value: Invalid format specifier 'x05' for object of type 'int'",
        ),
        ("42", "+#010x", "+0x000002a"),
        ("-1234567", "d", "-1234567"),
        ("-1234567", ",", "-1,234,567"),
        ("-1234567", "_", "-1_234_567"),
        ("-1234567", "012,", "-001,234,567"),
        ("-1234567", "013,", "-0,001,234,567"),
        ("-1234567", "014,", "-0,001,234,567"),
        ("-1234567", "015_", "-00_001_234_567"),
        ("-1234567", ">20,", "          -1,234,567"),
        ("-1234567", "=20,", "-          1,234,567"),
        ("-1234567", "x", "-12d687"),
        ("-1234567", "#_x", "-0x12_d687"),
        ("-1234567", "#020_x", "-0x00_0000_0012_d687"),
        ("-1234567", "e", "-1.234567e+06"),
        ("-1234567", "n", "-1234567"),
        ("-1234567", "+d", "-1234567"),
        ("-1234567", "f", "-1234567.000000"),
        ("100000000000000000000", "d", "100000000000000000000"),
        ("100000000000000000000", ",", "100,000,000,000,000,000,000"),
        ("100000000000000000000", "_", "100_000_000_000_000_000_000"),
        (
            "100000000000000000000",
            "012,",
            "100,000,000,000,000,000,000",
        ),
        (
            "100000000000000000000",
            "013,",
            "100,000,000,000,000,000,000",
        ),
        (
            "100000000000000000000",
            "014,",
            "100,000,000,000,000,000,000",
        ),
        (
            "100000000000000000000",
            "015_",
            "100_000_000_000_000_000_000",
        ),
        (
            "100000000000000000000",
            ">20,",
            "100,000,000,000,000,000,000",
        ),
        (
            "100000000000000000000",
            "=20,",
            "100,000,000,000,000,000,000",
        ),
        ("100000000000000000000", "x", "56bc75e2d63100000"),
        ("100000000000000000000", "#_x", "0x5_6bc7_5e2d_6310_0000"),
        ("100000000000000000000", "#020_x", "0x5_6bc7_5e2d_6310_0000"),
        ("100000000000000000000", "e", "1.000000e+20"),
        ("100000000000000000000", "n", "100000000000000000000"),
        ("100000000000000000000", "+d", "+100000000000000000000"),
        ("100000000000000000000", "f", "100000000000000000000.000000"),
        ("HUGE", "f", "Overflow: int too large to convert to float"),
        ("HUGE", "e", "Overflow: int too large to convert to float"),
        ("-1", "c", "Overflow: %c arg not in range(0x110000)"),
        (
            "1000000000000000000000000000000",
            "c",
            "Overflow: Python int too large to convert to C long",
        ),
        ("0", ",", "0"),
        ("0", "04,", "0,000"),
        ("0", "05,", "0,000"),
    ];
    for (n, spec, expected) in rows {
        let n = match *n {
            "HUGE" => BigInt::from(10).pow(400),
            text => text.parse().unwrap(),
        };
        let n = Int::from(n);
        let text = shown(|out| {
            let spec = FormatSpec::parse(spec, Target::Int, "int")?;
            format_int(out, n.as_ref(), &spec, "int", 4300)
        });
        assert_eq!(text, *expected, "{n:?} {spec:?}");
    }
}

#[test]
fn booleans() {
    let rows: &[(bool, &str, &str)] = &[
        (true, "", "True"),
        (false, "", "False"),
        (true, "5", "    1"),
        (true, "d", "1"),
        (false, ".1f", "0.0"),
        (
            true,
            "y",
            "Value: Unknown format code 'y' for object of type 'bool'",
        ),
        (
            true,
            "xx",
            "Value: Invalid format specifier 'xx' for object of type 'bool'",
        ),
        (true, ">", "1"),
    ];
    for (value, spec, expected) in rows {
        assert_eq!(shown(|out| format_bool(out, *value, spec)), *expected);
    }
}

#[test]
fn floats() {
    let rows: &[(f64, &str, &str)] = &[
        (1.5, "", "1.5"),
        (
            1.5,
            "d",
            "Value: Unknown format code 'd' for object of type 'float'",
        ),
        (1.5, ".0", "2e+00"),
        (0.0, ".0", "0e+00"),
        (1000000000000000.0, ".3", "1e+15"),
        (1.0, "#.0f", "1."),
        (1.0, "#", "1.0"),
        (1.0, "#g", "1.00000"),
        (1e+20, "#", "1.e+20"),
        (-0.001, "z.1f", "0.0"),
        (-0.001, ".1f", "-0.0"),
        (-0.0, "z", "0.0"),
        (-0.0, "zg", "0"),
        (-1e-10, "z.1e", "-1.0e-10"),
        (-0.0, "z%", "0.000000%"),
        (0.5, ".0f", "0"),
        (1.5, ".0f", "2"),
        (2.5, ".0f", "2"),
        (0.125, ".2f", "0.12"),
        (0.1, ".30f", "0.100000000000000005551115123126"),
        (
            0.1,
            ".60g",
            "0.1000000000000000055511151231257827021181583404541015625",
        ),
        (1e+23, ".0f", "99999999999999991611392"),
        (1e+23, ",", "1e+23"),
        (5e-324, ".3e", "4.941e-324"),
        (1234567.891, ",.2f", "1,234,567.89"),
        (1234567.891, "_", "1_234_567.891"),
        (1234567.891, "020,.2f", "0,000,001,234,567.89"),
        (-1234.5, "010,", "-001,234.5"),
        (f64::INFINITY, "010,", "0000000inf"),
        (f64::NEG_INFINITY, "+F", "-INF"),
        (f64::NAN, "05", "00nan"),
        (f64::NAN, "+E", "+NAN"),
        (0.256, ".1%", "25.6%"),
        (0.256, "010.1%", "0000025.6%"),
        (1e+16, "", "1e+16"),
        (1e+16, ".17", "1e+16"),
        (123456.0, "n", "123456"),
        (123456789.0, "g", "1.23457e+08"),
        (0.0001, "g", "0.0001"),
        (1e-05, "G", "1E-05"),
        (1.0, ".9999999999", "Value: precision too big"),
        (100.0, "g", "100"),
        (100.0, "#.2g", "1.0e+02"),
        (100.0, ".3", "1e+02"),
        (
            1.0,
            "x",
            "Value: Unknown format code 'x' for object of type 'float'",
        ),
        (1.0, "+.3", "+1.0"),
        (1.0, " .3f", " 1.000"),
        (3.25159, "*^12.3f", "***3.252****"),
        (3.25159, "=+12.3f", "+      3.252"),
        (
            1.0,
            "\u{1}",
            "Value: Unknown format code '\\x1' for object of type 'float'",
        ),
        (9.5, ".0e", "1e+01"),
        (99.99, ".3g", "100"),
        (1e-07, ".10f", "0.0000001000"),
    ];
    for (x, spec, expected) in rows {
        let text = shown(|out| {
            let spec = FormatSpec::parse(spec, Target::Float, "float")?;
            format_float(out, *x, &spec, "float")
        });
        assert_eq!(text, *expected, "{x} {spec:?}");
    }
}

#[test]
fn strings() {
    let rows: &[(&str, &str, &str)] = &[
        ("abc", "", "abc"),
        ("abc", "s", "abc"),
        ("abc", "5", "abc  "),
        ("abc", ">5", "  abc"),
        ("abc", "^6", " abc  "),
        ("abc", "*^7", "**abc**"),
        ("abc", ".2", "ab"),
        ("abc", "5.2", "ab   "),
        ("abc", ".0", ""),
        ("abc", "05", "abc00"),
        ("abc", "2", "abc"),
        (
            "abc",
            "+",
            "Value: Sign not allowed in string format specifier",
        ),
        (
            "abc",
            " ",
            "Value: Space not allowed in string format specifier",
        ),
        (
            "abc",
            "z",
            "Value: Negative zero coercion (z) not allowed in string format specifier",
        ),
        (
            "abc",
            "#",
            "Value: Alternate form (#) not allowed in string format specifier",
        ),
        (
            "abc",
            "=5",
            "Value: '=' alignment not allowed in string format specifier",
        ),
        (
            "abc",
            "d",
            "Value: Unknown format code 'd' for object of type 'str'",
        ),
        ("abc", "_", "Value: Cannot specify '_' with 's'."),
        ("abc", ",s", "Value: Cannot specify ',' with 's'."),
        (
            "abc",
            ".3_",
            "Value: Unknown format code '_' for object of type 'str'",
        ),
        ("abc", "\u{e9}^5", "\u{e9}abc\u{e9}"),
        (
            "abc",
            ".99999999999999999999",
            "Value: Too many decimal digits in format string",
        ),
        ("abc", ".", "Value: Format specifier missing precision"),
        ("\u{e9}\u{65e5}", "5", "\u{e9}\u{65e5}   "),
        ("\u{e9}\u{65e5}", ">4.1", "   \u{e9}"),
        ("\u{e9}\u{65e5}", "^5", " \u{e9}\u{65e5}  "),
    ];
    for (value, spec, expected) in rows {
        let text = shown(|out| {
            let spec = FormatSpec::parse(spec, Target::Str, "str")?;
            format_str(out, value, &spec, "str")
        });
        assert_eq!(text, *expected, "{value} {spec:?}");
    }
}

#[test]
fn complex_numbers() {
    let rows: &[((f64, f64), &str, &str)] = &[
        ((1.0, 2.0), "", "(1+2j)"),
        ((1.0, 2.0), ".2f", "1.00+2.00j"),
        ((1.0, 2.0), ">20", "              (1+2j)"),
        ((1.0, 2.0), "<20.2f", "1.00+2.00j          "),
        ((1.0, 2.0), "^20", "       (1+2j)       "),
        ((1.0, 2.0), "+", "(+1+2j)"),
        ((1.0, 2.0), "#", "(1.+2.j)"),
        ((1.0, 2.0), ",", "(1+2j)"),
        ((1.0, 2.0), "e", "1.000000e+00+2.000000e+00j"),
        ((1.0, 2.0), "z", "(1+2j)"),
        (
            (1.0, 2.0),
            "05",
            "Value: Zero padding is not allowed in complex format specifier",
        ),
        (
            (1.0, 2.0),
            "=5",
            "Value: '=' alignment flag is not allowed in complex format specifier",
        ),
        (
            (1.0, 2.0),
            "d",
            "Value: Unknown format code 'd' for object of type 'complex'",
        ),
        (
            (1.0, 2.0),
            "%",
            "Value: Unknown format code '%' for object of type 'complex'",
        ),
        ((1.0, 2.0), ".3", "(1+2j)"),
        ((1.0, 2.0), "g", "1+2j"),
        ((1.0, 2.0), " ", "( 1+2j)"),
        ((0.0, 2.0), "", "2j"),
        ((0.0, 2.0), "+", "+2j"),
        ((0.0, 2.0), " ", " 2j"),
        ((0.0, 2.0), ".1f", "0.0+2.0j"),
        ((0.0, 2.0), ".3", "2j"),
        ((-0.0, -0.0), "z.1f", "0.0+0.0j"),
        ((-0.0, 1.0), "", "(-0+1j)"),
        ((1234567.0, 2.0), ",", "(1,234,567+2j)"),
        ((f64::NAN, f64::NEG_INFINITY), "+.2f", "+nan-infj"),
    ];
    for ((re, im), spec, expected) in rows {
        let text = shown(|out| {
            let spec = FormatSpec::parse(spec, Target::Complex, "complex")?;
            format_complex(out, Complex::new(*re, *im), &spec, "complex")
        });
        assert_eq!(text, *expected, "{re} {im} {spec:?}");
    }
}

#[test]
fn enormous_fields_are_memory_errors() {
    let text = shown(|out| {
        let spec = FormatSpec::parse("9999999999999999", Target::Str, "str")?;
        format_str(out, "x", &spec, "str")
    });
    assert_eq!(text, "Memory");
}
