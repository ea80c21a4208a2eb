//! Identifiers with non-ASCII characters. The ASCII ones need no look: logos found them.

use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

use crate::lexer::Lexer;
use crate::span::Span;
use crate::token::Token;

impl Lexer<'_> {
    /// Takes a run of identifier and non-ASCII characters.
    #[cold]
    pub(crate) fn wide_name(&mut self, span: Span) {
        let text = self.text(span);
        let invalid = text.char_indices().find(|&(at, c)| {
            if at == 0 {
                c != '_' && !is_xid_start(c)
            } else {
                !is_xid_continue(c)
            }
        });
        if let Some((at, c)) = invalid {
            let start = span.start + at as u32;
            self.error(
                invalid_character(c),
                Span::new(start, start + c.len_utf8() as u32),
            );
        }
        let name: String = text.nfkc().collect();
        // As in CPython, what is no keyword as written is none after normalisation either.
        self.push(Token::Name(name.into()), span);
    }
}

fn invalid_character(c: char) -> String {
    if is_printable(c) {
        format!("invalid character '{c}' (U+{:04X})", c as u32)
    } else {
        format!("invalid non-printable character U+{:04X}", c as u32)
    }
}

/// Whether Python's `str.isprintable` holds for a non-ASCII character. Rust has the same notion
/// inside `escape_debug`, which leaves a character in the midst of a string alone if it is
/// printable.
fn is_printable(c: char) -> bool {
    let mut text = String::from("a");
    text.push(c);
    text.escape_debug().count() == 2
}
