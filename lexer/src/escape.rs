//! Escape sequences in the bodies of string and bytes literals.
//!
//! Knows neither quotes nor f-strings: it is given the text in between.

use std::ops::Range;

use crate::lexer::line_end_len;
use crate::surrogate;

/// What was noticed on the way; ranges are byte offsets into the body.
#[derive(Default)]
pub(crate) struct Findings {
    /// The first escape sequence that means nothing, so that its backslash stays. CPython warns
    /// of the first only.
    pub(crate) doubtful: Option<Range<usize>>,
    /// The escape sequence that made the body meaningless, and why; nothing after it was read.
    pub(crate) fault: Option<(Range<usize>, &'static str)>,
}

impl Findings {
    #[cold]
    fn doubt(&mut self, range: Range<usize>) {
        self.doubtful.get_or_insert(range);
    }
}

/// What one escape sequence stands for.
enum Escape {
    Char(char),
    /// Nothing: a joined line.
    Nothing,
    /// Its own text, backslash included.
    Itself,
}

/// Appends to `out` what the body of a string stands for.
pub(crate) fn unescape(body: &str, out: &mut String) -> Findings {
    let mut findings = Findings::default();
    let bytes = body.as_bytes();
    let mut pos = 0;
    while let Some(len) = bytes[pos..].iter().position(|b| matches!(b, b'\\' | b'\r')) {
        out.push_str(&body[pos..pos + len]);
        pos += len;
        if bytes[pos] == b'\r' {
            out.push('\n');
            pos += line_end_len(bytes, pos);
            continue;
        }
        let (escape, end) = match read(body, pos, &mut findings) {
            Ok(escape) => escape,
            Err(fault) => {
                findings.fault = Some(fault);
                return findings;
            }
        };
        match escape {
            Escape::Char(c) => out.push(c),
            Escape::Nothing => {}
            Escape::Itself => out.push_str(&body[pos..end]),
        }
        pos = end;
    }
    out.push_str(&body[pos..]);
    findings
}

/// Reads the escape sequence at `pos`; returns the offset after it too.
fn read(
    body: &str,
    pos: usize,
    findings: &mut Findings,
) -> Result<(Escape, usize), (Range<usize>, &'static str)> {
    let bytes = body.as_bytes();
    let end = pos + 2;
    let Some(&kind) = bytes.get(pos + 1) else {
        return Ok((Escape::Itself, pos + 1));
    };
    if let Some(c) = simple(kind) {
        return Ok((Escape::Char(char::from(c)), end));
    }
    match kind {
        b'\r' | b'\n' => Ok((Escape::Nothing, pos + 1 + line_end_len(bytes, pos + 1))),
        b'0'..=b'7' => {
            let (value, end) = octal(bytes, pos, findings);
            Ok((Escape::Char(char::from_u32(value).unwrap_or_default()), end))
        }
        b'x' => hexadecimal(bytes, pos, 2, "truncated \\xXX escape"),
        b'u' => hexadecimal(bytes, pos, 4, "truncated \\uXXXX escape"),
        b'U' => hexadecimal(bytes, pos, 8, "truncated \\UXXXXXXXX escape"),
        b'N' => named(body, pos),
        // No warning from CPython here.
        0x80.. => Ok((Escape::Itself, pos + 1)),
        _ => {
            findings.doubt(pos..end);
            Ok((Escape::Itself, end))
        }
    }
}

/// The escapes of one character that stand for one, the same in strings and bytes.
fn simple(kind: u8) -> Option<u8> {
    Some(match kind {
        b'\\' | b'\'' | b'"' => kind,
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0B,
        _ => return None,
    })
}

/// Up to three octal digits after the backslash at `pos`.
fn octal(bytes: &[u8], pos: usize, findings: &mut Findings) -> (u32, usize) {
    let mut value = 0;
    let mut end = pos + 1;
    while let Some(&digit @ b'0'..=b'7') = bytes.get(end).filter(|_| end < pos + 4) {
        value = value * 8 + u32::from(digit - b'0');
        end += 1;
    }
    if value > 0o377 {
        findings.doubt(pos..end);
    }
    (value, end)
}

fn hexadecimal(
    bytes: &[u8],
    pos: usize,
    count: usize,
    truncated: &'static str,
) -> Result<(Escape, usize), (Range<usize>, &'static str)> {
    let mut value = 0;
    for at in pos + 2..pos + 2 + count {
        match bytes.get(at).and_then(|&b| char::from(b).to_digit(16)) {
            Some(digit) => value = value << 4 | digit,
            None => return Err((pos..at, truncated)),
        }
    }
    let end = pos + 2 + count;
    match char::from_u32(value).or_else(|| surrogate::to_private(value)) {
        Some(c) => Ok((Escape::Char(c), end)),
        None => Err((pos..end, "illegal Unicode character")),
    }
}

/// `\N{...}` at `pos`.
fn named(body: &str, pos: usize) -> Result<(Escape, usize), (Range<usize>, &'static str)> {
    const MALFORMED: &str = "malformed \\N character escape";
    let Some(rest) = body[pos + 2..].strip_prefix('{') else {
        return Err((pos..pos + 2, MALFORMED));
    };
    let start = pos + 3;
    match rest.find('}') {
        None => Err((pos..body.len(), MALFORMED)),
        Some(0) => Err((pos..start, MALFORMED)),
        Some(len) => match character(&rest[..len]) {
            Some(c) => Ok((Escape::Char(c), start + len + 1)),
            None => Err((pos..start + len + 1, "unknown Unicode character name")),
        },
    }
}

/// The character of that name or alias, in either case.
fn character(name: &str) -> Option<char> {
    let is_spelt_well = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-'))
        && !name.contains("  ")
        && !name.ends_with(' ');
    let c = is_spelt_well.then(|| unicode_names2::character(name))??;
    // The table is lenient about spaces and hyphens; Python is not. An alias (it is not the
    // name even with all of them gone) cannot be checked further.
    let Some(exact) = unicode_names2::name(c) else {
        return Some(c);
    };
    let exact = exact.to_string();
    let is_alias = !letters(&exact).eq(letters(name));
    (is_alias || exact.eq_ignore_ascii_case(name)).then_some(c)
}

/// The letters and digits of a name, in upper case.
fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| b.to_ascii_uppercase())
}

/// Appends to `out` what the body of a bytes literal stands for.
pub(crate) fn unescape_bytes(body: &[u8], out: &mut Vec<u8>) -> Findings {
    let mut findings = Findings::default();
    let mut pos = 0;
    while let Some(&b) = body.get(pos) {
        if b == b'\r' {
            out.push(b'\n');
            pos += line_end_len(body, pos);
            continue;
        }
        let Some(&kind) = body.get(pos + 1).filter(|_| b == b'\\') else {
            out.push(b);
            pos += 1;
            continue;
        };
        let mut end = pos + 2;
        match kind {
            b'\r' | b'\n' => end = pos + 1 + line_end_len(body, pos + 1),
            b'0'..=b'7' => {
                let value;
                (value, end) = octal(body, pos, &mut findings);
                out.push(value as u8);
            }
            b'x' => match hexadecimal(body, pos, 2, "invalid \\x escape") {
                Ok((Escape::Char(c), after)) => {
                    out.push(c as u8);
                    end = after;
                }
                Ok(_) => {}
                Err(fault) => {
                    findings.fault = Some(fault);
                    return findings;
                }
            },
            _ => match simple(kind) {
                Some(value) => out.push(value),
                None => {
                    findings.doubt(pos..end);
                    out.extend_from_slice(&[b'\\', kind]);
                }
            },
        }
        pos = end;
    }
    findings
}

/// The position that CPython gives for `offset` in its messages: it counts in a copy of the
/// body where a non-ASCII character takes ten bytes, a backslash before one six, a line end one.
pub(crate) fn reported_position(body: &str, offset: usize) -> usize {
    let mut position = 0;
    let mut chars = body[..offset].chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek();
        position += match c {
            '\\' if next.is_some_and(|next| !next.is_ascii()) => 6,
            '\r' if next == Some(&'\n') => 0,
            _ if !c.is_ascii() => 10,
            _ => 1,
        };
        if c == '\\' && next == Some(&'\\') {
            chars.next();
            position += 1;
        }
    }
    position
}
