//! The `%` operator.

use num_bigint::BigInt;

use crate::format::*;
use crate::number::{Int, NumError, NumResult};

/// The one directive of a template.
fn directive(template: &str) -> Directive<String> {
    match parse_percent(template).as_slice() {
        [PercentPiece::Directive(directive)] => directive.clone(),
        other => panic!("{template}: {other:?}"),
    }
}

fn resolved(template: &str) -> PercentSpec {
    let directive = directive(template);
    let number = |count| match count {
        Some(Count::Number(n)) => Some(n),
        _ => None,
    };
    let Conversion::Of(conversion) = directive.conversion else {
        panic!("{template}");
    };
    PercentSpec {
        flags: directive.flags,
        width: number(directive.width),
        precision: number(directive.precision),
        conversion,
    }
}

fn shown(format: impl FnOnce(&mut String) -> NumResult<()>) -> String {
    let mut out = String::new();
    format(&mut out).unwrap();
    out
}

#[test]
fn integers() {
    let rows: &[(&str, &str, &str)] = &[
        ("%d", "-3", "-3"),
        ("%5d", "42", "   42"),
        ("%-5d", "42", "42   "),
        ("%05d", "-3", "-0003"),
        ("%+5d", "3", "   +3"),
        ("%-05d", "3", "3    "),
        ("% d", "3", " 3"),
        ("%.5d", "-3", "-00003"),
        ("%08.5d", "-3", "-0000003"),
        ("%x", "-255", "-ff"),
        ("%#x", "255", "0xff"),
        ("%#010X", "-255", "-0X00000FF"),
        ("%#.5o", "8", "0o00010"),
        ("%#o", "0", "0o0"),
        ("%X", "100000000000000000000", "56BC75E2D63100000"),
        ("%i", "0", "0"),
        ("%u", "-1", "-1"),
        ("%+.0d", "0", "+0"),
        ("% 05d", "42", " 0042"),
        ("%#-10x", "255", "0xff      "),
        ("%ld", "1", "1"),
    ];
    for (template, n, expected) in rows {
        let n = Int::from(n.parse::<BigInt>().unwrap());
        let spec = resolved(template);
        assert_eq!(
            shown(|out| percent_int(out, n.as_ref(), &spec, 4300)),
            *expected,
            "{template}"
        );
    }
    let spec = resolved("%.2147483645d");
    let result = percent_int(&mut String::new(), Int::Small(1).as_ref(), &spec, 0);
    assert_eq!(
        result,
        Err(NumError::Overflow("precision too large".into()))
    );
}

#[test]
fn floats() {
    let rows: &[(&str, f64, &str)] = &[
        ("%f", 1.5, "1.500000"),
        ("%.3f", 2.0005, "2.001"),
        ("%e", 12345.678, "1.234568e+04"),
        ("%+.3E", 12345.678, "+1.235E+04"),
        ("%g", 1e-05, "1e-05"),
        ("%G", 1e+20, "1E+20"),
        ("%#g", 1.0, "1.00000"),
        ("%#.0f", 1.0, "1."),
        ("%.0g", 1e-05, "1e-05"),
        ("%010.2f", -3.25159, "-000003.25"),
        ("%-10.2f", 3.25159, "3.25      "),
        ("% f", 1.0, " 1.000000"),
        ("%05f", f64::INFINITY, "00inf"),
        ("%5F", f64::NAN, "  NAN"),
        ("%+f", -0.0, "-0.000000"),
        (
            "%.50f",
            0.1,
            "0.10000000000000000555111512312578270211815834045410",
        ),
    ];
    for (template, x, expected) in rows {
        let spec = resolved(template);
        assert_eq!(
            shown(|out| percent_float(out, *x, &spec)),
            *expected,
            "{template}"
        );
    }
}

#[test]
fn texts_and_characters() {
    let rows: &[(&str, &str, &str)] = &[
        ("%s", "abc", "abc"),
        ("%10.3s", "abcdef", "       abc"),
        ("%-6s", "abc", "abc   "),
        ("%06s", "abc", "   abc"),
        ("%+s", "a", "a"),
        ("%.0s", "a", ""),
        ("%4.1s", "\u{e9}\u{e9}", "   \u{e9}"),
    ];
    for (template, text, expected) in rows {
        let spec = resolved(template);
        assert_eq!(
            shown(|out| percent_str(out, text, &spec)),
            *expected,
            "{template}"
        );
    }
    let spec = resolved("%-4.0c");
    assert_eq!(
        shown(|out| percent_char(out, Int::Small(233).as_ref(), &spec)),
        "\u{e9}   "
    );
    let result = percent_char(&mut String::new(), Int::Small(-1).as_ref(), &spec);
    assert_eq!(
        result,
        Err(NumError::Overflow("%c arg not in range(0x110000)".into()))
    );
}

#[test]
fn templates_are_taken_apart() {
    let pieces = parse_percent("a%%b%(k(x))-+ #05.3lf%*.*dz");
    let [
        PercentPiece::Literal(first),
        PercentPiece::Literal(second),
        PercentPiece::Directive(keyed),
        PercentPiece::Directive(starred),
        PercentPiece::Literal(last),
    ] = pieces.as_slice()
    else {
        panic!("{pieces:?}");
    };
    assert_eq!(
        (first.as_str(), second.as_str(), last.as_str()),
        ("a%", "b", "z")
    );
    assert_eq!(keyed.key, Some(Key::Name("k(x)".into())));
    let all = Flags {
        left: true,
        plus: true,
        blank: true,
        alternate: true,
        zero: true,
    };
    assert_eq!(keyed.flags, all);
    assert_eq!(
        (keyed.width, keyed.precision),
        (Some(Count::Number(5)), Some(Count::Number(3)))
    );
    assert_eq!(
        (starred.width, starred.precision),
        (Some(Count::Star), Some(Count::Star))
    );
    assert_eq!(starred.conversion, Conversion::Of('d'));
}

#[test]
fn faults_stand_in_their_place() {
    let broken = |text: &str| Conversion::Broken(NumError::Value(text.into()));
    let unsupported = |text: &str| Conversion::Unsupported(NumError::Value(text.into()));
    let rows = [
        ("%", broken("incomplete format")),
        ("%-5", broken("incomplete format")),
        ("%.", broken("incomplete format")),
        ("%l", broken("incomplete format")),
        ("%99999999999999999999d", broken("width too big")),
        ("%.9999999999d", broken("precision too big")),
        (
            "%y",
            unsupported("unsupported format character 'y' (0x79) at index 1"),
        ),
        (
            "%5%",
            unsupported("unsupported format character '%' (0x25) at index 2"),
        ),
        (
            "%\u{1234}",
            unsupported("unsupported format character '?' (0x1234) at index 1"),
        ),
        (
            "%lld",
            unsupported("unsupported format character 'l' (0x6c) at index 2"),
        ),
        (
            "%b",
            unsupported("unsupported format character 'b' (0x62) at index 1"),
        ),
    ];
    for (template, expected) in rows {
        let last = parse_percent(template).into_iter().next();
        let Some(PercentPiece::Directive(directive)) = last else {
            panic!("{template}");
        };
        assert_eq!(directive.conversion, expected);
    }
    let key = Key::Incomplete(NumError::Value("incomplete format key".into()));
    assert_eq!(directive("%(a").key, Some(key));
}

#[test]
fn byte_templates() {
    let pieces = parse_percent(b"\xff%b%(k)d%.9999999999d".as_slice());
    assert_eq!(pieces[0], PercentPiece::Literal(vec![0xff]));
    let directives: Vec<_> = pieces[1..]
        .iter()
        .map(|piece| match piece {
            PercentPiece::Directive(directive) => directive,
            PercentPiece::Literal(_) => panic!("{pieces:?}"),
        })
        .collect();
    assert_eq!(directives[0].conversion, Conversion::Of('b'));
    assert_eq!(directives[1].key, Some(Key::Name(b"k".to_vec())));
    let error = NumError::Value("prec too big".into());
    assert_eq!(directives[2].conversion, Conversion::Broken(error));
}
