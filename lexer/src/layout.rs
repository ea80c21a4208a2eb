//! Indentation: what the start of a logical line says about blocks.

use std::cmp::Ordering;

use crate::error::{ErrorClass, LexError, Rank};
use crate::lexer::{Lexer, line_end_len};
use crate::span::Span;
use crate::token::Token;

/// A tab reaches to the next column that is a multiple of this.
const TAB_SIZE: u32 = 8;
/// As many levels may be open at once, the outermost counted.
const MAX_LEVELS: usize = 100;

/// How far a line is indented, measured with two sizes of a tab. Lines whose order differs
/// between the two depend on the size of a tab: `TabError`.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Indentation {
    column: u32,
    /// The same with tabs of one column.
    narrow: u32,
}

impl Indentation {
    fn space(&mut self) {
        self.column += 1;
        self.narrow += 1;
    }

    fn tab(&mut self) {
        self.column = (self.column / TAB_SIZE + 1) * TAB_SIZE;
        self.narrow += 1;
    }
}

impl Lexer<'_> {
    /// Skips blank lines and the indentation of the next logical line, which it compares with
    /// the open blocks. The lexer stands at the start of a line, outside of brackets.
    pub(crate) fn begin_line(&mut self) {
        let bytes = self.source.as_bytes();
        let mut start = self.position();
        loop {
            let (line, mut pos, indentation) = measure(bytes, start);
            if bytes.get(pos) == Some(&b'#') {
                pos += bytes[pos..]
                    .iter()
                    .position(|b| matches!(b, b'\r' | b'\n'))
                    .unwrap_or(bytes.len() - pos);
            }
            match bytes.get(pos) {
                None => return self.seek(pos),
                Some(b'\r' | b'\n') => start = pos + line_end_len(bytes, pos),
                Some(_) => {
                    self.seek(pos);
                    return self.enter(indentation, Span::new(line as u32, pos as u32));
                }
            }
        }
    }

    /// Opens or closes blocks for a line with this indentation, which covers `span`.
    fn enter(&mut self, indentation: Indentation, span: Span) {
        let innermost = self.innermost();
        match indentation.column.cmp(&innermost.column) {
            Ordering::Equal => self.check_tabs(indentation == innermost, span),
            Ordering::Greater => {
                let consistent = indentation.narrow > innermost.narrow;
                self.check_tabs(consistent, span);
                if !consistent {
                    return;
                }
                // Deeper ones are not reported again. The outermost level is not in the vector.
                if self.indents.len() + 1 == MAX_LEVELS {
                    self.layout_error(
                        ErrorClass::Indentation,
                        "too many levels of indentation",
                        span,
                    );
                }
                self.indents.push(indentation);
                self.push(Token::Indent, span);
            }
            Ordering::Less => self.dedent(indentation, span),
        }
    }

    fn dedent(&mut self, indentation: Indentation, span: Span) {
        while self.innermost().column > indentation.column {
            self.indents.pop();
            self.push(Token::Dedent, Span::new(span.end, span.end));
        }
        let innermost = self.innermost();
        if innermost.column == indentation.column {
            self.check_tabs(indentation == innermost, span);
        } else {
            let message = "unindent does not match any outer indentation level";
            self.layout_error(ErrorClass::Indentation, message, span);
        }
    }

    fn innermost(&self) -> Indentation {
        self.indents.last().copied().unwrap_or_default()
    }

    /// Reports tabs whose meaning depends on their size, but once: it is one mistake that shows
    /// on every line.
    fn check_tabs(&mut self, consistent: bool, span: Span) {
        if !consistent
            && !self
                .lexed
                .errors
                .iter()
                .any(|error| error.class == ErrorClass::Tab)
        {
            self.layout_error(
                ErrorClass::Tab,
                "inconsistent use of tabs and spaces in indentation",
                span,
            );
        }
    }

    #[cold]
    fn layout_error(&mut self, class: ErrorClass, message: &str, span: Span) {
        self.lexed.errors.push(LexError {
            class,
            rank: Rank::Stopping,
            ..LexError::syntax(message, span)
        });
    }
}

/// Measures the indentation that starts at `start`. Returns the start of its last line and the
/// offset after it too.
///
/// A joined line (`\` in the indentation) is indented as its first part is, if that is at all.
fn measure(bytes: &[u8], start: usize) -> (usize, usize, Indentation) {
    let (mut line, mut pos) = (start, start);
    let mut indentation = Indentation::default();
    let mut joined = 0;
    loop {
        match bytes.get(pos) {
            Some(b' ') => indentation.space(),
            Some(b'\t') => indentation.tab(),
            Some(b'\x0C') => indentation = Indentation::default(),
            Some(b'\\') => {
                let after = pos + 1 + line_end_len(bytes, pos + 1);
                // A backslash that joins nothing is reported where tokens are read.
                if after == pos + 1 || after == bytes.len() {
                    break;
                }
                if joined == 0 {
                    joined = indentation.column;
                }
                (line, pos) = (after, after);
                continue;
            }
            _ => break,
        }
        pos += 1;
    }
    if joined != 0 {
        indentation = Indentation {
            column: joined,
            narrow: joined,
        };
    }
    (line, pos, indentation)
}
