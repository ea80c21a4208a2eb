//! Templates of `str.format`, taken apart completely: numbered, named, nested.
//!
//! An error stands where Python would raise it: after the pieces before it were formatted.

use crate::number::{NumError, NumResult};

use super::field::{Access, First, split_field_name};
use super::markup::{Markup, MarkupField};

/// A template: its pieces, then perhaps an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Literals and fields in order.
    pub pieces: Vec<TemplatePiece>,
    /// The error to raise after the pieces.
    pub error: Option<NumError>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePiece {
    /// Text that stays as it is.
    Literal(String),
    /// A place for an argument.
    Field(Field),
}

/// A field, in the order in which it is processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The argument; `First::Auto` has been given its number.
    pub first: First,
    /// What is looked up in it.
    pub path: Vec<Access>,
    /// The error to raise after the lookups.
    pub path_error: Option<NumError>,
    /// `!r` and the like.
    pub conversion: FieldConversion,
    /// What is behind the colon.
    pub spec: FieldSpec,
}

/// What is done with the value before it is formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldConversion {
    /// Nothing.
    None,
    /// `!s`
    Str,
    /// `!r`
    Repr,
    /// `!a`
    Ascii,
    /// An unknown letter: this error.
    Unknown(NumError),
}

/// The specification of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldSpec {
    /// As it is.
    Text(String),
    /// With fields of its own, to be formatted with the same arguments.
    Nested(Template),
}

/// Templates may be nested in specifications once.
const DEPTH: u32 = 2;

/// Takes a template apart.
pub fn parse_template(text: &str) -> Template {
    parse_at(text, DEPTH, &mut Numbering::default())
}

/// How fields without a number are counted, through the whole template.
#[derive(Default)]
struct Numbering {
    /// Whether numbers are given by hand; unknown before the first number.
    is_manual: Option<bool>,
    next: usize,
}

impl Numbering {
    fn resolve(&mut self, first: First) -> NumResult<First> {
        let is_manual = match first {
            First::Name(_) => return Ok(first),
            First::Index(_) => true,
            First::Auto => false,
        };
        match (*self.is_manual.get_or_insert(is_manual), is_manual) {
            (true, false) => NumError::value(
                "cannot switch from manual field specification to automatic field numbering",
            ),
            (false, true) => NumError::value(
                "cannot switch from automatic field numbering to manual field specification",
            ),
            (true, true) => Ok(first),
            (false, false) => {
                self.next += 1;
                Ok(First::Index(self.next - 1))
            }
        }
    }
}

fn parse_at(text: &str, depth: u32, numbering: &mut Numbering) -> Template {
    let mut template = Template::default();
    if depth == 0 {
        template.error = Some(NumError::Value("Max string recursion exceeded".into()));
        return template;
    }
    for piece in Markup::new(text) {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => {
                template.error = Some(error);
                break;
            }
        };
        template.push_literal(piece.literal);
        if let Some(markup) = piece.field {
            match field(&markup, depth, numbering) {
                Ok(field) => template.pieces.push(TemplatePiece::Field(field)),
                Err(error) => {
                    template.error = Some(error);
                    break;
                }
            }
        }
    }
    template
}

impl Template {
    fn push_literal(&mut self, text: &str) {
        if let Some(TemplatePiece::Literal(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.pieces.push(TemplatePiece::Literal(text.to_owned()));
        }
    }
}

fn field(markup: &MarkupField<'_>, depth: u32, numbering: &mut Numbering) -> NumResult<Field> {
    let name = split_field_name(markup.name)?;
    let first = numbering.resolve(name.first)?;
    let spec = if markup.is_nested {
        FieldSpec::Nested(parse_at(markup.spec, depth - 1, numbering))
    } else {
        FieldSpec::Text(markup.spec.to_owned())
    };
    Ok(Field {
        first,
        path: name.path,
        path_error: name.error,
        conversion: conversion(markup.conversion),
        spec,
    })
}

fn conversion(letter: Option<char>) -> FieldConversion {
    match letter {
        None => FieldConversion::None,
        Some('s') => FieldConversion::Str,
        Some('r') => FieldConversion::Repr,
        Some('a') => FieldConversion::Ascii,
        Some(c) => {
            let shown = if ('!'..='~').contains(&c) {
                c.to_string()
            } else {
                format!("\\x{:x}", u32::from(c))
            };
            FieldConversion::Unknown(NumError::Value(format!(
                "Unknown conversion specifier {shown}"
            )))
        }
    }
}
