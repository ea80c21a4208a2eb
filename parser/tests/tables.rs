//! The tables in `data/`: sources, and what CPython 3.13 says of them (`oracle.py` asks it).

use aio_lexer::LineIndex;
use aio_parser::{Completeness, ParseOptions, check_complete, dump, parse};

/// The source of a line of a table.
fn unescape(line: &str) -> String {
    let mut source = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        source.push(match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('s') => ' ',
                _ => '\\',
            },
            (c, false) => c,
        });
    }
    source
}

/// Compares every entry of a table with what `say` makes of its source.
fn check(table: &str, say: impl Fn(&str) -> String) {
    let mut wrong = String::new();
    let mut lines = table.lines();
    while let Some(line) = lines.next() {
        if line.is_empty() || line.starts_with("#!") {
            continue;
        }
        let Some(expected) = lines.next().and_then(|l| l.strip_prefix("=> ")) else {
            panic!("no expectation after {line}");
        };
        let said = say(&unescape(line));
        if said != expected {
            wrong.push_str(&format!(
                "{line}\n  expected {expected}\n  found    {said}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn trees_are_those_of_cpython() {
    check(include_str!("data/trees.txt"), |source| {
        match parse(source) {
            Ok(parsed) => dump(&parsed.module),
            Err(errors) => format!("error: {}", errors[0]),
        }
    });
}

#[test]
fn errors_are_those_of_cpython() {
    check(include_str!("data/errors.txt"), |source| {
        match parse(source) {
            Ok(_) => "ok".to_owned(),
            Err(errors) => {
                let first = &errors[0];
                let line = LineIndex::new(source).line(first.span.start);
                let class = match first.class {
                    aio_parser::ErrorClass::Syntax => "SyntaxError",
                    aio_parser::ErrorClass::Indentation => "IndentationError",
                    aio_parser::ErrorClass::Tab => "TabError",
                };
                format!("{class} {line}: {first}")
            }
        }
    });
}

#[test]
fn warnings_are_those_of_cpython() {
    check(include_str!("data/warnings.txt"), |source| {
        match parse(source) {
            Ok(parsed) if parsed.warnings.is_empty() => "none".to_owned(),
            Ok(parsed) => {
                let messages = parsed.warnings.into_iter().map(|w| w.message);
                messages.collect::<Vec<_>>().join("; ")
            }
            Err(errors) => format!("error: {}", errors[0]),
        }
    });
}

#[test]
fn incomplete_input_is_told_as_codeop_tells_it() {
    check(include_str!("data/complete.txt"), |source| {
        let said = match check_complete(source, ParseOptions::default()) {
            Completeness::Complete(_) => "complete",
            Completeness::Incomplete => "incomplete",
            Completeness::Wrong(_) => "wrong",
        };
        said.to_owned()
    });
}
