//! Escapes in patterns: `\n`, `\x41`, `\d`, `\1`.

use super::charset::class;
use super::parser::Parser;
use super::reader::{Parsed, Reader, Token, number};
use super::syntax::{At, Node};

/// What an escape in a set stands for.
pub enum InSet {
    /// A character.
    Char(u32),
    /// A class, as a bit of `class`.
    Class(u8),
}

/// The character that a letter stands for.
pub fn control(c: char) -> Option<u32> {
    Some(match c {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        '\\' => 92,
        _ => return None,
    })
}

fn class_of(c: char) -> Option<u8> {
    Some(match c {
        'd' => class::DIGIT,
        'D' => class::NOT_DIGIT,
        's' => class::SPACE,
        'S' => class::NOT_SPACE,
        'w' => class::WORD,
        'W' => class::NOT_WORD,
        _ => return None,
    })
}

fn is_octal(c: char) -> bool {
    ('0'..='7').contains(&c)
}

/// `\x41`, `\u0041`, `\U00000041` and `\N{...}`; `None` for others.
fn by_number(reader: &mut Reader, c: char) -> Parsed<Option<u32>> {
    let len = match c {
        'x' => 2,
        'u' if reader.is_text => 4,
        'U' if reader.is_text => 8,
        'N' if reader.is_text => return by_name(reader).map(Some),
        _ => return Ok(None),
    };
    let digits = reader.take_while(len, |c| c.is_ascii_hexdigit())?;
    let written = format!("\\{c}{digits}");
    if digits.len() != len {
        return Err(reader.error(format!("incomplete escape {written}"), written.len()));
    }
    let code = u32::from_str_radix(&digits, 16).unwrap_or(u32::MAX);
    match aio_interp::text::surrogate::from_code_point(code) {
        Some(c) => Ok(Some(c as u32)),
        None => Err(reader.error(format!("bad escape {written}"), written.len())),
    }
}

fn by_name(reader: &mut Reader) -> Parsed<u32> {
    if !reader.take('{')? {
        return Err(reader.error("missing {", 0));
    }
    let name = reader.until('}', "character name")?;
    match crate::unicodedata::character(&name) {
        Some(c) => Ok(c as u32),
        None => {
            let shown = aio_interp::text::repr::repr(&name);
            let len = name.chars().count() + r"\N{}".len();
            Err(reader.error(format!("undefined character name {shown}"), len))
        }
    }
}

fn octal(reader: &Reader, written: &str) -> Parsed<u32> {
    match u32::from_str_radix(&written[1..], 8) {
        Ok(code) if code <= 0o377 => Ok(code),
        _ => {
            let message = format!("octal escape value {written} outside of range 0-0o377");
            Err(reader.error(message, written.len()))
        }
    }
}

/// An escape within a set.
pub fn in_set(reader: &mut Reader, c: char) -> Parsed<InSet> {
    if let Some(code) = control(c) {
        return Ok(InSet::Char(code));
    }
    if let Some(class) = class_of(c) {
        return Ok(InSet::Class(class));
    }
    if let Some(code) = by_number(reader, c)? {
        return Ok(InSet::Char(code));
    }
    if is_octal(c) {
        let written = format!("\\{c}{}", reader.take_while(2, is_octal)?);
        return octal(reader, &written).map(InSet::Char);
    }
    if c.is_ascii_alphanumeric() {
        return Err(reader.error(format!("bad escape \\{c}"), 2));
    }
    Ok(InSet::Char(c as u32))
}

/// An escape outside of sets.
pub fn outside(parser: &mut Parser, c: char) -> Parsed<Node> {
    let ascii = parser.is_ascii();
    let at = match c {
        'A' => Some(At::Start),
        'Z' => Some(At::End),
        'b' => Some(At::Boundary(ascii)),
        'B' => Some(At::NotBoundary(ascii)),
        _ => None,
    };
    if let Some(at) = at {
        return Ok(Node::At(at));
    }
    if let Some(class) = class_of(c) {
        return Ok(parser.class(class));
    }
    if let Some(code) = control(c) {
        return Ok(parser.literal(code));
    }
    if let Some(code) = by_number(&mut parser.reader, c)? {
        return Ok(parser.literal(code));
    }
    if c.is_ascii_digit() {
        return numbered(parser, c);
    }
    if c.is_ascii_alphabetic() {
        return Err(parser.reader.error(format!("bad escape \\{c}"), 2));
    }
    Ok(parser.literal(c as u32))
}

/// `\0`, an octal number or the number of a group.
fn numbered(parser: &mut Parser, c: char) -> Parsed<Node> {
    let reader = &mut parser.reader;
    let mut written = format!("\\{c}");
    if c == '0' {
        written += &reader.take_while(2, is_octal)?;
        let code = octal(reader, &written)?;
        return Ok(parser.literal(code));
    }
    if let Some(second) = reader.peek().filter(char::is_ascii_digit) {
        written.push(second);
        reader.get()?;
        if is_octal(c) && is_octal(second) && reader.peek().is_some_and(is_octal) {
            written += &reader.take_while(1, is_octal)?;
            let code = octal(reader, &written)?;
            return Ok(parser.literal(code));
        }
    }
    let group = number(&written[1..]) as u32;
    if group < parser.group_count() {
        if !parser.is_closed(group) {
            let message = "cannot refer to an open group";
            return Err(parser.reader.error(message, written.len()));
        }
        parser.check_behind(group)?;
        return Ok(parser.backref(group));
    }
    let message = format!("invalid group reference {group}");
    Err(parser.reader.error(message, written.len() - 1))
}

/// An escape of a template: its text, or the group that it names.
pub enum InTemplate {
    /// Text.
    Text(String),
    /// A group, and where to point at if there is no such.
    Group(u64, usize),
}

/// An escape of a template other than `\g<...>`.
pub fn in_template(reader: &mut Reader, c: char) -> Parsed<InTemplate> {
    let mut written = format!("\\{c}");
    if c == '0' {
        written += &reader.take_while(2, is_octal)?;
        let code = u32::from_str_radix(&written[1..], 8).unwrap_or(0) & 0xff;
        return Ok(text_of(code));
    }
    if c.is_ascii_digit() {
        if let Some(second) = reader.peek().filter(char::is_ascii_digit) {
            written.push(second);
            reader.get()?;
            if is_octal(c) && is_octal(second) && reader.peek().is_some_and(is_octal) {
                written += &reader.take_while(1, is_octal)?;
                return octal(reader, &written).map(text_of);
            }
        }
        return Ok(InTemplate::Group(number(&written[1..]), written.len() - 1));
    }
    match control(c) {
        Some(code) => Ok(text_of(code)),
        None if c.is_ascii_alphabetic() => Err(reader.error(format!("bad escape {written}"), 2)),
        None => Ok(InTemplate::Text(written)),
    }
}

fn text_of(code: u32) -> InTemplate {
    InTemplate::Text(char::from_u32(code).map(String::from).unwrap_or_default())
}

/// True for an escape.
pub fn escaped(token: Token) -> Option<char> {
    match token {
        Token::Escape(c) => Some(c),
        Token::Plain(_) => None,
    }
}
