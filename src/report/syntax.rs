//! Syntax errors: all independent ones of a file, and what helps against each.
//!
//! The interpreter raises the first. The others are found by parsing the text again with the place
//! of the error left out: first only its line, then the whole block at the margin that it is in. An
//! error counts as independent if it lies behind what was left out.

use aio_interp::code::Source;
use aio_parser::{ErrorClass, SyntaxError, parse};

use super::codes;

/// More errors than this are not looked for.
const MOST: usize = 20;

/// The keywords that a misspelled word may stand for.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return",
    "try", "while", "with", "yield",
];

/// An error.
pub struct Found {
    /// The error.
    pub error: SyntaxError,
    /// The text that has it as its first one, offset by offset like the source.
    text: String,
}

/// All independent errors of a source, in order.
pub fn errors(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut text = text.to_owned();
    while found.len() < MOST {
        let Err(errors) = parse(&text) else { break };
        let Some(error) = errors.into_iter().next() else {
            break;
        };
        let is_last = error.incomplete || error.message.contains("triple-quoted");
        let start = (error.span.start as usize).min(text.len());
        let rest = without(&text, start);
        let error = if found.is_empty() {
            error
        } else {
            unclosed_in_block(&text, start).unwrap_or(error)
        };
        found.push(Found { error, text });
        match rest {
            Some(rest) if !is_last => text = rest,
            _ => break,
        }
    }
    found
}

/// The bracket that is never closed in the block of an error, if there is one: that what follows is
/// no syntax is due to it, even if there are more such brackets later.
fn unclosed_in_block(text: &str, at: usize) -> Option<SyntaxError> {
    let (start, end) = block_around(text, at);
    let mut block = blanked(text, (0, start));
    block.truncate(end);
    let error = parse(&block).err()?.into_iter().next()?;
    error.message.ends_with("was never closed").then_some(error)
}

/// The text without an error at byte `at`: without its line, if the next error is behind that,
/// else without the whole block at the margin.
fn without(text: &str, at: usize) -> Option<String> {
    let line = line_around(text, at);
    let replaced = without_line(text, line);
    let is_behind = |rest: &str, end: usize| match parse(rest) {
        Ok(_) => true,
        Err(errors) => errors.first().is_some_and(|e| e.span.start as usize > end),
    };
    // The line after a mended one may be what does not fit any more.
    let next_end = line_around(text, (line.1 + 1).min(text.len())).1;
    if let Some(rest) = replaced.filter(|rest| is_behind(rest, next_end)) {
        return Some(rest);
    }
    let block = block_around(text, at);
    let rest = blanked(text, block);
    is_behind(&rest, block.1).then_some(rest)
}

/// The text with a statement that does nothing in place of a line.
fn without_line(text: &str, line: (usize, usize)) -> Option<String> {
    let own = &text[line.0..line.1];
    let indent = own.len() - own.trim_start().len();
    let next = text[line.1..].lines().find(|l| !l.trim().is_empty());
    let is_header = own.trim_end().ends_with(':')
        || next.is_some_and(|n| n.len() - n.trim_start().len() > indent);
    let statement = if is_header { "if 1:" } else { "pass" };
    let room = own.len().checked_sub(indent + statement.len())?;
    let mut rest = text[..line.0 + indent].to_owned();
    rest.push_str(statement);
    rest.push_str(&" ".repeat(room));
    rest.push_str(&text[line.1..]);
    Some(rest)
}

/// The text with blanks in place of a part of it: offsets and lines stay.
fn blanked(text: &str, (start, end): (usize, usize)) -> String {
    let blank = |b: u8| if b == b'\n' { '\n' } else { ' ' };
    let blanks: String = text.as_bytes()[start..end]
        .iter()
        .map(|b| blank(*b))
        .collect();
    format!("{}{blanks}{}", &text[..start], &text[end..])
}

/// The line that a byte is in, without its end.
fn line_around(text: &str, at: usize) -> (usize, usize) {
    let at = floor(text, at);
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    (start, end)
}

/// The lines from one that begins at the margin up to the next such.
fn block_around(text: &str, at: usize) -> (usize, usize) {
    let begins = |line: &str| {
        let goes_on = ["elif", "else", "except", "finally", ")", "]", "}", "#"];
        line.starts_with(|c: char| !c.is_whitespace())
            && !goes_on.iter().any(|w| line.starts_with(w))
    };
    let (mut start, mut end) = (0, text.len());
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if begins(line) {
            if offset <= at {
                start = offset;
            } else {
                end = offset;
                break;
            }
        }
        offset += line.len();
    }
    (start, end)
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A place in the source, and what is to stand beneath it.
pub struct Label {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// What to mark in the source: first the error itself.
pub fn labels(source: &Source, found: &Found) -> Vec<Label> {
    let error = &found.error;
    let (start, end) = (error.span.start as usize, error.span.end as usize);
    let mut own = Label {
        start,
        end,
        text: String::new(),
    };
    let text = source.text.as_str();
    if error.message.ends_with("was never closed") {
        own.text = "this is never closed".to_owned();
        let other = match statement_behind(source, start) {
            Some((start, end)) => Label {
                start,
                end,
                text: "a statement begins here".to_owned(),
            },
            None => {
                let end = text.trim_end().len();
                Label {
                    start: end,
                    end,
                    text: "the file ends here".to_owned(),
                }
            }
        };
        return vec![own, other];
    }
    if is_outside(&error.message) {
        let def = def_around(source, start).map(|(start, end)| Label {
            start,
            end,
            text: "make this `async def`".to_owned(),
        });
        return std::iter::once(own).chain(def).collect();
    }
    if error.message == "invalid syntax" {
        own.text = expectation(text, start, end);
    }
    vec![own]
}

/// "expected an expression, found `=`".
fn expectation(text: &str, start: usize, end: usize) -> String {
    let start = floor(text, start);
    let line = line_around(text, start);
    let expected = codes::expected(&text[line.0..start]);
    let what = text.get(start..end).unwrap_or_default().trim();
    if what.is_empty() {
        let end = match text[line.1..].trim().is_empty() {
            true => "the file",
            false => "the line",
        };
        return format!("expected {expected}, found the end of {end}");
    }
    format!("expected {expected}, found `{what}`")
}

/// True for `await` and the like where they cannot be.
fn is_outside(message: &str) -> bool {
    ["'await'", "'async", "asynchronous comprehension"]
        .iter()
        .any(|w| message.starts_with(w))
}

/// The code of an error of a source, and what helps against it.
pub fn code_and_help(source: &Source, found: &Found) -> (&'static str, String) {
    help(source, found).unwrap_or_else(|| {
        let (code, help) = codes::of(&found.error.message);
        (code, help.to_owned())
    })
}

/// What helps against an error of a source: its code, and a line.
fn help(source: &Source, found: &Found) -> Option<(&'static str, String)> {
    let (error, text) = (&found.error, found.text.as_str());
    let message = error.message.as_str();
    let at = (error.span.start as usize).min(text.len());
    let line = line_around(text, at);
    if is_outside(message) {
        return outside(source, message, at);
    }
    if error.class == ErrorClass::Tab || message.contains("inconsistent use of tabs") {
        let shown = text[line.0..line.1].replace('\t', "→   ").replace(' ', "·");
        return Some((
            "tabs-and-spaces",
            format!(
                "indent with spaces only; this line is `{}`",
                shown.trim_end()
            ),
        ));
    }
    if message.ends_with("was never closed") {
        return Some(("unclosed", unclosed(source, message, at)));
    }
    if message.starts_with("unterminated") {
        let what = match message.contains("triple") {
            true => "close the string with the three quotes that open it",
            false => {
                "close the string with the quote that opens it, or use three quotes for text of several lines"
            }
        };
        return Some(("unterminated-string", what.to_owned()));
    }
    if message.starts_with("'yield from' inside async function") {
        return Some((
            "yield-from-in-async",
            "write `async for x in ...: yield x`".to_owned(),
        ));
    }
    if message.starts_with("'return' with value in async generator") {
        return Some((
            "return-in-async-generator",
            "yield the value, or leave out the `yield`s".to_owned(),
        ));
    }
    if message.starts_with("expected ':'") {
        return Some(("colon-missing", "end the line with `:`".to_owned()));
    }
    if message.starts_with("expected an indented block") {
        return Some((
            "block-missing",
            "indent what belongs to it, or write `pass`".to_owned(),
        ));
    }
    if message.starts_with("invalid syntax") {
        return misspelled(text, line).or_else(|| keyword_as_name(text, line));
    }
    None
}

/// `await` in a plain function or at the top.
fn outside(source: &Source, message: &str, at: usize) -> Option<(&'static str, String)> {
    let help = match def_around(source, at) {
        Some((start, end)) => {
            let number = source.line(start as u32);
            let head = source.text[start..end].trim_end_matches(':');
            format!("make the function at line {number} `async {head}`")
        }
        None => {
            let word = message.split('\'').nth(1).unwrap_or("comprehension");
            format!("put the {word} into an `async def main():`, and write `asyncio.run(main())`")
        }
    };
    Some(("await-outside-async", help))
}

/// The line of the `def` around a place, from the `def` on.
fn def_around(source: &Source, at: usize) -> Option<(usize, usize)> {
    let text = source.text.as_str();
    let (mut start, end) = line_around(text, at);
    let own = &text[start..end];
    let mut indent = own.len() - own.trim_start().len();
    while start > 0 {
        let line = line_around(text, start - 1);
        start = line.0;
        let whole = &text[line.0..line.1];
        let code = whole.trim();
        let margin = whole.len() - whole.trim_start().len();
        if code.is_empty() || margin >= indent {
            continue;
        }
        if code.starts_with("def ") {
            return Some((line.0 + margin, line.0 + margin + code.len()));
        }
        if code.starts_with("async def ") || code.starts_with("class ") {
            return None;
        }
        indent = margin;
    }
    None
}

/// What closes a bracket, and where at the latest.
fn unclosed(source: &Source, message: &str, at: usize) -> String {
    let closing = match message.chars().nth(1) {
        Some('[') => ']',
        Some('{') => '}',
        _ => ')',
    };
    match statement_behind(source, at) {
        Some((start, _)) => format!(
            "close it with `{closing}` before line {}, where a statement begins",
            source.line(start as u32)
        ),
        None => format!("close it with `{closing}`"),
    }
}

/// The first word on a line behind a place that can only begin a statement.
fn statement_behind(source: &Source, at: usize) -> Option<(usize, usize)> {
    const WORDS: [&str; 9] = [
        "def ", "async ", "class ", "import ", "from ", "return", "print(", "with ", "while ",
    ];
    let text = source.text.as_str();
    let mut start = line_around(text, at).1 + 1;
    while start < text.len() {
        let line = line_around(text, start);
        let code = text[line.0..line.1].trim_start();
        if WORDS.iter().any(|word| code.starts_with(word)) {
            let begin = line.1 - code.len();
            let word = code.find(|c: char| !c.is_alphanumeric());
            return Some((begin, begin + word.unwrap_or(code.len())));
        }
        start = line.1 + 1;
    }
    None
}

/// A word of the line that is one step or two away from a keyword, which would be right.
fn misspelled(text: &str, line: (usize, usize)) -> Option<(&'static str, String)> {
    let own = &text[line.0..line.1];
    for (at, word) in words(own) {
        if word.len() < 2 || KEYWORDS.contains(&word) {
            continue;
        }
        let near = KEYWORDS.iter().find(|keyword| {
            is_near(word, keyword) && {
                let changed = replaced(text, line.0 + at, word.len(), keyword);
                is_mended(&changed, line.1 + keyword.len())
            }
        });
        if let Some(keyword) = near {
            return Some((
                "misspelled-keyword",
                format!("`{word}` is probably meant to be `{keyword}`"),
            ));
        }
    }
    None
}

/// A keyword where a name is wanted.
fn keyword_as_name(text: &str, line: (usize, usize)) -> Option<(&'static str, String)> {
    let own = &text[line.0..line.1];
    for (at, word) in words(own) {
        if !KEYWORDS.contains(&word) {
            continue;
        }
        let name = format!("{word}_");
        let changed = replaced(text, line.0 + at, word.len(), &name);
        if is_mended(&changed, line.1 + 1) {
            return Some((
                "keyword-as-name",
                format!("`{word}` is a keyword, not a name: write `{name}`"),
            ));
        }
    }
    None
}

fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(move |c: char| is_part(c))
        .filter_map(move |(at, _)| {
            let begins = !line[..at].ends_with(is_part);
            let rest = &line[at..];
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            begins.then_some((at, &rest[..end]))
        })
}

fn replaced(text: &str, at: usize, length: usize, with: &str) -> String {
    format!("{}{with}{}", &text[..at], &text[at + length..])
}

/// True if a text has no error up to this byte.
fn is_mended(text: &str, end: usize) -> bool {
    match parse(text) {
        Ok(_) => true,
        Err(errors) => errors.first().is_some_and(|e| e.span.start as usize > end),
    }
}

/// True if one word becomes the other by one letter less, more, other, or two exchanged.
pub fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[common..], &b[common..]);
    match (x, y) {
        ([], []) => false,
        ([p, q, xs @ ..], [r, s, ys @ ..]) if p == s && q == r && xs == ys => true,
        ([_, xs @ ..], _) if xs == y => true,
        (_, [_, ys @ ..]) if ys == x => true,
        ([_, xs @ ..], [_, ys @ ..]) => xs == ys,
        _ => false,
    }
}
