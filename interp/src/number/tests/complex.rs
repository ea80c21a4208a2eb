//! Complex arithmetic.

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
fn arithmetic() {
    type Row<'a> = ((f64, f64), (f64, f64), [&'a str; 4]);
    let rows: &[Row] = &[
        (
            (1.0, 2.0),
            (3.0, -4.0),
            ["(4-2j)", "(-2+6j)", "(11+2j)", "(-0.2+0.4j)"],
        ),
        (
            (1.0, 0.0),
            (0.0, 0.0),
            [
                "(1+0j)",
                "(1+0j)",
                "0j",
                "ZeroDivision: complex division by zero",
            ],
        ),
        (
            (0.0, 1.0),
            (0.0, -2.0),
            ["-1j", "3j", "(2+0j)", "(-0.5+0j)"],
        ),
        (
            (-0.0, 1.0),
            (2.0, 0.0),
            ["(2+1j)", "(-2+1j)", "(-0+2j)", "0.5j"],
        ),
        (
            (1e+200, 1e+200),
            (1e+200, -1e+200),
            ["(2e+200+0j)", "2e+200j", "(inf+nanj)", "1j"],
        ),
        (
            (f64::INFINITY, 1.0),
            (0.0, 1.0),
            ["(inf+2j)", "(inf+0j)", "(nan+infj)", "(nan-infj)"],
        ),
        (
            (2.0, 1.0),
            (f64::NAN, 1.0),
            ["(nan+2j)", "(nan+0j)", "(nan+nanj)", "(nan+nanj)"],
        ),
        (
            (1e+308, 1e+308),
            (1.0, 1.0),
            ["(1e+308+1e+308j)", "(1e+308+1e+308j)", "infj", "(inf+0j)"],
        ),
    ];
    for ((a, b), (c, d), expected) in rows {
        let (x, y) = (Complex::new(*a, *b), Complex::new(*c, *d));
        let results = [Ok(x.add(y)), Ok(x.sub(y)), Ok(x.mul(y)), x.div(y)];
        for (result, expected) in results.into_iter().zip(expected) {
            assert_eq!(shown(result.map(Complex::repr)), *expected, "{x:?} {y:?}");
        }
    }
}

#[test]
fn powers() {
    type Row<'a> = ((f64, f64), (f64, f64), &'a str);
    let rows: &[Row] = &[
        ((0.0, 1.0), (2.0, 0.0), "(-1+0j)"),
        ((1.0, 1.0), (-3.0, 0.0), "(-0.25-0.25j)"),
        ((1.0, 1.0), (100.0, 0.0), "(-1125899906842624+0j)"),
        ((0.0, 0.0), (0.0, 0.0), "(1+0j)"),
        (
            (0.0, 0.0),
            (-1.0, 0.0),
            "ZeroDivision: 0.0 to a negative or complex power",
        ),
        (
            (0.0, 0.0),
            (0.0, 1.0),
            "ZeroDivision: 0.0 to a negative or complex power",
        ),
        ((0.0, 0.0), (2.0, 0.0), "0j"),
        (
            (1.0, 2.0),
            (0.5, 0.0),
            "(1.272019649514069+0.7861513777574233j)",
        ),
        (
            (1e+200, 1e+200),
            (2.5, 0.0),
            "Overflow: complex exponentiation",
        ),
        (
            (2.0, 0.0),
            (0.0, 1.0),
            "(0.7692389013639721+0.6389612763136348j)",
        ),
        (
            (-8.0, 0.0),
            (0.5, 0.0),
            "(1.7319121124709868e-16+2.8284271247461903j)",
        ),
    ];
    for ((a, b), (c, d), expected) in rows {
        let power = Complex::new(*a, *b).pow(Complex::new(*c, *d));
        assert_eq!(
            shown(power.map(Complex::repr)),
            *expected,
            "{a} {b} {c} {d}"
        );
    }
}

#[test]
fn absolute_values_and_repr() {
    let rows: &[((f64, f64), &str, &str)] = &[
        ((3.0, 4.0), "5.0", "(3+4j)"),
        ((-0.0, 0.0), "0.0", "(-0+0j)"),
        ((0.0, -0.0), "0.0", "-0j"),
        ((-0.0, -0.0), "0.0", "(-0-0j)"),
        ((f64::INFINITY, f64::NAN), "inf", "(inf+nanj)"),
        ((f64::NAN, 1.0), "nan", "(nan+1j)"),
        (
            (1.5e+308, 1.5e+308),
            "Overflow: absolute value too large",
            "(1.5e+308+1.5e+308j)",
        ),
        ((1.0, f64::NEG_INFINITY), "inf", "(1-infj)"),
        ((0.0, f64::NAN), "nan", "nanj"),
        ((1e+16, 1e-05), "1e+16", "(1e+16+1e-05j)"),
    ];
    for ((a, b), size, repr) in rows {
        let z = Complex::new(*a, *b);
        assert_eq!(shown(z.abs().map(float_repr)), *size);
        assert_eq!(z.repr(), *repr);
    }
}
