//! Templates of `str.format` cut into literals and fields, without looking into the fields.

use crate::number::{NumError, NumResult};

/// Literal text and the field behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkupPiece<'a> {
    /// The text before the field; a doubled brace is cut to one and ends a piece.
    pub literal: &'a str,
    /// The field; `None` at a doubled brace and at the end.
    pub field: Option<MarkupField<'a>>,
}

/// `{name!conversion:spec}`, unexamined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkupField<'a> {
    /// All before `!` and `:`.
    pub name: &'a str,
    /// The character after `!`.
    pub conversion: Option<char>,
    /// All after `:`.
    pub spec: &'a str,
    /// Whether `spec` has fields of its own.
    pub is_nested: bool,
}

/// The pieces of a template, in order. Ends after an error.
#[derive(Clone, Debug)]
pub struct Markup<'a> {
    rest: &'a str,
}

impl<'a> Markup<'a> {
    /// The pieces of `template`.
    pub fn new(template: &'a str) -> Markup<'a> {
        Markup { rest: template }
    }

    fn piece(&mut self) -> NumResult<MarkupPiece<'a>> {
        let text = std::mem::take(&mut self.rest);
        let Some(brace) = text.find(['{', '}']) else {
            return Ok(literal(text));
        };
        let is_opening = text[brace..].starts_with('{');
        let after = &text[brace + 1..];
        if after.starts_with(if is_opening { '{' } else { '}' }) {
            self.rest = &after[1..];
            return Ok(literal(&text[..=brace]));
        }
        if !is_opening {
            return NumError::value("Single '}' encountered in format string");
        }
        if after.is_empty() {
            return NumError::value("Single '{' encountered in format string");
        }
        let field = self.field(after)?;
        Ok(MarkupPiece {
            literal: &text[..brace],
            field: Some(field),
        })
    }

    /// Reads a field behind its opening brace.
    fn field(&mut self, text: &'a str) -> NumResult<MarkupField<'a>> {
        let end = name_end(text)?;
        let name = &text[..end];
        let mut field = MarkupField {
            name,
            conversion: None,
            spec: "",
            is_nested: false,
        };
        let mut rest = &text[end + 1..];
        if text[end..].starts_with('}') {
            self.rest = rest;
            return Ok(field);
        }
        if text[end..].starts_with('!') {
            let mut ahead = rest.chars();
            field.conversion = ahead.next();
            if field.conversion.is_none() {
                return NumError::value("end of string while looking for conversion specifier");
            }
            match ahead.next() {
                Some('}') => {
                    self.rest = ahead.as_str();
                    return Ok(field);
                }
                Some(':') | None => rest = ahead.as_str(),
                Some(_) => return NumError::value("expected ':' after conversion specifier"),
            }
        }
        let Some(end) = spec_end(rest) else {
            return NumError::value("unmatched '{' in format spec");
        };
        field.spec = &rest[..end];
        field.is_nested = field.spec.contains('{');
        self.rest = &rest[end + 1..];
        Ok(field)
    }
}

impl<'a> Iterator for Markup<'a> {
    type Item = NumResult<MarkupPiece<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        Some(self.piece())
    }
}

fn literal(text: &str) -> MarkupPiece<'_> {
    MarkupPiece {
        literal: text,
        field: None,
    }
}

/// Where the name of a field ends: at `}`, `:` or `!`, but not in brackets.
fn name_end(text: &str) -> NumResult<usize> {
    let mut in_brackets = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b']' => in_brackets = false,
            _ if in_brackets => {}
            b'[' => in_brackets = true,
            b'{' => return NumError::value("unexpected '{' in field name"),
            b'}' | b':' | b'!' => return Ok(index),
            _ => {}
        }
    }
    NumError::value("expected '}' before end of string")
}

/// Where the brace stands that closes a field, seen from its specification.
fn spec_end(text: &str) -> Option<usize> {
    let mut depth = 1;
    text.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}
