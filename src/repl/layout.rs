//! Laying out the text of a value on several lines: one item a line wherever a bracket would not fit
//! on its own.
//!
//! It works on the text that `repr` gave, by its brackets and quotes: so it serves containers,
//! dataclasses and everything else that shows itself like a call, and asks nothing twice. The text of
//! something that shows itself otherwise stays as it is.

use unicode_width::UnicodeWidthStr;

/// Deeper brackets stand on one line.
const DEEPEST: usize = 20;
const LEVEL: usize = 4;

/// The text within `width` columns, as far as brackets allow.
pub fn layout(flat: &str, width: usize) -> String {
    if flat.contains('\n') || flat.width() <= width {
        return flat.to_owned();
    }
    let mut text = String::new();
    let mut layout = Layout {
        width,
        column: 0,
        text: &mut text,
    };
    layout.push(flat, 0, 0);
    text
}

struct Layout<'a> {
    width: usize,
    /// Where the line is that is being written.
    column: usize,
    text: &'a mut String,
}

impl Layout<'_> {
    fn write(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.width();
    }

    fn line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// Writes an item; what follows it on the line takes `after` columns.
    fn push(&mut self, flat: &str, indent: usize, after: usize) {
        let fits = self.column + flat.width() + after <= self.width;
        let group = match fits || indent / LEVEL >= DEEPEST {
            true => None,
            false => longest_group(flat),
        };
        let Some((open, close)) = group else {
            return self.write(flat);
        };
        let items = split(&flat[open + 1..close]);
        self.write(&flat[..=open]);
        match items.as_slice() {
            // `Name({...})`: both brackets open on the same line.
            [only] if is_group(only) && !flat[..close].trim_end().ends_with(',') => {
                self.push(only, indent, after + flat[close..].width());
            }
            items => {
                for item in items {
                    self.line(indent + LEVEL);
                    self.push(item, indent + LEVEL, 1);
                    self.write(",");
                }
                self.line(indent);
            }
        }
        self.write(&flat[close..]);
    }
}

/// Skips a string that begins here; `None` if this is no string.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let quote = text[start];
    if quote != b'\'' && quote != b'"' {
        return None;
    }
    // An apostrophe in a word is none.
    let before = start.checked_sub(1).map(|at| text[at]);
    let is_prefixed = matches!(before, Some(b'b' | b'r' | b'u' | b'f'));
    if before.is_some_and(|b| b.is_ascii_alphanumeric()) && !is_prefixed {
        return None;
    }
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b if b == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Calls `see` with the place and the depth of each bracket and comma outside of strings; false if
/// the brackets do not fit.
fn walk(text: &str, mut see: impl FnMut(usize, u8, usize)) -> bool {
    let bytes = text.as_bytes();
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => {
                see(at, bytes[at], open.len());
                open.push(bytes[at]);
            }
            close @ (b')' | b']' | b'}') => {
                let expected = match open.pop() {
                    Some(b'(') => b')',
                    Some(b'[') => b']',
                    Some(_) => b'}',
                    None => return false,
                };
                if close != expected {
                    return false;
                }
                see(at, close, open.len());
            }
            b',' => see(at, b',', open.len()),
            _ => {
                if let Some(end) = string_end(bytes, at) {
                    at = end;
                }
            }
        }
        at += 1;
    }
    open.is_empty()
}

/// The longest bracket that is not empty: where it opens and closes.
fn longest_group(flat: &str) -> Option<(usize, usize)> {
    let (mut open, mut best) = (0, None::<(usize, usize)>);
    let fits = walk(flat, |at, what, depth| match what {
        _ if depth > 0 => {}
        b'(' | b'[' | b'{' => open = at,
        b',' => {}
        _ => {
            let is_longer = best.is_none_or(|(from, to)| to - from < at - open);
            if is_longer && at > open + 1 {
                best = Some((open, at));
            }
        }
    });
    best.filter(|_| fits)
}

/// True for what is nothing but one bracket.
fn is_group(text: &str) -> bool {
    matches!(text.as_bytes().first(), Some(b'(' | b'[' | b'{'))
        && longest_group(text) == Some((0, text.len() - 1))
}

/// What commas separate.
fn split(inner: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let mut from = 0;
    walk(inner, |at, what, depth| {
        if what == b',' && depth == 0 {
            items.push(&inner[from..at]);
            from = at + 1;
        }
    });
    items.push(&inner[from..]);
    let items = items.into_iter().map(str::trim);
    items.filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::layout;

    #[track_caller]
    fn check(flat: &str, lines: &[&str]) {
        assert_eq!(layout(flat, 20).lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn items_stand_on_lines_of_their_own() {
        check("[1, 2, 3]", &["[1, 2, 3]"]);
        check(
            "{'a, b': [1, 2], 'key': ('long', 'enough')}",
            &[
                "{",
                "    'a, b': [1, 2],",
                "    'key': (",
                "        'long',",
                "        'enough',",
                "    ),",
                "}",
            ],
        );
        check(
            "Point(x='it\\'s (', y=\"don't [\")",
            &["Point(", "    x='it\\'s (',", "    y=\"don't [\",", ")"],
        );
        check(
            "OrderedDict({'key one': 1, 'key two': 2})",
            &[
                "OrderedDict({",
                "    'key one': 1,",
                "    'key two': 2,",
                "})",
            ],
        );
        check(
            "('one very long item',)",
            &["(", "    'one very long item',", ")"],
        );
        check(
            "{'世界世界世': '界世界'}",
            &["{", "    '世界世界世': '界世界',", "}"],
        );
    }

    #[test]
    fn what_does_not_fit_stays() {
        for text in [
            "<it's not closed ( at all, really>",
            "'one long string, with (brackets)'",
            "a long text ) with the wrong bracket (",
            "two\nlines (are, left, as, they, are)",
        ] {
            assert_eq!(layout(text, 20), text);
        }
    }
}
