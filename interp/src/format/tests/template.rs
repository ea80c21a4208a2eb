//! Templates of `str.format`.

use crate::format::*;

/// A template as one line: literals as they are, fields as `<argument path conversion spec>`,
/// errors as `!text`.
fn line(template: &Template) -> String {
    let mut line = String::new();
    for piece in &template.pieces {
        match piece {
            TemplatePiece::Literal(text) => line.push_str(text),
            TemplatePiece::Field(field) => line.push_str(&field_line(field)),
        }
    }
    if let Some(error) = &template.error {
        line.push_str(&format!("!{}", error.message()));
    }
    line
}

fn field_line(field: &Field) -> String {
    let mut line = String::from("<");
    match &field.first {
        First::Auto => line.push_str("auto"),
        First::Index(index) => line.push_str(&index.to_string()),
        First::Name(name) => line.push_str(name),
    }
    for access in &field.path {
        match access {
            Access::Attribute(name) => line.push_str(&format!(" .{name}")),
            Access::Index(index) => line.push_str(&format!(" [{index}]")),
            Access::Key(key) => line.push_str(&format!(" [{key:?}]")),
        }
    }
    if let Some(error) = &field.path_error {
        line.push_str(&format!(" !{}", error.message()));
    }
    match &field.conversion {
        FieldConversion::None => {}
        FieldConversion::Unknown(error) => line.push_str(&format!(" !{}", error.message())),
        known => line.push_str(&format!(" {known:?}")),
    }
    match &field.spec {
        FieldSpec::Text(text) if text.is_empty() => {}
        FieldSpec::Text(text) => line.push_str(&format!(" :{text}")),
        FieldSpec::Nested(template) => line.push_str(&format!(" :({})", self::line(template))),
    }
    line + ">"
}

#[test]
fn templates_are_taken_apart() {
    let rows = [
        ("", ""),
        ("a{{b}}c", "a{b}c"),
        ("{}{}", "<0><1>"),
        ("{1}{0}", "<1><0>"),
        ("{a.b[0][x].c!r:>5}", "<a .b [0] [\"x\"] .c Repr :>5>"),
        (
            "{0[-1]}{0[a]b]}",
            "<0 [\"-1\"]><0 [\"a\"] !Only '.' or '[' may follow ']' in format field specifier>",
        ),
        ("{:{}}{}", "<0 :(<1>)><2>"),
        ("{a:{w}.{p}f}", "<a :(<w>.<p>f)>"),
        ("{:{{}}}", "<0 :({})>"),
        ("{\u{663}}", "<3>"),
        ("{ 0}", "< 0>"),
        (
            "{0!s}{0!a:}{!x}",
            "<0 Str><0 Ascii>!cannot switch from manual field specification to automatic field numbering",
        ),
        (
            "{!x}{!\u{1234}}",
            "<0 !Unknown conversion specifier x><1 !Unknown conversion specifier \\x1234>",
        ),
        ("{0[}]}", "<0 [\"}\"]>"),
    ];
    for (template, expected) in rows {
        assert_eq!(line(&parse_template(template)), expected, "{template}");
    }
}

#[test]
fn faults_stand_in_their_place() {
    let rows = [
        ("x{", "!Single '{' encountered in format string"),
        ("x}", "!Single '}' encountered in format string"),
        ("{0}}", "<0>!Single '}' encountered in format string"),
        ("{0", "!expected '}' before end of string"),
        ("{0[}", "!expected '}' before end of string"),
        (
            "{!",
            "!end of string while looking for conversion specifier",
        ),
        ("{0!rx}", "!expected ':' after conversion specifier"),
        ("{0!r", "!unmatched '{' in format spec"),
        ("{0:{}", "!unmatched '{' in format spec"),
        ("{a{b}", "!unexpected '{' in field name"),
        (
            "{0[]}{0.}",
            "<0 !Empty attribute in format string><0 !Empty attribute in format string>",
        ),
        (
            "{} {0}",
            "<0> !cannot switch from automatic field numbering to manual field specification",
        ),
        (
            "{0:{}}",
            "<0 :(!cannot switch from manual field specification to automatic field numbering)>",
        ),
        ("{:{:{}}}", "<0 :(<1 :(!Max string recursion exceeded)>)>"),
        (
            "{99999999999999999999}",
            "!Too many decimal digits in format string",
        ),
        (
            "{a[99999999999999999999]}",
            "<a !Too many decimal digits in format string>",
        ),
    ];
    for (template, expected) in rows {
        assert_eq!(line(&parse_template(template)), expected, "{template}");
    }
}
