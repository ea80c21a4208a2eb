//! Templates of `sub` and `expand`: text with references to groups.

use super::escape::{InTemplate, escaped, in_template};
use super::pattern::Pattern;
use super::reader::{Fault, Parsed, Reader, Token, number};
use super::subject::{Subject, group_of};

/// A part of a template.
enum Part {
    Text(Vec<u8>),
    Group(usize),
}

/// A template.
pub struct Template(Vec<Part>);

impl Template {
    /// Reads a template for this pattern. Bytes are characters below 256.
    pub fn parse(text: &str, pattern: &Pattern) -> Parsed<Template> {
        let mut reader = Reader::new(text, pattern.is_text)?;
        let mut template = Template(Vec::new());
        while let Some(token) = reader.get()? {
            match (token, escaped(token)) {
                (_, Some('g')) => {
                    let (group, at) = named(&mut reader, pattern)?;
                    template.group(&reader, pattern, group, at)?;
                }
                (_, Some(c)) => match in_template(&mut reader, c)? {
                    InTemplate::Text(text) => text.chars().for_each(|c| template.push(c, pattern)),
                    InTemplate::Group(group, at) => {
                        template.group(&reader, pattern, group, at)?;
                    }
                },
                (Token::Plain(c) | Token::Escape(c), None) => template.push(c, pattern),
            }
        }
        Ok(template)
    }

    fn push(&mut self, c: char, pattern: &Pattern) {
        if !matches!(self.0.last(), Some(Part::Text(_))) {
            self.0.push(Part::Text(Vec::new()));
        }
        if let Some(Part::Text(text)) = self.0.last_mut() {
            match pattern.is_text {
                true => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                false => text.push(c as u8),
            }
        }
    }

    fn group(&mut self, reader: &Reader, pattern: &Pattern, group: u64, at: usize) -> Parsed<()> {
        if group >= pattern.program.groups as u64 {
            return Err(reader.error(format!("invalid group reference {group}"), at));
        }
        self.0.push(Part::Group(group as usize));
        Ok(())
    }

    /// The text for a match, put behind `out`.
    pub fn expand(&self, out: &mut Vec<u8>, subject: &Subject, slots: &[usize]) {
        for part in &self.0 {
            match part {
                Part::Text(text) => out.extend_from_slice(text),
                Part::Group(group) => {
                    if let Some((start, end)) = group_of(slots, *group) {
                        out.extend_from_slice(&subject.bytes()[start..end]);
                    }
                }
            }
        }
    }
}

/// The rest of `\g<...>`: the group, and where it is named.
fn named(reader: &mut Reader, pattern: &Pattern) -> Parsed<(u64, usize)> {
    if !reader.take('<')? {
        return Err(reader.error("missing <", 0));
    }
    let name = reader.until('>', "group name")?;
    let len = name.chars().count() + 1;
    if name.bytes().all(|b| b.is_ascii_digit()) {
        return Ok((number(&name), len));
    }
    reader.check_name(&name, 1)?;
    match pattern.group_named(&name) {
        Some(group) => Ok((group as u64, len)),
        None => {
            let shown = aio_interp::text::repr::repr(&name);
            Err(Fault::Index(format!("unknown group name {shown}")))
        }
    }
}
