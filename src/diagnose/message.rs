//! One message: a code, what happened, where, and what helps.

use std::fmt;

use aio_interp::Vm;
use aio_interp::code::Source;
use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use super::{ErrorFormat, format};
use crate::excerpt::Excerpt;
use crate::report;

/// A message.
#[derive(Debug)]
pub struct Message {
    /// Without `aio::`.
    code: &'static str,
    text: String,
    place: Option<Marked>,
    notes: Vec<String>,
    help: String,
}

struct Marked {
    file: String,
    line: usize,
    excerpt: Excerpt,
    label: String,
}

impl fmt::Debug for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Message {
    /// Something that lets the program fail at its end.
    pub fn warning(code: &'static str, text: impl Into<String>) -> Message {
        Message {
            code,
            text: text.into(),
            place: None,
            notes: Vec::new(),
            help: String::new(),
        }
    }

    /// It is about these bytes of a source.
    #[must_use]
    pub fn at(mut self, source: &Source, start: u32, end: u32, label: &str) -> Message {
        let line = source.line(start);
        let (start, end) = (start as usize, end as usize);
        self.place = Some(Marked {
            file: source.filename.clone(),
            line,
            excerpt: Excerpt::new(&source.filename, &source.text, line, start, end),
            label: label.to_owned(),
        });
        self
    }

    /// It is about what is on a line from this offset on.
    #[must_use]
    pub fn at_line(self, source: &Source, at: u32, label: &str) -> Message {
        let rest = source.text.get(at as usize..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let end = at + line.trim_end().len() as u32;
        self.at(source, at, end, label)
    }

    /// One more line.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Message {
        self.notes.push(note.into());
        self
    }

    /// What helps.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Message {
        self.help = help.into();
        self
    }

    /// Writes it to standard error, behind what was printed so far.
    pub fn write(&self, vm: &Vm) {
        // What cannot be written now is told of at the end.
        let _ = vm.streams.finish();
        vm.streams.write_err(vm, &self.render());
    }

    /// As it is written.
    pub fn render(&self) -> String {
        match format() {
            ErrorFormat::Json => return self.json(),
            ErrorFormat::Python => return self.plain(),
            ErrorFormat::Fancy => {}
        }
        let mut text = String::new();
        if report::handler().render_report(&mut text, self).is_err() {
            text = format!("{}\n", self.text);
        }
        text.push('\n');
        text
    }

    /// "x.aio:3: text [aio::code]", as CPython would put a warning.
    fn plain(&self) -> String {
        let place = self.place.as_ref();
        let place = place.map_or(String::new(), |p| format!("{}:{}: ", p.file, p.line));
        format!("{place}{self} [aio::{}]\n", self.code)
    }

    fn json(&self) -> String {
        let place = self.place.as_ref();
        let value = serde_json::json!({
            "code": format!("aio::{}", self.code),
            "severity": "warning",
            "message": self.text,
            "file": place.map(|p| p.file.as_str()),
            "line": place.map(|p| p.line),
            "notes": self.notes,
            "help": (!self.help.is_empty()).then_some(&self.help),
        });
        format!("{value}\n")
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        for note in &self.notes {
            write!(f, "\n{note}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Message {}

impl Diagnostic for Message {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("aio::{}", self.code)))
    }
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Warning)
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|p| &p.excerpt as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        let (start, len) = place.excerpt.place();
        let label = (!place.label.is_empty()).then(|| place.label.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new(
            label, start, len,
        ))))
    }
}
