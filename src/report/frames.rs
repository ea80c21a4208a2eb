//! The frames that an exception passed through: those of the program's own with an excerpt of the
//! source, those of the library counted, repeated ones (of a recursion) once.

use std::rc::Rc;

use aio_interp::objects::exception::{EndedTask, Story, TraceEntry};
use miette::GraphicalReportHandler;

use super::FrameReport;
use crate::excerpt::Excerpt;

/// Frames shown from each end of a long traceback; the rest is counted.
const SHOWN: usize = 6;

/// The longest round of calls that is recognised as repeating.
const LONGEST_ROUND: usize = 12;

/// Rounds that repeat less often are shown one by one.
const REPEATED: usize = 3;

/// What is shown in a line or an excerpt of its own.
enum Part<'a> {
    Frame(&'a TraceEntry),
    /// So many frames of the library.
    Library(usize),
    /// The so many frames before this repeat so many times more.
    Again(usize, usize),
    /// What follows ran in this task, which the frame awaited.
    Task(&'a EndedTask, Option<&'a TraceEntry>),
}

/// Appends them, outermost first.
pub fn push(
    handler: &GraphicalReportHandler,
    trace: &[TraceEntry],
    story: Story,
    text: &mut String,
) {
    let parts = parts(trace, &story);
    let hidden = parts.len().saturating_sub(2 * SHOWN);
    for (i, part) in parts.iter().enumerate() {
        if hidden > 0 && i == SHOWN {
            text.push_str(&format!("  … {hidden} more frames …\n"));
        }
        if hidden > 0 && i >= SHOWN && i < SHOWN + hidden {
            continue;
        }
        match part {
            Part::Frame(entry) => frame(handler, entry, text),
            Part::Library(1) => text.push_str("  … 1 frame of the library …\n"),
            Part::Library(n) => text.push_str(&format!("  … {n} frames of the library …\n")),
            Part::Again(1, times) => {
                text.push_str(&format!("  … this frame {times} more times …\n"));
            }
            Part::Again(n, times) => {
                text.push_str(&format!("  … these {n} frames {times} more times …\n"));
            }
            Part::Task(task, awaiter) => {
                let created = task.created.text();
                let created = created.map_or(String::new(), |p| format!(", created at {p}"));
                let awaiter = awaiter.map_or(String::new(), awaited_by);
                text.push_str(&format!("  in task '{}'{created}{awaiter}:\n", task.name()));
            }
        }
    }
}

/// ", awaited by main() at x.aio:3"; nothing of what the main program runs.
fn awaited_by(entry: &TraceEntry) -> String {
    let source = &entry.code.source;
    match entry.code.qualname.as_str() {
        "<module>" => String::new(),
        function => {
            let line = source.line(entry.span.start);
            format!(", awaited by {function}() at {}:{line}", source.filename)
        }
    }
}

fn parts<'a>(trace: &'a [TraceEntry], story: &'a Story) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    let mut at = trace.len();
    while at > 0 {
        if let Some(task) = story.tasks.iter().rev().find(|task| task.trace_len == at) {
            let awaiter = trace[at..]
                .iter()
                .find(|entry| !entry.code.source.is_library);
            parts.push(Part::Task(task, awaiter));
        }
        let entry = &trace[at - 1];
        // A program that consists of library frames only shows them all.
        if entry.code.source.is_library {
            match parts.last_mut() {
                Some(Part::Library(n)) => *n += 1,
                _ => parts.push(Part::Library(1)),
            }
            at -= 1;
            continue;
        }
        match round(&trace[..at]) {
            Some((length, times)) => {
                parts.extend(trace[at - length..at].iter().rev().map(Part::Frame));
                parts.push(Part::Again(length, times - 1));
                at -= length * times;
            }
            None => {
                parts.push(Part::Frame(entry));
                at -= 1;
            }
        }
    }
    parts
}

/// The round of frames that the outermost ones repeat: its length, and how often it is there.
fn round(trace: &[TraceEntry]) -> Option<(usize, usize)> {
    let same = |a: &TraceEntry, b: &TraceEntry| a.span == b.span && Rc::ptr_eq(&a.code, &b.code);
    for length in 1..=LONGEST_ROUND.min(trace.len() / 2) {
        let repeated = trace
            .iter()
            .rev()
            .zip(trace.iter().rev().skip(length))
            .take_while(|(a, b)| same(a, b))
            .count();
        let times = repeated / length + 1;
        if times > REPEATED {
            return Some((length, times));
        }
    }
    None
}

fn frame(handler: &GraphicalReportHandler, entry: &TraceEntry, text: &mut String) {
    let source = &entry.code.source;
    let line = source.line(entry.span.start);
    let title = format!(
        "File \"{}\", line {line}, in {}",
        shown(&source.filename),
        entry.code.name.as_str()
    );
    let (start, end) = (entry.span.start as usize, entry.span.end as usize);
    let excerpt = Excerpt::new(&shown(&source.filename), &source.text, line, start, end);
    let report = FrameReport::new(title, excerpt);
    // Rendering into a string does not fail; if it did, the plain line says what matters.
    let mut rendered = String::new();
    if handler.render_report(&mut rendered, &report).is_ok() {
        text.push_str(rendered.trim_start_matches('\n'));
    } else {
        text.push_str(&format!("  {}\n", report.title));
    }
}

/// A frame for programs.
pub fn json(entry: &TraceEntry) -> serde_json::Value {
    let source = &entry.code.source;
    serde_json::json!({
        "file": source.filename,
        "line": source.line(entry.span.start),
        "function": entry.code.qualname.as_str(),
        "library": source.is_library,
    })
}

/// The name of a file for people: short if it lies below the folder where the program was started.
pub(super) fn shown(filename: &str) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| {
        let rest = std::path::Path::new(filename).strip_prefix(here).ok()?;
        Some(rest.to_string_lossy().into_owned())
    });
    below.unwrap_or_else(|| filename.to_owned())
}
