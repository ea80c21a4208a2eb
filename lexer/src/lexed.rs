//! The result of lexing, and the choice among its errors.

use crate::error::{LexError, LexWarning, Rank};
use crate::span::Span;
use crate::token::Token;

/// What [`tokenize`](crate::tokenize) found in a source text.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    /// The tokens in order, their spans too; the last is `EndOfFile`. Where there are errors,
    /// a literal may be a stand-in.
    pub tokens: Vec<(Token, Span)>,
    /// The errors in order of discovery.
    pub errors: Vec<LexError>,
    /// The warnings in order of discovery.
    pub warnings: Vec<LexWarning>,
}

impl Lexed {
    /// The error to report where one only can be, as CPython chooses it. `grammar` is the
    /// offset of the token that the grammar does not allow, if there is one. `None` means that
    /// the grammar's error goes first, or that there is none at all.
    pub fn prevailing(&self, source: &str, grammar: Option<u32>) -> Option<&LexError> {
        let fatal = self.errors.iter().find(|error| error.rank != Rank::Late);
        let indent = grammar.filter(|&offset| self.is_indent(offset));
        if let Some(error) = fatal.filter(|error| error.rank == Rank::Eager) {
            // After an unexpected indent CPython reads no further.
            return indent
                .is_none_or(|offset| error.span.start < offset)
                .then_some(error);
        }
        let first = self
            .errors
            .iter()
            .filter(|error| !is_open_bracket(error) && error.rank != Rank::Eager)
            .min_by_key(|error| error.span.start)
            .filter(|error| grammar.is_none_or(|offset| error.span.start <= offset));
        if indent.is_some() {
            return first;
        }
        // The bracket that was never closed explains what goes wrong on later lines.
        let bracket = self.errors.iter().find(|error| is_open_bracket(error));
        let place = first.map(|error| error.span.start).or(grammar);
        bracket
            .filter(|bracket| place.is_none_or(|place| is_explained(source, bracket, place)))
            .or(first)
    }

    /// Whether an `Indent` starts at `offset`.
    fn is_indent(&self, offset: u32) -> bool {
        self.tokens
            .iter()
            .any(|(token, span)| span.start == offset && *token == Token::Indent)
    }
}

fn is_open_bracket(error: &LexError) -> bool {
    error.incomplete && error.rank == Rank::Late
}

/// Whether an error at `place` is on a later line than the bracket, or at the end.
fn is_explained(source: &str, bracket: &LexError, place: u32) -> bool {
    let start = bracket.span.start as usize;
    let between = source.get(start..place as usize).unwrap_or_default();
    let is_at_end = source
        .get(place as usize..)
        .is_none_or(|rest| rest.trim_ascii().is_empty());
    is_at_end || between.contains(['\n', '\r'])
}
