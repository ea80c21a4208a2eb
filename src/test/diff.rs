//! Differences between two outputs: what was expected (`-`) against what came (`+`), with the words
//! that differ standing out in colour.

use std::fmt::Write;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// Lines of agreement shown around a difference.
const CONTEXT: usize = 2;
/// More lines are not shown.
const MOST_LINES: usize = 400;
/// Of longer lines only the beginning is shown.
const MOST_CHARS: usize = 1000;
/// Finding the shortest difference of huge outputs is given up after this.
const PATIENCE: Duration = Duration::from_millis(500);

/// The differences between two outputs, or `None` if they are equal byte for byte.
pub fn lines(expected: &[u8], actual: &[u8]) -> Option<String> {
    if expected == actual {
        return None;
    }
    let expected = String::from_utf8_lossy(expected);
    let actual = String::from_utf8_lossy(actual);
    Some(render(&expected, &actual, false))
}

/// The differences of two texts with the lines around them.
pub fn render(expected: &str, actual: &str, coloured: bool) -> String {
    let mut config = TextDiff::configure();
    let diff = config.timeout(PATIENCE).diff_lines(expected, actual);
    let mut text = String::from("- expected  + came\n");
    let (mut shown, mut lines) = (0, 0);
    for group in diff.grouped_ops(CONTEXT) {
        let from = group.first().map_or(0, |op| op.old_range().start);
        if from > shown {
            text.push_str("  ...\n");
        }
        shown = group.last().map_or(shown, |op| op.old_range().end);
        for op in &group {
            for change in diff.iter_inline_changes(op) {
                if lines == MOST_LINES {
                    text.push_str("  … and more\n");
                    return text;
                }
                lines += 1;
                let (mark, colour) = match change.tag() {
                    ChangeTag::Equal => (' ', ""),
                    ChangeTag::Delete => ('-', "\x1b[31m"),
                    ChangeTag::Insert => ('+', "\x1b[32m"),
                };
                let parts = change.iter_strings_lossy();
                push_line(&mut text, mark, if coloured { colour } else { "" }, parts);
                if change.missing_newline() {
                    text.push_str("  (no line end)\n");
                }
            }
        }
    }
    text
}

/// One line of a difference; its parts say whether they differ.
fn push_line<'a>(
    text: &mut String,
    mark: char,
    colour: &str,
    parts: impl Iterator<Item = (bool, std::borrow::Cow<'a, str>)>,
) {
    let mut line = String::new();
    let (mut room, mut left_out) = (MOST_CHARS, 0);
    for (differs, part) in parts {
        let part = part.trim_end_matches('\n');
        let end = part
            .char_indices()
            .nth(room)
            .map_or(part.len(), |(at, _)| at);
        let (part, more) = part.split_at(end);
        room -= part.chars().count();
        left_out += more.chars().count();
        if differs && !colour.is_empty() && !part.is_empty() {
            let _ = write!(line, "\x1b[7m{part}\x1b[27m");
        } else {
            line.push_str(part);
        }
    }
    if left_out > 0 {
        let _ = write!(line, " … and {left_out} more characters");
    }
    let end = if colour.is_empty() { "" } else { "\x1b[0m" };
    let _ = writeln!(text, "{colour}{mark} {line}{end}");
}

#[cfg(test)]
mod tests {
    use super::{lines, render};

    #[test]
    fn only_what_differs_is_shown() {
        let old: String = (0..20).map(|i| format!("line {i}\n")).collect();
        let new = old.replace("line 10\n", "line ten\n");
        let text = lines(old.as_bytes(), new.as_bytes()).unwrap();
        assert_eq!(
            text,
            "- expected  + came\n  ...\n  line 8\n  line 9\n- line 10\n+ line ten\n  line 11\n  line 12\n"
        );
        assert_eq!(lines(b"a", b"a"), None);
        assert_eq!(
            lines(b"a\n", b"a").as_deref(),
            Some("- expected  + came\n- a\n+ a\n  (no line end)\n")
        );
        let other = "x\n".repeat(10_000);
        let text = lines(b"", other.as_bytes()).unwrap();
        assert_eq!(text.lines().count(), 402);
        assert!(text.ends_with("+ x\n  … and more\n"));
        let text = lines(b"", "é".repeat(10_000).as_bytes()).unwrap();
        assert!(text.contains("éé … and 9000 more characters"), "{text}");
    }

    #[test]
    fn words_stand_out() {
        let text = render("one two three\n", "one 2 three\n", true);
        assert!(text.contains("\x1b[7mtwo\x1b[27m"), "{text:?}");
        assert!(text.contains("\x1b[7m2\x1b[27m"), "{text:?}");
    }
}
