//! The names of fields of `str.format`: `0.attribute[item]`.

use crate::number::{NumError, NumResult, decimal_digit};

/// A field's name taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldName {
    /// The argument.
    pub first: First,
    /// What is looked up in it, in order.
    pub path: Vec<Access>,
    /// The error to raise after the lookups.
    pub error: Option<NumError>,
}

/// Which argument a field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// No name: the next positional argument.
    Auto,
    /// A positional argument.
    Index(usize),
    /// A keyword argument.
    Name(String),
}

/// A lookup in a field's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// `.name`
    Attribute(String),
    /// `[0]`
    Index(usize),
    /// `[name]`: the key is a string.
    Key(String),
}

/// Takes a field's name apart. An error in its first part is the result; one behind it is in
/// `FieldName::error`.
pub fn split_field_name(name: &str) -> NumResult<FieldName> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut rest) = name.split_at(end);
    let first = match number(first)? {
        Some(index) => First::Index(index),
        None if first.is_empty() => First::Auto,
        None => First::Name(first.to_owned()),
    };
    let mut field = FieldName {
        first,
        path: Vec::new(),
        error: None,
    };
    while !rest.is_empty() {
        match next_access(&mut rest) {
            Ok(access) => field.path.push(access),
            Err(error) => {
                field.error = Some(error);
                break;
            }
        }
    }
    Ok(field)
}

fn next_access(rest: &mut &str) -> NumResult<Access> {
    let text = *rest;
    if let Some(after) = text.strip_prefix('.') {
        let end = after.find(['.', '[']).unwrap_or(after.len());
        *rest = &after[end..];
        check_name(&after[..end])?;
        return Ok(Access::Attribute(after[..end].to_owned()));
    }
    let Some(after) = text.strip_prefix('[') else {
        return NumError::value("Only '.' or '[' may follow ']' in format field specifier");
    };
    let Some(end) = after.find(']') else {
        return NumError::value("Missing ']' in format string");
    };
    *rest = &after[end + 1..];
    let name = &after[..end];
    let index = number(name)?;
    check_name(name)?;
    Ok(match index {
        Some(index) => Access::Index(index),
        None => Access::Key(name.to_owned()),
    })
}

fn check_name(name: &str) -> NumResult<()> {
    if name.is_empty() {
        return NumError::value("Empty attribute in format string");
    }
    Ok(())
}

/// The text as a number, if it is digits only.
fn number(text: &str) -> NumResult<Option<usize>> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut number = 0i64;
    for c in text.chars() {
        let Some(digit) = decimal_digit(c) else {
            return Ok(None);
        };
        let next = number.checked_mul(10);
        match next.and_then(|n| n.checked_add(i64::from(digit))) {
            Some(next) => number = next,
            None => return NumError::value("Too many decimal digits in format string"),
        }
    }
    Ok(Some(number as usize))
}
