//! Float arithmetic, rounding, conversion to integers, hashes.

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

fn text(n: Int) -> String {
    n.into_big().to_string()
}

#[test]
fn division_and_modulo_have_the_signs_of_python() {
    let rows: &[(f64, f64, [&str; 3])] = &[
        (7.5, 2.0, ["3.0", "1.5", "3.75"]),
        (-7.5, 2.0, ["-4.0", "0.5", "-3.75"]),
        (7.5, -2.0, ["-4.0", "-0.5", "-3.75"]),
        (-0.0, 1.0, ["-0.0", "0.0", "-0.0"]),
        (1.0, f64::NEG_INFINITY, ["-1.0", "-inf", "-0.0"]),
        (-1.0, f64::INFINITY, ["-1.0", "inf", "-0.0"]),
        (1e+300, 1e-300, ["inf", "4.891554850853602e-301", "inf"]),
        (
            3.0,
            0.0,
            [
                "ZeroDivision: float floor division by zero",
                "ZeroDivision: float modulo by zero",
                "ZeroDivision: float division by zero",
            ],
        ),
        (
            0.3,
            0.1,
            ["2.0", "0.09999999999999998", "2.9999999999999996"],
        ),
        (f64::NAN, 1.0, ["nan", "nan", "nan"]),
        (f64::INFINITY, 1.0, ["nan", "nan", "inf"]),
    ];
    for (a, b, expected) in rows {
        let results = [
            float_floor_div(*a, *b),
            float_mod(*a, *b),
            float_div(*a, *b),
        ];
        for (result, expected) in results.into_iter().zip(expected) {
            assert_eq!(shown(result.map(float_repr)), *expected, "{a} {b}");
        }
    }
    assert_eq!(
        float_divmod(1.0, 0.0),
        Err(NumError::ZeroDivision("float divmod()".into()))
    );
}

#[test]
fn powers() {
    let rows: &[(f64, f64, &str)] = &[
        (2.0, 0.5, "1.4142135623730951"),
        (
            -8.0,
            0.3333333333333333,
            "(1.0000000000000002+1.7320508075688772j)",
        ),
        (-8.0, 3.0, "-512.0"),
        (
            0.0,
            -1.0,
            "ZeroDivision: 0.0 cannot be raised to a negative power",
        ),
        (0.0, f64::NEG_INFINITY, "inf"),
        (f64::NAN, 0.0, "1.0"),
        (1.0, f64::NAN, "1.0"),
        (-1.0, f64::INFINITY, "1.0"),
        (
            2.0,
            5000.0,
            "Overflow: (34, 'Numerical result out of range')",
        ),
        (
            -2.0,
            4999.0,
            "Overflow: (34, 'Numerical result out of range')",
        ),
        (2.0, -5000.0, "0.0"),
        (f64::NEG_INFINITY, 3.0, "-inf"),
        (-0.0, 3.0, "-0.0"),
        (f64::NEG_INFINITY, 0.5, "inf"),
    ];
    for (a, b, expected) in rows {
        let power = pow_float(*a, *b).map(|power| match power {
            Power::Int(n) => text(n),
            Power::Float(x) => float_repr(x),
            Power::Complex(z) => z.repr(),
        });
        assert_eq!(shown(power), *expected, "{a} ** {b}");
    }
}

#[test]
fn rounding_is_exact() {
    let rows: &[(f64, i64, &str)] = &[
        (2.675, 2, "2.67"),
        (0.125, 2, "0.12"),
        (0.375, 2, "0.38"),
        (1.005, 2, "1.0"),
        (-0.4, 0, "-0.0"),
        (-2.5, 0, "-2.0"),
        (1e+22, -22, "1e+22"),
        (5e+22, -23, "0.0"),
        (1250.0, -2, "1200.0"),
        (1350.0, -2, "1400.0"),
        (
            1.7e+308,
            -308,
            "Overflow: rounded value too large to represent",
        ),
        (5e-324, 323, "0.0"),
        (1.5, 400, "1.5"),
        (1e+300, -400, "0.0"),
        (-7.0, -400, "-0.0"),
        (0.5, 22, "0.5"),
        (123456789.12345679, 7, "123456789.1234568"),
        (f64::INFINITY, 1, "inf"),
    ];
    for (x, digits, expected) in rows {
        assert_eq!(
            shown(round_float(*x, *digits).map(float_repr)),
            *expected,
            "{x} {digits}"
        );
    }
}

#[test]
fn floats_as_integers() {
    let rows: &[(f64, [&str; 4])] = &[
        (2.5, ["2", "2", "3", "2"]),
        (-2.5, ["-2", "-3", "-2", "-2"]),
        (3.5, ["3", "3", "4", "4"]),
        (
            1e+22,
            [
                "10000000000000000000000",
                "10000000000000000000000",
                "10000000000000000000000",
                "10000000000000000000000",
            ],
        ),
        (
            -1e+300,
            [
                "-1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160",
                "-1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160",
                "-1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160",
                "-1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160",
            ],
        ),
        (
            9.223372036854776e+18,
            [
                "9223372036854775808",
                "9223372036854775808",
                "9223372036854775808",
                "9223372036854775808",
            ],
        ),
        (
            -9.223372036854776e+18,
            [
                "-9223372036854775808",
                "-9223372036854775808",
                "-9223372036854775808",
                "-9223372036854775808",
            ],
        ),
        (0.0, ["0", "0", "0", "0"]),
        (
            f64::INFINITY,
            [
                "Overflow: cannot convert float infinity to integer",
                "Overflow: cannot convert float infinity to integer",
                "Overflow: cannot convert float infinity to integer",
                "Overflow: cannot convert float infinity to integer",
            ],
        ),
        (
            f64::NAN,
            [
                "Value: cannot convert float NaN to integer",
                "Value: cannot convert float NaN to integer",
                "Value: cannot convert float NaN to integer",
                "Value: cannot convert float NaN to integer",
            ],
        ),
    ];
    for (x, expected) in rows {
        let results = [float_to_int(*x), floor(*x), ceil(*x), round_to_int(*x)];
        for (result, expected) in results.into_iter().zip(expected) {
            assert_eq!(shown(result.map(text)), *expected, "{x}");
        }
    }
}

#[test]
fn ratios() {
    let rows: &[(f64, &str)] = &[
        (0.5, "(1, 2)"),
        (-0.75, "(-3, 4)"),
        (0.1, "(3602879701896397, 36028797018963968)"),
        (1e+22, "(10000000000000000000000, 1)"),
        (0.0, "(0, 1)"),
        (
            5e-324,
            "(1, 202402253307310618352495346718917307049556649764142118356901358027430339567995346891960383701437124495187077864316811911389808737385793476867013399940738509921517424276566361364466907742093216341239767678472745068562007483424692698618103355649159556340810056512358769552333414615230502532186327508646006263307707741093494784)",
        ),
        (
            f64::INFINITY,
            "Overflow: cannot convert Infinity to integer ratio",
        ),
        (f64::NAN, "Value: cannot convert NaN to integer ratio"),
    ];
    for (x, expected) in rows {
        let ratio = as_integer_ratio(*x).map(|(a, b)| format!("({}, {})", text(a), text(b)));
        assert_eq!(shown(ratio), *expected);
    }
}

#[test]
fn integers_compare_with_floats_exactly() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let big = Int::from((1i128 << 100) + 1);
    let two_100 = 1_267_650_600_228_229_401_496_703_205_376.0;
    assert_eq!(
        compare_int_float(IntRef::Small((1 << 53) + 1), 9_007_199_254_740_992.0),
        Some(Greater)
    );
    assert_eq!(
        compare_int_float(IntRef::Small(i64::MAX), 9_223_372_036_854_775_808.0),
        Some(Less)
    );
    assert_eq!(
        compare_int_float(IntRef::Small(i64::MIN), -9_223_372_036_854_775_808.0),
        Some(Equal)
    );
    assert_eq!(compare_int_float(IntRef::Small(-3), -2.5), Some(Less));
    assert_eq!(compare_int_float(IntRef::Small(0), -0.0), Some(Equal));
    assert_eq!(compare_int_float(big.as_ref(), two_100), Some(Greater));
    assert_eq!(compare_int_float(big.as_ref(), f64::INFINITY), Some(Less));
    assert_eq!(compare_int_float(big.as_ref(), -1.0), Some(Greater));
    assert_eq!(compare_int_float(big.as_ref(), f64::NAN), None);
}

#[test]
fn equal_numbers_hash_alike() {
    let rows: &[(f64, i64)] = &[
        (0.0, 0),
        (1.0, 1),
        (-1.0, -2),
        (1.5, 1152921504606846977),
        (-2.5, -1152921504606846978),
        (1e+300, 1224995262755759164),
        (5e-324, 16777216),
        (2.305843009213694e+18, 1),
        (2.305843009213694e+18, 1),
        (f64::INFINITY, 314159),
        (f64::NEG_INFINITY, -314159),
        (0.1, 230584300921369408),
    ];
    for (x, expected) in rows {
        assert_eq!(hash_float(*x), *expected, "{x}");
        if is_integer(*x) {
            assert_eq!(hash_int(float_to_int(*x).unwrap().as_ref()), *expected);
        }
    }
    assert_eq!(hash_int(IntRef::Small(-1)), -2);
    assert_eq!(hash_int(IntRef::Small(i64::MIN)), -4);
    assert_eq!(hash_complex(Complex::new(0.0, 1.0)), 1_000_003);
    assert_eq!(hash_complex(Complex::new(-1.0, 0.0)), -2);
}
