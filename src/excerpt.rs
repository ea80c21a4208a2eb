//! The lines around a place in a source, for reports: few of them, and none of them long.

use crate::process;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// Longer lines are shown in part, on a terminal those that are wider than it.
const LONGEST: usize = 200;
/// What a terminal's width must hold besides a line: its number, and what is left out of it.
const BESIDES: usize = 12;

/// How much of a line is shown.
fn longest() -> usize {
    match process::error_width() {
        Some(width) => width.saturating_sub(BESIDES).clamp(40, LONGEST),
        None => LONGEST,
    }
}
/// So much of a long line is shown before the place in it.
const BEFORE: usize = 60;

/// A place with the line it is in, the one before and the one after.
pub struct Excerpt {
    name: String,
    text: String,
    /// The number of the first line here, from 0.
    first_line: usize,
    /// How many bytes the place's line is shorter at its start (columns are counted in bytes).
    left_out: usize,
    /// Where the place is in `text`, in bytes.
    place: (usize, usize),
}

impl Excerpt {
    /// The place from byte `start` to byte `end` of `text`, in line `line` (from 1). Of a place of
    /// several lines the first is shown.
    pub fn new(name: &str, text: &str, line: usize, start: usize, end: usize) -> Excerpt {
        let start = start.min(text.len());
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = end.clamp(start, line_end);
        let (mut shown, mut first_line) = (String::new(), line.saturating_sub(1));
        if let Some(before) = text[..line_start].strip_suffix('\n')
            && first_line > 0
        {
            push_start(&mut shown, before.rsplit('\n').next().unwrap_or_default());
            shown.push('\n');
            first_line -= 1;
        }
        let line_at = shown.len();
        let own = &text[line_start..line_end];
        let (from, to) = window(own, start - line_start);
        if from > 0 {
            shown.push('…');
        }
        // What the place's offset loses at the start of the line, and what it gains.
        let moved = |at: usize| {
            line_at + at.clamp(from, to) - from + if from > 0 { '…'.len_utf8() } else { 0 }
        };
        let place = (moved(start - line_start), moved(end - line_start));
        shown.push_str(&own[from..to]);
        if to < own.len() {
            shown.push('…');
        }
        if let Some(after) = text[line_end..].strip_prefix('\n') {
            shown.push('\n');
            push_start(&mut shown, after.split('\n').next().unwrap_or_default());
        }
        Excerpt {
            name: name.to_owned(),
            text: shown,
            first_line,
            left_out: from.saturating_sub('…'.len_utf8()),
            place,
        }
    }

    /// Says that the first line here is this one (from 1) of its file.
    pub fn begin_at(&mut self, line: usize) {
        self.first_line = line.saturating_sub(1);
    }

    /// Where the place is: its start and its length.
    pub fn place(&self) -> (usize, usize) {
        (self.place.0, self.place.1 - self.place.0)
    }
}

/// Appends a line, or the start of a long one.
fn push_start(shown: &mut String, line: &str) {
    match line.char_indices().nth(longest()) {
        Some((at, _)) => {
            shown.push_str(&line[..at]);
            shown.push('…');
        }
        None => shown.push_str(line),
    }
}

/// The part of a line that is shown, if byte `at` of it is to be seen.
fn window(line: &str, at: usize) -> (usize, usize) {
    if line.chars().nth(longest()).is_none() {
        return (0, line.len());
    }
    let before = line[..at]
        .char_indices()
        .rev()
        .nth(BEFORE.min(longest() / 3) - 1);
    let from = before.map_or(0, |(from, _)| from);
    let to = line[from..].char_indices().nth(longest());
    (from, to.map_or(line.len(), |(to, _)| from + to))
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self
            .text
            .as_str()
            .read_span(span, lines_before, lines_after)?;
        let column = found.column();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            found.data(),
            *found.span(),
            found.line() + self.first_line,
            column + if column > 0 { self.left_out } else { 0 },
            found.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    fn shown(text: &str, line: usize, place: &str) -> (String, String) {
        let start = text.find(place).unwrap();
        let excerpt = Excerpt::new("x", text, line, start, start + place.len());
        let (at, len) = excerpt.place();
        (excerpt.text.clone(), excerpt.text[at..at + len].to_owned())
    }

    #[test]
    fn three_lines_are_shown() {
        let (text, place) = shown("a\nb\nc + d\ne\nf\n", 3, "+");
        assert_eq!((text.as_str(), place.as_str()), ("b\nc + d\ne", "+"));
        let (text, place) = shown("c + d", 1, "c + d");
        assert_eq!((text.as_str(), place.as_str()), ("c + d", "c + d"));
        let (text, place) = shown("(a\nb)\n", 1, "a\nb");
        assert_eq!((text.as_str(), place.as_str()), ("(a\nb)", "a"));
    }

    #[test]
    fn long_lines_are_cut() {
        let long = "é".repeat(100_000);
        let source = format!("{long}\n{long}ß{long}\n{long}");
        let (text, place) = shown(&source, 2, "ß");
        assert_eq!(place, "ß");
        assert!(text.chars().count() < 700);
        let (text, place) = shown(&source, 2, &format!("ß{long}"));
        assert!(place.starts_with('ß') && text.contains(&place));
        assert!(text.chars().count() < 700);
    }
}
