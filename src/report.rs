//! Rendering of exceptions that ended the program: the one place that configures miette.
//!
//! Each frame is shown with its file, line and function and an excerpt of its source; the last
//! line is `Type: message`, as Python prints it.

use std::fmt;
use std::io::IsTerminal;

use aio_interp::Vm;
use aio_interp::object::Ref;
use aio_interp::objects::exception::{ExceptionObj, TraceEntry};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode,
};

use crate::excerpt::Excerpt;

/// One frame of a traceback.
struct FrameReport {
    title: String,
    source: Excerpt,
    label: LabeledSpan,
}

impl FrameReport {
    fn new(title: String, source: Excerpt) -> FrameReport {
        let (start, len) = source.place();
        FrameReport {
            title,
            source,
            label: LabeledSpan::new(None, start, len),
        }
    }
}

impl fmt::Display for FrameReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

impl fmt::Debug for FrameReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

impl std::error::Error for FrameReport {}

impl Diagnostic for FrameReport {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Advice)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

fn handler() -> GraphicalReportHandler {
    let coloured = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut theme = if coloured {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    theme.characters.advice = "•".to_owned();
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_context_lines(1)
        .with_width(WIDTH)
}

/// Reports are as wide as a terminal usually is.
const WIDTH: usize = 100;

/// Frames shown from each end of a long traceback; the rest is counted.
const SHOWN: usize = 6;

/// Prints an exception that nobody caught, with its causes.
pub fn uncaught(vm: &Vm, exception: &Ref<ExceptionObj>) {
    let mut text = String::new();
    chain(vm, exception, &mut text, 0);
    vm.streams.write_err(vm, &text);
}

/// Prints an exception that could not be raised anywhere.
pub fn unraisable(vm: &Vm, exception: &Ref<ExceptionObj>, place: &str) {
    let mut text = format!("Exception ignored {place}\n");
    one(vm, exception, &mut text);
    vm.streams.write_err(vm, &text);
}

/// Longer chains of causes are cut.
const MAX_CHAIN: usize = 50;

fn chain(vm: &Vm, exception: &Ref<ExceptionObj>, text: &mut String, depth: usize) {
    if depth < MAX_CHAIN {
        let cause = exception.cause.borrow().clone();
        let context = exception.context.borrow().clone();
        if let Some(cause) = cause {
            chain(vm, &cause, text, depth + 1);
            text.push_str(
                "\nThe above exception was the direct cause of the following exception:\n\n",
            );
        } else if let (Some(context), false) = (context, exception.suppress_context.get()) {
            chain(vm, &context, text, depth + 1);
            text.push_str(
                "\nDuring handling of the above exception, another exception occurred:\n\n",
            );
        }
    }
    one(vm, exception, text);
}

fn one(vm: &Vm, exception: &Ref<ExceptionObj>, text: &mut String) {
    let trace = exception.trace.borrow().clone();
    if !trace.is_empty() {
        text.push_str("Traceback (most recent call last):\n");
        let handler = handler();
        let frames: Vec<&TraceEntry> = trace.iter().rev().collect();
        let hidden = frames.len().saturating_sub(2 * SHOWN);
        for (i, entry) in frames.iter().enumerate() {
            if hidden > 0 && i == SHOWN {
                text.push_str(&format!("  … {hidden} more frames …\n"));
            }
            if hidden == 0 || i < SHOWN || i >= SHOWN + hidden {
                frame(&handler, entry, text);
            }
        }
    }
    if let Some(excerpt) = syntax_excerpt(vm, exception) {
        text.push_str(&excerpt);
    }
    text.push_str(&headline(vm, exception));
    text.push('\n');
    notes(vm, exception, text);
}

fn frame(handler: &GraphicalReportHandler, entry: &TraceEntry, text: &mut String) {
    let source = &entry.code.source;
    let line = source.line(entry.span.start);
    let title = format!(
        "File \"{}\", line {line}, in {}",
        source.filename,
        entry.code.name.as_str()
    );
    let (start, end) = (entry.span.start as usize, entry.span.end as usize);
    let excerpt = Excerpt::new(&source.filename, &source.text, line, start, end);
    let report = FrameReport::new(title, excerpt);
    // Rendering into a string does not fail; if it did, the plain line says what matters.
    let mut rendered = String::new();
    if handler.render_report(&mut rendered, &report).is_ok() {
        text.push_str(rendered.trim_start_matches('\n'));
    } else {
        text.push_str(&format!("  {}\n", report.title));
    }
}

/// `Type: message`.
fn headline(vm: &Vm, exception: &Ref<ExceptionObj>) -> String {
    let name = exception.class().full_name(vm);
    let name = name.strip_prefix("__main__.").unwrap_or(&name);
    // Its place is shown already; Python's own `str` repeats it.
    let syntax = exception.class().is_subclass(&vm.exceptions.SyntaxError);
    let msg = exception
        .attrs_if_any()
        .and_then(|a| a.get_name(&vm.names.msg));
    let shown = msg.filter(|_| syntax).unwrap_or_else(|| exception.into());
    let message = match vm.str(&shown) {
        Ok(text) => text.as_str().to_owned(),
        Err(_) => {
            drop(vm.take_raised());
            "<exception str() failed>".to_owned()
        }
    };
    if message.is_empty() {
        name.to_owned()
    } else {
        format!("{name}: {message}")
    }
}

fn notes(vm: &Vm, exception: &Ref<ExceptionObj>, text: &mut String) {
    let Some(notes) = exception
        .attrs_if_any()
        .and_then(|a| a.get_name(&vm.names.notes_))
    else {
        return;
    };
    let Ok(notes) = vm.collect(&notes) else {
        drop(vm.take_raised());
        return;
    };
    for note in notes {
        match vm.str(&note) {
            Ok(note) => text.push_str(&format!("{}\n", note.as_str())),
            Err(_) => drop(vm.take_raised()),
        }
    }
}

/// The place of a syntax error.
fn syntax_excerpt(vm: &Vm, exception: &Ref<ExceptionObj>) -> Option<String> {
    if !exception.class().is_subclass(&vm.exceptions.SyntaxError) {
        return None;
    }
    let attrs = exception.attrs_if_any()?;
    let get = |name: &str| attrs.get_name(&vm.name(name));
    let filename = get("filename")?.as_str()?.to_owned();
    let line = get("lineno")?.as_int()?;
    let offset = usize::try_from(get("offset")?.as_int()?)
        .ok()?
        .saturating_sub(1);
    let text = get("text")?.as_str()?.trim_end_matches('\n').to_owned();
    let same_line = get("end_lineno").and_then(|v| v.as_int()) == Some(line);
    let end = get("end_offset")
        .and_then(|v| v.as_int())
        .filter(|_| same_line);
    let byte = |column: usize| text.char_indices().nth(column).map_or(text.len(), |c| c.0);
    let start = byte(offset);
    let end = end
        .and_then(|e| usize::try_from(e - 1).ok())
        .map_or(text.len(), byte)
        .max(start);
    let mut excerpt = Excerpt::new(&filename, &text, 1, start, end);
    excerpt.begin_at(usize::try_from(line).ok()?);
    let report = FrameReport::new(format!("File \"{filename}\", line {line}"), excerpt);
    let handler = handler();
    let mut rendered = String::new();
    handler.render_report(&mut rendered, &report).ok()?;
    Some(rendered.trim_start_matches('\n').to_owned())
}
