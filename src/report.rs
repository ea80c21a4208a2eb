//! Rendering of exceptions that ended the program: the one place that configures miette.
//!
//! Each frame of the program's own is shown with its file, line and function and an excerpt of its
//! source, frames of the library are counted. Where an exception came out of a task the report says
//! of which one. The last line is `Type: message`, as Python prints it, before what helps.

mod codes;
mod frames;
mod group;
mod suggest;
mod syntax;

use std::fmt;
use std::io::IsTerminal;

use aio_interp::code::Source;
use aio_interp::event_loop::trail::Deed;
use aio_interp::object::Ref;
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::{Raised, Value, Vm};
use aio_parser::{ErrorClass, SyntaxError};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity,
    SourceCode,
};

use crate::diagnose::advice::{self, Advice};
use crate::diagnose::{ErrorFormat, format, tasks};
use crate::excerpt::Excerpt;
use crate::process;
use syntax::Label;

/// One frame of a traceback.
struct FrameReport {
    title: String,
    source: Box<dyn SourceCode>,
    labels: Vec<LabeledSpan>,
}

/// Of a file with longer lines only the line of an error is shown.
const LONGEST_LINE: usize = 200;

impl FrameReport {
    fn new(title: String, source: Excerpt) -> FrameReport {
        let (start, len) = source.place();
        FrameReport {
            title,
            source: Box::new(source),
            labels: vec![LabeledSpan::new(None, start, len)],
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
        Some(&*self.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// What renders reports for people.
pub fn handler() -> GraphicalReportHandler {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let coloured = std::io::stderr().is_terminal() && !no_color;
    let mut theme = if coloured {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    theme.characters.advice = "•".to_owned();
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_context_lines(1)
        .with_width(width())
}

/// Reports that go elsewhere than to a terminal are as wide as one usually is.
const WIDTH: usize = 100;

/// How wide reports are: as the terminal, within reason.
fn width() -> usize {
    match process::error_width() {
        Some(width) => width.clamp(40, 160),
        None => WIDTH,
    }
}

/// Prints an exception that nobody caught, with its causes.
pub fn uncaught(vm: &Vm, exception: &Ref<ExceptionObj>) {
    let text = match format() {
        ErrorFormat::Fancy => {
            let mut text = String::new();
            chain(vm, exception, &mut text, 0);
            if exception
                .class()
                .is_subclass(&vm.exceptions.KeyboardInterrupt)
                && let Some(tree) = tasks::noted()
            {
                tree.lines()
                    .for_each(|line| text.push_str(&format!("  {line}\n")));
            }
            text
        }
        ErrorFormat::Json => json(vm, "error", "", exception),
        ErrorFormat::Python => match print_as_python(vm, exception) {
            Ok(()) => return,
            Err(Raised) => {
                drop(vm.take_raised());
                aio_interp::event_loop::report::traceback_text(vm, exception)
            }
        },
    };
    vm.streams.write_err(vm, &text);
}

/// Prints all syntax errors of a program, the first of which is this exception. False if it is none
/// of the program's own.
pub fn syntax_errors(vm: &Vm, source: &Source, exception: &Ref<ExceptionObj>) -> bool {
    let is_own = exception.class().is_subclass(&vm.exceptions.SyntaxError)
        && exception.trace.borrow().is_empty();
    if !is_own || format() == ErrorFormat::Python {
        return false;
    }
    let errors = syntax::errors(&source.text);
    let is_same = |first: &syntax::Found| first.error.message == message(vm, exception);
    if !errors.first().is_some_and(is_same) {
        return false;
    }
    let mut text = String::new();
    for found in &errors {
        match format() {
            ErrorFormat::Json => text.push_str(&syntax_json(source, found)),
            _ => push_syntax_error(source, found, &mut text),
        }
    }
    if errors.len() > 1 && format() == ErrorFormat::Fancy {
        text.push_str(&format!("{} errors in {}\n", errors.len(), source.filename));
    }
    vm.streams.write_err(vm, &text);
    true
}

fn push_syntax_error(source: &Source, found: &syntax::Found, text: &mut String) {
    let error = &found.error;
    let line = source.line(error.span.start);
    let title = format!("File \"{}\", line {line}", frames::shown(&source.filename));
    let report = syntax_report(source, title, syntax::labels(source, found));
    let mut rendered = String::new();
    if handler().render_report(&mut rendered, &report).is_ok() {
        text.push_str(rendered.trim_start_matches('\n'));
    }
    text.push_str(&format!("{}: {}\n", class_of(error), error.message));
    match syntax::code_and_help(source, found) {
        (code, help) if help.is_empty() => text.push_str(&format!("  [aio::{code}]\n")),
        (code, help) => text.push_str(&format!("  help: {help} [aio::{code}]\n")),
    }
}

/// The places of an error: all of them, unless lines are long.
fn syntax_report(source: &Source, title: String, labels: Vec<Label>) -> FrameReport {
    let is_short = source.text.lines().all(|line| line.len() <= LONGEST_LINE);
    if labels.len() > 1 && is_short {
        let marks = labels.into_iter().enumerate().map(|(i, label)| {
            let text = (!label.text.is_empty()).then_some(label.text);
            // Of a place of several lines the first is marked.
            let rest = source.text.get(label.start..label.end).unwrap_or_default();
            let length = rest.lines().next().map_or(0, str::len);
            if i == 0 {
                LabeledSpan::new_primary_with_span(text, (label.start, length))
            } else {
                LabeledSpan::new(text, label.start, length)
            }
        });
        return FrameReport {
            title,
            labels: marks.collect(),
            source: Box::new(NamedSource::new(&source.filename, source.text.clone())),
        };
    }
    let (mut start, mut end, mut text) = (0, 0, String::new());
    if let Some(own) = labels.into_iter().next() {
        (start, end, text) = (own.start, own.end, own.text);
    }
    let line = source.line(start as u32);
    let excerpt = Excerpt::new(&source.filename, &source.text, line, start, end);
    let mut report = FrameReport::new(title, excerpt);
    if !text.is_empty() {
        report
            .labels
            .iter_mut()
            .for_each(|l| l.set_label(Some(text.clone())));
    }
    report
}

fn class_of(error: &SyntaxError) -> &'static str {
    match error.class {
        ErrorClass::Syntax => "SyntaxError",
        ErrorClass::Indentation => "IndentationError",
        ErrorClass::Tab => "TabError",
    }
}

fn syntax_json(source: &Source, found: &syntax::Found) -> String {
    let (error, (code, help)) = (&found.error, syntax::code_and_help(source, found));
    let value = serde_json::json!({
        "code": format!("aio::{code}"),
        "severity": "error",
        "type": class_of(error),
        "message": error.message,
        "file": source.filename,
        "line": source.line(error.span.start),
        "help": (!help.is_empty()).then_some(help),
    });
    format!("{value}\n")
}

/// Prints an exception that came where nobody could catch it: `head` says where.
pub fn lost(vm: &Vm, head: &str, exception: &Ref<ExceptionObj>) {
    let text = match format() {
        ErrorFormat::Json => json(vm, "warning", head.trim_end(), exception),
        ErrorFormat::Python => {
            let traceback = aio_interp::event_loop::report::traceback_text(vm, exception);
            format!("{head}{traceback}")
        }
        ErrorFormat::Fancy => {
            let mut text = head.to_owned();
            chain(vm, exception, &mut text, 0);
            if let Some(loss) = advice::of_loss(head) {
                text.push_str(&format!("  help: {} [aio::{}]\n", loss.help, loss.code));
            }
            text
        }
    };
    vm.streams.write_err(vm, &text);
}

/// Prints an exception that could not be raised anywhere.
pub fn unraisable(vm: &Vm, exception: &Ref<ExceptionObj>, place: &str) {
    let mut text = format!("Exception ignored {place}\n");
    one(vm, exception, &mut text);
    help(vm, exception, &mut text);
    vm.streams.write_err(vm, &text);
}

/// `traceback.print_exception`.
fn print_as_python(vm: &Vm, exception: &Ref<ExceptionObj>) -> Result<(), Raised> {
    let module = vm.import("traceback")?;
    let print = vm.get_attr(&module, &vm.name("print_exception"))?;
    vm.call(&print, &[exception.into()]).map(drop)
}

fn json(vm: &Vm, severity: &str, head: &str, exception: &Ref<ExceptionObj>) -> String {
    let class = class_name(vm, exception);
    let message = message(vm, exception);
    let advice = advice_for(vm, exception);
    let trace = exception.trace.borrow().clone();
    let frames: Vec<_> = trace.iter().rev().map(frames::json).collect();
    let tasks: Vec<_> = exception.story().map_or(vec![], |story| {
        let tasks = story.tasks.iter();
        tasks
            .map(|t| serde_json::json!({"name": t.name(), "created": t.created.text()}))
            .collect()
    });
    let loss = advice::of_loss(head);
    let code = loss.or(advice).map_or("uncaught", |a| a.code);
    let value = serde_json::json!({
        "code": format!("aio::{code}"),
        "severity": severity,
        "type": class,
        "message": message,
        "where": (!head.is_empty()).then_some(head),
        "frames": frames,
        "tasks": tasks,
        "notes": story_notes(vm, exception),
        "help": advice.or(loss).map(|a| a.help),
    });
    format!("{value}\n")
}

/// Longer chains of causes are cut.
const MAX_CHAIN: usize = 50;

/// Appends an exception, behind what it came of, and what helps against it.
fn chain(vm: &Vm, exception: &Ref<ExceptionObj>, text: &mut String, depth: usize) {
    links(vm, exception, text, depth);
    if group::members(vm, exception).len() != 1 {
        help(vm, exception, text);
    }
}

fn links(vm: &Vm, exception: &Ref<ExceptionObj>, text: &mut String, depth: usize) {
    if depth < MAX_CHAIN {
        let cause = exception.cause.borrow().clone();
        let context = exception.context.borrow().clone();
        if let Some(cause) = cause {
            if !is_own_cancellation(vm, exception, &cause) {
                links(vm, &cause, text, depth + 1);
                text.push_str(
                    "\nThe above exception was the direct cause of the following exception:\n\n",
                );
            }
        } else if let (Some(context), false) = (context, exception.suppress_context.get()) {
            links(vm, &context, text, depth + 1);
            text.push_str(
                "\nDuring handling of the above exception, another exception occurred:\n\n",
            );
        }
    }
    one(vm, exception, text);
}

/// The cancellation by which a timeout ends its block: the note of the error tells more.
fn is_own_cancellation(vm: &Vm, e: &Ref<ExceptionObj>, cause: &Ref<ExceptionObj>) -> bool {
    e.story().is_some_and(|story| !story.notes.is_empty())
        && cause.class().is_subclass(vm.cancelled_error())
}

fn one(vm: &Vm, exception: &Ref<ExceptionObj>, text: &mut String) {
    let members = group::members(vm, exception);
    if let [only] = &members[..] {
        // A group of one is that one, and a line.
        group::push_frames_of_group(vm, exception, text);
        chain(vm, only, text, 1);
        let head = headline(vm, exception);
        text.push_str(&format!("alone in {head}\n"));
        notes(vm, exception, text);
        return;
    }
    let trace = exception.trace.borrow().clone();
    let story = exception.story().unwrap_or_default();
    if !trace.is_empty() && !story.is_reported {
        text.push_str("Traceback (most recent call last):\n");
        frames::push(&handler(), &trace, story, text);
    }
    if let Some(excerpt) = syntax_excerpt(vm, exception) {
        text.push_str(&excerpt);
    }
    text.push_str(&headline(vm, exception));
    text.push('\n');
    notes(vm, exception, text);
    group::push(vm, &members, text);
}

/// What reports tell besides, and what helps.
fn help(vm: &Vm, exception: &Ref<ExceptionObj>, text: &mut String) {
    for note in story_notes(vm, exception) {
        text.push_str(&format!("  note: {note}\n"));
    }
    if let Some(advice) = advice_for(vm, exception).filter(|advice| !advice.help.is_empty()) {
        text.push_str(&format!("  help: {} [aio::{}]\n", advice.help, advice.code));
    }
}

/// What helps against an exception.
fn advice_for(vm: &Vm, exception: &Ref<ExceptionObj>) -> Option<&'static Advice> {
    let class = class_name(vm, exception);
    if class == "TimeoutError" && exception.story().is_none_or(|story| story.notes.is_empty()) {
        // Not one of asyncio's.
        return None;
    }
    advice::find(&class, &message(vm, exception))
}

/// What is known of how it came about.
fn story_notes(vm: &Vm, exception: &Ref<ExceptionObj>) -> Vec<String> {
    let story = exception.story().unwrap_or_default();
    let mut notes = story.notes;
    if exception.class().is_subclass(vm.cancelled_error()) {
        let mut cancelled = story.tasks.iter().filter_map(|task| {
            let entry = vm.loops.trail.last(Deed::Cancelled, task.number)?;
            let words = entry.in_words()?;
            Some(format!("task '{}' was cancelled {words}", task.name()))
        });
        let last = || {
            let entry = vm.loops.trail.last_of_all(Deed::Cancelled)?;
            Some(format!("cancel() was called last {}", entry.in_words()?))
        };
        let note = cancelled.next().or_else(last);
        notes.extend(note);
    }
    notes
}

/// The name of its class, as Python prints it.
fn class_name(vm: &Vm, exception: &Ref<ExceptionObj>) -> String {
    let name = exception.class().full_name(vm);
    name.strip_prefix("__main__.").unwrap_or(&name).to_owned()
}

fn message(vm: &Vm, exception: &Ref<ExceptionObj>) -> String {
    // Its place is shown already; Python's own `str` repeats it.
    let syntax = exception.class().is_subclass(&vm.exceptions.SyntaxError);
    let msg = exception
        .attrs_if_any()
        .and_then(|a| a.get_name(&vm.names.msg));
    let shown: Value = msg.filter(|_| syntax).unwrap_or_else(|| exception.into());
    match vm.str(&shown) {
        Ok(text) => text.as_str().to_owned(),
        Err(_) => {
            drop(vm.take_raised());
            "<exception str() failed>".to_owned()
        }
    }
}

/// `Type: message`.
fn headline(vm: &Vm, exception: &Ref<ExceptionObj>) -> String {
    let (name, mut message) = (class_name(vm, exception), message(vm, exception));
    if let Some(suggestion) = suggest::suggestion(vm, exception) {
        message.push_str(&suggestion);
    }
    if message.is_empty() {
        name
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
